//! `DateTime.Parse` and `ParseExact`.

use crate::{
    DateTime, Kind,
    culture::{Dates, invariant},
    date::{Date, TICKS_PER_SECOND},
};

/// A parsed time and what was said about its distance to UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// The clock reading, of kind unspecified.
    pub date: DateTime,
    /// The distance to UTC in ticks that stood in the text.
    pub offset: Option<i64>,
    /// Whether a date stood in the text; else it is year 1, and today is meant.
    pub has_date: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(i64, usize),
    Month(i64),
    Day,
    Meridiem(bool),
    Mark(char),
    Zulu,
    T,
}

/// Reads a date, a time or both, in the orders that a culture allows. `this_year` stands for a missing year.
pub fn parse(text: &str, this_year: i64, culture: &Dates) -> Option<Parsed> {
    let tokens = tokenize(text, culture)?;
    let mut parser = Parser {
        tokens: &tokens,
        at: 0,
        numbers: Vec::new(),
        month: None,
        clock: None,
        offset: None,
        meridiem: None,
        dashes: false,
        day_first: is_day_first(&culture.short_date),
        time_mark: culture.time_separator.chars().next().filter(|mark| *mark != ':'),
    };
    parser.run()?;
    parser.finish(this_year)
}

/// Whether the day stands in front of the month.
fn is_day_first(pattern: &str) -> bool {
    matches!((pattern.find('d'), pattern.find('M')), (Some(day), Some(month)) if day < month)
}

/// What .NET says of a text that is no date: which word it does not know, if there is one.
pub fn complaint(text: &str, culture: &Dates) -> String {
    let mut at = 0_usize;
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        if c.is_alphabetic() {
            word.push(c);
        } else if !word.is_empty() {
            if word_token(&word, culture).is_none() {
                let start = at.saturating_sub(crate::text::utf16_len(&word));
                return format!(
                    "The string '{text}' was not recognized as a valid DateTime. There is an unknown word starting at index '{start}'."
                );
            }
            word.clear();
        }
        at = at.saturating_add(c.len_utf16());
    }
    format!("String '{text}' was not recognized as a valid DateTime.")
}

fn tokenize(text: &str, culture: &Dates) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim();
    while let Some(c) = rest.chars().next() {
        if c.is_ascii_digit() {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (digits, tail) = rest.split_at(end);
            tokens.push(Token::Number(digits.parse().ok()?, digits.len()));
            rest = tail;
        } else if c.is_alphabetic() {
            let end = rest.find(|c: char| !is_letter(c)).unwrap_or(rest.len());
            let (word, tail) = rest.split_at(end);
            tokens.push(word_token(word, culture)?);
            rest = tail.strip_prefix('.').unwrap_or(tail);
        } else if is_direction(c) {
            rest = rest.get(c.len_utf8()..)?;
        } else {
            tokens.push(Token::Mark(if c.is_whitespace() { ' ' } else { c }));
            let mut chars = rest.chars();
            chars.next();
            rest = chars.as_str();
            if c.is_whitespace() {
                rest = rest.trim_start();
            }
        }
    }
    Some(tokens)
}

/// Marks of the direction of writing.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}')
}

/// Letters and the marks upon them.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() || (!c.is_ascii() && !c.is_whitespace() && !c.is_numeric() && !is_direction(c))
}

/// Whether the dates of a culture have this word beside the names in them.
fn is_filler(word: &str, culture: &Dates) -> bool {
    let patterns = [&culture.long_date, &culture.month_day, &culture.year_month, &culture.short_date];
    patterns.iter().any(|pattern| {
        let mut parts = pattern.split('\'');
        let mut is_quoted = false;
        parts.any(|part| {
            let found = part.split(|c: char| !is_letter(c) || (!is_quoted && c.is_ascii())).any(|run| run == word);
            is_quoted = !is_quoted;
            found
        })
    })
}

