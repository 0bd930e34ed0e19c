//! Text in cells of a terminal: how wide it is, cut to a width, broken into lines. Escape sequences that colour text have
//! no width and are never cut.

/// The escape sequence that ends all colours.
pub(crate) const RESET: &str = "\u{1b}[0m";
/// What stands for text that was cut off.
pub(crate) const ELLIPSIS: char = '\u{2026}';
const ESCAPE: char = '\u{1b}';

/// A piece of text: a character, or an escape sequence without width.
enum Piece<'t> {
    Char(char),
    Escape(&'t str),
}

/// Text as characters and escape sequences.
struct Pieces<'t>(&'t str);

impl<'t> Iterator for Pieces<'t> {
    type Item = Piece<'t>;

    fn next(&mut self) -> Option<Piece<'t>> {
        let first = self.0.chars().next()?;
        let length = escape_length(self.0);
        let (head, rest) = self.0.split_at_checked(length.unwrap_or(first.len_utf8()))?;
        self.0 = rest;
        Some(if length.is_some() { Piece::Escape(head) } else { Piece::Char(first) })
    }
}

/// The length of the escape sequence that text begins with: graphics, private modes and hyperlinks.
fn escape_length(text: &str) -> Option<usize> {
    let rest = text.strip_prefix(ESCAPE)?;
    let used = |tail: &str| text.len().saturating_sub(tail.len());
    if let Some(link) = rest.strip_prefix("]8;;") {
        let (_, tail) = link.split_once("\u{1b}\\")?;
        return (!link.split("\u{1b}\\").next()?.contains('\n')).then(|| used(tail));
    }
    let rest = rest.strip_prefix('[')?;
    if let Some(mode) = rest.strip_prefix('?') {
        let tail = mode.trim_start_matches(|c: char| c.is_ascii_digit());
        return (tail.len() < mode.len() && tail.starts_with(['h', 'l'])).then(|| used(tail).saturating_add(1));
    }
    let tail = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
    let numbers = rest.get(..rest.len().saturating_sub(tail.len()))?;
    let is_sound = numbers.split(';').skip(1).all(|number| !number.is_empty());
    (is_sound && tail.starts_with('m')).then(|| used(tail).saturating_add(1))
}

/// Text without its escape sequences.
pub(crate) fn plain(text: &str) -> String {
    if !text.contains(ESCAPE) {
        return text.into();
    }
    Pieces(text).filter_map(|piece| if let Piece::Char(c) = piece { Some(c) } else { None }).collect()
}

/// Whether text that has colours leaves them on at its end.
pub(crate) fn is_open(text: &str) -> bool {
    text.contains(ESCAPE) && !text.trim_end().ends_with(RESET)
}

/// The cells that a character takes.
fn char_width(c: char) -> usize {
    let code = u32::from(c);
    let is_wide = matches!(code, 0x1100..=0x115f | 0x2329 | 0x232a | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff
        | 0xfe10..=0xfe19 | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1_0000..)
        && code != 0x303f;
    1_usize.saturating_add(usize::from(is_wide))
}

/// The cells that text takes.
pub(crate) fn width(text: &str) -> usize {
    if text.is_ascii() && !text.contains(ESCAPE) {
        return text.len();
    }
    Pieces(text).map(|piece| if let Piece::Char(c) = piece { char_width(c) } else { 0 }).sum()
}

/// Blanks.
pub(crate) fn blanks(count: usize) -> String {
    " ".repeat(count)
}

/// The characters that fit into so many cells, counted from the head or from the tail.
fn fitting(chars: impl Iterator<Item = char>, cells: usize) -> usize {
    let mut used = 0_usize;
    chars
        .take_while(|c| {
            used = used.saturating_add(char_width(*c));
            used <= cells
        })
        .count()
}

/// So many characters from a place on, with every escape sequence up to their end; colours end where the text does.
fn slice(text: &str, start: usize, length: usize, before: &str, after: &str) -> String {
    let mut out = String::new();
    if !text.contains(ESCAPE) {
        out.push_str(before);
        out.extend(text.chars().skip(start).take(length));
        out.push_str(after);
        return out;
    }
    let (mut at, mut taken, mut coloured) = (0_usize, 0_usize, false);
    for piece in Pieces(text) {
        match piece {
            Piece::Escape(sequence) => {
                coloured = true;
                out.push_str(sequence);
            }
            Piece::Char(c) => {
                if at >= start {
                    if taken == 0 {
                        out.push_str(before);
                    }
                    out.push(c);
                    taken = taken.saturating_add(1);
                }
                at = at.saturating_add(1);
                if taken >= length {
                    break;
                }
            }
        }
    }
    match out.strip_suffix(RESET) {
        Some(head) if coloured => format!("{head}{after}{RESET}"),
        _ if coloured => format!("{out}{after}{RESET}"),
        _ => format!("{out}{after}"),
    }
}

