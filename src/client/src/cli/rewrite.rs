//! Cmdlet spellings: `psrp New-PSSession -HostName web1 -Name build` becomes `psrp new --name build web1`.
//!
//! Two tables say which verb and which flag a word means. Nothing is ambiguous: ours are lower case, flags with
//! two dashes or one letter; PowerShell's parameters have one dash and more than one letter.

use std::ffi::OsString;

use clap::Command;

/// The spellings of each verb; the first is ours.
const VERBS: &[&[&str]] = &[
    &["new", "new-pssession", "nsn"],
    &["get", "get-pssession", "gsn", "ls"],
    &["invoke", "invoke-command", "icm", "run"],
    &["connect", "connect-pssession", "cnsn"],
    &["disconnect", "disconnect-pssession", "dnsn"],
    &["receive", "receive-pssession", "rcsn", "receive-job", "rcjb"],
    &["remove", "remove-pssession", "rsn", "rm"],
];

/// What a cmdlet parameter becomes.
#[derive(Clone, Copy)]
enum Becomes {
    /// A flag with the parameter's value.
    Flag(&'static str),
    /// A flag once for every element of the value.
    FlagForEach(&'static str),
    /// As [`Flag`](Self::Flag), the value in milliseconds.
    Milliseconds(&'static str),
    /// A flag without a value.
    Switch(&'static str),
    /// Targets: the elements of the value.
    Hosts,
    /// The session's name: part of the targets, except for `new`.
    SessionName,
    /// Sessions of the local table: targets.
    Sessions,
    /// Script text, in braces perhaps.
    ScriptBlock,
    /// A switch for what is always so.
    Nothing,
}

const PARAMETERS: &[(&str, Becomes)] = &[
    ("hostname", Becomes::Hosts),
    ("computername", Becomes::Hosts),
    ("cn", Becomes::Hosts),
    ("name", Becomes::SessionName),
    ("sessionname", Becomes::SessionName),
    ("id", Becomes::Sessions),
    ("instanceid", Becomes::Sessions),
    ("session", Becomes::Sessions),
    ("username", Becomes::Flag("--login")),
    ("port", Becomes::Flag("--port")),
    ("keyfilepath", Becomes::Flag("--identity")),
    ("identityfilepath", Becomes::Flag("--identity")),
    ("subsystem", Becomes::Flag("--subsystem")),
    ("connectingtimeout", Becomes::Milliseconds("--connect-timeout")),
    ("throttlelimit", Becomes::Flag("--throttle")),
    ("scriptblock", Becomes::ScriptBlock),
    ("command", Becomes::ScriptBlock),
    ("filepath", Becomes::Flag("--file")),
    ("argumentlist", Becomes::FlagForEach("--positional")),
    ("args", Becomes::FlagForEach("--positional")),
    ("indisconnectedsession", Becomes::Switch("--in-disconnected-session")),
    ("disconnected", Becomes::Switch("--in-disconnected-session")),
    ("idletimeoutsec", Becomes::Flag("--idle-timeout")),
    ("outputbufferingmode", Becomes::Flag("--keep")),
    ("state", Becomes::Flag("--state")),
    ("keep", Becomes::Switch("--keep")),
    ("wait", Becomes::Switch("--follow")),
    ("sshtransport", Becomes::Nothing),
];

/// Why a command line has no meaning.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RewriteError {
    /// No verb of that name.
    #[error("unknown verb {word:?}{suggestion}; `psrp --help` lists the verbs")]
    UnknownVerb {
        /// As written.
        word: String,
        /// The nearest verb as a phrase, or empty.
        suggestion: String,
    },
    /// No cmdlet parameter of that name.
    #[error("unknown parameter {0}; `psrp VERB --help` lists our flags")]
    UnknownParameter(String),
    /// A parameter without its value.
    #[error("parameter {0} needs a value")]
    NoValue(String),
}

/// Rewrites a command line; words that are not ours to change pass as they are.
///
/// # Errors
/// An unknown verb, or a word that looks like a cmdlet parameter and is none.
pub fn rewrite(command: &Command, words: Vec<OsString>) -> Result<Vec<OsString>, RewriteError> {
    let Some(at) = verb_position(command, &words) else { return Ok(words) };
    let (before, rest) = words.split_at(at);
    let mut rest = rest.iter().cloned();
    let Some(word) = rest.next() else { return Ok(before.to_vec()) };
    let verb = verb(&word.to_string_lossy())?;
    let mut out = before.to_vec();
    out.push(verb.into());
    Parameters { command, verb, out, hosts: Vec::new(), names: Vec::new() }.run(&mut rest)
}

/// Where the verb is: the first word that is neither a global flag nor a flag's value.
fn verb_position(command: &Command, words: &[OsString]) -> Option<usize> {
    let mut index = 1;
    while let Some(word) = words.get(index) {
        let text = word.to_string_lossy();
        if !text.starts_with('-') || text == "-" {
            return Some(index);
        }
        index += if takes_next_word(command, &text) { 2 } else { 1 };
    }
    None
}

/// Whether the word is a flag whose value is the next word.
fn takes_next_word(command: &Command, word: &str) -> bool {
    let found = if let Some(long) = word.strip_prefix("--") {
        command.get_arguments().find(|a| a.get_long() == Some(long))
    } else {
        // Of combined letters only the last can take a value from the next word.
        let letter = word.chars().last();
        let before_it_no_value =
            |c: char| command.get_arguments().any(|a| a.get_short() == Some(c) && !a.get_action().takes_values());
        let letters: Vec<char> = word.chars().skip(1).collect();
        let flags_only = letters.split_last().is_some_and(|(_, init)| init.iter().all(|&c| before_it_no_value(c)));
        command.get_arguments().find(|a| flags_only && a.get_short() == letter)
    };
    found.is_some_and(|a| a.get_action().takes_values())
}

fn verb(word: &str) -> Result<&'static str, RewriteError> {
    let lower = word.to_lowercase();
    let known = VERBS.iter().find(|spellings| spellings.contains(&lower.as_str()));
    if let Some(ours) = known.and_then(|spellings| spellings.first()) {
        return Ok(ours);
    }
    let all = VERBS.iter().flat_map(|spellings| spellings.iter());
    let near = all.map(|spelling| (strsim::jaro_winkler(&lower, spelling), spelling));
    let best = near.filter(|(score, _)| *score > 0.8).max_by(|a, b| a.0.total_cmp(&b.0));
    let suggestion = best.map_or(String::new(), |(_, spelling)| format!(", did you mean {spelling}?"));
    Err(RewriteError::UnknownVerb { word: word.chars().take(80).collect(), suggestion })
}

struct Parameters<'a> {
    command: &'a Command,
    verb: &'static str,
    out: Vec<OsString>,
    hosts: Vec<String>,
    names: Vec<String>,
}

impl Parameters<'_> {
    fn run(mut self, words: &mut dyn Iterator<Item = OsString>) -> Result<Vec<OsString>, RewriteError> {
        let mut tail = Vec::new();
        while let Some(word) = words.next() {
            let text = word.to_string_lossy().into_owned();
            if text == "--" {
                tail.push(word);
                tail.extend(words);
                break;
            }
            match text.strip_prefix('-').filter(|name| is_parameter(name)) {
                Some(name) => self.parameter(&text, name, words)?,
                None => {
                    self.out.push(word);
                    if text.starts_with('-') && self.verb_flag_takes_next_word(&text) {
                        self.out.extend(words.next());
                    }
                }
            }
        }
        self.targets();
        self.out.extend(tail);
        Ok(self.out)
    }