fn word_token(word: &str, culture: &Dates) -> Option<Token> {
    let lower = word.to_lowercase();
    let at = |names: &[String]| {
        names.iter().position(|name| name.trim_end_matches('.').to_lowercase() == lower).filter(|_| !lower.is_empty())
    };
    // The words of the invariant culture are understood everywhere.
    let named =
        |pick: fn(&Dates) -> [&[String]; 4]| [culture, &invariant().dates].into_iter().flat_map(pick).find_map(at);
    let half = |name: &str| {
        let name = name.to_lowercase();
        !name.is_empty() && (name == lower || name.chars().next().is_some_and(|first| lower == first.to_string()))
    };
    match lower.as_str() {
        "am" | "a" => return Some(Token::Meridiem(false)),
        "pm" | "p" => return Some(Token::Meridiem(true)),
        "z" | "gmt" | "utc" => return Some(Token::Zulu),
        "t" => return Some(Token::T),
        _ => {}
    }
    let months = named(|of| [&of.months, &of.short_months, &of.genitive_months, &of.short_genitive_months]);
    if let Some(month) = months {
        return i64::try_from(month.saturating_add(1)).ok().map(Token::Month);
    }
    if named(|of| [&of.days, &of.short_days, &[], &[]]).is_some() {
        return Some(Token::Day);
    }
    if half(&culture.am) {
        return Some(Token::Meridiem(false));
    }
    if half(&culture.pm) {
        return Some(Token::Meridiem(true));
    }
    is_filler(word, culture).then_some(Token::Mark(' '))
}

struct Parser<'t> {
    tokens: &'t [Token],
    at: usize,
    /// The numbers of the date, with how many digits they have.
    numbers: Vec<(i64, usize)>,
    /// The month if it is named, and how many numbers stood in front of it.
    month: Option<(i64, usize)>,
    clock: Option<[i64; 4]>,
    offset: Option<i64>,
    meridiem: Option<bool>,
    dashes: bool,
    day_first: bool,
    /// What stands between hours, minutes and seconds, where that is no colon.
    time_mark: Option<char>,
}

