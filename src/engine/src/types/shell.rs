//! `[powershell]` and what belongs to it.

use std::sync::Arc;

use super::{Members, TypeDef, collections::generic_list, known};
use crate::{
    beside::{
        Gathered, Input, Kind, Phase,
        shell::{Place, Shell, ShellCommand, Space, input_of, output_list, truth},
    },
    eval::{Flow, R, Runspace, error},
    value::{List, Object, Opaque, Value, text},
};

const SHELL: &str = "System.Management.Automation.PowerShell";

/// How far a pipeline is.
pub(super) const STATES: &[(&str, i64)] = &[
    ("NotStarted", 0),
    ("Running", 1),
    ("Stopping", 2),
    ("Stopped", 3),
    ("Completed", 4),
    ("Failed", 5),
    ("Disconnected", 6),
];

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class(SHELL).members(|m| {
        creation(m);
        properties(m);
        building(m);
        running(m);
    }),
    TypeDef::class("System.Management.Automation.PSCommand").members(|m| {
        m.constructor("System.Management.Automation.PSCommand()", |_, _, _| {
            Ok(command_of(&Arc::new(List::new(
                known("System.Management.Automation.Runspaces.CommandCollection"),
                Vec::new(),
            ))))
        });
        m.method("void Clear()", |_, this, _| {
            if let Some(list) = commands_in(this) {
                list.items.lock().clear();
            }
            Ok(Value::AutomationNull)
        });
        for (declaration, is_script) in [
            ("System.Management.Automation.PSCommand AddCommand(string command)", false),
            ("System.Management.Automation.PSCommand AddScript(string script)", true),
        ] {
            let add: super::NativeFn = match is_script {
                true => |_, this, args| add_to(this, args, true),
                false => |_, this, args| add_to(this, args, false),
            };
            m.method(declaration, add);
        }
        m.method(
            "System.Management.Automation.PSCommand AddParameter(string parameterName, System.Object value)",
            |_, this, args| {
                if let Some(list) = commands_in(this)
                    && let Some(last) = list.items.lock().back().and_then(Value::downcast::<ShellCommand>)
                {
                    last.parameters.items.lock().push_back(parameter(args.first(), args.get(1)));
                }
                Ok(this.clone())
            },
        );
    }),
    TypeDef::class("System.Management.Automation.Runspaces.CommandCollection")
        .implements(super::collections::LIST)
        .members(generic_list),
    TypeDef::class("System.Management.Automation.Runspaces.CommandParameterCollection")
        .implements(super::collections::LIST)
        .members(generic_list),
    TypeDef::class("System.Management.Automation.Runspaces.CommandParameter"),
    TypeDef::class("System.Management.Automation.Runspaces.Command").members(command),
    TypeDef::class("System.Management.Automation.PSDataStreams").members(streams),
    TypeDef::class("System.Management.Automation.PSInvocationStateInfo"),
    TypeDef::class("System.Management.Automation.PowerShellAsyncResult").members(|m| {
        m.get("bool CompletedSynchronously", |_, _| Ok(false.into()));
        m.get("bool IsCompleted", |_, this| {
            Ok(this.downcast::<Pending>().is_some_and(|pending| pending.run.phase().is_over()).into())
        });
        m.get("System.Object AsyncState", |_, _| Ok(Value::Null));
        m.get("System.Threading.WaitHandle AsyncWaitHandle", |_, this| {
            let run = this.downcast::<Pending>().map(|pending| pending.run.clone());
            Ok(run.map_or(Value::Null, |run| super::threading::end_of(move || run.phase().is_over())))
        });
    }),
    TypeDef::labels("System.Management.Automation.PSInvocationState", STATES),
    TypeDef::labels("System.Management.Automation.RunspaceMode", &[("CurrentRunspace", 0), ("NewRunspace", 1)]),
];

/// What `BeginInvoke` gives.
struct Pending {
    run: Arc<crate::beside::Run>,
    /// The output, where no collection was given for it.
    output: Option<Arc<List>>,
}

