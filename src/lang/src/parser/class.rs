//! `class` and `enum`.

use alloc::vec::Vec;

use super::Parser;
use crate::{
    ast::{Kind, MemberModifiers, NodeId, Text, TypeKind},
    error::ErrorId,
    extent::Extent,
    known_types::is_enum_underlying_type,
    lexer::Mode,
    token::{Token, TokenFlags, TokenKind, TokenValue},
};

/// What stands in front of a member.
#[derive(Default)]
struct MemberHead {
    start: Option<Extent>,
    attributes: Vec<NodeId>,
    type_constraint: Option<NodeId>,
    is_static: bool,
    is_hidden: bool,
    /// The last of them.
    last: Option<Extent>,
}

/// A member, or what was left of one.
enum Member {
    Parsed(NodeId),
    Broken(Vec<NodeId>),
    None,
}

impl Parser<'_> {
    /// The name behind `class` or `enum`, or the error statement for its lack.
    fn definition_name(&mut self, keyword: Token) -> Result<Token, NodeId> {
        self.skip_newlines();
        if let Some((_, name)) = self.simple_name_token() {
            return Ok(name);
        }
        let word = self.source(keyword);
        self.incomplete(ErrorId::MissingNameAfterKeyword, keyword.extent.after(), &[word]);
        Err(self.error_statement(keyword.extent, &[]))
    }

    pub(super) fn class_definition(&mut self, attributes: &[NodeId], keyword: Token) -> NodeId {
        let name = match self.definition_name(keyword) {
            Ok(name) => name,
            Err(error) => return error,
        };
        self.mark_type_name(name);
        self.skip_newlines();
        let class = self
            .nested(|parser| parser.in_mode(Mode::Signature, |parser| parser.class_body(attributes, keyword, name)));
        class.unwrap_or_else(|| self.error_statement(keyword.extent, &[]))
    }

    fn class_body(&mut self, attributes: &[NodeId], keyword: Token, name: Token) -> NodeId {
        let base_types = self.base_types();
        let open = self.next();
        if open.kind != TokenKind::LCurly {
            self.unget(open);
            let last = base_types.last().map_or(name.extent, |last| self.extent(*last));
            self.incomplete(ErrorId::MissingTypeBody, last.after(), &[keyword.kind.text()]);
            return self.error_statement(keyword.extent.to(last), &base_types);
        }
        let mut last = open.extent;
        let mut members = Vec::new();
        let mut broken = Vec::new();
        loop {
            match self.class_member(name) {
                Member::Parsed(member) => {
                    last = self.extent(member);
                    members.push(member);
                }
                Member::Broken(parts) => {
                    last = parts.last().map_or(last, |part| self.extent(*part));
                    broken.extend(parts);
                }
                Member::None => break,
            }
        }
        let close = self.next();
        if close.kind == TokenKind::RCurly {
            last = close.extent;
        } else {
            self.unget(close);
            self.incomplete_at(ErrorId::MissingEndCurlyBrace, open.extent.after(), close.extent, &[]);
        }
        let start = attributes.first().map_or(keyword.extent, |first| self.extent(*first));
        let extent = start.to(last);
        let class = self.type_definition(name, TypeKind::Class, attributes, &base_types, &members, extent);
        self.with_stray_types(attributes, class, extent, broken)
    }

    fn base_types(&mut self) -> Vec<NodeId> {
        let mut types = Vec::new();
        let Some(mut separator) = self.take(TokenKind::Colon) else { return types };
        loop {
            self.skip_newlines();
            let Some((type_name, _)) = self.type_name(false) else {
                self.incomplete(ErrorId::TypeNameExpected, separator.extent.after(), &[]);
                return types;
            };
            let extent = self.lex.tree.type_name(type_name).extent();
            types.push(self.add(Kind::TypeConstraint { type_name }, extent));
            self.skip_newlines();
            let Some(comma) = self.take(TokenKind::Comma) else { return types };
            separator = comma;
        }
    }

    fn type_definition(
        &mut self,
        name: Token,
        definition: TypeKind,
        attributes: &[NodeId],
        base_types: &[NodeId],
        members: &[NodeId],
        extent: Extent,
    ) -> NodeId {
        let attributes: Vec<NodeId> =
            attributes.iter().copied().filter(|attribute| !self.is_type_constraint(*attribute)).collect();
        let kind = Kind::TypeDefinition {
            name: Text::slice(name.extent),
            definition,
            attributes: self.list(&attributes),
            base_types: self.list(base_types),
            members: self.list(members),
        };
        self.add(kind, extent)
    }

    /// Type constraints in front of a definition, and members that could not be parsed, make it an error statement.
    fn with_stray_types(
        &mut self,
        attributes: &[NodeId],
        definition: NodeId,
        extent: Extent,
        mut parts: Vec<NodeId>,
    ) -> NodeId {
        let before = parts.len();
        parts.extend(attributes.iter().copied().filter(|attribute| self.is_type_constraint(*attribute)));
        if parts.len() > before {
            parts.push(definition);
        }
        if parts.is_empty() { definition } else { self.error_statement(extent, &parts) }
    }

    fn class_member(&mut self, class_name: Token) -> Member {
        let mut head = MemberHead::default();
        let token = self.member_head(&mut head);
        if token.kind == TokenKind::Variable {
            self.skip();
            return self.property(head, token);
        }
        let is_name = token.kind == TokenKind::Identifier || token.flags.contains(TokenFlags::KEYWORD);
        if is_name {
            let mut name = token;
            self.lex.update(&mut name, |token| token.flags = TokenFlags::NONE);
            self.skip();
            return self.method(head, name, class_name);
        }
        let Some(last) = head.last else { return Member::None };
        self.incomplete(ErrorId::IncompleteMemberDefinition, last.after(), &[]);
        self.broken_member(head, &[])
    }

    /// What is left of a member; nothing if nothing was in front of it.
    fn broken_member(&mut self, head: MemberHead, rest: &[NodeId]) -> Member {
        let mut parts = head.attributes;
        parts.extend(head.type_constraint);
        parts.extend_from_slice(rest);
        if parts.is_empty() { Member::None } else { Member::Broken(parts) }
    }

    /// Attributes, type and modifiers. Returns the token behind them, which is looked at only.
    fn member_head(&mut self, head: &mut MemberHead) -> Token {
        loop {
            self.skip_newlines();
            if let Some(attribute) = self.attribute() {
                let extent = self.extent(attribute);
                head.last = Some(extent);
                head.start.get_or_insert(extent);
                if !self.is_type_constraint(attribute) {
                    head.attributes.push(attribute);
                } else if head.type_constraint.is_none() {
                    head.type_constraint = Some(attribute);
                } else {
                    self.error(ErrorId::TooManyTypes, extent, &[]);
                }
                continue;
            }
            let token = self.peek();
            head.start.get_or_insert(token.extent);
            let modifier = match token.kind {
                TokenKind::Hidden => &mut head.is_hidden,
                TokenKind::Static => &mut head.is_static,
                _ => return token,
            };
            if core::mem::replace(modifier, true) {
                self.error(ErrorId::DuplicateQualifier, token.extent, &[self.source(token)]);
            }
            head.last = Some(token.extent);
            self.skip();
        }
    }

    fn property(&mut self, head: MemberHead, variable: Token) -> Member {
        let mut initial_value = None;
        if self.take(TokenKind::Equals).is_some() {
            self.skip_newlines();
            initial_value = self.expression(false);
        }
        let mut end = initial_value.map_or(variable.extent, |value| self.extent(value));
        self.member_terminator(&mut end, true);
        let TokenValue::Variable(path) = variable.value else { return Member::None };
        if path.unqualified_path.is_empty() {
            let rest: Vec<NodeId> = initial_value.into_iter().collect();
            return self.broken_member(head, &rest);
        }
        let extent = head.start.unwrap_or(variable.extent).to(end);
        let kind = Kind::PropertyMember {
            name: path.unqualified_path,
            property_type: head.type_constraint,
            attributes: self.list(&head.attributes),
            modifiers: MemberModifiers { is_static: head.is_static, is_hidden: head.is_hidden, is_literal: false },
            initial_value,
        };
        Member::Parsed(self.add(kind, extent))
    }

    /// The end of a property or label: a line end, semicolon or brace. A semicolon belongs to it.
    fn member_terminator(&mut self, end: &mut Extent, required: bool) {
        let token = self.peek();
        let ends = matches!(token.kind, TokenKind::NewLine | TokenKind::Semi | TokenKind::RCurly);
        if !ends && required {
            self.incomplete(ErrorId::MissingPropertyTerminator, end.after(), &[]);
        }
        self.skip_newlines_and_semicolons();
        if token.kind == TokenKind::Semi {
            *end = token.extent;
        }
    }

    fn method(&mut self, head: MemberHead, name: Token, class_name: Token) -> Member {
        let is_constructor = self.source(name).eq_ignore_ascii_case(self.source(class_name));
        let Ok(function) = self.method_declaration(name, is_constructor && !head.is_static) else {
            self.sync_on_error(false, &[TokenKind::RCurly]);
            return self.broken_member(head, &[]);
        };
        let extent = head.start.unwrap_or(name.extent).to(self.extent(function));
        let kind = Kind::FunctionMember {
            attributes: self.list(&head.attributes),
            return_type: head.type_constraint,
            function,
            modifiers: MemberModifiers { is_static: head.is_static, is_hidden: head.is_hidden, is_literal: false },
        };
        Member::Parsed(self.add(kind, extent))
    }

    /// Behind the name of a method. An instance constructor gets the call of the base constructor as first statement.
    fn method_declaration(&mut self, name: Token, is_constructor: bool) -> Result<NodeId, ()> {
        let mut parameters = Vec::new();
        let (mut error_end, mut close) = (None, None);
        if self.peek().kind == TokenKind::LParen {
            let (found, end, paren) = self.function_parameters();
            parameters = found.unwrap_or_default();
            (error_end, close) = (end, paren);
        } else {
            self.incomplete(ErrorId::MissingMethodParameterList, name.extent.after(), &[]);
        }
        let mut base_call = (None, Vec::new());
        if is_constructor {
            self.skip_newlines();
            base_call = self.in_mode(Mode::Signature, |parser| parser.base_call(&mut error_end));
        }
        let open = self.next();
        if open.kind != TokenKind::LCurly {
            self.unget(open);
            self.missing_body(&mut error_end, close, name);
        }
        if error_end.is_some() {
            return Err(());
        }
        let first = is_constructor.then(|| self.base_constructor_call(base_call.0, &base_call.1));
        let body =
            self.in_mode(Mode::Command, |parser| parser.nested(|parser| parser.script_block(Some(open), false, first)));
        let Some(body) = body else { return Err(()) };
        let kind = Kind::FunctionDefinition {
            name: Text::slice(name.extent),
            name_extent: name.extent,
            is_filter: false,
            is_workflow: false,
            parameters: self.parameters(&parameters),
            body,
        };
        Ok(self.add(kind, name.extent.to(self.extent(body))))
    }

    /// `: base(..)`: where `base` stands and where the call ends, and the arguments.
    fn base_call(&mut self, error_end: &mut Option<Extent>) -> (Option<(Extent, Extent)>, Vec<NodeId>) {
        let Some(colon) = self.take(TokenKind::Colon) else { return (None, Vec::new()) };
        self.skip_newlines();
        let Some(base) = self.take(TokenKind::Base) else {
            *error_end = Some(colon.extent);
            self.incomplete(ErrorId::MissingBaseCtorCall, colon.extent.after(), &[]);
            return (None, Vec::new());
        };
        self.skip_newlines();
        let Some(open) = self.take(TokenKind::LParen) else {
            *error_end = Some(base.extent);
            self.incomplete(ErrorId::MissingMethodParameterList, base.extent.after(), &[]);
            return (Some((base.extent, base.extent)), Vec::new());
        };
        let (arguments, end) = self.invoke_arguments(open);
        self.skip_newlines();
        (Some((base.extent, end)), arguments)
    }

    fn base_constructor_call(&mut self, base: Option<(Extent, Extent)>, arguments: &[NodeId]) -> NodeId {
        let (keyword, end) = base.unwrap_or((Extent::EMPTY, Extent::EMPTY));
        let extent = keyword.to(end);
        let expression = self.implied_variable("this", keyword);
        let name = self.lex.tree.texts.cook(".ctor");
        let member = self.string(name, crate::ast::StringKind::BareWord, keyword);
        let arguments = self.list(arguments);
        let call = self.add(Kind::BaseCtorInvokeMemberExpression { expression, member, arguments }, extent);
        let redirections = crate::ast::List::default();
        self.add(Kind::CommandExpression { expression: call, redirections }, extent)
    }

    pub(super) fn enum_definition(&mut self, attributes: &[NodeId], keyword: Token) -> NodeId {
        let name = match self.definition_name(keyword) {
            Ok(name) => name,
            Err(error) => return error,
        };
        self.in_mode(Mode::Signature, |parser| parser.enum_body(attributes, keyword, name))
    }

    fn enum_body(&mut self, attributes: &[NodeId], keyword: Token, name: Token) -> NodeId {
        let underlying = self.underlying_type();
        self.skip_newlines();
        let open = self.next();
        if open.kind != TokenKind::LCurly {
            self.unget(open);
            self.incomplete(ErrorId::MissingTypeBody, name.extent.after(), &[keyword.kind.text()]);
            return self.error_statement(keyword.extent.to(name.extent), &[]);
        }
        let mut members = Vec::new();
        while let Some(member) = self.enum_member() {
            members.push(member);
        }
        let close = self.next();
        if close.kind != TokenKind::RCurly {
            self.unget(close);
            self.incomplete_at(ErrorId::MissingEndCurlyBrace, open.extent.after(), close.extent, &[]);
        }
        let start = attributes.first().map_or(keyword.extent, |first| self.extent(*first));
        let extent = start.to(close.extent);
        let base_types: Vec<NodeId> = underlying.into_iter().collect();
        let definition = self.type_definition(name, TypeKind::Enum, attributes, &base_types, &members, extent);
        self.with_stray_types(attributes, definition, start, Vec::new())
    }

    fn underlying_type(&mut self) -> Option<NodeId> {
        let colon = self.take(TokenKind::Colon)?;
        self.skip_newlines();
        let Some((type_name, _)) = self.type_name(false) else {
            self.incomplete(ErrorId::TypeNameExpected, colon.extent.after(), &[]);
            return None;
        };
        let extent = self.lex.tree.type_name(type_name).extent();
        if !self.view().resolve(type_name).is_some_and(|name| is_enum_underlying_type(&name)) {
            let name = self.lex.tree.short_type_name(self.lex.text, type_name);
            self.error(ErrorId::InvalidUnderlyingType, extent, &[&name]);
        }
        Some(self.add(Kind::TypeConstraint { type_name }, extent))
    }

    fn enum_member(&mut self) -> Option<NodeId> {
        self.skip_newlines();
        let (_, name) = self.simple_name_token()?;
        let mut end = name.extent;
        let mut missing = false;
        let initial_value = self.in_mode(Mode::Expression, |parser| {
            let equals = parser.take(TokenKind::Equals)?;
            let value = parser.expression(false);
            match value {
                Some(value) => end = parser.extent(value),
                None => {
                    parser.error(ErrorId::ExpectedValueExpression, equals.extent.after(), &["="]);
                    end = equals.extent;
                    missing = true;
                }
            }
            value
        });
        self.member_terminator(&mut end, !missing);
        let kind = Kind::PropertyMember {
            name: Text::slice(name.extent),
            property_type: None,
            attributes: crate::ast::List::default(),
            modifiers: MemberModifiers { is_static: true, is_hidden: false, is_literal: true },
            initial_value,
        };
        Some(self.add(kind, name.extent.to(end)))
    }
}
