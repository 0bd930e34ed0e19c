//! Runspaces that scripts open, pools of them, and what they begin with.

use std::{any::Any, sync::Arc};

use parking_lot::Mutex;

use super::{Members, TypeDef, args::null, collections::generic_list, known};
use crate::{
    beside::{
        Lane,
        shell::{Pool, Space, setup_of},
    },
    eval::{Flow, Name, R, Runspace, ScopeId, error},
    value::{List, Object, Opaque, Value, text},
};

const POOL: &str = "System.Management.Automation.Runspaces.RunspacePool";
const STATE: &str = "System.Management.Automation.Runspaces.InitialSessionState";

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Management.Automation.Runspaces.RunspaceFactory").members(factory),
    TypeDef::class(POOL).members(pool),
    TypeDef::class("System.Management.Automation.Runspaces.SessionStateProxy").members(proxy),
    TypeDef::class(STATE).members(state),
    TypeDef::class("System.Management.Automation.Runspaces.InitialSessionStateEntryCollection`1")
        .implements(super::collections::LIST)
        .members(generic_list),
    TypeDef::class(ENTRY),
    TypeDef::class("System.Management.Automation.Runspaces.ConstrainedSessionStateEntry").base(ENTRY),
    TypeDef::class("System.Management.Automation.Runspaces.SessionStateCommandEntry")
        .base("System.Management.Automation.Runspaces.ConstrainedSessionStateEntry"),
    TypeDef::class("System.Management.Automation.Runspaces.SessionStateVariableEntry").base("System.Management.Automation.Runspaces.ConstrainedSessionStateEntry").members(|m| {
        m.constructor("System.Management.Automation.Runspaces.SessionStateVariableEntry(string name, System.Object value, string description)", |_, _, args| Ok(entry("SessionStateVariableEntry", &["Name", "Value", "Description"], args)));
        m.constructor("System.Management.Automation.Runspaces.SessionStateVariableEntry(string name, System.Object value, string description, System.Management.Automation.ScopedItemOptions options)", |_, _, args| Ok(entry("SessionStateVariableEntry", &["Name", "Value", "Description", "Options"], args)));
    }),
    TypeDef::class("System.Management.Automation.Runspaces.SessionStateFunctionEntry").base("System.Management.Automation.Runspaces.SessionStateCommandEntry").members(|m| {
        m.constructor("System.Management.Automation.Runspaces.SessionStateFunctionEntry(string name, string definition)", |_, _, args| Ok(entry("SessionStateFunctionEntry", &["Name", "Definition"], args)));
    }),
    TypeDef::class("System.Management.Automation.Runspaces.SessionStateAliasEntry").base("System.Management.Automation.Runspaces.SessionStateCommandEntry").members(|m| {
        m.constructor("System.Management.Automation.Runspaces.SessionStateAliasEntry(string name, string definition)", |_, _, args| Ok(entry("SessionStateAliasEntry", &["Name", "Definition"], args)));
        m.constructor("System.Management.Automation.Runspaces.SessionStateAliasEntry(string name, string definition, string description)", |_, _, args| Ok(entry("SessionStateAliasEntry", &["Name", "Definition", "Description"], args)));
    }),
    TypeDef::labels(
        "System.Management.Automation.Runspaces.PSThreadOptions",
        &[("Default", 0), ("UseNewThread", 1), ("ReuseThread", 2), ("UseCurrentThread", 3)],
    ),
    TypeDef::labels("System.Management.Automation.Runspaces.RunspacePoolState", super::runspace::STATES),
];

const ENTRY: &str = "System.Management.Automation.Runspaces.InitialSessionStateEntry";

fn entry(of: &str, names: &[&str], args: &[Value]) -> Value {
    let values = names.iter().copied().zip(args.iter().cloned());
    Opaque::new(&format!("System.Management.Automation.Runspaces.{of}"), values).into_value()
}

