//! `DateTime.ToString` with standard and custom formats.

use std::fmt::Write as _;

use crate::{
    DateTime, Kind,
    culture::{Dates, invariant},
    date::{Date, TICKS_PER_SECOND},
    number_format::BadFormat,
    zeros,
};

/// `date.ToString(format)`; `offset` is the distance of local time to UTC in ticks, at that time.
///
/// # Errors
/// [`BadFormat`] if it is no date format.
pub fn format(date: DateTime, format: &str, offset: i64, culture: &Dates) -> Result<String, BadFormat> {
    let Dates { short_date, long_date, short_time, long_time, month_day, year_month, .. } = culture;
    let mut letters = format.chars();
    let (first, second) = (letters.next(), letters.next());
    let pattern = match (first, second) {
        (None, _) => format!("{short_date} {long_time}"),
        (Some(letter), None) => match letter {
            'd' => short_date.clone(),
            'D' => long_date.clone(),
            't' => short_time.clone(),
            'T' => long_time.clone(),
            'f' => format!("{long_date} {short_time}"),
            'F' => culture.full(),
            'g' => format!("{short_date} {short_time}"),
            'G' => format!("{short_date} {long_time}"),
            'm' | 'M' => month_day.clone(),
            'y' | 'Y' => year_month.clone(),
            'o' | 'O' => "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK".into(),
            's' => "yyyy'-'MM'-'dd'T'HH':'mm':'ss".into(),
            'u' => "yyyy'-'MM'-'dd HH':'mm':'ss'Z'".into(),
            'r' | 'R' => {
                return custom(date, "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'", offset, &invariant().dates);
            }
            'U' => {
                let utc = if date.kind() == Kind::Utc { Some(date) } else { date.add_ticks(offset.saturating_neg()) };
                return custom(utc.unwrap_or(date), &culture.full(), 0, culture);
            }
            _ => return Err(BadFormat),
        },
        _ => format.to_owned(),
    };
    custom(date, &pattern, offset, culture)
}

/// Whether a pattern has the day as a number: months are called otherwise then in some languages.
fn names_day(pattern: &str) -> bool {
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '\'' | '"' => {
                chars.find(|next| *next == c);
            }
            'd' => {
                let mut count = 1_usize;
                while chars.next_if_eq(&'d').is_some() {
                    count = count.saturating_add(1);
                }
                if count <= 2 {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

fn custom(date: DateTime, pattern: &str, offset: i64, culture: &Dates) -> Result<String, BadFormat> {
    let Date { year, month, day } = date.date();
    let (hour, minute, second, ticks) = date.clock();
    let hour12 = match hour.rem_euclid(12) {
        0 => 12,
        hour => hour,
    };
    fn name(names: &[String], at: i64) -> &str {
        usize::try_from(at).ok().and_then(|at| names.get(at)).map_or("", String::as_str)
    }
    let is_beside_day = names_day(pattern);
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
                let names = if count == 3 { &culture.short_days } else { &culture.days };
                out.push_str(name(names, date.day_of_week()));
            }
            ('M', 1 | 2) => number(month, count),
            ('M', _) => {
                let names = match (count, is_beside_day) {
                    (3, false) => &culture.short_months,
                    (3, true) => &culture.short_genitive_months,
                    (_, false) => &culture.months,
                    (_, true) => &culture.genitive_months,
                };
                out.push_str(name(names, month.saturating_sub(1)));
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
            ('t', _) => {
                let half = if hour < 12 { &culture.am } else { &culture.pm };
                out.extend(half.chars().take(if count == 1 { 1 } else { usize::MAX }));
            }
            ('g', _) => out.push_str(&culture.era),
            ('/', _) => out.push_str(&culture.date_separator),
            (':', _) => out.push_str(&culture.time_separator),
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
        let show = |text| format(date, text, 0, &invariant().dates).unwrap();
        assert_eq!(show(""), "02/03/2024 04:05:06");
        assert_eq!(show("D"), "Saturday, 03 February 2024");
        assert_eq!(show("o"), "2024-02-03T04:05:06.7000000");
        assert_eq!(show("yyyy-MM-dd h:mm tt"), "2024-02-03 4:05 AM");
        assert_eq!(show("%d"), "3");
        assert_eq!(show("ss.FFF"), "06.7");
        assert_eq!(show("'at' HH\\h"), "at 04h");
        assert_eq!(
            format(date.with_kind(Kind::Utc), "o", 0, &invariant().dates).unwrap(),
            "2024-02-03T04:05:06.7000000Z"
        );
        let show = |name, text| format(date, text, 0, &crate::culture::find(name).unwrap().dates).unwrap();
        assert_eq!(show("de-DE", "D"), "Samstag, 3. Februar 2024");
        assert_eq!(show("de-DE", "d"), "03.02.2024");
        assert_eq!(show("pl-PL", "d MMMM"), "3 lutego");
        assert_eq!(show("pl-PL", "MMMM"), "luty");
        assert_eq!(show("en-US", "t"), "4:05\u{202f}AM");
        assert_eq!(format(date, "x", 0, &invariant().dates), Err(BadFormat));
    }
}
