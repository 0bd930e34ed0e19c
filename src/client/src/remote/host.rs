//! The host: what a server shows and asks through its client (MS-PSRP 2.2.3.17 "Host Method Identifier").
//!
//! What is shown goes to the owner of the session as [`Shown`]; what is asked is asked at the terminal, if there is one
//! and it may be used. Drawing on the screen is not for a client that runs one command: such calls are taken and nothing
//! is done.

mod ask;
mod describe;
mod question;

use std::io;
use std::sync::Arc;

use psrp_clixml::{SecureString, Value};
use psrp_keys::KeyError;
use psrp_proto::host::{Credential, HostCall, HostMethod, HostReply, HostRequest, HostResponse};
use psrp_proto::message::{ErrorCategory, ErrorRecord, ProgressRecord};

pub use describe::{application_arguments, host_info};

use crate::ssh::{Prompt, pass_on_interrupt};
use ask::{Answer, Field};

/// The host of one command line.
#[derive(Clone)]
pub struct Host {
    prompt: Arc<dyn Prompt>,
    /// The server's computer, for warnings.
    computer: String,
}

/// What a call shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    /// Text, as `Write-Host` writes it.
    Text(Writing),
    /// A line of an error.
    Error(String),
    /// A warning.
    Warning(String),
    /// A verbose message.
    Verbose(String),
    /// A debug message.
    Debug(String),
    /// Progress.
    Progress(Box<ProgressRecord>),
    /// The script called `exit N`.
    Exit(i32),
}

/// Text on the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writing {
    /// The text.
    pub text: String,
    /// Whether the line ends behind it.
    pub ends_line: bool,
}

/// Whether answering a call takes the session key.
pub(super) fn needs_key(call: &HostCall) -> bool {
    match call.method {
        HostMethod::ReadLineAsSecureString | HostMethod::PromptForCredential1 | HostMethod::PromptForCredential2 => {
            true
        }
        HostMethod::Prompt => match call.request() {
            Ok(HostRequest::Prompt { fields, .. }) => fields.iter().any(question::is_secret),
            _ => false,
        },
        _ => false,
    }
}

/// What a call shows; none for calls that ask, draw, or mean nothing to this host.
#[must_use]
pub fn shown(call: &HostCall) -> Option<Shown> {
    let text = |text: &psrp_clixml::PsString| text.to_string_lossy().into_owned();
    let write = |content: String, ends_line| Some(Shown::Text(Writing { text: content, ends_line }));
    match call.request().ok()? {
        HostRequest::Write1 { text: t } | HostRequest::Write2 { text: t, .. } => write(text(&t), false),
        HostRequest::WriteLine1 => write(String::new(), true),
        HostRequest::WriteLine2 { text: t } | HostRequest::WriteLine3 { text: t, .. } => write(text(&t), true),
        HostRequest::WriteErrorLine { text: t } => Some(Shown::Error(text(&t))),
        HostRequest::WriteWarningLine { text: t } => Some(Shown::Warning(text(&t))),
        HostRequest::WriteVerboseLine { text: t } => Some(Shown::Verbose(text(&t))),
        HostRequest::WriteDebugLine { text: t } => Some(Shown::Debug(text(&t))),
        HostRequest::WriteProgress { record, .. } => Some(Shown::Progress(record)),
        HostRequest::SetShouldExit { exit_code } => Some(Shown::Exit(exit_code)),
        _ => None,
    }
}

impl Host {
    /// A host that asks through `prompt`, on behalf of `computer`.
    #[must_use]
    pub fn new(prompt: Arc<dyn Prompt>, computer: impl Into<String>) -> Self {
        Self { prompt, computer: computer.into() }
    }

    /// Answers a call whose method returns a value; `seal` makes SecureStrings of the session.
    ///
    /// Not cancel-safe: a question stays on the terminal until it is answered, and the answer is lost. Never ends when the
    /// person presses Ctrl+C, which the process is told.
    pub async fn answer(&self, call: &HostCall, seal: impl Fn(&str) -> Result<SecureString, KeyError>) -> HostResponse {
        match self.reply(call, seal).await {
            Ok(reply) => HostResponse::new(call, &reply),
            Err(text) => HostResponse::failed(call, refusal(&text)),
        }
    }

    /// As [`answer`](Self::answer), with the text of what stands in the way.
    async fn reply(
        &self,
        call: &HostCall,
        seal: impl Fn(&str) -> Result<SecureString, KeyError>,
    ) -> Result<HostReply, String> {
        let request = call.request().map_err(|error| error.to_string())?;
        if let Some(reply) = describe::property(&request) {
            return Ok(reply);
        }
        if !question::is_question(&request) {
            return Err(format!("psrp has no {}", call.method.name()));
        }
        if !self.prompt.is_interactive() {
            return Err(format!(
                "the command asks for input ({}) and there is nobody to ask: run it from a terminal, without --no-input, \
                 or give it what it needs as arguments",
                call.method.name()
            ));
        }
        let (prompt, computer) = (Arc::clone(&self.prompt), self.computer.clone());
        let asked = tokio::task::spawn_blocking(move || ask::ask(&*prompt, &computer, &request));
        let answer = asked.await.map_err(|error| error.to_string())?;
        let answer = match answer {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return pass_on_interrupt().await,
            answer => answer.map_err(|error| format!("no answer was given: {error}"))?,
        };
        sealed(answer, &seal).map_err(|error| error.to_string())
    }
}

fn sealed(answer: Answer, seal: &impl Fn(&str) -> Result<SecureString, KeyError>) -> Result<HostReply, KeyError> {
    Ok(match answer {
        Answer::Text(text) => HostReply::Text(text.as_str().into()),
        Answer::Secret(text) => HostReply::SecureString(seal(&text)?),
        Answer::Credential { user, password } => {
            HostReply::Credential(Credential { user_name: user.as_str().into(), password: Some(seal(&password)?) })
        }
        Answer::Choice(index) => HostReply::Number(index),
        Answer::Choices(indices) => HostReply::Numbers(indices),
        Answer::Key(key) => HostReply::Key(key),
        Answer::Fields(fields) => {
            let value = |field| -> Result<Value, KeyError> {
                Ok(match field {
                    Field::Text(text) => Value::from(text.as_str()),
                    Field::Secret(text) => Value::from(seal(&text)?),
                    Field::Credential { user, password } => credential(&user, seal(&password)?),
                })
            };
            let values = fields.into_iter().map(|(name, field)| Ok((name, value(field)?)));
            HostReply::Values(values.collect::<Result<_, KeyError>>()?)
        }
    })
}

/// A PSCredential as the answer to one of several fields.
fn credential(user: &str, password: SecureString) -> Value {
    const TYPE: &str = "System.Management.Automation.PSCredential";
    psrp_clixml::Object::bag()
        .typed(psrp_clixml::TypeNames::new([TYPE, "System.Object"]))
        .displayed(TYPE)
        .with_prop("UserName", user)
        .with_prop("Password", password)
        .into()
}

/// What the script sees when the host cannot do what it wants.
fn refusal(text: &str) -> ErrorRecord {
    const EXCEPTION: &str = "System.Management.Automation.Host.HostException";
    ErrorRecord::new(text, "HostFunctionNotImplemented", ErrorCategory::ResourceUnavailable, EXCEPTION)
}
