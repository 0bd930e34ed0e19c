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
