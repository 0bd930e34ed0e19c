//! Signatures of .NET methods as text: `string Substring(int startIndex, int length)`.

use std::sync::OnceLock;

use super::{Type, resolve::split_at_commas};

/// A signature taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Signature {
    /// The whole, as `OverloadDefinitions` shows it.
    pub(crate) text: &'static str,
    pub(crate) name: &'static str,
    /// The type of the result, or nothing for constructors.
    pub(crate) returns: &'static str,
    pub(crate) parameters: Vec<Parameter>,
}

/// A parameter of a signature.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parameter {
    /// Its type as written.
    pub(crate) of: &'static str,
    pub(crate) name: &'static str,
    /// `params`: takes the rest of the arguments.
    pub(crate) is_params: bool,
    /// `out` or `ref`: takes a `[ref]`.
    pub(crate) is_reference: bool,
    /// Has a default, so that it may be left out.
    pub(crate) is_optional: bool,
    /// The types that it and one of its elements have wherever they are declared.
    pub(crate) fixed: [OnceLock<Type>; 2],
}

/// Takes a signature apart.
pub(crate) fn parse(text: &'static str) -> Signature {
    let (head, tail) = text.split_once('(').unwrap_or((text, ")"));
    let (returns, name) = head.rsplit_once(' ').unwrap_or(("", head));
    let inside = tail.trim_end_matches(')');
    let parameters =
        split_at_commas(inside).into_iter().map(str::trim).filter(|one| !one.is_empty()).map(parameter).collect();
    Signature { text, name, returns, parameters }
}

fn parameter(text: &'static str) -> Parameter {
    let (text, is_optional) = text.split_once('=').map_or((text, false), |(text, _)| (text.trim(), true));
    let (is_params, text) = text.strip_prefix("params ").map_or((false, text), |rest| (true, rest));
    let reference =
        text.strip_prefix("out ").or_else(|| text.strip_prefix("ref ")).or_else(|| text.strip_prefix("[ref] "));
    let (of, name) = reference.unwrap_or(text).rsplit_once(' ').unwrap_or((text, "value"));
    let fixed = [OnceLock::new(), OnceLock::new()];
    Parameter { of, name, is_params, is_reference: reference.is_some(), is_optional, fixed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_signatures_apart() {
        let found = parse("string Join(string separator, params string[] value)");
        assert_eq!((found.name, found.returns), ("Join", "string"));
        assert!(found.parameters[1].is_params);
        assert_eq!(parse("void Clear()").parameters, []);
        let generic = parse("bool TryGetValue(TKey key, [ref] TValue value)");
        assert!(generic.parameters[1].is_reference);
    }
}
