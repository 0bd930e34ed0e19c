//! The serialiser: PowerShell's rules for what of an object is written, and how deep.

use std::{collections::HashMap, sync::Arc};

use psrp_clixml::{self as clixml, ListKind, RefId, TypeNames, Writer};
use psrpd_dotnet::Str;

use super::{invocation, primitive::primitive, ps_string};
use crate::{
    eval::{Flow, R, Runspace, error},
    limits,
    providers::{Drive, ProviderInfo},
    types::{self, SerialMethod, Type},
    value::{Body, Category, Dictionary, ErrorRecord, Member, Secret, Value, enumerate, enumerates, text},
};

/// Writes one payload.
pub(super) struct Serializer {
    writer: Writer,
    /// Objects that were written, by identity.
    seen: HashMap<usize, RefId>,
    /// What is held so that no identity is used twice.
    kept: Vec<Value>,
    level: usize,
    /// Whether a pipeline that is stopped stops the writing: it does for output, not for records about the stop.
    is_stoppable: bool,
    is_bare: bool,
    /// Whether the record that is written first says where it comes from.
    pub(super) tells_invocation: bool,
}

impl Serializer {
    pub(super) fn new() -> Self {
        Self {
            writer: Writer::new(),
            seen: HashMap::new(),
            kept: Vec::new(),
            level: 0,
            is_stoppable: false,
            is_bare: false,
            tells_invocation: false,
        }
    }

    /// One for the error in the state of a pipeline, which has nothing of the type table.
    pub(super) fn bare() -> Self {
        Self { is_bare: true, ..Self::new() }
    }

    /// One that ends when the pipeline is stopped.
    pub(super) fn stoppable() -> Self {
        Self { is_stoppable: true, ..Self::new() }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.writer.finish()
    }

    pub(super) fn finish_text(self) -> String {
        self.writer.finish_text()
    }

    /// Writes the value of the payload. What a pipeline carries is wrapped: an object that holds itself is another one
    /// below.
    pub(super) fn top(&mut self, rs: &mut Runspace, value: &Value, depth: i32) -> R<()> {
        self.level = 1;
        self.value(rs, value, depth, true)
    }

    /// Writes the next object of a document, which shares ids with those before it.
    pub(super) fn document_item(&mut self, rs: &mut Runspace, value: &Value, depth: i32) -> R<()> {
        if value.is_null() {
            self.writer.value(&clixml::Value::Nil);
            return Ok(());
        }
        self.top(rs, value, depth)
    }

    /// Writes an object that is only a set of members.
    pub(super) fn bag(&mut self, rs: &mut Runspace, members: &[(Str, Value)], depth: i32) -> R<()> {
        self.level = 1;
        self.writer.start_object();
        self.writer.start_members();
        for (name, value) in members {
            self.named(rs, name, value, depth)?;
        }
        self.writer.end();
        self.writer.end();
        Ok(())
    }

    fn named(&mut self, rs: &mut Runspace, name: &Str, value: &Value, depth: i32) -> R<()> {
        if name.is_wide() {
            self.writer.named(clixml_text(&ps_string(name)));
        } else {
            self.writer.named(name.as_str());
        }
        self.write(rs, value, depth)
    }

    fn write(&mut self, rs: &mut Runspace, value: &Value, depth: i32) -> R<()> {
        if matches!(value, Value::AutomationNull) {
            return self.nothing(depth);
        }
        if value.is_null() {
            self.writer.value(&clixml::Value::Nil);
            return Ok(());
        }
        if self.is_stoppable {
            rs.check_stop()?;
        }
        if self.level.saturating_add(1) >= limits::MAX_SERIAL_DEPTH {
            self.writer.string("Serialized XML is nested too deeply.");
            return Ok(());
        }
        self.level = self.level.saturating_add(1);
        let result = self.value(rs, value, depth, false);
        self.level = self.level.saturating_sub(1);
        result
    }

