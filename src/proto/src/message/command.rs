//! What a client asks a server to run.

use alloc::vec::Vec;

use psrp_clixml::{Object, PsString, TypeNames, Value};

use super::{
    ApartmentState, CommandTypes, Fields, HostInfo, Node, PayloadError, PipelineResultTypes, RemoteStreamOptions,
};

const LIST: &str = "System.Collections.Generic.List`1[[System.Management.Automation.PSObject, \
    System.Management.Automation, Version=7.6.0.500, Culture=neutral, PublicKeyToken=31bf3856ad364e35]]";

/// CREATE_PIPELINE (MS-PSRP 2.2.2.10): run this.
#[derive(Debug, Clone, PartialEq)]
pub struct CreatePipeline {
    /// `PowerShell`: the commands.
    pub power_shell: PowerShell,
    /// `NoInput`: no PIPELINE_INPUT follows.
    pub no_input: bool,
    /// `ApartmentState`.
    pub apartment_state: ApartmentState,
    /// `RemoteStreamOptions`: which records shall carry invocation information.
    pub remote_stream_options: RemoteStreamOptions,
    /// `AddToHistory`: to the session's history.
    pub add_to_history: bool,
    /// `HostInfo`: usually [`HostInfo::OF_POOL`].
    pub host_info: HostInfo,
    /// `IsNested`: runs while another pipeline of the same runspace waits. Protocol 2.2; `false` when absent.
    pub is_nested: bool,
}

/// The commands of a pipeline (MS-PSRP 2.2.3.11 "Pipeline").
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PowerShell {
    /// `Cmds`, or `ExtraCmds` when there is more than one: statements that run one after the other, each a pipeline of
    /// commands. An empty one is possible.
    pub statements: Vec<Vec<Command>>,
    /// `IsNested`.
    pub is_nested: bool,
    /// `History`: what to put there in place of the commands' text; the typed line in interactive sessions.
    pub history: Option<PsString>,
    /// `RedirectShellErrorOutputPipe`: true from `Invoke-Command`, false from the interactive prompt.
    pub redirect_shell_error_output_pipe: bool,
}

/// A command of a pipeline (MS-PSRP 2.2.3.12 "Command").
#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    /// `Cmd`: the name of a command, or the text of a script.
    pub text: PsString,
    /// `IsScript`: which of them.
    pub is_script: bool,
    /// `UseLocalScope`: run in a scope of its own. Scripts run in the global scope when it is not said.
    pub use_local_scope: Option<bool>,
    /// Where its streams go.
    pub merge: Merge,
    /// `Args`: its arguments, as a command line has them.
    pub arguments: Vec<Argument>,
}

/// Where the streams of a command go (MS-PSRP 2.2.3.12): `None` is the pipeline's own stream of that kind, `Output` the
/// output of the command, `Null` nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Merge {
    /// `MergeMyResult`: the old form, `Error` with [`Self::to_result`] `Output`.
    pub my_result: PipelineResultTypes,
    /// `MergeToResult`.
    pub to_result: PipelineResultTypes,
    /// `MergePreviousResults`: what of the commands before it, not claimed otherwise, it gets as input. `Warning`, which
    /// is also `Output` and `Error` taken together, for `Out-Default` of an interactive line.
    pub previous_results: PipelineResultTypes,
    /// `MergeError`, protocol 2.2 as those below.
    pub error: PipelineResultTypes,
    /// `MergeWarning`.
    pub warning: PipelineResultTypes,
    /// `MergeVerbose`.
    pub verbose: PipelineResultTypes,
    /// `MergeDebug`.
    pub debug: PipelineResultTypes,
    /// `MergeInformation`, protocol 2.3.
    pub information: PipelineResultTypes,
}

/// An argument of a command (MS-PSRP 2.2.3.13 "Command Parameter").
///
/// | name | value | means |
/// |---|---|---|
/// | none | x | a positional argument |
/// | `Name` | x | the parameter with this argument |
/// | `-Name` | nothing | the parameter as typed: a switch, or it takes the next positional argument |
/// | `-Name:` | x | the parameter with its argument, as typed |
/// | `--%` | a dictionary | values of `$using:`, by base64 of the UTF-16 text of the expression |
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    /// `N`.
    pub name: Option<PsString>,
    /// `V`.
    pub value: Value,
}

