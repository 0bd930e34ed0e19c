//! Values of `$using:` expressions.

use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use psrp_clixml::{Object, ObjectValue, TypeNames, Value};

use super::{Argument, Command};

const PARAMETER: &str = "--%";
const DICTIONARY: &str = "System.Collections.Generic.Dictionary`2[[System.String, System.Private.CoreLib, \
    Version=10.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e],[System.Object, System.Private.CoreLib, \
    Version=10.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e]]";

/// The key under which the value of a `$using:` expression, given as it stands in the script, travels in the argument
/// `--%`: base64 of its UTF-16 text, little-endian. The name of a plain variable is put in lower case first, because
/// variables are compared without case; in other expressions case may matter.
#[must_use]
pub fn using_key(expression: &str) -> String {
    let name = expression.strip_prefix('$').unwrap_or(expression);
    let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, ':' | '_' | '?'));
    let text = if plain { expression.to_lowercase() } else { expression.into() };
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    STANDARD.encode(bytes)
}

impl Command {
    /// With the values of `$using:` expressions, each given as it stands in the script, for example `$using:x`. Nothing
    /// is added when there are none.
    #[must_use]
    pub fn using<'a>(mut self, values: impl IntoIterator<Item = (&'a str, Value)>) -> Self {
        let entries: Vec<_> = values.into_iter().map(|(expression, value)| (using_key(expression), value)).collect();
        if !entries.is_empty() {
            let names = TypeNames::new([DICTIONARY, "System.Object"]);
            let value = Object::dict(names, entries).into();
            self.arguments.push(Argument { name: Some(PARAMETER.into()), value });
        }
        self
    }

    /// The value of a `$using:` expression, given as it stands in the script; `None` when the client did not send it.
    #[must_use]
    pub fn using_value(&self, expression: &str) -> Option<&Value> {
        let of_using = |argument: &&Argument| argument.name.as_ref().is_some_and(|name| name.eq_ignore_case(PARAMETER));
        let ObjectValue::Dict(entries) = &self.arguments.iter().find(of_using)?.value.as_object()?.value else {
            return None;
        };
        // Base64 is compared with case, unlike other keys of dictionaries.
        let key = using_key(expression);
        entries.iter().find(|(k, _)| k.as_str() == Some(&key)).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_a_stock_client() {
        assert_eq!(using_key("$using:foo"), "JAB1AHMAaQBuAGcAOgBmAG8AbwA=");
        assert_eq!(using_key("$Using:Foo"), using_key("$using:foo"));
        assert_eq!(using_key("$using:local['b']"), "JAB1AHMAaQBuAGcAOgBsAG8AYwBhAGwAWwAnAGIAJwBdAA==");
        assert_ne!(using_key("$using:h['K']"), using_key("$using:h['k']"));
    }

    #[test]
    fn values_are_found_again() {
        let command = Command::script("$using:x + $using:y").using([("$using:x", 1.into())]);
        assert_eq!(command.using_value("$using:X"), Some(&1.into()));
        assert_eq!(command.using_value("$using:y"), None);
        assert_eq!(Command::script("1").using([]).arguments, []);
    }
}
