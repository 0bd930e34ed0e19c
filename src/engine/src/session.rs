//! Sessions: what a host opens, runs pipelines in, and closes.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, OnceLock},
};

use crate::{
    bind::Argument,
    environment::Environment,
    eval::{
        Action, Feed, Flow, Metered, Name, Output, R, Runspace, ScopeId, Stage, Stream, find_module::module_path,
        module::Modules,
    },
    history::Entry,
    host::{Host, HostCall, HostInfo},
    platform::{FileKind, Platform, Stop},
    providers::{Drives, Locations},
    serial,
    types::TypeTable,
    value::{ErrorRecord, Value, Wrapped},
};

/// What a runspace keeps beside variables: environment, location, type data, modules.
pub(crate) struct SessionState {
    pub(crate) environment: Environment,
    pub(crate) drives: Drives,
    pub(crate) locations: Locations,
    /// Where relative paths of .NET begin: the directory of the process, not the location.
    pub(crate) process_directory: String,
    pub(crate) removed_aliases: HashSet<String>,
    /// What `Update-TypeData` has changed, and what is built in.
    pub(crate) types: TypeTable,
    pub(crate) events: crate::beside::Events,
    /// What runs when commands are looked up.
    pub(crate) actions: Option<Box<crate::eval::Actions>>,
    /// The generator of `Get-Random` once it has a seed.
    pub(crate) random: Option<psrpd_dotnet::random::Random>,
    /// The culture of texts, where a script has set it.
    /// The variables that scripts made parts of all scopes, and the scopes they were made in.
    pub(crate) all_scope: Vec<(ScopeId, Name)>,
    /// The culture object that a script made the current one.
    pub(crate) culture: Value,
    pub(crate) ui_culture: Option<String>,
    /// Members that were added to objects of reference types, by identity: they stay with the object.
    pub(crate) extended: HashMap<usize, Arc<Wrapped>>,
    /// Drives and providers whose members were looked at, by identity.
    pub(crate) viewed: HashSet<usize>,
    /// `Register-ArgumentCompleter`
    pub(crate) completers: crate::complete::Completers,
    pub(crate) modules: Modules,
    pub(crate) formatting: crate::format::State,
    /// `Set-MarkdownOption`
    pub(crate) markdown: Option<Value>,
    /// What `Set-Clipboard` has put away.
    pub(crate) clipboard: String,
    pub(crate) transcripts: crate::transcript::Transcripts,
    /// `[ServicePointManager]::SecurityProtocol`, which only remembers what it is told, as in .NET.
    pub(crate) security_protocol: i64,
}

/// Where a session begins: at home, whatever the directory of the process is.
fn begin(platform: &dyn Platform, directory: &str) -> String {
    let environment = platform.environment();
    let home = environment.iter().find(|(name, _)| name == "HOME").map(|(_, home)| home.clone());
    let is_folder = |path: &String| platform.stat(path).is_ok_and(|stat| stat.kind == FileKind::Directory);
    home.filter(is_folder).unwrap_or_else(|| directory.to_owned())
}

impl SessionState {
    pub(crate) fn new(platform: &Arc<dyn Platform>) -> Self {
        let directory = platform.current_directory();
        let drives = Drives::new(platform);
        let environment: Environment = platform.environment().into_iter().collect();
        let home = environment.get("HOME").unwrap_or_default();
        let path = module_path(&home, environment.get("PSModulePath").as_deref());
        environment.set("PSModulePath", &path);
        Self {
            environment,
            locations: Locations::new(&begin(&**platform, &directory), drives.root()),
            drives,
            process_directory: directory,
            removed_aliases: HashSet::new(),
            viewed: HashSet::new(),
            types: TypeTable::default(),
            random: None,
            events: crate::beside::Events::default(),
            actions: None,
            all_scope: Vec::new(),
            culture: Value::Null,
            ui_culture: None,
            extended: HashMap::new(),
            completers: crate::complete::Completers::default(),
            modules: Modules::default(),
            formatting: crate::format::State::default(),
            markdown: None,
            clipboard: String::new(),
            transcripts: crate::transcript::Transcripts::default(),
            security_protocol: 0,
        }
    }

