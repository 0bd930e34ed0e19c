//! Scripts made from any bytes: each byte is a choice of the grammar. All cmdlets, all types and their members come up.

use std::fmt::Write as _;

use crate::{
    cmdlets,
    types::{self, describe, known},
};

/// How deep statements and expressions nest.
const DEEPEST: u32 = 6;

/// Cmdlets that wait for what does not come here.
const WAITING: [&str; 9] = [
    "Start-Sleep",
    "Wait-Job",
    "Wait-Event",
    "Wait-Process",
    "Receive-Job",
    "Read-Host",
    "Get-Credential",
    "Start-Job",
    "Debug-Runspace",
];

/// Parts of the names of types of which the same is true.
const ASIDE: [&str; 6] = ["System.Threading", "System.Timers", "System.Net", "Process", "Runspace", "PowerShell"];

const NUMBERS: [&str; 18] = [
    "0",
    "1",
    "-1",
    "2",
    "3",
    "7",
    "255",
    "0x7fffffff",
    "-2147483648",
    "9223372036854775807",
    "1.5",
    "1e308",
    "-0.0",
    "[double]::NaN",
    "1d",
    "79228162514264337593543950335d",
    "1kb",
    "123456789012345678901234567890n",
];

const TEXTS: [&str; 24] = [
    "''",
    "'a'",
    "'A b'",
    "'1,2,3'",
    "'äß€'",
    "'😀'",
    "\"`0`n`r`t\"",
    "'{0:x}'",
    "'{0,-5}|{1:n2}'",
    "'(a+)+(?<n>b)?'",
    "'*[a]?'",
    "'['",
    "'2024-02-29'",
    "'12:34:56.7'",
    "'/home'",
    "'/home/a.txt'",
    "'/home/b.csv'",
    "'/home/c.json'",
    "'/home/d.xml'",
    "'{\"a\":[1,{}]}'",
    "'<a b=\"c\">d</a>'",
    "'0xff'",
    "'Variable:a'",
    "'yyyy-MM-dd'",
];

const VARIABLES: [&str; 17] = [
    "$a",
    "$b",
    "$c",
    "$d",
    "$_",
    "$args",
    "$input",
    "$this",
    "$Error",
    "$Matches",
    "$true",
    "$false",
    "$null",
    "$PSVersionTable",
    "$Host",
    "$ExecutionContext",
    "$MyInvocation",
];

/// Values with the types whose members fit them.
const VALUES: [(&str, &str); 22] = [
    ("'abc'", "System.String"),
    ("5", "System.Int32"),
    ("1.5", "System.Double"),
    ("12.50d", "System.Decimal"),
    ("[char]'x'", "System.Char"),
    ("[datetime]'2024-02-29 12:34:56'", "System.DateTime"),
    ("[timespan]'1.02:03:04'", "System.TimeSpan"),
    ("[guid]::Empty", "System.Guid"),
    ("[version]'1.2.3'", "System.Version"),
    ("[bigint]12345", "System.Numerics.BigInteger"),
    ("[regex]'(a)|b'", "System.Text.RegularExpressions.Regex"),
    ("[xml]'<a b=\"c\"><d/>e</a>'", "System.Xml.XmlDocument"),
    ("[Text.StringBuilder]'abc'", "System.Text.StringBuilder"),
    ("[Collections.ArrayList]@(3, 1, 2)", "System.Collections.ArrayList"),
    ("[Collections.Generic.List[int]]@(3, 1, 2)", "System.Collections.Generic.List`1"),
    ("[Collections.Generic.Dictionary[string, int]]::new()", "System.Collections.Generic.Dictionary`2"),
    ("@{ a = 1; b = 2 }", "System.Collections.Hashtable"),
    ("(, 1 + 2)", "System.Array"),
    ("(Get-Item /home/a.txt)", "System.IO.FileInfo"),
    ("[IO.MemoryStream]::new([byte[]](1, 2, 3))", "System.IO.MemoryStream"),
    ("[uri]'http://a/b?c#d'", "System.Uri"),
    ("{ 1 }.Ast", "System.Management.Automation.Language.ScriptBlockAst"),
];

const NAMES: [&str; 12] =
    ["Count", "Length", "Name", "Value", "a", "b", "ToString", "ForEach", "Where", "PSObject", "GetType", "psbase"];

