//! Walks the lines of the configuration and collects what applies to one host.

use super::lexer::{self, arguments};
use super::pattern::{ListMatch, matches_list};
use super::{COMMAND_LINE, ConfigError, ConfigErrorKind, File, HostConfig, Include, Proxy, Unsupported, keywords};
use crate::limits::{MAX_CONFIG_LINES, MAX_INCLUDE_DEPTH};

/// For which host the configuration is wanted.
#[derive(Debug, Clone)]
pub struct Query<'a> {
    /// The host as the user wrote it.
    pub host: &'a str,
    /// The local user's name, for `Match localuser` and as the default of `Match user`.
    pub local_user: &'a str,
    /// Settings of the command line as `keyword value` lines; they come before all files.
    pub options: &'a [String],
}

/// The settings for a host: command-line options first, then `files` in order, the first value found wins.
///
/// `Match exec` never runs its command: the block does not apply and is listed as unsupported.
///
/// # Errors
/// The first malformed line.
pub fn evaluate(query: &Query<'_>, files: &[File], include: Include<'_>) -> Result<HostConfig, ConfigError> {
    let mut pass = Pass {
        query,
        include,
        host: query.host.to_owned(),
        is_final: false,
        wants_final: false,
        lines: 0,
        config: HostConfig::default(),
    };
    pass.run(files)?;
    if pass.wants_final {
        // `Match final`: everything is read again, with the name that HostName made of the host.
        pass.host = pass.effective_host();
        pass.config.host_name = Some(pass.host.clone());
        pass.is_final = true;
        pass.run(files)?;
    }
    Ok(pass.config)
}

struct Pass<'a> {
    query: &'a Query<'a>,
    include: Include<'a>,
    /// What `Host` patterns are compared with.
    host: String,
    is_final: bool,
    wants_final: bool,
    lines: u32,
    config: HostConfig,
}

/// Where a line is, and whether its block applies.
struct Block<'a> {
    file: &'a File,
    line: usize,
    active: bool,
    /// Inside a file that was included from a block that does not apply: nothing in it can apply.
    never: bool,
}

impl Block<'_> {
    fn place(&self) -> String {
        // Its lines are the user's flags: a number would say nothing.
        if self.file.name == COMMAND_LINE {
            COMMAND_LINE.to_owned()
        } else {
            format!("{}:{}", self.file.name, self.line)
        }
    }

    fn error(&self, kind: ConfigErrorKind) -> ConfigError {
        ConfigError { place: self.place(), kind }
    }
}

