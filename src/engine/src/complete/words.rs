//! Words of the language: operators, flags, `using`, `#requires`, arguments of attributes.

use psrpd_dotnet::casing;
use psrpd_lang::token::{Token, TokenFlags, TokenKind};

use super::{Found, Line, Match, paths, types_of};
use crate::eval::{R, Runspace};

/// Operators between and in front of operands, with what they do.
const OPERATORS: &[(&str, &str)] = &[
    ("and", "True if both operands are."),
    ("as", "The left operand as the type on the right, or nothing."),
    ("band", "Bitwise and"),
    ("bnot", "Bitwise not"),
    ("bor", "Bitwise or"),
    ("bxor", "Bitwise exclusive or"),
    ("ccontains", "Whether an item of the left operand is the right one; case matters."),
    ("ceq", "Equal; case matters."),
    ("cge", "Greater or equal; case matters."),
    ("cgt", "Greater; case matters."),
    ("cin", "Whether the left operand is an item of the right one; case matters."),
    ("cle", "Less or equal; case matters."),
    ("clike", "Matches a wildcard pattern; case matters."),
    ("clt", "Less; case matters."),
    ("cmatch", "Matches a regular expression; case matters."),
    ("cne", "Not equal; case matters."),
    ("cnotcontains", "Whether no item of the left operand is the right one; case matters."),
    ("cnotin", "Whether the left operand is no item of the right one; case matters."),
    ("cnotlike", "Does not match a wildcard pattern; case matters."),
    ("cnotmatch", "Does not match a regular expression; case matters."),
    ("contains", "Whether an item of the left operand is the right one."),
    ("creplace", "Replaces what a regular expression matches; case matters."),
    ("csplit", "Splits at what a regular expression matches; case matters."),
    ("eq", "Equal"),
    ("f", "Puts the right operands into the format on the left."),
    ("ge", "Greater or equal"),
    ("gt", "Greater"),
    ("icontains", "Whether an item of the left operand is the right one; case does not matter."),
    ("ieq", "Equal; case does not matter."),
    ("ige", "Greater or equal; case does not matter."),
    ("igt", "Greater; case does not matter."),
    ("iin", "Whether the left operand is an item of the right one; case does not matter."),
    ("ile", "Less or equal; case does not matter."),
    ("ilike", "Matches a wildcard pattern; case does not matter."),
    ("ilt", "Less; case does not matter."),
    ("imatch", "Matches a regular expression; case does not matter."),
    ("in", "Whether the left operand is an item of the right one."),
    ("ine", "Not equal; case does not matter."),
    ("inotcontains", "Whether no item of the left operand is the right one; case does not matter."),
    ("inotin", "Whether the left operand is no item of the right one; case does not matter."),
    ("inotlike", "Does not match a wildcard pattern; case does not matter."),
    ("inotmatch", "Does not match a regular expression; case does not matter."),
    ("ireplace", "Replaces what a regular expression matches; case does not matter."),
    ("is", "Whether the left operand is of the type on the right."),
    ("isnot", "Whether the left operand is not of the type on the right."),
    ("isplit", "Splits at what a regular expression matches; case does not matter."),
    ("join", "Joins the items of the left operand with the right one between them."),
    ("le", "Less or equal"),
    ("like", "Matches a wildcard pattern."),
    ("lt", "Less"),
    ("match", "Matches a regular expression."),
    ("ne", "Not equal"),
    ("not", "True if the operand is not."),
    ("notcontains", "Whether no item of the left operand is the right one."),
    ("notin", "Whether the left operand is no item of the right one."),
    ("notlike", "Does not match a wildcard pattern."),
    ("notmatch", "Does not match a regular expression."),
    ("or", "True if one of both operands is."),
    ("replace", "Replaces what a regular expression matches."),
    ("shl", "Shifts bits to the left."),
    ("shr", "Shifts bits to the right."),
    ("split", "Splits at what a regular expression matches."),
    ("xor", "True if exactly one operand is."),
];

/// Completes an operator with its dash.
pub(super) fn operators(written: &str) -> Vec<Match> {
    let typed = written.trim_start_matches('-');
    let fitting = OPERATORS.iter().filter(|(name, _)| casing::starts_with(name, typed));
    fitting.map(|(name, tip)| Match::new(format!("-{name}"), *name, "ParameterName", *tip)).collect()
}

/// The flags of `switch`.
pub(super) fn switch_flags(written: &str) -> Vec<Match> {
    const FLAGS: [&str; 6] = ["CaseSensitive", "Exact", "File", "Parallel", "Regex", "Wildcard"];
    let typed = written.trim_start_matches('-');
    let fitting = FLAGS.iter().filter(|name| casing::starts_with(name, typed));
    fitting.map(|name| Match::new(format!("-{name}"), *name, "ParameterName", *name)).collect()
}

