//! What scripts have run when a command is looked up or the location changes: the actions of `$ExecutionContext.InvokeCommand`.

use std::sync::Arc;

use psrpd_dotnet::casing;

use super::{Function, R, Resolved, Runspace};
use crate::{
    commands::CommandInfo,
    convert,
    types::{self, Type},
    value::{Opaque, Value},
};

/// When an action runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Before a command is looked for.
    Before,
    /// After it was found.
    After,
    /// Where there is none.
    NotFound,
    /// After the location has changed.
    Moved,
}

/// The actions of a session.
#[derive(Default)]
pub(crate) struct Actions {
    list: Vec<(When, Value)>,
    /// The names that actions are running for: they run no more for these.
    active: Vec<(When, String)>,
}

impl When {
    /// The type of the delegate.
    fn delegate(self) -> Option<Type> {
        let of = match self {
            Self::Moved => "System.Management.Automation.LocationChangedEventArgs",
            _ => LOOKUP,
        };
        types::generic("System.EventHandler`1", vec![types::known(of)])
    }
}

const LOOKUP: &str = "System.Management.Automation.CommandLookupEventArgs";

impl Runspace {
    /// The action for a moment; `$null` where none is set.
    pub(crate) fn lookup_action(&self, when: When) -> Value {
        let actions = self.state.actions.as_ref();
        let found = actions.and_then(|actions| actions.list.iter().find(|(have, _)| *have == when));
        found.map(|(_, action)| action.clone()).unwrap_or_default()
    }

    /// Sets the action for a moment, or takes it away with `$null`.
    ///
    /// # Errors
    /// The value is no script block.
    pub(crate) fn set_lookup_action(&mut self, when: When, value: &Value) -> R<()> {
        let action = match when.delegate() {
            Some(of) if !value.is_null() => convert::convert(self, value, &of)?,
            _ => Value::Null,
        };
        let actions = self.state.actions.get_or_insert_default();
        actions.list.retain(|(have, _)| *have != when);
        if !action.is_null() {
            actions.list.push((when, action));
        }
        if actions.list.is_empty() {
            self.state.actions = None;
        }
        Ok(())
    }

    /// Runs an action; what it writes is lost.
    fn run_lookup_action(&mut self, when: When, sender: Value, event: &Value) -> R<()> {
        let action = self.lookup_action(when);
        let Some(delegate) = action.downcast::<types::Delegate>() else { return Ok(()) };
        let block = delegate.block.clone();
        self.call_handler(&block, sender, event)
    }

    /// Runs an action for the name of a command, unless it runs for it already. Gives whether the search stops, and
    /// with which command.
    fn ask_action(&mut self, when: When, name: &str, found: Value) -> (bool, Value) {
        let key = (when, casing::fold(name));
        let is_free =
            |actions: &Actions| actions.list.iter().any(|(have, _)| *have == when) && !actions.active.contains(&key);
        let Some(actions) = self.state.actions.as_mut().filter(|actions| is_free(actions)) else {
            return (false, found);
        };
        actions.active.push(key.clone());
        let event = Opaque::new(
            LOOKUP,
            [
                ("CommandName", Value::from(name)),
                ("CommandOrigin", types::enum_value("System.Management.Automation.CommandOrigin", "Runspace")),
                ("StopSearch", false.into()),
                ("Command", found),
                ("CommandScriptBlock", Value::Null),
            ],
        )
        .into_value();
        // What it raises does not keep a command from being found.
        let _ = self.run_lookup_action(when, name.into(), &event);
        if let Some(actions) = self.state.actions.as_mut() {
            actions.active.retain(|have| *have != key);
        }
        let block = self.as_block(&event.field("CommandScriptBlock"));
        match block {
            Some(block) => {
                let function =
                    Function { name: name.into(), block, is_filter: false, module: None, options: 0, args: Vec::new() };
                (true, CommandInfo::Function(Arc::new(function)).value())
            }
            None => (convert::to_bool(&event.field("StopSearch")), event.field("Command")),
        }
    }

    /// Finds a command as the actions of the session say.
    ///
    /// # Errors
    /// As `find`.
    pub(super) fn find_with_actions(&mut self, name: &str, find: impl FnOnce(&mut Self) -> R<Resolved>) -> R<Resolved> {
        let command = |value: &Value| CommandInfo::of(value).and_then(CommandInfo::resolved);
        let (stops, given) = self.ask_action(When::Before, name, Value::Null);
        if stops {
            return command(&given).ok_or_else(|| super::command::no_command(name));
        }
        let found = match find(self) {
            Ok(found) => found,
            Err(flow) => {
                let is_plain = !name.contains(['-', '\\']);
                let by_verb = is_plain.then(|| self.ask_action(When::NotFound, &format!("get-{name}"), Value::Null).1);
                match by_verb.as_ref().and_then(command) {
                    Some(found) => found,
                    None => {
                        let (_, given) = self.ask_action(When::NotFound, name, Value::Null);
                        command(&given).ok_or(flow)?
                    }
                }
            }
        };
        let info = match self.find_alias(name) {
            Some(alias) => CommandInfo::Alias(alias),
            None => CommandInfo::from(found.clone()),
        };
        let (_, given) = self.ask_action(When::After, name, info.value());
        if matches!(CommandInfo::of(&given), Some(CommandInfo::Alias(_))) {
            return Ok(found);
        }
        command(&given).ok_or_else(|| super::command::no_command(name))
    }

    /// Runs the action of a change of the location.
    ///
    /// # Errors
    /// What the action raises.
    pub(super) fn moved(&mut self, old: Value, new: Value) -> R<()> {
        let state = types::execution_context();
        let state = self.get_member(&state, "SessionState").unwrap_or_default();
        let event = Opaque::new(
            "System.Management.Automation.LocationChangedEventArgs",
            [("NewPath", new), ("OldPath", old), ("SessionState", state)],
        );
        let sender = self.variable("Host").and_then(|host| self.get_member(&host, "Runspace").ok()).unwrap_or_default();
        self.run_lookup_action(When::Moved, sender, &event.into_value())
    }
}
