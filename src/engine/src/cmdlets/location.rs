//! `Get-Location`, `Set-Location`, `Push-Location`, `Pop-Location`

use std::any::Any;

use psrpd_dotnet::{Str, wildcard};

use super::{
    Cmdlet, Cx, MANAGEMENT, Run,
    paths::{self, Filters, Given},
};
use crate::{
    eval::R,
    providers::{Kind, Problem, Target, path_info},
    types::{self, Type},
    value::{Category, Exception, Object, Value},
};

pub(super) static GET: Cmdlet = Cmdlet::new(
    "Get-Location",
    "GetLocationCommand",
    "PSProvider string[] @Location(~)
     PSDrive string[] @Location(~)
     Stack @Stack
     StackName string[] @Stack(~)",
    || Box::new(Get),
)
.examples(
    r#"Set-Location /tmp; (Get-Location).Path # where one is
> /tmp"#,
)
.in_module(MANAGEMENT)
.default_set("Location");
pub(super) static SET: Cmdlet = Cmdlet::new(
    "Set-Location",
    "SetLocationCommand",
    "Path string @Path(0 ^ ~)
     LiteralPath|PSPath|LP string @LiteralPath(! ~)
     PassThru
     StackName string @Stack(~)",
    || Box::new(Set { push: false }),
)
.examples(
    r#"Set-Location /tmp; $PWD.Path # to another place
> /tmp"#,
)
.in_module(MANAGEMENT)
.default_set("Path");
pub(super) static PUSH: Cmdlet = Cmdlet::new(
    "Push-Location",
    "PushLocationCommand",
    "Path string @Path(0 ^ ~)
     LiteralPath|PSPath|LP string @LiteralPath(~)
     PassThru
     StackName string ~",
    || Box::new(Set { push: true }),
)
.examples(
    r#"Push-Location /tmp; (Get-Location).Path # to another place, for a while
> /tmp"#,
)
.in_module(MANAGEMENT)
.default_set("Path");
pub(super) static POP: Cmdlet =
    Cmdlet::new("Pop-Location", "PopLocationCommand", "PassThru\nStackName string ~", || Box::new(Pop))
        .examples(
            r#"Set-Location /; Push-Location /tmp; Pop-Location; (Get-Location).Path # back to where one was
> /"#,
        )
        .in_module(MANAGEMENT);

/// A stack of locations, the last one first.
struct PathInfoStack {
    name: Str,
    items: Vec<Value>,
}

impl Object for PathInfoStack {
    fn type_of(&self) -> Type {
        types::known("System.Management.Automation.PathInfoStack")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.items.clone())
    }
}

/// The name of a stack of locations.
pub(crate) fn stack_name(value: &Value) -> Option<Str> {
    value.downcast::<PathInfoStack>().map(|stack| stack.name.clone())
}

struct Get;

impl Get {
    fn of_drives(cx: &mut Cx<'_>, names: &[Str]) -> R<()> {
        for name in names {
            let matcher = crate::ops::patterns::wildcard(name, true)?;
            let drives = cx.rs.drives().sorted();
            let found: Vec<_> = drives.into_iter().filter(|drive| matcher.is_match(&drive.name)).collect();
            if found.is_empty() {
                let record = Problem::Drive(name.to_string()).record(|_| cx.id("GetLocationNoMatchingDrive"));
                *record.activity.lock() = cx.cmdlet.name.into();
                cx.rs.write_error(record)?;
            }
            for drive in found {
                let path = drive.inside(&drive.current.lock());
                let target = Target { kind: drive.kind, drive: Some(drive), qualifier: None, path, is_folder: false };
                cx.write(path_info(&target))?;
            }
        }
        Ok(())
    }

    fn of_providers(cx: &mut Cx<'_>, names: &[Str]) -> R<()> {
        for name in names {
            let Some(kind) = Kind::find(name) else {
                let record = Problem::Provider(name.to_string()).record(|_| cx.id("GetLocationNoMatchingProvider"));
                *record.activity.lock() = cx.cmdlet.name.into();
                cx.rs.write_error(record)?;
                continue;
            };
            let drive = cx.rs.drives().of(kind).into_iter().next_back();
            let (path, drive) = match drive {
                _ if kind == Kind::FileSystem => (cx.rs.state.locations.directory(), cx.rs.state.drives.root()),
                drive => (String::new(), drive),
            };
            let target = Target { kind, drive, qualifier: None, path, is_folder: false };
            cx.write(path_info(&target))?;
        }
        Ok(())
    }

    fn stack(cx: &mut Cx<'_>, name: Option<&str>) -> R<()> {
        let Some(found) = cx.rs.state.locations.stack(name) else {
            let message = "Cannot process argument because the value of argument \"stackName\" is not valid. Change the value of the \"stackName\" argument and run the operation again.";
            let exception = "System.Management.Automation.PSArgumentException";
            return cx.error(exception, "Argument", Category::InvalidArgument, message, Value::Null);
        };
        let shown = name.filter(|name| !name.is_empty()).unwrap_or(&cx.rs.state.locations.default_stack);
        let stack = PathInfoStack { name: shown.into(), items: found.iter().map(path_info).collect() };
        cx.write(Value::object(stack))
    }
}

impl Run for Get {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let (drives, providers) = (cx.strings("PSDrive"), cx.strings("PSProvider"));
        if !drives.is_empty() {
            return Self::of_drives(cx, &drives);
        }
        if !providers.is_empty() {
            return Self::of_providers(cx, &providers);
        }
        let stacks = cx.strings("StackName");
        if !stacks.is_empty() {
            return stacks.iter().try_for_each(|name| Self::stack(cx, Some(name)));
        }
        if cx.flag("Stack") {
            return Self::stack(cx, None);
        }
        let here = path_info(cx.rs.state.locations.current());
        cx.write(here)
    }
}