fn factory(m: &mut Members) {
    m.function("runspace CreateRunspace()", |rs, _, _| Ok(Value::object(Space::new(rs, None))));
    m.function(
        "runspace CreateRunspace(System.Management.Automation.Runspaces.InitialSessionState initialSessionState)",
        |rs, _, args| Ok(Value::object(Space::new(rs, setup_of(args.first())?))),
    );
    m.function("runspace CreateRunspace(System.Management.Automation.Host.PSHost host)", |rs, _, _| {
        Ok(Value::object(Space::new(rs, None)))
    });
    m.function("System.Management.Automation.Runspaces.RunspacePool CreateRunspacePool()", |rs, _, _| {
        Ok(Value::object(Pool::new(rs, 1, 1, None)))
    });
    m.function(
        "System.Management.Automation.Runspaces.RunspacePool CreateRunspacePool(System.Management.Automation.Runspaces.InitialSessionState initialSessionState)",
        |rs, _, args| Ok(Value::object(Pool::new(rs, 1, 1, setup_of(args.first())?))),
    );
    for declaration in [
        "System.Management.Automation.Runspaces.RunspacePool CreateRunspacePool(int minRunspaces, int maxRunspaces)",
        "System.Management.Automation.Runspaces.RunspacePool CreateRunspacePool(int minRunspaces, int maxRunspaces, System.Management.Automation.Host.PSHost host)",
        "System.Management.Automation.Runspaces.RunspacePool CreateRunspacePool(int minRunspaces, int maxRunspaces, System.Management.Automation.Runspaces.InitialSessionState initialSessionState, System.Management.Automation.Host.PSHost host)",
    ] {
        m.function(declaration, |rs, _, args| {
            let number = |at: usize| args.get(at).and_then(Value::as_i128).unwrap_or(0);
            let (least, most) = (number(0), number(1));
            for (n, name) in [(most, "maxRunspaces"), (least, "minRunspaces")] {
                if n < 1 {
                    let message = "Pool size cannot be less than 1.";
                    return Err(error::argument(
                        "System.Management.Automation.PSArgumentOutOfRangeException",
                        message,
                        name,
                    ));
                }
            }
            if least > most {
                let exception = "System.Management.Automation.PSArgumentOutOfRangeException";
                let message = "Maximum pool size cannot be less than minimum pool size.";
                return Err(error::argument(exception, message, "maxRunspaces"));
            }
            let setup = setup_of(args.get(2))?;
            let (least, most) = (usize::try_from(least).unwrap_or(1), usize::try_from(most).unwrap_or(1));
            Ok(Value::object(Pool::new(rs, least, most, setup)))
        });
    }
}

/// The state of a runspace or pool, as an object.
fn state_info(of: &str, state: &str) -> Value {
    let class = format!("System.Management.Automation.{of}StateInfo");
    let label = super::enum_value(&format!("System.Management.Automation.Runspaces.{of}State"), state);
    Opaque::new(&class, [("State", label), ("Reason", Value::Null)]).displayed(state).into_value()
}

