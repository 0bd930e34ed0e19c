//! `Get-Variable`

use std::sync::Arc;

use parking_lot::Mutex;
use psrpd_dotnet::{Str, collation, wildcard::Wildcard};

use super::{Cmdlet, Cx, Run, variable_descriptions};
use crate::{
    eval::{Flow, Name, R, ScopeId, Variable},
    ops::patterns,
    value::{Category, ErrorRecord, Exception, Opaque, Reference, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Get-Variable",
    "GetVariableCommand",
    "Name string[] notempty 0 ^ ~
     ValueOnly
     Include string[]
     Exclude string[]
     Scope string notempty",
    || Box::new(GetVariable),
)
.examples(
    r#"$v = 5; Get-Variable v -ValueOnly # the value of a variable by its name
> 5"#,
);

struct GetVariable;

/// The scope that a `-Scope` parameter means.
pub(super) fn scope_of(cx: &mut Cx<'_>) -> R<Option<ScopeId>> {
    let Some(scope) = cx.string("Scope") else { return Ok(None) };
    let here = cx.rs.frame.scope;
    Ok(Some(match scope.to_ascii_lowercase().as_str() {
        "global" => ScopeId::GLOBAL,
        "local" | "private" => here,
        "script" => cx.rs.scopes.script(here),
        number => {
            let Ok(depth) = number.parse::<i32>() else {
                let message = "Cannot process argument because the value of parameter \"Scope\" is not valid. Valid values are \"Global\", \"Local\", or \"Script\", or a number relative to the current scope (0 through the number of scopes where 0 is the current scope and 1 is its parent). Change the value of the \"Scope\" parameter and run the operation again.";
                let exception = "System.Management.Automation.PSArgumentException";
                return Err(cx.fail(exception, "Argument", Category::InvalidArgument, message, Value::Null));
            };
            let found = usize::try_from(depth).ok().and_then(|depth| cx.rs.scopes.chain(here).nth(depth));
            let Some(found) = found else { return Err(out_of_range(cx, depth)) };
            found
        }
    }))
}

fn out_of_range(cx: &Cx<'_>, depth: i32) -> Flow {
    let reason = if depth < 0 {
        "Cannot process argument because the value of argument \"Scope\" is out of range. Change argument \"Scope\" to a value that is within range.".to_owned()
    } else {
        format!("The scope number '{depth}' exceeds the number of active scopes.")
    };
    let message = format!("{reason} (Parameter 'Scope')\nActual value was {depth}.");
    let exception = Exception::new("System.Management.Automation.PSArgumentOutOfRangeException", message)
        .with("ActualValue", depth)
        .with("ParamName", "Scope");
    let id = cx.id("ArgumentOutOfRange");
    let record = ErrorRecord::new(Value::object(exception), id, Category::InvalidArgument, Value::Null);
    *record.activity.lock() = cx.cmdlet.name.into();
    Flow::error(record)
}

/// Which names `-Include` and `-Exclude` let through.
pub(super) struct Filter {
    include: Vec<Wildcard>,
    exclude: Vec<Wildcard>,
}

impl Filter {
    pub(super) fn of(cx: &Cx<'_>) -> R<Self> {
        let read = |name: &str| cx.strings(name).iter().map(|p| patterns::wildcard(p, true)).collect::<R<Vec<_>>>();
        Ok(Self { include: read("Include")?, exclude: read("Exclude")? })
    }

    pub(super) fn lets(&self, name: &str) -> bool {
        (self.include.is_empty() || self.include.iter().any(|pattern| pattern.is_match(name)))
            && !self.exclude.iter().any(|pattern| pattern.is_match(name))
    }
}

/// The variables that a pattern means, by name; an error is written where a name has none.
pub(super) fn matching(cx: &mut Cx<'_>, pattern: &Str, scope: Option<ScopeId>) -> R<Vec<(Name, ScopeId)>> {
    let matcher = patterns::wildcard(pattern, true)?;
    let filter = Filter::of(cx)?;
    let scopes: Vec<ScopeId> = match scope {
        Some(scope) => vec![scope],
        None => cx.rs.scopes.chain(cx.rs.frame.scope).collect(),
    };
    cx.rs.sync_success();
    let mut found: Vec<(Name, ScopeId)> = Vec::new();
    let mut any = false;
    for (depth, place) in scopes.into_iter().enumerate() {
        for name in cx.rs.scopes.get(place).names() {
            if !matcher.is_match(name.as_str()) || found.iter().any(|(have, _)| *have == name) {
                continue;
            }
            // A private variable is one of its own scope only.
            if depth > 0 && cx.rs.share(place, &name).options.get().private {
                continue;
            }
            any = true;
            if filter.lets(name.as_str()) {
                found.push((name, place));
            }
        }
    }
    // What has all scopes is in each of them.
    if scope.is_some() {
        for name in cx.rs.scopes.get(ScopeId::GLOBAL).names() {
            let is_everywhere = cx.rs.share(ScopeId::GLOBAL, &name).options.get().all_scope;
            if is_everywhere
                && matcher.is_match(name.as_str())
                && filter.lets(name.as_str())
                && !found.iter().any(|(have, _)| *have == name)
            {
                any = true;
                found.push((name, ScopeId::GLOBAL));
            }
        }
    }
    found.sort_by(|(a, _), (b, _)| collation::cmp(a.as_str(), b.as_str(), true));
    if !any && !psrpd_dotnet::wildcard::has_wildcards(pattern) {
        let message = format!("Cannot find a variable with the name '{pattern}'.");
        let exception = "System.Management.Automation.ItemNotFoundException";
        cx.error(exception, "VariableNotFound", Category::ObjectNotFound, message, Value::Str(pattern.clone()))?;
    }
    Ok(found)
}

/// What `-Description`, `-Option` and `-Visibility` say of a variable.
pub(super) fn describe(cx: &mut Cx<'_>, variable: &Variable, scope: ScopeId) {
    if let Some(description) = cx.string("Description") {
        *variable.description.lock() = description;
    }
    if let Some(Value::Enum(_, visibility)) = cx.get("Visibility") {
        variable.options.change(|options| options.unlisted = visibility != 0);
    }
    if cx.string("Scope").is_some_and(|scope| scope.eq_ignore_ascii_case("private")) {
        variable.options.change(|options| options.private = true);
    }
    let Some(Value::Enum(_, bits)) = cx.get("Option") else { return };
    let mut options = variable.options.get();
    options.read_only = bits & 1 != 0;
    options.constant = bits & 2 != 0;
    options.private = options.private && cx.string("Scope").is_some() || bits & 4 != 0;
    options.all_scope = bits & 8 != 0;
    variable.options.set(options);
    if options.all_scope {
        let entry = (scope, Name::new(&variable.name));
        let known = &mut cx.rs.state.all_scope;
        known.retain(|have| *have != entry);
        known.push(entry);
    }
}

/// Whether `-Option` names `Constant`.
pub(super) fn asks_for_constant(cx: &Cx<'_>) -> bool {
    matches!(cx.get("Option"), Some(Value::Enum(_, bits)) if bits & 2 != 0)
}

/// Where a `PSVariable` keeps the variable itself.
const HELD: &str = "\0variable";

/// The variable of a `PSVariable`.
pub(crate) fn held(object: &Opaque) -> Option<Arc<Variable>> {
    object.get(HELD)?.downcast::<Reference>()?.variable.clone()
}

/// A `PSVariable`.
pub(crate) fn object(variable: &Arc<Variable>) -> Value {
    let options = variable.options.get();
    let bits = [(options.read_only, 1), (options.constant, 2), (options.private, 4), (options.all_scope, 8)];
    let bits = bits.iter().filter(|(on, _)| *on).fold(0, |bits, (_, bit)| bits | bit);
    Opaque::new(
        "System.Management.Automation.PSVariable",
        [
            ("Name", Value::Str(variable.name.clone())),
            ("Description", description(variable)),
            ("Value", variable.value.lock().clone()),
            (
                "Visibility",
                crate::types::enum_value(
                    "System.Management.Automation.SessionStateEntryVisibility",
                    if options.unlisted { "Private" } else { "Public" },
                ),
            ),
            ("Module", Value::Null),
            ("ModuleName", "".into()),
            ("Options", Value::Enum(crate::types::known("System.Management.Automation.ScopedItemOptions"), bits)),
            ("Attributes", attributes(variable)),
            (HELD, Value::object(Reference { variable: Some(variable.clone()), value: Mutex::new(Value::Null) })),
        ],
    )
    .into_value()
}

fn description(variable: &Variable) -> Value {
    let own = variable.description.lock().clone();
    if own.is_empty() { variable_descriptions::of(&variable.name).into() } else { Value::Str(own) }
}

/// The attributes of a variable as they are now.
fn attributes(variable: &Variable) -> Value {
    let base = crate::types::generic(
        "System.Collections.ObjectModel.Collection`1",
        vec![crate::types::known("System.Attribute")],
    );
    let name = "System.Management.Automation.PSVariableAttributeCollection";
    crate::value::List::value(
        crate::types::Type::new(name.into(), crate::types::Shape::Named, base),
        crate::commands::variable_attributes(&variable.checks.lock()),
    )
}

impl Run for GetVariable {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let scope = scope_of(cx)?;
        let mut names = cx.strings("Name");
        if names.is_empty() {
            names.push("*".into());
        }
        for pattern in names {
            for (name, scope) in matching(cx, &pattern, scope)? {
                let variable = cx.rs.share(scope, &name);
                let value = if cx.flag("ValueOnly") { variable.value.lock().clone() } else { object(&variable) };
                cx.write(value)?;
            }
        }
        Ok(())
    }
}
