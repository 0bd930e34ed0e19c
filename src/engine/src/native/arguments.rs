//! What a program gets of the arguments in a script.

use crate::{
    bind::Argument,
    eval::{R, Runspace},
    value::{enumerate, text},
};

/// The word after which the rest of the line is passed as it is.
const VERBATIM: &str = "--%";

/// The arguments as the program gets them.
pub(super) fn words(rs: &mut Runspace, args: Vec<Argument>) -> R<Vec<String>> {
    let mut list = Vec::new();
    let mut is_verbatim = false;
    for argument in args {
        if is_verbatim {
            let rest = expand_environment(rs, &text(&argument.value));
            list.extend(rest.split([' ', '\t']).filter(|word| !word.is_empty()).map(str::to_owned));
        } else if argument.bare && argument.value.as_str().is_some_and(|word| word.as_str() == VERBATIM) {
            is_verbatim = true;
        } else if let Some(name) = &argument.name {
            let name_text = name.text.to_string();
            if argument.splatted && name_text.ends_with(':') {
                // `@args` passes on only the value that was given to a name with a colon, which follows.
            } else if name.has_value {
                parameter(rs, &name_text, &argument, &mut list)?;
            } else {
                list.push(name_text);
            }
        } else {
            value(rs, &argument, &mut list)?;
        }
    }
    let passing = rs.variable("PSNativeCommandArgumentPassing").map(|passing| text(&passing).to_ascii_lowercase());
    Ok(if passing.as_deref() == Some("legacy") { legacy(&list) } else { list })
}

/// `-name:value`: one word for each value, or two where a blank stands behind the colon.
fn parameter(rs: &mut Runspace, name: &str, argument: &Argument, list: &mut Vec<String>) -> R<()> {
    let (value, bare) = (&argument.value, argument.bare || argument.splatted);
    let (name, is_apart) = match name.strip_suffix(' ') {
        Some(name) => (name, true),
        None => (name, false),
    };
    let colon = if name.ends_with(':') { "" } else { ":" };
    if let Some(written) = argument.text.as_ref().filter(|_| enumerate(value).is_none()) {
        match is_apart {
            true => list.extend([format!("{name}{colon}"), written.to_string()]),
            false => list.push(format!("{name}{colon}{written}")),
        }
        return Ok(());
    }
    for item in enumerate(value).unwrap_or_else(|| vec![value.clone()]) {
        let shown = rs.text(&item)?;
        for word in crate::providers::expand_word(rs, &shown, bare) {
            if is_apart {
                list.extend([format!("{name}{colon}"), word]);
            } else {
                list.push(format!("{name}{colon}{word}"));
            }
        }
    }
    Ok(())
}

fn value(rs: &mut Runspace, argument: &Argument, list: &mut Vec<String>) -> R<()> {
    let Some(items) = enumerate(&argument.value) else {
        if let Some(written) = &argument.text {
            list.push(written.to_string());
        } else if !argument.value.is_null() {
            let shown = rs.text(&argument.value)?;
            list.extend(crate::providers::expand_word(rs, &shown, argument.bare || argument.splatted));
        }
        return Ok(());
    };
    for item in items {
        let shown = rs.text(&item)?;
        // A list that is written with commas stays as it is written, from its first item without blanks on.
        if let Some(written) = &argument.text
            && !shown.is_empty()
            && !shown.contains(char::is_whitespace)
        {
            list.extend(written.split(' ').filter(|word| !word.is_empty()).map(str::to_owned));
            return Ok(());
        }
        list.extend(crate::providers::expand_word(rs, &shown, argument.bare || argument.splatted));
    }
    Ok(())
}

/// `%NAME%` for the variables that there are.
fn expand_environment(rs: &Runspace, line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((head, tail)) = rest.split_once('%') {
        out.push_str(head);
        let found = tail.split_once('%').and_then(|(name, tail)| Some((rs.state.environment.get(name)?, tail)));
        match found {
            Some((value, tail)) => {
                out.push_str(&value);
                rest = tail;
            }
            None => {
                out.push('%');
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    out
}

/// How arguments were passed before PowerShell 7.3: as one line, quotes only around words with blanks, taken apart again.
fn legacy(words: &[String]) -> Vec<String> {
    let quoted = words.iter().filter(|word| !word.is_empty()).map(|word| {
        let needs_quotes = word.contains(char::is_whitespace) && !(word.starts_with('"') && word.ends_with('"'));
        if needs_quotes { format!("\"{word}\"") } else { word.clone() }
    });
    split_line(&quoted.collect::<Vec<_>>().join(" "))
}

/// The words of a command line: quotes hold words together, a backslash in front of a quote makes it a character.
fn split_line(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut is_quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' if !is_quoted => words.extend(word.take()),
            '\\' => {
                let mut count = 1_usize;
                while chars.next_if_eq(&'\\').is_some() {
                    count = count.saturating_add(1);
                }
                let word = word.get_or_insert_default();
                if chars.peek() == Some(&'"') {
                    word.extend(std::iter::repeat_n('\\', count / 2));
                    if count % 2 == 1 {
                        chars.next();
                        word.push('"');
                    }
                } else {
                    word.extend(std::iter::repeat_n('\\', count));
                }
            }
            '"' if is_quoted && chars.next_if_eq(&'"').is_some() => word.get_or_insert_default().push('"'),
            '"' => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_split_as_dotnet_splits_them() {
        assert_eq!(split_line(r#"a  "b c" d\"e \\"f" "" g"#), ["a", "b c", "d\"e", "\\f", "", "g"]);
        assert_eq!(split_line("\"a\"\"b\""), ["a\"b"]);
    }
}
