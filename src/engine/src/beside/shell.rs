//! `[powershell]`: commands that a script puts together and runs, here or in a runspace beside.

use std::{any::Any, sync::Arc};

use parking_lot::Mutex;
use psrpd_dotnet::{Guid, Str};

use super::{Crew, Gathered, Input, Kind, Lane, Opening, Phase, Piece, Run, Setup, Work, gathered::collection};
use crate::{
    bind::Argument,
    convert,
    eval::{Flow, R, Runspace, error},
    types,
    value::{Dictionary, List, Object, Opaque, Value, enumerate, text},
};

/// A command of a shell (`Command`).
pub(crate) struct ShellCommand {
    pub(crate) text: Str,
    /// The command itself, where it was given as an object.
    pub(crate) command: Option<Value>,
    pub(crate) is_script: bool,
    pub(crate) local_scope: bool,
    /// `CommandParameter`s.
    pub(crate) parameters: Arc<List>,
    /// Whether a statement ends behind it.
    pub(crate) ends: Mutex<bool>,
}

impl ShellCommand {
    pub(crate) fn new(text: Str, command: Option<Value>, is_script: bool, local_scope: bool) -> Self {
        let of = types::known("System.Management.Automation.Runspaces.CommandParameterCollection");
        let parameters = Arc::new(List::new(of, Vec::new()));
        Self { text, command, is_script, local_scope, parameters, ends: Mutex::new(false) }
    }

    fn piece(&self) -> Piece {
        let mut arguments = Vec::new();
        for parameter in self.parameters.items.lock().iter() {
            let (name, value) = (parameter.field("Name"), parameter.field("Value"));
            arguments.push(match name.is_null() {
                true => Argument::positional(value),
                false => Argument::named(text(&name).trim_start_matches('-'), value),
            });
        }
        Piece {
            target: self.command.clone().unwrap_or_else(|| Value::Str(self.text.clone())),
            is_script: self.is_script,
            local_scope: self.local_scope,
            arguments,
            merges_errors: false,
        }
    }
}

impl Object for ShellCommand {
    fn type_of(&self) -> types::Type {
        types::known("System.Management.Automation.Runspaces.Command")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(self.text.clone())
    }
}

/// A runspace as an object.
pub(crate) struct Space {
    opening: Opening,
    setup: Option<Setup>,
    pub(crate) instance: Mutex<Guid>,
    pub(crate) name: Mutex<Option<Str>>,
    lane: Mutex<SpaceState>,
}

enum SpaceState {
    BeforeOpen,
    Opened(Arc<Lane>),
    Closed,
}

impl Space {
    pub(crate) fn new(rs: &Runspace, setup: Option<Setup>) -> Self {
        Self {
            opening: Opening::beside(rs),
            setup,
            instance: Mutex::new(Guid(rs.platform.random_bytes())),
            name: Mutex::default(),
            lane: Mutex::new(SpaceState::BeforeOpen),
        }
    }

    pub(crate) fn state(&self) -> &'static str {
        match &*self.lane.lock() {
            SpaceState::BeforeOpen => "BeforeOpen",
            SpaceState::Opened(_) => "Opened",
            SpaceState::Closed => "Closed",
        }
    }

    pub(crate) fn lane(&self) -> Option<Arc<Lane>> {
        match &*self.lane.lock() {
            SpaceState::Opened(lane) => Some(lane.clone()),
            _ => None,
        }
    }

    /// Opens it.
    ///
    /// # Errors
    /// It was opened before, or the system gives no thread.
    pub(crate) fn open(&self) -> R<()> {
        let mut state = self.lane.lock();
        if !matches!(*state, SpaceState::BeforeOpen) {
            drop(state);
            let message = format!(
                "Cannot open the runspace because the runspace is not in the BeforeOpen state. Current state of the runspace is '{}'.",
                self.state()
            );
            return Err(error::thrown("System.Management.Automation.Runspaces.InvalidRunspaceStateException", message));
        }
        let lane = Lane::open(&self.opening)?;
        *self.instance.lock() = lane.instance;
        if let Some(setup) = self.setup.clone() {
            lane.give(Box::new(move |rs| setup(rs)));
        }
        *state = SpaceState::Opened(lane);
        Ok(())
    }

    pub(crate) fn close(&self) {
        let before = std::mem::replace(&mut *self.lane.lock(), SpaceState::Closed);
        if let SpaceState::Opened(lane) = before {
            lane.close();
            lane.stop.set();
        }
    }
}