struct Set {
    push: bool,
}

impl Set {
    /// `-` and `+`: back and forth.
    fn history(cx: &mut Cx<'_>, back: bool) -> R<()> {
        let locations = &mut cx.rs.state.locations;
        let (found, direction) = if back { (locations.back(), "backwards") } else { (locations.forth(), "forwards") };
        let Some(target) = found else {
            let message = format!("There is no location history left to navigate {direction}.");
            let name = "System.InvalidOperationException";
            return Err(cx.fail(name, name, Category::NotSpecified, message, Value::Null));
        };
        cx.rs.state.locations.enter(target);
        Ok(())
    }

    fn missing(cx: &mut Cx<'_>, path: &str) -> R<bool> {
        paths::report_problem(cx, &Problem::Missing(path.into())).map(|()| false)
    }

    /// Goes to a path; false where an error was written instead.
    fn go(cx: &mut Cx<'_>, given: &Given) -> R<bool> {
        let is_pattern = !given.literal && wildcard::has_wildcards(&given.text);
        let found = if given.literal {
            let Some(target) = paths::target(cx, given)? else { return Ok(false) };
            if !target.kind.provider().exists(cx.rs, &target.path) {
                return Self::missing(cx, &given.text);
            }
            vec![target]
        } else {
            paths::resolve_with(cx, given, &Filters::of_nothing(), true)?
        };
        match found.as_slice() {
            [] if is_pattern => Self::missing(cx, &given.text),
            [] => Ok(false),
            [one] if one.kind.provider().is_container(cx.rs, &one.path) => {
                cx.rs.state.locations.go(one.clone());
                Ok(true)
            }
            [_] => Self::missing(cx, &given.text),
            _ => {
                let message = format!(
                    "Cannot set the location because path '{}' resolved to multiple containers. You can only set the location to a single container at a time.",
                    given.text
                );
                let containers =
                    found.iter().filter(|target| target.kind.provider().is_container(cx.rs, &target.path)).count();
                if containers == 1
                    && let Some(only) =
                        found.iter().find(|target| target.kind.provider().is_container(cx.rs, &target.path))
                {
                    cx.rs.state.locations.go(only.clone());
                    return Ok(true);
                }
                if containers == 0 {
                    return Self::missing(cx, &given.text);
                }
                let exception = "System.Management.Automation.PSArgumentException";
                cx.error(exception, "Argument", Category::InvalidArgument, message, Value::Null).map(|()| false)
            }
        }
    }

    fn default_stack(cx: &mut Cx<'_>, name: &str) -> R<()> {
        let name = if name.is_empty() { "default" } else { name };
        let Some(found) = cx.rs.state.locations.stack(Some(name)) else {
            let exception = Exception::new(
                "System.Management.Automation.ItemNotFoundException",
                format!("Cannot find path '{name}' because it does not exist."),
            );
            let id = "StackNotFound";
            return paths::write_error(cx, Value::object(exception), id, Category::ObjectNotFound, Value::from(name));
        };
        cx.rs.state.locations.default_stack = name.into();
        if cx.flag("PassThru") {
            let stack = PathInfoStack { name: name.into(), items: found.iter().map(path_info).collect() };
            return cx.write(Value::object(stack));
        }
        Ok(())
    }

    fn run(&self, cx: &mut Cx<'_>) -> R<()> {
        if !self.push
            && let Some(name) = cx.string("StackName")
        {
            return Self::default_stack(cx, &name);
        }
        let given = paths::given(cx).into_iter().next().filter(|given| !given.text.is_empty());
        if self.push {
            // The location is kept even where the new one turns out to be none.
            let stack = cx.string("StackName");
            cx.rs.state.locations.push(stack.as_deref());
            if let Some(given) = given
                && !Self::go(cx, &given)?
            {
                return Ok(());
            }
            return finish(cx);
        }
        match given {
            Some(given) if !given.literal && given.text.as_str() == "-" => Self::history(cx, true)?,
            Some(given) if !given.literal && given.text.as_str() == "+" => Self::history(cx, false)?,
            Some(given) => {
                if !Self::go(cx, &given)? {
                    return Ok(());
                }
            }
            None => {
                if !Self::go(cx, &Given { text: home(cx), literal: true })? {
                    return Ok(());
                }
            }
        }
        finish(cx)
    }
}

fn home(cx: &Cx<'_>) -> Str {
    cx.rs.state.environment.get("HOME").unwrap_or_else(|| "/".into()).into()
}

impl Run for Set {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        self.run(cx).map_err(|flow| paths::ending(cx, flow))
    }
}

struct Pop;

impl Run for Pop {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let stack = cx.string("StackName");
        match cx.rs.state.locations.pop(stack.as_deref()) {
            // What was left is no place to go back to.
            Ok(Some(target)) => cx.rs.state.locations.enter(target),
            Ok(None) => {}
            Err(name) => {
                let message =
                    format!("Cannot find location stack '{name}'. It does not exist or it is not a container.");
                let exception = "System.Management.Automation.PSArgumentException";
                return cx.error(exception, "Argument", Category::InvalidArgument, message, Value::Null);
            }
        }
        finish(cx)
    }
}

fn finish(cx: &mut Cx<'_>) -> R<()> {
    cx.rs.change_pwd()?;
    if !cx.flag("PassThru") {
        return Ok(());
    }
    let here = path_info(cx.rs.state.locations.current());
    cx.write(here)
}
