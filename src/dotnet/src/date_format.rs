//! `DateTime.ToString` with standard and custom formats.

use std::fmt::Write as _;

use crate::{
    DateTime, Kind,
    date::{Date, TICKS_PER_SECOND},
    number_format::BadFormat,
    zeros,
};

/// The formats of a culture.
#[derive(Clone, Copy, Debug)]
pub struct DateCulture {
    /// `d`
    pub short_date: &'static str,
    /// `D`
    pub long_date: &'static str,
    /// `t`
    pub short_time: &'static str,
    /// `T`
    pub long_time: &'static str,
    /// `M`
    pub month_day: &'static str,
    /// `Y`
    pub year_month: &'static str,
}

/// The invariant culture.
pub const INVARIANT: DateCulture = DateCulture {
    short_date: "MM/dd/yyyy",
    long_date: "dddd, dd MMMM yyyy",
    short_time: "HH:mm",
    long_time: "HH:mm:ss",
    month_day: "MMMM dd",
    year_month: "yyyy MMMM",
};

/// en-US.
pub const EN_US: DateCulture = DateCulture {
    short_date: "M/d/yyyy",
    long_date: "dddd, MMMM d, yyyy",
    short_time: "h:mm tt",
    long_time: "h:mm:ss tt",
    month_day: "MMMM d",
    year_month: "MMMM yyyy",
};

/// The months, in full.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The days of the week, in full, Sunday first.
pub const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// `date.ToString(format)`; `offset` is the distance of local time to UTC in ticks, at that time.
///
/// # Errors
/// [`BadFormat`] if it is no date format.
pub fn format(date: DateTime, format: &str, offset: i64, culture: &DateCulture) -> Result<String, BadFormat> {
    let DateCulture { short_date, long_date, short_time, long_time, month_day, year_month } = *culture;
    let mut letters = format.chars();
    let (first, second) = (letters.next(), letters.next());
    let pattern = match (first, second) {
        (None, _) => format!("{short_date} {long_time}"),
        (Some(letter), None) => match letter {
            'd' => short_date.into(),
            'D' => long_date.into(),
            't' => short_time.into(),
            'T' => long_time.into(),
            'f' => format!("{long_date} {short_time}"),
            'F' => format!("{long_date} {long_time}"),
            'g' => format!("{short_date} {short_time}"),
            'G' => format!("{short_date} {long_time}"),
            'm' | 'M' => month_day.into(),
            'y' | 'Y' => year_month.into(),
            'o' | 'O' => "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK".into(),
            's' => "yyyy'-'MM'-'dd'T'HH':'mm':'ss".into(),
            'u' => "yyyy'-'MM'-'dd HH':'mm':'ss'Z'".into(),
            'r' | 'R' => "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'".into(),
            'U' => {
                let utc = if date.kind() == Kind::Utc { Some(date) } else { date.add_ticks(offset.saturating_neg()) };
                return custom(utc.unwrap_or(date), &format!("{long_date} {long_time}"), 0);
            }
            _ => return Err(BadFormat),
        },
        _ => format.to_owned(),
    };
    custom(date, &pattern, offset)
}

fn custom(date: DateTime, pattern: &str, offset: i64) -> Result<String, BadFormat> {
    let Date { year, month, day } = date.date();
    let (hour, minute, second, ticks) = date.clock();
    let hour12 = match hour.rem_euclid(12) {
        0 => 12,
        hour => hour,
    };
    let name =
        |names: &[&'static str], at: i64| usize::try_from(at).ok().and_then(|at| names.get(at).copied()).unwrap_or("");
    let mut out = String::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        let c = if c == '%' { chars.next().ok_or(BadFormat)? } else { c };
        let mut count = 1_usize;
        if c.is_ascii_alphabetic() {
            while chars.next_if_eq(&c).is_some() {
                count = count.saturating_add(1);
            }
        }
        let mut number = |value: i64, width: usize| {
            out.push_str(&zeros::before(&value.to_string(), width));
        };
        match (c, count) {
            ('d', 1 | 2) => number(day, count),
            ('d', _) => {
                let name = name(&DAYS, date.day_of_week());
                out.push_str(if count == 3 { name.get(..3).unwrap_or(name) } else { name });
            }
            ('M', 1 | 2) => number(month, count),
            ('M', _) => {
                let name = name(&MONTHS, month.saturating_sub(1));
                out.push_str(if count == 3 { name.get(..3).unwrap_or(name) } else { name });
            }
            ('y', 1 | 2) => number(year.rem_euclid(100), count),
            ('y', _) => number(year, count),
            ('h', _) => number(hour12, count.min(2)),
            ('H', _) => number(hour, count.min(2)),
            ('m', _) => number(minute, count.min(2)),
            ('s', _) => number(second, count.min(2)),
            ('f' | 'F', 1..=7) => {
                let digits = format!("{ticks:07}");
                let digits = digits.get(..count).unwrap_or("");
                if c == 'f' {
                    out.push_str(digits);
                } else {
                    let digits = digits.trim_end_matches('0');
                    if digits.is_empty() && out.ends_with('.') {
                        out.pop();
                    }
                    out.push_str(digits);
                }
            }
            ('f' | 'F', _) => return Err(BadFormat),
            ('t', 1) => out.push(if hour < 12 { 'A' } else { 'P' }),
            ('t', _) => out.push_str(if hour < 12 { "AM" } else { "PM" }),
            ('g', _) => out.push_str("A.D."),
            ('K', 1) => match date.kind() {
                Kind::Unspecified => {}
                Kind::Utc => out.push('Z'),
                Kind::Local => push_offset(&mut out, offset, 3),
            },
            ('z', _) => push_offset(&mut out, if date.kind() == Kind::Utc { 0 } else { offset }, count),
            ('\\', _) => out.push(chars.next().ok_or(BadFormat)?),
            ('\'' | '"', _) => loop {
                match chars.next().ok_or(BadFormat)? {
                    end if end == c => break,
                    '\\' => out.push(chars.next().ok_or(BadFormat)?),
                    inner => out.push(inner),
                }
            },
            _ => (0..count).for_each(|_| out.push(c)),
        }
    }
    Ok(out)
}

/// The distance to UTC: `+1`, `+01` or `+01:00`.
pub fn push_offset(out: &mut String, offset: i64, form: usize) {
    let minutes = offset.div_euclid(TICKS_PER_SECOND.saturating_mul(60));
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
    let _ = match form {
        1 => write!(out, "{sign}{hours}"),
        2 => write!(out, "{sign}{hours:02}"),
        _ => write!(out, "{sign}{hours:02}:{minutes:02}"),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        let date = DateTime::from_parts(Date { year: 2024, month: 2, day: 3 }, 4, 5, 6, 7_000_000).unwrap();
        let show = |text| format(date, text, 0, &INVARIANT).unwrap();
        assert_eq!(show(""), "02/03/2024 04:05:06");
        assert_eq!(show("D"), "Saturday, 03 February 2024");
        assert_eq!(show("o"), "2024-02-03T04:05:06.7000000");
        assert_eq!(show("yyyy-MM-dd h:mm tt"), "2024-02-03 4:05 AM");
        assert_eq!(show("%d"), "3");
        assert_eq!(show("ss.FFF"), "06.7");
        assert_eq!(show("'at' HH\\h"), "at 04h");
        assert_eq!(format(date.with_kind(Kind::Utc), "o", 0, &INVARIANT).unwrap(), "2024-02-03T04:05:06.7000000Z");
        assert_eq!(format(date, "x", 0, &INVARIANT), Err(BadFormat));
    }
}
