//! What holds for every text.

mod support;

use proptest::prelude::*;
use psrpd_lang::{
    Script,
    ast::{Kind, Step},
    known_types::CommonTypes,
    parse, print,
    token::TokenKind,
};
use support::{corpus, dump::shape};

/// What any tree and token list must satisfy.
fn check_invariants(script: &Script) {
    let end = u32::try_from(script.source().len()).unwrap();
    let last = script.tokens().last();
    let Some(root) = script.root() else {
        assert!(!script.errors().is_empty());
        return;
    };
    assert!(last.is_some_and(|token| token.kind == TokenKind::EndOfInput) || !script.errors().is_empty());
    for pair in script.tokens().windows(2) {
        assert!(pair[0].extent.end <= pair[1].extent.start, "{pair:?} overlap");
    }
    let mut open = Vec::new();
    let mut count = 0;
    for step in script.visit(root) {
        match step {
            Step::Enter(id) => {
                let node = script.node(id);
                assert!(node.extent.start <= node.extent.end && node.extent.end <= end + 2, "{node:?}");
                assert_eq!(node.parent, open.last().copied(), "{node:?}");
                assert!(open.iter().all(|ancestor| id < *ancestor), "children come before parents");
                open.push(id);
                count += 1;
            }
            Step::Leave(id) => assert_eq!(open.pop(), Some(id)),
        }
    }
    assert!(count <= script.node_count());
    for error in script.errors() {
        assert!(!error.message().is_empty());
        assert!(error.extent.start <= error.extent.end, "{error:?}");
    }
}

/// Printing an error-free script gives the same tree, and printing that the same text.
fn check_print(name: &str, script: &Script) {
    let Some(printed) = print(script) else {
        assert!(!script.errors().is_empty(), "{name}: not printed");
        return;
    };
    let again = parse(printed.as_str(), &CommonTypes);
    assert!(again.errors().is_empty(), "{name}: {:?}\n{}\n->\n{printed}", again.errors(), script.source());
    assert_eq!(shape(script), shape(&again), "{name}:\n{}\n->\n{printed}", script.source());
    assert_eq!(print(&again).as_deref(), Some(printed.as_str()), "{name}");
}

#[test]
fn printed_scripts_parse_to_the_same_tree() {
    let mut scripts = corpus::constructs();
    scripts.extend(corpus::conformance());
    if let Some(pwsh) = peers::look_for_pwsh() {
        scripts.extend(corpus::installed(&pwsh));
    }
    let mut printed = 0;
    for (name, text) in scripts {
        let script = parse(text.as_str(), &CommonTypes);
        check_invariants(&script);
        check_print(&name, &script);
        printed += usize::from(script.errors().is_empty());
    }
    assert!(printed > 1_000, "only {printed} scripts were printed");
}

#[test]
fn a_backtick_at_the_end_is_printed_without_a_line_end_behind_it_and_others_with_one() {
    for text in ["a`", "a `", "a#`", "'`'"] {
        check_print(text, &parse(text, &CommonTypes));
    }
}

#[test]
fn incomplete_scripts_ask_for_more() {
    for text in
        ["if (1) {", "'abc", "@'\nabc", "foo |", "1 +", "$a.", "(1", "@{a=", "function f {", "\"$(", "foo &&", "1 `"]
    {
        assert!(parse(text, &CommonTypes).is_incomplete(), "{text}");
    }
    for text in ["", "1", "foo", "}", "1 2", "if (1) {} }", "@ {", "foo; )"] {
        assert!(!parse(text, &CommonTypes).is_incomplete(), "{text}");
    }
}

/// Pieces of the language in any order.
fn soup() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        "$(",
        "@(",
        "@{",
        "$a",
        "${a b}",
        "@a",
        "1",
        "1.5kb",
        "0x1F",
        "'s'",
        "\"d$a\"",
        "\"$(1)\"",
        "foo",
        "-bar",
        "-eq",
        "-not",
        "-join",
        "--",
        "--%",
        ",",
        ";",
        "\n",
        " ",
        "|",
        "&&",
        "||",
        "&",
        ".",
        "::",
        "?.",
        "?[",
        "=",
        "+=",
        "??",
        "?",
        ":",
        "+",
        "-",
        "*",
        "!",
        "++",
        "..",
        ">",
        "2>&1",
        "<",
        "if",
        "else",
        "while",
        "do",
        "for",
        "foreach",
        "in",
        "switch",
        "default",
        "try",
        "catch",
        "finally",
        "trap",
        "function",
        "param",
        "begin",
        "process",
        "end",
        "class",
        "enum",
        "static",
        "hidden",
        "base",
        "using",
        "namespace",
        "return",
        "break",
        "throw",
        "data",
        "[int]",
        "[Foo()]",
        "[List[int]]",
        ":label",
        "#c\n",
        "<#c#>",
        "@'\nx\n'@",
        "@\"\n$a\n\"@",
        "`",
        "`u{41}",
        "é",
        "😀",
    ]);
    prop::collection::vec((pieces, prop::bool::weighted(0.3)), 0..40).prop_map(|pieces| {
        pieces.into_iter().flat_map(|(piece, blank)| [piece, if blank { " " } else { "" }]).collect()
    })
}

/// How many texts each property is tried on; `PROPTEST_CASES` asks for more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(2_000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_a_tree(text in "\\PC*") {
        let script = parse(text.as_str(), &CommonTypes);
        check_invariants(&script);
        check_print("text", &script);
    }

    #[test]
    fn any_bytes_give_a_tree(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check_invariants(&parse(String::from_utf8_lossy(&bytes).as_ref(), &CommonTypes));
    }

    #[test]
    fn any_pieces_give_a_tree(text in soup()) {
        let script = parse(text.as_str(), &CommonTypes);
        check_invariants(&script);
        check_print("pieces", &script);
    }

    #[test]
    fn numbers_are_read_as_literals(text in "[-+]?(0x|0b)?[0-9a-f]{0,20}(\\.[0-9]{0,9})?(e[-+]?[0-9]{0,3})?[a-z]{0,3}") {
        let script = parse(format!("({text})").as_str(), &CommonTypes);
        check_invariants(&script);
        let literal = script.root().and_then(|root| {
            script.visit(root).find_map(|step| match step {
                Step::Enter(id) => match script.kind(id) {
                    Kind::ConstantExpression { value } if script.extent_text(script.node(id).extent) == text => value,
                    _ => None,
                },
                Step::Leave(_) => None,
            })
        });
        prop_assert_eq!(literal.is_some(), psrpd_lang::parse_number(&text).is_some());
    }
}