impl Parser<'_> {
    fn peek(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at.saturating_add(ahead))
    }

    fn skip(&mut self, count: usize) {
        self.at = self.at.saturating_add(count);
    }

    fn run(&mut self) -> Option<()> {
        while let Some(token) = self.peek(0).cloned() {
            match token {
                Token::Number(hour, _) if self.is_time() && self.clock.is_none() => {
                    self.skip(2);
                    self.time(hour)?;
                    continue;
                }
                Token::Number(hour, digits)
                    if digits <= 2
                        && self.clock.is_none()
                        && matches!(
                            (self.peek(1), self.peek(2)),
                            (Some(Token::Meridiem(_)), _) | (Some(Token::Mark(' ')), Some(Token::Meridiem(_)))
                        ) =>
                {
                    self.clock = Some([hour, 0, 0, 0]);
                }
                Token::Number(value, digits) => self.numbers.push((value, digits)),
                Token::Month(month) => {
                    if self.month.is_some() {
                        return None;
                    }
                    self.month = Some((month, self.numbers.len()));
                }
                Token::Meridiem(pm) => self.meridiem = Some(pm),
                Token::Zulu => self.offset = Some(0),
                Token::Mark('+' | '-') if self.clock.is_some() => {
                    self.zone()?;
                    continue;
                }
                Token::Mark('-') => self.dashes = true,
                Token::T if !self.numbers.is_empty() => {}
                Token::Day | Token::Mark(' ' | ',' | '/' | '.') => {}
                Token::Mark(_) | Token::T => return None,
            }
            self.skip(1);
        }
        Some(())
    }

    /// Whether a time begins here.
    fn is_time(&self) -> bool {
        let has_date = self.numbers.len() >= 3 || (self.month.is_some() && self.numbers.len() >= 2);
        match self.peek(1) {
            Some(Token::Mark(':')) => true,
            Some(Token::Mark(mark)) => has_date && self.time_mark == Some(*mark),
            _ => false,
        }
    }

    /// Whether a mark between the parts of a time comes.
    fn is_time_mark(&self) -> bool {
        matches!(self.peek(0), Some(Token::Mark(mark)) if *mark == ':' || self.time_mark == Some(*mark))
    }

    fn time(&mut self, hour: i64) -> Option<()> {
        let mut clock = [hour, self.number(2)?, 0, 0];
        if self.is_time_mark() {
            self.skip(1);
            clock[2] = self.number(2)?;
            if self.peek(0) == Some(&Token::Mark('.'))
                && let Some(Token::Number(value, digits)) = self.peek(1).cloned()
            {
                self.skip(2);
                let shift = u32::try_from(digits).ok()?;
                clock[3] = match 7_u32.checked_sub(shift) {
                    Some(more) => value.checked_mul(10_i64.checked_pow(more)?)?,
                    None => value.checked_div(10_i64.checked_pow(shift.checked_sub(7)?)?)?,
                };
            }
        }
        self.clock = Some(clock);
        Some(())
    }

    fn number(&mut self, most: usize) -> Option<i64> {
        let Some(Token::Number(value, digits)) = self.peek(0).cloned() else { return None };
        self.skip(1);
        (digits <= most).then_some(value)
    }

    fn zone(&mut self) -> Option<()> {
        let negative = self.peek(0) == Some(&Token::Mark('-'));
        self.skip(1);
        let Some(Token::Number(value, digits)) = self.peek(0).cloned() else { return None };
        self.skip(1);
        let (hours, minutes) = match digits {
            1 | 2 if self.peek(0) == Some(&Token::Mark(':')) => {
                self.skip(1);
                (value, self.number(2)?)
            }
            1 | 2 => (value, 0),
            4 => (value / 100, value % 100),
            _ => return None,
        };
        if hours > 14 || minutes > 59 {
            return None;
        }
        let ticks =
            hours.saturating_mul(60).saturating_add(minutes).saturating_mul(60).saturating_mul(TICKS_PER_SECOND);
        self.offset = Some(if negative { ticks.saturating_neg() } else { ticks });
        Some(())
    }

    fn finish(self, this_year: i64) -> Option<Parsed> {
        let [mut hour, minute, second, ticks] = self.clock.unwrap_or_default();
        if let Some(pm) = self.meridiem {
            if self.clock.is_none() || !(1..=12).contains(&hour) && hour != 0 {
                return None;
            }
            hour = match (hour, pm) {
                (12, false) => 0,
                (12, true) => 12,
                (hour, true) => hour.saturating_add(12),
                (hour, false) => hour,
            };
        }
        let year = |(value, digits): (i64, usize)| match (value, digits) {
            (0..=49, 1 | 2) => value.saturating_add(2000),
            (_, 1 | 2) => value.saturating_add(1900),
            _ => value,
        };
        let is_year = |(value, digits): (i64, usize)| digits >= 3 || value > 31;
        let ordered = |a: i64, b: i64| if self.day_first { (b, a) } else { (a, b) };
        let date = match (self.month, self.numbers.as_slice()) {
            (None, []) => None,
            (None, [a, b, c]) if is_year(*a) => Some((year(*a), b.0, c.0)),
            (None, [a, b, c]) => {
                let (month, day) = ordered(a.0, b.0);
                Some((year(*c), month, day))
            }
            (None, [a, b]) if is_year(*a) => Some((year(*a), b.0, 1)),
            (None, [a, b]) if is_year(*b) => Some((year(*b), a.0, 1)),
            (None, [a, b]) => {
                let (month, day) = ordered(a.0, b.0);
                Some((this_year, month, day))
            }
            (Some((month, _)), [one]) if is_year(*one) => Some((year(*one), month, 1)),
            (Some((month, _)), [one]) => Some((this_year, month, one.0)),
            (Some((month, _)), [a, b]) if is_year(*a) => Some((year(*a), month, b.0)),
            (Some((month, _)), [a, b]) => Some((year(*b), month, a.0)),
            _ => return None,
        };
        if date.is_none() && self.clock.is_none() {
            return None;
        }
        let (year, month, day) = date.unwrap_or((1, 1, 1));
        // Midnight at the end of a day.
        let next_day = (hour, minute, second, ticks) == (24, 0, 0, 0) && date.is_some();
        let hour = if next_day { 0 } else { hour };
        let mut result = DateTime::from_parts(Date { year, month, day }, hour, minute, second, ticks)?;
        if next_day {
            result = result.add_ticks(crate::date::TICKS_PER_DAY)?;
        }
        Some(Parsed { date: result, offset: self.offset, has_date: date.is_some() })
    }
}

