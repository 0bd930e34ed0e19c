//! `Export-Alias`, `Import-Alias`

use psrpd_dotnet::{Str, wildcard};

use super::{Cmdlet, Cx, Run, alias, csv::Reader, get_variable, one_file::one_file, text_file};
use crate::{
    commands::find,
    convert,
    eval::{Alias, R},
    ops::{composite, patterns},
    providers::{self, GlobOptions, Kind, Target},
    types,
    value::{Category, Value},
};

pub(super) static EXPORT: Cmdlet = Cmdlet::new(
    "Export-Alias",
    "ExportAliasCommand",
    "Path string @ByPath(0 !)
     LiteralPath|PSPath|LP string @ByLiteralPath(! ~)
     Name string[] 1 ~
     PassThru
     As Microsoft.PowerShell.Commands.ExportAliasFormat
     Append
     Force
     NoClobber|NoOverwrite
     Description string
     Scope string",
    || Box::new(ExportAlias::default()),
)
.examples(
    r#"Export-Alias all.txt gci -As Script; (Get-Content all.txt)[-1] -match 'set-alias' # aliases in a file
> True"#,
)
.default_set("ByPath")
.should_process();
pub(super) static IMPORT: Cmdlet = Cmdlet::new(
    "Import-Alias",
    "ImportAliasCommand",
    "Path string @ByPath(0 ! ^ ~)
     LiteralPath|PSPath|LP string @ByLiteralPath(! ^ ~)
     Scope string notempty
     PassThru
     Force",
    || Box::new(ImportAlias),
)
.examples(r#"'"sy","Get-Date","","None"' | Set-Content al.csv; Import-Alias al.csv; (Get-Alias sy).Definition # aliases out of a file
> Get-Date"#)
.default_set("ByPath")
.should_process();

#[derive(Default)]
struct ExportAlias {
    names: Vec<Str>,
}

impl Run for ExportAlias {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        self.names.extend(cx.strings("Name"));
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        get_variable::scope_of(cx)?;
        let path = cx.string("Path").or_else(|| cx.string("LiteralPath")).unwrap_or_default();
        if !cx.should_process(&path, "Export-Alias")? {
            return Ok(());
        }
        let path = one_file(cx, cx.string("LiteralPath"), cx.string("Path"))?;
        let all = find::aliases(cx.rs);
        if self.names.is_empty() {
            self.names.push("*".into());
        }
        let mut chosen: Vec<Alias> = Vec::new();
        for name in &self.names {
            let pattern = patterns::wildcard(name, true)?;
            let before = chosen.len();
            chosen.extend(all.iter().filter(|alias| pattern.is_match(&alias.name)).cloned());
            if chosen.len() == before && !wildcard::has_wildcards(name) {
                let message = format!("Cannot find alias because alias '{name}' does not exist.");
                let exception = "System.Management.Automation.ItemNotFoundException";
                let target = Value::Str(name.clone());
                cx.error(exception, "AliasNotFound", Category::ObjectNotFound, message, target)?;
            }
        }
        let exists = cx.rs.platform.stat(&path).is_ok();
        if exists && cx.flag("NoClobber") && !cx.flag("Append") {
            let message = format!("The file '{path}' already exists.");
            let target = Value::from(path);
            return Err(cx.fail("System.IO.IOException", "NoClobber", Category::ResourceExists, message, target));
        }
        let as_script = matches!(cx.get("As"), Some(Value::Enum(_, 1)));
        let mut text = header(cx)?;
        for alias in &chosen {
            text.push_str(&line(alias, as_script));
        }
        text_file::write(cx, &path, &text, cx.flag("Append"))?;
        if cx.flag("PassThru") {
            chosen.into_iter().try_for_each(|of| cx.write(alias::object(of)))?;
        }
        Ok(())
    }
}

fn header(cx: &mut Cx<'_>) -> R<String> {
    let now = Value::DateTime(cx.rs.now());
    let now = composite::to_string(cx.rs, &now, "F")?;
    let (user, host) = (cx.rs.platform.user_name(), cx.rs.platform.host_name());
    let mut text = format!("# Alias File\n# Exported by : {user}\n# Date/Time : {now}\n# Computer : {host}\n");
    if let Some(description) = cx.string("Description") {
        text.push_str("#\n");
        description.lines().for_each(|line| text.push_str(&format!("# {line}\n")));
    }
    Ok(text)
}

