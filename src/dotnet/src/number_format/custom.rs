//! Custom formats such as `#,##0.00;(0)`.

use super::*;

/// A custom format such as `#,##0.00;(0)`.
pub(super) fn custom(number: &Number, format: &str, culture: &Numbers) -> String {
    let sections = split_sections(format);
    let negative = is_negative(number);
    let zero = is_zero(number);
    let section = match (sections.as_slice(), negative, zero) {
        ([_, _, third, ..], _, true) => third,
        ([_, second, ..], true, false) if !second.is_empty() => second,
        ([first, ..], ..) => first,
        ([], ..) => return String::new(),
    };
    let own_sign = sections.len() >= 2 && negative && !zero && sections.get(1).is_some_and(|s| !s.is_empty());
    let layout = Layout::of(section);
    let mut scaled = number.clone();
    for _ in 0..layout.percents {
        scaled = times_hundred(&scaled);
    }
    for _ in 0..layout.permilles {
        scaled = match times_hundred(&scaled) {
            Number::Integer(value, bits) => Number::Integer(value.saturating_mul(10), bits),
            Number::Double(value) => Number::Double(value * 10.0),
            Number::Decimal(value) => Number::Decimal(value.checked_mul(Decimal::from(10_i64)).unwrap_or(value)),
            other => other,
        };
    }
    let (digits, exponent) = if layout.exponent {
        let places = layout.whole.saturating_add(layout.fraction).max(1);
        let text = exponent_form(&scaled, places.saturating_sub(1));
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let all: String = mantissa.chars().filter(char::is_ascii_digit).collect();
        let (whole, fraction) = all.split_at(layout.whole.min(all.len()));
        let shift = i64::try_from(layout.whole).unwrap_or(0).saturating_sub(1);
        (format!("{whole}.{fraction}"), exponent.parse::<i64>().unwrap_or(0).saturating_sub(shift))
    } else {
        let shift = layout.thousands.saturating_mul(3);
        (fixed_custom(&scaled, layout.fraction, shift), 0)
    };
    let all_zero = !digits.bytes().any(|b| b.is_ascii_digit() && b != b'0');
    if all_zero && !zero && sections.len() >= 3 {
        return custom(&Number::Integer(0, 32), format, culture);
    }
    let body = layout.render(section, &digits, exponent, culture);
    // Doubles keep the sign of what is rounded to zero, where a zero is shown.
    let keeps = keeps_minus(number) && body.contains('0');
    if negative && !own_sign && (!all_zero || keeps) { format!("{}{body}", culture.minus) } else { body }
}

fn is_zero(number: &Number) -> bool {
    match number {
        Number::Integer(value, _) => *value == 0,
        Number::Double(value) => *value == 0.0,
        Number::Single(value) => *value == 0.0,
        Number::Decimal(value) => value.is_zero(),
        Number::Big(value) => value.sign() == Sign::NoSign,
    }
}

/// Magnitude with `decimals` digits, divided by 10 to the power of `shift`; doubles with 15 significant digits.
fn fixed_custom(number: &Number, decimals: usize, shift: usize) -> String {
    let text = match number {
        Number::Double(value) => expand(&format!("{:.14e}", value.abs())),
        Number::Single(value) => expand(&format!("{:.6e}", value.abs())),
        _ => plain(number).trim_start_matches('-').to_owned(),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let whole = zeros::before(whole, shift.saturating_add(1));
    let (whole, moved) = whole.split_at(whole.len().saturating_sub(shift));
    let fraction = format!("{moved}{fraction}");
    let kept = whole.to_owned() + &zeros::behind(fraction.get(..decimals).unwrap_or(&fraction), decimals);
    let up = fraction.as_bytes().get(decimals).is_some_and(|next| *next >= b'5');
    let kept = if up { increment(&kept) } else { kept };
    let (whole, fraction) = kept.split_at(kept.len().saturating_sub(decimals));
    format!("{whole}.{fraction}")
}

/// `1.5e3` without exponent.
fn expand(text: &str) -> String {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    place_point(&digits, exponent.parse::<i64>().unwrap_or(0).saturating_add(1))
}

/// The sections of a custom format; quoted and escaped semicolons do not count.
fn split_sections(format: &str) -> Vec<String> {
    let mut sections = vec![String::new()];
    let mut quote = None;
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c == ';' && quote.is_none() {
            sections.push(String::new());
            continue;
        }
        let Some(section) = sections.last_mut() else { break };
        section.push(c);
        match (c, quote) {
            ('\\', _) => section.extend(chars.next()),
            ('\'' | '"', None) => quote = Some(c),
            (_, Some(open)) if open == c => quote = None,
            _ => {}
        }
    }
    sections
}

/// The digits a section of a custom format asks for.
#[derive(Default)]
struct Layout {
    whole: usize,
    /// How many of the places in front of the point are written at least.
    least_whole: usize,
    fraction: usize,
    least_fraction: usize,
    group: bool,
    thousands: usize,
    percents: usize,
    permilles: usize,
    exponent: bool,
}

