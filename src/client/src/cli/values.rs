//! Values of flags.

use std::time::Duration;

use psrp_session::limits::IDLE_SECONDS;

/// A time: seconds, or numbers with units as in `1h30m`; units are d, h, m, s and ms.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let bad = || "expected a time such as 30, 90s, 500ms or 1h30m".to_owned();
    let mut total = Duration::ZERO;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, tail) = rest.split_at_checked(digits).ok_or_else(bad)?;
        let number: u64 = number.parse().map_err(|_| bad())?;
        let end = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at_checked(end).ok_or_else(bad)?;
        let milliseconds = match unit {
            "" | "s" => 1000,
            "ms" => 1,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(bad()),
        };
        let part = number.checked_mul(milliseconds).map(Duration::from_millis).ok_or_else(bad)?;
        total = total.checked_add(part).ok_or_else(bad)?;
        rest = tail;
    }
    if text.is_empty() { Err(bad()) } else { Ok(total) }
}

/// A time for which a session can be kept.
pub(super) fn idle_timeout(text: &str) -> Result<Duration, String> {
    let time = duration(text)?;
    if IDLE_SECONDS.contains(&time.as_secs()) {
        Ok(time)
    } else {
        Err(format!("expected {}s to {}s", IDLE_SECONDS.start(), IDLE_SECONDS.end()))
    }
}

/// `NAME=VALUE`.
pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if is_name(name) => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

/// A name of variables and parameters: letters, digits and underscores.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_') && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// A line of ssh_config on one line.
pub(super) fn ssh_option(text: &str) -> Result<String, String> {
    let has_value = text.split_once(['=', ' ']).is_some_and(|(k, v)| !k.is_empty() && !v.trim().is_empty());
    if has_value && !text.contains(['\n', '\r']) {
        Ok(text.to_owned())
    } else {
        Err("expected KEYWORD=VALUE".to_owned())
    }
}

/// A name for a new session.
pub(super) fn session_name(text: &str) -> Result<String, String> {
    match text.parse() {
        Ok(crate::target::Session::Name(name)) => Ok(name),
        _ => Err("a session name has up to 64 letters, digits, '.', '_' and '-', starts with a letter or digit and is no number".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{duration, idle_timeout, pair, session_name, ssh_option};
    use std::time::Duration;

    #[test]
    fn durations() {
        for (text, milliseconds) in [("10", 10_000), ("1h30m", 5_400_000), ("500ms", 500), ("2d", 172_800_000)] {
            assert_eq!(duration(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in ["", "x", "1y", "-1", "s", "99999999999999999999d", "1.5"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn others() {
        assert_eq!(idle_timeout("1m"), Ok(Duration::from_secs(60)));
        assert!(idle_timeout("59").is_err() && idle_timeout("25d").is_err() && idle_timeout("x").is_err());
        assert_eq!(pair("A_1=b=c"), Ok(("A_1".into(), "b=c".into())));
        assert!(pair("=x").is_err() && pair("1a=x").is_err() && pair("a").is_err());
        assert!(ssh_option("Port=22").is_ok() && ssh_option("Port 22").is_ok());
        assert!(ssh_option("Port").is_err() && ssh_option("A=b\nC=d").is_err());
        assert!(session_name("build").is_ok() && session_name("17").is_err() && session_name("-x").is_err());
    }
}
