//! What an engine asks of a parsed script.

use psrpd_lang::{
    BigInt, ErrorId, Extent, Position, Script,
    ast::{Decimal, Kind, NodeId, Number, NumericLiteral, Step, TypeName},
    known_types::{CommonTypes, accelerator},
    parse, parse_expandable_string, parse_number, parse_type_name,
    token::{TokenFlags, TokenKind},
};

fn parse_all(text: &str) -> Script {
    parse(text, &CommonTypes)
}

/// The first node that `select` takes.
fn find<T>(script: &Script, select: impl Fn(NodeId, Kind) -> Option<T>) -> T {
    let found = script.visit(script.root().unwrap()).find_map(|step| match step {
        Step::Enter(id) => select(id, script.kind(id)),
        Step::Leave(_) => None,
    });
    found.unwrap_or_else(|| panic!("no such node in {}", script.source()))
}

#[test]
fn positions_count_lines_of_every_kind_and_utf16_columns() {
    let script = parse_all("a\r\nb\rc\n😀d");
    for (offset, line, column) in
        [(0, 1, 1), (1, 1, 2), (3, 2, 1), (5, 3, 1), (7, 4, 1), (11, 4, 3), (12, 4, 4), (13, 4, 5)]
    {
        assert_eq!(script.position(offset), Position { line, column }, "{offset}");
    }
}

#[test]
fn the_end_token_stands_behind_the_script() {
    let script = parse_all("foo");
    let last = script.tokens().last().unwrap();
    assert_eq!((last.kind, last.extent), (TokenKind::EndOfInput, Extent { start: 4, end: 4 }));
    assert_eq!(script.token_text(last), "");
    let (first, last) = script.first_and_last_token().unwrap();
    assert_eq!((script.token_text(first), script.token_text(last)), ("foo", "foo"));
}

#[test]
fn tokens_carry_what_colouring_needs() {
    let script = parse_all("Get-Item -Path \"$a\" # why");
    let kinds: Vec<TokenKind> = script.tokens().iter().map(|token| token.kind).collect();
    use TokenKind::*;
    assert_eq!(kinds, [Generic, Parameter, StringExpandable, Comment, EndOfInput]);
    assert!(script.tokens()[0].flags.contains(TokenFlags::COMMAND_NAME));
    let nested: Vec<TokenKind> = script.nested_tokens(&script.tokens()[2]).iter().map(|token| token.kind).collect();
    assert_eq!(nested, [Variable]);
}

#[test]
fn expandable_strings_know_their_literal_parts() {
    let script = parse_all("\"a`tb$c-$(1)`n\"");
    let (value, holes) = find(&script, |_, kind| match kind {
        Kind::ExpandableStringExpression { value, holes, .. } => Some((value, holes)),
        _ => None,
    });
    assert_eq!(script.text(value), "a\tb$c-$(1)\n");
    let holes: Vec<&str> = script.holes(holes).iter().map(|hole| script.text(*hole)).collect();
    assert_eq!(holes, ["$c", "$(1)"]);
}

#[test]
fn lone_surrogates_survive() {
    let script = parse_all("'x' + \"a`u{d800}b`u{d83d}`u{de00}\"");
    let value = find(&script, |_, kind| match kind {
        Kind::StringConstantExpression { value, .. } if script.has_lone_surrogates(value) => Some(value),
        _ => None,
    });
    assert_eq!(script.utf16(value), [0x61, 0xd800, 0x62, 0xd83d, 0xde00]);
    assert_eq!(script.text(value), "a\u{fffd}b😀");
}

#[test]
fn numbers_are_read_out_of_strings() {
    let int = |value| Some(NumericLiteral::Number(Number::Int32(value)));
    assert_eq!(parse_number("0x10"), int(16));
    assert_eq!(parse_number("-1kb"), int(-1024));
    assert_eq!(parse_number("+5"), int(5));
    assert_eq!(parse_number("2n"), Some(NumericLiteral::BigInteger(BigInt::from(2))));
    let half = Decimal { low: 15, scale: 1, ..Decimal::default() };
    assert_eq!(parse_number("1.5d"), Some(NumericLiteral::Number(Number::Decimal(half))));
    for text in ["", "x", "1x", "1 2", "300uy", "0b", "--1", "1,5", " 1"] {
        assert_eq!(parse_number(text), None, "{text}");
    }
}

#[test]
fn type_names_are_read_out_of_strings() {
    for text in ["int", "System.Collections.Generic.List[string]", "int[,]", " string ", "a, b"] {
        assert!(parse_type_name(text).is_some(), "{text}");
    }
    for text in ["", "int]", "int[", "1", "int x", "[int]"] {
        assert!(parse_type_name(text).is_none(), "{text}");
    }
    let (script, id) = parse_type_name("Dictionary[string, int[]]").unwrap();
    assert_eq!(script.full_type_name(id), "Dictionary[string,int[]]");
    assert!(matches!(script.type_name(id), TypeName::Generic { arguments, .. } if script.types(*arguments).len() == 2));
    assert_eq!(accelerator("HashTable"), Some("System.Collections.Hashtable"));
}

#[test]
fn text_is_expanded_like_a_string() {
    let script = parse_expandable_string("a \"$b\" $(1)");
    assert!(script.errors().is_empty());
    let Kind::ExpandableStringExpression { nested_expressions, .. } = script.kind(script.root().unwrap()) else {
        panic!("nothing to expand")
    };
    assert_eq!(script.list(nested_expressions).len(), 2);
    assert_eq!(
        parse_expandable_string("$(").errors().first().unwrap().id,
        ErrorId::IncompleteDollarSubexpressionReference
    );
}

#[test]
fn requirements_are_collected() {
    let script = parse_all("#requires -version 5.1 -modules A, @{ModuleName='B'}\n#requires -runasadministrator\n1");
    let requirements = script.requirements().unwrap();
    assert_eq!(requirements.version.as_deref(), Some(&[5, 1][..]));
    assert_eq!(requirements.modules.len(), 2);
    assert!(requirements.is_elevation_required);
    assert!(parse_all("# required").requirements().is_none());
}

#[test]
fn big_numbers_lie_in_a_table() {
    let script = parse_all("123456789012345678901234567890n");
    let position = find(&script, |_, kind| match kind {
        Kind::ConstantExpression { value: Some(Number::BigInteger(position)) } => Some(position),
        _ => None,
    });
    assert_eq!(script.big_integer(position).unwrap().to_string(), "123456789012345678901234567890");
}

#[test]
fn every_error_id_has_a_text() {
    for id in ErrorId::ALL {
        assert!(!id.name().is_empty() && !id.template().is_empty());
    }
}
