//! The pull reader: a payload as a sequence of events.

use crate::error::{Error, ErrorKind, Excerpt};
use crate::limits::{MAX_DEPTH, MAX_TYPE_NAMES};
use crate::object::{ListKind, TypeNames};
use crate::primitive;
use crate::string::PsString;
use crate::value::{RefId, Value};
use crate::xml::{Element, Id, Token, Tokens};
use alloc::collections::BTreeMap;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// One step through a payload. Every `Start...` has its [`End`](Self::End).
///
/// `name` is the attribute `N`: present on members and properties, absent on the outermost value and on items of lists.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// `<Obj>`. Its parts follow in the order of sending.
    StartObject {
        /// Its name in what holds it.
        name: Option<PsString>,
        /// Its number in this payload, see [`RefId`].
        ref_id: RefId,
    },
    /// `<TN>`, or the names that a `<TNRef>` stands for.
    TypeNames(Arc<TypeNames>),
    /// `<ToString>`
    ToStringText(PsString),
    /// `<LST>`, `<IE>`, `<QUE>` or `<STK>`: values follow.
    StartList(ListKind),
    /// `<DCT>`: entries follow.
    StartDict,
    /// `<En>`: two values follow, the key and its value.
    StartEntry,
    /// `<Props>`: named values follow.
    StartProps,
    /// `<MS>`: named values and member sets follow.
    StartMembers {
        /// The name of a member set inside another; `None` for the members of an object.
        name: Option<PsString>,
    },
    /// The end of what was started last.
    End,
    /// A primitive, `Nil`, or a reference to an object that came before.
    Leaf {
        /// Its name in what holds it.
        name: Option<PsString>,
        /// Anything but an object or a member set.
        value: Value,
    },
}

/// Reads a payload event by event. Everything that [`parse`](crate::parse) refuses is refused here; nothing is kept but
/// the type names and the numbers of the objects.
///
/// A reader that has returned an error returns it no second time and is of no further use.
pub struct Reader<'a> {
    tokens: Tokens<'a>,
    /// What was started and has not ended, outermost first.
    open: Vec<Open>,
    /// How many values those are. INVARIANT: at most `MAX_DEPTH`.
    depth: usize,
    state: State,
    objects: Objects,
    type_names: BTreeMap<Id, Arc<TypeNames>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    BeforeRoot,
    Inside,
    AfterRoot,
}

#[derive(Clone, Copy)]
enum Open {
    Object {
        has_value: bool,
    },
    List,
    Dict,
    Entry {
        values: u8,
    },
    Props,
    /// `nested` sets count as values, because they are one more level of a tree.
    Members {
        nested: bool,
    },
}

impl<'a> Reader<'a> {
    /// A reader of one PSRP payload, with or without byte order mark.
    ///
    /// # Errors
    /// The payload is too long or not UTF-8.
    pub fn new(payload: &'a [u8]) -> Result<Self, Error> {
        let tokens = Tokens::new(payload)?;
        let state = if tokens.is_empty() { State::AfterRoot } else { State::BeforeRoot };
        let (objects, type_names) = (Objects::default(), BTreeMap::new());
        Ok(Self { tokens, open: Vec::new(), depth: 0, state, objects, type_names })
    }