    /// The result of a command without output, which is one and the same empty object wherever it is kept.
    fn nothing(&mut self, depth: i32) -> R<()> {
        if let Some(known) = self.seen.get(&NOTHING) {
            self.writer.value(&clixml::Value::Ref(*known));
            return Ok(());
        }
        let reference = self.writer.start_object();
        self.seen.insert(NOTHING, reference);
        if depth > 0 {
            self.writer.type_names(types::custom_object().wire_names());
        } else {
            self.writer.string("");
        }
        self.writer.end();
        Ok(())
    }

    fn value(&mut self, rs: &mut Runspace, value: &Value, depth: i32, is_top: bool) -> R<()> {
        let id = if is_top && !matches!(value, Value::Wrapped(_)) { None } else { identity(value) };
        let extended = match value {
            Value::Wrapped(_) => None,
            _ => rs.state.wrapper(value).map(Value::Wrapped),
        };
        let value = extended.as_ref().unwrap_or(value);
        if let Value::Str(text) = value
            && !text.is_wide()
        {
            self.writer.string(text.as_str());
            return Ok(());
        }
        if let Some(primitive) = primitive(value) {
            return self.primitive(rs, value, &primitive, depth);
        }
        if let Some(secret) = value.downcast::<Secret>() {
            let Some(encrypted) = rs.host.encrypt(&secret.reveal()) else { return Err(no_session_key()) };
            self.writer.value(&clixml::Value::SecureString(encrypted));
            return Ok(());
        }
        let depth = Self::depth_of(rs, value, depth);
        if let Some(known) = id.and_then(|id| self.seen.get(&id)) {
            self.writer.value(&clixml::Value::Ref(*known));
            return Ok(());
        }
        let container = Container::of(value);
        if container.is_none() && (depth <= 0 || as_string(rs, value)) {
            let shown = string_of(rs, value)?;
            let members = own_members(value);
            let names = if value.has_own_names() { value.type_names() } else { Vec::new() };
            if members.is_empty() && names.is_empty() {
                let text = clixml::Value::String(ps_string(&shown));
                let is_viewed = value.identity().is_some_and(|id| rs.state.viewed.contains(&id)) && stays(value);
                if is_viewed {
                    self.writer.start_object();
                }
                self.writer.value(&text);
                if is_viewed {
                    self.writer.end();
                }
                return Ok(());
            }
            self.start(id, value);
            if !names.is_empty() {
                self.writer.type_names(&Arc::new(TypeNames::new(names.iter().map(ps_string))));
            }
            self.writer.value(&clixml::Value::String(ps_string(&shown)));
            self.member_set(rs, value, &members, members.len(), depth)?;
        } else {
            self.start(id, value);
            match value.type_of() {
                Some(of) if !value.has_own_names() => self.writer.type_names(of.wire_names()),
                _ => {
                    let names = value.type_names();
                    if !names.is_empty() {
                        self.writer.type_names(&Arc::new(TypeNames::new(names.iter().map(ps_string))));
                    }
                }
            }
            match container {
                Some(container) => self.container(rs, value, container, depth)?,
                None => self.complex(rs, value, depth)?,
            }
        }
        self.writer.end();
        Ok(())
    }

    /// `<Obj>`, to which later ones of the same identity refer.
    fn start(&mut self, id: Option<usize>, value: &Value) {
        let reference = self.writer.start_object();
        if let Some(id) = id {
            self.seen.insert(id, reference);
            self.kept.push(value.clone());
        }
    }

    /// The depth at which an object is written: what the type table says, else what it has where it stands.
    fn depth_of(rs: &Runspace, value: &Value, depth: i32) -> i32 {
        if types::switch_value(value).is_some() || crate::format::wire::is_format_object(value) {
            return 1;
        }
        let from_types = rs.state.types.nearest(value, |data| data.depth);
        match from_types {
            Some(depth) if depth > 0 => depth,
            _ if depth <= 0 && is_deserialized(value) => 1,
            _ => depth,
        }
    }

