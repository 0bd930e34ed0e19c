//! Formatting: objects become format objects. The first one decides on the layout of all that follow.

use super::{
    expression::{Expression, Outcome},
    packet::{Body, Entry, Origin, Packet, Piece, Start},
    parameter::Wanted,
    standard,
    text::{self, Limits},
    view::{self, Control, Expr, Kind, View},
    wire,
};
use crate::{
    eval::{Flow, Name, R, Runspace, ScopeId, Slot, error},
    ops::compare,
    value::{Category, Dictionary, ErrorRecord, Exception, Value},
};

mod custom;
mod entries;
mod group;

use entries::Layout;
use group::Grouping;

/// What `$FormatEnumerationLimit` is if it is nothing useful.
const DEFAULT_LIMIT: i64 = 4;
/// With so many properties at most an object without view is a row of a table.
const MOST_FOR_TABLE: usize = 4;

/// Collections as objects, taken apart, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expand {
    CoreOnly,
    EnumOnly,
    Both,
}

/// What the parameters of a `Format-*` cmdlet say.
#[derive(Default)]
pub(crate) struct Wishes {
    pub(crate) properties: Vec<Wanted>,
    pub(crate) group: Option<Wanted>,
    pub(crate) view: Option<String>,
    pub(crate) force: bool,
    pub(crate) autosize: Option<bool>,
    pub(crate) repeat_header: bool,
    pub(crate) hide_header: Option<bool>,
    pub(crate) wrap: Option<bool>,
    pub(crate) show_error: bool,
    pub(crate) display_error: bool,
    pub(crate) expand: Option<Expand>,
    pub(crate) columns: Option<usize>,
    pub(crate) depth: i64,
}

/// A formatter; [`Formatter::default`] is the one for objects that nobody formatted.
#[derive(Default)]
pub(crate) struct Formatter {
    kind: Option<Kind>,
    wishes: Wishes,
    active: Option<Active>,
    in_group: bool,
    limit: i64,
    packets: Vec<Packet>,
    /// Errors of scripts, to be shown behind the object.
    errors: Vec<ErrorRecord>,
}

/// The layout that is in use.
struct Active {
    layout: Layout,
    grouping: Option<Grouping>,
}

impl Formatter {
    /// A formatter for one layout.
    pub(crate) fn new(kind: Kind, wishes: Wishes) -> Self {
        Self { kind: Some(kind), wishes, ..Self::default() }
    }

    /// Formats an object; the packets that it makes.
    pub(crate) fn process(&mut self, rs: &mut Runspace, value: &Value) -> R<Vec<Packet>> {
        if !value.is_null() {
            let global = rs.scopes.get(ScopeId::GLOBAL).get(&Name::new("FormatEnumerationLimit"));
            self.limit = global
                .and_then(Slot::get)
                .and_then(|limit| limit.as_i128())
                .and_then(|limit| i64::try_from(limit).ok())
                .unwrap_or(DEFAULT_LIMIT);
            self.expand(rs, value)?;
        }
        Ok(std::mem::take(&mut self.packets))
    }

    /// Ends the document.
    pub(crate) fn finish(&mut self) -> Vec<Packet> {
        if std::mem::take(&mut self.in_group) {
            self.packets.push(Packet::GroupEnd);
        }
        if self.active.take().is_some() {
            self.packets.push(Packet::End);
        }
        std::mem::take(&mut self.packets)
    }

    fn limits(&self, fixed: bool) -> Limits {
        Limits { items: self.limit, fixed }
    }

    fn expand(&mut self, rs: &mut Runspace, value: &Value) -> R<()> {
        let Some(items) = text::items(value) else { return self.object(rs, value) };
        match self.wishes.expand.unwrap_or(Expand::EnumOnly) {
            Expand::CoreOnly => return self.object(rs, value),
            Expand::EnumOnly => {}
            Expand::Both => {
                self.packets.push(Packet::raw("The following object supports IEnumerable:"));
                // A hashtable counts as an object without properties here; an ordered dictionary does not.
                match value.downcast::<Dictionary>() {
                    Some(table) if !table.is_ordered() => {
                        self.packets.push(Packet::raw(text::to_string(rs, value)?.to_string()));
                    }
                    _ => {
                        self.out_of_band(rs, value, true)?;
                    }
                }
                self.packets.push(Packet::raw(match items.len() {
                    0 => "The IEnumerable contains no objects.".into(),
                    1 => "The IEnumerable contains the following object:".into(),
                    count => format!("The IEnumerable contains the following {count} objects:"),
                }));
            }
        }
        for item in items {
            rs.check_stop()?;
            let item = if item.is_null() { Value::from("") } else { item };
            self.object(rs, &item)?;
        }
        Ok(())
    }

