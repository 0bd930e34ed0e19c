//! Any value comes back as it was; any text is read as a slow and simple decoder reads it.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use psrp_clixml::{
    DateTime, DateTimeKind, Decimal, ListKind, Members, Object, ObjectValue, Progress, PsString, SecureString,
    TimeSpan, TypeNames, Uuid, Value, Version, parse, write,
};
use std::sync::Arc;

fn text() -> impl Strategy<Value = PsString> {
    prop_oneof![
        4 => "[ -~]{0,12}".prop_map(PsString::from),
        2 => "[_xX0-9a-f&<>\"'\r\n\t\u{0}\u{85}é\u{FFFF}😀]{0,12}".prop_map(PsString::from),
        1 => vec(any::<u16>(), 0..6).prop_map(|units| PsString::from_utf16(&units)),
    ]
}

fn primitive() -> impl Strategy<Value = Value> {
    let version =
        (0..=i32::MAX as u32, any::<u8>(), option::of(0..=i32::MAX as u32)).prop_map(|(major, minor, build)| {
            let version = Version::new(major, minor.into());
            build.map_or(version, |build| version.with_build(build))
        });
    let kind = prop_oneof![
        Just(DateTimeKind::Utc),
        Just(DateTimeKind::Unspecified),
        (-DateTime::MAX_OFFSET..=DateTime::MAX_OFFSET).prop_map(DateTimeKind::Local),
    ];
    let date = (0..=DateTime::MAX_TICKS, kind).prop_map(|(ticks, kind)| DateTime::new(ticks, kind).unwrap());
    let decimal = (0..=Decimal::MAX_UNITS, 0..=Decimal::MAX_SCALE, any::<bool>())
        .prop_map(|(units, scale, negative)| Decimal::new(units, scale, negative).unwrap());
    let progress = (text(), option::of(text()), any::<[i32; 4]>()).prop_map(|(text, operation, numbers)| Progress {
        activity: text.clone(),
        activity_id: numbers[0],
        current_operation: operation,
        parent_activity_id: numbers[1],
        percent_complete: numbers[2],
        record_type: "Processing".into(),
        seconds_remaining: numbers[3],
        status_description: text,
    });
    prop_oneof![
        text().prop_map(Value::String),
        any::<u16>().prop_map(Value::Char),
        any::<bool>().prop_map(Value::Bool),
        date.prop_map(Value::DateTime),
        any::<i64>().prop_map(|ticks| TimeSpan::from_ticks(ticks).into()),
        any::<u8>().prop_map(Value::U8),
        any::<i8>().prop_map(Value::I8),
        any::<u16>().prop_map(Value::U16),
        any::<i16>().prop_map(Value::I16),
        any::<u32>().prop_map(Value::U32),
        any::<i32>().prop_map(Value::I32),
        any::<u64>().prop_map(Value::U64),
        any::<i64>().prop_map(Value::I64),
        any::<f32>().prop_map(Value::F32),
        any::<f64>().prop_map(Value::F64),
        decimal.prop_map(Value::Decimal),
        vec(any::<u8>(), 0..40).prop_map(Value::Bytes),
        any::<u128>().prop_map(|bits| Value::Guid(Uuid::from_u128(bits))),
        text().prop_map(Value::Uri),
        version.prop_map(Value::Version),
        text().prop_map(Value::Xml),
        text().prop_map(Value::ScriptBlock),
        "[A-Za-z0-9+/=]{0,20}".prop_map(|text| SecureString(text).into()),
        progress.prop_map(Value::from),
    ]
}

fn members(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Members> {
    vec((text(), value), 0..4).prop_map(Members::from_iter)
}

/// Any value without references, which `psrp_clixml` names by their place in the payload.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![1 => Just(Value::Nil), 8 => primitive()];
    leaf.prop_recursive(5, 60, 6, |inner| {
        let kind =
            prop_oneof![Just(ListKind::Enumerable), Just(ListKind::List), Just(ListKind::Queue), Just(ListKind::Stack)];
        let held = prop_oneof![
            Just(ObjectValue::None),
            inner.clone().prop_map(|value| if value.is_nil() {
                ObjectValue::None
            } else {
                ObjectValue::Primitive(value)
            }),
            (kind, vec(inner.clone(), 0..5)).prop_map(|(kind, items)| ObjectValue::List { kind, items }),
            vec((inner.clone(), inner.clone()), 0..4).prop_map(|entries| {
                ObjectValue::Dict(entries.into_iter().filter(|(key, _)| !key.is_nil()).collect())
            }),
        ];
        let names = option::of(vec(text(), 0..3).prop_map(|names| Arc::new(TypeNames::new(names))));
        let member = prop_oneof![4 => inner.clone(), 1 => members(inner.clone()).prop_map(Value::MemberSet)];
        (names, option::of(text()), held, members(inner), members(member)).prop_map(
            |(type_names, to_string, value, props, members)| {
                Object { ref_id: None, type_names, to_string, value, props, members }.into()
            },
        )
    })
}

