//! CSV text: writing rows and reading them.

use psrpd_dotnet::{Str, casing};

use super::{Cx, columns};
use crate::{
    eval::{Flow, R, Runspace, Stream},
    ops::composite,
    types::culture::list_separator,
    value::{Category, Dictionary, Member, Value, enumerates},
};

/// What `-UseQuotes` and `-QuoteFields` ask for.
pub(super) enum Quotes {
    Always,
    AsNeeded,
    Never,
    Fields(Vec<Str>),
}

/// How CSV is written.
pub(super) struct Form {
    pub(super) delimiter: char,
    pub(super) quotes: Quotes,
}

/// The delimiter that the parameters ask for.
pub(super) fn delimiter(cx: &Cx<'_>) -> char {
    match cx.get("Delimiter") {
        Some(Value::Char(unit)) => char::from_u32(unit.into()).unwrap_or(','),
        _ if cx.flag("UseCulture") => list_separator(cx.rs).unwrap_or(','),
        _ => ',',
    }
}

impl Form {
    /// The form that the parameters ask for.
    ///
    /// # Errors
    /// `-QuoteFields` with `-UseQuotes`.
    pub(super) fn of(cx: &Cx<'_>) -> R<Self> {
        let fields = cx.strings("QuoteFields");
        let quotes = match cx.get("UseQuotes") {
            Some(_) if cx.bound.get("QuoteFields").is_some() => {
                return Err(cannot_specify(
                    cx,
                    "CannotSpecifyQuoteFieldsAndUseQuotes",
                    "You must specify either the -UseQuotes or -QuoteFields parameters, but not both.",
                ));
            }
            Some(Value::Enum(_, 0)) => Quotes::Never,
            Some(Value::Enum(_, 2)) => Quotes::AsNeeded,
            _ if !fields.is_empty() => Quotes::Fields(fields),
            _ => Quotes::Always,
        };
        if cx.bound.get("IncludeTypeInformation").is_some() && cx.bound.get("NoTypeInformation").is_some() {
            return Err(cannot_specify(
                cx,
                "CannotSpecifyIncludeTypeInformationAndNoTypeInformation",
                "You must specify either the -IncludeTypeInformation or -NoTypeInformation parameters, but not both.",
            ));
        }
        Ok(Self { delimiter: delimiter(cx), quotes })
    }

    fn push(&self, line: &mut String, name: &str, value: &str) {
        let quoted = match &self.quotes {
            Quotes::Always => true,
            Quotes::Never => false,
            Quotes::AsNeeded => value.contains([self.delimiter, '"', '\n', '\r']),
            Quotes::Fields(fields) => fields.iter().any(|field| casing::eq(field, name)),
        };
        if quoted {
            line.push('"');
            line.push_str(&value.replace('"', "\"\""));
            line.push('"');
        } else {
            line.push_str(value);
        }
    }

    /// The header line.
    pub(super) fn header(&self, names: &[Str]) -> String {
        let mut line = String::new();
        for (at, name) in names.iter().enumerate() {
            if at > 0 {
                line.push(self.delimiter);
            }
            self.push(&mut line, name, name);
        }
        line
    }

    /// The line of an object; what it does not have is empty.
    pub(super) fn row(&self, cx: &mut Cx<'_>, names: &[Str], item: &Value) -> R<String> {
        let mut line = String::new();
        for (at, name) in names.iter().enumerate() {
            if at > 0 {
                line.push(self.delimiter);
            }
            let value = match item.downcast::<Dictionary>() {
                Some(table) if table.get_str(name).is_some() => table.get_str(name),
                _ => cx.rs.find_member(item, name).unwrap_or_default(),
            };
            if let Some(value) = value.filter(|value| !value.is_null()) {
                let shown = cell(cx.rs, &value)?;
                self.push(&mut line, name, &shown);
            }
        }
        Ok(line)
    }
}

