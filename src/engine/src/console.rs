//! The console of the client: what the session knows of its screen, and questions to whoever sits there.

use psrpd_dotnet::{Guid, Str, casing};

use crate::{
    cmdlets::get_credential,
    eval::{Flow, R, Runspace, error},
    host::{Answer, Choice, Field, HostInfo, Question, Screen},
    serial,
    session::TellsInvocation,
    types::Type,
    value::{Category, Secret, Value},
};

/// What the host of the session, or of the pipeline that runs, is like.
pub(crate) struct Console {
    session: HostInfo,
    /// `$Host.InstanceId`
    pub(crate) id: Guid,
    /// The id of the runspace.
    pub(crate) runspace: Guid,
    /// The host that a pipeline brought along.
    pub(crate) pipeline: Option<HostInfo>,
    /// Which records of the pipeline that runs say where they come from.
    pub(crate) tells_invocation: TellsInvocation,
}

impl Console {
    /// One that nobody sits at.
    pub(crate) fn new(id: Guid, runspace: Guid) -> Self {
        Self { session: HostInfo::NONE, id, runspace, pipeline: None, tells_invocation: TellsInvocation::default() }
    }

    /// The host of the client that has come.
    pub(crate) fn meet(&mut self, session: HostInfo) {
        self.session = session;
    }

    pub(crate) fn info(&self) -> &HostInfo {
        self.pipeline.as_ref().unwrap_or(&self.session)
    }

    pub(crate) fn screen(&self) -> Option<&Screen> {
        self.info().screen.as_ref()
    }

    pub(crate) fn screen_mut(&mut self) -> Option<&mut Screen> {
        self.pipeline.as_mut().unwrap_or(&mut self.session).screen.as_mut()
    }
}

/// A field that asks for a value of a type.
pub(crate) fn field(name: &str, label: &str, of: &Type, help: &str) -> Field {
    Field {
        name: name.to_owned(),
        label: label.to_owned(),
        type_name: of.short_name(),
        type_full_name: of.full_name(),
        type_assembly_name: format!("{}, {}", of.full_name(), of.assembly()),
        help: help.to_owned(),
        mandatory: true,
        default: None,
    }
}

impl Runspace {
    /// Asks the client.
    ///
    /// # Errors
    /// The client could not answer.
    pub(crate) fn ask(&mut self, question: Question) -> R<Answer> {
        self.check_stop()?;
        if !self.console.info().has_ui {
            return Err(no_user(""));
        }
        self.host.ask(question).map_err(|reason| if self.stop.is_set() { Flow::Stopped } else { no_user(&reason) })
    }

    /// Asks for one of several choices.
    pub(crate) fn choose(&mut self, caption: &str, message: &str, choices: Vec<Choice>, default: i32) -> R<i32> {
        let question = Question::Choice { caption: caption.to_owned(), message: message.to_owned(), choices, default };
        Ok(match self.ask(question)? {
            Answer::Number(number) => number,
            _ => default,
        })
    }

    /// Asks for a line.
    pub(crate) fn read_line(&mut self) -> R<Value> {
        Ok(match self.ask(Question::Line)? {
            Answer::Text(text) => text.into(),
            _ => Value::Null,
        })
    }

    /// Asks for a line that nobody sees.
    pub(crate) fn read_secret_line(&mut self) -> R<Value> {
        Ok(match self.ask(Question::SecretLine)? {
            Answer::Secret(secret) => self.secret(&secret),
            _ => Value::Null,
        })
    }

    /// Asks for a user and a password.
    pub(crate) fn ask_credential(
        &mut self,
        caption: &str,
        message: &str,
        user: &str,
        target: &str,
        options: Option<(i32, i32)>,
    ) -> R<Value> {
        let question = Question::Credential {
            caption: caption.to_owned(),
            message: message.to_owned(),
            user: user.to_owned(),
            target: target.to_owned(),
            options,
        };
        Ok(match self.ask(question)? {
            Answer::Credential { user, password } => {
                let password = password.map_or(Value::Null, |password| self.secret(&password));
                crate::types::credential(&user, password)
            }
            _ => Value::Null,
        })
    }

    /// A credential: a name is asked for its password.
    pub(crate) fn credential_of(&mut self, value: Value) -> R<Value> {
        let Some(user) = value.as_str().map(Str::to_string) else { return Ok(value) };
        self.ask_credential(get_credential::TITLE, get_credential::MESSAGE, &user, "", Some(get_credential::OPTIONS))
    }

    /// A secret from the client.
    pub(crate) fn secret(&mut self, secret: &psrp_clixml::SecureString) -> Value {
        self.host.decrypt(secret).map_or(Value::Null, Secret::value)
    }

    /// Asks for values by name.
    pub(crate) fn ask_fields(&mut self, caption: &str, message: &str, fields: Vec<Field>) -> R<Vec<(Str, Value)>> {
        let names: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
        let question = Question::Fields { caption: caption.to_owned(), message: message.to_owned(), fields };
        let Answer::Values(values) = self.ask(question)? else { return Ok(Vec::new()) };
        let mut answers = Vec::new();
        for name in names {
            if let Some((_, value)) = values.iter().find(|(have, _)| casing::eq(have, &name)) {
                answers.push((Str::from(name.as_str()), serial::read(self, value)));
            }
        }
        Ok(answers)
    }
}

/// The error where nobody can be asked.
fn no_user(reason: &str) -> Flow {
    let message = if reason.is_empty() {
        "A command that prompts the user failed because the host program or the command type does not support user interaction. Try a host program that supports user interaction, such as the PowerShell Console, and remove prompt-related commands from command types that do not support user interaction."
    } else {
        reason
    };
    error::raise(
        "System.Management.Automation.Host.HostException",
        "HostFunctionNotImplemented",
        Category::NotImplemented,
        message,
        Value::Null,
    )
}