/// The members of a runspace that a script has opened.
pub(super) fn runspace(m: &mut Members) {
    fn of(this: &Value) -> R<&Space> {
        this.downcast::<Space>().ok_or(Flow::Return)
    }
    m.get("version Version", |_, _| Ok(Value::object(crate::value::Version(crate::OWN_VERSION))));
    m.get("bool RunspaceIsRemote", |_, _| Ok(false.into()));
    m.get("System.Management.Automation.RunspaceStateInfo RunspaceStateInfo", |_, this| {
        Ok(state_info("Runspace", of(this)?.state()))
    });
    m.get("System.Management.Automation.Runspaces.RunspaceAvailability RunspaceAvailability", |_, this| {
        let label = match of(this)?.lane() {
            None => "None",
            Some(lane) if lane.is_busy() => "Busy",
            Some(_) => "Available",
        };
        Ok(super::enum_value("System.Management.Automation.Runspaces.RunspaceAvailability", label))
    });
    m.get("guid InstanceId", |_, this| Ok(Value::Guid(*of(this)?.instance.lock())));
    m.get("int Id", |_, this| Ok(of(this)?.lane().map_or(Value::I32(-1), |lane| Value::I32(lane.number))));
    m.get_set(
        "string Name",
        |_, this| {
            let space = of(this)?;
            let number = space.lane().map_or(0, |lane| lane.number);
            Ok(space.name.lock().clone().map_or_else(|| format!("Runspace{number}").into(), Value::Str))
        },
        |_, this, value| {
            *of(this)?.name.lock() = Some(text(&value));
            Ok(())
        },
    );
    m.get_set(
        "System.Management.Automation.Runspaces.PSThreadOptions ThreadOptions",
        |_, _| Ok(super::enum_value("System.Management.Automation.Runspaces.PSThreadOptions", "Default")),
        // All runspaces have threads of their own.
        |_, _, _| Ok(()),
    );
    m.get("System.Management.Automation.Runspaces.SessionStateProxy SessionStateProxy", |_, this| {
        Ok(of(this)?.lane().map_or(Value::Null, |lane| Value::object(Proxy(lane))))
    });
    m.method("void Open()", |_, this, _| of(this)?.open().map(|()| Value::AutomationNull));
    m.method("void OpenAsync()", |_, this, _| of(this)?.open().map(|()| Value::AutomationNull));
    for declaration in ["void Close()", "void CloseAsync()", "void Dispose()"] {
        m.method(declaration, |_, this, _| {
            of(this)?.close();
            Ok(Value::AutomationNull)
        });
    }
    m.method("void ResetRunspaceState()", |rs, this, _| {
        let Some(lane) = of(this)?.lane() else { return Ok(Value::AutomationNull) };
        ask(rs, &lane, |rs| {
            rs.reset_variables();
            Value::AutomationNull
        })
    });
}

fn pool(m: &mut Members) {
    fn of(this: &Value) -> R<&Pool> {
        this.downcast::<Pool>().ok_or(Flow::Return)
    }
    m.get("guid InstanceId", |_, this| Ok(Value::Guid(of(this)?.instance)));
    m.get("bool IsDisposed", |_, this| Ok((of(this)?.state() == "Closed").into()));
    m.get("System.Management.Automation.RunspacePoolStateInfo RunspacePoolStateInfo", |_, this| {
        Ok(state_info("RunspacePool", of(this)?.state()))
    });
    m.get_set(
        "System.Management.Automation.Runspaces.PSThreadOptions ThreadOptions",
        |_, _| Ok(super::enum_value("System.Management.Automation.Runspaces.PSThreadOptions", "Default")),
        |_, _, _| Ok(()),
    );
    m.method("void Open()", |_, this, _| {
        let pool = of(this)?;
        if pool.state() != "BeforeOpen" {
            let message = format!(
                "Cannot open the runspace pool because it is not in the 'BeforeOpen' state. Current state is '{}'.",
                pool.state()
            );
            let exception = "System.Management.Automation.Runspaces.InvalidRunspacePoolStateException";
            return Err(error::thrown(exception, message));
        }
        pool.set_state("Opened");
        Ok(Value::AutomationNull)
    });
    for declaration in ["void Close()", "void Dispose()"] {
        m.method(declaration, |_, this, _| {
            of(this)?.set_state("Closed");
            Ok(Value::AutomationNull)
        });
    }
    m.method("int GetMaxRunspaces()", |_, this, _| Ok(Value::int(of(this)?.crew().most())));
    m.method("int GetMinRunspaces()", |_, this, _| Ok(Value::int(*of(this)?.least.lock())));
    m.method("int GetAvailableRunspaces()", |_, this, _| Ok(Value::int(of(this)?.crew().available())));
    m.method("bool SetMaxRunspaces(int maxRunspaces)", |_, this, args| {
        let most = args.first().and_then(Value::as_i128).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let pool = of(this)?;
        let fits = most >= *pool.least.lock() && most > 0;
        if fits {
            pool.crew().set_most(most)?;
        }
        Ok(fits.into())
    });
    m.method("bool SetMinRunspaces(int minRunspaces)", |_, this, args| {
        let least = args.first().and_then(Value::as_i128).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let pool = of(this)?;
        let fits = least > 0 && least <= pool.crew().most();
        if fits {
            *pool.least.lock() = least;
        }
        Ok(fits.into())
    });
}

