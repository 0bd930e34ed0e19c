//! A script as text, in the form that `oracle.ps1` writes from PowerShell's own tree. Offsets count UTF-16 units.
//!
//! * `T kind flags start end`: a token; `+T` for one inside a string, and so on
//! * `A parent class start end detail`: a node, in the order of PowerShell's visitors; parents are line numbers
//! * `N type::member`: a static member that is no constant, `U name`: a type that PowerShell could not resolve (both
//!   only in its dumps: they are what it knows besides the script)
//! * `X exception`: PowerShell's parser itself failed
//! * `E id start end incomplete message`: an error

use std::{collections::HashMap, fmt::Write};

use psrpd_lang::{
    ErrorId, Extent, Script,
    ast::{BlockKind, Kind, NodeId, Number, Redirect, Step, StringKind, Text, TypeId, TypeKind},
    token::Token,
};

struct Dump<'s> {
    script: &'s Script,
    /// UTF-16 offset of every byte.
    units: Vec<u32>,
    out: String,
}

pub fn dump(script: &Script) -> String {
    let mut units = Vec::with_capacity(script.source().len() + 1);
    let mut count = 0;
    for c in script.source().chars() {
        units.extend(std::iter::repeat_n(count, c.len_utf8()));
        count += c.len_utf16() as u32;
    }
    units.push(count);
    let mut dump = Dump { script, units, out: String::new() };
    for token in script.tokens() {
        dump.token(token, "T");
    }
    if let Some(root) = script.root() {
        dump.nodes(root);
    }
    // Whether an assembly is there is nothing that a recording says.
    for error in script.errors().iter().filter(|error| error.id != ErrorId::ErrorLoadingAssembly) {
        let place = dump.at(error.extent);
        let incomplete = if error.incomplete { "True" } else { "False" };
        writeln!(dump.out, "E {} {place} {incomplete} {}", error.id.name(), escape(&error.message())).unwrap();
    }
    dump.out
}

/// The nodes of a script without the places they stand at: what must be the same after printing and parsing.
pub fn shape(script: &Script) -> String {
    let mut dump = Dump { script, units: vec![0; script.source().len() + 2], out: String::new() };
    dump.nodes(script.root().unwrap());
    dump.out
}

