//! Questions before something is done: `ShouldProcess`, `ShouldContinue`, and preferences of Inquire.

use psrpd_dotnet::Str;

use super::{Action, Common, Flow, R, Runspace, Stream, error};
use crate::{
    cmdlets, convert,
    host::Choice,
    value::{Category, Value, text},
};

/// What a command may ask about; an answer for all holds for one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    Process,
    Error,
    Warning,
    Verbose,
    Debug,
    Information,
    Progress,
    /// What cannot be undone.
    Continue,
}

/// How many there are.
pub(crate) const ABOUTS: usize = 8;

impl About {
    pub(crate) fn stream(stream: Stream) -> Self {
        match stream {
            Stream::Error => Self::Error,
            Stream::Warning => Self::Warning,
            Stream::Verbose => Self::Verbose,
            Stream::Debug => Self::Debug,
            Stream::Information => Self::Information,
        }
    }

    pub(super) fn index(self) -> usize {
        match self {
            Self::Process => 0,
            Self::Error => 1,
            Self::Warning => 2,
            Self::Verbose => 3,
            Self::Debug => 4,
            Self::Information => 5,
            Self::Continue => 7,
            Self::Progress => 6,
        }
    }
}

/// Why `ShouldProcess` answers as it does: `ShouldProcessReason`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    None,
    WhatIf,
}

/// Something that is about to be done, in words.
pub(crate) struct Deed {
    /// What is done.
    pub(crate) description: String,
    /// The question; made of the description if empty.
    pub(crate) warning: String,
    /// Its heading.
    pub(crate) caption: String,
}

impl Deed {
    /// An action on a target.
    pub(crate) fn of(action: &str, target: &str) -> Self {
        Self {
            description: format!("Performing the operation \"{action}\" on target \"{target}\"."),
            warning: String::new(),
            caption: String::new(),
        }
    }
}

/// `ConfirmImpact`: None, Low, Medium, High.
pub(crate) const IMPACT_LOW: i64 = 1;
pub(crate) const IMPACT_MEDIUM: i64 = 2;

impl Runspace {
    /// Whether to do something, asked of preferences, parameters and the user.
    ///
    /// # Errors
    /// The user cannot be asked.
    pub(crate) fn should_process(&mut self, common: &Common, impact: i64, deed: &Deed) -> R<(bool, Reason)> {
        if let Some(answer) = common.answer(About::Process) {
            return Ok((answer, Reason::None));
        }
        if self.is_what_if(common) {
            self.host.write(&format!("What if: {}", deed.description), true, None);
            return Ok((false, Reason::WhatIf));
        }
        if !self.is_confirmed(common, impact) {
            if self.is_verbose(common) {
                self.write_message(Stream::Verbose, deed.description.as_str().into())?;
            }
            return Ok((true, Reason::None));
        }
        let question = if deed.warning.is_empty() {
            format!("Are you sure you want to perform this action?\n{}", deed.description)
        } else {
            deed.warning.clone()
        };
        let caption = if deed.caption.is_empty() { "Confirm" } else { &deed.caption };
        let (yes, all) = self.ask_yes_no(caption, &question, true, false)?;
        if all {
            common.remember(About::Process, yes);
        }
        Ok((yes, Reason::None))
    }

    fn is_what_if(&self, common: &Common) -> bool {
        common.what_if.unwrap_or_else(|| self.variable("WhatIfPreference").is_some_and(|on| convert::to_bool(&on)))
    }

    fn is_verbose(&mut self, common: &Common) -> bool {
        common.verbose.unwrap_or_else(|| self.preference(Stream::Verbose) != Action::SilentlyContinue)
    }

    /// Whether the user is asked.
    fn is_confirmed(&self, common: &Common, impact: i64) -> bool {
        let least = match common.confirm {
            Some(true) => IMPACT_LOW,
            Some(false) => 0,
            None => self.confirm_preference(),
        };
        least != 0 && impact >= least
    }

    /// Whether `should_process` would do more than to say yes.
    pub(crate) fn has_to_ask(&mut self, common: &Common, impact: i64) -> bool {
        self.is_what_if(common) || self.is_confirmed(common, impact) || self.is_verbose(common)
    }