    /// The next event; `None` after the last. A payload without anything in it has none: it stands for null.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub fn next_event(&mut self) -> Result<Option<Event>, Error> {
        let event = match (self.tokens.next()?, self.state) {
            (Token::Start(element), State::AfterRoot) => {
                return Err(self.tokens.unexpected("the end of the payload", element.tag()));
            }
            (Token::Start(element), _) => self.start(element)?,
            (Token::End, _) => self.end()?,
            (Token::Eof, State::AfterRoot) => return Ok(None),
            (Token::Eof, State::BeforeRoot) => return Err(self.tokens.error(ErrorKind::NoValue)),
            (Token::Eof, State::Inside) => return Err(self.tokens.unexpected("an end tag", "the end of the payload")),
        };
        self.state = if self.open.is_empty() { State::AfterRoot } else { State::Inside };
        Ok(Some(event))
    }

    fn end(&mut self) -> Result<Event, Error> {
        match self.open.pop() {
            Some(Open::Entry { values }) if values != 2 => return Err(self.tokens.error(ErrorKind::Entry)),
            Some(Open::Object { .. } | Open::Members { nested: true }) => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        Ok(Event::End)
    }

    fn start(&mut self, element: Element<'a>) -> Result<Event, Error> {
        match self.open.last_mut() {
            None | Some(Open::List) => self.value(element),
            Some(Open::Object { .. }) => self.part(element),
            Some(Open::Dict) if element.tag() == "En" => Ok(self.push(Open::Entry { values: 0 }, Event::StartEntry)),
            Some(Open::Dict) => Err(self.tokens.unexpected("<En>", element.tag())),
            Some(Open::Entry { values }) => {
                let expected = ["Key", "Value"].get(usize::from(*values)).copied();
                *values = values.saturating_add(1);
                let is_null_key = expected == Some("Key") && element.tag() == "Nil";
                if expected.is_none() || element.name.as_ref().and_then(PsString::as_str) != expected || is_null_key {
                    return Err(self.tokens.error(ErrorKind::Entry));
                }
                self.value(element)
            }
            Some(Open::Props | Open::Members { .. }) if element.name.is_none() => {
                Err(self.tokens.error(ErrorKind::Unnamed { tag: Excerpt::new(element.tag()) }))
            }
            Some(Open::Members { .. }) if element.tag() == "MS" => {
                self.check_depth()?;
                let open = Open::Members { nested: true };
                Ok(self.push(open, Event::StartMembers { name: element.name }))
            }
            Some(Open::Props | Open::Members { .. }) => self.value(element),
        }
    }

    /// A part of an object.
    fn part(&mut self, element: Element<'a>) -> Result<Event, Error> {
        let container = match element.tag() {
            "TN" => return self.read_type_names(element.ref_id).map(Event::TypeNames),
            "TNRef" => return self.find_type_names(element.ref_id).map(Event::TypeNames),
            "ToString" => return self.tokens.string().map(Event::ToStringText),
            "Props" => return Ok(self.push(Open::Props, Event::StartProps)),
            "MS" => return Ok(self.push(Open::Members { nested: false }, Event::StartMembers { name: None })),
            tag @ ("Nil" | "Ref") => return Err(self.tokens.unexpected("a part of an object", tag)),
            "DCT" => Some((Open::Dict, Event::StartDict)),
            tag => ListKind::from_tag(tag).map(|kind| (Open::List, Event::StartList(kind))),
        };
        if let Some(Open::Object { has_value }) = self.open.last_mut()
            && core::mem::replace(has_value, true)
        {
            return Err(self.tokens.error(ErrorKind::SecondValue));
        }
        match container {
            Some((open, event)) => Ok(self.push(open, event)),
            None if element.tag() == "Obj" => self.value(element),
            // The object was counted; what it wraps is not one level more.
            None => self.primitive(element),
        }
    }

    fn value(&mut self, element: Element<'a>) -> Result<Event, Error> {
        self.check_depth()?;
        match element.tag() {
            "Obj" => {
                let ref_id = self.objects.define(element.ref_id);
                Ok(self.push(Open::Object { has_value: false }, Event::StartObject { name: element.name, ref_id }))
            }
            "Ref" => {
                let target = element.ref_id.as_ref().and_then(|id| self.objects.find(id));
                let target = target.ok_or_else(|| self.unknown("Ref", element.ref_id))?;
                self.tokens.text()?;
                Ok(Event::Leaf { name: element.name, value: Value::Ref(target) })
            }
            _ => self.primitive(element),
        }
    }

    fn primitive(&mut self, element: Element<'a>) -> Result<Event, Error> {
        let value = primitive::read(&mut self.tokens, element.tag())?;
        Ok(Event::Leaf { name: element.name, value })
    }

    /// The names up to `</TN>`.
    fn read_type_names(&mut self, id: Option<Id>) -> Result<Arc<TypeNames>, Error> {
        let mut names = Vec::new();
        loop {
            match self.tokens.next()? {
                Token::Start(element) if element.tag() == "T" => names.push(self.tokens.string()?),
                Token::Start(element) => return Err(self.tokens.unexpected("<T>", element.tag())),
                Token::End => break,
                Token::Eof => return Err(self.tokens.unexpected("</TN>", "the end of the payload")),
            }
            if names.len() > MAX_TYPE_NAMES {
                return Err(self.tokens.error(ErrorKind::TooManyTypeNames));
            }
        }
        let names = Arc::new(TypeNames::new(names));
        if let Some(id) = id {
            self.type_names.insert(id, Arc::clone(&names));
        }
        Ok(names)
    }

    fn find_type_names(&mut self, id: Option<Id>) -> Result<Arc<TypeNames>, Error> {
        let names = id.as_ref().and_then(|id| self.type_names.get(id)).map(Arc::clone);
        let names = names.ok_or_else(|| self.unknown("TNRef", id))?;
        self.tokens.text()?;
        Ok(names)
    }

    fn unknown(&self, tag: &'static str, id: Option<Id>) -> Error {
        let got = id.map_or_else(|| Excerpt::new(""), |id| Excerpt::new(&id.to_string()));
        self.tokens.error(ErrorKind::UnknownReference { tag, got })
    }

    fn push(&mut self, open: Open, event: Event) -> Event {
        if let Open::Object { .. } | Open::Members { nested: true } = open {
            self.depth = self.depth.saturating_add(1);
        }
        self.open.push(open);
        event
    }

    /// Whether one more value may stand here.
    fn check_depth(&self) -> Result<(), Error> {
        if self.depth < MAX_DEPTH { Ok(()) } else { Err(self.tokens.error(ErrorKind::TooDeep)) }
    }
}