    fn object(&mut self, rs: &mut Runspace, value: &Value) -> R<()> {
        if let Some(packet) = wire::from_value(rs, value)? {
            self.packets.push(packet);
            return Ok(());
        }
        let may_stand_alone = !self.wishes.force;
        if may_stand_alone && self.out_of_band(rs, value, false)? {
            return Ok(());
        }
        if self.active.is_none() {
            self.start(rs, value)?;
        }
        let applies = self.active.as_ref().is_none_or(|active| active.layout.applies_to(value));
        if may_stand_alone && !applies && self.out_of_band(rs, value, true)? {
            return Ok(());
        }
        self.group(rs, value)?;
        let body = self.body(rs, value)?;
        self.packets.push(Packet::Entry(Entry { body, out_of_band: false, origin: origin_of(value) }));
        for record in std::mem::take(&mut self.errors) {
            self.out_of_band(rs, &Value::object(record), true)?;
        }
        Ok(())
    }

    /// Chooses the layout by the first object.
    fn start(&mut self, rs: &mut Runspace, value: &Value) -> R<()> {
        let names = value.type_names();
        let found = match &self.wishes.view {
            _ if !self.wishes.properties.is_empty() => None,
            Some(name) => {
                let found = view::find(&rs.state.formatting, &names, self.kind, Some(name));
                Some(found.ok_or_else(|| self.no_view(&rs.state.formatting, name, value))?)
            }
            None => view::find(&rs.state.formatting, &names, self.kind, None),
        };
        let layout = match found {
            Some(view) => Layout::View(view),
            None => self.by_properties(rs, value)?,
        };
        let grouping = match (&self.wishes.group, found.and_then(|view| view.group)) {
            (Some(wanted), _) => Some(Grouping::new(wanted.expression.clone(), wanted.label.clone(), None)),
            (None, Some(by)) => Some(Grouping::new(expression(rs, by.by)?, None, Some(by))),
            (None, None) => None,
        };
        let shape = self.shape(rs, &layout, value)?;
        let by_view = matches!(found, Some(View { control: Control::Table { autosize: true, .. }, .. }));
        let autosize = self.wishes.autosize.unwrap_or(by_view);
        self.packets.push(Packet::Start(Start { autosize, shape }));
        self.active = Some(Active { layout, grouping });
        Ok(())
    }

    fn by_properties(&mut self, rs: &mut Runspace, value: &Value) -> R<Layout> {
        let kind = match self.kind {
            Some(kind) => kind,
            None => {
                let set = standard::display_set(rs, value);
                let count = if set.is_empty() {
                    super::expression::property_names(rs, value)?.in_order().len()
                } else {
                    set.len()
                };
                if count <= MOST_FOR_TABLE { Kind::Table } else { Kind::List }
            }
        };
        Ok(match kind {
            Kind::Table => Layout::Columns(self.table_columns(rs, value)?),
            Kind::List => Layout::Lines,
            Kind::Wide => Layout::Names,
            Kind::Custom => Layout::Tree,
        })
    }

    fn group(&mut self, rs: &mut Runspace, value: &Value) -> R<()> {
        let Some(active) = &mut self.active else { return Ok(()) };
        let is_new = match &mut active.grouping {
            Some(grouping) => grouping.update(rs, value)?,
            None => false,
        };
        if self.in_group && !is_new {
            return Ok(());
        }
        if self.in_group {
            self.packets.push(Packet::out_of_band(Body::Custom(vec![Piece::Group(None, Vec::new())])));
            self.packets.push(Packet::GroupEnd);
        }
        let heading = match self.active.as_ref().and_then(|active| active.grouping.as_ref()) {
            Some(grouping) => grouping.clone().heading(self, rs, value)?,
            None => None,
        };
        self.packets.push(Packet::GroupStart(heading));
        self.in_group = true;
        Ok(())
    }

    /// Formats an object that stands for itself: a scalar, one with a view for that, or as `fallback` any other as a
    /// list. False if it does not.
    fn out_of_band(&mut self, rs: &mut Runspace, value: &Value, fallback: bool) -> R<bool> {
        let origin = origin_of(value);
        let body = match view::find_out_of_band(&rs.state.formatting, &value.type_names()) {
            Some(view) => self.view_body(rs, view, value)?,
            None if text::is_scalar(value) || !text::has_properties(rs, value)? => {
                self.packets.push(Packet::raw(text::to_string(rs, value)?.to_string()));
                return Ok(true);
            }
            None if !fallback => return Ok(false),
            None => {
                let wishes = std::mem::take(&mut self.wishes);
                let body = self.lines(rs, value);
                self.wishes = wishes;
                body?
            }
        };
        self.packets.push(Packet::Entry(Entry { body, out_of_band: true, origin }));
        Ok(true)
    }

