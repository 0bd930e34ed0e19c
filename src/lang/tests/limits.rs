//! Scripts that ask for too much get `ScriptTooComplicated`, in bounded time and on an ordinary stack.

use std::{sync::mpsc, thread, time::Duration};

use psrpd_lang::{ErrorId, Script, known_types::CommonTypes, limits, parse};

/// Parses on a stack of 4 MiB within a minute; optimised code needs half of that.
fn parse_bounded(text: String) -> Script {
    let (sender, receiver) = mpsc::channel();
    let parser = move || sender.send(parse(text, &CommonTypes)).unwrap();
    thread::Builder::new().stack_size(4 << 20).spawn(parser).unwrap();
    receiver.recv_timeout(Duration::from_secs(60)).expect("parsing takes too long")
}

fn is_too_complicated(script: &Script) -> bool {
    script.root().is_none() && script.errors().iter().any(|error| error.id == ErrorId::ScriptTooComplicated)
}

/// Everything that nests: the text that opens a level, the core, and the text that closes it.
const NESTING: &[(&str, &str, &str)] = &[
    ("(", "1", ")"),
    ("$(", "1", ")"),
    ("@(", "1", ")"),
    ("@{a=", "1", "}"),
    ("{", "1", "}"),
    ("& {", "1", "}"),
    ("if (1) {", "1", "}"),
    ("while (1) {", "1", "}"),
    ("try {", "1", "} finally {}"),
    ("function f {", "1", "}"),
    ("switch (1) { 1 {", "1", "} }"),
    ("\"$(", "1", ")\""),
    ("foo a\"$(", "1", ")\""),
    (",", "1", ""),
    ("!", "1", ""),
    ("-not ", "1", ""),
    ("[int]", "1", ""),
    ("[a(", "1", ")]$x"),
    ("[a({", "1", "})]$x"),
    ("[List[", "int", "]]"),
    ("[List[[", "int", "]]]"),
    ("$a = ", "1", ""),
    ("$a[", "1", "]"),
    ("$a.b(", "1", ")"),
    ("$a ? ", "1", " : 2"),
    ("1 ? 2 : ", "1", ""),
    ("foo (", "1", ")"),
    ("foo a,(", "1", ")"),
    ("class A { M() {", "1", "} }"),
    ("param($a = {", "1", "})"),
    ("else {", "1", "}"),
];

#[test]
fn deep_nesting_is_refused() {
    for (open, core, close) in NESTING {
        let text = format!("{}{core}{}", open.repeat(20_000), close.repeat(20_000));
        let script = parse_bounded(text);
        assert!(is_too_complicated(&script) || script.root().is_some(), "{open}");
        assert!(!script.errors().is_empty(), "{open}");
        let text = open.repeat(20_000);
        assert!(!parse_bounded(text).errors().is_empty(), "{open} without end");
    }
}

#[test]
fn ordinary_nesting_is_parsed() {
    for (open, core, close) in
        NESTING.iter().filter(|(open, ..)| !open.starts_with("else") && !open.starts_with("class"))
    {
        let text = format!("{}{core}{}", open.repeat(5), close.repeat(5));
        let script = parse_bounded(text.clone());
        assert!(script.root().is_some(), "{text}");
    }
}

/// Chains grow the tree without recursion of the parser.
#[test]
fn long_chains_are_bounded() {
    for link in [" + 1", ".a", "[0]", ".a()", "::b", " -and 1", "?.a", " | foo", ", 1", "; 1", " && foo", " 1"] {
        let script = parse_bounded(format!("$a{}", link.repeat(100_000)));
        let deepest = script.root().map(|root| script.node(root).depth);
        assert!(deepest.is_none_or(|depth| depth <= limits::MAX_TREE_DEPTH), "{link}");
        assert!(deepest.is_some() || is_too_complicated(&script), "{link}");
        let script = parse_bounded(format!("$a{}", link.repeat(500)));
        assert!(script.root().is_some(), "{link}");
    }
}

#[test]
fn many_errors_are_bounded() {
    for text in ["}", ")", "1 2;", "@ ", "[int] [;", "foo -a: ;", "`u{};", "$: ", "\"`u{}\";", "1 < a;", "1e999u;"] {
        let script = parse_bounded(text.repeat(100_000));
        assert!(!script.errors().is_empty(), "{text}");
        assert!(script.errors().len() <= limits::MAX_ERRORS, "{text}");
    }
}

/// What is scanned twice at each level must not be scanned exponentially often.
#[test]
fn repeated_scanning_is_bounded() {
    for (open, close) in [("[a({", "})]x\n"), ("{[a({", "})]param()}"), ("$a.b[c[", "]]"), ("[a(\"$({", "})\")]x ")] {
        for depth in [10, 30, 60, 200] {
            parse_bounded(format!("{}{}", open.repeat(depth), close.repeat(depth)));
        }
    }
}

#[test]
fn long_literals_are_bounded() {
    for text in ["9", "0x0f", "0b01", "1.1", "1e9"] {
        parse_bounded(text.repeat(50_000));
        parse_bounded(format!("{}n", text.repeat(1_000)));
    }
    for text in ["'", "\"", "@'\n", "<#", "# ", "`", "$", "${", "a", "[int[", "[int[]", "[int[,", "\"$", "`u{"] {
        parse_bounded(text.repeat(50_000));
    }
    parse_bounded(format!("[int{}]1", "[]".repeat(50_000)));
    parse_bounded(format!("'{}'", "''".repeat(50_000)));
    parse_bounded(format!("\"{}\"", "$a`n".repeat(50_000)));
    parse_bounded(format!("\"$({})\"", "\"\"a".repeat(5_000)));
}