/// Completes `using` and what stands behind it.
pub(super) fn using(rs: &mut Runspace, line: &Line<'_>) -> R<Option<Found>> {
    const KINDS: [(&str, &str); 4] = [
        ("assembly", "Loads an assembly of .NET."),
        ("module", "Loads a module and makes its classes known."),
        ("namespace", "Lets the types of a namespace be named without it."),
        ("type", "Names a type anew."),
    ];
    let typed = line.token.map_or("", |token| line.token_text(&token));
    let from = line.token.map_or(line.cursor, |token| token.extent.start());
    let is_using = |back: usize| line.previous(back).is_some_and(|token| token.kind == TokenKind::Using);
    if is_using(0) {
        let fitting = KINDS.iter().filter(|(name, _)| casing::starts_with(name, typed));
        let matches = fitting.map(|(name, tip)| Match::new(*name, *name, "Keyword", *tip)).collect();
        return Ok(Some(Found::of(from, line.cursor, matches)));
    }
    if !is_using(1) || typed.is_empty() {
        return Ok(None);
    }
    let kind = line.previous(0).map_or("", |token| line.token_text(token));
    Ok(match kind.to_ascii_lowercase().as_str() {
        "namespace" => Some(Found::of(from, line.cursor, types_of::namespaces(typed))),
        "module" => {
            let mut matches = super::arguments::modules(rs, typed);
            matches.extend(paths::complete(rs, typed, paths::What::All, false));
            Some(Found::of(from, line.cursor, matches))
        }
        _ => None,
    })
}

/// Completes the parameters of `#requires`.
pub(super) fn requires(line: &Line<'_>, token: &Token) -> Option<Found> {
    const PARAMETERS: [(&str, &str); 4] = [
        ("Modules", "[string] or [hashtable] Modules that have to be there."),
        ("PSEdition", "[string] The edition of PowerShell that it takes."),
        ("RunAsAdministrator", "[switch] Only root may run it."),
        ("Version", "[version] The least version of PowerShell that it takes."),
    ];
    let typed = line.text.get(token.extent.start()..line.cursor)?;
    if !casing::starts_with(typed, "#requires ") {
        return None;
    }
    let word = typed.rsplit(' ').next()?;
    let name = word.strip_prefix('-')?;
    let from = line.cursor.saturating_sub(name.len());
    let fitting = PARAMETERS.iter().filter(|(have, _)| casing::starts_with(have, name));
    let matches = fitting.map(|(have, tip)| Match::new(*have, *have, "ParameterName", *tip)).collect();
    Some(Found::of(from, line.cursor, matches))
}

/// Completes the names of properties in `[Parameter(..)]`.
pub(super) fn attribute_argument(line: &Line<'_>) -> Option<Found> {
    let mut tokens = line.before.iter().rev();
    let open = tokens.position(|token| token.kind == TokenKind::LParen)?;
    let mut outside = line.before.iter().rev().skip(open.saturating_add(1));
    let name = outside.next()?;
    let bracket = outside.next()?;
    if bracket.kind != TokenKind::LBracket
        || line.previous(0).is_some_and(|token| !matches!(token.kind, TokenKind::Comma | TokenKind::LParen))
            && line.token.is_some_and(|token| token.kind != TokenKind::LParen)
    {
        return None;
    }
    let is_attribute = name.flags.contains(TokenFlags::ATTRIBUTE_NAME) || name.flags.contains(TokenFlags::TYPE_NAME);
    let token = line.token?;
    let is_open = token.kind == TokenKind::LParen;
    let typed = if is_open { "" } else { line.token_text(&token) };
    let from = if is_open { line.cursor } else { token.extent.start() };
    let attribute = line.token_text(name);
    let properties: &[(&str, &str)] = match attribute.to_ascii_lowercase().trim_end_matches("attribute") {
        "parameter" => &[
            ("Position", "System.Int32"),
            ("ParameterSetName", "System.String"),
            ("Mandatory", "System.Boolean"),
            ("ValueFromPipeline", "System.Boolean"),
            ("ValueFromPipelineByPropertyName", "System.Boolean"),
            ("ValueFromRemainingArguments", "System.Boolean"),
            ("HelpMessage", "System.String"),
            ("HelpMessageBaseName", "System.String"),
            ("HelpMessageResourceId", "System.String"),
            ("DontShow", "System.Boolean"),
        ],
        "cmdletbinding" => &[
            ("PositionalBinding", "System.Boolean"),
            ("DefaultParameterSetName", "System.String"),
            ("SupportsShouldProcess", "System.Boolean"),
            ("SupportsPaging", "System.Boolean"),
            ("SupportsTransactions", "System.Boolean"),
            ("ConfirmImpact", "System.Management.Automation.ConfirmImpact"),
            ("HelpUri", "System.String"),
            ("RemotingCapability", "System.Management.Automation.RemotingCapability"),
        ],
        "outputtype" => &[("ProviderCmdlet", "System.String"), ("ParameterSetName", "System.String[]")],
        "validateset" => &[("ErrorMessage", "System.String"), ("IgnoreCase", "System.Boolean")],
        "validatepattern" => {
            &[("Options", "System.Text.RegularExpressions.RegexOptions"), ("ErrorMessage", "System.String")]
        }
        "validatescript" => &[("ErrorMessage", "System.String")],
        _ if is_attribute => &[],
        _ => return None,
    };
    let fitting = properties.iter().filter(|(have, _)| casing::starts_with(have, typed));
    let matches = fitting.map(|(have, of)| Match::new(*have, *have, "Property", format!("{of} {have}"))).collect();
    Some(Found::of(from, line.cursor, matches))
}
