//! HTML as Markdig writes it, with those of its extensions that the parser knows.

use std::{collections::HashMap, fmt::Write as _};

use icu_normalizer::DecomposingNormalizerBorrowed;
use pulldown_cmark::{Alignment, CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream};

/// The HTML of a Markdown text.
pub(crate) fn html(text: &str) -> String {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH;
    let events: Vec<Event<'_>> = TextMergeStream::new(Parser::new_ext(text, options)).collect();
    let mut page = Page { events: &events, ..Page::default() };
    for at in 0..events.len() {
        page.event(at);
    }
    page.notes();
    page.out
}

/// What is being written.
#[derive(Default)]
struct Page<'e> {
    events: &'e [Event<'e>],
    out: String,
    /// The ids of headings so far, and the number that was put behind each last.
    ids: HashMap<String, u32>,
    columns: Vec<Alignment>,
    column: usize,
    in_head: bool,
    in_link: usize,
    in_code: bool,
    /// The alternative text of the image that is open.
    image: Option<String>,
    /// Footnotes by the order in which they are referred to.
    notes: Vec<String>,
    /// What footnotes say, and what was being written before one.
    definitions: Vec<(String, String)>,
    outside: Option<(String, String)>,
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

/// The emphasis that Markdig has beside that of Markdown: inserted, marked, lowered, raised.
const EXTRAS: [(&str, &str); 4] = [("++", "ins"), ("==", "mark"), ("~", "sub"), ("^", "sup")];

/// Text in which [`EXTRAS`] are elements.
fn emphasised(text: &str) -> String {
    let found = EXTRAS.iter().filter_map(|(mark, element)| {
        let (before, rest) = text.split_once(mark)?;
        let (inside, after) = rest.split_once(mark)?;
        let is_tight = !inside.is_empty() && inside.trim() == inside;
        is_tight.then_some((before, inside, after, *element))
    });
    match found.min_by_key(|(before, ..)| before.len()) {
        Some((before, inside, after, element)) => {
            let inside = emphasised(inside);
            format!("{}<{element}>{inside}</{element}>{}", escaped(before), emphasised(after))
        }
        None => escaped(text),
    }
}

/// A link as an attribute: what is no character of URLs is encoded.
fn url(link: &str) -> String {
    let mut out = String::new();
    for byte in link.bytes() {
        match byte {
            b'&' => out.push_str("&amp;"),
            b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | b' ' | 0..=31 | 127..=255 => {
                let _ = write!(out, "%{byte:02X}");
            }
            _ => out.push(char::from(byte)),
        }
    }
    out
}

fn aligned(column: Option<&Alignment>) -> &'static str {
    match column {
        Some(Alignment::Left) => " style=\"text-align: left;\"",
        Some(Alignment::Center) => " style=\"text-align: center;\"",
        Some(Alignment::Right) => " style=\"text-align: right;\"",
        _ => "",
    }
}

