//! Comments that describe a function: `.SYNOPSIS` and its kind.

/// What a comment says, section by section.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Comment {
    /// The word behind the dot in lower case, what stands behind it on the line, and the text below.
    sections: Vec<(String, String, String)>,
    /// What comments at the parameters say, in the order of the parameters.
    pub(super) at_parameters: Vec<String>,
}

/// Words that begin a section with text below.
const WITH_TEXT: [&str; 10] =
    ["synopsis", "description", "example", "inputs", "outputs", "notes", "link", "component", "role", "functionality"];

/// Words that take a name on their line.
const WITH_NAME: [&str; 5] =
    ["parameter", "forwardhelptargetname", "forwardhelpcategory", "remotehelprunspace", "externalhelp"];

/// The word of a line that begins a section, and the name behind it.
fn directive(line: &str) -> Option<(String, String)> {
    let rest = line.trim().strip_prefix('.')?;
    let (word, name) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let is_word = !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_word.then(|| (word.to_ascii_lowercase(), name.trim().to_owned()))
}

impl Comment {
    /// Reads the text of comments; none if it is no help: if it has no section, unknown words, or text of no section.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut comment = Self::default();
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let Some((word, name)) = directive(line) else {
                if line.trim().is_empty() {
                    continue;
                }
                return None;
            };
            let known: &[&str] = if name.is_empty() { &WITH_TEXT } else { &WITH_NAME };
            if !known.contains(&word.as_str()) {
                return None;
            }
            let mut below = Vec::new();
            while let Some(line) = lines.next_if(|line| directive(line).is_none()) {
                below.push(line);
            }
            comment.sections.push((word, name, unindent(&below)));
        }
        (!comment.sections.is_empty()).then_some(comment)
    }

    /// The text of a section; the last one counts.
    pub(crate) fn get(&self, word: &str) -> Option<&str> {
        self.sections.iter().rfind(|(have, ..)| have == word).map(|(_, _, text)| text.as_str())
    }

    /// The texts of all sections of a kind.
    pub(crate) fn all<'c>(&'c self, word: &'c str) -> impl Iterator<Item = &'c str> {
        self.sections.iter().filter(move |(have, ..)| have == word).map(|(_, _, text)| text.as_str())
    }

    /// What stands behind a word on its line.
    pub(crate) fn argument(&self, word: &str) -> Option<&str> {
        self.sections.iter().rfind(|(have, ..)| have == word).map(|(_, argument, _)| argument.as_str())
    }

    /// The text about a parameter: of its section, else of the comment where it stands in the list.
    pub(crate) fn parameter(&self, name: &str, at: usize) -> Option<&str> {
        let about = |(word, argument, _): &&(String, String, String)| {
            word == "parameter" && psrpd_dotnet::casing::eq(argument, name)
        };
        let section = self.sections.iter().find(about).map(|(_, _, text)| text.as_str());
        let beside = || self.at_parameters.get(at).map(String::as_str).filter(|text| !text.is_empty());
        section.or_else(beside)
    }
}

/// Lines without as many blanks as the first of them begins with, and without empty ones around them.
pub(super) fn unindent(lines: &[&str]) -> String {
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\u{a0}');
    let mut lines = lines.iter().skip_while(|line| line.trim().is_empty()).peekable();
    let indent = lines.peek().map_or(0, |line| line.chars().take_while(|c| is_blank(*c)).count());
    let cut = |line: &&str| {
        let mut left = indent;
        let rest = line.trim_start_matches(|c| {
            let goes = left > 0 && is_blank(c);
            left = left.saturating_sub(1);
            goes
        });
        rest.trim_end().to_owned()
    };
    let cut: Vec<String> = lines.map(cut).collect();
    cut.join("\n").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::Comment;

    #[test]
    fn sections_are_parted_by_their_words() {
        let comment =
            Comment::parse(" .SYNOPSIS\n  Says hi.\n.PARAMETER Name\n  Who.\n    Or what.\n.EXAMPLE\n x\n.EXAMPLE\n y")
                .unwrap();
        assert_eq!(comment.get("synopsis"), Some("Says hi."));
        assert_eq!(comment.parameter("name", 0), Some("Who.\n  Or what."));
        assert_eq!(comment.all("example").collect::<Vec<_>>(), ["x", "y"]);
    }

    #[test]
    fn what_is_no_help_is_none() {
        for text in ["no help here", "text\n.SYNOPSIS\nx", ".LINK https://x", ".PARAMETER\nx", ".NOSUCH\nx"] {
            assert_eq!(Comment::parse(text), None, "{text}");
        }
    }
}