/// The head of a text that fits into so many cells, and what follows it.
pub(crate) fn cut_tail(text: &str, cells: usize, after: &str) -> String {
    let count = fitting(plain(text).chars(), cells);
    slice(text, 0, count, "", after)
}

/// The tail of a text that fits into so many cells, and what goes before it.
pub(crate) fn cut_head(text: &str, cells: usize, before: &str) -> String {
    let bare = plain(text);
    let count = fitting(bare.chars().rev(), cells);
    slice(text, bare.chars().count().saturating_sub(count), usize::MAX, before, "")
}

/// The first line of a text, marked where there are more.
pub(crate) fn first_line(text: &str) -> String {
    match text.find(['\n', '\r']) {
        Some(at) => format!("{}{ELLIPSIS}", text.get(..at).unwrap_or("")),
        None => text.into(),
    }
}

/// Colours that a line break or blank interrupts: they end before it and begin again behind it.
#[derive(Default)]
struct Colours {
    open: String,
}

impl Colours {
    fn see(&mut self, sequence: &str) {
        if sequence == RESET {
            self.open.clear();
        } else {
            self.open.push_str(sequence);
        }
    }

    /// Ends the colours of a part; says whether that was necessary.
    fn close(&self, part: &mut String) -> bool {
        let needed = !self.open.is_empty() && !part.ends_with(RESET);
        if needed {
            part.push_str(RESET);
        }
        needed
    }

    /// As [`Self::close`] for the last part, which may be nothing but colours.
    fn finish(&self, mut part: String) -> String {
        if !self.open.is_empty() && part.len() == self.open.len() {
            part.clear();
        } else {
            self.close(&mut part);
        }
        part
    }
}

/// The lines of a text; carriage returns vanish.
pub(crate) fn lines(text: &str) -> Vec<String> {
    if !text.contains('\n') {
        return vec![text.replace('\r', "")];
    }
    let (mut list, mut line, mut colours) = (Vec::new(), String::new(), Colours::default());
    for piece in Pieces(text) {
        match piece {
            Piece::Escape(sequence) => {
                line.push_str(sequence);
                colours.see(sequence);
            }
            Piece::Char('\n') => {
                colours.close(&mut line);
                list.push(std::mem::replace(&mut line, colours.open.clone()));
            }
            Piece::Char('\r') => {}
            Piece::Char(c) => line.push(c),
        }
    }
    list.push(colours.finish(line));
    list
}

/// Lines that fit: the first one and the following ones may have different widths.
#[derive(Clone, Copy)]
pub(crate) struct Wrap {
    pub(crate) first: usize,
    pub(crate) rest: usize,
    /// Whether lines break between words, as they do in languages that have blanks between them.
    pub(crate) words: bool,
}

impl Wrap {
    pub(crate) fn new(width: usize, words: bool) -> Self {
        Self { first: width, rest: width, words }
    }

    /// The lines of a text, each broken where it is too wide.
    pub(crate) fn apply(self, text: &str) -> Vec<String> {
        let mut out = Vec::new();
        for line in lines(text) {
            if width(&line) <= self.first {
                out.push(line);
            } else if self.words {
                self.break_words(&line, &mut out);
            } else {
                self.break_anywhere(&line, &mut out);
            }
        }
        out
    }

    /// Each part begins with all escape sequences before it; those behind its last character belong to the next one.
    fn break_anywhere(self, line: &str, out: &mut Vec<String>) {
        let (mut seen, mut pending) = (String::new(), String::new());
        let (mut part, mut used, mut room) = (String::new(), 0_usize, self.first);
        let mut end = |mut part: String, is_coloured: bool| {
            if is_coloured && !part.ends_with(RESET) {
                part.push_str(RESET);
            }
            out.push(part);
        };
        for piece in Pieces(line) {
            let c = match piece {
                Piece::Escape(sequence) => {
                    pending.push_str(sequence);
                    continue;
                }
                Piece::Char(c) => c,
            };
            let cells = char_width(c);
            if used > 0 && used.saturating_add(cells) > room {
                end(std::mem::take(&mut part), !seen.is_empty());
                (used, room) = (0, self.rest);
            }
            if cells > room {
                end("?".into(), false);
                room = self.rest;
                continue;
            }
            seen.push_str(&pending);
            part.push_str(if used == 0 { &seen } else { &pending });
            pending.clear();
            part.push(c);
            used = used.saturating_add(cells);
        }
        if used > 0 {
            end(part, !seen.is_empty());
        }
    }

