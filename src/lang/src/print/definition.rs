//! Script blocks, functions, classes and what stands in front of them.

use super::{Item, Items};
use crate::{
    Script,
    ast::{Kind, List, NodeId, Text, TypeKind},
    extent::Extent,
};

impl Items {
    /// What is in a script block.
    pub(super) fn body(&mut self, script: &Script, id: NodeId) {
        let Kind::ScriptBlock {
            using_statements,
            param_block,
            dynamic_param_block,
            begin_block,
            process_block,
            end_block,
            clean_block,
        } = script.kind(id)
        else {
            return;
        };
        self.lines(script, using_statements);
        if let Some(block) = param_block {
            self.id(block);
            self.newline();
        }
        let blocks = [dynamic_param_block, begin_block, process_block, end_block, clean_block];
        for block in blocks.into_iter().flatten() {
            self.id(block);
        }
    }

    pub(super) fn braced_body(&mut self, script: &Script, id: NodeId) {
        self.open();
        self.body(script, id);
        self.close();
    }

    pub(super) fn open(&mut self) {
        self.str("{");
        self.newline();
        self.0.push(Item::Indent);
    }

    pub(super) fn close(&mut self) {
        self.0.push(Item::Dedent);
        self.str("}");
    }

    pub(super) fn definition(&mut self, script: &Script, id: NodeId) {
        match script.kind(id) {
            Kind::ParamBlock { attributes, parameters } => {
                self.lines(script, attributes);
                self.parameters(script, "param(", parameters);
            }
            Kind::Parameter { attributes, name, default_value } => {
                self.list(script, attributes, "");
                self.id(name);
                self.initial_value(default_value);
            }
            Kind::NamedBlock { block, unnamed, statements, traps } => {
                if !unnamed {
                    self.str(block.token().text());
                    self.str(" ");
                    self.open();
                }
                self.lines(script, traps);
                self.statements(script, statements);
                if !unnamed {
                    self.close();
                    self.newline();
                }
            }
            Kind::FunctionDefinition { name_extent, is_filter, parameters, body, .. } => {
                self.str(if is_filter { "filter " } else { "function " });
                self.0.push(Item::Source(name_extent));
                if let Some(parameters) = parameters {
                    self.parameters(script, "(", parameters);
                }
                self.str(" ");
                self.id(body);
            }
            Kind::UsingStatement { using_kind, name, module_specification, alias } => {
                self.str("using ");
                self.str(using_kind.keyword());
                for (position, part) in [name, module_specification, alias].into_iter().flatten().enumerate() {
                    self.str(if position > 0 { " = " } else { " " });
                    self.id(part);
                }
            }
            Kind::Attribute { type_name, positional_arguments, named_arguments } => {
                self.str("[");
                self.type_name(script, type_name);
                self.str("(");
                self.list(script, positional_arguments, ", ");
                if !positional_arguments.is_empty() && !named_arguments.is_empty() {
                    self.str(", ");
                }
                self.list(script, named_arguments, ", ");
                self.str(")]");
            }
            Kind::NamedAttributeArgument { name, argument, expression_omitted } => {
                self.0.push(Item::Text(name));
                self.initial_value((!expression_omitted).then_some(argument));
            }
            Kind::TypeConstraint { type_name } => {
                self.str("[");
                self.type_name(script, type_name);
                self.str("]");
            }
            Kind::TypeDefinition { .. } => self.type_definition(script, id),
            _ => self.member(script, id),
        }
    }

    fn parameters(&mut self, script: &Script, open: &'static str, parameters: List) {
        self.str(open);
        self.list(script, parameters, ", ");
        self.str(")");
    }

    fn initial_value(&mut self, value: Option<NodeId>) {
        if let Some(value) = value {
            self.str(" = ");
            self.id(value);
        }
    }

    /// The statements of a block; the call of a base constructor that stands first is written elsewhere.
    fn statements(&mut self, script: &Script, statements: List) {
        let statements = script.list(statements).iter().copied();
        self.each_line(script, statements.filter(|statement| base_call(script, *statement).is_none()));
    }

    fn type_definition(&mut self, script: &Script, id: NodeId) {
        let Kind::TypeDefinition { name, definition, attributes, base_types, members } = script.kind(id) else {
            return;
        };
        self.lines(script, attributes);
        self.str(if definition == TypeKind::Enum { "enum " } else { "class " });
        self.0.push(Item::Text(name));
        for (position, base) in script.list(base_types).iter().enumerate() {
            self.str(if position > 0 { ", " } else { " : " });
            if let Kind::TypeConstraint { type_name } = script.kind(*base) {
                self.type_name(script, type_name);
            }
        }
        self.str(" ");
        self.open();
        self.lines(script, members);
        self.close();
    }

    fn member(&mut self, script: &Script, id: NodeId) {
        match script.kind(id) {
            Kind::PropertyMember { name, modifiers, initial_value, .. } if modifiers.is_literal => {
                self.0.push(Item::Text(name));
                self.initial_value(initial_value);
            }
            Kind::PropertyMember { name, property_type, attributes, modifiers, initial_value } => {
                self.member_head(script, attributes, property_type, modifiers.is_static, modifiers.is_hidden);
                self.property_name(script, name);
                self.initial_value(initial_value);
            }
            Kind::FunctionMember { attributes, return_type, function, modifiers } => {
                self.member_head(script, attributes, return_type, modifiers.is_static, modifiers.is_hidden);
                self.method(script, function);
            }
            _ => {}
        }
    }

    fn member_head(
        &mut self,
        script: &Script,
        attributes: List,
        type_name: Option<NodeId>,
        is_static: bool,
        is_hidden: bool,
    ) {
        self.list(script, attributes, " ");
        if is_static {
            self.str(" static ");
        }
        if is_hidden {
            self.str(" hidden ");
        }
        if let Some(type_name) = type_name {
            self.id(type_name);
            self.str(" ");
        }
    }

    /// The name of a property, in braces where it needs them.
    fn property_name(&mut self, script: &Script, name: Text) {
        let simple = script.text(name).chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        self.str(if simple { "$" } else { "${" });
        self.0.push(Item::Text(name));
        self.str(if simple { "" } else { "}" });
    }

    fn method(&mut self, script: &Script, function: NodeId) {
        let Kind::FunctionDefinition { name_extent, parameters, body, .. } = script.kind(function) else { return };
        self.0.push(Item::Source(name_extent));
        self.parameters(script, "(", parameters.unwrap_or_default());
        let first = match script.kind(body) {
            Kind::ScriptBlock { end_block: Some(end), .. } => match script.kind(end) {
                Kind::NamedBlock { statements, .. } => script.list(statements).first().copied(),
                _ => None,
            },
            _ => None,
        };
        if let Some((arguments, extent)) = first.and_then(|first| base_call(script, first))
            && extent != Extent::EMPTY
        {
            self.str(" : base(");
            self.list(script, arguments, ", ");
            self.str(")");
        }
        self.str(" ");
        self.id(body);
    }
}

/// The arguments of the call of a base constructor, and where it stands.
fn base_call(script: &Script, statement: NodeId) -> Option<(List, Extent)> {
    let Kind::CommandExpression { expression, .. } = script.kind(statement) else { return None };
    match script.node(expression).kind {
        Kind::BaseCtorInvokeMemberExpression { arguments, .. } => Some((arguments, script.node(expression).extent)),
        _ => None,
    }
}
