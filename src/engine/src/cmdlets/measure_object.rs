//! `Measure-Object`

use std::cmp::Ordering;

use psrpd_dotnet::{Str, cast};

use super::{
    Cmdlet, Cx, Run,
    columns::{self, Source},
};
use crate::{
    convert,
    eval::{Flow, R},
    ops::arithmetic,
    value::{Category, Opaque, Value, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Measure-Object",
    "MeasureObjectCommand",
    "InputObject psobject ^
     Property object[] notempty 0
     StandardDeviation @GenericMeasure
     Sum @GenericMeasure
     AllStats @GenericMeasure
     Average @GenericMeasure
     Maximum @GenericMeasure
     Minimum @GenericMeasure
     Line @TextMeasure
     Word @TextMeasure
     Character @TextMeasure
     IgnoreWhiteSpace @TextMeasure",
    || Box::new(MeasureObject::default()),
)
.examples(
    r#"(1, 2, 3 | Measure-Object -Sum).Sum # a sum
> 6"#,
)
.default_set("GenericMeasure");

#[derive(Default)]
struct MeasureObject {
    properties: Vec<Source>,
    wants: Wants,
    statistics: Vec<Statistics>,
    /// Whether something was no number: then no sum of any property counts.
    failed: bool,
}

/// What is asked for.
#[derive(Clone, Copy, Default)]
struct Wants {
    sum: bool,
    average: bool,
    deviation: bool,
    maximum: bool,
    minimum: bool,
}

/// What was seen of a property.
#[derive(Default)]
struct Statistics {
    name: Str,
    count: usize,
    sum: f64,
    /// The sum of squared distances to the average.
    spread: f64,
    maximum: Option<Value>,
    minimum: Option<Value>,
    lines: usize,
    words: usize,
    characters: usize,
}

impl Run for MeasureObject {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        for value in cx.list("Property").iter().filter(|value| !value.is_null()) {
            self.properties.push(columns::expression(cx, "Property", value)?);
        }
        let all = cx.flag("AllStats");
        self.wants = Wants {
            sum: all || cx.flag("Sum"),
            average: all || cx.flag("Average"),
            deviation: all || cx.flag("StandardDeviation"),
            maximum: all || cx.flag("Maximum"),
            minimum: all || cx.flag("Minimum"),
        };
        if self.properties.is_empty() {
            self.statistics.push(Statistics::default());
        }
        Ok(())
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let Some(item) = cx.get("InputObject").filter(|item| !item.is_null()) else { return Ok(()) };
        if self.properties.is_empty() {
            return self.take(cx, 0, &item);
        }
        let properties = std::mem::take(&mut self.properties);
        for property in &properties {
            let cells = columns::cells(cx.rs, property, &item)?;
            if cells.is_empty() && cx.rs.scopes.get(cx.rs.frame.scope).strict >= 2 {
                missing(cx, &property.text())?;
            }
            for cell in cells {
                let at = match self.statistics.iter().position(|of| psrpd_dotnet::casing::eq(&of.name, &cell.name)) {
                    Some(at) => at,
                    None => {
                        self.statistics.push(Statistics { name: cell.name, ..Statistics::default() });
                        self.statistics.len().saturating_sub(1)
                    }
                };
                if !cell.value.is_null() {
                    self.take(cx, at, &cell.value)?;
                } else if let (true, Some(of)) = (cell.error.is_some(), self.statistics.get_mut(at)) {
                    of.count = of.count.saturating_add(1);
                }
            }
        }
        self.properties = properties;
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let is_text = ["Line", "Word", "Character", "IgnoreWhiteSpace"].iter().any(|name| cx.bound.get(name).is_some());
        let has_property = !self.properties.is_empty();
        for of in std::mem::take(&mut self.statistics) {
            let property = if has_property { Value::Str(of.name.clone()) } else { Value::Null };
            let info = if is_text { text_info(cx, &of, property) } else { self.info(cx, &of, property)? };
            cx.write(info.into_value())?;
        }
        Ok(())
    }
}

impl MeasureObject {
    fn take(&mut self, cx: &mut Cx<'_>, at: usize, value: &Value) -> R<()> {
        let wants = self.wants;
        let Some(of) = self.statistics.get_mut(at) else { return Ok(()) };
        of.count = of.count.saturating_add(1);
        if ["Line", "Word", "Character", "IgnoreWhiteSpace"].iter().any(|name| cx.bound.get(name).is_some()) {
            let ignore_blanks = cx.flag("IgnoreWhiteSpace");
            of.count_text(&text(value), ignore_blanks);
            return Ok(());
        }
        if wants.sum || wants.average || wants.deviation {
            let number = match value.base() {
                Value::TimeSpan(_) | Value::DateTime(_) => None,
                _ => match convert::to_f64(cx.rs, value) {
                    Ok(number) => Some(number),
                    Err(Flow::Error(_)) => None,
                    Err(other) => return Err(other),
                },
            };
            match number {
                Some(number) => of.add(number),
                None => {
                    self.failed = true;
                    let message = format!("Input object \"{}\" is not numeric.", text(value));
                    cx.error(
                        "System.Management.Automation.PSInvalidOperationException",
                        "NonNumericInputObject",
                        Category::InvalidType,
                        message,
                        value.clone(),
                    )?;
                    if wants.maximum || wants.minimum {
                        return Ok(());
                    }
                }
            }
        }
        let Some(of) = self.statistics.get_mut(at) else { return Ok(()) };
        let value = comparable(cx, value);
        for (wanted, best, side) in
            [(wants.maximum, &mut of.maximum, Ordering::Greater), (wants.minimum, &mut of.minimum, Ordering::Less)]
        {
            let better = match &*best {
                Some(best) if wanted => columns::order(cx.rs, &value, best, true)? == side,
                _ => wanted,
            };
            if better {
                *best = Some(value.clone());
            }
        }
        Ok(())
    }

