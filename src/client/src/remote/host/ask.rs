//! Asking a person. Everything here blocks.

use std::io;

use psrp_clixml::PsString;
use psrp_proto::host::{FieldDescription, HostRequest, KeyInfo};
use zeroize::Zeroizing;

use super::question::{self, Choice};
use crate::limits::MAX_WRONG_ANSWERS;
use crate::ssh::Prompt;

/// What a person answered.
pub(super) enum Answer {
    Text(String),
    Secret(Zeroizing<String>),
    Credential { user: String, password: Zeroizing<String> },
    Fields(Vec<(PsString, Field)>),
    Choice(i32),
    Choices(Vec<i32>),
    Key(KeyInfo),
}

/// The answer to one of several fields.
pub(super) enum Field {
    Text(String),
    Secret(Zeroizing<String>),
    Credential { user: String, password: Zeroizing<String> },
}

/// Asks what a call asks for.
pub(super) fn ask(prompt: &dyn Prompt, computer: &str, request: &HostRequest) -> io::Result<Answer> {
    let warning = || question::warning(computer);
    match request {
        HostRequest::ReadLine => Ok(Answer::Text(shown(prompt, "")?)),
        HostRequest::ReadLineAsSecureString => prompt.ask(&warning(), false).map(Answer::Secret),
        HostRequest::ReadKey { .. } => read_key(prompt),
        HostRequest::Prompt { caption, message, fields } => {
            let warning = if fields.iter().any(question::is_secret) { warning() } else { String::new() };
            let heading = question::heading(&caption.to_string_lossy(), &message.to_string_lossy());
            ask_fields(prompt, warning + &heading, fields).map(Answer::Fields)
        }
        HostRequest::PromptForCredential1 { caption, message, user_name, .. }
        | HostRequest::PromptForCredential2 { caption, message, user_name, .. } => {
            let heading = question::heading(&caption.to_string_lossy(), &message.to_string_lossy());
            let (user, password) = ask_credential(prompt, warning() + &heading, &user_name.to_string_lossy())?;
            Ok(Answer::Credential { user, password })
        }
        HostRequest::PromptForChoice { caption, message, choices, default_choice } => {
            let heading = question::heading(&caption.to_string_lossy(), &message.to_string_lossy());
            choose(prompt, heading, &question::choices(choices), *default_choice).map(Answer::Choice)
        }
        HostRequest::PromptForChoiceMultipleSelection { caption, message, choices, default_choices } => {
            let heading = question::heading(&caption.to_string_lossy(), &message.to_string_lossy());
            let defaults = default_choices.as_ref().map_or_else(Vec::new, |defaults| defaults.items.clone());
            choose_many(prompt, heading, &question::choices(choices), defaults).map(Answer::Choices)
        }
        _ => Err(io::ErrorKind::Unsupported.into()),
    }
}

fn shown(prompt: &dyn Prompt, question: &str) -> io::Result<String> {
    Ok(prompt.ask(question, true)?.as_str().to_owned())
}

fn ask_fields(
    prompt: &dyn Prompt,
    mut before: String,
    fields: &[FieldDescription],
) -> io::Result<Vec<(PsString, Field)>> {
    let mut answers = Vec::new();
    for field in fields {
        let question = std::mem::take(&mut before) + &question::label(field);
        let answer = if question::is_credential(field) {
            let (user, password) = ask_credential(prompt, question + "\n", "")?;
            Field::Credential { user, password }
        } else if question::is_secret(field) {
            Field::Secret(prompt.ask(&question, false)?)
        } else {
            Field::Text(shown(prompt, &question)?)
        };
        answers.push((field.name.clone(), answer));
    }
    Ok(answers)
}

fn ask_credential(prompt: &dyn Prompt, before: String, user: &str) -> io::Result<(String, Zeroizing<String>)> {
    let (before, user) = match user {
        "" => (String::new(), shown(prompt, &(before + "User: "))?),
        user => (before, user.to_owned()),
    };
    let question = format!("{before}Password for user {}: ", crate::output::visible(&user, false));
    Ok((user, prompt.ask(&question, false)?))
}

fn choose(prompt: &dyn Prompt, heading: String, choices: &[Choice], default: i32) -> io::Result<i32> {
    let defaults = if default < 0 { Vec::new() } else { vec![default] };
    let mut before = heading;
    for _ in 0..MAX_WRONG_ANSWERS {
        let question = format!("{}{}: ", std::mem::take(&mut before), question::menu(choices, &defaults));
        match shown(prompt, &question)?.trim() {
            "" if default >= 0 => return Ok(default),
            "?" => before = question::help(choices),
            answer => {
                if let Some(index) = question::find(choices, answer) {
                    return Ok(index);
                }
            }
        }
    }
    Err(no_choice())
}

fn choose_many(prompt: &dyn Prompt, heading: String, choices: &[Choice], defaults: Vec<i32>) -> io::Result<Vec<i32>> {
    let mut chosen = Vec::new();
    let mut before = heading + &question::menu(choices, &defaults) + "\n";
    for _ in 0..MAX_WRONG_ANSWERS.saturating_add(choices.len()) {
        let question = format!("{}Choice[{}]: ", std::mem::take(&mut before), chosen.len());
        match shown(prompt, &question)?.trim() {
            "" if chosen.is_empty() => return Ok(defaults),
            "" => return Ok(chosen),
            "?" => before = question::help(choices),
            answer => chosen.extend(question::find(choices, answer)),
        }
    }
    Err(no_choice())
}

fn no_choice() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "none of the choices was chosen")
}

/// The first character of a line: a prompt reads lines. Keys that are no characters cannot be given.
fn read_key(prompt: &dyn Prompt) -> io::Result<Answer> {
    let line = prompt.ask("(a key, then Enter) ", true)?;
    let character = line.encode_utf16().next().unwrap_or(u16::from(b'\r'));
    // Virtual key codes of letters and digits are their upper-case characters.
    let key = u8::try_from(character).map_or(0, |byte| i32::from(byte.to_ascii_uppercase()));
    Ok(Answer::Key(KeyInfo { virtual_key_code: key, character, control_key_state: 0, key_down: true }))
}
