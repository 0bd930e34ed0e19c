//! Members that cmdlets take by their names.

use psrpd_dotnet::Str;

/// The id of, and what is said of, a name that means several members.
pub(super) fn ambiguous(name: &str, found: &[(Str, &'static str)], methods: bool) -> (&'static str, String) {
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    let (id, what) = match methods {
        true => ("AmbiguousMethodName", "methods"),
        false => ("AmbiguousPropertyOrMethodName", "members"),
    };
    let message = format!(
        "Input name \"{name}\" is ambiguous. It can be resolved to multiple matched {what}. Possible matches include: {}.",
        names.join(" ")
    );
    (id, message)
}
