//! `Test-ModuleManifest`

use super::{CORE, Cmdlet, Cx, Run, get_module, manifest_files};
use crate::{
    eval::{Flow, R, manifest},
    providers,
    value::{Category, Dictionary, Value},
};

pub(super) static CMDLET: Cmdlet =
    Cmdlet::new("Test-ModuleManifest", "TestModuleManifestCommand", "Path string 0 ! ^ ~", || {
        Box::new(TestModuleManifest)
    })
    .examples(
        r#"New-ModuleManifest t.psd1; (Test-ModuleManifest t.psd1).Name # what a module says of itself
> t"#,
    )
    .in_module(CORE);

struct TestModuleManifest;

impl Run for TestModuleManifest {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let path = providers::file_path(cx.rs, &cx.string("Path").unwrap_or_default())?;
        if cx.rs.platform.stat(&path).is_err() {
            return cx.error(
                "System.Management.Automation.ItemNotFoundException",
                "PathNotFound",
                Category::ObjectNotFound,
                format!("Cannot find path '{path}' because it does not exist."),
                Value::from(path),
            );
        }
        let tested = cx.rs.read_manifest(&path).and_then(|table| match table.downcast::<Dictionary>() {
            Some(content) => manifest::check_manifest(&path, content).map(|()| table),
            None => Ok(table),
        });
        match tested {
            Ok(table) => {
                if let Some(table) = table.downcast::<Dictionary>() {
                    manifest_files::check(cx, &path, table)?;
                }
                let module = get_module::describe_file(cx, &path);
                cx.write(Value::Object(module))
            }
            Err(Flow::Error(raised)) => {
                let id = raised.record.id.lock().split(',').next().map(|id| cx.id(id)).unwrap_or_default();
                *raised.record.id.lock() = id.into();
                *raised.record.activity.lock() = cx.cmdlet.name.into();
                cx.rs.write_error_record(raised.record.clone())
            }
            Err(other) => Err(other),
        }
    }
}