    fn info(&self, cx: &mut Cx<'_>, of: &Statistics, property: Value) -> R<Opaque> {
        let wants = self.wants;
        let number = |on: bool, n: f64| if on && !self.failed { Value::F64(n) } else { Value::Null };
        let count = cast::double(cast::int64(of.count));
        let deviation = if of.count > 1 { (of.spread / (count - 1.0)).sqrt() } else { 0.0 };
        let is_number = |value: &Option<Value>| match value {
            Some(value) => arithmetic::number(value).is_some() && !matches!(value.base(), Value::Enum(..)),
            None => true,
        };
        let is_generic = is_number(&of.maximum) && is_number(&of.minimum);
        let mut extreme = |value: &Option<Value>| match value {
            Some(value) if is_generic => convert::to_f64(cx.rs, value).map(Value::F64),
            Some(value) => Ok(value.clone()),
            None => Ok(Value::Null),
        };
        let (maximum, minimum) = (extreme(&of.maximum)?, extreme(&of.minimum)?);
        let name = if is_generic { "GenericMeasureInfo" } else { "GenericObjectMeasureInfo" };
        Ok(Opaque::new(
            &format!("Microsoft.PowerShell.Commands.{name}"),
            [
                ("Count", Value::int(of.count)),
                ("Average", number(wants.average && of.count > 0, of.sum / count)),
                ("Sum", number(wants.sum, of.sum)),
                ("Maximum", maximum),
                ("Minimum", minimum),
                ("StandardDeviation", number(wants.deviation && of.count > 0, deviation)),
                ("Property", property),
            ],
        ))
    }
}

/// A strict script is told of a property that an object does not have.
fn missing(cx: &mut Cx<'_>, name: &Str) -> R<()> {
    let id = if ["Line", "Word", "Character", "IgnoreWhiteSpace"].iter().any(|name| cx.bound.get(name).is_some()) {
        "TextMeasurePropertyNotFound"
    } else {
        "GenericMeasurePropertyNotFound"
    };
    let message = format!(
        "Cannot process argument because the value of argument \"{name}\" is not valid. Change the value of the \"{name}\" argument and run the operation again."
    );
    let exception = "System.Management.Automation.PSArgumentException";
    cx.error(exception, id, Category::InvalidArgument, message, Value::Null)
}

/// What is compared: text that is a number counts as one.
fn comparable(cx: &mut Cx<'_>, value: &Value) -> Value {
    match value.as_str() {
        Some(text) if !text.trim().is_empty() => {
            convert::to_f64(cx.rs, value).map_or_else(|_| value.clone(), Value::F64)
        }
        _ => value.clone(),
    }
}

fn text_info(cx: &Cx<'_>, of: &Statistics, property: Value) -> Opaque {
    let count = |name: &str, n: usize| if cx.flag(name) { Value::int(n) } else { Value::Null };
    Opaque::new(
        "Microsoft.PowerShell.Commands.TextMeasureInfo",
        [
            ("Lines", count("Line", of.lines)),
            ("Words", count("Word", of.words)),
            ("Characters", count("Character", of.characters)),
            ("Property", property),
        ],
    )
}

impl Statistics {
    /// One more number: the running forms of sum and spread.
    fn add(&mut self, number: f64) {
        self.sum += number;
        let count = cast::double(cast::int64(self.count));
        if self.count > 1 {
            let average = self.sum / count;
            self.spread += (number - average) * (number - average) * count / (count - 1.0);
        }
    }

    fn count_text(&mut self, text: &Str, ignore_blanks: bool) {
        let lines = text.strip_suffix('\n').unwrap_or(text).split('\n').count();
        self.lines = self.lines.saturating_add(if text.is_empty() { 0 } else { lines });
        self.words = self.words.saturating_add(text.split_whitespace().count());
        let characters =
            if ignore_blanks { text.encode_utf16().filter(|unit| !is_blank(*unit)).count() } else { text.len() };
        self.characters = self.characters.saturating_add(characters);
    }
}

fn is_blank(unit: u16) -> bool {
    char::from_u32(unit.into()).is_some_and(char::is_whitespace)
}