/// What a text between tags means, the slow way; `None` if it is not allowed.
fn naive_text(content: &str) -> Option<Vec<u16>> {
    let mut plain = String::new();
    let mut rest = content;
    while let Some(c) = rest.chars().next() {
        let after = |end: &str| rest.split_once(end).map(|(inner, after)| (inner.to_owned(), after));
        if let Some(cdata) = rest.strip_prefix("<![CDATA[") {
            let (inner, after) = cdata.split_once("]]>")?;
            plain.push_str(&inner.replace("\r\n", "\n").replace('\r', "\n"));
            rest = after;
        } else if rest.starts_with("<!--") {
            rest = after("-->")?.1;
        } else if rest.starts_with("<?") {
            rest = after("?>")?.1;
        } else if let Some(entity) = rest.strip_prefix('&') {
            let (name, after) = entity.split_once(';')?;
            plain.push(match name {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                _ => {
                    let number = name.strip_prefix('#')?;
                    let code = match number.strip_prefix('x') {
                        Some(hex) => u32::from_str_radix(hex, 16),
                        None => number.parse(),
                    };
                    char::from_u32(code.ok()?)?
                }
            });
            rest = after;
        } else if let Some(after) = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\r')) {
            plain.push('\n');
            rest = after;
        } else {
            plain.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    Some(naive_unescape(&plain.encode_utf16().collect::<Vec<u16>>()))
}

fn naive_unescape(units: &[u16]) -> Vec<u16> {
    let mut out = Vec::new();
    let mut at = 0;
    'units: while at < units.len() {
        for digits in [4, 8] {
            let Some(escape) = units.get(at..at + digits + 3) else { continue };
            let hex: String =
                escape[2..digits + 2].iter().map(|unit| u8::try_from(*unit).unwrap_or(b'?') as char).collect();
            let framed = escape[0] == 0x5F && matches!(escape[1], 0x58 | 0x78) && escape[digits + 2] == 0x5F;
            if !framed || !hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                continue;
            }
            let code = u32::from_str_radix(&hex, 16).expect("hexadecimal digits") as i32;
            if code > 0x10FFFF {
                continue;
            }
            match u32::try_from(code).ok().filter(|code| *code > 0xFFFF).and_then(char::from_u32) {
                Some(c) => out.extend(c.encode_utf16(&mut [0; 2]).iter()),
                None => out.push(code as u16),
            }
            at += digits + 3;
            continue 'units;
        }
        out.push(units[at]);
        at += 1;
    }
    out
}

/// Pieces that a text between tags is put together from.
fn pieces(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    vec(proptest::sample::select(of), 0..14).prop_map(|pieces| pieces.concat())
}

const IN_ATTRIBUTES: &[&str] = &[
    "a",
    "_",
    "_x",
    "X",
    "x",
    "0041",
    "005f",
    "_x0041_",
    "_X00e9_",
    "_xD83D_",
    "_xDE00_",
    "_x0001F600_",
    "_x00110000_",
    "_x80000041_",
    "&amp;",
    "&lt;",
    "&gt;",
    "&quot;",
    "&apos;",
    "&#95;",
    "&#x5F;",
    "&#10;",
    "&#13;",
    "&#x1F600;",
    "&#233;",
    "😀",
    "é",
    "\u{FFFE}",
    " ",
];
const ONLY_IN_TEXT: &[&str] =
    &["<![CDATA[&_<]]>", "<![CDATA[\r]]>", "<![CDATA[]]>", "<!-- & _ -->", "<?p _ ?>", "\r\n", "\r", "\n", "\t"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn any_value_comes_back(value in value()) {
        let payload = write(&value);
        prop_assert_eq!(parse(&payload), Ok(value));
        psrp_clixml::oracle::clixml(&payload);
    }

    #[test]
    fn text_is_read_as_the_slow_way_reads_it(
        content in vec(prop_oneof![pieces(IN_ATTRIBUTES), pieces(ONLY_IN_TEXT)], 0..4)
    ) {
        let content = content.concat();
        let value = parse(format!("<S>{content}</S>").as_bytes()).unwrap();
        let units: Vec<u16> = value.as_text().unwrap().encode_utf16().collect();
        prop_assert_eq!(Some(units), naive_text(&content));
    }

    #[test]
    fn names_are_read_as_the_slow_way_reads_them(content in pieces(IN_ATTRIBUTES)) {
        let value = parse(format!("<Obj><MS><Nil N=\"{content}\"/></MS></Obj>").as_bytes()).unwrap();
        let (name, _) = value.as_object().unwrap().members.iter().next().unwrap();
        prop_assert_eq!(Some(name.encode_utf16().collect::<Vec<u16>>()), naive_text(&content));
    }
}
