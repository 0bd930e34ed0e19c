//! Writing a tree as a script again, in one layout. Leaves (numbers, strings, words, variables, type names) are written
//! as they stand in the source, everything around them anew; comments are lost. Parsing the result gives the same tree.

use alloc::{string::String, vec::Vec};

use crate::{
    Script,
    ast::{Kind, List, NodeId, Text, TypeId, TypeName},
    extent::Extent,
};

mod definition;
mod expression;
mod statement;

/// A script without errors, written anew. None for a script with errors.
pub fn print(script: &Script) -> Option<String> {
    let root = script.root().filter(|_| script.errors().is_empty())?;
    let mut printer = Printer { out: String::new(), indent: 0, verbatim: false };
    let mut pending = Vec::new();
    let mut items = Items::default();
    items.body(script, root);
    items.move_to(&mut pending);
    while let Some(item) = pending.pop() {
        match item {
            Item::Node(id) => {
                items.node(script, id);
                items.move_to(&mut pending);
            }
            Item::Str(text) => printer.write(text),
            Item::Source(extent) => printer.write(extent.text(script.source())),
            Item::Text(text) => printer.write(script.text(text)),
            Item::Newline => printer.newline(),
            Item::Indent => printer.indent = printer.indent.saturating_add(1),
            Item::Dedent => printer.indent = printer.indent.saturating_sub(1),
            Item::Verbatim => printer.verbatim = true,
        }
    }
    // A backtick at the end of a script stands for itself; in front of a line end it would escape that.
    if printer.out.ends_with("`\n") {
        printer.out.pop();
    }
    Some(printer.out)
}

/// What is still to be written. A list of these instead of recursion: trees may be deep.
enum Item {
    Node(NodeId),
    Str(&'static str),
    Source(Extent),
    Text(Text),
    Newline,
    Indent,
    Dedent,
    /// What was written takes the rest of the line: `--%`.
    Verbatim,
}

struct Printer {
    out: String,
    indent: usize,
    verbatim: bool,
}

impl Printer {
    fn write(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let mut text = text;
        if core::mem::take(&mut self.verbatim) {
            // Only the next command of a pipeline or chain may follow on the line, and blanks in front of it would count.
            if text.trim_start().starts_with(['|', '&']) {
                text = text.trim_start();
            } else {
                self.newline();
            }
        }
        if self.out.ends_with('\n') {
            self.out.extend(core::iter::repeat_n("    ", self.indent));
        }
        self.out.push_str(text);
    }

    fn newline(&mut self) {
        self.verbatim = false;
        self.out.push('\n');
    }
}

/// The parts of one node, in order.
#[derive(Default)]
struct Items(Vec<Item>);

impl Items {
    /// Puts the parts where the last is taken first.
    fn move_to(&mut self, pending: &mut Vec<Item>) {
        pending.extend(self.0.drain(..).rev());
    }

    fn str(&mut self, text: &'static str) {
        self.0.push(Item::Str(text));
    }

    fn id(&mut self, id: NodeId) {
        self.0.push(Item::Node(id));
    }

    fn newline(&mut self) {
        self.0.push(Item::Newline);
    }

    /// The nodes of a list with `separator` between them.
    fn list(&mut self, script: &Script, list: List, separator: &'static str) {
        for (position, id) in script.list(list).iter().enumerate() {
            if position > 0 {
                self.str(separator);
            }
            self.id(*id);
        }
    }

    /// Each node of a list on a line of its own.
    fn lines(&mut self, script: &Script, list: List) {
        self.each_line(script, script.list(list).iter().copied());
    }

    fn each_line(&mut self, script: &Script, nodes: impl Iterator<Item = NodeId>) {
        let mut nodes = nodes.peekable();
        while let Some(id) = nodes.next() {
            self.id(id);
            // A command that looks like a label would be one, a command with the name of a keyword would go on with the
            // statement in front of it, and a type alone would belong to the statement behind it.
            let text = |id: NodeId| script.extent_text(script.node(id).extent);
            let next = nodes.peek().map_or("", |next| text(*next));
            let word = next.get(..next.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(next.len())).unwrap_or("");
            let goes_on =
                ["else", "elseif", "catch", "finally"].iter().any(|keyword| word.eq_ignore_ascii_case(keyword));
            let is_label = text(id).starts_with(':') && !next.is_empty();
            let is_type = text(id).ends_with(']') && !word.is_empty();
            let continues = goes_on || is_label || is_type;
            self.str(if continues { ";" } else { "" });
            self.newline();
        }
    }

    fn type_name(&mut self, script: &Script, id: TypeId) {
        let name = script.type_name(id);
        self.0.push(Item::Source(name.extent()));
        // The extent of an array or generic type ends in front of its assembly.
        let assembly = match script.tree.assembly(id) {
            Some(assembly) if !matches!(name, TypeName::Simple { .. }) => assembly,
            _ => return,
        };
        self.str(", ");
        self.0.push(Item::Text(assembly));
    }

    fn node(&mut self, script: &Script, id: NodeId) {
        let node = script.node(id);
        match node.kind {
            Kind::ScriptBlock { .. } => self.braced_body(script, id),
            Kind::ParamBlock { .. }
            | Kind::Parameter { .. }
            | Kind::NamedBlock { .. }
            | Kind::TypeDefinition { .. }
            | Kind::PropertyMember { .. }
            | Kind::FunctionMember { .. }
            | Kind::FunctionDefinition { .. }
            | Kind::UsingStatement { .. }
            | Kind::Attribute { .. }
            | Kind::NamedAttributeArgument { .. }
            | Kind::TypeConstraint { .. } => self.definition(script, id),
            _ if self.statement(script, id) => {}
            _ => self.expression(script, id),
        }
    }
}