/// `DateTime.ParseExact`.
pub fn parse_exact(text: &str, format: &str, culture: &Dates) -> Option<Parsed> {
    let Dates { short_date, long_date, short_time, long_time, month_day, year_month, .. } = culture;
    let culture = if matches!(format, "o" | "O" | "s" | "u" | "r" | "R") { &invariant().dates } else { culture };
    let long;
    let format = match format {
        "o" | "O" => "yyyy-MM-ddTHH:mm:ss.fffffffK",
        "s" => "yyyy-MM-ddTHH:mm:ss",
        "d" => short_date.as_str(),
        "D" => long_date.as_str(),
        "t" => short_time.as_str(),
        "T" => long_time.as_str(),
        "m" | "M" => month_day.as_str(),
        "y" | "Y" => year_month.as_str(),
        "F" => {
            long = culture.full();
            long.as_str()
        }
        "f" | "g" | "G" => {
            let date = if format == "f" { long_date } else { short_date };
            let time = if format == "G" { long_time } else { short_time };
            long = format!("{date} {time}");
            long.as_str()
        }
        "u" => "yyyy-MM-dd HH:mm:ssZ",
        "r" | "R" => "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
        _ => format,
    };
    let mut rest = text;
    let mut chars = format.chars().peekable();
    let (mut year, mut month, mut day) = (1, 1, 1);
    let (mut hour, mut minute, mut second, mut ticks) = (0, 0, 0, 0);
    let (mut pm, mut offset) = (None, None);
    let mut has_date = false;
    while let Some(c) = chars.next() {
        let c = if c == '%' { chars.next()? } else { c };
        let mut count = 1_usize;
        if "dMyhHmsfFtKzg".contains(c) {
            while chars.next_if_eq(&c).is_some() {
                count = count.saturating_add(1);
            }
        }
        match (c, count) {
            ('y', 1 | 2) => {
                let value = take_number(&mut rest, count, 2)?;
                year = if value < 50 { value.saturating_add(2000) } else { value.saturating_add(1900) };
                has_date = true;
            }
            ('y', _) => (year, has_date) = (take_number(&mut rest, count, count)?, true),
            ('M', 1 | 2) => (month, has_date) = (take_number(&mut rest, count, 2)?, true),
            ('M', _) => {
                let names = match count {
                    3 => [&culture.short_months, &culture.short_genitive_months],
                    _ => [&culture.months, &culture.genitive_months],
                };
                (month, has_date) = (take_name(&mut rest, &names)?, true);
            }
            ('d', 1 | 2) => (day, has_date) = (take_number(&mut rest, count, 2)?, true),
            ('d', _) => drop(take_name(&mut rest, &[if count == 3 { &culture.short_days } else { &culture.days }])?),
            ('h' | 'H', _) => hour = take_number(&mut rest, count.min(2), 2)?,
            ('m', _) => minute = take_number(&mut rest, count.min(2), 2)?,
            ('s', _) => second = take_number(&mut rest, count.min(2), 2)?,
            ('f' | 'F', 1..=7) => {
                let least = if c == 'f' { count } else { 0 };
                let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()).min(count);
                if end < least {
                    return None;
                }
                let (digits, tail) = rest.split_at(end);
                ticks = format!("{digits:0<7}").parse().ok()?;
                rest = tail;
            }
            ('t', 1) => {
                let c = rest.chars().next()?;
                let is = |half: &str| half.chars().next().is_some_and(|first| first.eq_ignore_ascii_case(&c));
                pm = Some(match c {
                    _ if is(&culture.am) => false,
                    _ if is(&culture.pm) => true,
                    _ => return None,
                });
                rest = rest.get(c.len_utf8()..)?;
            }
            ('t', _) => {
                let halves = vec![culture.am.clone(), culture.pm.clone()];
                pm = Some(take_name(&mut rest, &[&halves])? == 2);
            }
            ('g', _) => rest = rest.strip_prefix(culture.era.as_str())?,
            ('/', _) => rest = rest.strip_prefix(culture.date_separator.as_str())?,
            (':', _) => rest = rest.strip_prefix(culture.time_separator.as_str())?,
            ('K' | 'z', _) => {
                if let Some(tail) = rest.strip_prefix('Z').filter(|_| c == 'K') {
                    (rest, offset) = (tail, Some(0));
                } else if rest.starts_with(['+', '-']) {
                    let negative = rest.starts_with('-');
                    rest = rest.get(1..)?;
                    let hours = take_number(&mut rest, 1, 2)?;
                    rest = rest.strip_prefix(':').unwrap_or(rest);
                    let minutes = if count == 3 || c == 'K' { take_number(&mut rest, 2, 2)? } else { 0 };
                    let value = hours
                        .saturating_mul(60)
                        .saturating_add(minutes)
                        .saturating_mul(60)
                        .saturating_mul(TICKS_PER_SECOND);
                    offset = Some(if negative { value.saturating_neg() } else { value });
                } else if c == 'z' {
                    return None;
                }
            }
            ('\\', _) => rest = rest.strip_prefix(chars.next()?)?,
            ('\'' | '"', _) => loop {
                match chars.next()? {
                    end if end == c => break,
                    inner => rest = rest.strip_prefix(inner)?,
                }
            },
            (_, count) => {
                for _ in 0..count {
                    rest = rest.strip_prefix(c)?;
                }
            }
        }
    }
    if let Some(pm) = pm {
        hour = match (hour, pm) {
            (12, false) => 0,
            (12, true) => 12,
            (hour, true) => hour.saturating_add(12),
            (hour, false) => hour,
        };
    }
    let date = DateTime::from_parts(Date { year, month, day }, hour, minute, second, ticks)?;
    rest.is_empty().then_some(Parsed { date: date.with_kind(Kind::Unspecified), offset, has_date })
}

