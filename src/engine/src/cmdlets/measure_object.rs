//! `Measure-Object`

use psrpd_dotnet::cast;

use super::{Cmdlet, Cx, Run};
use crate::{
    convert,
    eval::{Flow, R},
    ops::{arithmetic, compare},
    value::{Category, Opaque, Value, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Measure-Object",
    "MeasureObjectCommand",
    "InputObject psobject ^
     Property object[] 0
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
.default_set("GenericMeasure");

#[derive(Default)]
struct MeasureObject {
    values: Vec<Value>,
}

impl Run for MeasureObject {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let Some(item) = cx.get("InputObject").filter(|item| !item.is_null()) else { return Ok(()) };
        match cx.list("Property").first() {
            Some(property) => {
                let name = text(property);
                if let Some(value) = cx.rs.find_member(&item, &name)?
                    && !value.is_null()
                {
                    self.values.push(value);
                }
            }
            None => self.values.push(item),
        }
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let property = cx.list("Property").first().map_or(Value::Null, |p| Value::Str(text(p)));
        if cx.flag("Line") || cx.flag("Word") || cx.flag("Character") {
            let texts: Vec<String> = self.values.iter().map(|value| text(value).to_string()).collect();
            let count = |on: bool, n: usize| if on { Value::int(n) } else { Value::Null };
            let characters = |text: &String| {
                if cx.flag("IgnoreWhiteSpace") {
                    text.chars().filter(|c| !c.is_whitespace()).count()
                } else {
                    text.chars().count()
                }
            };
            let info = Opaque::new(
                "Microsoft.PowerShell.Commands.TextMeasureInfo",
                [
                    ("Lines", count(cx.flag("Line"), texts.iter().map(|t| t.lines().count()).sum())),
                    ("Words", count(cx.flag("Word"), texts.iter().map(|t| t.split_whitespace().count()).sum())),
                    ("Characters", count(cx.flag("Character"), texts.iter().map(characters).sum())),
                    ("Property", property),
                ],
            );
            return cx.write(info.into_value());
        }
        let all = cx.flag("AllStats");
        let [sum_wanted, average_wanted, deviation_wanted, maximum_wanted, minimum_wanted] =
            ["Sum", "Average", "StandardDeviation", "Maximum", "Minimum"].map(|name| all || cx.flag(name));
        let values = std::mem::take(&mut self.values);
        let mut numbers = Vec::new();
        let is_numeric = values.iter().all(|value| {
            arithmetic::number(value).is_some()
                || value.as_str().is_some_and(|text| convert::string_to_number(text).is_ok())
        });
        if sum_wanted || average_wanted || deviation_wanted || is_numeric {
            for value in &values {
                match convert::to_f64(cx.rs, value) {
                    Ok(number) => numbers.push(number),
                    Err(Flow::Error(_)) => {
                        let message = format!("Input object \"{}\" is not numeric.", text(value));
                        cx.error(
                            "System.Management.Automation.PSInvalidCastException",
                            "NonNumericInputObject",
                            Category::InvalidType,
                            message,
                            value.clone(),
                        )?;
                    }
                    Err(other) => return Err(other),
                }
            }
        }
        let count = cast::double(cast::int64(numbers.len()));
        let sum: f64 = numbers.iter().sum();
        let average = if numbers.is_empty() { 0.0 } else { sum / count };
        let deviation = if numbers.len() > 1 {
            (numbers.iter().map(|n| (n - average).powi(2)).sum::<f64>() / (count - 1.0)).sqrt()
        } else {
            0.0
        };
        let optional = |on: bool, n: f64| if on && !numbers.is_empty() { Value::F64(n) } else { Value::Null };
        let extreme = |cx: &mut Cx<'_>, on: bool, wanted: std::cmp::Ordering| -> R<Value> {
            if !on || values.is_empty() {
                return Ok(Value::Null);
            }
            let mut best: Option<Value> = None;
            for value in &values {
                let better = match &best {
                    Some(best) => compare::sort_order(cx.rs, value, best, true)? == wanted,
                    None => true,
                };
                if better {
                    best = Some(value.clone());
                }
            }
            Ok(best.unwrap_or_default())
        };
        let (maximum, minimum) = (
            extreme(cx, maximum_wanted, std::cmp::Ordering::Greater)?,
            extreme(cx, minimum_wanted, std::cmp::Ordering::Less)?,
        );
        let as_double = |cx: &mut Cx<'_>, value: Value| {
            if value.is_null() { Ok(Value::Null) } else { convert::to_f64(cx.rs, &value).map(Value::F64) }
        };
        let generic = is_numeric || maximum.is_null() && minimum.is_null();
        let (maximum, minimum) =
            if generic { (as_double(cx, maximum)?, as_double(cx, minimum)?) } else { (maximum, minimum) };
        let name = if generic {
            "Microsoft.PowerShell.Commands.GenericMeasureInfo"
        } else {
            "Microsoft.PowerShell.Commands.GenericObjectMeasureInfo"
        };
        let info = Opaque::new(
            name,
            [
                ("Count", Value::int(values.len())),
                ("Average", optional(average_wanted, average)),
                ("Sum", optional(sum_wanted, sum)),
                ("Maximum", maximum),
                ("Minimum", minimum),
                ("StandardDeviation", optional(deviation_wanted, deviation)),
                ("Property", property),
            ],
        );
        cx.write(info.into_value())
    }
}