impl Pass<'_> {
    fn run(&mut self, files: &[File]) -> Result<(), ConfigError> {
        let options = File { name: COMMAND_LINE.to_owned(), text: self.query.options.join("\n"), user: true };
        for file in std::iter::once(&options).chain(files) {
            self.file(file, 0, true, false)?;
        }
        Ok(())
    }

    fn file(&mut self, file: &File, depth: u32, active: bool, never: bool) -> Result<(), ConfigError> {
        let mut block = Block { file, line: 0, active, never };
        for text in file.text.lines() {
            block.line += 1;
            self.lines += 1;
            if self.lines > MAX_CONFIG_LINES {
                return Err(block.error(ConfigErrorKind::TooLong));
            }
            if let Some(line) = lexer::line(text) {
                self.line(&line, &mut block, depth)?;
            }
        }
        Ok(())
    }

    fn line(&mut self, line: &lexer::Line<'_>, block: &mut Block<'_>, depth: u32) -> Result<(), ConfigError> {
        let keyword = line.keyword.to_ascii_lowercase();
        if keyword == "proxycommand" {
            // The whole rest of the line is the command, quotes and `#` included. `ProxyJump none` before it
            // rules out a jump only.
            let free = match &self.config.proxy {
                None => true,
                Some(Proxy::Jump(jump)) => jump == "none",
                Some(Proxy::Command(_)) => false,
            };
            if block.active && free && !line.rest.is_empty() {
                self.config.proxy = Some(Proxy::Command(line.rest.to_owned()));
            }
            return Ok(());
        }
        let args = arguments(line.rest).ok_or_else(|| block.error(ConfigErrorKind::UnclosedQuote))?;
        match keyword.as_str() {
            "host" => {
                let patterns = args.iter().map(String::as_str);
                block.active = !block.never && matches_list(&self.host, patterns) == ListMatch::Positive;
                Ok(())
            }
            "match" => {
                let applies = self.match_applies(&args, block)?;
                block.active = !block.never && applies;
                Ok(())
            }
            "include" => self.include(&args, block, depth),
            _ if !block.active => Ok(()),
            _ => self.apply(line.keyword, &keyword, &args, block),
        }
    }

    fn apply(&mut self, written: &str, keyword: &str, args: &[String], block: &Block<'_>) -> Result<(), ConfigError> {
        let bad = |expected| {
            let value: String = args.join(" ").chars().take(80).collect();
            block.error(ConfigErrorKind::BadValue { keyword: written.to_owned(), value, expected })
        };
        match keywords::apply(&mut self.config, keyword, args) {
            Ok(keywords::Applied::Done) => Ok(()),
            Ok(keywords::Applied::Unsupported(restricts)) => {
                self.unsupported(written, restricts, block);
                Ok(())
            }
            Ok(keywords::Applied::Unknown) => {
                let ignored = self.config.ignore_unknown.as_deref().unwrap_or_default();
                if matches_list(keyword, ignored.to_ascii_lowercase().split(',')) == ListMatch::Positive {
                    return Ok(());
                }
                Err(block.error(ConfigErrorKind::UnknownKeyword(written.chars().take(80).collect())))
            }
            Err(keywords::Expected(expected)) => Err(bad(expected)),
        }
    }

    fn unsupported(&mut self, keyword: &str, restricts: bool, block: &Block<'_>) {
        let entry = Unsupported { keyword: keyword.to_owned(), place: block.place(), restricts };
        if !self.config.unsupported.contains(&entry) {
            self.config.unsupported.push(entry);
        }
    }

    fn include(&mut self, args: &[String], block: &Block<'_>, depth: u32) -> Result<(), ConfigError> {
        if depth >= MAX_INCLUDE_DEPTH {
            return Err(block.error(ConfigErrorKind::IncludeDepth));
        }
        for pattern in args {
            for file in (self.include)(pattern, block.file.user) {
                self.file(&file, depth + 1, block.active, block.never || !block.active)?;
            }
        }
        Ok(())
    }

    /// The host name that `HostName` has produced so far, in lower case as ssh uses it from then on.
    fn effective_host(&self) -> String {
        self.config.effective_host(self.query.host)
    }

    fn match_applies(&mut self, args: &[String], block: &Block<'_>) -> Result<bool, ConfigError> {
        let bad = |value: &str, expected| {
            let (keyword, value) = ("Match".to_owned(), value.chars().take(80).collect());
            block.error(ConfigErrorKind::BadValue { keyword, value, expected })
        };
        let mut words = args.iter();
        let mut applies = true;
        let mut criteria = 0;
        while let Some(word) = words.next() {
            // `Match host=web` is the same as `Match host web`.
            let (name, inline) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (word.as_str(), None),
            };
            let negated = name.starts_with('!');
            let name = name.trim_start_matches('!').to_ascii_lowercase();
            criteria += 1;
            let fulfilled = match name.as_str() {
                "all" => true,
                "canonical" | "final" => {
                    self.wants_final |= name == "final" && !self.is_final;
                    self.is_final
                }
                "exec" => {
                    if inline.is_none() {
                        words.next();
                    }
                    self.unsupported("Match exec", true, block);
                    applies = false;
                    continue;
                }
                "host" | "originalhost" | "user" | "localuser" => {
                    let list = inline.or_else(|| words.next().map(String::as_str));
                    self.criterion(&name, list.ok_or_else(|| bad(word, "a pattern list after it"))?)
                }
                _ => return Err(bad(word, "host, originalhost, user, localuser, exec, final, canonical or all")),
            };
            applies &= fulfilled != negated;
        }
        if criteria == 0 {
            return Err(bad("", "at least one criterion"));
        }
        Ok(applies)
    }

    fn criterion(&self, name: &str, list: &str) -> bool {
        let (subject, list) = match name {
            "host" => (self.effective_host(), list.to_ascii_lowercase()),
            "originalhost" => (self.query.host.to_ascii_lowercase(), list.to_ascii_lowercase()),
            "user" => (self.config.user.clone().unwrap_or_else(|| self.query.local_user.to_owned()), list.to_owned()),
            _ => (self.query.local_user.to_owned(), list.to_owned()),
        };
        matches_list(&subject, list.split(',')) == ListMatch::Positive
    }
}