/// GET_COMMAND_METADATA (MS-PSRP 2.2.2.14): `Get-Command`, as a pipeline of its own whose first object is a count.
#[derive(Debug, Clone, PartialEq)]
pub struct GetCommandMetadata {
    /// `Name`: names or patterns; nothing means all.
    pub names: Option<Vec<PsString>>,
    /// `CommandType`.
    pub command_types: CommandTypes,
    /// `Namespace`: modules.
    pub namespaces: Option<Vec<PsString>>,
    /// `FullyQualifiedModule`: a list of `ModuleSpecification`, or nothing. Old clients do not send it.
    pub fully_qualified_modules: Value,
    /// `ArgumentList`: a list or nothing.
    pub argument_list: Value,
}

impl CreatePipeline {
    /// Runs `power_shell` without input, as `Invoke-Command` does.
    #[must_use]
    pub const fn new(power_shell: PowerShell) -> Self {
        Self {
            power_shell,
            no_input: true,
            apartment_state: ApartmentState::Unknown,
            remote_stream_options: RemoteStreamOptions(0),
            add_to_history: true,
            host_info: HostInfo::OF_POOL,
            is_nested: false,
        }
    }

    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "CREATE_PIPELINE")?;
        Ok(Self {
            power_shell: PowerShell::from_node(fields.node("PowerShell")?)?,
            no_input: fields.bool("NoInput")?,
            apartment_state: fields.enumeration("ApartmentState")?,
            remote_stream_options: fields.enumeration("RemoteStreamOptions")?,
            add_to_history: fields.bool("AddToHistory")?,
            host_info: HostInfo::from_node(fields.node("HostInfo")?)?,
            is_nested: fields.optional_bool("IsNested")?.unwrap_or_default(),
        })
    }

    pub(super) fn to_value(&self) -> Value {
        Object::bag()
            .with("PowerShell", self.power_shell.to_value())
            .with("NoInput", self.no_input)
            .with("ApartmentState", self.apartment_state)
            .with("RemoteStreamOptions", self.remote_stream_options)
            .with("AddToHistory", self.add_to_history)
            .with("HostInfo", self.host_info.to_value())
            .with("IsNested", self.is_nested)
            .into()
    }
}

impl PowerShell {
    /// One script.
    #[must_use]
    pub fn script(text: impl Into<PsString>) -> Self {
        Self::pipeline([Command::script(text)])
    }

    /// One statement.
    #[must_use]
    pub fn pipeline(commands: impl IntoIterator<Item = Command>) -> Self {
        Self {
            statements: [commands.into_iter().collect()].into(),
            is_nested: false,
            history: None,
            redirect_shell_error_output_pipe: true,
        }
    }

    /// The command that comes first.
    #[must_use]
    pub fn first_command(&self) -> Option<&Command> {
        self.statements.first()?.first()
    }

    fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "CREATE_PIPELINE.PowerShell")?;
        let first = commands(fields)?;
        let statements = match fields.optional("ExtraCmds") {
            None => [first].into(),
            Some(_) => {
                let statement = |node| commands(Fields::of(node, "CREATE_PIPELINE.PowerShell.ExtraCmds")?);
                let mut statements = fields.list("ExtraCmds")?.map(statement).collect::<Result<Vec<_>, _>>()?;
                // The first statement is there twice, and what stands second may refer to objects of the other.
                if let Some(again) = statements.first_mut().filter(|_| !fields.is_before("ExtraCmds", "Cmds")) {
                    *again = first;
                }
                statements
            }
        };
        Ok(Self {
            statements,
            is_nested: fields.optional_bool("IsNested")?.unwrap_or_default(),
            history: fields.optional_text("History")?,
            redirect_shell_error_output_pipe: fields.optional_bool("RedirectShellErrorOutputPipe")?.unwrap_or_default(),
        })
    }

    fn to_value(&self) -> Value {
        let list = |commands: &[Command]| list(commands.iter().map(Command::to_value));
        let first = list(self.statements.first().map_or(&[], Vec::as_slice));
        let mut bag = Object::bag();
        if self.statements.len() > 1 {
            // All of them, the first one too, which is repeated below for servers that do not know the property.
            let statements = self.statements.iter().map(|commands| Object::bag().with("Cmds", list(commands)));
            bag = bag.with("ExtraCmds", Object::list(TypeNames::new([LIST, "System.Object"]), statements));
        }
        bag.with("Cmds", first)
            .with("IsNested", self.is_nested)
            .with("History", self.history.clone())
            .with("RedirectShellErrorOutputPipe", self.redirect_shell_error_output_pipe)
            .into()
    }
}

