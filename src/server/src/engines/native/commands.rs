//! What a client asks for, as pipelines of the engine.

use psrp_clixml::{Object, PsString, TypeNames, Value};
use psrp_proto::message::{self, CreatePipeline, GetCommandMetadata, PipelineResultTypes, RemoteStreamOptions};
use psrp_proto::pool::server::Work;
use psrpd_engine::{Command, Merge, Pipeline, Target, TellsInvocation};

use super::remote::info;

/// Properties of a command that a client gets, in this order.
const METADATA: [&str; 7] =
    ["Name", "Namespace", "HelpUri", "CommandType", "ResolvedCommandName", "OutputType", "Parameters"];

/// The pipelines that do this work, one after the other; the input is that of the first.
pub(super) fn pipelines(work: &Work, has_input: bool) -> Vec<Pipeline> {
    match work {
        Work::Commands(create) => statements(create, has_input),
        Work::Metadata(get) => metadata(get),
    }
}

fn statements(create: &CreatePipeline, has_input: bool) -> Vec<Pipeline> {
    let statements = create.power_shell.statements.iter().enumerate();
    // Without a pipe for the errors of statements the client learns of the first one by the pipeline's state.
    let has_pipe = create.power_shell.redirect_shell_error_output_pipe;
    statements
        .map(|(at, statement)| (at, statement.iter().map(command).collect::<Vec<_>>()))
        .map(|(at, commands)| Pipeline {
            continues: has_pipe || commands.iter().any(|command| command.merge.error == Target::Output),
            commands,
            input: at == 0 && has_input,
            history: create.add_to_history.then(|| history(create)),
            tells_invocation: tells_invocation(create.remote_stream_options),
            host: (!create.host_info.use_runspace_host).then(|| info(&create.host_info)),
        })
        .collect()
}

fn tells_invocation(of: RemoteStreamOptions) -> TellsInvocation {
    TellsInvocation {
        error: of.contains(RemoteStreamOptions::ERROR),
        warning: of.contains(RemoteStreamOptions::WARNING),
        verbose: of.contains(RemoteStreamOptions::VERBOSE),
        debug: of.contains(RemoteStreamOptions::DEBUG),
    }
}

/// What the history calls it: the line that was typed, else the commands.
fn history(create: &CreatePipeline) -> String {
    let commands = || create.power_shell.statements.iter().flatten().map(|command| text(&command.text));
    create.power_shell.history.as_ref().map_or_else(|| commands().collect::<Vec<_>>().join(" | "), text)
}

fn command(command: &message::Command) -> Command {
    let of = &command.merge;
    // The old form knows errors only.
    let error = if of.error == PipelineResultTypes::None { of.my_result } else { of.error };
    let merge = Merge {
        error: target(error),
        warning: target(of.warning),
        verbose: target(of.verbose),
        debug: target(of.debug),
        information: target(of.information),
        claims_errors: of.previous_results != PipelineResultTypes::None,
    };
    let arguments = command.arguments.iter();
    let arguments = arguments.map(|argument| (argument.name.as_ref().map(text), argument.value.clone())).collect();
    Command {
        text: text(&command.text),
        is_script: command.is_script,
        local_scope: command.use_local_scope.unwrap_or(false),
        arguments,
        merge,
    }
}

fn target(of: PipelineResultTypes) -> Target {
    match of {
        PipelineResultTypes::None => Target::Own,
        PipelineResultTypes::Null => Target::Nowhere,
        _ => Target::Output,
    }
}

fn text(text: &PsString) -> String {
    text.to_string_lossy().into_owned()
}

/// How many commands there are, then the commands. A client hears of no name that is missing.
fn metadata(get: &GetCommandMetadata) -> Vec<Pipeline> {
    let measure = Command { text: "Measure-Object".to_owned(), ..Command::default() };
    let pick = |properties: &[&str]| Command {
        text: "Select-Object".to_owned(),
        arguments: vec![named("Property", list(properties.iter().map(|name| Value::from(*name))))],
        ..Command::default()
    };
    vec![
        Pipeline { commands: vec![get_command(get), measure, pick(&["Count"])], ..Pipeline::default() },
        Pipeline { commands: vec![get_command(get), pick(&METADATA)], ..Pipeline::default() },
    ]
}

fn get_command(get: &GetCommandMetadata) -> Command {
    let names = |names: &[PsString]| list(names.iter().map(|name| Value::from(name.clone())));
    let mut arguments = vec![named("ErrorAction", "SilentlyContinue")];
    if let Some(wanted) = &get.names {
        arguments.push(named("Name", names(wanted)));
    }
    arguments.push(named("CommandType", get.command_types));
    if let Some(modules) = &get.namespaces {
        arguments.push(named("Module", names(modules)));
    }
    for (name, value) in [("FullyQualifiedModule", &get.fully_qualified_modules), ("ArgumentList", &get.argument_list)]
    {
        if !value.is_nil() {
            arguments.push(named(name, value.clone()));
        }
    }
    Command { text: "Get-Command".to_owned(), arguments, ..Command::default() }
}

fn named(name: &str, value: impl Into<Value>) -> (Option<String>, Value) {
    (Some(name.to_owned()), value.into())
}

fn list(items: impl Iterator<Item = Value>) -> Value {
    Object::list(TypeNames::new(["System.Object[]", "System.Array", "System.Object"]), items).into()
}