    /// A primitive: bare, or in an object where it has notes or other type names.
    fn primitive(&mut self, rs: &mut Runspace, value: &Value, primitive: &clixml::Value, depth: i32) -> R<()> {
        let Value::Wrapped(wrapped) = value else {
            self.writer.value(primitive);
            return Ok(());
        };
        let members = wrapped.members();
        let names = wrapped.type_names.lock().clone();
        let shown = wrapped.text.lock().clone();
        if members.is_empty() && names.is_none() && shown.is_none() {
            self.writer.value(primitive);
            return Ok(());
        }
        let id = identity(value);
        if let Some(known) = id.and_then(|id| self.seen.get(&id)) {
            self.writer.value(&clixml::Value::Ref(*known));
            return Ok(());
        }
        self.start(id, value);
        if let Some(names) = names.filter(|names| !names.is_empty()) {
            self.writer.type_names(&Arc::new(TypeNames::new(names.iter().map(ps_string))));
        }
        if let Some(shown) = shown {
            self.writer.to_string_text(clixml_text(&ps_string(&shown)));
        }
        self.writer.value(primitive);
        self.member_set(rs, value, &members, members.len(), depth)?;
        self.writer.end();
        Ok(())
    }

    fn container(&mut self, rs: &mut Runspace, value: &Value, container: Container, depth: i32) -> R<()> {
        match container {
            Container::Dictionary => self.entries(rs, value, depth)?,
            Container::Items(kind) => {
                rs.room_to_expand(value)?;
                self.writer.start_list(kind);
                for item in types::xml::items(value).or_else(|| enumerate(value)).unwrap_or_default() {
                    self.write(rs, &item, depth)?;
                }
                self.writer.end();
            }
        }
        if depth == 0 {
            return Ok(());
        }
        if container == Container::Items(ListKind::Enumerable) {
            let specific = specific_properties(rs, value);
            self.properties(rs, value, specific.as_deref(), depth)?;
            return self.extended(rs, value, specific.as_deref(), depth);
        }
        let members = own_members(value);
        self.member_set(rs, value, &members, members.len(), depth)
    }

    fn entries(&mut self, rs: &mut Runspace, value: &Value, depth: i32) -> R<()> {
        self.writer.start_dict();
        for (key, item) in value.downcast::<Dictionary>().map(Dictionary::entries).unwrap_or_default() {
            self.writer.start_entry();
            self.write(rs, &key, depth)?;
            self.write(rs, &item, depth)?;
            self.writer.end();
        }
        self.writer.end();
        Ok(())
    }

    fn complex(&mut self, rs: &mut Runspace, value: &Value, depth: i32) -> R<()> {
        if stays(value) {
            rs.state.viewed.extend(value.identity());
        }
        if let Some(record) = value.downcast::<ErrorRecord>() {
            return self.error_record(rs, value, record, depth);
        }
        let is_custom = matches!(value, Value::Wrapped(wrapped) if wrapped.is_custom());
        if let Some(shown) = super::deserialized_text(value) {
            self.writer.to_string_text(clixml_text(&ps_string(&shown)));
        } else if !is_custom {
            // Types are shortened by the conversion to text alone.
            let shown = match value.base() {
                Value::Type(of) => Ok(of.plain_name().into()),
                _ => shown(rs, value),
            };
            // A `ToString()` that fails leaves its text out.
            match shown {
                Ok(shown) => {
                    self.writer.to_string_text(clixml_text(&ps_string(&shown)));
                }
                Err(Flow::Error(_)) => {}
                Err(other) => return Err(other),
            }
        }
        if let Value::Enum(of, n) = value.base() {
            self.writer.value(&enum_number(of, *n));
        } else if let Some(message) = message_of(value) {
            return self.message_record(rs, value, &message, depth);
        }
        let specific = specific_properties(rs, value);
        // What an information record says keeps its depth.
        let is_information = value.type_of().is_some_and(|of| of.name() == INFORMATION);
        let depth_of_properties = if is_information { depth.saturating_add(1) } else { depth };
        if !matches!(value.base(), Value::Enum(..)) {
            self.properties(rs, value, specific.as_deref(), depth_of_properties)?;
        }
        self.extended(rs, value, specific.as_deref(), depth)
    }