    fn verb_flag_takes_next_word(&self, word: &str) -> bool {
        let verb = self.command.find_subcommand(self.verb);
        takes_next_word(self.command, word) || verb.is_some_and(|verb| takes_next_word(verb, word))
    }

    fn parameter(
        &mut self,
        word: &str,
        name: &str,
        words: &mut dyn Iterator<Item = OsString>,
    ) -> Result<(), RewriteError> {
        let (name, inline) = match name.split_once(':') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (name, None),
        };
        let name = name.to_lowercase();
        let Some((_, becomes)) = PARAMETERS.iter().find(|(spelling, _)| *spelling == name) else {
            return Err(RewriteError::UnknownParameter(word.chars().take(80).collect()));
        };
        match becomes {
            Becomes::Switch(flag) => {
                self.out.push(flag.into());
                return Ok(());
            }
            Becomes::Nothing => return Ok(()),
            _ => {}
        }
        let next = |words: &mut dyn Iterator<Item = OsString>| words.next().map(|w| w.to_string_lossy().into_owned());
        let value = inline.or_else(|| next(words)).ok_or_else(|| RewriteError::NoValue(word.to_owned()))?;
        match becomes {
            Becomes::Flag(flag) => {
                let value = if *flag == "--keep" { value.to_lowercase() } else { value };
                self.out.extend([flag.into(), value.into()]);
            }
            Becomes::FlagForEach(flag) => {
                for element in elements(&value) {
                    self.out.extend([flag.into(), element.into()]);
                }
            }
            Becomes::Milliseconds(flag) => self.out.extend([flag.into(), format!("{value}ms").into()]),
            Becomes::Hosts => self.hosts.extend(elements(&value)),
            Becomes::Sessions => self.out.extend(elements(&value).into_iter().map(OsString::from)),
            Becomes::SessionName if self.verb == "new" => self.out.extend(["--name".into(), value.into()]),
            Becomes::SessionName => self.names.extend(elements(&value)),
            Becomes::ScriptBlock => {
                // `{ Get-Date }` without quotes is several words to a Unix shell.
                let mut script = value;
                while script.trim_start().starts_with('{') && script.matches('{').count() > script.matches('}').count()
                {
                    let more = next(words).ok_or_else(|| RewriteError::NoValue(word.to_owned()))?;
                    script = format!("{script} {more}");
                }
                let inner = script.trim().strip_prefix('{').and_then(|s| s.strip_suffix('}'));
                let script = inner.map_or_else(|| script.clone(), |inner| inner.trim().to_owned());
                self.out.extend(["--command".into(), script.into()]);
            }
            Becomes::Switch(_) | Becomes::Nothing => {}
        }
        Ok(())
    }

    /// Hosts and session names are said apart in PowerShell and together here.
    fn targets(&mut self) {
        let targets: Vec<String> = match (self.hosts.as_slice(), self.names.as_slice()) {
            (hosts, []) => hosts.to_vec(),
            ([], names) => names.iter().map(|name| format!("/{name}")).collect(),
            (hosts, names) => {
                hosts.iter().flat_map(|host| names.iter().map(move |name| format!("{host}/{name}"))).collect()
            }
        };
        self.out.extend(targets.into_iter().map(OsString::from));
    }
}

