//! Commands: names, parameters, arguments, redirections.

use alloc::vec::Vec;

use super::Parser;
use crate::{
    ast::{Kind, NodeId, Redirect, StringKind},
    error::ErrorId,
    extent::Extent,
    lexer::Mode,
    token::{Token, TokenFlags, TokenKind, TokenValue},
};

/// Behind it the rest of the line is one argument.
const VERBATIM: &str = "--%";

/// Where an argument stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    CommandName,
    /// Behind `&` or `.`.
    CommandNameAfterOperator,
    FileName,
    Argument,
    SwitchCondition,
}

impl Context {
    const fn is_command_name(self) -> bool {
        matches!(self, Self::CommandName | Self::CommandNameAfterOperator)
    }
}

/// A command while it is parsed.
struct CommandParts {
    elements: Vec<NodeId>,
    redirections: Vec<NodeId>,
    end: Extent,
    saw_dash_dash: bool,
}

impl Parser<'_> {
    /// One argument, read as in a command.
    pub(super) fn single_argument(&mut self, context: Context) -> Option<NodeId> {
        if matches!(self.peek().kind, TokenKind::Comma | TokenKind::EndOfInput) {
            return None;
        }
        self.in_mode(Mode::Command, |parser| {
            let token = parser.next();
            parser.argument(context, token)
        })
    }

    /// The argument that begins with `token`; none at what cannot begin one, which is put back. Commas make arrays of
    /// arguments of commands.
    pub(super) fn argument(&mut self, context: Context, token: Token) -> Option<NodeId> {
        let mut token = token;
        let mut elements: Vec<NodeId> = Vec::new();
        let mut comma: Option<Token> = None;
        loop {
            let Some(argument) = self.argument_element(context, token) else {
                let comma = comma?;
                self.incomplete(ErrorId::MissingExpression, comma.extent.after(), &[","]);
                let start = elements.first().map_or(comma.extent, |first| self.extent(*first));
                return Some(self.error_expression(start.to(comma.extent), &elements));
            };
            let next = if context == Context::Argument && !self.is_verbatim_mark(token) {
                self.take(TokenKind::Comma)
            } else {
                None
            };
            if next.is_none() && elements.is_empty() {
                return Some(argument);
            }
            elements.push(argument);
            let Some(next) = next else {
                let start = elements.first().map_or(Extent::EMPTY, |first| self.extent(*first));
                let extent = start.to(self.extent(argument));
                let elements = self.list(&elements);
                return Some(self.add(Kind::ArrayLiteral { elements }, extent));
            };
            comma = Some(next);
            self.skip_newlines();
            token = self.next();
        }
    }

    fn argument_element(&mut self, context: Context, mut token: Token) -> Option<NodeId> {
        use TokenKind::*;
        match token.kind {
            Pipe | RCurly | RParen | EndOfInput | NewLine | Semi | Redirection | RedirectInStd | AndAnd | OrOr
            | Ampersand | MinusMinus | Comma => {
                self.unget(token);
                None
            }
            SplattedVariable | Variable | Number | HereStringExpandable | StringExpandable | HereStringLiteral
            | StringLiteral | LParen | DollarParen | AtParen | AtCurly | LCurly => {
                self.unget(token);
                self.primary_expression(true)
            }
            Generic => {
                if context.is_command_name() {
                    self.add_flags(token, TokenFlags::COMMAND_NAME);
                }
                Some(self.word_argument(context, token))
            }
            _ => {
                self.lex.update(&mut token, |token| {
                    token.flags = token.flags.without(TokenFlags::KEYWORD);
                    if context.is_command_name() {
                        token.flags |= TokenFlags::COMMAND_NAME;
                    } else if token.kind != Identifier {
                        token.kind = Generic;
                    }
                });
                Some(self.bare_word(token.extent))
            }
        }
    }

    fn word_argument(&mut self, context: Context, token: Token) -> NodeId {
        match token.value {
            TokenValue::Expandable { .. } if context != Context::CommandName => self.expandable_string(token),
            TokenValue::Expandable { value, .. } | TokenValue::Text(value) => {
                self.string(value, StringKind::BareWord, token.extent)
            }
            _ => self.bare_word(token.extent),
        }
    }

    fn is_verbatim_mark(&self, token: Token) -> bool {
        match (token.kind, token.value) {
            (TokenKind::Generic, TokenValue::Text(value)) => self.lex.get(value) == VERBATIM,
            _ => false,
        }
    }

    pub(crate) fn command(&mut self) -> Option<NodeId> {
        let (first, context, command) = self.in_mode(Mode::Command, |parser| {
            let first = parser.next();
            let called = matches!(first.kind, TokenKind::Dot | TokenKind::Ampersand);
            let (token, context) =
                if called { (parser.next(), Context::CommandNameAfterOperator) } else { (first, Context::CommandName) };
            let command = parser.command_elements(first, token, context);
            (first, context, command)
        });
        let called = context == Context::CommandNameAfterOperator;
        if command.elements.is_empty() {
            if called {
                self.error(ErrorId::MissingExpression, first.extent, &[self.source(first)]);
            }
            return None;
        }
        let elements = self.list(&command.elements);
        let redirections = self.list(&command.redirections);
        let invocation_operator = if called { first.kind } else { TokenKind::Unknown };
        let kind = Kind::Command { elements, invocation_operator, redirections };
        Some(self.add(kind, first.extent.to(command.end)))
    }

    fn command_elements(&mut self, first: Token, token: Token, context: Context) -> CommandParts {
        let (mut token, mut context) = (token, context);
        let mut command =
            CommandParts { elements: Vec::new(), redirections: Vec::new(), end: first.extent, saw_dash_dash: false };
        use TokenKind::*;
        loop {
            match token.kind {
                Pipe | RCurly | RParen | EndOfInput | NewLine | Semi | AndAnd | OrOr | Ampersand => {
                    self.unget(token);
                    return command;
                }
                MinusMinus => self.dash_dash(&mut command, token),
                Comma => {
                    command.end = token.extent;
                    self.error(ErrorId::MissingArgument, token.extent, &[]);
                    self.skip_newlines();
                }
                Parameter => self.command_parameter(&mut command, token, context),
                Redirection | RedirectInStd if !context.is_command_name() => {
                    self.redirection(token, &mut command.redirections, &mut command.end);
                }
                Redirection | RedirectInStd => self.push_word(&mut command, token),
                InlineScript if context == Context::CommandName => {
                    if !self.inline_script(&mut command, token) {
                        return command;
                    }
                }
                _ => {
                    if self.command_argument(&mut command, token, context) {
                        return command;
                    }
                }
            }
            context = Context::Argument;
            token = self.next();
        }
    }

    fn push_word(&mut self, command: &mut CommandParts, token: Token) {
        command.end = token.extent;
        let word = self.bare_word(token.extent);
        command.elements.push(word);
    }

    /// The first `--` ends the parameters, further ones are arguments.
    fn dash_dash(&mut self, command: &mut CommandParts, token: Token) {
        if command.saw_dash_dash {
            return self.push_word(command, token);
        }
        command.saw_dash_dash = true;
        command.end = token.extent;
        let name = self.lex.tree.texts.cook("-");
        let kind = Kind::CommandParameter { name, argument: None, error_position: token.extent };
        command.elements.push(self.add(kind, token.extent));
    }

    fn command_parameter(&mut self, command: &mut CommandParts, token: Token, context: Context) {
        if context.is_command_name() || command.saw_dash_dash {
            self.add_flags(token, TokenFlags::COMMAND_NAME);
            return self.push_word(command, token);
        }
        let TokenValue::Parameter { name, colon } = token.value else { return };
        let mut extent = token.extent;
        let mut argument = None;
        if colon && self.peek().kind != TokenKind::Comma {
            let next = self.next();
            argument = self.argument(Context::Argument, next);
            match argument {
                Some(argument) => extent = extent.to(self.extent(argument)),
                None => {
                    let word = self.source(token);
                    self.error(ErrorId::ParameterRequiresArgument, extent.after(), &[word]);
                }
            }
        }
        command.end = extent;
        let kind = Kind::CommandParameter { name, argument, error_position: token.extent };
        command.elements.push(self.add(kind, extent));
    }

    /// A name or argument. Returns whether it was `--%`, which takes the rest of the line.
    fn command_argument(&mut self, command: &mut CommandParts, token: Token, context: Context) -> bool {
        let Some(argument) = self.argument(context, token) else { return false };
        command.end = self.extent(argument);
        command.elements.push(argument);
        // A quoted mark counts here, too, although what follows it has been looked at for a comma.
        let is_mark = matches!(token.value, TokenValue::Text(value) if self.lex.get(value) == VERBATIM);
        if !is_mark || self.ungot.is_some_and(|token| token.kind != TokenKind::Parameter) {
            return false;
        }
        self.ungot = None;
        let rest = self.lex.verbatim_argument();
        command.end = rest.extent;
        let rest = self.bare_word(rest.extent);
        command.elements.push(rest);
        true
    }

    fn inline_script(&mut self, command: &mut CommandParts, token: Token) -> bool {
        self.add_flags(token, TokenFlags::COMMAND_NAME);
        self.push_word(command, token);
        self.skip_newlines();
        let open = self.next();
        if open.kind != TokenKind::LCurly {
            self.unget(open);
            let word = self.source(token);
            self.incomplete(ErrorId::MissingStatementAfterKeyword, token.extent.after(), &[word]);
            return false;
        }
        let body = self.script_block_expression(open);
        command.end = self.extent(body);
        command.elements.push(body);
        true
    }

    /// Adds a redirection; `end` becomes its extent. Returns that extent, none for `<`, which does not exist.
    pub(super) fn redirection(&mut self, token: Token, found: &mut Vec<NodeId>, end: &mut Extent) -> Option<Extent> {
        let (kind, from) = match token.value {
            TokenValue::MergingRedirection { from, to } => self.merging_redirection(token, from, to),
            TokenValue::FileRedirection { from, append } => {
                let location = self.redirection_target(token);
                let from = Redirect::from_number(from);
                (Kind::FileRedirection { from, append, location }, from)
            }
            _ => {
                let location = self.redirection_target(token);
                self.error(ErrorId::RedirectionNotSupported, token.extent, &[self.source(token)]);
                *end = token.extent.to(self.extent(location));
                return None;
            }
        };
        *end = match kind {
            Kind::FileRedirection { location, .. } => token.extent.to(self.extent(location)),
            _ => token.extent,
        };
        let taken = found.iter().any(|other| match self.kind(*other) {
            Kind::FileRedirection { from: other, .. } | Kind::MergingRedirection { from: other, .. } => other == from,
            _ => false,
        });
        if taken {
            self.error(ErrorId::StreamAlreadyRedirected, *end, &[from.description()]);
        } else {
            let node = self.add(kind, *end);
            // In the order of streams, as PowerShell keeps them.
            let place = found.partition_point(|other| self.redirected_stream(*other) < from.number());
            found.insert(place, node);
        }
        Some(*end)
    }

    fn redirected_stream(&self, redirection: NodeId) -> u8 {
        match self.kind(redirection) {
            Kind::FileRedirection { from, .. } | Kind::MergingRedirection { from, .. } => from.number(),
            _ => 0,
        }
    }

    fn merging_redirection(&mut self, token: Token, from: u8, to: u8) -> (Kind, Redirect) {
        let from = Redirect::from_number(from);
        if Redirect::from_number(to) != Redirect::Output || from == Redirect::Output {
            self.error(ErrorId::RedirectionNotSupported, token.extent, &[self.source(token)]);
        }
        (Kind::MergingRedirection { from, to: Redirect::Output }, from)
    }

    fn redirection_target(&mut self, token: Token) -> NodeId {
        self.single_argument(Context::FileName).unwrap_or_else(|| {
            self.error(ErrorId::MissingFileSpecification, token.extent.after(), &[]);
            self.error_expression(token.extent, &[])
        })
    }
}