    /// `<Props>`: what the type itself declares, one level deeper.
    fn properties(&mut self, rs: &mut Runspace, value: &Value, specific: Option<&[Str]>, depth: i32) -> R<()> {
        let mut properties = super::properties(rs, value)?;
        if let Some(names) = specific {
            properties = in_order(names, properties, |(name, _)| name);
        }
        if properties.is_empty() {
            return Ok(());
        }
        self.writer.start_props();
        for (name, item) in properties {
            self.named(rs, &name, &item, depth.saturating_sub(1))?;
        }
        self.writer.end();
        Ok(())
    }

    /// `<MS>`: what was added to the object, and what the type table adds.
    fn extended(&mut self, rs: &mut Runspace, value: &Value, specific: Option<&[Str]>, depth: i32) -> R<()> {
        let mut members = own_members(value);
        let own = members.len();
        let mut from_types = rs.state.types.listed(value, true);
        if let Some(names) = specific {
            from_types = in_order(names, from_types, |member| &member.name);
        }
        from_types.retain(|member| !members.iter().any(|own| psrpd_dotnet::casing::eq(&own.name, &member.name)));
        members.extend(from_types);
        self.member_set(rs, value, &members, own, depth)
    }

    /// Members in `<MS>`. The first `own` of them belong to the object and keep its depth.
    fn member_set(&mut self, rs: &mut Runspace, value: &Value, members: &[Member], own: usize, depth: i32) -> R<()> {
        let mut is_open = false;
        for (at, member) in members.iter().enumerate() {
            let depth = if at < own { depth } else { depth.saturating_sub(1) };
            let item = match &member.body {
                Body::MemberSet(_) => Value::Null,
                _ if member.is_property() => match rs.read_member(value, &member.name, &member.body) {
                    Ok(item) => item,
                    // A getter that fails leaves its property out.
                    Err(Flow::Error(_)) => continue,
                    Err(other) => return Err(other),
                },
                _ => continue,
            };
            if !is_open {
                self.writer.start_members();
                is_open = true;
            }
            if let Body::MemberSet(inner) = &member.body {
                self.writer.named(clixml_text(&ps_string(&member.name))).start_members();
                for inner in inner.iter().filter(|inner| inner.is_property()) {
                    if let Ok(item) = rs.read_member(value, &inner.name, &inner.body) {
                        self.named(rs, &inner.name, &item, depth)?;
                    }
                }
                self.writer.end();
            } else {
                self.named(rs, &member.name, &item, depth)?;
            }
        }
        if is_open {
            self.writer.end();
        }
        Ok(())
    }

    /// `ErrorRecord` in the form of PSRP (MS-PSRP 2.2.3.15).
    fn error_record(&mut self, rs: &mut Runspace, value: &Value, record: &ErrorRecord, depth: i32) -> R<()> {
        self.writer.to_string_text(clixml_text(&ps_string(&record.message())));
        self.writer.start_members();
        let string = |text: Str| Value::Str(text);
        // Each lock is let go of before the next: some of the getters take them themselves.
        let details = record.details.lock().clone();
        let target = record.target.lock().clone();
        let id = record.id.lock().clone();
        let place = record.invocation.lock().clone();
        let category = record.category.lock().number();
        let activity = record.activity.lock().clone();
        let mut fields = vec![
            ("Exception", record.exception.clone()),
            ("TargetObject", target),
            ("FullyQualifiedErrorId", string(id)),
            ("InvocationInfo", place.clone().map_or(Value::Null, |i| Value::Object(i))),
            ("ErrorCategory_Category", Value::I32(i32::try_from(category).unwrap_or(0))),
            ("ErrorCategory_Activity", string(activity)),
            ("ErrorCategory_Reason", string(record.reason())),
            ("ErrorCategory_TargetName", string(record.target_name())),
            ("ErrorCategory_TargetType", string(record.target_type())),
            ("ErrorCategory_Message", record.category_message().into()),
        ];
        if let Some(details) = details {
            fields.push(("ErrorDetails_Message", string(details)));
            fields.push(("ErrorDetails_RecommendedAction", string(record.recommended.lock().clone())));
        }
        let tells_invocation = std::mem::take(&mut self.tells_invocation);
        fields.push(("SerializeExtendedInfo", Value::Bool(tells_invocation)));
        if tells_invocation {
            fields.extend(invocation::fields(rs, &place.unwrap_or_default())?);
            fields.push(("PipelineIterationInfo", invocation::no_counts()));
        }
        let trace = record.stack_trace.lock().clone();
        if !trace.is_empty() {
            fields.push(("ErrorDetails_ScriptStackTrace", string(trace)));
        }
        for (name, item) in fields {
            self.named(rs, &name.into(), &item, depth)?;
        }
        let of_type = if self.is_bare { Vec::new() } else { rs.state.types.listed(value, true) };
        for member in own_members(value).into_iter().chain(of_type) {
            if member.is_property()
                && let Ok(item) = rs.read_member(value, &member.name, &member.body)
            {
                self.named(rs, &member.name, &item, depth)?;
            }
        }
        self.writer.end();
        Ok(())
    }