fn commands(fields: Fields<'_, '_>) -> Result<Vec<Command>, PayloadError> {
    fields.list("Cmds")?.map(Command::from_node).collect()
}

fn list(items: impl Iterator<Item = Value>) -> Value {
    Object::list(TypeNames::new([LIST, "System.Object"]), items).into()
}

impl Command {
    /// A command by its name.
    #[must_use]
    pub fn named(name: impl Into<PsString>) -> Self {
        Self {
            text: name.into(),
            is_script: false,
            use_local_scope: None,
            merge: Merge::default(),
            arguments: Vec::new(),
        }
    }

    /// A script.
    #[must_use]
    pub fn script(text: impl Into<PsString>) -> Self {
        Self { is_script: true, ..Self::named(text) }
    }

    /// `Out-Default`, as it stands at the end of an interactive line: the server formats, and gets the errors too.
    #[must_use]
    pub fn out_default() -> Self {
        let merge = Merge { previous_results: PipelineResultTypes::Warning, ..Merge::default() };
        Self { use_local_scope: Some(true), merge, ..Self::named("Out-Default") }
    }

    /// With a positional argument more.
    #[must_use]
    pub fn argument(mut self, value: impl Into<Value>) -> Self {
        self.arguments.push(Argument { name: None, value: value.into() });
        self
    }

    /// With a parameter more; `true` for a switch.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<PsString>, value: impl Into<Value>) -> Self {
        self.arguments.push(Argument { name: Some(name.into()), value: value.into() });
        self
    }

    fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "CREATE_PIPELINE.PowerShell.Cmds")?;
        Ok(Self {
            text: fields.text("Cmd")?,
            is_script: fields.bool("IsScript")?,
            use_local_scope: fields.optional_bool("UseLocalScope")?,
            merge: Merge {
                my_result: fields.enumeration("MergeMyResult")?,
                to_result: fields.enumeration("MergeToResult")?,
                previous_results: fields.enumeration("MergePreviousResults")?,
                error: fields.enumeration_or_default("MergeError")?,
                warning: fields.enumeration_or_default("MergeWarning")?,
                verbose: fields.enumeration_or_default("MergeVerbose")?,
                debug: fields.enumeration_or_default("MergeDebug")?,
                information: fields.enumeration_or_default("MergeInformation")?,
            },
            arguments: fields.list("Args")?.map(Argument::from_node).collect::<Result<_, _>>()?,
        })
    }

    fn to_value(&self) -> Value {
        let Self { text, is_script, use_local_scope, merge, arguments } = self;
        Object::bag()
            .with("Cmd", text.clone())
            .with("IsScript", *is_script)
            .with("UseLocalScope", *use_local_scope)
            .with("MergeMyResult", merge.my_result)
            .with("MergeToResult", merge.to_result)
            .with("MergePreviousResults", merge.previous_results)
            .with("MergeError", merge.error)
            .with("MergeWarning", merge.warning)
            .with("MergeVerbose", merge.verbose)
            .with("MergeDebug", merge.debug)
            .with("MergeInformation", merge.information)
            .with("Args", list(arguments.iter().map(Argument::to_value)))
            .into()
    }
}

impl Argument {
    fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "CREATE_PIPELINE.PowerShell.Cmds.Args")?;
        Ok(Self { name: fields.optional_text("N")?, value: fields.value("V")?.clone() })
    }

    fn to_value(&self) -> Value {
        Object::bag().with("N", self.name.clone()).with("V", self.value.clone()).into()
    }
}

impl GetCommandMetadata {
    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "GET_COMMAND_METADATA")?;
        Ok(Self {
            names: fields.optional_texts("Name")?,
            command_types: fields.enumeration("CommandType")?,
            namespaces: fields.optional_texts("Namespace")?,
            fully_qualified_modules: fields.find("FullyQualifiedModule").cloned().unwrap_or_default(),
            argument_list: fields.find("ArgumentList").cloned().unwrap_or_default(),
        })
    }

    pub(super) fn to_value(&self) -> Value {
        Object::bag()
            .with("Name", self.names.clone().map(Object::string_list))
            .with("CommandType", self.command_types)
            .with("Namespace", self.namespaces.clone().map(Object::string_list))
            .with("FullyQualifiedModule", self.fully_qualified_modules.clone())
            .with("ArgumentList", self.argument_list.clone())
            .into()
    }
}