    fn confirm_preference(&self) -> i64 {
        match self.variable("ConfirmPreference").as_ref().map(Value::base) {
            Some(Value::Enum(_, n)) => *n,
            Some(Value::Str(name)) => {
                let of = crate::types::known("System.Management.Automation.ConfirmImpact");
                of.labels().iter().find(|(label, _)| label.eq_ignore_ascii_case(name)).map_or(3, |(_, n)| *n)
            }
            Some(other) => other.as_i128().and_then(|n| i64::try_from(n).ok()).unwrap_or(3),
            None => 3,
        }
    }

    /// Asks yes or no, for one or for all: the answer, and whether it is for all.
    ///
    /// # Errors
    /// The user cannot be asked.
    pub(crate) fn ask_yes_no(
        &mut self,
        caption: &str,
        question: &str,
        with_all: bool,
        default_no: bool,
    ) -> R<(bool, bool)> {
        let caption = if caption.is_empty() { "Confirm" } else { caption };
        let mut choices = vec![choice("&Yes", "Continue with only the next step of the operation.")];
        if with_all {
            choices.push(choice("Yes to &All", "Continue with all the steps of the operation."));
        }
        choices.push(choice("&No", "Skip this operation and proceed with the next operation."));
        if with_all {
            choices.push(choice("No to A&ll", "Skip this operation and all subsequent operations."));
        }
        let no = if with_all { 2 } else { 1 };
        let default = if default_no { no } else { 0 };
        let count = choices.len();
        let answer = self.choose(caption, question, choices, default)?;
        if !usize::try_from(answer).is_ok_and(|answer| answer < count) {
            return Err(error::argument(
                "System.ArgumentOutOfRangeException",
                "Index was out of range. Must be non-negative and less than the size of the collection.",
                "index",
            ));
        }
        Ok(if with_all { (answer < no, answer == 1 || answer == 3) } else { (answer == 0, false) })
    }

    /// Asks whether to go on after a record, where the preference of its stream is Inquire.
    ///
    /// # Errors
    /// `ActionPreferenceStop`, where the user wants to stop.
    pub(crate) fn inquire(&mut self, about: About, question: &str) -> R<()> {
        let common = self.common.clone();
        match common.answer(about) {
            Some(true) => return Ok(()),
            Some(false) => return Err(self.stopped_by_user()),
            None => {}
        }
        let choices = vec![
            choice("&Yes", "Continue with only the next step of the operation."),
            choice("Yes to &All", "Continue with all the steps of the operation."),
            choice("&Halt Command", "Stop this command."),
        ];
        match self.choose("Confirm", question, choices, 0)? {
            0 => Ok(()),
            1 => {
                common.remember(about, true);
                Ok(())
            }
            _ => Err(self.stopped_by_user()),
        }
    }

    fn stopped_by_user(&mut self) -> Flow {
        self.preference_stop("The running command stopped because the user selected the Stop option.".into())
    }

    /// The error of a command that a preference, or the user asked by one, stops.
    pub(crate) fn preference_stop(&mut self, message: Str) -> Flow {
        let command = self.command.as_ref().map(|command| command.command_name.clone()).unwrap_or_default();
        let id = match cmdlets::find(&command) {
            Some(cmdlet) => format!("ActionPreferenceStop,Microsoft.PowerShell.Commands.{}", cmdlet.class),
            None => "ActionPreferenceStop".into(),
        };
        let record = error::record(
            "System.Management.Automation.ActionPreferenceStopException",
            &id,
            Category::OperationStopped,
            message,
            Value::Null,
        );
        *record.activity.lock() = command;
        Flow::error(record).marked(|raised| raised.by_preference = true)
    }

    /// The same, with the name of the preference.
    pub(crate) fn stopped_by_preference(&mut self, preference: &str, what: &Value) -> Flow {
        let message = format!(
            "The running command stopped because the preference variable \"{preference}\" or common parameter is set to Stop: {}",
            text(what)
        );
        self.preference_stop(message.into())
    }
}

fn choice(label: &str, help: &str) -> Choice {
    Choice { label: label.to_owned(), help: help.to_owned() }
}