    /// The wrapper of an object: its own, or the one that holds what was added to it before.
    pub(crate) fn wrapper(&self, value: &Value) -> Option<Arc<Wrapped>> {
        match value {
            Value::Wrapped(wrapped) if wrapped.is_custom() || wrapped.has_members() => Some(wrapped.clone()),
            _ if self.extended.is_empty() => None,
            _ => self.extended.get(&value.identity()?).cloned(),
        }
    }

    /// The wrapper to add members to; from now on it stays with an object of a reference type.
    pub(crate) fn extend(&mut self, value: &Value) -> Arc<Wrapped> {
        if let Some(wrapped) = self.wrapper(value) {
            return wrapped;
        }
        let wrapped = value.wrapped();
        if let Some(id) = value.identity() {
            self.extended.insert(id, wrapped.clone());
        }
        wrapped
    }
}

/// Where the records of a stream of a command go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// To their own stream.
    #[default]
    Own,
    /// To the output of the command.
    Output,
    /// Nowhere.
    Nowhere,
}

/// Where records of other streams of a command go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Merge {
    pub error: Target,
    pub warning: Target,
    pub verbose: Target,
    pub debug: Target,
    pub information: Target,
    /// Whether errors of the commands before it, which have no place of their own, become its input.
    pub claims_errors: bool,
}

/// A command of a pipeline.
#[derive(Clone, Debug, Default)]
pub struct Command {
    /// A name, or the text of a script.
    pub text: String,
    /// Whether the text is a script.
    pub is_script: bool,
    /// Whether a script runs in a scope of its own.
    pub local_scope: bool,
    /// Arguments; those without name are positional.
    pub arguments: Vec<(Option<String>, psrp_clixml::Value)>,
    /// Redirections.
    pub merge: Merge,
}

/// Which records say where they come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct TellsInvocation {
    pub error: bool,
    pub warning: bool,
    pub verbose: bool,
    pub debug: bool,
}

impl TellsInvocation {
    pub(crate) fn of(self, stream: Stream) -> bool {
        match stream {
            Stream::Error => self.error,
            Stream::Warning => self.warning,
            Stream::Verbose => self.verbose,
            Stream::Debug => self.debug,
            Stream::Information => false,
        }
    }
}

/// A pipeline to run.
#[derive(Clone, Debug, Default)]
pub struct Pipeline {
    /// Its commands.
    pub commands: Vec<Command>,
    /// Whether it has input: what [`Host::input`] gives.
    pub input: bool,
    /// What the history is to call it; none to leave it out.
    pub history: Option<String>,
    /// Its host, where it is not the host of the session.
    pub host: Option<HostInfo>,
    /// Whether an error of a statement is written and the next statement runs; else it ends the pipeline.
    pub continues: bool,
    /// Which of its records say where they come from.
    pub tells_invocation: TellsInvocation,
}

/// Who opens a session.
#[derive(Clone, Debug)]
pub struct Client {
    /// The host.
    pub host: HostInfo,
    /// What the client says of itself: `$PSSenderInfo.ApplicationArguments`.
    pub arguments: psrp_clixml::Value,
}

/// How a pipeline ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// To its end.
    Completed,
    /// It was stopped: the record, as CLIXML text.
    Stopped(String),
    /// By an error: the record, as CLIXML text.
    Failed(String),
}

/// A session.
pub struct Session {
    pub(crate) rs: Runspace,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.rs.say_goodbye();
    }
}

/// Hands output to the host.
struct ToHost;

impl Output for ToHost {
    fn write(&mut self, rs: &mut Runspace, value: Value) -> R<()> {
        rs.transcribe_output(&value)?;
        let payload = serial::output(rs, &value)?;
        rs.host.output(payload);
        Ok(())
    }
}

impl Session {
    /// Opens a session, which has no client yet.
    pub fn open(platform: Arc<dyn Platform>, host: Box<dyn Host>, stop: Stop) -> Self {
        let Some(most) = platform.output_limit() else { return Self { rs: Runspace::new(platform, host, stop) } };
        let (host, sent) = Metered::new(host, most, stop.clone());
        let mut rs = Runspace::new(platform, Box::new(host), stop);
        rs.sent = Some(sent);
        Self { rs }
    }

    /// Makes it one of the runspaces of a process, which share their environment variables: those of the first.
    pub fn belong_to(&mut self, process: &OnceLock<Environment>) {
        self.rs.state.environment = process.get_or_init(|| self.rs.state.environment.clone()).clone();
    }

