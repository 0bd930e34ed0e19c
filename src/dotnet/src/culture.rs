//! What numbers and dates are written like in a culture.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

/// A line for each culture: `C`, its name, and which of the lines `N` (numbers), `D` (dates) and `W` (words) below are its.
/// Recorded from .NET; cultures whose calendar is not the Gregorian one are not there.
const TABLE: &str = include_str!("culture_formats.txt");

/// A culture.
#[derive(Clone, Debug, Default)]
pub struct Culture {
    /// Its name: nothing for the invariant one.
    pub name: String,
    /// How numbers are written.
    pub numbers: Numbers,
    /// How dates are written.
    pub dates: Dates,
    /// What stands between the items of a list.
    pub list_separator: String,
}

/// How numbers are written: `NumberFormatInfo`. The numbers of patterns are those of .NET.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct Numbers {
    pub currency: String,
    pub currency_decimals: usize,
    pub currency_point: String,
    pub currency_group: String,
    pub currency_sizes: Vec<usize>,
    pub currency_negative: usize,
    pub currency_positive: usize,
    pub decimals: usize,
    pub point: String,
    pub group: String,
    /// How many digits the groups have, the one in front of the point first; the last for all the rest, 0 for no more groups.
    pub sizes: Vec<usize>,
    pub negative: usize,
    pub minus: String,
    pub plus: String,
    pub percent: String,
    pub permille: String,
    pub percent_decimals: usize,
    pub percent_point: String,
    pub percent_group: String,
    pub percent_sizes: Vec<usize>,
    pub percent_negative: usize,
    pub percent_positive: usize,
    pub nan: String,
    pub infinity: String,
    pub minus_infinity: String,
}

/// How dates are written: `DateTimeFormatInfo`.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct Dates {
    pub date_separator: String,
    pub time_separator: String,
    /// Of the days of the week, Sunday first.
    pub first_day: usize,
    /// `CalendarWeekRule`
    pub week_rule: usize,
    /// `d`
    pub short_date: String,
    /// `D`
    pub long_date: String,
    /// `t`
    pub short_time: String,
    /// `T`
    pub long_time: String,
    /// `F`, where it is not `D` and `T`.
    pub full: Option<String>,
    /// `M`
    pub month_day: String,
    /// `Y`
    pub year_month: String,
    /// The days of the week, Sunday first.
    pub days: Vec<String>,
    pub short_days: Vec<String>,
    pub shortest_days: Vec<String>,
    pub months: Vec<String>,
    pub short_months: Vec<String>,
    /// The months as they are called beside a day.
    pub genitive_months: Vec<String>,
    pub short_genitive_months: Vec<String>,
    pub am: String,
    pub pm: String,
    pub era: String,
    pub short_era: String,
    /// What the calendar is called.
    pub calendar: String,
}

impl Dates {
    /// `F`
    pub fn full(&self) -> String {
        self.full.clone().unwrap_or_else(|| format!("{} {}", self.long_date, self.long_time))
    }
}

/// The fields of a line, one after the other.
struct Fields<'t>(std::str::Split<'t, char>);

impl<'t> Fields<'t> {
    fn of(tag: &str, at: &str) -> Option<Self> {
        let at: usize = at.parse().ok()?;
        let line = TABLE.lines().filter_map(|line| line.strip_prefix(tag)?.strip_prefix('\t')).nth(at)?;
        Some(Fields(line.split('\t')))
    }

    fn next(&mut self) -> &'t str {
        self.0.next().unwrap_or("")
    }

    fn text(&mut self) -> String {
        self.next().to_owned()
    }

    fn number(&mut self) -> usize {
        self.next().parse().unwrap_or(0)
    }

    fn numbers(&mut self) -> Vec<usize> {
        self.next().split('|').filter_map(|number| number.parse().ok()).collect()
    }

    fn list(&mut self) -> Vec<String> {
        match self.next() {
            "" => Vec::new(),
            list => list.split('|').map(str::to_owned).collect(),
        }
    }
}