#[cfg(test)]
mod tests {
    use super::{Query, evaluate};
    use crate::ssh::config::{ConfigErrorKind, File, HostConfig, Proxy};

    fn file(text: &str) -> File {
        File { name: "config".into(), text: text.into(), user: true }
    }

    fn query<'a>(host: &'a str, options: &'a [String]) -> Query<'a> {
        Query { host, local_user: "alice", options }
    }

    fn config(host: &str, text: &str) -> HostConfig {
        evaluate(&query(host, &[]), &[file(text)], &|_, _| vec![]).unwrap()
    }

    fn error(text: &str) -> String {
        evaluate(&query("h", &[]), &[file(text)], &|_, _| vec![]).unwrap_err().to_string()
    }

    #[test]
    fn options_win_over_files_and_the_first_value_wins() {
        let options = ["Port=7".to_owned()];
        let c = evaluate(&query("h", &options), &[file("Port 8\nUser a\nUser b")], &|_, _| vec![]).unwrap();
        assert_eq!((c.port, c.user.as_deref()), (Some(7), Some("a")));
    }

    #[test]
    fn match_exec_never_applies_and_is_reported() {
        let c = config("h", "Match host h exec \"test a=b\"\nPort 9\nMatch !exec x\nPort 10");
        assert_eq!(c.port, None);
        assert_eq!(c.unsupported.len(), 2);
        assert_eq!(c.unsupported[0].place, "config:1");
    }

    #[test]
    fn proxies_share_one_place() {
        let c = config("h", "ProxyCommand nc %h %p # x\nProxyJump j");
        assert_eq!(c.proxy, Some(Proxy::Command("nc %h %p # x".into())));
        let c = config("h", "ProxyJump a,b\nProxyCommand nc");
        assert_eq!(c.proxy, Some(Proxy::Jump("a,b".into())));
    }

    #[test]
    fn unsupported_and_unknown_keywords() {
        let unsupported = |text| config("h", text).unsupported.iter().map(|u| u.restricts).collect::<Vec<_>>();
        assert_eq!(unsupported("Ciphers aes128-ctr\nForwardX11 yes\nGSSAPIAuthentication yes"), [true, false]);
        assert!(unsupported("GSSAPIAuthentication no\nCanonicalizeHostname none\nControlPath none").is_empty());
        assert!(error("Host *\n\nNoSuchThing 1").starts_with("config:3: unknown keyword \"NoSuchThing\""));
        assert_eq!(config("h", "IgnoreUnknown NoSuch*\nNoSuchThing 1").port, None);
        assert_eq!(config("h", "Host other\nNoSuchThing 1").port, None);
    }

    #[test]
    fn errors_name_the_line() {
        assert!(error("NoSuchThing no").contains("unknown keyword"));
        assert!(error("Port 0").contains("config:1: Port does not accept \"0\", expected a port"));
        assert!(error("User \"x").contains("not closed"));
        assert!(error("Match").contains("at least one criterion"));
    }

    #[test]
    fn errors_of_options_have_no_line() {
        let options = ["User=a".to_owned(), "NoSuchThing=1".to_owned()];
        let error = evaluate(&query("h", &options), &[], &|_, _| vec![]).unwrap_err();
        assert_eq!(error.to_string(), "command line: unknown keyword \"NoSuchThing\"; correct the option");
    }

    #[test]
    fn includes_nest_and_end() {
        let include = |pattern: &str, _: bool| vec![file(if pattern == "self" { "Include self" } else { "Port 5" })];
        let c = evaluate(&query("h", &[]), &[file("Host x\nInclude a\nHost h\nInclude a")], &include).unwrap();
        assert_eq!(c.port, Some(5));
        let c = evaluate(&query("h", &[]), &[file("Host x\nInclude a")], &include).unwrap();
        assert_eq!(c.port, None);
        let e = evaluate(&query("h", &[]), &[file("Include self")], &include).unwrap_err();
        assert_eq!(e.kind, ConfigErrorKind::IncludeDepth);
    }
}