    /// Tells the session who its client is, before anything runs in it.
    pub fn meet(&mut self, client: &Client) {
        self.rs.console.meet(client.host.clone());
        self.rs.set_sender(&client.arguments);
    }

    /// Has it begin in a directory.
    pub(crate) fn begin_in(&mut self, directory: &str) {
        let root = self.rs.state.drives.root();
        self.rs.state.locations.restart(directory, root);
        self.rs.sync_pwd();
    }

    /// Runs a pipeline on this thread, which must have a stack of [`limits::STACK_SIZE`](crate::limits::STACK_SIZE).
    pub fn invoke(&mut self, pipeline: &Pipeline) -> End {
        let start = self.rs.now();
        self.rs.begin_command();
        let result = self.run(pipeline);
        let end = self.end(result);
        self.remember(pipeline, start, &end);
        end
    }

    /// Adds a pipeline to the history, if its client wants that.
    fn remember(&mut self, pipeline: &Pipeline, start: psrpd_dotnet::DateTime, end: &End) {
        let Some(command) = pipeline.history.as_deref().filter(|command| !command.trim().is_empty()) else { return };
        let status = match end {
            End::Completed => "Completed",
            End::Stopped(_) => "Stopped",
            End::Failed(_) => "Failed",
        };
        let end = self.rs.now();
        self.rs.add_history(Entry { id: 0, command: command.into(), status: status.into(), start, end });
    }

    /// Runs statements one after the other as [`Session::invoke`] does. An error that ends one of several is written, and the
    /// next one runs, unless a preference made it end.
    pub fn invoke_all(&mut self, statements: &[Pipeline]) -> End {
        let mut end = End::Completed;
        let start = self.rs.now();
        self.rs.begin_command();
        for statement in statements {
            end = match self.run(statement) {
                Err(Flow::Error(raised))
                    if statements.len() > 1 && !raised.by_preference && !self.rs.stops_at_errors() =>
                {
                    self.rs.remember(&raised.record);
                    self.rs.emit(Stream::Error, Value::Object(raised.record));
                    End::Completed
                }
                result => self.end(result),
            };
            if end != End::Completed {
                break;
            }
        }
        if let Some(first) = statements.first() {
            self.remember(first, start, &end);
        }
        end
    }

    /// Sets variables, location and error list back to what they were in the beginning; functions, aliases, modules and the
    /// environment stay. No pipeline may run.
    pub fn reset_state(&mut self) {
        self.rs.reset();
        let state = &mut self.rs.state;
        state.locations.restart(&state.process_directory, state.drives.root());
        self.rs.reset_variables();
    }

    fn end(&mut self, result: R<()>) -> End {
        match self.rs.excess().map_or(result, Err) {
            Ok(()) | Err(Flow::Return | Flow::Break(_) | Flow::Continue(_) | Flow::StopUpstream(..)) => End::Completed,
            Err(Flow::Exit(code)) => {
                self.rs.host.call(HostCall::SetShouldExit(code));
                End::Completed
            }
            Err(Flow::Exhausted(limit)) => {
                let record = Arc::new(limit.record());
                self.rs.remember(&record);
                End::Failed(self.record(&record))
            }
            Err(Flow::Stopped) => End::Stopped(self.record(&Arc::new(crate::beside::stopped()))),
            Err(Flow::Error(raised)) => {
                // Of a text that does not parse there is only the exception; other errors are there as records, and in front
                // of each what ended the pipeline, unless a script threw it.
                let is_known =
                    self.rs.last_error().is_some_and(|last| last.same(&Value::Object(raised.record.clone())));
                let is_text = !is_known && crate::eval::error::is_parse_error(&raised.record) && !raised.claimed;
                if !is_text {
                    self.rs.remember(&raised.record);
                }
                if !raised.thrown {
                    self.rs.remember_value(raised.exception());
                }
                End::Failed(self.record(&raised.record))
            }
        }
    }

    fn record(&mut self, record: &Arc<ErrorRecord>) -> String {
        serial::record_text(&mut self.rs, record)
    }

    fn run(&mut self, pipeline: &Pipeline) -> R<()> {
        self.rs.transcribe_begin(pipeline);
        let result = self.run_stages(pipeline);
        let failure = match &result {
            Err(flow) => flow.record().map(|record| &**record),
            Ok(()) => None,
        };
        self.rs.transcribe_end(failure);
        result
    }

