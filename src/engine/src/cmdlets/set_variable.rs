//! `Set-Variable`

use psrpd_dotnet::{Str, wildcard};

use super::{Cmdlet, Cx, Run, get_variable};
use crate::{
    eval::{Name, R, ScopeId, is_protected},
    types::{self, Code, Type},
    value::{Category, List, Value, enumerate},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Set-Variable",
    "SetVariableCommand",
    "Name string[] 0 ! ~
     Value object 1 ^ ~
     Include string[]
     Exclude string[]
     Description string
     Option System.Management.Automation.ScopedItemOptions
     Force
     Visibility System.Management.Automation.SessionStateEntryVisibility
     PassThru
     Append
     Scope string notempty",
    || Box::new(SetVariable::default()),
)
.examples(
    r#"Set-Variable x 5; $x # a variable by its name
> 5"#,
)
.should_process();

/// Values from the pipeline are gathered for the variable that the arguments name. Without any, the value stays.
#[derive(Default)]
struct SetVariable {
    names_given: bool,
    value_given: bool,
    values: Vec<Value>,
}

/// What a variable is to hold.
enum New {
    /// What it holds.
    Same,
    Value(Value),
    /// That and a value more, in a list.
    One(Value),
    /// That and several more, in an array.
    Several(Vec<Value>),
}

impl Run for SetVariable {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        self.names_given = cx.bound.get("Name").is_some();
        self.value_given = cx.bound.get("Value").is_some();
        if cx.flag("Append") && cx.strings("Name").len() > 1 {
            let (id, names) = ("SetVariableAppend", Value::strings(cx.strings("Name")));
            let exception = "System.InvalidOperationException";
            return Err(cx.fail(exception, id, Category::InvalidOperation, id.to_owned(), names));
        }
        Ok(())
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if self.names_given {
            self.values.extend(cx.get("Value"));
            return Ok(());
        }
        let new = cx.get("Value").map_or(New::Same, New::Value);
        set(cx, &new)
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if !self.names_given {
            return Ok(());
        }
        let mut values = std::mem::take(&mut self.values);
        let new = match (values.len(), cx.flag("Append")) {
            (0, _) => New::Same,
            (_, true) if !self.value_given => New::Several(values),
            (1, appends) => {
                let value = values.pop().unwrap_or_default();
                if appends { New::One(value) } else { New::Value(value) }
            }
            _ => New::Value(Value::array(values)),
        };
        set(cx, &new)
    }
}

fn set(cx: &mut Cx<'_>, new: &New) -> R<()> {
    let scope = get_variable::scope_of(cx)?;
    let filter = get_variable::Filter::of(cx)?;
    for name in cx.strings("Name") {
        let targets: Vec<Str> = if wildcard::has_wildcards(&name) {
            let found = get_variable::matching(cx, &name, scope)?;
            found.into_iter().map(|(name, _)| Str::from(name.as_str())).collect()
        } else {
            vec![name].into_iter().filter(|name| filter.lets(name)).collect()
        };
        for name in targets {
            let value = value_of(cx, &name, new);
            let shown = value.as_ref().map_or(Ok(Str::default()), |value| cx.rs.text(value))?;
            if cx.should_process(&format!("Name: {name} Value: {shown}"), "Set variable")? {
                set_one(cx, &name, value.as_ref())?;
            }
        }
    }
    Ok(())
}

/// `List[object]`
fn list_of_objects() -> Type {
    types::list_of(types::object())
}

/// The value that a variable gets; more is put behind what its name means where the command is called.
fn value_of(cx: &Cx<'_>, name: &Str, new: &New) -> Option<Value> {
    let have = || match cx.rs.lookup(&Name::new(name)) {
        Some(Value::Array(array)) if array.element.code() == Code::Object => array.items(),
        Some(value) if value.type_of() == Some(list_of_objects()) => enumerate(&value).unwrap_or_default(),
        value => value.into_iter().collect(),
    };
    match new {
        New::Same => None,
        New::Value(value) => Some(value.clone()),
        New::One(value) => {
            let all = have().into_iter().chain([value.clone()]).collect();
            Some(List::value(list_of_objects(), all))
        }
        New::Several(values) => {
            let mut all: Vec<Value> = have().into_iter().chain(values.iter().cloned()).collect();
            if all.len() == 1 { all.pop() } else { Some(Value::array(all)) }
        }
    }
}

/// The scope of the variable to set: one of all scopes is where it was made.
fn scope_to_set(cx: &mut Cx<'_>, key: &Name) -> R<ScopeId> {
    if let Some(scope) = get_variable::scope_of(cx)? {
        return Ok(scope);
    }
    let here = cx.rs.frame.scope;
    let holder = cx.rs.scope_of(key).filter(|holder| *holder != here);
    Ok(holder.filter(|holder| cx.rs.share(*holder, key).options.get().all_scope).unwrap_or(here))
}

fn not_changed(cx: &mut Cx<'_>, id: &str, message: String, name: &Str) -> R<()> {
    let exception = "System.Management.Automation.SessionStateUnauthorizedAccessException";
    cx.error(exception, id, Category::WriteError, message, Value::Str(name.clone()))
}

fn set_one(cx: &mut Cx<'_>, name: &Str, value: Option<&Value>) -> R<()> {
    let key = Name::new(name);
    let scope = scope_to_set(cx, &key)?;
    let is_constant = ["true", "false"].iter().any(|word| psrpd_dotnet::casing::eq(word, name));
    if psrpd_dotnet::casing::eq(name, "null") {
        return Ok(());
    }
    if is_constant || is_protected(&key) {
        let message = format!("Cannot overwrite variable {name} because it is read-only or constant.");
        return not_changed(cx, "VariableNotWritable", message, name);
    }
    let exists = cx.rs.scopes.get(scope).get(&key).is_some();
    let variable = cx.rs.share(scope, &key);
    let options = variable.options.get();
    if options.constant || options.read_only && !cx.flag("Force") {
        let message = format!("Cannot overwrite variable {name} because it is read-only or constant.");
        return not_changed(cx, "VariableNotWritable", message, name);
    }
    if exists && get_variable::asks_for_constant(cx) {
        let message = format!(
            "Existing variable {name} cannot be made constant. Variables can be made constant only at creation time."
        );
        return not_changed(cx, "VariableCannotBeMadeConstant", message, name);
    }
    if let Some(value) = value {
        variable.options.change(|options| options.read_only = false);
        let written = cx.rs.write_shared(&variable, value.clone());
        variable.options.change(|now| now.read_only = options.read_only);
        written?;
    }
    get_variable::describe(cx, &variable, scope);
    if cx.flag("PassThru") { cx.write(get_variable::object(&variable)) } else { Ok(()) }
}