/// `SessionStateProxy`
struct Proxy(Arc<Lane>);

impl Object for Proxy {
    fn type_of(&self) -> super::Type {
        known("System.Management.Automation.Runspaces.SessionStateProxy")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Has something done in another runspace, and waits for it.
fn ask(rs: &mut Runspace, lane: &Lane, what: impl FnOnce(&mut Runspace) -> Value + Send + 'static) -> R<Value> {
    let answer = Arc::new(Mutex::new(None));
    let (slot, shared) = (answer.clone(), rs.beside.shared.clone());
    lane.give(Box::new(move |rs| {
        let value = what(rs);
        *slot.lock() = Some(value);
        shared.notify();
    }));
    rs.wait_until(None, |_| answer.lock().is_some() || lane.is_closed())?;
    let value = answer.lock().take();
    Ok(value.unwrap_or_default())
}

fn proxy(m: &mut Members) {
    fn of(this: &Value) -> R<Arc<Lane>> {
        this.downcast::<Proxy>().map(|proxy| proxy.0.clone()).ok_or(Flow::Return)
    }
    m.method("void SetVariable(string name, System.Object value)", |rs, this, args| {
        let name = args.first().map(text).unwrap_or_default();
        let value = args.get(1).cloned().unwrap_or_default();
        ask(rs, &*of(this)?, move |rs| {
            let _ = rs.write_in(ScopeId::GLOBAL, &Name::new(&name), value);
            Value::AutomationNull
        })
    });
    m.method("System.Object GetVariable(string name)", |rs, this, args| {
        let name = args.first().map(text).unwrap_or_default();
        ask(rs, &*of(this)?, move |rs| rs.lookup(&Name::new(&name)).unwrap_or_default())
    });
    m.get("System.Management.Automation.PSLanguageMode LanguageMode", |_, _| {
        Ok(super::enum_value("System.Management.Automation.PSLanguageMode", "FullLanguage"))
    });
}

fn fresh() -> Value {
    let list = |of: &str| {
        let element = known(&format!("System.Management.Automation.Runspaces.{of}"));
        let name = "System.Management.Automation.Runspaces.InitialSessionStateEntryCollection`1";
        List::value(super::generic(name, vec![element]).unwrap_or_else(super::array_list), Vec::new())
    };
    let scripts = super::generic("System.Collections.Generic.HashSet`1", vec![super::string()]);
    Opaque::new(
        STATE,
        [
            ("LanguageMode", super::enum_value("System.Management.Automation.PSLanguageMode", "FullLanguage")),
            ("Commands", list("SessionStateCommandEntry")),
            ("EnvironmentVariables", list("SessionStateVariableEntry")),
            ("Variables", list("SessionStateVariableEntry")),
            ("StartupScripts", Value::object(crate::value::Set::new(scripts.unwrap_or_else(super::object), false, []))),
            ("ThreadOptions", super::enum_value("System.Management.Automation.Runspaces.PSThreadOptions", "Default")),
            ("ThrowOnRunspaceOpenError", false.into()),
        ],
    )
    .displayed(STATE)
    .into_value()
}

fn state(m: &mut Members) {
    for declaration in ["initialsessionstate CreateDefault()", "initialsessionstate CreateDefault2()"] {
        m.function(declaration, |_, _, _| Ok(fresh()));
    }
    m.function("initialsessionstate Create()", |_, _, _| {
        let state = fresh();
        if let Some(bag) = state.downcast::<Opaque>() {
            bag.set("LanguageMode", super::enum_value("System.Management.Automation.PSLanguageMode", "NoLanguage"));
        }
        Ok(state)
    });
    m.method("void ImportPSModule(string[] name)", |_, _, args| match args.first() {
        Some(names) if !names.is_null() => Err(error::feature("A module of an initial session state")),
        _ => Err(null("name")),
    });
}