impl Dump<'_> {
    fn unit(&self, offset: u32) -> u32 {
        let last = self.units.len() - 1;
        match self.units.get(offset as usize) {
            Some(unit) => *unit,
            None => self.units[last] + (offset as usize - last) as u32,
        }
    }

    fn at(&self, extent: Extent) -> String {
        format!("{} {}", self.unit(extent.start), self.unit(extent.end))
    }

    fn token(&mut self, token: &Token, mark: &str) {
        let place = self.at(token.extent);
        writeln!(self.out, "{mark} {} {} {place}", token.kind.name(), token.flags.0).unwrap();
        for nested in self.script.nested_tokens(token) {
            self.token(nested, &format!("+{mark}"));
        }
    }

    fn nodes(&mut self, root: NodeId) {
        let mut numbers: HashMap<NodeId, usize> = HashMap::new();
        for step in self.script.visit(root) {
            let Step::Enter(id) = step else { continue };
            let number = numbers.len();
            numbers.insert(id, number);
            let node = *self.script.node(id);
            let parent = node.parent.map_or(-1, |parent| numbers[&parent] as i64);
            let place = self.at(node.extent);
            let detail = self.detail(&node.kind);
            writeln!(self.out, "A {parent} {} {place} {detail}", node.kind.name()).unwrap();
        }
    }

    fn text(&self, text: Text) -> String {
        escape_units(&self.script.utf16(text))
    }

    fn label(&self, label: Option<Text>) -> String {
        label.map_or(String::new(), |label| self.text(label))
    }

    fn type_name(&self, id: TypeId) -> String {
        format!("{} {}", escape(&self.script.full_type_name(id)), self.at(self.script.type_name(id).extent()))
    }

    fn detail(&self, kind: &Kind) -> String {
        match *kind {
            Kind::StringConstantExpression { value, string_kind }
            | Kind::ExpandableStringExpression { value, string_kind, .. } => {
                format!("{} {}", string_name(string_kind), self.text(value))
            }
            Kind::VariableExpression { path, splatted } => format!("{} {}", self.text(path.user_path), flag(splatted)),
            Kind::Command { invocation_operator, .. } => invocation_operator.name().into(),
            Kind::Pipeline { background, .. } => flag(background).into(),
            Kind::CommandParameter { name, error_position, .. } => {
                format!("{} {}", self.text(name), self.at(error_position))
            }
            Kind::ConstantExpression { value } => value.map_or("null".into(), |value| self.number(value)),
            Kind::TrueConstant => "System.Boolean True".into(),
            Kind::NamedBlock { block, unnamed, .. } => format!("{} {}", block_name(block), flag(unnamed)),
            Kind::BinaryExpression { operator, error_position, .. }
            | Kind::AssignmentStatement { operator, error_position, .. } => {
                format!("{} {}", operator.name(), self.at(error_position))
            }
            Kind::UnaryExpression { operator, .. } => operator.name().into(),
            Kind::MemberExpression { is_static, null_conditional, .. } => {
                format!("{} {}", flag(is_static), flag(null_conditional))
            }
            Kind::InvokeMemberExpression { is_static, null_conditional, generic_type_arguments, .. } => {
                let types = self.script.types(generic_type_arguments).iter();
                let types: Vec<String> = types.map(|id| escape(&self.script.full_type_name(*id))).collect();
                format!("{} {} {}", flag(is_static), flag(null_conditional), types.join(";"))
            }
            Kind::IndexExpression { null_conditional, .. } => flag(null_conditional).into(),
            Kind::Attribute { type_name, .. }
            | Kind::TypeConstraint { type_name }
            | Kind::TypeExpression { type_name } => self.type_name(type_name),
            Kind::NamedAttributeArgument { name, expression_omitted, .. } => {
                format!("{} {}", self.text(name), flag(expression_omitted))
            }
            Kind::FunctionDefinition { name, is_filter, is_workflow, .. } => {
                format!("{} {} {}", self.text(name), flag(is_filter), flag(is_workflow))
            }
            Kind::TypeDefinition { name, definition, .. } => {
                format!("{} {}", self.text(name), flag(definition == TypeKind::Enum))
            }
            Kind::PropertyMember { name, modifiers, .. } => {
                format!("{} {} {}", self.text(name), flag(modifiers.is_static), flag(modifiers.is_hidden))
            }
            Kind::FunctionMember { function, modifiers, .. } => {
                let Kind::FunctionDefinition { name, .. } = self.script.kind(function) else { panic!("no function") };
                format!("{} {} {}", self.text(name), flag(modifiers.is_static), flag(modifiers.is_hidden))
            }
            Kind::UsingStatement { using_kind, .. } => format!("{using_kind:?}"),
            Kind::DataStatement { variable, .. } => self.label(variable),
            Kind::ForEachStatement { label, flags, .. } => {
                format!("{} {}", self.label(label), u8::from(flags.parallel))
            }
            Kind::SwitchStatement { label, flags, .. } => {
                let bits = [flags.file, flags.regex, flags.wildcard, false, flags.case_sensitive, flags.parallel];
                let value: u32 = bits.iter().enumerate().map(|(bit, set)| u32::from(*set) << bit).sum();
                // `Exact` has bit 3 and is never set.
                format!("{} {value}", self.label(label))
            }
            Kind::ForStatement { label, .. }
            | Kind::WhileStatement { label, .. }
            | Kind::DoWhileStatement { label, .. }
            | Kind::DoUntilStatement { label, .. } => self.label(label),
            Kind::PipelineChain { operator, background, .. } => format!("{} {}", operator.name(), flag(background)),
            Kind::MergingRedirection { from, to } => format!("{} {}", stream(from), stream(to)),
            Kind::FileRedirection { from, append, .. } => format!("{} {}", stream(from), flag(append)),
            Kind::BlockStatement { keyword, keyword_extent, .. } => {
                format!("{} {}", keyword.name(), self.at(keyword_extent))
            }
            _ => String::new(),
        }
    }

    fn number(&self, number: Number) -> String {
        let value = match number {
            Number::SByte(value) => value.to_string(),
            Number::Byte(value) => value.to_string(),
            Number::Int16(value) => value.to_string(),
            Number::UInt16(value) => value.to_string(),
            Number::Int32(value) => value.to_string(),
            Number::UInt32(value) => value.to_string(),
            Number::Int64(value) => value.to_string(),
            Number::UInt64(value) => value.to_string(),
            Number::Double(value) => double(value),
            Number::Decimal(value) => value.to_string(),
            Number::BigInteger(position) => self.script.big_integer(position).unwrap().to_string(),
        };
        escape(&format!("{} {value}", number.type_name()))
    }
}

fn flag(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

fn stream(stream: Redirect) -> &'static str {
    match stream {
        Redirect::All => "All",
        Redirect::Output => "Output",
        Redirect::Error => "Error",
        Redirect::Warning => "Warning",
        Redirect::Verbose => "Verbose",
        Redirect::Debug => "Debug",
        Redirect::Information => "Information",
    }
}

fn block_name(block: BlockKind) -> &'static str {
    match block {
        BlockKind::Dynamicparam => "Dynamicparam",
        BlockKind::Begin => "Begin",
        BlockKind::Process => "Process",
        BlockKind::End => "End",
        BlockKind::Clean => "Clean",
    }
}

fn string_name(kind: StringKind) -> &'static str {
    match kind {
        StringKind::SingleQuoted => "SingleQuoted",
        StringKind::SingleQuotedHereString => "SingleQuotedHereString",
        StringKind::DoubleQuoted => "DoubleQuoted",
        StringKind::DoubleQuotedHereString => "DoubleQuotedHereString",
        StringKind::BareWord => "BareWord",
    }
}

/// As .NET writes it: the shortest digits, with an exponent from 1E+17 on and below 1E-05.
fn double(value: f64) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "Infinity".into() } else { "-Infinity".into() };
    }
    let plain = format!("{value:e}");
    let (digits, exponent) = plain.split_once('e').unwrap();
    let exponent: i32 = exponent.parse().unwrap();
    if (-4..17).contains(&exponent) {
        return format!("{value}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}E{sign}{:02}", exponent.abs())
}

fn escape(text: &str) -> String {
    escape_units(&text.encode_utf16().collect::<Vec<u16>>())
}

fn escape_units(units: &[u16]) -> String {
    let mut out = String::new();
    for unit in units {
        match char::from_u32(u32::from(*unit)) {
            Some(c @ ' '..='~') if c != '\\' => out.push(c),
            _ => write!(out, "\\u{unit:04x}").unwrap(),
        }
    }
    out
}