/// More than one letter behind one dash, as PowerShell's parameters are written: a capital first.
fn is_parameter(name: &str) -> bool {
    let end = name.find(':').unwrap_or(name.len());
    let word = name.get(..end).unwrap_or_default();
    let known = PARAMETERS.iter().any(|(spelling, _)| word.eq_ignore_ascii_case(spelling));
    let capital = word.starts_with(|c: char| c.is_ascii_uppercase()) && word.chars().all(|c| c.is_ascii_alphabetic());
    word.len() > 1 && (known || capital)
}

/// The elements of a PowerShell array argument: commas between them, but not in quotes.
fn elements(value: &str) -> Vec<String> {
    let mut quote = None;
    let is_comma = |c: char| {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '\'' | '"') => quote = Some(c),
            _ => {}
        }
        c == ',' && quote.is_none()
    };
    value.split(is_comma).map(|v| v.trim().trim_matches(['\'', '"']).to_owned()).filter(|v| !v.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::{RewriteError, rewrite};
    use crate::cli::Cli;
    use clap::CommandFactory as _;

    fn try_rewritten(line: &[&str]) -> Result<Vec<String>, RewriteError> {
        let mut command = Cli::command();
        command.build();
        let words = std::iter::once("psrp").chain(line.iter().copied()).map(Into::into).collect();
        let out = rewrite(&command, words)?;
        Ok(out.into_iter().skip(1).map(|w| w.into_string().unwrap()).collect())
    }

    fn rewritten(line: &[&str]) -> Vec<String> {
        try_rewritten(line).unwrap()
    }

    #[test]
    fn verbs_in_every_spelling() {
        for word in ["new", "NEW", "New-PSSession", "nsn"] {
            assert_eq!(rewritten(&[word, "web"]), ["new", "web"]);
        }
        assert_eq!(rewritten(&["-o", "json", "-qp", "22", "--color=never", "gsn"])[5], "get");
        assert_eq!(rewritten(&["--help"]), ["--help"]);
    }

    #[test]
    fn unknown_verbs_get_a_suggestion() {
        let error = try_rewritten(&["New-PSSesion"]).unwrap_err().to_string();
        assert!(error.contains("did you mean new-pssession?"), "{error}");
        let error = try_rewritten(&["invok"]).unwrap_err().to_string();
        assert!(error.contains("did you mean invoke?"), "{error}");
        assert!(!try_rewritten(&["zzz"]).unwrap_err().to_string().contains("did you mean"));
    }

    #[test]
    fn parameters() {
        assert_eq!(
            rewritten(&["New-PSSession", "-HostName", "web1,web2", "-Name:build", "-UserName", "bob", "-Port", "22"]),
            ["new", "--name", "build", "--login", "bob", "--port", "22", "web1", "web2"]
        );
        assert_eq!(
            rewritten(&["icm", "-hostname", "a", "-SessionName", "b", "-ScriptBlock", "{", "Get-Date", "}"]),
            ["invoke", "--command", "Get-Date", "a/b"]
        );
        assert_eq!(rewritten(&["rsn", "-Name", "a,b"]), ["remove", "/a", "/b"]);
        assert_eq!(rewritten(&["rcsn", "-Id", "3", "-Keep"]), ["receive", "3", "--keep"]);
        assert_eq!(rewritten(&["nsn", "w", "-ConnectingTimeout", "500"]), ["new", "w", "--connect-timeout", "500ms"]);
        assert_eq!(
            rewritten(&["icm", "a", "-c", "-Name x", "-ArgumentList", "1,'b,c'", "--", "-Id", "1"]),
            ["invoke", "a", "-c", "-Name x", "--positional", "1", "--positional", "b,c", "--", "-Id", "1"]
        );
        assert_eq!(
            rewritten(&["icm", "a", "-SSHTransport", "-ScriptBlock", "{", "{", "1", "}", "}", "b"]),
            ["invoke", "a", "--command", "{ 1 }", "b"]
        );
    }

    #[test]
    fn errors() {
        assert!(matches!(try_rewritten(&["get", "-NoSuch"]), Err(RewriteError::UnknownParameter(_))));
        assert!(matches!(try_rewritten(&["get", "-HostName"]), Err(RewriteError::NoValue(_))));
    }
}