/// The objects so far, and which number each id of the peer stands for.
///
/// Stock writers number objects as we do. Ids are remembered only from the first that is otherwise on, so that a payload
/// of a million objects does not need a table.
#[derive(Default)]
struct Objects {
    count: u64,
    /// The objects before this one carry their own numbers.
    in_order: u64,
    others: BTreeMap<Id, u64>,
}

impl Objects {
    fn define(&mut self, id: Option<Id>) -> RefId {
        let number = self.count;
        self.count = number.saturating_add(1);
        match id {
            Some(Id::Number(id)) if id == number && self.in_order == number => self.in_order = self.count,
            Some(id) => {
                self.others.insert(id, number);
            }
            None => {}
        }
        RefId(number)
    }

    fn find(&self, id: &Id) -> Option<RefId> {
        match (self.others.get(id), id) {
            (Some(number), _) => Some(RefId(*number)),
            (None, Id::Number(id)) if *id < self.in_order => Some(RefId(*id)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{MAX_ATTRIBUTES, MAX_EXCERPT, MAX_NODES, MAX_PAYLOAD, OBJECT_NODES};
    use alloc::format;
    use alloc::string::String;
    use alloc::vec;

    /// All events, or the first error.
    fn events(text: &str) -> Result<Vec<Event>, Error> {
        let mut reader = Reader::new(text.as_bytes())?;
        core::iter::from_fn(|| reader.next_event().transpose()).collect()
    }

    fn refusal(text: &str) -> ErrorKind {
        events(text).expect_err(text).kind
    }

    fn unexpected(expected: &'static str, got: &str) -> ErrorKind {
        ErrorKind::Unexpected { expected, got: Excerpt::new(got) }
    }

    #[test]
    fn events_follow_the_payload() {
        let names = Arc::new(TypeNames::new(["A", "B"]));
        let text = "\u{FEFF}<Obj RefId=\"5\"><TN RefId=\"0\"><T>A</T><T>B</T></TN><ToString>t</ToString><DCT><En>\
            <S N=\"Key\">k</S><Obj N=\"Value\" RefId=\"9\"><TNRef RefId=\"0\" /><LST><Ref RefId=\"5\" /></LST></Obj></En></DCT>\
            <Props><B N=\"p\">true</B></Props><MS><MS N=\"s\" /></MS></Obj>";
        let leaf = |name: Option<&str>, value: Value| Event::Leaf { name: name.map(PsString::from), value };
        assert_eq!(
            events(text).unwrap(),
            vec![
                Event::StartObject { name: None, ref_id: RefId(0) },
                Event::TypeNames(Arc::clone(&names)),
                Event::ToStringText("t".into()),
                Event::StartDict,
                Event::StartEntry,
                leaf(Some("Key"), "k".into()),
                Event::StartObject { name: Some("Value".into()), ref_id: RefId(1) },
                Event::TypeNames(names),
                Event::StartList(ListKind::List),
                leaf(None, Value::Ref(RefId(0))),
                Event::End,
                Event::End,
                Event::End,
                Event::End,
                Event::StartProps,
                leaf(Some("p"), true.into()),
                Event::End,
                Event::StartMembers { name: None },
                Event::StartMembers { name: Some("s".into()) },
                Event::End,
                Event::End,
                Event::End,
            ]
        );
    }

    #[test]
    fn an_empty_payload_has_no_events() {
        assert_eq!(events(""), Ok(vec![]));
        assert_eq!(events("\u{FEFF}"), Ok(vec![]));
        assert_eq!(refusal(" "), ErrorKind::NoValue);
        assert_eq!(refusal("<!-- -->"), ErrorKind::NoValue);
    }

    #[test]
    fn pieces_of_a_text_are_put_together() {
        for (text, read) in [
            ("<S>a&amp;b&lt;c&gt;d&quot;e&apos;f</S>", "a&b<c>d\"e'f"),
            ("<S>&#97;&#x62;&#x1F600;</S>", "ab😀"),
            ("<S><![CDATA[a&b<c]]>&amp;<![CDATA[d]]></S>", "a&b<cd".replace("cd", "c&d").as_str()),
            ("<S>a<!-- x -->b<?p q?>c</S>", "abc"),
            ("<S>_x00<!-- x -->4&#49;_</S>", "A"),
            ("<S>a\r\nb\rc&#13;&#10;d</S>", "a\nb\nc\r\nd"),
            ("<S> x </S>", " x "),
            ("<S>\n</S>", "\n"),
            ("<S/>", ""),
            ("<S></S>", ""),
            ("<!-- a --><S>x</S>\n<!-- b -->", "x"),
        ] {
            assert_eq!(events(text), Ok(vec![Event::Leaf { name: None, value: read.into() }]), "{text}");
        }
    }

    #[test]
    fn names_are_unescaped_and_normalized_as_attributes() {
        for (attribute, read) in [("a&amp;&#10;b", "a&\nb"), ("_x0041_b", "Ab"), ("a\nb", "a b")] {
            let text = format!("<Obj><MS><Nil N='{attribute}'/></MS></Obj>");
            let leaf = Event::Leaf { name: Some(read.into()), value: Value::Nil };
            assert!(events(&text).unwrap().contains(&leaf), "{text}");
        }
    }

    /// PowerShell 7.6.9 refuses each of these, too.
    #[test]
    fn what_has_no_place_is_refused() {
        for (text, kind) in [
            ("<Foo/>", unexpected("a value", "Foo")),
            ("<s>x</s>", unexpected("a value", "s")),
            ("<LST/>", unexpected("a value", "LST")),
            ("<S>a<Nil/></S>", unexpected("text", "Nil")),
            ("<S>&foo;</S>", unexpected("one of the entities amp, lt, gt, quot and apos", "foo")),
            ("<S N='a' N='b'/>", unexpected("an attribute once", "N")),
            ("text", unexpected("an element", "text")),
            ("<Obj>text</Obj>", unexpected("an element", "text")),
            ("<Obj>&amp;</Obj>", unexpected("an element", "amp")),
            ("<Obj><LST>text</LST></Obj>", unexpected("an element", "text")),
            ("<Obj><Foo/></Obj>", unexpected("a value", "Foo")),
            ("<Obj><Nil/></Obj>", unexpected("a part of an object", "Nil")),
            ("<Obj><DCT><S/></DCT></Obj>", unexpected("<En>", "S")),
            ("<Obj><TN><S/></TN></Obj>", unexpected("<T>", "S")),
            ("<Obj><Props><MS N='q'/></Props></Obj>", unexpected("a value", "MS")),
            ("<Obj><Props><S>x</S></Props></Obj>", ErrorKind::Unnamed { tag: Excerpt::new("S") }),
            ("<Obj><MS><MS/></MS></Obj>", ErrorKind::Unnamed { tag: Excerpt::new("MS") }),
            ("<Obj><DCT><En><S N='Value'/><S N='Key'/></En></DCT></Obj>", ErrorKind::Entry),
            ("<Obj><DCT><En><S/><S/></En></DCT></Obj>", ErrorKind::Entry),
            ("<Obj><DCT><En><Nil N='Key'/><S N='Value'/></En></DCT></Obj>", ErrorKind::Entry),
            ("<Obj><DCT><En><S N='Key'/></En></DCT></Obj>", ErrorKind::Entry),
            ("<Obj><DCT><En><S N='Key'/><S N='Value'/><S N='Value'/></En></DCT></Obj>", ErrorKind::Entry),
            (
                "<I32>5.0</I32>",
                ErrorKind::BadValue { expected: "a number of 32 bits (Int32)", got: Excerpt::new("5.0") },
            ),
            ("<SS>_x0041_</SS>", ErrorKind::BadValue { expected: "base64", got: Excerpt::new("not shown") }),
            ("<PR><AI>1</AI></PR>", unexpected("<AV>", "AI")),
            ("<PR/>", unexpected("<AV>", "the end of <PR>")),
            ("<?xml version='1.0'?><S/>", ErrorKind::Declaration),
            ("<!DOCTYPE a [<!ENTITY b 'c'>]><S>&b;</S>", ErrorKind::Dtd),
            ("<Obj><LST>", unexpected("an end tag", "the end of the payload")),
            ("<S>a", unexpected("text", "the end of the payload")),
        ] {
            assert_eq!(refusal(text), kind, "{text}");
        }
        for text in ["</S>", "<S></T>", "<S", "<S>&amp</S>", "<S>&#xD83D;</S>", "<S>&#x110000;</S>", "<S a></S>"] {
            assert!(matches!(refusal(text), ErrorKind::Xml { .. }), "{text}");
        }
    }

    /// PowerShell takes the last of two values, and the first of two roots.
    #[test]
    fn what_no_serializer_writes_is_refused() {
        assert_eq!(refusal("<Obj><I32>1</I32><I32>2</I32></Obj>"), ErrorKind::SecondValue);
        assert_eq!(refusal("<Obj><LST/><DCT/></Obj>"), ErrorKind::SecondValue);
        assert_eq!(refusal("<S/><S/>"), unexpected("the end of the payload", "S"));
    }

    #[test]
    fn references_lead_backwards_only() {
        let unknown = |tag, got: &str| ErrorKind::UnknownReference { tag, got: Excerpt::new(got) };
        for (text, kind) in [
            ("<Obj RefId='0'><LST><Ref RefId='1'/></LST></Obj>", unknown("Ref", "1")),
            ("<Obj RefId='0'><LST><Ref/></LST></Obj>", unknown("Ref", "")),
            ("<Obj RefId=' 0 '><LST><Ref RefId='0'/></LST></Obj>", unknown("Ref", "0")),
            ("<Obj><TNRef RefId='0'/></Obj>", unknown("TNRef", "0")),
            ("<Obj><TN><T>A</T></TN><LST><Obj><TNRef/></Obj></LST></Obj>", unknown("TNRef", "")),
        ] {
            assert_eq!(refusal(text), kind, "{text}");
        }
    }

    #[test]
    fn ids_of_any_kind_name_the_last_object_that_bore_them() {
        for (ids, reference, target) in [
            (["0", "1", "2"], "1", 1),
            (["7", "8", "9"], "8", 1),
            (["a", "b", "b"], "b", 2),
            (["0", "0", "1"], "0", 1),
            (["0", "2", "2"], "2", 2),
            (["1", "0", "2"], "1", 0),
            (["00", "x", "0"], "0", 2),
        ] {
            let [first, second, third] = ids;
            let text = format!(
                "<Obj RefId='{first}'><LST><Obj RefId='{second}'/><Obj RefId='{third}'/><Ref RefId='{reference}'/></LST></Obj>"
            );
            let leaf = Event::Leaf { name: None, value: Value::Ref(RefId(target)) };
            assert!(events(&text).unwrap().contains(&leaf), "{text}");
        }
    }

    #[test]
    fn limits_are_kept() {
        let nested = |levels: usize| format!("{}<S/>{}", "<Obj><LST>".repeat(levels), "</LST></Obj>".repeat(levels));
        assert!(events(&nested(MAX_DEPTH - 1)).is_ok());
        assert_eq!(refusal(&nested(MAX_DEPTH)), ErrorKind::TooDeep);
        let sets = |n: usize| format!("<Obj><MS>{}{}</MS></Obj>", "<MS N='s'>".repeat(n), "</MS>".repeat(n));
        assert!(events(&sets(MAX_DEPTH - 1)).is_ok());
        assert_eq!(refusal(&sets(MAX_DEPTH)), ErrorKind::TooDeep);
        let values = |n: usize| format!("{}<S/>{}", "<Obj>".repeat(n), "</Obj>".repeat(n));
        assert!(events(&values(MAX_DEPTH)).is_ok());
        assert_eq!(refusal(&values(MAX_DEPTH + 1)), ErrorKind::TooDeep);

        let attributes = |n: usize| format!("<S{}/>", (0..n).map(|i| format!(" a{i}=''")).collect::<String>());
        assert!(events(&attributes(MAX_ATTRIBUTES)).is_ok());
        assert_eq!(refusal(&attributes(MAX_ATTRIBUTES + 1)), ErrorKind::TooManyAttributes);

        let names = |n: usize| format!("<Obj><TN>{}</TN></Obj>", "<T/>".repeat(n));
        assert!(events(&names(MAX_TYPE_NAMES)).is_ok());
        assert_eq!(refusal(&names(MAX_TYPE_NAMES + 1)), ErrorKind::TooManyTypeNames);

        assert_eq!(refusal(&" ".repeat(MAX_PAYLOAD + 1)), ErrorKind::TooLong { got: MAX_PAYLOAD + 1 });
        let utf8 = Reader::new(b"\xEF\xBB\xBF<S>\xFF</S>").err();
        assert_eq!(utf8, Some(Error { position: 6, kind: ErrorKind::Utf8 }));
    }

    #[test]
    fn elements_are_counted() {
        let text = format!("<Obj><LST>{}</LST></Obj>", "<Obj/>".repeat(MAX_NODES / OBJECT_NODES));
        let mut reader = Reader::new(text.as_bytes()).unwrap();
        let mut objects = 0;
        while let Ok(event) = reader.next_event() {
            objects += usize::from(matches!(event, Some(Event::StartObject { .. })));
        }
        assert_eq!(objects, MAX_NODES / OBJECT_NODES - 1);
        assert_eq!(refusal(&text), ErrorKind::TooManyNodes);
    }

    #[test]
    fn an_error_quotes_little_and_safely() {
        let error = events(&format!("<I32>\u{1b}[31m{}</I32>", "x".repeat(1_000_000))).unwrap_err();
        let message = format!("{error}");
        assert!(message.starts_with("the peer's clixml is refused at byte 1000016: expected a number"), "{message}");
        assert!(message.contains("`\\u{1b}[31mx") && message.ends_with("xxx...`"), "{message}");
        assert!(message.len() < 120 + 2 * MAX_EXCERPT, "{message}");
    }
}