fn take_number(rest: &mut &str, least: usize, most: usize) -> Option<i64> {
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()).min(most);
    if end < least || end == 0 {
        return None;
    }
    let (digits, tail) = rest.split_at(end);
    *rest = tail;
    digits.parse().ok()
}

/// Takes a name of one of the lists, the longest that fits, and tells which of the list it is.
fn take_name(rest: &mut &str, lists: &[&Vec<String>]) -> Option<i64> {
    let mut best: Option<(usize, usize)> = None;
    for (at, name) in lists.iter().flat_map(|names| names.iter().enumerate()) {
        if let Some(head) = rest.get(..name.len())
            && !name.is_empty()
            && head.to_lowercase() == name.to_lowercase()
            && best.is_none_or(|(_, length)| name.len() > length)
        {
            best = Some((at, name.len()));
        }
    }
    let (at, length) = best?;
    *rest = rest.get(length..)?;
    i64::try_from(at.saturating_add(1)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> Option<String> {
        let parsed = parse(text, 2024, &invariant().dates)?;
        let offset = parsed.offset.map(|ticks| ticks / TICKS_PER_SECOND / 60);
        let date = crate::date_format::format(parsed.date, "yyyy-MM-dd HH:mm:ss.FFFFFFF", 0, &invariant().dates);
        Some(format!("{}{}", date.unwrap(), offset.map_or(String::new(), |minutes| format!(" {minutes}"))))
    }

    #[test]
    fn usual_forms() {
        assert_eq!(show("2024-01-02").unwrap(), "2024-01-02 00:00:00");
        assert_eq!(show("2024-01-02T03:04:05.5Z").unwrap(), "2024-01-02 03:04:05.5 0");
        assert_eq!(show("2024-01-02 03:04:05 +02:00").unwrap(), "2024-01-02 03:04:05 120");
        assert_eq!(show("1/2/2024 3:04 PM").unwrap(), "2024-01-02 15:04:00");
        assert_eq!(show("3 Feb 2024").unwrap(), "2024-02-03 00:00:00");
        assert_eq!(show("Saturday, 03 February 2024 04:05").unwrap(), "2024-02-03 04:05:00");
        assert_eq!(show("12:30").unwrap(), "0001-01-01 12:30:00");
        assert_eq!(show("2024/02/30"), None);
        assert_eq!(show("hello"), None);
        assert_eq!(show("13/13/2024"), None);
    }

    #[test]
    fn exact_forms() {
        let parsed = parse_exact("20240203-0405", "yyyyMMdd-HHmm", &invariant().dates).unwrap();
        assert_eq!(parsed.date, DateTime::from_parts(Date { year: 2024, month: 2, day: 3 }, 4, 5, 0, 0).unwrap());
        assert_eq!(parse_exact("2024-02-03x", "yyyy-MM-dd", &invariant().dates), None);
    }

    #[test]
    fn cultures() {
        let german = crate::culture::find("de-DE").unwrap();
        let date = DateTime::from_parts(Date { year: 2024, month: 2, day: 3 }, 0, 0, 0, 0).unwrap();
        for text in ["3.2.2024", "03.02.24", "2024-02-03", "3. Februar 2024", "Samstag, 3. Februar 2024", "3 Feb 2024"]
        {
            assert_eq!(parse(text, 2024, &german.dates).unwrap().date, date, "{text}");
        }
        assert_eq!(parse_exact("Samstag, 3. Februar 2024", "D", &german.dates).unwrap().date, date);
    }
}