impl Object for Space {
    fn type_of(&self) -> types::Type {
        types::known("System.Management.Automation.Runspaces.LocalRunspace")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A pool of runspaces as an object.
pub(crate) struct Pool {
    pub(crate) least: Mutex<usize>,
    pub(crate) instance: Guid,
    crew: Arc<Crew>,
    state: Mutex<&'static str>,
}

impl Pool {
    pub(crate) fn new(rs: &Runspace, least: usize, most: usize, setup: Option<Setup>) -> Self {
        Self {
            least: Mutex::new(least),
            instance: Guid(rs.platform.random_bytes()),
            crew: Crew::new(Opening::beside(rs), most, false, setup),
            state: Mutex::new("BeforeOpen"),
        }
    }

    pub(crate) fn state(&self) -> &'static str {
        *self.state.lock()
    }

    pub(crate) fn set_state(&self, state: &'static str) {
        *self.state.lock() = state;
        if state == "Closed" {
            self.crew.close();
        }
    }

    pub(crate) fn crew(&self) -> &Arc<Crew> {
        &self.crew
    }
}

impl Object for Pool {
    fn type_of(&self) -> types::Type {
        types::known("System.Management.Automation.Runspaces.RunspacePool")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Where the commands of a shell run.
#[derive(Clone)]
pub(crate) enum Place {
    /// In a runspace of its own, which is opened when it is needed.
    Own,
    /// In the runspace that it was made in.
    Current,
    /// In one of these objects: a [`Space`] or a [`Pool`].
    Given(Value),
}

/// A `[powershell]`.
pub(crate) struct Shell {
    pub(crate) instance: Guid,
    /// `ShellCommand`s.
    pub(crate) commands: Mutex<Arc<List>>,
    pub(crate) gathered: Arc<Gathered>,
    pub(crate) run: Arc<Run>,
    pub(crate) place: Mutex<Place>,
    /// Whether it has opened its runspace itself.
    pub(crate) owns: Mutex<bool>,
    pub(crate) had_errors: Mutex<bool>,
    pub(crate) is_disposed: Mutex<bool>,
}

fn command_list() -> Arc<List> {
    Arc::new(List::new(types::known("System.Management.Automation.Runspaces.CommandCollection"), Vec::new()))
}

impl Shell {
    pub(crate) fn new(rs: &Runspace, place: Place) -> Self {
        Self {
            instance: Guid(rs.platform.random_bytes()),
            commands: Mutex::new(command_list()),
            gathered: Gathered::new(&rs.beside.shared),
            run: Run::new(&rs.beside.shared),
            place: Mutex::new(place),
            owns: Mutex::new(false),
            had_errors: Mutex::new(false),
            is_disposed: Mutex::new(false),
        }
    }

    /// That nothing of it runs.
    ///
    /// # Errors
    /// `InvalidPowerShellStateException`
    pub(crate) fn check_idle(&self) -> R<()> {
        if *self.is_disposed.lock() {
            return Err(error::thrown(
                "System.ObjectDisposedException",
                "Cannot perform operation because object \"PowerShell\" has already been disposed.",
            ));
        }
        match self.run.phase() {
            Phase::Running | Phase::Stopping => Err(error::thrown(
                "System.Management.Automation.InvalidPowerShellStateException",
                "The state of the current PowerShell instance is not valid for this operation.",
            )),
            _ => Ok(()),
        }
    }

    /// Adds a command.
    ///
    /// # Errors
    /// As [`Self::check_idle`].
    pub(crate) fn add(&self, command: ShellCommand) -> R<()> {
        self.check_idle()?;
        self.commands.lock().items.lock().push_back(Value::object(command));
        Ok(())
    }

    /// Adds a parameter, or an argument, to the last command.
    ///
    /// # Errors
    /// There is no command.
    pub(crate) fn add_parameter(&self, name: Value, value: Value) -> R<()> {
        self.check_idle()?;
        let last = self.commands.lock().items.lock().back().cloned();
        let Some(last) = last.as_ref().and_then(|last| last.downcast::<ShellCommand>()) else {
            return Err(error::thrown(
                "System.Management.Automation.PSInvalidOperationException",
                "A command is required to add a parameter. A command must be added to the PowerShell instance before adding a parameter.",
            ));
        };
        let of = "System.Management.Automation.Runspaces.CommandParameter";
        last.parameters.items.lock().push_back(Opaque::new(of, [("Name", name), ("Value", value)]).into_value());
        Ok(())
    }

    /// Adds parameters by name, or arguments in their order.
    ///
    /// # Errors
    /// There is no command.
    pub(crate) fn add_parameters(&self, values: &Value) -> R<()> {
        if let Some(table) = values.downcast::<Dictionary>() {
            return table.entries().into_iter().try_for_each(|(name, value)| self.add_parameter(name, value));
        }
        let values = enumerate(values).unwrap_or_default();
        values.into_iter().try_for_each(|value| self.add_parameter(Value::Null, value))
    }

    /// The next command begins a statement of its own.
    pub(crate) fn end_statement(&self) {
        if let Some(last) = self.commands.lock().items.lock().back().and_then(Value::downcast::<ShellCommand>) {
            *last.ends.lock() = true;
        }
    }

    fn statements(&self) -> R<Vec<Vec<Piece>>> {
        let mut statements = vec![Vec::new()];
        for command in self.commands.lock().items.lock().iter().filter_map(Value::downcast::<ShellCommand>) {
            if let Some(last) = statements.last_mut() {
                last.push(command.piece());
            }
            if *command.ends.lock() {
                statements.push(Vec::new());
            }
        }
        statements.retain(|statement| !statement.is_empty());
        if statements.is_empty() {
            let exception = "System.Management.Automation.PSInvalidOperationException";
            return Err(error::thrown(exception, "No commands are specified."));
        }
        Ok(statements)
    }

    /// Opens a runspace of its own.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(crate) fn own_space(&self, rs: &Runspace) -> R<Value> {
        let space = Space::new(rs, None);
        space.open()?;
        let space = Value::object(space);
        *self.place.lock() = Place::Given(space.clone());
        *self.owns.lock() = true;
        Ok(space)
    }

    /// Begins to run its commands; the output goes into this list.
    ///
    /// # Errors
    /// There are none, one runs already, or its runspace is not open.
    pub(crate) fn begin(&self, rs: &mut Runspace, input: Input, output: Arc<List>) -> R<()> {
        let statements = self.statements()?;
        if matches!(self.run.phase(), Phase::Running | Phase::Stopping) {
            return Err(error::thrown(
                "System.InvalidOperationException",
                "The operation cannot be performed because a command has already been started. Wait for the command to complete, or stop it, and then try the operation again.",
            ));
        }
        self.check_idle()?;
        let place = self.place.lock().clone();
        let space = match &place {
            Place::Own => Some(self.own_space(rs)?),
            Place::Given(space) => Some(space.clone()),
            Place::Current => None,
        };
        self.run.again();
        self.run.announce(rs.now());
        self.gathered.direct(Kind::Output, output);
        let work = Work {
            run: self.run.clone(),
            gathered: self.gathered.clone(),
            budget: rs.budget.clone(),
            statements,
            input,
            using: None,
            ends_uncaught: false,
            resets: false,
            underscore: None,
            directory: None,
        };
        match space {
            None => here(rs, &work),
            Some(space) => there(&space, work).inspect_err(|_| self.run.again()),
        }
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// What it failed for.
    pub(crate) fn end(&self, rs: &mut Runspace) -> R<()> {
        let run = self.run.clone();
        let waited =
            rs.wait_until(None, |_| run.phase().is_over() || run.phase() == Phase::NotStarted && run.begun().is_some());
        if let Err(stopped) = waited {
            run.stop(rs.now());
            return Err(stopped);
        }
        let errors = self.gathered.list(Kind::Error).len() > 0;
        *self.had_errors.lock() = errors || run.phase() == Phase::Failed;
        match run.reason_for_caller() {
            Some(record) => {
                let flow = Flow::error(record.copy());
                if let Flow::Error(raised) = &flow
                    && let Some(exception) = raised.record.exception.downcast::<crate::value::Exception>()
                {
                    exception.record.lock().get_or_insert_with(|| record.clone());
                }
                Err(flow)
            }
            None => Ok(()),
        }
    }
}

/// Runs it in this runspace, which waits meanwhile.
fn here(rs: &mut Runspace, work: &Work) -> R<()> {
    let now = rs.now();
    let stop = crate::platform::Stop::default();
    work.run.begin(now, &stop);
    let gathered = rs.beside.gathered.replace(work.gathered.clone());
    let streams = std::mem::take(&mut rs.streams);
    let catching = std::mem::replace(&mut rs.catching, false);
    let ends = std::mem::replace(&mut rs.ends_uncaught, false);
    let mut out = super::gathered::ToGathered(work.gathered.clone());
    let result = rs.run_statements(&work.statements, &work.input, &mut out);
    (rs.catching, rs.ends_uncaught) = (catching, ends);
    rs.streams = streams;
    rs.beside.gathered = gathered;
    let ends_all = match &result {
        Err(flow @ (Flow::Stopped | Flow::Exhausted(_))) => Err(flow.clone()),
        _ => Ok(()),
    };
    work.run.finish(rs.now(), result);
    ends_all
}

/// Has it run in a runspace or pool.
fn there(space: &Value, work: Work) -> R<()> {
    if let Some(pool) = space.downcast::<Pool>() {
        if pool.state() != "Opened" {
            return Err(not_open("runspace pool", "InvalidRunspacePoolStateException", pool.state()));
        }
        return pool.crew().give(Box::new(move |rs| work.perform(rs)));
    }
    let Some(space) = space.downcast::<Space>() else {
        return Err(not_open("runspace", "InvalidRunspaceStateException", "Closed"));
    };
    let Some(lane) = space.lane() else {
        return Err(not_open("runspace", "InvalidRunspaceStateException", space.state()));
    };
    lane.give(Box::new(move |rs| work.perform(rs)));
    Ok(())
}

fn not_open(what: &str, exception: &str, state: &str) -> Flow {
    let message = format!(
        "Cannot perform operation because the {what} is not in the 'Opened' state. Current state of {what} is '{state}'."
    );
    error::thrown(&format!("System.Management.Automation.Runspaces.{exception}"), message)
}

impl Object for Shell {
    fn type_of(&self) -> types::Type {
        types::known("System.Management.Automation.PowerShell")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Input as a script gives it: a collection that may be open, several objects, or one.
pub(crate) fn input_of(value: &Value) -> Input {
    if let Some(list) = value.shared::<List>()
        && !list.is_complete()
        && value.type_of().is_some_and(|of| of.is_kind("PSDataCollection"))
    {
        return Input::Collection(list);
    }
    match enumerate(value) {
        Some(items) => Input::Values(items),
        None if value.is_null() => Input::Nothing,
        None => Input::Values(vec![value.clone()]),
    }
}

/// A list for output.
pub(crate) fn output_list() -> Arc<List> {
    collection(Kind::Output)
}

/// What an `InitialSessionState` prepares in a runspace, if there is one.
pub(crate) fn setup_of(state: Option<&Value>) -> R<Option<Setup>> {
    let Some(state) = state else { return Ok(None) };
    if *text(&state.field("LanguageMode")) == *"NoLanguage" {
        return Err(error::feature("A runspace that begins without commands"));
    }
    let entries: Vec<Value> = ["Variables", "Commands", "EnvironmentVariables"]
        .into_iter()
        .filter_map(|name| enumerate(&state.field(name)))
        .flatten()
        .collect();
    let scripts = enumerate(&state.field("StartupScripts")).unwrap_or_default();
    Ok((!entries.is_empty() || !scripts.is_empty()).then(|| {
        let setup: Setup = Arc::new(move |rs: &mut Runspace| {
            for entry in &entries {
                prepare(rs, entry);
            }
            for script in &scripts {
                let Ok(source) = crate::providers::read_text(rs, &text(script)) else { continue };
                if let Ok(block) = rs.parse_block(&source) {
                    let _ = rs.run_inline(&block, &mut crate::eval::Inline::default(), &mut crate::eval::Discard);
                }
            }
        });
        setup
    }))
}

/// Puts one entry in.
fn prepare(rs: &mut Runspace, entry: &Value) {
    let name = text(&entry.field("Name"));
    let kind = entry.type_of().map_or_else(String::new, |of| of.short_name());
    let global = crate::eval::ScopeId::GLOBAL;
    match kind.as_str() {
        "SessionStateVariableEntry" => {
            let _ = rs.write_in(global, &crate::eval::Name::new(&name), entry.field("Value"));
            rs.describe_variable(&name, &text(&entry.field("Description")));
        }
        "SessionStateEnvironmentEntry" => {
            rs.state.environment.set(&name, &text(&entry.field("Value")));
        }
        "SessionStateFunctionEntry" => {
            if let Ok(block) = rs.parse_block(&text(&entry.field("Definition"))) {
                rs.define_function(global, &name, block, false);
            }
        }
        "SessionStateAliasEntry" => {
            let alias = crate::eval::Alias {
                name: name.clone(),
                target: text(&entry.field("Definition")),
                description: text(&entry.field("Description")),
                ..crate::eval::Alias::default()
            };
            rs.scopes.get_mut(global).aliases.insert(psrpd_dotnet::casing::fold(&name), alias);
        }
        _ => {}
    }
}

impl Runspace {
    fn describe_variable(&mut self, name: &str, description: &str) {
        if !description.is_empty() {
            let variable = self.share(crate::eval::ScopeId::GLOBAL, &crate::eval::Name::new(name));
            *variable.description.lock() = description.into();
        }
    }
}

/// Whether a value is true.
pub(crate) fn truth(value: Option<&Value>) -> bool {
    value.is_some_and(convert::to_bool)
}
