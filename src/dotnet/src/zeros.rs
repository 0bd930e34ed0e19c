//! Zeros before and behind digits; widths of Rust's own formats end at 65,535.

/// More digits behind the point of the scientific form than any double has.
const EXACT: usize = 1_100;

/// The digits with zeros in front of them, `width` characters in all.
pub(crate) fn before(digits: &str, width: usize) -> String {
    let missing = width.saturating_sub(digits.chars().count());
    if missing == 0 { digits.to_owned() } else { "0".repeat(missing) + digits }
}

/// The digits with zeros behind them, `width` characters in all.
pub(crate) fn behind(digits: &str, width: usize) -> String {
    let missing = width.saturating_sub(digits.chars().count());
    if missing == 0 { digits.to_owned() } else { digits.to_owned() + &"0".repeat(missing) }
}

/// `1.25e2`, with that many digits behind the point.
pub(crate) fn scientific(value: f64, decimals: usize) -> String {
    let kept = decimals.min(EXACT);
    let text = format!("{value:.kept$e}");
    match text.split_once('e') {
        Some((mantissa, exponent)) if decimals > kept => {
            format!("{mantissa}{}e{exponent}", "0".repeat(decimals.saturating_sub(kept)))
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_width() {
        assert_eq!(before("12", 4), "0012");
        assert_eq!(behind("12", 1), "12");
        assert_eq!(before("1", 70_000).len(), 70_000);
        assert_eq!(scientific(1.5, 3), "1.500e0");
        assert_eq!(scientific(1.5, 70_000).len(), 70_004);
    }
}