/// A value as its `ToString()` gives it.
pub(super) fn cell(rs: &mut Runspace, value: &Value) -> R<Str> {
    match value.base() {
        // What a script block gave is an object around the number, which gives its text as the language does.
        Value::F64(_) | Value::F32(_) if matches!(value, Value::Wrapped(_)) => rs.text(value),
        Value::F64(_) | Value::F32(_) | Value::DateTime(_) => composite::to_string(rs, value, ""),
        _ if enumerates(value) => match rs.method_text(value)? {
            Some(shown) => Ok(shown),
            None => Ok(value.type_name().into()),
        },
        _ => rs.text(value),
    }
}

fn cannot_specify(cx: &Cx<'_>, id: &str, message: &str) -> Flow {
    cx.fail("System.InvalidOperationException", id, Category::InvalidData, message, Value::Null)
}

/// The names of the columns that an object gives.
pub(super) fn names_of(cx: &mut Cx<'_>, item: &Value) -> R<Vec<Str>> {
    if let Some(table) = item.downcast::<Dictionary>() {
        return Ok(table.keys().iter().map(crate::value::text).collect());
    }
    let names = columns::properties(cx.rs, item)?.into_iter().map(|(name, _)| name);
    Ok(names.filter(|name| crate::types::data_table::is_shown(item, name)).collect())
}

/// The same for a file: what was added to a dictionary comes behind its keys.
pub(super) fn header_of(cx: &mut Cx<'_>, item: &Value) -> R<Vec<Str>> {
    let mut names = names_of(cx, item)?;
    if item.downcast::<Dictionary>().is_some() {
        let added = cx.rs.state.wrapper(item).map(|wrapped| wrapped.members()).unwrap_or_default();
        names.extend(added.into_iter().filter(Member::is_property).map(|member| member.name));
    }
    Ok(names)
}

/// The `#TYPE` line of an object.
pub(super) fn type_line(item: &Value) -> String {
    let names = item.type_names();
    let name = names.first().map_or("", Str::as_str);
    if name.is_empty() {
        return "#TYPE".into();
    }
    format!("#TYPE {}", name.strip_prefix("CSV:").unwrap_or(name))
}

/// Reads text as CSV, record by record.
pub(super) struct Reader<'t> {
    rest: std::iter::Peekable<std::str::Chars<'t>>,
    delimiter: char,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, delimiter: char) -> Self {
        Self { rest: text.chars().peekable(), delimiter }
    }

    /// The next record; none at the end. An empty line is a record without fields, a comment is none.
    pub(super) fn record(&mut self) -> Option<Vec<String>> {
        while self.rest.peek() == Some(&'#') {
            self.rest.by_ref().find(|c| *c == '\n');
        }
        self.rest.peek()?;
        let mut fields = Vec::new();
        let mut field = String::new();
        let mut quoted = false;
        loop {
            match self.rest.next() {
                // A field that is empty at the end of the text is none.
                None if field.is_empty() && !quoted => break,
                Some('\n' | '\r') if field.is_empty() && !quoted && fields.is_empty() => break,
                None | Some('\n') => {
                    fields.push(field);
                    break;
                }
                Some('\r') => {
                    self.rest.next_if_eq(&'\n');
                    fields.push(field);
                    break;
                }
                Some(c) if c == self.delimiter => {
                    fields.push(std::mem::take(&mut field));
                    quoted = false;
                }
                Some('"') if field.is_empty() && !quoted => {
                    quoted = true;
                    self.quoted(&mut field);
                }
                // Blanks in front of a field do not belong to it.
                Some(' ' | '\t') if field.is_empty() && !quoted => {}
                Some(c) => field.push(c),
            }
        }
        Some(fields)
    }

    /// The text between quotes; two quotes stand for one. Blanks between the last quote and the end of the field go.
    fn quoted(&mut self, field: &mut String) {
        while let Some(c) = self.rest.next() {
            if c != '"' {
                field.push(c);
            } else if self.rest.next_if_eq(&'"').is_some() {
                field.push('"');
            } else {
                break;
            }
        }
        let mut blanks = String::new();
        while let Some(blank) = self.rest.next_if(|c| matches!(c, ' ' | '\t') && *c != self.delimiter) {
            blanks.push(blank);
        }
        let ends = self.rest.peek().is_none_or(|c| *c == self.delimiter || matches!(c, '\n' | '\r'));
        if !ends {
            field.push_str(&blanks);
        }
    }
}