/// The culture of this name, in any case; none if there is no such culture, or its calendar is another one.
pub fn find(name: &str) -> Option<Arc<Culture>> {
    if name.is_empty() {
        return Some(invariant().clone());
    }
    static KNOWN: LazyLock<Mutex<HashMap<String, Arc<Culture>>>> = LazyLock::new(Mutex::default);
    let name = name.to_ascii_lowercase();
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(culture) = known.get(&name) {
        return Some(culture.clone());
    }
    let culture = Arc::new(read(&name)?);
    known.insert(name, culture.clone());
    Some(culture)
}

/// The invariant culture.
pub fn invariant() -> &'static Arc<Culture> {
    static INVARIANT: LazyLock<Arc<Culture>> = LazyLock::new(read_invariant);
    &INVARIANT
}

fn read_invariant() -> Arc<Culture> {
    Arc::new(read("").unwrap_or_default())
}

fn read(name: &str) -> Option<Culture> {
    let mut lines = TABLE.lines().map_while(|line| line.strip_prefix("C\t"));
    let mut line = Fields(
        lines.find(|line| line.split('\t').next().is_some_and(|have| have.eq_ignore_ascii_case(name)))?.split('\t'),
    );
    let name = line.text();
    let (mut n, mut d, mut w) =
        (Fields::of("N", line.next())?, Fields::of("D", line.next())?, Fields::of("W", line.next())?);
    let numbers = Numbers {
        currency: n.text(),
        currency_decimals: n.number(),
        currency_point: n.text(),
        currency_group: n.text(),
        currency_negative: n.number(),
        currency_positive: n.number(),
        decimals: n.number(),
        point: n.text(),
        group: n.text(),
        sizes: n.numbers(),
        currency_sizes: n.numbers(),
        percent_sizes: n.numbers(),
        negative: n.number(),
        minus: n.text(),
        plus: n.text(),
        percent: n.text(),
        permille: n.text(),
        percent_negative: n.number(),
        percent_positive: n.number(),
        nan: n.text(),
        infinity: n.text(),
        minus_infinity: n.text(),
        ..Numbers::default()
    };
    let numbers = Numbers {
        percent_decimals: numbers.decimals,
        percent_point: numbers.point.clone(),
        percent_group: numbers.group.clone(),
        ..numbers
    };
    let mut dates = Dates {
        date_separator: d.text(),
        time_separator: d.text(),
        first_day: d.number(),
        week_rule: d.number(),
        short_date: d.text(),
        long_date: d.text(),
        short_time: d.text(),
        long_time: d.text(),
        full: None,
        month_day: d.text(),
        year_month: d.text(),
        days: w.list(),
        short_days: w.list(),
        shortest_days: w.list(),
        months: w.list(),
        short_months: w.list(),
        genitive_months: w.list(),
        short_genitive_months: w.list(),
        am: w.text(),
        pm: w.text(),
        era: w.text(),
        short_era: w.text(),
        calendar: w.text(),
    };
    if dates.genitive_months.is_empty() {
        dates.genitive_months.clone_from(&dates.months);
    }
    if dates.short_genitive_months.is_empty() {
        dates.short_genitive_months.clone_from(&dates.short_months);
    }
    Some(Culture { name, numbers, dates, list_separator: n.text() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_lines_are_whole() {
        for line in TABLE.lines() {
            let count = line.split('\t').count();
            let wanted = match line.split('\t').next() {
                Some("C") => 5,
                Some("N") => 24,
                Some("D") => 11,
                _ => 13,
            };
            assert_eq!(count, wanted, "{line}");
        }
        assert_eq!(invariant().numbers.currency, "¤");
        let german = find("DE-de").unwrap();
        assert_eq!((german.name.as_str(), german.numbers.point.as_str()), ("de-DE", ","));
        assert_eq!(german.dates.months[2], "März");
        assert!(find("xx-XX").is_none());
    }
}
