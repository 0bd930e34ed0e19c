//! Finding a place to go on after an error.

use super::Parser;
use crate::token::TokenKind;

impl Parser<'_> {
    /// Passes over tokens until one of `kinds` stands outside of brackets opened on the way. A closing bracket among
    /// `kinds` counts as the end of one already open, and is taken only if `consume` says so.
    pub(super) fn sync_on_error(&mut self, consume: bool, kinds: &[TokenKind]) {
        let open = |kind: TokenKind| i64::from(kinds.contains(&kind));
        let mut parens = open(TokenKind::RParen);
        let mut curlies = open(TokenKind::RCurly);
        let mut brackets = open(TokenKind::RBracket);
        loop {
            let token = self.next();
            let (count, step) = match token.kind {
                TokenKind::LParen => (&mut parens, 1),
                TokenKind::RParen => (&mut parens, -1),
                TokenKind::LCurly => (&mut curlies, 1),
                TokenKind::RCurly => (&mut curlies, -1),
                TokenKind::LBracket => (&mut brackets, 1),
                TokenKind::RBracket => (&mut brackets, -1),
                TokenKind::EndOfInput => return self.unget(token),
                _ => {
                    if kinds.contains(&token.kind) && parens == 0 && curlies == 0 && brackets == 0 {
                        return;
                    }
                    continue;
                }
            };
            *count = count.saturating_add(step);
            if step < 0 && *count == 0 && kinds.contains(&token.kind) {
                if !consume {
                    self.unget(token);
                }
                return;
            }
            if kinds.contains(&token.kind) && parens == 0 && curlies == 0 && brackets == 0 {
                return;
            }
        }
    }
}