impl Page<'_> {
    fn event(&mut self, at: usize) {
        let Some(event) = self.events.get(at) else { return };
        if self.image.is_some() && !matches!(event, Event::End(TagEnd::Image)) {
            return self.alternative(event);
        }
        match event {
            Event::Start(tag) => self.start(at, tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.in_code => self.out.push_str(&escaped(text)),
            Event::Text(text) if self.in_link > 0 => self.out.push_str(&escaped(text)),
            Event::Text(text) => self.linked(text),
            Event::Code(code) => self.around("<code>", &escaped(code), "</code>"),
            Event::InlineMath(math) => self.around("<span class=\"math\">\\(", &escaped(math), "\\)</span>"),
            Event::DisplayMath(math) => self.around("<span class=\"math\">\\[", &escaped(math), "\\]</span>"),
            Event::Html(raw) | Event::InlineHtml(raw) => self.out.push_str(raw),
            Event::SoftBreak => self.out.push('\n'),
            Event::HardBreak => self.out.push_str("<br />\n"),
            Event::Rule => self.block("<hr />\n"),
            Event::TaskListMarker(done) => {
                let checked = if *done { " checked=\"checked\"" } else { "" };
                self.around("<input disabled=\"disabled\" type=\"checkbox\"", checked, " /> ");
            }
            Event::FootnoteReference(label) => self.reference(label),
        }
    }

    fn around(&mut self, before: &str, text: &str, after: &str) {
        self.out.push_str(before);
        self.out.push_str(text);
        self.out.push_str(after);
    }

    /// Writes on a line of its own.
    fn block(&mut self, text: &str) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.out.push_str(text);
    }

    /// What an image says instead of itself.
    fn alternative(&mut self, event: &Event<'_>) {
        let Some(alternative) = &mut self.image else { return };
        match event {
            Event::Text(text) | Event::Code(text) => alternative.push_str(&escaped(text)),
            Event::SoftBreak | Event::HardBreak => alternative.push('\n'),
            _ => {}
        }
    }

    /// Whether the item that begins here is a task.
    fn is_task(&self, at: usize) -> bool {
        let next = |by: usize| self.events.get(at.saturating_add(by));
        match next(1) {
            Some(Event::TaskListMarker(_)) => true,
            Some(Event::Start(Tag::Paragraph)) => matches!(next(2), Some(Event::TaskListMarker(_))),
            _ => false,
        }
    }

    /// Whether the list that begins here has tasks.
    fn has_tasks(&self, at: usize) -> bool {
        let mut depth = 0_usize;
        for (place, event) in self.events.iter().enumerate().skip(at) {
            match event {
                Event::Start(Tag::List(_)) => depth = depth.saturating_add(1),
                Event::End(TagEnd::List(_)) => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                }
                Event::Start(Tag::Item) if depth == 1 && self.is_task(place) => return true,
                _ => {}
            }
        }
        false
    }

    fn start(&mut self, at: usize, tag: &Tag<'_>) {
        match tag {
            Tag::Paragraph if self.out.ends_with("<li>") => self.out.push_str("<p>"),
            Tag::Paragraph => self.block("<p>"),
            Tag::Heading { level, .. } => {
                let id = self.id_of(at);
                self.block(&format!("<{level} id=\"{id}\">"));
            }
            Tag::BlockQuote(_) => self.block("<blockquote>\n"),
            Tag::CodeBlock(kind) => {
                self.in_code = true;
                let language = match kind {
                    CodeBlockKind::Fenced(info) => info.split_whitespace().next(),
                    CodeBlockKind::Indented => None,
                };
                let class = language.map_or(String::new(), |name| format!(" class=\"language-{}\"", escaped(name)));
                self.block(&format!("<pre><code{class}>"));
            }
            Tag::List(start) => {
                let tasks = if self.has_tasks(at) { " class=\"contains-task-list\"" } else { "" };
                match start {
                    None => self.block(&format!("<ul{tasks}>\n")),
                    Some(1) => self.block(&format!("<ol{tasks}>\n")),
                    Some(first) => self.block(&format!("<ol{tasks} start=\"{first}\">\n")),
                }
            }
            Tag::Item if self.is_task(at) => self.block("<li class=\"task-list-item\">"),
            Tag::Item => self.block("<li>"),
            Tag::FootnoteDefinition(label) => {
                self.outside = Some((label.to_string(), std::mem::take(&mut self.out)));
            }
            Tag::Table(columns) => {
                self.columns.clone_from(columns);
                self.block("<table>\n");
            }
            Tag::TableHead => {
                (self.in_head, self.column) = (true, 0);
                self.out.push_str("<thead>\n<tr>\n");
            }
            Tag::TableRow => {
                self.column = 0;
                self.out.push_str("<tr>\n");
            }
            Tag::TableCell => {
                let style = aligned(self.columns.get(self.column));
                let cell = if self.in_head { "th" } else { "td" };
                let _ = write!(self.out, "<{cell}{style}>");
            }
            Tag::Emphasis => self.out.push_str("<em>"),
            Tag::Strong => self.out.push_str("<strong>"),
            Tag::Strikethrough => self.out.push_str("<del>"),
            Tag::Link { link_type, dest_url, title, .. } => {
                self.in_link = self.in_link.saturating_add(1);
                let scheme = if *link_type == LinkType::Email { "mailto:" } else { "" };
                let _ = write!(self.out, "<a href=\"{scheme}{}\"{}>", url(dest_url), titled(title));
            }
            Tag::Image { dest_url, title, .. } => {
                let _ = write!(self.out, "<img src=\"{}\"\u{0}{}", url(dest_url), titled(title));
                self.image = Some(String::new());
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: &TagEnd) {
        match tag {
            TagEnd::Paragraph => self.out.push_str("</p>\n"),
            TagEnd::Heading(level) => {
                let _ = writeln!(self.out, "</{level}>");
            }
            TagEnd::HtmlBlock => self.block(""),
            TagEnd::BlockQuote(_) => self.block("</blockquote>\n"),
            TagEnd::CodeBlock => {
                self.in_code = false;
                if !self.out.ends_with(['\n', '>']) {
                    self.out.push('\n');
                }
                self.out.push_str("</code></pre>\n");
            }
            TagEnd::List(true) => self.block("</ol>\n"),
            TagEnd::List(false) => self.block("</ul>\n"),
            TagEnd::Item => self.out.push_str("</li>\n"),
            TagEnd::FootnoteDefinition => {
                if let Some((label, before)) = self.outside.take() {
                    self.definitions.push((label, std::mem::replace(&mut self.out, before)));
                }
            }
            TagEnd::Table => self.out.push_str("</tbody>\n</table>\n"),
            TagEnd::TableHead => {
                self.in_head = false;
                self.out.push_str("</tr>\n</thead>\n<tbody>\n");
            }
            TagEnd::TableRow => self.out.push_str("</tr>\n"),
            TagEnd::TableCell => {
                self.column = self.column.saturating_add(1);
                self.out.push_str(if self.in_head { "</th>\n" } else { "</td>\n" });
            }
            TagEnd::Emphasis => self.out.push_str("</em>"),
            TagEnd::Strong => self.out.push_str("</strong>"),
            TagEnd::Strikethrough => self.out.push_str("</del>"),
            TagEnd::Link => {
                self.in_link = self.in_link.saturating_sub(1);
                self.out.push_str("</a>");
            }
            TagEnd::Image => {
                let alternative = format!(" alt=\"{}\"", self.image.take().unwrap_or_default());
                if let Some(at) = self.out.rfind('\u{0}') {
                    self.out.replace_range(at..=at, &alternative);
                    self.out.push_str(" />");
                }
            }
            _ => {}
        }
    }

    /// The id of the heading that begins here: its text in lower case and in ASCII.
    fn id_of(&mut self, at: usize) -> String {
        let inside = self.events.iter().skip(at.saturating_add(1));
        let inside = inside.take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
        let text: String = inside
            .map(|event| match event {
                Event::Text(text) | Event::Code(text) => text.to_string(),
                Event::SoftBreak => " ".to_owned(),
                _ => String::new(),
            })
            .collect();
        let base = slug(&text);
        let mut id = base.clone();
        let mut count = self.ids.get(&base).copied().unwrap_or(0);
        while self.ids.contains_key(&id) {
            count = count.saturating_add(1);
            id = format!("{base}-{count}");
        }
        self.ids.insert(base, count);
        self.ids.entry(id.clone()).or_insert(0);
        id
    }

    /// Text in which addresses are links.
    fn linked(&mut self, text: &str) {
        let mut rest = text;
        while let Some((before, address, after)) = address(rest) {
            self.out.push_str(&emphasised(before));
            let scheme = if address.starts_with("www.") { "http://" } else { "" };
            let _ = write!(self.out, "<a href=\"{scheme}{}\">{}</a>", url(address), escaped(address));
            rest = after;
        }
        self.out.push_str(&emphasised(rest));
    }

    fn reference(&mut self, label: &str) {
        let number = match self.notes.iter().position(|note| note == label) {
            Some(at) => at,
            None => {
                self.notes.push(label.to_owned());
                self.notes.len().saturating_sub(1)
            }
        }
        .saturating_add(1);
        let _ = write!(
            self.out,
            "<a id=\"fnref:{number}\" href=\"#fn:{number}\" class=\"footnote-ref\"><sup>{number}</sup></a>"
        );
    }

    /// The footnotes, in the order in which they are referred to.
    fn notes(&mut self) {
        if self.notes.is_empty() {
            return;
        }
        self.block("<div class=\"footnotes\">\n<hr />\n<ol>\n");
        for (at, label) in std::mem::take(&mut self.notes).iter().enumerate() {
            let number = at.saturating_add(1);
            let said = self.definitions.iter().find(|(have, _)| have == label);
            let said = said.map(|(_, text)| text.as_str()).unwrap_or_default();
            let back = format!("<a href=\"#fnref:{number}\" class=\"footnote-back-ref\">&#8617;</a></p>\n");
            let said = said.strip_suffix("</p>\n").map_or_else(|| said.to_owned(), |said| format!("{said}{back}"));
            let _ = write!(self.out, "<li id=\"fn:{number}\">\n{said}</li>\n");
        }
        self.out.push_str("</ol>\n</div>\n");
    }
}

fn titled(title: &str) -> String {
    if title.is_empty() { String::new() } else { format!(" title=\"{}\"", escaped(title)) }
}

/// A heading as an id: letters, digits, `_` and `.`, from the first letter on, with `-` between words.
fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in DecomposingNormalizerBorrowed::new_nfd().normalize(text).chars() {
        match c {
            c if c.is_ascii_alphanumeric() => out.push(c.to_ascii_lowercase()),
            '_' | '.' => out.push(c),
            ' ' | '-' if !out.ends_with('-') => out.push('-'),
            _ => {}
        }
    }
    let from = out.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(out.len());
    let out = out.get(from..).unwrap_or_default().trim_end_matches(['-', '_', '.']);
    if out.is_empty() { "section".to_owned() } else { out.to_owned() }
}

/// The first address in a text, with what is before and behind it.
fn address(text: &str) -> Option<(&str, &str, &str)> {
    const SCHEMES: [&str; 5] = ["http://", "https://", "ftp://", "mailto:", "www."];
    let starts = text.char_indices().filter(|(at, _)| {
        let before = text.get(..*at).and_then(|before| before.chars().next_back());
        before.is_none_or(|c| c.is_whitespace() || "*_~(".contains(c))
    });
    let start = starts.map(|(at, _)| at).find(|at| {
        let rest = text.get(*at..).unwrap_or_default();
        SCHEMES.iter().any(|scheme| rest.strip_prefix(scheme).is_some_and(|more| more.contains('.')))
    })?;
    let (before, rest) = text.split_at_checked(start)?;
    let end = rest.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(rest.len());
    let found = rest.get(..end)?.trim_end_matches(['?', '!', '.', ',', ':', '*', '_', '~', ')']);
    let after = rest.get(found.len()..)?;
    Some((before, found, after))
}
