//! `Import-PowerShellDataFile`

use std::sync::Arc;

use psrpd_dotnet::casing;
use psrpd_lang::ast::{Kind, Step};

use super::{Cmdlet, Cx, Run, text_file};
use crate::{
    eval::{Flow, R, ScopeId, ScriptBlock},
    providers,
    value::{Category, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Import-PowerShellDataFile",
    "ImportPowerShellDataFileCommand",
    "Path string[] notempty @ByPath(0 !)
     LiteralPath|PSPath|LP string[] notempty @ByLiteralPath(0 ! ~)
     SkipLimitCheck",
    || Box::new(ImportDataFile),
)
.examples(r#"'@{ a = 1 }' | Set-Content data.psd1; (Import-PowerShellDataFile data.psd1).a # a table out of a file, without running it
> 1"#)
.default_set("ByPath");

struct ImportDataFile;

/// How many keys a table may have without `-SkipLimitCheck`.
const MOST_KEYS: usize = 500;

impl Run for ImportDataFile {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for path in cx.strings("LiteralPath") {
            let path = providers::file_path(cx.rs, &path)?;
            import(cx, &path)?;
        }
        for path in cx.strings("Path") {
            let found = text_file::files(cx, &path)?;
            match found.as_slice() {
                [one] => import(cx, one)?,
                [] => missing(cx, &path)?,
                _ => {
                    let message = "Cannot perform operation because operation \"ReportMultipleFilesNotSupported\" is not valid. Remove operation \"ReportMultipleFilesNotSupported\", or investigate why it is not valid.";
                    let exception = "System.Management.Automation.PSInvalidOperationException";
                    let id = "ReadWriteMultipleFilesNotSupported";
                    return Err(cx.fail(exception, id, Category::InvalidArgument, message, Value::Null));
                }
            }
        }
        Ok(())
    }
}

fn missing(cx: &mut Cx<'_>, path: &str) -> R<()> {
    let message = format!("Cannot find path '{path}' because it does not exist.");
    cx.error("System.ArgumentException", "PathNotFound", Category::InvalidArgument, message, path.into())
}

fn refuse(cx: &mut Cx<'_>, id: &str, path: &str) -> R<()> {
    let message = format!("The file '{path}' could not be parsed as a PowerShell Data File.");
    cx.error("System.InvalidOperationException", id, Category::InvalidData, message, path.into())
}

fn import(cx: &mut Cx<'_>, path: &str) -> R<()> {
    let kind = cx.rs.platform.stat(path).map(|stat| stat.kind);
    if !kind.is_ok_and(|kind| kind != crate::platform::FileKind::Directory) {
        return missing(cx, path);
    }
    let text = providers::read_text(cx.rs, path)?;
    let unit = match cx.rs.parse(&text, Some(path.into())) {
        Ok(unit) => unit,
        Err(Flow::Error(_)) => return refuse(cx, "CouldNotParseAsPowerShellDataFile", path),
        Err(other) => return Err(other),
    };
    let script = &unit.source.script;
    let mut tables = script.visit(unit.node).filter_map(|step| match step {
        Step::Enter(id) if matches!(script.kind(id), Kind::Hashtable { .. }) => Some(id),
        _ => None,
    });
    let Some(table) = tables.next() else {
        return refuse(cx, "CouldNotParseAsPowerShellDataFileNoHashtableRoot", path);
    };
    let shown = script.extent_text(script.node(table).extent);
    let fail = |cx: &Cx<'_>, message: String| {
        let exception = "System.InvalidOperationException";
        Err(cx.fail(exception, exception, Category::NotSpecified, message, Value::Null))
    };
    let mut keys = 0_usize;
    for step in script.visit(table) {
        let Step::Enter(id) = step else { continue };
        if let Kind::Hashtable { pairs } = script.kind(id) {
            keys = keys.saturating_add(pairs.len() / 2);
        }
        let is_safe = match script.kind(id) {
            Kind::VariableExpression { .. } => {
                let name = script.extent_text(script.node(id).extent);
                ["$true", "$false", "$null"].iter().any(|known| casing::eq(name, known))
            }
            kind => is_constant(&kind),
        };
        if !is_safe {
            return fail(
                cx,
                format!(
                    "Cannot generate a PowerShell object for a ScriptBlock evaluating dynamic expressions. Dynamic expression: {shown}."
                ),
            );
        }
    }
    if keys > MOST_KEYS && !cx.flag("SkipLimitCheck") {
        return fail(cx, format!("The table has more than {MOST_KEYS} keys."));
    }
    let block: Arc<ScriptBlock> = cx.rs.parse_block(shown)?;
    let scope = cx.rs.frame.scope;
    cx.rs.frame.scope = ScopeId::GLOBAL;
    let values = cx.rs.call_block(&block, &[]);
    cx.rs.frame.scope = scope;
    cx.write(Value::collected(values?))
}

/// Whether a node of the tree cannot run anything.
fn is_constant(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Hashtable { .. }
            | Kind::ArrayLiteral { .. }
            | Kind::ArrayExpression { .. }
            | Kind::SubExpression { .. }
            | Kind::ParenExpression { .. }
            | Kind::Pipeline { .. }
            | Kind::CommandExpression { .. }
            | Kind::StatementBlock { .. }
            | Kind::UnaryExpression { .. }
            | Kind::ConstantExpression { .. }
            | Kind::StringConstantExpression { .. }
            | Kind::ExpandableStringExpression { .. }
    )
}
