//! Providers whose items are names with values: environment, variables, functions, aliases.

use psrpd_dotnet::collation;

use super::{Content, ContentWriter, Kind, Provider, Target, not_supported, object};
use crate::{
    cmdlets::{Cx, paths},
    eval::{Flow, R, Runspace, error},
    types,
    value::{Category, List, Value},
};

/// Names with values.
pub(super) trait Store: Sync {
    const KIND: Kind;
    /// The full name of the type of its items.
    const ITEM: &'static str;

    /// All names.
    fn all(&self, rs: &Runspace) -> Vec<String>;

    /// The object that an item is.
    fn object(&self, rs: &mut Runspace, name: &str) -> Option<Value>;

    /// What `Get-Content` reads.
    fn content(&self, rs: &mut Runspace, name: &str) -> Option<Value>;

    /// Makes or changes an item; `$null` removes where nothing can be without a value.
    fn set(&self, rs: &mut Runspace, name: &str, value: Value, force: bool) -> R<()>;

    /// Removes an item.
    fn remove(&self, rs: &mut Runspace, name: &str, force: bool) -> R<()>;

    /// The bits of `ScopedItemOptions` that an item has, where items have options.
    fn options(&self, _rs: &Runspace, _name: &str) -> Option<i64> {
        None
    }

    /// Changes the options of an item.
    fn set_options(&self, _rs: &mut Runspace, _name: &str, _options: i64, _is_new: bool, _force: bool) -> R<()> {
        Ok(())
    }

    /// Whether an item may get another name.
    fn check_rename(&self, _rs: &Runspace, _name: &str, _force: bool) -> R<()> {
        Ok(())
    }

    /// Whether an item can be without a value.
    fn allows_null(&self) -> bool {
        false
    }
}

fn item<S: Store>(store: &S, rs: &mut Runspace, target: &Target) -> Option<Value> {
    let object = store.object(rs, &target.path)?;
    Some(object::with_notes(object, target, None, Some(false)))
}

/// A name where a path must not be the drive itself.
fn named(cx: &Cx<'_>, id: &str, target: &Target) -> R<()> {
    if target.path.is_empty() { Err(null_argument(cx, id, "name", &target.path)) } else { Ok(()) }
}

fn null_argument(cx: &Cx<'_>, id: &str, argument: &str, path: &str) -> Flow {
    cx.fail(error::NULL_ARGUMENT, id, Category::InvalidArgument, error::is_null(argument), Value::from(path))
}

/// What `-Options` asks for.
fn options_asked(cx: &Cx<'_>) -> Option<i64> {
    match cx.get("Options").map(Value::into_base) {
        Some(Value::Enum(_, bits)) => Some(bits),
        _ => None,
    }
}

/// Sets value and options of an item; without a value, options alone change.
fn assign<S: Store>(store: &S, cx: &mut Cx<'_>, name: &str, value: Value) -> R<()> {
    let force = cx.flag("Force");
    let options = options_asked(cx);
    let existed = store.object(cx.rs, name).is_some();
    if !(value.is_null() && options.is_some() && existed) {
        store.set(cx.rs, name, value, force)?;
    }
    match options {
        Some(options) => store.set_options(cx.rs, name, options, !existed, force),
        None => Ok(()),
    }
}

fn already_exists(cx: &mut Cx<'_>, name: &str) -> R<()> {
    let message = format!("The item at path '{name}' already exists.");
    let exception = "System.Management.Automation.PSArgumentException";
    cx.error(exception, "Argument", Category::InvalidArgument, message, Value::Null)
}

impl<S: Store> Provider for S {
    fn exists(&self, rs: &mut Runspace, path: &str) -> bool {
        path.is_empty() || self.object(rs, path).is_some()
    }

    fn is_container(&self, _rs: &mut Runspace, path: &str) -> bool {
        path.is_empty()
    }

    fn names(&self, rs: &mut Runspace, path: &str) -> R<Vec<String>> {
        let mut names = if path.is_empty() { self.all(rs) } else { Vec::new() };
        names.sort_by(|a, b| collation::cmp(a, b, true));
        Ok(names)
    }

    fn items(&self, rs: &mut Runspace, target: &Target) -> Vec<Value> {
        if !target.path.is_empty() {
            return item(self, rs, target).into_iter().collect();
        }
        let all = self.all(rs).iter().filter_map(|name| self.object(rs, name)).collect();
        let values = types::generic(
            "System.Collections.Generic.Dictionary`2+ValueCollection",
            vec![types::string(), types::known(Self::ITEM)],
        );
        vec![List::value(values.unwrap_or_else(types::array_list), all)]
    }

    fn new_item(&self, cx: &mut Cx<'_>, target: &Target, kind: &str, value: Option<Value>) -> R<()> {
        named(cx, "NewItemNullName", target)?;
        let value = value.unwrap_or_default();
        if value.is_null() && !self.allows_null() {
            return paths::report(cx, null_argument(cx, "NewItemValueNotSpecified", "value", &target.path));
        }
        if self.object(cx.rs, &target.path).is_some() && !cx.flag("Force") {
            return already_exists(cx, &target.path);
        }
        let shown = cx.rs.text(&value)?;
        let what = format!("Item: {} Type: {kind} Value: {shown}", target.path);
        if cx.should_process(&what, "New Item")? {
            if let Err(flow) = assign(self, cx, &target.path, value) {
                return paths::report(cx, flow);
            }
            if let Some(made) = item(self, cx.rs, target) {
                cx.write(made)?;
            }
        }
        Ok(())
    }