    fn run_stages(&mut self, pipeline: &Pipeline) -> R<()> {
        let rs = &mut self.rs;
        rs.reset();
        rs.catching = false;
        rs.ends_uncaught = !pipeline.continues;
        rs.console.pipeline.clone_from(&pipeline.host);
        rs.console.tells_invocation = pipeline.tells_invocation;
        rs.no_input();
        let id = rs.next_pipeline();
        let length = pipeline.commands.len();
        let mut stages: Vec<Stage> = Vec::new();
        for (at, command) in pipeline.commands.iter().enumerate() {
            let mut args = Vec::new();
            for (name, value) in &command.arguments {
                let value = serial::read(rs, value);
                if name.as_deref() == Some("--%") {
                    rs.using = Some(value);
                    continue;
                }
                args.push(match name {
                    Some(name)
                        if name.len() > 1
                            && name.starts_with('-')
                            && !name.trim_end().ends_with(':')
                            && value.is_null() =>
                    {
                        Argument::typed(name.trim_start_matches('-'))
                    }
                    Some(name) if name.is_empty() => Argument::positional(value),
                    Some(name) => Argument::named(name.trim_start_matches('-').trim_end().trim_end_matches(':'), value),
                    None => Argument::positional(value),
                });
            }
            let has_input = at > 0 || pipeline.input;
            let place = crate::eval::Place { pipeline: id, stage: at, length, has_input, position: at };
            let target = if command.is_script {
                Value::Object(rs.parse_client(&command.text)?)
            } else {
                Value::from(command.text.as_str())
            };
            let redirects = rs.merges(command.merge);
            let dot = command.is_script && !command.local_scope;
            let nowhere = psrpd_lang::Extent::EMPTY;
            let called = crate::eval::Called { how: None, dot, extent: nowhere, name_extent: nowhere };
            stages.push(rs.prepare_value(&target, args, called, place, redirects)?);
        }
        if let Some(claiming) = pipeline.commands.iter().position(|command| command.merge.claims_errors) {
            crate::eval::claim_errors(&mut stages, claiming);
        }
        let input = if pipeline.input { Feed::Client } else { Feed::Nothing };
        rs.run_stages(id, &mut stages, input, &mut ToHost)
    }
}

impl Runspace {
    /// `$input` of a pipeline that has none.
    pub(crate) fn no_input(&mut self) {
        let of = crate::types::known("System.Collections.ArrayList+ArrayListEnumeratorSimple");
        let empty = Value::object(crate::value::Enumerator::new(of, Vec::new()));
        let _ = self.write_in(ScopeId::GLOBAL, &Name::new("input"), empty);
    }

    /// Whether `$ErrorActionPreference` is Stop.
    fn stops_at_errors(&mut self) -> bool {
        self.action(Stream::Error) == Action::Stop
    }

    /// What a new pipeline begins with.
    pub(crate) fn reset(&mut self) {
        self.begin_memory();
        self.depth = 0;
        self.live_input = false;
        self.using = None;
        self.calls.clear();
        self.handled.clear();
        self.common = crate::eval::Common::none();
        self.collecting.clear();
        self.command = None;
        self.streams = crate::eval::Streams::default();
        self.frame.scope = ScopeId::GLOBAL;
        self.frame.map = None;
    }

    fn merges(&self, merge: Merge) -> Vec<crate::eval::Redirect> {
        use crate::eval::{Redirect, ToFile};
        let streams = [
            (Stream::Error, merge.error),
            (Stream::Warning, merge.warning),
            (Stream::Verbose, merge.verbose),
            (Stream::Debug, merge.debug),
            (Stream::Information, merge.information),
        ];
        let to = |wanted| streams.iter().filter(move |(_, target)| *target == wanted).map(|(stream, _)| *stream);
        let output: Vec<_> = to(Target::Output).collect();
        let nowhere: Vec<_> = to(Target::Nowhere).collect();
        let mut list = Vec::new();
        if !output.is_empty() {
            list.push(Redirect::Merge(output));
        }
        if !nowhere.is_empty() {
            list.push(Redirect::File { output: false, streams: nowhere, to: Arc::new(ToFile::nowhere()) });
        }
        list
    }
}