const BINARY: [&str; 44] = [
    "+",
    "-",
    "*",
    "/",
    "%",
    "..",
    "-eq",
    "-ne",
    "-gt",
    "-ge",
    "-lt",
    "-le",
    "-ceq",
    "-clt",
    "-like",
    "-notlike",
    "-match",
    "-cmatch",
    "-notmatch",
    "-replace",
    "-creplace",
    "-split",
    "-csplit",
    "-join",
    "-contains",
    "-notcontains",
    "-in",
    "-notin",
    "-is",
    "-isnot",
    "-as",
    "-f",
    "-and",
    "-or",
    "-xor",
    "-band",
    "-bor",
    "-bxor",
    "-shl",
    "-shr",
    "??",
    ",",
    "-cin",
    "-ccontains",
];

const UNARY: [&str; 9] = ["-", "+", "!", "-not ", "-bnot ", "-join ", "-split ", ",", "++"];

const ASSIGNING: [&str; 8] = ["=", "+=", "-=", "*=", "/=", "%=", "??=", "="];

/// The script that bytes stand for: those behind a `#` are its text.
pub(super) fn script(data: &[u8]) -> String {
    if let Some(text) = data.strip_prefix(b"#") {
        return String::from_utf8_lossy(text).into_owned();
    }
    let mut maker = Maker { data, out: String::new(), depth: 0 };
    while !maker.data.is_empty() {
        maker.statement();
        maker.say("\n");
    }
    maker.out
}

struct Maker<'d> {
    data: &'d [u8],
    out: String,
    depth: u32,
}