impl Layout {
    fn of(section: &str) -> Self {
        let mut layout = Self::default();
        let (mut point, mut commas, mut first_zero) = (false, 0_usize, None);
        let mut chars = section.chars().peekable();
        let mut quote = None;
        while let Some(c) = chars.next() {
            if let Some(open) = quote {
                if c == open {
                    quote = None;
                }
                continue;
            }
            match c {
                '\\' => drop(chars.next()),
                '\'' | '"' => quote = Some(c),
                '0' | '#' if !point => {
                    if commas > 0 && layout.whole > 0 {
                        layout.group = true;
                    }
                    commas = 0;
                    if c == '0' && first_zero.is_none() {
                        first_zero = Some(layout.whole);
                    }
                    layout.whole = layout.whole.saturating_add(1);
                }
                '0' | '#' => {
                    layout.fraction = layout.fraction.saturating_add(1);
                    if c == '0' {
                        layout.least_fraction = layout.fraction;
                    }
                }
                '.' if !point => {
                    point = true;
                    layout.thousands = commas;
                }
                ',' if !point && layout.whole > 0 => commas = commas.saturating_add(1),
                '%' => layout.percents = layout.percents.saturating_add(1),
                '‰' => layout.permilles = layout.permilles.saturating_add(1),
                'e' | 'E' if exponent_follows(&mut chars.clone()) => {
                    layout.exponent = true;
                    while chars.next_if(|c| matches!(c, '+' | '-' | '0')).is_some() {}
                }
                _ => {}
            }
        }
        if !point {
            layout.thousands = commas;
        }
        layout.least_whole = first_zero.map_or(0, |first| layout.whole.saturating_sub(first));
        layout
    }

    fn render(&self, section: &str, digits: &str, exponent: i64, culture: &Numbers) -> String {
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let whole = whole.trim_start_matches('0');
        let whole = zeros::before(whole, self.least_whole);
        let fraction = fraction.trim_end_matches('0');
        let fraction = zeros::behind(fraction, self.least_fraction);
        let mut out = String::new();
        // The first place takes all digits that have no place of their own.
        let mut place = 0_usize;
        let (mut point, mut behind) = (false, 0_usize);
        let mut chars = section.chars().peekable();
        let mut quote = None;
        while let Some(c) = chars.next() {
            if let Some(open) = quote {
                if c == open {
                    quote = None;
                } else {
                    out.push(c);
                }
                continue;
            }
            match c {
                '\\' => out.extend(chars.next()),
                '\'' | '"' => quote = Some(c),
                '0' | '#' if !point => {
                    let left = self.whole.saturating_sub(place);
                    let from = if place == 0 { 0 } else { whole.len().saturating_sub(left) };
                    let to = whole.len().saturating_sub(left.saturating_sub(1));
                    let have = place == 0 || whole.len() >= left;
                    if have {
                        self.push_whole(&mut out, &whole, from..to, culture);
                    }
                    place = place.saturating_add(1);
                }
                '0' | '#' => {
                    out.push_str(fraction.get(behind..behind.saturating_add(1)).unwrap_or(""));
                    behind = behind.saturating_add(1);
                }
                '.' if !point => {
                    if self.whole == 0 {
                        out.push_str(&whole);
                    }
                    point = true;
                    if !fraction.is_empty() {
                        out.push_str(&culture.point);
                    }
                }
                ',' => {}
                '%' => out.push_str(&culture.percent),
                '‰' => out.push_str(&culture.permille),
                'e' | 'E' if exponent_follows(&mut chars.clone()) => {
                    let plus = chars.next_if(|c| matches!(c, '+' | '-')) == Some('+');
                    let mut width = 0_usize;
                    while chars.next_if_eq(&'0').is_some() {
                        width = width.saturating_add(1);
                    }
                    let sign = if exponent < 0 {
                        culture.minus.as_str()
                    } else if plus {
                        culture.plus.as_str()
                    } else {
                        ""
                    };
                    let _ = write!(out, "{c}{sign}{}", zeros::before(&exponent.abs().to_string(), width));
                }
                _ => out.push(c),
            }
        }
        out
    }

    fn push_whole(&self, out: &mut String, whole: &str, part: Range<usize>, culture: &Numbers) {
        let digits = whole.get(part.start..part.end.min(whole.len())).unwrap_or("");
        for (at, c) in digits.chars().enumerate() {
            let at = at.saturating_add(part.start);
            if self.group && at > 0 && is_border(whole.len().saturating_sub(at), &culture.sizes) {
                out.push_str(&culture.group);
            }
            out.push(c);
        }
    }
}

fn exponent_follows(rest: &mut impl Iterator<Item = char>) -> bool {
    match rest.next() {
        Some('0') => true,
        Some('+' | '-') => rest.next() == Some('0'),
        _ => false,
    }
}