impl Object for Pending {
    fn type_of(&self) -> super::Type {
        known("System.Management.Automation.PowerShellAsyncResult")
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

/// `PSDataStreams`
struct StreamsOf(Arc<Gathered>);

impl Object for StreamsOf {
    fn type_of(&self) -> super::Type {
        known("System.Management.Automation.PSDataStreams")
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

fn streams(m: &mut Members) {
    macro_rules! lists {
        ($($declaration:literal $kind:ident)*) => {
            $(m.get($declaration, |_, this| {
                let list = this.downcast::<StreamsOf>().map(|streams| streams.0.list(Kind::$kind));
                Ok(list.map_or(Value::Null, |list| Value::Object(list)))
            });)*
        };
    }
    lists! {
        "System.Management.Automation.PSDataCollection[System.Management.Automation.ErrorRecord] Error" Error
        "System.Management.Automation.PSDataCollection[System.Management.Automation.ProgressRecord] Progress" Progress
        "System.Management.Automation.PSDataCollection[System.Management.Automation.VerboseRecord] Verbose" Verbose
        "System.Management.Automation.PSDataCollection[System.Management.Automation.DebugRecord] Debug" Debug
        "System.Management.Automation.PSDataCollection[System.Management.Automation.WarningRecord] Warning" Warning
        "System.Management.Automation.PSDataCollection[System.Management.Automation.InformationRecord] Information" Information
    }
    m.method("void ClearStreams()", |_, this, _| {
        if let Some(streams) = this.downcast::<StreamsOf>() {
            Kind::ALL
                .into_iter()
                .filter(|kind| *kind != Kind::Output)
                .for_each(|kind| drop(streams.0.read(kind, false)));
        }
        Ok(Value::AutomationNull)
    });
}

fn command_of(list: &Arc<List>) -> Value {
    Opaque::new("System.Management.Automation.PSCommand", [("Commands", Value::Object(list.clone()))])
        .displayed("System.Management.Automation.PSCommand")
        .into_value()
}

fn commands_in(this: &Value) -> Option<Arc<List>> {
    this.downcast::<Opaque>()?.get("Commands")?.shared()
}

fn add_to(this: &Value, args: &[Value], is_script: bool) -> R<Value> {
    if let Some(list) = commands_in(this) {
        let text = args.first().map(text).unwrap_or_default();
        list.items.lock().push_back(Value::object(ShellCommand::new(text, None, is_script, false)));
    }
    Ok(this.clone())
}

fn parameter(name: Option<&Value>, value: Option<&Value>) -> Value {
    let of = "System.Management.Automation.Runspaces.CommandParameter";
    Opaque::new(of, [("Name", name.cloned().unwrap_or_default()), ("Value", value.cloned().unwrap_or_default())])
        .into_value()
}

fn command(m: &mut Members) {
    fn of(this: &Value) -> Option<&ShellCommand> {
        this.downcast::<ShellCommand>()
    }
    m.get("System.Management.Automation.Runspaces.CommandParameterCollection Parameters", |_, this| {
        Ok(of(this).map_or(Value::Null, |command| Value::Object(command.parameters.clone())))
    });
    m.get("string CommandText", |_, this| Ok(of(this).map_or(Value::Null, |command| Value::Str(command.text.clone()))));
    m.get("bool IsScript", |_, this| Ok(of(this).is_some_and(|command| command.is_script).into()));
    m.get("bool UseLocalScope", |_, this| Ok(of(this).is_some_and(|command| command.local_scope).into()));
    m.get("bool IsEndOfStatement", |_, this| Ok(of(this).is_some_and(|command| *command.ends.lock()).into()));
    for declaration in [
        "System.Management.Automation.Runspaces.Command(string command)",
        "System.Management.Automation.Runspaces.Command(string command, bool isScript)",
        "System.Management.Automation.Runspaces.Command(string command, bool isScript, bool useLocalScope)",
    ] {
        m.constructor(declaration, |_, _, args| {
            let name = args.first().map(text).unwrap_or_default();
            Ok(Value::object(ShellCommand::new(name, None, truth(args.get(1)), truth(args.get(2)))))
        });
    }
}

fn shell(this: &Value) -> R<&Shell> {
    this.downcast::<Shell>().ok_or(Flow::Return)
}

fn creation(m: &mut Members) {
    m.function("powershell Create()", |rs, _, _| Ok(Value::object(Shell::new(rs, Place::Own))));
    m.function("powershell Create(System.Management.Automation.RunspaceMode runspace)", |rs, _, args| {
        let is_current = matches!(args.first(), Some(Value::Enum(_, 0)));
        Ok(Value::object(Shell::new(rs, if is_current { Place::Current } else { Place::Own })))
    });
    m.function(
        "powershell Create(System.Management.Automation.Runspaces.InitialSessionState initialSessionState)",
        |rs, _, args| {
            let setup = crate::beside::shell::setup_of(args.first())?;
            let space = Space::new(rs, setup);
            space.open()?;
            Ok(Value::object(Shell::new(rs, Place::Given(Value::object(space)))))
        },
    );
    m.function("powershell Create(runspace runspace)", |rs, _, args| {
        let space = args.first().cloned().unwrap_or_default();
        let place = if space.downcast::<Space>().is_some() { Place::Given(space) } else { Place::Current };
        Ok(Value::object(Shell::new(rs, place)))
    });
}

fn properties(m: &mut Members) {
    m.get_set(
        "System.Management.Automation.PSCommand Commands",
        |_, this| Ok(command_of(&shell(this)?.commands.lock().clone())),
        |_, this, value| {
            let shell = shell(this)?;
            shell.check_idle()?;
            if let Some(list) = commands_in(&value) {
                *shell.commands.lock() = list;
            }
            Ok(())
        },
    );
    m.get("System.Management.Automation.PSDataStreams Streams", |_, this| {
        Ok(Value::object(StreamsOf(shell(this)?.gathered.clone())))
    });
    m.get("guid InstanceId", |_, this| Ok(Value::Guid(shell(this)?.instance)));
    m.get("System.Management.Automation.PSInvocationStateInfo InvocationStateInfo", |_, this| {
        let run = &shell(this)?.run;
        let state = super::enum_value("System.Management.Automation.PSInvocationState", run.phase().name());
        let reason = run.reason().map_or(Value::Null, |record| record.exception.clone());
        let of = "System.Management.Automation.PSInvocationStateInfo";
        Ok(Opaque::new(of, [("State", state), ("Reason", reason)]).displayed(of).into_value())
    });
    m.get("bool IsNested", |_, this| Ok(matches!(*shell(this)?.place.lock(), Place::Current).into()));
    m.get("bool HadErrors", |_, this| {
        let shell = shell(this)?;
        let errors = shell.gathered.list(Kind::Error).len() > 0;
        Ok((errors || *shell.had_errors.lock() || shell.run.phase() == Phase::Failed).into())
    });
    m.get_set(
        "runspace Runspace",
        |rs, this| {
            let shell = shell(this)?;
            let place = shell.place.lock().clone();
            Ok(match place {
                Place::Current => super::runspace::current(rs),
                Place::Given(space) if space.downcast::<Space>().is_some() => space,
                Place::Given(_) => Value::Null,
                Place::Own => shell.own_space(rs)?,
            })
        },
        |_, this, value| {
            let shell = shell(this)?;
            shell.check_idle()?;
            *shell.place.lock() = if value.is_null() { Place::Own } else { Place::Given(value) };
            Ok(())
        },
    );
    m.get_set(
        "System.Management.Automation.Runspaces.RunspacePool RunspacePool",
        |_, this| {
            let place = shell(this)?.place.lock().clone();
            Ok(match place {
                Place::Given(space) if space.downcast::<Space>().is_none() => space,
                _ => Value::Null,
            })
        },
        |_, this, value| {
            let shell = shell(this)?;
            shell.check_idle()?;
            *shell.place.lock() = if value.is_null() { Place::Own } else { Place::Given(value) };
            Ok(())
        },
    );
    m.get("bool IsRunspaceOwner", |_, this| Ok((*shell(this)?.owns.lock()).into()));
    m.get("string HistoryString", |_, _| Ok(Value::Null));
}

fn building(m: &mut Members) {
    fn add(this: &Value, command: ShellCommand) -> R<Value> {
        shell(this)?.add(command)?;
        Ok(this.clone())
    }
    for declaration in
        ["powershell AddScript(string script)", "powershell AddScript(string script, bool useLocalScope)"]
    {
        m.method(declaration, |_, this, args| {
            let source = args.first().map(text).unwrap_or_default();
            add(this, ShellCommand::new(source, None, true, truth(args.get(1))))
        });
    }
    for declaration in [
        "powershell AddCommand(string cmdlet)",
        "powershell AddCommand(string cmdlet, bool useLocalScope)",
        "powershell AddCommand(System.Management.Automation.CommandInfo commandInfo)",
    ] {
        m.method(declaration, |_, this, args| {
            let given = args.first().cloned().unwrap_or_default();
            let object = given.as_str().is_none().then(|| given.clone());
            add(this, ShellCommand::new(text(&given), object, false, truth(args.get(1))))
        });
    }
    m.method("powershell AddParameter(string parameterName)", |_, this, args| {
        shell(this)?.add_parameter(args.first().cloned().unwrap_or_default(), super::switch(true))?;
        Ok(this.clone())
    });
    m.method("powershell AddParameter(string parameterName, System.Object value)", |_, this, args| {
        shell(this)?
            .add_parameter(args.first().cloned().unwrap_or_default(), args.get(1).cloned().unwrap_or_default())?;
        Ok(this.clone())
    });
    for declaration in [
        "powershell AddParameters(System.Collections.IList parameters)",
        "powershell AddParameters(System.Collections.IDictionary parameters)",
    ] {
        m.method(declaration, |_, this, args| {
            shell(this)?.add_parameters(args.first().unwrap_or(&Value::Null))?;
            Ok(this.clone())
        });
    }
    m.method("powershell AddArgument(System.Object value)", |_, this, args| {
        shell(this)?.add_parameter(Value::Null, args.first().cloned().unwrap_or_default())?;
        Ok(this.clone())
    });
    m.method("powershell AddStatement()", |_, this, _| {
        shell(this)?.end_statement();
        Ok(this.clone())
    });
}

/// Runs the commands and waits.
fn invoke(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Value> {
    let shell = shell(this)?;
    let output = output_list();
    let input = args.first().map_or(Input::Nothing, input_of);
    shell.begin(rs, input, output.clone())?;
    shell.end(rs).map_err(|flow| error::method_invocation(flow, "Invoke", args.len()))?;
    let items = std::mem::take(&mut *output.items.lock());
    Ok(super::collection(items.into()))
}

/// Begins to run the commands.
fn begin_invoke(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Value> {
    let shell = shell(this)?;
    if matches!(*shell.place.lock(), Place::Current) {
        return Err(error::thrown(
            "System.Management.Automation.PSInvalidOperationException",
            "BeginInvoke cannot be called on a nested PowerShell. Use the Invoke method instead.",
        ));
    }
    let given = args.get(1).and_then(Value::shared::<List>);
    let input = args.first().map_or(Input::Nothing, input_of);
    let output = given.clone().unwrap_or_else(output_list);
    shell.begin(rs, input, output.clone())?;
    let output = given.is_none().then_some(output);
    Ok(Value::object(Pending { run: shell.run.clone(), output }))
}

fn end_invoke(rs: &mut Runspace, this: &Value, args: &[Value]) -> R<Value> {
    let shell = shell(this)?;
    shell.end(rs).map_err(|flow| error::method_invocation(flow, "EndInvoke", args.len()))?;
    let pending = args.first().and_then(|pending| pending.downcast::<Pending>());
    Ok(pending.and_then(|pending| pending.output.clone()).map_or(Value::Null, |output| {
        output.complete();
        Value::Object(output)
    }))
}

fn running(m: &mut Members) {
    for declaration in [
        "System.Collections.ObjectModel.Collection[psobject] Invoke()",
        "System.Collections.ObjectModel.Collection[psobject] Invoke(System.Collections.IEnumerable input)",
    ] {
        m.method(declaration, invoke);
    }
    for declaration in [
        "System.IAsyncResult BeginInvoke()",
        "System.IAsyncResult BeginInvoke(System.Object input)",
        "System.IAsyncResult BeginInvoke(System.Object input, System.Object output)",
    ] {
        m.method(declaration, begin_invoke);
    }
    m.method(
        "System.Management.Automation.PSDataCollection[psobject] EndInvoke(System.IAsyncResult asyncResult)",
        end_invoke,
    );
    m.method("void Stop()", |rs, this, _| {
        let run = shell(this)?.run.clone();
        if run.phase() == Phase::Running {
            run.stop(rs.now());
            rs.wait_until(None, |_| run.phase().is_over())?;
        }
        Ok(Value::AutomationNull)
    });
    m.method("powershell CreateNestedPowerShell()", |rs, this, _| {
        let _ = this;
        Ok(Value::object(Shell::new(rs, Place::Current)))
    });
    m.method("void Dispose()", |rs, this, _| {
        let shell = shell(this)?;
        shell.run.stop(rs.now());
        *shell.is_disposed.lock() = true;
        Ok(Value::AutomationNull)
    });
}
