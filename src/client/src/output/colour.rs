//! Colour, and text of hosts that must not act on our terminal.

/// `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum ColourChoice {
    /// On a terminal, unless the environment says otherwise.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Whether to colour a stream: the flag, then `NO_COLOR`, `CLICOLOR_FORCE` and `TERM=dumb`, then whether it is a
/// terminal.
pub(super) fn wanted(choice: ColourChoice, terminal: bool, env: &dyn Fn(&str) -> Option<String>) -> bool {
    let set = |name: &str| env(name).is_some_and(|value| !value.is_empty());
    match choice {
        ColourChoice::Always => true,
        ColourChoice::Never => false,
        ColourChoice::Auto if set("NO_COLOR") => false,
        ColourChoice::Auto if env("CLICOLOR_FORCE").is_some_and(|v| !v.is_empty() && v != "0") => true,
        ColourChoice::Auto => terminal && env("TERM").is_none_or(|term| term != "dumb"),
    }
}

pub(super) fn red(text: &str) -> String {
    format!("\x1b[31m{text}\x1b[0m")
}

pub(super) fn yellow(text: &str) -> String {
    format!("\x1b[33m{text}\x1b[0m")
}

/// The colour of the `index`th label of a run: six of the sixteen that themes define, red left for errors.
pub(super) fn label(text: &str, index: usize) -> String {
    const COLOURS: [u8; 6] = [36, 32, 35, 34, 96, 92];
    let colour = COLOURS.get(index % COLOURS.len()).copied().unwrap_or(36);
    format!("\x1b[{colour}m{text}\x1b[0m")
}

/// Text of a host for a terminal: tabs, line ends and, with `colour`, colour sequences stay; every other control
/// character is shown, so that a host can move no cursor and set no title.
pub fn visible(text: &str, colour: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut coloured = false;
    while let Some(c) = rest.chars().next() {
        if c == '\x1b'
            && let Some(length) = sgr(rest)
            && let Some((sequence, tail)) = rest.split_at_checked(length)
        {
            if colour {
                out.push_str(sequence);
                coloured = true;
            }
            rest = tail;
            continue;
        }
        match c {
            '\t' | '\n' => out.push(c),
            '\r' if rest.starts_with("\r\n") => {}
            c if c.is_control() => out.extend(c.escape_default()),
            // Bidirectional overrides reorder what stands beside them.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    if coloured {
        out.push_str("\x1b[0m");
    }
    out
}

/// The length of the colour sequence (SGR) with which `text` begins.
fn sgr(text: &str) -> Option<usize> {
    let body = text.strip_prefix("\x1b[")?;
    let end = body.find(|c: char| !(c.is_ascii_digit() || c == ';' || c == ':'))?;
    (body.as_bytes().get(end) == Some(&b'm') && end <= 40).then_some(end + 3)
}

#[cfg(test)]
mod tests {
    use super::{ColourChoice, visible, wanted};

    #[test]
    fn the_flag_beats_the_variables() {
        let env = |pairs: &'static [(&str, &str)]| {
            move |name: &str| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
        };
        let auto = ColourChoice::Auto;
        assert!(wanted(auto, true, &env(&[])));
        assert!(!wanted(auto, false, &env(&[])));
        assert!(!wanted(auto, true, &env(&[("NO_COLOR", "1")])));
        assert!(wanted(auto, true, &env(&[("NO_COLOR", "")])));
        assert!(!wanted(auto, true, &env(&[("TERM", "dumb")])));
        assert!(wanted(auto, false, &env(&[("CLICOLOR_FORCE", "1")])));
        assert!(wanted(ColourChoice::Always, false, &env(&[("NO_COLOR", "1")])));
        assert!(!wanted(ColourChoice::Never, true, &env(&[("CLICOLOR_FORCE", "1")])));
    }

    #[test]
    fn only_colour_survives() {
        assert_eq!(visible("a\x1b[31mb\x1b[2Jc", true), "a\x1b[31mb\\u{1b}[2Jc\x1b[0m");
        assert_eq!(visible("a\x1b[31mb", false), "ab");
        assert_eq!(visible("x\r\ny\tz\r\u{7}", false), "x\ny\tz\\r\\u{7}");
        assert_eq!(visible("\x1b]0;title\u{7}", true), "\\u{1b}]0;title\\u{7}");
        assert_eq!(visible("é\u{202e}", false), "é\\u{202e}");
        assert_eq!(visible("\x1b[", true), "\\u{1b}[");
    }
}