    /// Warning, verbose and debug records (MS-PSRP 2.2.3.16 to 2.2.3.18).
    fn message_record(&mut self, rs: &mut Runspace, value: &Value, message: &Str, depth: i32) -> R<()> {
        self.writer.start_members();
        self.named(rs, &"InformationalRecord_Message".into(), &Value::Str(message.clone()), depth)?;
        let tells_invocation = std::mem::take(&mut self.tells_invocation);
        let says = Value::Bool(tells_invocation);
        self.named(rs, &"InformationalRecord_SerializeInvocationInfo".into(), &says, depth)?;
        if tells_invocation {
            let mut fields = invocation::fields(rs, &rs.frame.invocation.clone().unwrap_or_default())?;
            fields.push(("InformationalRecord_PipelineIterationInfo", invocation::no_counts()));
            for (name, item) in fields {
                self.named(rs, &name.into(), &item, depth)?;
            }
        }
        for member in own_members(value).iter().filter(|member| member.is_property()) {
            if let Ok(item) = rs.read_member(value, &member.name, &member.body) {
                self.named(rs, &member.name, &item, depth)?;
            }
        }
        self.writer.end();
        Ok(())
    }
}

/// A secret cannot leave the session.
fn no_session_key() -> Flow {
    error::raise(
        "System.Management.Automation.Remoting.PSRemotingDataStructureException",
        "NoSessionKey",
        Category::NotSpecified,
        "The session key is not available: the client has not sent the key to encrypt it with.",
        Value::Null,
    )
}

/// No address of an object: the identity of the result of a command without output.
const NOTHING: usize = 1;

const INFORMATION: &str = "System.Management.Automation.InformationRecord";

/// What an object that holds others is written as.
#[derive(Clone, Copy, PartialEq)]
enum Container {
    Dictionary,
    Items(ListKind),
}

impl Container {
    fn of(value: &Value) -> Option<Self> {
        if value.downcast::<Dictionary>().is_some() {
            return Some(Self::Dictionary);
        }
        if matches!(value.base(), Value::Array(_)) {
            return Some(Self::Items(ListKind::List));
        }
        if types::xml::items(value).is_some() {
            return Some(Self::Items(ListKind::Enumerable));
        }
        if !enumerates(value) {
            return None;
        }
        let of = value.type_of()?;
        let is = |kind: &str| of.ancestry().any(|of| of.is_kind(kind));
        Some(Self::Items(if is("Stack") {
            ListKind::Stack
        } else if is("Queue") {
            ListKind::Queue
        } else if of.is_assignable_to(&types::known("System.Collections.IList")) {
            ListKind::List
        } else {
            ListKind::Enumerable
        }))
    }
}