fn line(alias: &Alias, as_script: bool) -> String {
    let options = types::known("System.Management.Automation.ScopedItemOptions").enum_text(alias.options);
    let Alias { name, target, description, .. } = alias;
    if as_script {
        format!("set-alias -Name:\"{name}\" -Value:\"{target}\" -Description:\"{description}\" -Option:\"{options}\"\n")
    } else {
        format!("\"{name}\",\"{target}\",\"{description}\",\"{options}\"\n")
    }
}

struct ImportAlias;

/// The only file that a pattern matches.
fn only_match(cx: &mut Cx<'_>, pattern: &Str) -> R<Target> {
    let found = providers::glob(cx.rs, pattern, GlobOptions::default())?.unwrap_or_default();
    let several = match <[Target; 1]>::try_from(found) {
        Ok([one]) => return Ok(one),
        Err(found) => !found.is_empty(),
    };
    if !several {
        return providers::parse(cx.rs, pattern).map_err(|problem| problem.flow());
    }
    let message = format!(
        "Cannot import alias because path '{pattern}' contains wildcard characters that resolve to multiple paths. Aliases can be imported from only one file. Change the value of the Path parameter to a path that resolves to a single file."
    );
    let exception = "System.Management.Automation.PSNotSupportedException";
    Err(cx.fail(exception, "NotSupported", Category::NotImplemented, message, Value::Null))
}

impl Run for ImportAlias {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        get_variable::scope_of(cx)?;
        let path = cx.string("Path").or_else(|| cx.string("LiteralPath")).unwrap_or_default();
        let place = match cx.string("Path").filter(|path| wildcard::has_wildcards(path)) {
            Some(pattern) => only_match(cx, &pattern)?,
            None => providers::parse(cx.rs, &path).map_err(|problem| problem.flow())?,
        };
        if place.kind != Kind::FileSystem {
            let message = format!(
                "Cannot import the alias because the specified path '{path}' referred to a '{}' provider path. Change the value of the Path parameter to a file system path.",
                place.kind.full_name()
            );
            let exception = "System.Management.Automation.PSNotSupportedException";
            return Err(cx.fail(exception, "NotSupported", Category::NotImplemented, message, Value::Null));
        }
        let path = place.path;
        if cx.rs.platform.stat(&path).is_err() {
            let message = format!("Cannot find path '{path}' because it does not exist.");
            let exception = "System.Management.Automation.ItemNotFoundException";
            return Err(cx.fail(exception, "PathNotFound", Category::ObjectNotFound, message, path.into()));
        }
        let text = text_file::read(cx, &path)?;
        let options = types::known("System.Management.Automation.ScopedItemOptions");
        for (at, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let fields = Reader::new(line, ',').record().unwrap_or_default();
            let [name, target, description, option] = fields.as_slice() else {
                let number = at.saturating_add(1);
                let message = format!(
                    "Cannot import an alias. Line number {number} in the file '{path}' is not a properly-formatted, comma-separated values (CSV) line for aliases. Change the line to contain four values separated by commas. If the value text itself contains a comma, then the value must be contained in quotation marks."
                );
                let id = "ImportAliasFileFormatError";
                return Err(cx.fail("System.FormatException", id, Category::ReadError, message, path.into()));
            };
            let bits = match convert::convert(cx.rs, &Value::from(option.as_str()), &options)? {
                Value::Enum(_, bits) => bits,
                _ => 0,
            };
            if !cx.should_process(&format!("Name: {name} Value: {target}"), "Import Alias")? {
                continue;
            }
            if cx.rs.find_alias(name).is_some() && !cx.flag("Force") {
                let message =
                    format!("The alias is not allowed, because an alias with the name '{name}' already exists.");
                let exception = "System.Management.Automation.SessionStateException";
                let target = Value::from(name.as_str());
                cx.error(exception, "AliasAlreadyExists", Category::ResourceExists, message, target)?;
                continue;
            }
            let of = Alias {
                name: name.as_str().into(),
                target: target.as_str().into(),
                options: bits,
                description: description.as_str().into(),
                ..Alias::default()
            };
            alias::define(cx, of)?;
        }
        Ok(())
    }
}