impl Maker<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.data.split_first() else { return 0 };
        self.data = rest;
        *first
    }

    fn below(&mut self, most: usize) -> usize {
        let wide = most > usize::from(u8::MAX);
        let number = usize::from(self.byte());
        let number = if wide { number.saturating_mul(256).saturating_add(usize::from(self.byte())) } else { number };
        number.checked_rem(most).unwrap_or(0)
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        let at = self.below(of.len());
        of.get(at).copied().unwrap_or("a")
    }

    fn say(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn say_one(&mut self, of: &[&str]) {
        let text = self.one(of);
        self.say(text);
    }

    /// Something up to a few times, with a text in between.
    fn some(&mut self, most: usize, between: &str, mut one: impl FnMut(&mut Self)) {
        for at in 0..self.below(most.saturating_add(1)) {
            if at > 0 {
                self.say(between);
            }
            one(self);
        }
    }

    fn block(&mut self) {
        self.say("{ ");
        self.some(3, "; ", Self::statement);
        self.say(" }");
    }

    fn in_parentheses(&mut self) {
        self.say("(");
        self.expression();
        self.say(")");
    }

    fn parts(&mut self, before: &str, between: &str) {
        self.say(before);
        self.in_parentheses();
        self.say(between);
        self.block();
    }

    fn statement(&mut self) {
        self.depth = self.depth.saturating_add(1);
        let choice = if self.depth > DEEPEST { 0 } else { self.below(24) };
        match choice {
            0..=3 => self.pipeline(),
            4..=6 => self.assignment(),
            7 => self.expression(),
            8 => {
                self.parts("if ", " ");
                self.say(" else ");
                self.block();
            }
            9 => self.parts("$i = 0; while ($i++ -lt 3 -and ", ") "),
            10 => self.parts("for ($j = 0; $j -lt 3; $j++) { ", "; }; & "),
            11 => self.parts("foreach ($b in ", ") "),
            12 => self.switch(),
            13 => self.trying(),
            14 => {
                self.say("trap { ");
                self.say_one(&["continue", "break", "'t'", "$_"]);
                self.say(" }");
            }
            15 => self.function(),
            16 => self.class(),
            17 => {
                self.say("throw ");
                self.expression();
            }
            18 => self.say_one(&[
                "return",
                "break",
                "continue",
                "exit 1",
                "return 1",
                "break x",
                "Set-StrictMode -Version 3",
            ]),
            19 => self.parts("f ", " "),
            20 => self.parts(". { param($a) $a } ", "; & "),
            21 => self.say_one(&[
                "$ErrorActionPreference = 'Stop'",
                "$ErrorActionPreference = 'SilentlyContinue'",
                "$OFS = ','",
            ]),
            22 => self.parts("do { $k++ } until ($k -gt 3 -or ", "); & "),
            _ => {
                self.expression();
                self.say_one(&[" > $null", " 2>&1", " *>&1", " > /home/o", " && 1", " || 2", " | Out-String"]);
            }
        }
        self.depth = self.depth.saturating_sub(1);
    }

    fn assignment(&mut self) {
        self.say_one(&[
            "$a",
            "$b",
            "$c",
            "$d",
            "$script:a",
            "$global:b",
            "$env:x",
            "[int]$a",
            "$a, $b",
            "$a.a",
            "$a[0]",
            "$b['x']",
            "${c d}",
            "$a.b.c",
        ]);
        self.say(" ");
        self.say_one(&ASSIGNING);
        self.say(" ");
        self.expression();
    }

    fn switch(&mut self) {
        self.say("switch ");
        self.say_one(&["", "-Regex ", "-Wildcard ", "-Exact ", "-CaseSensitive "]);
        self.in_parentheses();
        self.say(" { ");
        self.expression();
        self.say(" ");
        self.block();
        self.say(" default ");
        self.block();
        self.say(" }");
    }

    fn trying(&mut self) {
        self.say("try ");
        self.block();
        self.say_one(&[
            " catch [System.FormatException] { $_ }",
            "",
            " catch [System.ArgumentException], [System.IO.IOException] { $_.Exception }",
        ]);
        self.say(" catch ");
        self.block();
        self.say(" finally ");
        self.block();
    }

    fn function(&mut self) {
        self.say("function f { ");
        self.say_one(&[
            "param($a, [int]$b = 1) ",
            "[CmdletBinding()] param([Parameter(ValueFromPipeline)]$a, [switch]$s) ",
            "[CmdletBinding(SupportsShouldProcess)] param([ValidateRange(1, 5)]$a, [Alias('z')][string[]]$b) ",
            "param([Parameter(Mandatory)][ValidateSet('a', 'b')]$a, $rest) ",
            "",
        ]);
        for part in ["begin ", " process ", " end ", " clean "] {
            self.say(part);
            self.block();
        }
        self.say(" }");
    }

    fn class(&mut self) {
        self.say("class C { [int]$a = ");
        self.expression();
        self.say("; static $b; C() { } C($a) ");
        self.block();
        self.say(" [string] ToString() { return ");
        self.expression();
        self.say(" } [object] m($a) { return $(");
        self.statement();
        self.say(") } }; $a = [C]::new(); \"$a\"; $a.m(1)");
    }

    fn pipeline(&mut self) {
        let starts = self.below(3);
        if starts > 0 {
            self.expression();
            self.say(" | ");
        }
        self.cmdlet();
        self.some(2, "", |maker| {
            maker.say(" | ");
            maker.cmdlet();
        });
    }

    fn cmdlet(&mut self) {
        let all: Vec<_> = cmdlets::all().filter(|cmdlet| !WAITING.contains(&cmdlet.name)).collect();
        let at = self.below(all.len());
        let Some(cmdlet) = all.get(at) else { return };
        self.say(cmdlet.name);
        let params = cmdlet.params();
        self.some(3, "", |maker| {
            let at = maker.below(params.len().saturating_add(1));
            let Some(param) =
                params.get(at).filter(|param| !matches!(param.name.as_str(), "Wait" | "AsJob" | "ThrottleLimit"))
            else {
                maker.say(" ");
                return maker.argument();
            };
            let _ = write!(maker.out, " -{}", param.name);
            if param.is_switch {
                return;
            }
            maker.say(" ");
            match param.choices() {
                Some(choices) => {
                    let choices: Vec<&str> = choices.iter().map(|choice| choice.as_str()).collect();
                    maker.say_one(&choices);
                }
                None => maker.argument(),
            }
        });
        self.say_one(&[
            "",
            "",
            "",
            " -ErrorAction Stop",
            " -ErrorVariable e",
            " -OutVariable o",
            " -WhatIf",
            " -ErrorAction Ignore",
        ]);
    }

    fn argument(&mut self) {
        match self.below(8) {
            0 => self.say_one(&TEXTS),
            1 => self.say_one(&NUMBERS),
            2 => self.say_one(&VARIABLES),
            3 => self.say_one(&["a", "*", "b*", "/home/*", "..", "a, b", "1..3", "Get-*", "-1"]),
            4 => self.block(),
            5 => self.say_one(&[
                "@{ n = 'x'; e = { $_ } }",
                "@{}",
                "@{ a = 1 }",
                "@()",
                "([pscustomobject]@{ a = 1; b = 'x' })",
            ]),
            _ => self.in_parentheses(),
        }
    }

    fn arguments(&mut self) {
        self.say("(");
        self.some(3, ", ", Self::expression);
        self.say(")");
    }

    /// A type; its static members as well.
    fn of_type(&mut self) -> types::Type {
        let all = types::all();
        let all: Vec<_> = all.into_iter().filter(|of| !ASIDE.iter().any(|aside| of.name().contains(aside))).collect();
        let at = self.below(all.len());
        let of = all.get(at).cloned().unwrap_or_else(types::object);
        let name = of.name().to_owned();
        match name.split_once('`') {
            None => {
                let _ = write!(self.out, "[{name}]");
            }
            Some((open, count)) => {
                let arguments = if count.starts_with('1') { "int" } else { "string, int" };
                let _ = write!(self.out, "[{open}[{arguments}]]");
            }
        }
        of
    }

    fn member_of(&mut self, of: &types::Type, is_static: bool) {
        let members = describe::of_type(of, is_static, true);
        let at = self.below(members.len());
        match members.get(at) {
            Some(member) => {
                self.say(&member.name);
                if member.kind == "Method" {
                    self.arguments();
                }
            }
            None => self.say("new()"),
        }
    }

    fn expression(&mut self) {
        self.depth = self.depth.saturating_add(1);
        let choice = if self.depth > DEEPEST { self.below(3) } else { self.below(26) };
        match choice {
            0 => self.say_one(&NUMBERS),
            1 => self.say_one(&TEXTS),
            2 | 3 => self.say_one(&VARIABLES),
            4 => {
                self.say("@(");
                self.some(4, ", ", Self::expression);
                self.say(")");
            }
            5 => {
                self.say_one(&["@{ a = ", "[ordered]@{ a = ", "[pscustomobject]@{ a = "]);
                self.expression();
                self.say("; b = ");
                self.expression();
                self.say(" }");
            }
            6 => self.say_one(&["(0..9)", "(3..-3)", "('a'..'e')", "(1..1000)"]),
            7..=10 => {
                self.in_parentheses();
                self.say(" ");
                self.say_one(&BINARY);
                self.say(" ");
                self.in_parentheses();
            }
            11 => {
                self.say_one(&UNARY);
                self.in_parentheses();
            }
            12 => {
                self.of_type();
                self.in_parentheses();
            }
            13 => {
                self.in_parentheses();
                self.say_one(&[".", "?."]);
                self.say_one(&NAMES);
            }
            14 => {
                self.in_parentheses();
                self.say(".");
                self.say_one(&NAMES);
                self.arguments();
            }
            15..=17 => {
                let at = self.below(VALUES.len());
                let Some((value, name)) = VALUES.get(at) else { return };
                let _ = write!(self.out, "({value}).");
                self.member_of(&known(name), false);
            }
            18 | 19 => {
                let of = self.of_type();
                self.say("::");
                self.member_of(&of, true);
            }
            20 => {
                self.of_type();
                self.say("::new");
                self.arguments();
            }
            21 => {
                self.in_parentheses();
                self.say_one(&["[", "?["]);
                self.expression();
                self.say("]");
            }
            22 => self.block(),
            23 => {
                self.say_one(&["$(", "@(", "(& { ", "\"x$("]);
                let opened = self.out.ends_with("{ ");
                let quoted = self.out.ends_with("\"x$(");
                self.statement();
                self.say(if opened {
                    " })"
                } else if quoted {
                    ")\""
                } else {
                    ")"
                });
            }
            24 => {
                self.in_parentheses();
                self.say(" ? ");
                self.in_parentheses();
                self.say(" : ");
                self.in_parentheses();
            }
            _ => self.say_one(&["$a++", "(--$b)", "($a = 1)", "{ $_ }", "{ param($x) $x }", "[int]", "$a::b", "@args"]),
        }
        self.depth = self.depth.saturating_sub(1);
    }
}
