//! Objects as text: lines for scalars, a table for objects of up to four properties, a list for others.

use psrpd_dotnet::Str;

use crate::{
    eval::{R, Runspace},
    ops::{arithmetic, composite},
    value::{Body, Dictionary, Value, enumerate, text},
};

/// The width without a console.
pub(crate) const WIDTH: usize = 120;

/// What `Out-String` makes of objects.
pub(crate) fn to_text(rs: &mut Runspace, values: &[Value], width: Option<usize>) -> R<String> {
    let width = width.unwrap_or(WIDTH);
    let mut out = String::new();
    let mut at = 0;
    while let Some(value) = values.get(at) {
        if is_line(value) {
            out.push_str(&line(rs, value)?);
            out.push('\n');
            at = at.saturating_add(1);
            continue;
        }
        let kind = value.type_names();
        let mut rows = rows_of(rs, value)?;
        at = at.saturating_add(1);
        while let Some(more) = values.get(at).filter(|more| !is_line(more) && more.type_names() == kind) {
            rows.extend(rows_of(rs, more)?);
            at = at.saturating_add(1);
        }
        let rendered = if rows.first().map_or(0, Vec::len) <= 4 { table(rs, &rows, width)? } else { list(rs, &rows)? };
        out.push('\n');
        out.push_str(&rendered);
        out.push('\n');
    }
    Ok(out)
}

type Row = Vec<(Str, Value)>;

/// The names and values that a view without definition shows.
pub(crate) fn shown_properties(rs: &mut Runspace, value: &Value) -> R<Row> {
    let mut row = Vec::new();
    if !matches!(value, Value::Wrapped(wrapped) if wrapped.is_custom()) {
        row.extend(crate::serial::properties(rs, &value.clone().into_base())?);
    }
    if let Value::Wrapped(wrapped) = value {
        for member in wrapped.members().iter().filter(|member| member.is_property()) {
            let shown = match &member.body {
                Body::Note(value) => value.clone(),
                body => rs.member_value(value, body)?,
            };
            row.push((member.name.clone(), shown));
        }
    }
    Ok(row)
}

/// Whether a value is written as a line.
fn is_line(value: &Value) -> bool {
    match value.base() {
        Value::Object(object) => object.text().is_some(),
        Value::Array(_) | Value::Wrapped(_) => false,
        _ => true,
    }
}

fn line(rs: &mut Runspace, value: &Value) -> R<Str> {
    match value.base() {
        Value::DateTime(_) => composite::to_string(rs, value, "dddd, dd MMMM yyyy HH:mm:ss"),
        Value::F64(_) | Value::F32(_) => composite::to_string(rs, value, ""),
        _ => rs.text(value),
    }
}

/// The rows an object gives: one, or one for each entry of a dictionary.
fn rows_of(rs: &mut Runspace, value: &Value) -> R<Vec<Row>> {
    if let Some(table) = value.downcast::<Dictionary>() {
        return Ok(table
            .entries()
            .into_iter()
            .map(|(key, value)| vec![("Name".into(), key), ("Value".into(), value)])
            .collect());
    }
    Ok(vec![shown_properties(rs, value)?])
}

/// A value in a cell.
fn cell(rs: &mut Runspace, value: &Value) -> R<String> {
    const LIMIT: usize = 4;
    if let Some(items) = enumerate(value) {
        let mut parts = Vec::new();
        for item in items.iter().take(LIMIT) {
            parts.push(rs.text(item)?.to_string());
        }
        let rest = if items.len() > LIMIT { "…" } else { "" };
        return Ok(format!("{{{}{rest}}}", parts.join(", ")));
    }
    if let Some(table) = value.downcast::<Dictionary>() {
        let entries: Vec<String> =
            table.entries().iter().map(|(key, value)| format!("[{}, {}]", text(key), text(value))).collect();
        return Ok(format!("{{{}}}", entries.join(", ")));
    }
    if let (Value::F64(_) | Value::F32(_), Some(number)) = (value.base(), composite::as_number(value)) {
        let culture = rs.culture();
        let format = format!("F{}", culture.numbers.decimals);
        return Ok(psrpd_dotnet::number_format::format(&number, &format, &culture.numbers).unwrap_or_default());
    }
    Ok(rs.text(value)?.to_string())
}

fn table(rs: &mut Runspace, rows: &[Row], width: usize) -> R<String> {
    let Some(first) = rows.first() else { return Ok(String::new()) };
    let names: Vec<Str> = first.iter().map(|(name, _)| name.clone()).collect();
    let mut lines = vec![
        names.iter().map(ToString::to_string).collect::<Vec<String>>(),
        names.iter().map(|name| "-".repeat(name.len())).collect(),
    ];
    for row in rows {
        let mut line = Vec::new();
        for name in &names {
            let value = row.iter().find(|(have, _)| have == name).map(|(_, value)| value.clone()).unwrap_or_default();
            line.push(cell(rs, &value)?);
        }
        lines.push(line);
    }
    let is_number = |value: &Value| {
        arithmetic::number(value).is_some()
            && !matches!(value.base(), Value::Bool(_) | Value::Enum(..) | Value::Char(_))
    };
    let right: Vec<bool> = first.iter().map(|(_, value)| is_number(value)).collect();
    let wide =
        |at: usize| lines.iter().filter_map(|line| line.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..names.len()).map(wide).collect();
    let mut out = String::new();
    for line in &lines {
        let mut shown = String::new();
        for ((cell, wide), right) in line.iter().zip(&widths).zip(&right) {
            let pad = " ".repeat(wide.saturating_sub(cell.chars().count()));
            let (head, tail) = if *right { (pad.as_str(), cell.as_str()) } else { (cell.as_str(), pad.as_str()) };
            shown.push_str(head);
            shown.push_str(tail);
            shown.push(' ');
        }
        out.extend(shown.trim_end().chars().take(width));
        out.push('\n');
    }
    Ok(out)
}

fn list(rs: &mut Runspace, rows: &[Row]) -> R<String> {
    let mut blocks = Vec::new();
    for row in rows {
        let wide = row.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let mut block = String::new();
        for (name, value) in row {
            block.push_str(&format!("{:wide$} : {}\n", name.as_str(), cell(rs, value)?));
        }
        blocks.push(block);
    }
    Ok(blocks.join("\n"))
}