/// Those of the items that are named, in the order of the names.
fn in_order<T>(names: &[Str], items: Vec<T>, name_of: impl Fn(&T) -> &Str) -> Vec<T> {
    let mut slots: Vec<Option<T>> = items.into_iter().map(Some).collect();
    names
        .iter()
        .filter_map(|name| {
            slots
                .iter_mut()
                .find(|slot| slot.as_ref().is_some_and(|item| psrpd_dotnet::casing::eq(name_of(item), name)))?
                .take()
        })
        .collect()
}

/// The properties that are written where not all are.
fn specific_properties(rs: &Runspace, value: &Value) -> Option<Vec<Str>> {
    let method = rs.state.types.nearest(value, |data| data.method)?;
    if method != SerialMethod::SpecificProperties {
        return None;
    }
    let mut names = Vec::new();
    for data in rs.state.types.of(value) {
        let Some(own) = &data.specific else { continue };
        names.extend(own.iter().cloned());
        if data.inherit_specific == Some(false) || data.inherit_specific.is_none() {
            break;
        }
    }
    Some(names)
}

/// Drives and providers outlive what is written. Once their members were looked at they carry hidden ones of
/// PowerShell's own, and their strings are written as strings with members are.
fn stays(value: &Value) -> bool {
    value.downcast::<ProviderInfo>().is_some() || value.downcast::<Drive>().is_some()
}

fn as_string(rs: &Runspace, value: &Value) -> bool {
    rs.state.types.nearest(value, |data| data.method) == Some(SerialMethod::String)
}

/// The string that stands for an object.
fn string_of(rs: &mut Runspace, value: &Value) -> R<Str> {
    if let Some(source) = rs.state.types.nearest(value, |data| data.string_source.clone()) {
        return match rs.find_member(value, &source)? {
            Some(found) => rs.text(&found),
            None => Ok(Str::default()),
        };
    }
    match super::deserialized_text(value) {
        Some(shown) => Ok(shown),
        None => shown(rs, value),
    }
}

/// The text of an object on the wire.
fn shown(rs: &mut Runspace, value: &Value) -> R<Str> {
    if let Value::Type(of) = value.base() {
        return Ok(of.plain_name().into());
    }
    if let Value::Object(object) = value.base()
        && object.text().is_none()
        && let Some(text) = object.listed_text()
    {
        return Ok(text);
    }
    rs.text(value)
}

/// The message of a warning, verbose or debug record.
fn message_of(value: &Value) -> Option<Str> {
    let of = value.type_of()?;
    let is_record = of.base().is_some_and(|base| base.name() == "System.Management.Automation.InformationalRecord");
    is_record.then(|| text(value))
}

fn is_deserialized(value: &Value) -> bool {
    matches!(value, Value::Wrapped(wrapped) if wrapped.is_custom())
        && value.type_names().first().is_some_and(|name| name.starts_with("Deserialized."))
}

fn own_members(value: &Value) -> Vec<Member> {
    match value {
        Value::Wrapped(wrapped) => wrapped.added(),
        _ => Vec::new(),
    }
}

fn identity(value: &Value) -> Option<usize> {
    match value {
        Value::Wrapped(wrapped) => Some(Arc::as_ptr(wrapped).addr()),
        _ => value.identity(),
    }
}

fn enum_number(of: &Type, n: i64) -> clixml::Value {
    match of.underlying().name() {
        "System.Byte" => clixml::Value::U8(u8::try_from(n).unwrap_or(0)),
        "System.SByte" => clixml::Value::I8(i8::try_from(n).unwrap_or(0)),
        "System.Int16" => clixml::Value::I16(i16::try_from(n).unwrap_or(0)),
        "System.UInt16" => clixml::Value::U16(u16::try_from(n).unwrap_or(0)),
        "System.UInt32" => clixml::Value::U32(u32::try_from(n).unwrap_or(0)),
        "System.Int64" => clixml::Value::I64(n),
        "System.UInt64" => clixml::Value::U64(n.cast_unsigned()),
        _ => clixml::Value::I32(i32::try_from(n).unwrap_or(0)),
    }
}

/// A text as the writer takes it.
fn clixml_text(text: &clixml::PsString) -> clixml::Text<'_> {
    text.into()
}
