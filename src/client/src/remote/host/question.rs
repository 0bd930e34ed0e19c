//! Questions as text: what a person sees before the cursor.

use psrp_proto::host::{ChoiceDescription, FieldDescription, HostRequest};

use crate::output::visible;

/// Whether a call is one for a person.
pub(super) const fn is_question(request: &HostRequest) -> bool {
    matches!(
        request,
        HostRequest::ReadLine
            | HostRequest::ReadLineAsSecureString
            | HostRequest::ReadKey { .. }
            | HostRequest::Prompt { .. }
            | HostRequest::PromptForCredential1 { .. }
            | HostRequest::PromptForCredential2 { .. }
            | HostRequest::PromptForChoice { .. }
            | HostRequest::PromptForChoiceMultipleSelection { .. }
    )
}

/// Whether a field is a SecureString or a PSCredential.
pub(super) fn is_secret(field: &FieldDescription) -> bool {
    is_credential(field) || is_type(field, "System.Security.SecureString")
}

/// Whether a field is a PSCredential.
pub(super) fn is_credential(field: &FieldDescription) -> bool {
    is_type(field, "System.Management.Automation.PSCredential")
}

fn is_type(field: &FieldDescription, name: &str) -> bool {
    field.parameter_type_full_name.eq_ignore_case(name)
}

/// What stock clients do too: who asks for a secret is named, because the text of the question is the server's.
pub(super) fn warning(computer: &str) -> String {
    format!(
        "WARNING: a script on the remote computer {} asks for a secret. Answer only if you trust it and that computer.\n",
        visible(computer, false)
    )
}

/// Heading and text, each on lines of its own, when they are not empty.
pub(super) fn heading(caption: &str, message: &str) -> String {
    let mut text = String::new();
    for part in [caption, message] {
        if !part.is_empty() {
            text.push_str(&visible(part, false));
            text.push('\n');
        }
    }
    text
}

/// What stands before the answer to a field: its label, or its name.
pub(super) fn label(field: &FieldDescription) -> String {
    let label = if field.label.is_empty() { &field.name } else { &field.label };
    format!("{}: ", visible(&label.to_string_lossy().replace('&', ""), false))
}

/// A choice as it is typed and as it is shown: `&Yes to All` is typed `Y` and shown `Yes to All`.
pub(super) struct Choice {
    pub(super) key: String,
    pub(super) label: String,
    pub(super) help: String,
}

/// The choices. One without a key is typed in full.
pub(super) fn choices(choices: &[ChoiceDescription]) -> Vec<Choice> {
    let choice = |choice: &ChoiceDescription| {
        let text = visible(&choice.label.to_string_lossy(), false);
        let key = text.split_once('&').and_then(|(_, rest)| rest.chars().next());
        let label = text.replacen('&', "", 1);
        Choice {
            key: key.map_or_else(|| label.clone(), |key| key.to_uppercase().collect()),
            label,
            help: visible(&choice.help_message.to_string_lossy(), false),
        }
    };
    choices.iter().map(choice).collect()
}

/// The line of choices, as the console of PowerShell shows it.
pub(super) fn menu(choices: &[Choice], defaults: &[i32]) -> String {
    let mut text = String::new();
    for choice in choices {
        text.push_str(&format!("[{}] {}  ", choice.key, choice.label));
    }
    text.push_str("[?] Help");
    let defaults: Vec<_> = defaults
        .iter()
        .filter_map(|index| usize::try_from(*index).ok().and_then(|index| choices.get(index)))
        .map(|choice| format!("{:?}", choice.key))
        .collect();
    match defaults.as_slice() {
        [] => {}
        [one] => text.push_str(&format!(" (default is {one})")),
        many => text.push_str(&format!(" (defaults are {})", many.join(","))),
    }
    text
}

/// The explanations of the choices, a line each.
pub(super) fn help(choices: &[Choice]) -> String {
    choices.iter().map(|choice| format!("{} - {}\n", choice.key, choice.help)).collect()
}

/// The choice that an answer means.
pub(super) fn find(choices: &[Choice], answer: &str) -> Option<i32> {
    let answer = answer.trim();
    let same = |text: &str| text.to_lowercase() == answer.to_lowercase();
    let index = choices
        .iter()
        .position(|choice| same(&choice.key))
        .or_else(|| choices.iter().position(|choice| same(&choice.label)));
    index.and_then(|index| i32::try_from(index).ok())
}