    /// The text of what a column shows of an object.
    fn cell(
        &mut self,
        rs: &mut Runspace,
        value: &Value,
        expression: &Expression,
        format: Option<&str>,
        limits: Limits,
    ) -> R<String> {
        let found = match expression.value(rs, value)? {
            None => return Ok(String::new()),
            Some(Outcome::Value(found)) => found,
            Some(Outcome::Failed(flow)) => {
                let message = format!("Failed to evaluate expression \"{}\".", expression.label());
                self.log(&flow, "PSPropertyExpressionError", message, value);
                return Ok(if self.wishes.display_error { "#ERR".into() } else { String::new() });
            }
        };
        let Some(format) = format else { return text::shown(rs, &found, limits) };
        match text::formatted(rs, &found, format) {
            Ok(text) => Ok(text),
            Err(flow @ Flow::Error(_)) if self.wishes.display_error || self.wishes.show_error => {
                self.log(&flow, "formattingError", format!("Failed to interpret format string \"{format}\"."), &found);
                Ok(if self.wishes.display_error { "#FMTERR".into() } else { String::new() })
            }
            Err(Flow::Error(_)) => text::shown(rs, &found, limits),
            Err(other) => Err(other),
        }
    }

    fn log(&mut self, flow: &Flow, id: &str, message: String, object: &Value) {
        if self.wishes.show_error
            && let Some(record) = flow.record()
        {
            let shown = ErrorRecord::new(record.exception.clone(), id, Category::InvalidArgument, object.clone());
            *shown.details.lock() = Some(message.into());
            self.errors.push(shown);
        }
    }

    fn no_view(&self, state: &super::State, name: &str, value: &Value) -> Flow {
        let kind = self.kind.unwrap_or(Kind::Table);
        let of = value.type_name();
        let known: Vec<&str> = state
            .views()
            .filter(|view| view.kind() == kind && view.types.iter().any(|have| have.eq_ignore_ascii_case(&of)))
            .map(|view| view.name)
            .collect();
        let elsewhere: Vec<String> = state
            .views()
            .filter(|view| view.kind() != kind && view.name.eq_ignore_ascii_case(name))
            .filter(|view| view.types.iter().any(|have| have.eq_ignore_ascii_case(&of)))
            .map(|view| format!("Format-{}", view.kind().word()))
            .collect();
        let word = kind.word();
        let message = if !known.is_empty() {
            let known = known.join(", ");
            format!(
                "The view name {name} cannot be found. Specify one of the following {word} views and try again: {known}."
            )
        } else if !elsewhere.is_empty() {
            let cmdlets = elsewhere.join(", ");
            format!(
                " The view name {name} cannot be found in the {word} formatting. Try using one of these other format cmdlets: {cmdlets}"
            )
        } else {
            format!("The view name {name} cannot be found. There are no existing {word} views for {of} objects.")
        };
        let exception =
            Exception::new("System.Management.Automation.PipelineStoppedException", "The pipeline has been stopped.");
        let cmdlet = format!("FormatViewNotFound,Microsoft.PowerShell.Commands.Format{word}Command");
        let record = ErrorRecord::new(Value::object(exception), cmdlet, Category::ObjectNotFound, Value::from(name));
        *record.details.lock() = Some(message.into());
        Flow::error(record)
    }
}

/// The stream that a record came from.
fn origin_of(value: &Value) -> Origin {
    match value.base() {
        Value::Object(object) => match object.type_of().name() {
            "System.Management.Automation.ErrorRecord" => Origin::Error,
            "System.Management.Automation.WarningRecord" => Origin::Warning,
            "System.Management.Automation.VerboseRecord" => Origin::Verbose,
            "System.Management.Automation.DebugRecord" => Origin::Debug,
            _ => Origin::None,
        },
        _ => Origin::None,
    }
}

/// What a view shows, ready to be evaluated.
fn expression(rs: &mut Runspace, expr: Expr) -> R<Expression> {
    Ok(match expr {
        Expr::Property(name) => Expression::Name(name.into()),
        Expr::Script(script) => Expression::Script(rs.view_script(script)?),
    })
}

/// Whether two values are the same group.
fn same_group(rs: &mut Runspace, a: &Value, b: &Value) -> R<bool> {
    match compare::equal(rs, a, b, true) {
        Ok(same) => Ok(same),
        Err(Flow::Error(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

/// An error for a packet in the wrong place.
pub(crate) fn out_of_sequence(class: &str, culprit: &str) -> Flow {
    let message = format!(
        "The object of type \"Microsoft.PowerShell.Commands.Internal.Format.{class}\" is not valid or not in the correct sequence. This is likely caused by a user-specified \"{culprit}\" command which is conflicting with the default formatting."
    );
    let flow = error::raise(
        "System.InvalidOperationException",
        "ConsoleLineOutputOutOfSequencePacket,Microsoft.PowerShell.Commands.OutLineOutputCommand",
        Category::InvalidData,
        "Operation is not valid due to the current state of the object.",
        Value::Null,
    );
    if let Some(record) = flow.record() {
        *record.details.lock() = Some(message.into());
    }
    flow
}
