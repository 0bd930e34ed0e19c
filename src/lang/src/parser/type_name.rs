//! Type names: `int`, `int[]`, `List[int]`, `Type, Assembly`.

use alloc::{string::String, vec::Vec};

use super::Parser;
use crate::{
    ast::{Text, TypeId, TypeName},
    error::ErrorId,
    extent::Extent,
    lexer::Mode,
    limits,
    token::{Token, TokenFlags, TokenKind},
};

/// What PowerShell calls a type argument that is missing.
const ERROR_TYPE_NAME: &str = ":ErrorTypeName:";

impl Parser<'_> {
    /// A type name, with the token it begins with.
    pub(super) fn type_name(&mut self, assembly_allowed: bool) -> Option<(TypeId, Token)> {
        self.in_mode(Mode::TypeName, |parser| {
            let token = parser.next();
            if token.kind != TokenKind::Identifier {
                parser.unget(token);
                return None;
            }
            let name = parser.finish_type_name(token, false, assembly_allowed);
            Some((name, token))
        })
    }

    fn simple_type(&mut self, token: Token) -> TypeId {
        let text = self.source(token);
        // Two backticks are one: the escape of the mark in front of a generic type's arity.
        let name = if text.contains("``") {
            self.lex.tree.texts.cook(&text.replace("``", "`"))
        } else {
            Text::slice(token.extent)
        };
        self.lex.tree.add_type(TypeName::Simple { name, assembly: None, extent: token.extent })
    }

    /// Behind the first word of a type name.
    fn finish_type_name(&mut self, name: Token, bare_argument: bool, assembly_allowed: bool) -> TypeId {
        let token = self.peek();
        if token.kind == TokenKind::LBracket {
            self.skip();
            self.skip_newlines();
            return self.bracketed_type(name, token, bare_argument);
        }
        let simple = self.simple_type(name);
        if token.kind == TokenKind::Comma && assembly_allowed && !bare_argument {
            self.skip();
            let assembly = self.lex.assembly_name();
            if assembly.trim().is_empty() {
                self.error(ErrorId::MissingAssemblyNameSpecification, token.extent.after(), &[]);
            } else {
                let end = name.extent.to(self.lex.current_extent());
                self.qualify(simple, &assembly, Some(end));
            }
        }
        simple
    }

    fn qualify(&mut self, name: TypeId, assembly_name: &str, place: Option<Extent>) {
        let text = self.lex.tree.texts.cook(assembly_name);
        if let Some(TypeName::Simple { assembly, extent, .. }) = self.lex.tree.type_name_mut(name) {
            *assembly = Some(text);
            *extent = place.unwrap_or(*extent);
        }
    }

    /// Behind `name[`.
    fn bracketed_type(&mut self, name: Token, open: Token, bare_argument: bool) -> TypeId {
        let token = self.next();
        match token.kind {
            TokenKind::RBracket | TokenKind::Comma => {
                let element = self.simple_type(name);
                self.finish_array_type(element, element, token, bare_argument)
            }
            TokenKind::LBracket | TokenKind::Identifier => self.generic_type(name, token, bare_argument),
            TokenKind::EndOfInput => {
                self.unget(token);
                self.incomplete(ErrorId::MissingTypename, open.extent.after(), &[]);
                self.simple_type(name)
            }
            _ => {
                self.unexpected(token);
                self.sync_on_error(true, &[TokenKind::RBracket]);
                self.simple_type(name)
            }
        }
    }

    fn error_type(&mut self, extent: Extent) -> TypeId {
        let name = self.lex.tree.texts.cook(ERROR_TYPE_NAME);
        self.lex.tree.add_type(TypeName::Simple { name, assembly: None, extent })
    }

    fn generic_argument(&mut self, first: Token) -> TypeId {
        if first.kind == TokenKind::Identifier {
            return self
                .nested(|parser| parser.finish_type_name(first, true, true))
                .unwrap_or_else(|| self.error_type(first.extent));
        }
        let token = self.next();
        if token.kind != TokenKind::Identifier {
            self.unget(token);
            self.incomplete(ErrorId::MissingTypename, token.extent.after(), &[]);
            return self.error_type(first.extent);
        }
        let Some(name) = self.nested(|parser| parser.finish_type_name(token, false, true)) else {
            return self.error_type(first.extent);
        };
        let close = self.next();
        if close.kind != TokenKind::RBracket {
            self.unget(close);
            let place = self.before(close.extent);
            self.incomplete(ErrorId::EndSquareBracketExpectedAtEndOfType, place, &[]);
        }
        name
    }

    /// Type arguments from `first` on, with the token behind them.
    pub(super) fn generic_arguments(&mut self, first: Token) -> (Vec<TypeId>, Token) {
        let mut arguments = alloc::vec![self.generic_argument(first)];
        loop {
            self.skip_newlines();
            let last = self.next();
            if last.kind != TokenKind::Comma {
                return (arguments, last);
            }
            self.skip_newlines();
            let token = self.peek();
            let argument = if matches!(token.kind, TokenKind::Identifier | TokenKind::LBracket) {
                self.skip();
                self.generic_argument(token)
            } else {
                self.incomplete(ErrorId::MissingTypename, last.extent.after(), &[]);
                self.error_type(last.extent)
            };
            arguments.push(argument);
        }
    }

    fn generic_type(&mut self, name: Token, first: Token, bare_argument: bool) -> TypeId {
        let (arguments, close) = self.generic_arguments(first);
        let end = if close.kind == TokenKind::RBracket {
            close.extent
        } else {
            self.unget(close);
            let place = self.before(close.extent);
            self.incomplete(ErrorId::EndSquareBracketExpectedAtEndOfAttribute, place, &[]);
            arguments.last().map_or(first.extent, |last| self.lex.tree.type_name(*last).extent())
        };
        let definition = self.simple_type(name);
        let arguments = self.lex.tree.add_type_list(&arguments);
        let extent = name.extent.to(end);
        let generic = self.lex.tree.add_type(TypeName::Generic { definition, arguments, extent });
        let token = self.peek();
        if token.kind == TokenKind::LBracket {
            self.skip();
            let next = self.next();
            return self.finish_array_type(generic, definition, next, bare_argument);
        }
        if token.kind == TokenKind::Comma && !bare_argument {
            self.skip();
            self.assembly_of(definition, token);
        }
        generic
    }

    fn assembly_of(&mut self, name: TypeId, comma: Token) {
        let assembly = self.lex.assembly_name();
        if assembly.is_empty() {
            self.error(ErrorId::MissingAssemblyNameSpecification, comma.extent.after(), &[]);
        } else {
            self.qualify(name, &assembly, None);
        }
    }

    /// Behind `element[`, at `first`; more dimensions and brackets may follow. An assembly belongs to `qualified`.
    fn finish_array_type(&mut self, element: TypeId, qualified: TypeId, first: Token, bare_argument: bool) -> TypeId {
        let (mut element, mut first) = (element, first);
        loop {
            match first.kind {
                TokenKind::RBracket => element = self.array_type(element, 1, first.extent),
                TokenKind::Comma => element = self.array_of_rank(element, first),
                TokenKind::EndOfInput => {
                    self.unget(first);
                    let place = self.before(first.extent);
                    self.error(ErrorId::EndSquareBracketExpectedAtEndOfAttribute, place, &[]);
                }
                _ => {
                    self.unexpected(first);
                    self.sync_on_error(true, &[TokenKind::RBracket]);
                }
            }
            let token = self.peek();
            if !bare_argument && token.kind == TokenKind::Comma {
                self.skip();
                self.assembly_of(qualified, token);
                return element;
            }
            if token.kind != TokenKind::LBracket {
                return element;
            }
            self.skip();
            first = self.next();
        }
    }

    fn array_type(&mut self, element: TypeId, rank: u32, end: Extent) -> TypeId {
        let extent = self.lex.tree.type_name(element).extent().to(end);
        self.lex.tree.add_type(TypeName::Array { element, rank, extent })
    }

    fn array_of_rank(&mut self, element: TypeId, first: Token) -> TypeId {
        let mut rank = 1_u32;
        let mut last = first;
        let mut token = first;
        while token.kind == TokenKind::Comma {
            last = token;
            rank = rank.saturating_add(1);
            token = self.next();
        }
        let closed = token.kind == TokenKind::RBracket;
        if !closed {
            self.unget(token);
        }
        if rank > limits::MAX_ARRAY_RANK {
            let rank: String = alloc::format!("{rank}");
            self.error(ErrorId::ArrayHasTooManyDimensions, first.extent.to(last.extent), &[&rank]);
            return element;
        }
        if !closed {
            self.error(ErrorId::EndSquareBracketExpectedAtEndOfAttribute, last.extent.after(), &[]);
        }
        self.array_type(element, rank, token.extent)
    }

    /// The type arguments of a method call in front of its parenthesis, with the bracket that closes them; none if
    /// what follows `.name` is an index.
    pub(super) fn method_type_arguments(&mut self, restore: usize) -> (Option<Vec<TypeId>>, Option<Token>) {
        let open = self.next();
        if open.kind != TokenKind::LBracket {
            self.resync(restore);
            return (None, None);
        }
        let old = self.set_mode(Mode::TypeName);
        self.skip_newlines();
        let first = self.next();
        let mut found = (None, None);
        if first.kind == TokenKind::Identifier {
            let (arguments, close) = self.generic_arguments(first);
            let closed = close.kind == TokenKind::RBracket;
            if !closed {
                self.unget(close);
                let place = self.before(close.extent);
                self.incomplete(ErrorId::EndSquareBracketExpectedAtEndOfType, place, &[]);
            }
            found = (Some(arguments), closed.then_some(close));
        }
        self.set_mode(old);
        if found.0.is_none() && restore > 0 {
            self.resync(restore);
        }
        found
    }

    /// Marks the name of a class as the name of a type.
    pub(super) fn mark_type_name(&mut self, mut token: Token) {
        self.lex.update(&mut token, |token| {
            token.flags = token.flags.without(TokenFlags::MEMBER_NAME) | TokenFlags::TYPE_NAME;
        });
    }
}
