//! Text for a screen as PowerShell renders it: plain CommonMark, without colours, which no session has.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

/// The text of a Markdown text.
pub(crate) fn text(source: &str) -> String {
    let events: Vec<(Event<'_>, Range<usize>)> = Parser::new_ext(source, Options::empty()).into_offset_iter().collect();
    let mut screen = Screen { source, events: &events, at: 0, out: String::new(), lists: Vec::new() };
    while screen.at < events.len() {
        screen.block();
    }
    screen.out
}

/// A list that is open.
struct List {
    /// The number of the item, in a list with numbers.
    number: Option<u64>,
}

struct Screen<'e> {
    source: &'e str,
    events: &'e [(Event<'e>, Range<usize>)],
    at: usize,
    out: String,
    lists: Vec<List>,
}

impl<'e> Screen<'e> {
    fn peek(&self) -> Option<&'e Event<'e>> {
        self.events.get(self.at).map(|(event, _)| event)
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    /// Goes behind the end of what has just begun.
    fn skip(&mut self) {
        let mut depth = 1_usize;
        while depth > 0 {
            match self.peek() {
                Some(Event::Start(_)) => depth = depth.saturating_add(1),
                Some(Event::End(_)) => depth = depth.saturating_sub(1),
                Some(_) => {}
                None => return,
            }
            self.step();
        }
    }

    fn block(&mut self) {
        let Some(event) = self.peek() else { return };
        match event {
            Event::Start(Tag::Paragraph) => {
                self.step();
                self.inlines();
                self.step();
                if self.lists.is_empty() {
                    self.out.push('\n');
                }
            }
            Event::Start(Tag::Heading { .. }) => {
                self.step();
                let shown = self.first_child().unwrap_or_default();
                self.out.push_str(&format!("{shown}\n\n"));
                self.skip();
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                self.step();
                if kind.is_fenced() {
                    let text = self.first_child().unwrap_or_default();
                    self.out.push_str(&text);
                    self.out.push('\n');
                }
                self.skip();
            }
            Event::Start(Tag::BlockQuote(_)) => self.quote(),
            Event::Start(Tag::List(first)) => self.list(*first),
            Event::Start(_) => {
                self.step();
                self.skip();
            }
            Event::Text(_) | Event::Code(_) | Event::InlineHtml(_) => self.inlines(),
            _ => self.step(),
        }
    }

    fn quote(&mut self) {
        self.step();
        while !matches!(self.peek(), None | Some(Event::End(TagEnd::BlockQuote(_)))) {
            self.out.push_str("> ");
            self.block();
        }
        self.step();
        self.out.push('\n');
    }

    fn list(&mut self, first: Option<u64>) {
        let bullet = self.events.get(self.at).and_then(|(_, range)| self.source.get(range.start..)?.chars().next());
        let indent = "  ".repeat(self.lists.len());
        // Numbers begin with one, whatever the text says.
        self.lists.push(List { number: first.map(|_| 0) });
        self.step();
        while let Some(Event::Start(Tag::Item)) = self.peek() {
            self.step();
            let number = self.lists.last_mut().and_then(|list| {
                list.number = list.number.map(|n| n.saturating_add(1));
                list.number
            });
            let mark = match number {
                Some(number) => format!("{indent}{number}. "),
                None => format!("{indent}{} ", bullet.unwrap_or('-')),
            };
            self.item(&mark);
        }
        self.step();
        self.lists.pop();
        if self.lists.is_empty() {
            self.out.push('\n');
        }
    }

    fn item(&mut self, mark: &str) {
        while !matches!(self.peek(), None | Some(Event::End(TagEnd::Item))) {
            if !matches!(self.peek(), Some(Event::Start(Tag::List(_)))) {
                self.out.push_str(mark);
            }
            self.block();
            if !self.out.ends_with('\n') {
                self.out.push('\n');
            }
        }
        self.step();
    }

    /// The text of the first thing inside of what has just begun: of another kind than text it is the name of its class.
    fn first_child(&self) -> Option<String> {
        match self.peek()? {
            Event::End(_) => None,
            Event::Text(text) => Some(text.to_string()),
            Event::Code(_) => Some("Markdig.Syntax.Inlines.CodeInline".into()),
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => Some("Markdig.Syntax.Inlines.LinkInline".into()),
            Event::InlineHtml(_) => Some("Markdig.Syntax.Inlines.HtmlInline".into()),
            _ => Some("Markdig.Syntax.Inlines.EmphasisInline".into()),
        }
    }

    /// What stands in a paragraph, to its end. Its last text ends its line.
    fn inlines(&mut self) {
        while let Some((event, range)) = self.events.get(self.at) {
            match event {
                Event::Text(text) => {
                    let slice = self.source.get(range.clone()).unwrap_or_default();
                    let is_entity = slice.starts_with('&') && slice.ends_with(';') && slice != &**text;
                    self.leaf(if is_entity { "Markdig.Syntax.Inlines.HtmlEntityInline" } else { text });
                }
                Event::InlineHtml(_) => self.leaf("Markdig.Syntax.Inlines.HtmlInline"),
                Event::Code(code) => {
                    self.out.push_str(code);
                    self.step();
                }
                Event::SoftBreak | Event::HardBreak => {
                    self.out.push(if matches!(event, Event::SoftBreak) { ' ' } else { '\n' });
                    self.step();
                }
                Event::Start(Tag::Link { link_type: LinkType::Autolink | LinkType::Email, dest_url, .. }) => {
                    self.step();
                    self.skip();
                    self.at = self.at.saturating_sub(1);
                    self.leaf(dest_url);
                }
                Event::Start(tag @ (Tag::Link { .. } | Tag::Image { .. } | Tag::Emphasis | Tag::Strong)) => {
                    self.step();
                    let shown = self.first_child();
                    self.out.push_str(&match tag {
                        Tag::Link { .. } => format!("\"{}\"", shown.unwrap_or_default()),
                        Tag::Image { .. } => format!("[{}]", shown.as_deref().unwrap_or("Image")),
                        _ => shown.unwrap_or_default(),
                    });
                    self.skip();
                }
                _ => return,
            }
        }
    }

    /// Text that ends its line if nothing comes behind it.
    fn leaf(&mut self, text: &str) {
        self.out.push_str(text);
        self.step();
        if matches!(self.peek(), None | Some(Event::End(_) | Event::Start(Tag::List(_)))) {
            self.out.push('\n');
        }
    }
}