    fn break_words(self, line: &str, out: &mut Vec<String>) {
        let mut broken = Broken { out, line: String::new(), room: self.first, width: self.first, rest: self.rest };
        for word in words(line) {
            let text = word.text(broken.room);
            if broken.width == 0 {
                broken.width = self.rest;
                broken.room = self.rest;
                if broken.width == 0 {
                    break;
                }
            }
            let cells = width(&text);
            if cells > broken.width {
                broken.chars(&text);
            } else {
                if cells > broken.room {
                    broken.next("");
                }
                broken.line.push_str(&text);
                broken.room = broken.room.saturating_sub(cells);
            }
        }
        let last = broken.line;
        out.push(last);
    }
}

/// Lines in the making.
struct Broken<'o> {
    out: &'o mut Vec<String>,
    line: String,
    room: usize,
    width: usize,
    rest: usize,
}

impl Broken<'_> {
    fn next(&mut self, start: &str) {
        self.out.push(std::mem::replace(&mut self.line, start.into()));
        self.width = self.rest;
        self.room = self.width;
    }

    /// A word that is wider than a line.
    fn chars(&mut self, word: &str) {
        let mut colours = String::new();
        for piece in Pieces(word) {
            match piece {
                Piece::Escape(sequence) => {
                    self.line.push_str(sequence);
                    colours.push_str(sequence);
                }
                Piece::Char(c) => {
                    let (c, cells) = if char_width(c) > self.width { ('?', 1) } else { (c, char_width(c)) };
                    if cells > self.room {
                        if !colours.is_empty() && !self.line.ends_with(RESET) {
                            self.line.push_str(RESET);
                        }
                        self.next(&colours);
                    }
                    self.line.push(c);
                    self.room = self.room.saturating_sub(cells);
                }
            }
        }
    }
}

/// A word and what ends it.
struct Word {
    text: String,
    end: Option<char>,
    was_closed: bool,
}

impl Word {
    const SOFT_HYPHEN: char = '\u{ad}';
    const HARD_HYPHEN: char = '\u{2011}';
    const NO_BREAK: char = '\u{a0}';

    /// The word with the blank that ends it; a soft hyphen shows only where it ends the line.
    fn text(&self, room: usize) -> String {
        let end = match self.end {
            Some(Self::SOFT_HYPHEN) if width(&self.text).saturating_add(1) == room => '-',
            Some(Self::SOFT_HYPHEN) | None => return self.text.clone(),
            Some(end) => end,
        };
        match self.text.strip_suffix(RESET) {
            Some(head) if self.was_closed => format!("{head}{end}{RESET}"),
            _ => format!("{}{end}", self.text),
        }
    }
}

fn words(line: &str) -> Vec<Word> {
    let (mut list, mut text, mut colours) = (Vec::new(), String::new(), Colours::default());
    for piece in Pieces(line) {
        let c = match piece {
            Piece::Escape(sequence) => {
                text.push_str(sequence);
                colours.see(sequence);
                continue;
            }
            Piece::Char(c) => c,
        };
        let end = match c {
            ' ' | '\t' | Word::SOFT_HYPHEN => Some(c),
            Word::HARD_HYPHEN | Word::NO_BREAK => None,
            _ => {
                text.push(c);
                continue;
            }
        };
        let was_closed = colours.close(&mut text);
        list.push(Word { text: std::mem::replace(&mut text, colours.open.clone()), end, was_closed });
    }
    list.push(Word { text: colours.finish(text), end: None, was_closed: false });
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_count_cells() {
        assert_eq!(width("abc"), 3);
        assert_eq!(width("値x"), 3);
        assert_eq!(width("\u{1b}[31;1mred\u{1b}[0m"), 3);
        assert_eq!(plain("\u{1b}]8;;https://x\u{1b}\\link\u{1b}]8;;\u{1b}\\"), "link");
        assert_eq!(plain("\u{1b}[?25hx"), "x");
        assert_eq!(width("\u{1b}[;mx"), 5);
    }

    #[test]
    fn cuts_keep_colours() {
        assert_eq!(cut_tail("abcdef", 3, "…"), "abc…");
        assert_eq!(cut_head("abcdef", 3, "…"), "…def");
        assert_eq!(cut_tail("\u{1b}[31mabcdef\u{1b}[0m", 2, "…"), "\u{1b}[31mab…\u{1b}[0m");
        assert_eq!(cut_tail("値値", 3, ""), "値");
    }

    #[test]
    fn lines_break_anywhere_or_between_words() {
        assert_eq!(Wrap::new(4, false).apply("ab cdef g"), ["ab c", "def ", "g"]);
        assert_eq!(Wrap::new(4, true).apply("ab cdef g"), ["ab c", "def ", "g"]);
        assert_eq!(Wrap::new(6, true).apply("ab cdef g"), ["ab ", "cdef g"]);
        assert_eq!(Wrap::new(4, true).apply("abcdefgh i"), ["abcd", "efgh", " i"]);
        assert_eq!(Wrap { first: 2, rest: 4, words: false }.apply("abcdefg"), ["ab", "cdef", "g"]);
        assert_eq!(lines("a\r\nb"), ["a", "b"]);
    }
}