    fn set_item(&self, cx: &mut Cx<'_>, target: &Target, value: Value) -> R<()> {
        if target.path.is_empty() {
            return paths::report(cx, null_argument(cx, "SetItemNullName", "name", ""));
        }
        let shown = cx.rs.text(&value)?;
        if cx.should_process(&format!("Item: {} Value: {shown}", target.path), "Set Item")? {
            if let Err(flow) = assign(self, cx, &target.path, value) {
                return paths::report(cx, flow);
            }
            if cx.flag("PassThru")
                && let Some(item) = item(self, cx.rs, target)
            {
                cx.write(item)?;
            }
        }
        Ok(())
    }

    fn clear_item(&self, cx: &mut Cx<'_>, target: &Target) -> R<()> {
        if target.path.is_empty() {
            return paths::report(cx, null_argument(cx, "ClearItemNullPath", "path", ""));
        }
        if cx.should_process(&format!("Item: {}", target.path), "Clear Item")? {
            let force = cx.flag("Force");
            if let Err(flow) = self.set(cx.rs, &target.path, Value::Null, force) {
                return paths::report(cx, flow);
            }
        }
        Ok(())
    }

    fn remove_item(&self, cx: &mut Cx<'_>, target: &Target, _recurse: bool) -> R<()> {
        if target.path.is_empty() {
            return paths::report(cx, null_argument(cx, "RemoveItemNullPath", "path", ""));
        }
        if cx.should_process(&format!("Item: {}", target.path), "Remove Item")? {
            let force = cx.flag("Force");
            if let Err(flow) = self.remove(cx.rs, &target.path, force) {
                return paths::report(cx, flow);
            }
        }
        Ok(())
    }

    fn copy_item(&self, cx: &mut Cx<'_>, from: &Target, to: &Target, _recurse: bool) -> R<()> {
        let name = if to.path.is_empty() { from.path.clone() } else { to.path.clone() };
        if cx.should_process(&format!("Item: {} Destination: {name}", from.path), "Copy Item")? {
            let force = cx.flag("Force");
            let value = self.content(cx.rs, &from.path).unwrap_or_default();
            if let Err(flow) = self.set(cx.rs, &name, value, force) {
                return paths::report(cx, flow);
            }
            if cx.flag("PassThru")
                && let Some(made) = item(self, cx.rs, &to.with_path(name))
            {
                cx.write(made)?;
            }
        }
        Ok(())
    }

    fn move_item(&self, cx: &mut Cx<'_>, _from: &Target, _to: &Target) -> R<()> {
        Err(cx.fail(
            "System.Management.Automation.ParameterBindingException",
            "GetDynamicParametersException",
            Category::InvalidArgument,
            "Cannot retrieve the dynamic parameters for the cmdlet. The NavigationCmdletProvider methods are not supported by this provider.",
            Value::Null,
        ))
    }

    fn rename_item(&self, cx: &mut Cx<'_>, from: &Target, name: &str) -> R<()> {
        let name = name.to_owned();
        if self.object(cx.rs, &name).is_some() && !cx.flag("Force") {
            return already_exists(cx, &name);
        }
        if cx.should_process(&format!("Item: {} NewName: {name}", from.path), "Rename Item")? {
            let force = cx.flag("Force");
            let value = self.content(cx.rs, &from.path).unwrap_or_default();
            let options = self.options(cx.rs, &from.path).unwrap_or(0);
            let done = self
                .check_rename(cx.rs, &from.path, force)
                .and_then(|()| self.remove(cx.rs, &from.path, force))
                .and_then(|()| self.set(cx.rs, &name, value, force))
                .and_then(|()| self.set_options(cx.rs, &name, options, true, force));
            if let Err(flow) = done {
                return paths::report(cx, flow);
            }
            if cx.flag("PassThru")
                && let Some(made) = item(self, cx.rs, &from.with_path(name))
            {
                cx.write(made)?;
            }
        }
        Ok(())
    }

    fn reader(&self, cx: &mut Cx<'_>, target: &Target) -> R<Option<Content>> {
        if target.path.is_empty() {
            return Err(not_an_item());
        }
        Ok(self.content(cx.rs, &target.path).map(Content::Value))
    }

    fn writer(&self, cx: &mut Cx<'_>, target: &Target, _append: bool) -> R<Option<Box<dyn ContentWriter>>> {
        if target.path.is_empty() {
            return paths::report(cx, not_an_item()).map(|()| None);
        }
        Ok(Some(Box::new(Writer { kind: S::KIND, name: target.path.clone() })))
    }

    fn clear_content(&self, cx: &mut Cx<'_>, _target: &Target) -> R<()> {
        let message =
            "Cannot perform the ClearContent operation. The ClearContent operation is not supported by this provider.";
        paths::report(cx, not_supported(message))
    }
}

/// The drive itself has no content.
fn not_an_item() -> Flow {
    error::raise(
        "System.Management.Automation.PSArgumentException",
        "Argument",
        Category::InvalidArgument,
        "Cannot process argument because the value of argument \"path\" is not valid. Change the value of the \"path\" argument and run the operation again.",
        Value::Null,
    )
}

/// Content is written by setting the item.
struct Writer {
    kind: Kind,
    name: String,
}

impl ContentWriter for Writer {
    fn write(&mut self, cx: &mut Cx<'_>, values: &[Value]) -> R<()> {
        let value = match values {
            [one] => one.clone(),
            several => Value::array(several.to_vec()),
        };
        let done = match self.kind {
            Kind::Alias => super::alias::Aliases.set(cx.rs, &self.name, value, true),
            Kind::Environment => super::environment::Environment.set(cx.rs, &self.name, value, true),
            Kind::Function => super::function::Functions.set(cx.rs, &self.name, value, true),
            _ => super::variable::Variables.set(cx.rs, &self.name, value, true),
        };
        done.or_else(|flow| paths::report(cx, flow))
    }
}
