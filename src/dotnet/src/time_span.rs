//! `System.TimeSpan`: 100 ns ticks, its text forms and parser.

use std::fmt;

use crate::{
    date::{TICKS_PER_DAY, TICKS_PER_SECOND},
    number_format::BadFormat,
};

/// A length of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeSpan(pub i64);

/// Why a text is no time span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseTimeSpanError {
    /// It is not written as one.
    Format,
    /// A component is out of range.
    Overflow,
}

impl TimeSpan {
    /// Days, hours, minutes, seconds and ticks of the second, all with the sign of the whole.
    pub fn parts(self) -> [i64; 5] {
        let ticks = self.0;
        let seconds = ticks / TICKS_PER_SECOND;
        [ticks / TICKS_PER_DAY, (seconds / 3600) % 24, (seconds / 60) % 60, seconds % 60, ticks % TICKS_PER_SECOND]
    }

    /// Reads `[-][d.]hh:mm[:ss[.fffffff]]` or a number of days.
    ///
    /// # Errors
    /// [`ParseTimeSpanError`] says which of both .NET exceptions it is.
    pub fn parse(text: &str) -> Result<Self, ParseTimeSpanError> {
        use ParseTimeSpanError::{Format, Overflow};
        let text = text.trim();
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let mut fields: Vec<&str> = text.split(':').collect();
        let number = |text: &str| -> Result<i64, ParseTimeSpanError> {
            if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
                return Err(Format);
            }
            text.parse().map_err(|_| Overflow)
        };
        let mut days = 0;
        let mut fraction = 0;
        if fields.len() > 1 {
            if let Some((first, rest)) = fields.first().and_then(|f| f.split_once('.')) {
                days = number(first)?;
                if let Some(slot) = fields.first_mut() {
                    *slot = rest;
                }
            } else if fields.len() == 4 {
                days = number(fields.remove(0))?;
            }
            let last = if fields.len() == 3 { fields.last_mut() } else { None };
            if let Some(last) = last
                && let Some((whole, digits)) = last.split_once('.')
            {
                if digits.len() > 7 {
                    return Err(Overflow);
                }
                fraction = number(&format!("{digits:0<7}"))?;
                *last = whole;
            }
        } else {
            days = number(fields.remove(0))?;
        }
        if fields.len() > 3 {
            return Err(Format);
        }
        let mut clock = [0; 3];
        for (slot, field) in clock.iter_mut().zip(&fields) {
            *slot = number(field)?;
        }
        let [hours, minutes, seconds] = clock;
        // Three fields of which the first is no hour are days, hours and minutes.
        let (hours, minutes, seconds) = if fields.len() == 3 && hours > 23 && days == 0 && fraction == 0 {
            days = hours;
            (minutes, seconds, 0)
        } else {
            (hours, minutes, seconds)
        };
        if hours > 23 || minutes > 59 || seconds > 59 {
            return Err(Overflow);
        }
        let seconds = hours.saturating_mul(3600).saturating_add(minutes.saturating_mul(60)).saturating_add(seconds);
        let ticks = days
            .checked_mul(TICKS_PER_DAY)
            .and_then(|ticks| ticks.checked_add(seconds.saturating_mul(TICKS_PER_SECOND).saturating_add(fraction)))
            .ok_or(Overflow)?;
        Ok(Self(if negative { ticks.saturating_neg() } else { ticks }))
    }

    /// Reads a text in a custom format, or in one of the standard ones; none if it is not written so.
    pub fn parse_exact(text: &str, format: &str) -> Option<Self> {
        match format {
            "c" | "t" | "T" | "" => return Self::parse(text).ok(),
            "g" | "G" => return Self::parse_general(text, format == "G"),
            _ if format.chars().count() == 1 => return None,
            _ => {}
        }
        let mut rest = text;
        let [mut days, mut hours, mut minutes, mut seconds, mut fraction] = [0_i64; 5];
        let mut chars = format.chars().peekable();
        while let Some(c) = chars.next() {
            let c = if c == '%' { chars.next()? } else { c };
            let mut count = 1_usize;
            if matches!(c, 'd' | 'h' | 'm' | 's' | 'f' | 'F') {
                while chars.next_if_eq(&c).is_some() {
                    count = count.saturating_add(1);
                }
            }
            let slot = match c {
                'd' => &mut days,
                'h' => &mut hours,
                'm' => &mut minutes,
                's' => &mut seconds,
                'f' | 'F' => {
                    let digits = digits(&mut rest, if c == 'f' { count } else { 0 }, count)?;
                    fraction = format!("{digits:0<7}").parse().ok()?;
                    continue;
                }
                '\\' => {
                    rest = rest.strip_prefix(chars.next()?)?;
                    continue;
                }
                '\'' | '"' => {
                    loop {
                        match chars.next()? {
                            end if end == c => break,
                            inner => rest = rest.strip_prefix(inner)?,
                        }
                    }
                    continue;
                }
                _ => return None,
            };
            // One letter takes one digit or two, several letters take as many digits.
            let most = if c == 'd' { 8 } else { 2 };
            *slot = digits(&mut rest, count, if count == 1 { most } else { count.max(usize::from(c == 'd')) })?
                .parse()
                .ok()?;
        }
        if !rest.is_empty() || hours > 23 || minutes > 59 || seconds > 59 {
            return None;
        }
        Self::of(days, hours, minutes, seconds, fraction)
    }

    /// `[-][d:]h:mm:ss[.fffffff]`, or all of it.
    fn parse_general(text: &str, whole: bool) -> Option<Self> {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let fields: Vec<&str> = text.split(':').collect();
        let number = |field: &str| field.parse::<u32>().ok().map(i64::from);
        let (days, [hours, minutes, last]) = match fields.as_slice() {
            [days, hours, minutes, last] => (number(days)?, [*hours, *minutes, *last]),
            [hours, minutes, last] if !whole => (0, [*hours, *minutes, *last]),
            _ => return None,
        };
        let (seconds, fraction) = last.split_once('.').unwrap_or((last, if whole { return None } else { "" }));
        let ticks = format!("{fraction:0<7}").parse().ok().filter(|_| fraction.len() <= 7)?;
        let (hours, minutes, seconds) = (number(hours)?, number(minutes)?, number(seconds)?);
        if hours > 23 || minutes > 59 || seconds > 59 {
            return None;
        }
        let span = Self::of(days, hours, minutes, seconds, ticks)?;
        Some(Self(if negative { span.0.checked_neg()? } else { span.0 }))
    }

    fn of(days: i64, hours: i64, minutes: i64, seconds: i64, ticks: i64) -> Option<Self> {
        let seconds = hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?.checked_add(seconds)?;
        let clock = seconds.checked_mul(TICKS_PER_SECOND)?.checked_add(ticks)?;
        days.checked_mul(TICKS_PER_DAY)?.checked_add(clock).map(Self)
    }

    /// `timespan.ToString(format)`.
    ///
    /// # Errors
    /// [`BadFormat`] if it is no time span format.
    pub fn format(self, format: &str) -> Result<String, BadFormat> {
        let [days, hours, minutes, seconds, fraction] = self.parts().map(i64::abs);
        let sign = if self.0 < 0 { "-" } else { "" };
        match format {
            "" | "c" | "t" | "T" => return Ok(self.to_string()),
            "g" => {
                let days = if days > 0 { format!("{days}:") } else { String::new() };
                let digits = format!("{fraction:07}");
                let fraction = digits.trim_end_matches('0');
                let point = if fraction.is_empty() { "" } else { "." };
                return Ok(format!("{sign}{days}{hours}:{minutes:02}:{seconds:02}{point}{fraction}"));
            }
            "G" => return Ok(format!("{sign}{days}:{hours:02}:{minutes:02}:{seconds:02}.{fraction:07}")),
            _ => {}
        }
        if format.chars().count() == 1 {
            return Err(BadFormat);
        }
        let mut out = String::new();
        let mut chars = format.chars().peekable();
        while let Some(c) = chars.next() {
            let c = if c == '%' { chars.next().ok_or(BadFormat)? } else { c };
            let mut count = 1_usize;
            if matches!(c, 'd' | 'h' | 'm' | 's' | 'f' | 'F') {
                while chars.next_if_eq(&c).is_some() {
                    count = count.saturating_add(1);
                }
            }
            let number = match c {
                'd' if count <= 8 => days,
                'h' if count <= 2 => hours,
                'm' if count <= 2 => minutes,
                's' if count <= 2 => seconds,
                'f' | 'F' if count <= 7 => {
                    let digits = format!("{fraction:07}");
                    let digits = digits.get(..count).unwrap_or("");
                    out.push_str(if c == 'F' { digits.trim_end_matches('0') } else { digits });
                    continue;
                }
                '\\' => {
                    out.push(chars.next().ok_or(BadFormat)?);
                    continue;
                }
                '\'' | '"' => {
                    loop {
                        match chars.next().ok_or(BadFormat)? {
                            end if end == c => break,
                            inner => out.push(inner),
                        }
                    }
                    continue;
                }
                _ => return Err(BadFormat),
            };
            out.push_str(&format!("{number:0count$}"));
        }
        Ok(out)
    }
}