/// Turns the records of a text into objects.
pub(super) struct Importer {
    header: Option<Vec<Str>>,
    type_name: Option<Str>,
    delimiter: char,
}

impl Importer {
    pub(super) fn of(cx: &Cx<'_>) -> R<Self> {
        let header = cx.strings("Header");
        for (at, name) in header.iter().enumerate() {
            check_new(cx, header.get(..at).unwrap_or(&[]), name)?;
        }
        let delimiter = delimiter(cx);
        Ok(Self { header: Some(header).filter(|header| !header.is_empty()), type_name: None, delimiter })
    }

    /// Writes the objects of a text. Text ends where an input object ends.
    pub(super) fn import(&mut self, cx: &mut Cx<'_>, text: &str) -> R<()> {
        if self.header.is_none()
            && self.type_name.is_none()
            && let Some(rest) = text.strip_prefix("#TYPE ")
        {
            let name = rest.split(['\r', '\n']).next().unwrap_or("").trim();
            self.type_name = Some(name.into()).filter(|name: &Str| !name.is_empty());
        }
        if self.header.is_none()
            && let Some(fields) = extended_log_fields(text)
        {
            let record = Reader::new(fields, self.delimiter).record().unwrap_or_default();
            self.header = Some(names(cx, record)?);
        }
        let mut reader = Reader::new(text, self.delimiter);
        while let Some(fields) = reader.record() {
            cx.rs.check_stop()?;
            if matches!(fields.as_slice(), [] | [_]) && fields.iter().all(String::is_empty) && self.header.is_some() {
                continue;
            }
            let Some(header) = &self.header else {
                if !fields.is_empty() {
                    self.header = Some(names(cx, fields)?);
                }
                continue;
            };
            let mut notes = Vec::with_capacity(header.len());
            let mut fields = fields.into_iter();
            for name in header {
                notes.push((name.clone(), fields.next().map_or(Value::Null, Value::from)));
            }
            let object = Value::custom(notes);
            if let (Some(name), Value::Wrapped(wrapped)) = (&self.type_name, &object) {
                *wrapped.type_names.lock() = Some(vec![name.clone(), format!("CSV:{name}").into()]);
            }
            cx.write(object)?;
        }
        Ok(())
    }
}

/// The header of an extended log file of the W3C stands in a comment: `#Fields: a,b`.
fn extended_log_fields(text: &str) -> Option<&str> {
    let comments = text.lines().take_while(|line| line.starts_with('#'));
    comments.filter_map(|line| line.strip_prefix("#Fields: ")).next()
}

/// The names that a header line gives: the empty ones are `H1` and so on, and none may repeat.
fn names(cx: &mut Cx<'_>, mut fields: Vec<String>) -> R<Vec<Str>> {
    while fields.len() > 1 && fields.last().is_some_and(String::is_empty) {
        fields.pop();
    }
    let mut names: Vec<Str> = Vec::with_capacity(fields.len());
    let mut unnamed = 0_usize;
    for field in fields {
        let name: Str = if field.is_empty() {
            unnamed = unnamed.saturating_add(1);
            format!("H{unnamed}").into()
        } else {
            field.into()
        };
        check_new(cx, &names, &name)?;
        names.push(name);
    }
    if unnamed > 0 {
        let warning = "One or more headers were not specified. Default names starting with \"H\" have been used in place of any missing headers.";
        cx.rs.write_message(Stream::Warning, warning.into())?;
    }
    Ok(names)
}

fn check_new(cx: &Cx<'_>, names: &[Str], name: &Str) -> R<()> {
    if !names.iter().any(|have| casing::eq(have, name)) {
        return Ok(());
    }
    let message = format!("The member \"{name}\" is already present.");
    let exception = "System.Management.Automation.ExtendedTypeSystemException";
    let id = "AlreadyPresentPSMemberInfoInternalCollectionAdd";
    Err(cx.fail(exception, id, Category::NotSpecified, message, Value::Null))
}
