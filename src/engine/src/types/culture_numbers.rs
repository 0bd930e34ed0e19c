//! `NumberFormatInfo`

use psrpd_dotnet::culture::{self, Numbers};

use super::{
    Members, TypeDef, args,
    culture_formats::{self, Formats, fixed, format_of, get, instance, object, set, string, words},
};
use crate::{
    eval::{R, Runspace, error},
    value::{Value, enumerate},
};

pub(super) const NUMBERS: &str = "System.Globalization.NumberFormatInfo";

impl Formats for Numbers {
    const TYPE: &'static str = NUMBERS;
    const PART: &'static str = "NumberFormat";
}

/// A number from 0 to `most`.
fn number(value: &Value, most: usize) -> R<usize> {
    let given = value.as_i128().and_then(|number| usize::try_from(number).ok());
    given.filter(|number| *number <= most).ok_or_else(|| {
        let message = format!("Valid values are between 0 and {most}, inclusive.");
        args::out_of_range_value(&message, "value", value)
    })
}

/// What stands in front of decimals: some text.
fn point(value: &Value) -> R<String> {
    let point = words(value);
    if point.is_empty() {
        return Err(error::argument("System.ArgumentException", "The value cannot be an empty string.", "value"));
    }
    Ok(point)
}

fn set_sizes(rs: &mut Runspace, this: &Value, value: &Value, slot: fn(&mut Numbers) -> &mut Vec<usize>) -> R<()> {
    if value.is_null() {
        return Err(args::null("value"));
    }
    let given: Vec<i128> = enumerate(value).unwrap_or_default().iter().filter_map(Value::as_i128).collect();
    let last = given.len().saturating_sub(1);
    let is_fit = |(at, size): (usize, &i128)| (1..=9).contains(size) || (*size == 0 && at == last);
    if !given.iter().enumerate().all(is_fit) {
        let message = "Every element in the value array should be between one and nine, except for the last element, which can be zero.";
        return Err(error::argument("System.ArgumentException", message, "value"));
    }
    let sizes = given.into_iter().filter_map(|size| usize::try_from(size).ok()).collect();
    set::<Numbers>(rs, this, |numbers| *slot(numbers) = sizes)
}

fn sizes(sizes: &[usize]) -> Value {
    Value::typed_array(super::int32(), sizes.iter().copied().map(Value::int).collect())
}

/// Any text.
macro_rules! symbol {
    ($m:ident, $declaration:literal, $field:ident) => {
        $m.get_set(
            $declaration,
            |_, this| get::<Numbers>(this, |of| string(&of.$field)),
            |rs, this, value| set::<Numbers>(rs, this, |of| of.$field = words(&value)),
        );
    };
}

macro_rules! separator {
    ($m:ident, $declaration:literal, $field:ident) => {
        $m.get_set(
            $declaration,
            |_, this| get::<Numbers>(this, |of| string(&of.$field)),
            |rs, this, value| {
                let point = point(&value)?;
                set::<Numbers>(rs, this, |of| of.$field = point)
            },
        );
    };
}

macro_rules! count {
    ($m:ident, $declaration:literal, $field:ident, $most:literal) => {
        $m.get_set(
            $declaration,
            |_, this| get::<Numbers>(this, |of| Value::int(of.$field)),
            |rs, this, value| {
                let number = number(&value, $most)?;
                set::<Numbers>(rs, this, |of| of.$field = number)
            },
        );
    };
}

macro_rules! groups {
    ($m:ident, $declaration:literal, $field:ident) => {
        $m.get_set(
            $declaration,
            |_, this| get::<Numbers>(this, |of| sizes(&of.$field)),
            |rs, this, value| set_sizes(rs, this, &value, |of| &mut of.$field),
        );
    };
}

fn members(m: &mut Members) {
    count!(m, "int CurrencyDecimalDigits", currency_decimals, 99);
    separator!(m, "string CurrencyDecimalSeparator", currency_point);
    m.get("bool IsReadOnly", |_, this| Ok(culture_formats::of::<Numbers>(this)?.is_fixed().into()));
    m.get("System.Globalization.DigitShapes DigitSubstitution", |_, _| {
        Ok(super::enum_value("System.Globalization.DigitShapes", "None"))
    });
    m.get("string[] NativeDigits", |_, _| {
        let digits = (0..=9).map(|digit: u8| Value::Str(digit.to_string().into())).collect();
        Ok(Value::typed_array(super::string(), digits))
    });
    groups!(m, "int[] CurrencyGroupSizes", currency_sizes);
    groups!(m, "int[] NumberGroupSizes", sizes);
    groups!(m, "int[] PercentGroupSizes", percent_sizes);
    symbol!(m, "string CurrencyGroupSeparator", currency_group);
    symbol!(m, "string CurrencySymbol", currency);
    symbol!(m, "string NaNSymbol", nan);
    count!(m, "int CurrencyNegativePattern", currency_negative, 16);
    count!(m, "int NumberNegativePattern", negative, 4);
    count!(m, "int PercentPositivePattern", percent_positive, 3);
    count!(m, "int PercentNegativePattern", percent_negative, 11);
    symbol!(m, "string NegativeInfinitySymbol", minus_infinity);
    symbol!(m, "string NegativeSign", minus);
    count!(m, "int NumberDecimalDigits", decimals, 99);
    separator!(m, "string NumberDecimalSeparator", point);
    symbol!(m, "string NumberGroupSeparator", group);
    count!(m, "int CurrencyPositivePattern", currency_positive, 3);
    symbol!(m, "string PositiveInfinitySymbol", infinity);
    symbol!(m, "string PositiveSign", plus);
    count!(m, "int PercentDecimalDigits", percent_decimals, 99);
    separator!(m, "string PercentDecimalSeparator", percent_point);
    symbol!(m, "string PercentGroupSeparator", percent_group);
    symbol!(m, "string PercentSymbol", percent);
    symbol!(m, "string PerMilleSymbol", permille);
    methods(m);
}

fn methods(m: &mut Members) {
    m.constructor("System.Globalization.NumberFormatInfo()", |_, _, _| {
        Ok(object(culture::invariant().numbers.clone(), false))
    });
    m.constant("System.Globalization.NumberFormatInfo InvariantInfo", |_, _| {
        Ok(object(culture::invariant().numbers.clone(), true))
    });
    m.constant("System.Globalization.NumberFormatInfo CurrentInfo", |rs, _| instance::<Numbers>(rs, None));
    m.function(
        "System.Globalization.NumberFormatInfo GetInstance(System.IFormatProvider formatProvider)",
        |rs, _, args| instance::<Numbers>(rs, args.first()),
    );
    m.function(
        "System.Globalization.NumberFormatInfo ReadOnly(System.Globalization.NumberFormatInfo nfi)",
        |_, _, args| fixed::<Numbers>(args, "nfi"),
    );
    m.method("System.Object Clone()", |_, this, _| Ok(culture_formats::of::<Numbers>(this)?.copy()));
    m.method("System.Object GetFormat(type formatType)", |_, this, args| Ok(format_of::<Numbers>(this, args)));
}

pub(super) const TYPES: &[TypeDef] =
    &[TypeDef::class(NUMBERS).implements(&["System.IFormatProvider", "System.ICloneable"]).members(members)];