/// Takes digits from a text.
fn digits<'t>(rest: &mut &'t str, least: usize, most: usize) -> Option<&'t str> {
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()).min(most);
    let (digits, tail) = rest.split_at_checked(end).filter(|_| end >= least)?;
    *rest = tail;
    Some(digits)
}

impl fmt::Display for TimeSpan {
    /// `[-][d.]hh:mm:ss[.fffffff]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [days, hours, minutes, seconds, fraction] = self.parts().map(i64::abs);
        if self.0 < 0 {
            f.write_str("-")?;
        }
        if days > 0 {
            write!(f, "{days}.")?;
        }
        write!(f, "{hours:02}:{minutes:02}:{seconds:02}")?;
        if fraction > 0 {
            write!(f, ".{fraction:07}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for text in ["00:00:00", "1.02:03:04", "-00:00:00.5000000", "10675199.02:48:05.4775807"] {
            assert_eq!(TimeSpan::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(TimeSpan::parse("3").unwrap().to_string(), "3.00:00:00");
        assert_eq!(TimeSpan::parse("1:2").unwrap().to_string(), "01:02:00");
        assert_eq!(TimeSpan::parse("25:00:00").unwrap().to_string(), "25.00:00:00");
        assert_eq!(TimeSpan::parse("25:00"), Err(ParseTimeSpanError::Overflow));
        assert_eq!(TimeSpan::parse("x"), Err(ParseTimeSpanError::Format));
        let exact = |text: &str, format: &str| TimeSpan::parse_exact(text, format).map(|span| span.to_string());
        assert_eq!(exact("01:02", "hh\\:mm").as_deref(), Some("01:02:00"));
        assert_eq!(exact("3.4", "d\\.h").as_deref(), Some("3.04:00:00"));
        assert_eq!(exact("1:02:03:04.5", "g").as_deref(), Some("1.02:03:04.5000000"));
        assert_eq!(exact("1:2", "hh\\:mm"), None);
        assert_eq!(TimeSpan(936_000_000_000).format("d\\.hh\\:mm").unwrap(), "1.02:00");
    }
}
