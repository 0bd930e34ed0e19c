//! The words with a meaning of their own.

use crate::token::TokenKind;

/// Longer than any of them.
const MAX: usize = 16;

fn fold<T>(word: &str, find: impl Fn(&str) -> Option<T>) -> Option<T> {
    let mut buffer = [0_u8; MAX];
    let folded = buffer.get_mut(..word.len())?;
    folded.copy_from_slice(word.as_bytes());
    folded.make_ascii_lowercase();
    find(core::str::from_utf8(folded).ok()?)
}

/// The keyword that `word` is, in any case.
pub(super) fn keyword(word: &str) -> Option<TokenKind> {
    fold(word, |word| {
        Some(match word {
            "assembly" => TokenKind::Assembly,
            "base" => TokenKind::Base,
            "begin" => TokenKind::Begin,
            "break" => TokenKind::Break,
            "catch" => TokenKind::Catch,
            "class" => TokenKind::Class,
            "clean" => TokenKind::Clean,
            "command" => TokenKind::Command,
            "configuration" => TokenKind::Configuration,
            "continue" => TokenKind::Continue,
            "data" => TokenKind::Data,
            "default" => TokenKind::Default,
            "define" => TokenKind::Define,
            "do" => TokenKind::Do,
            "dynamicparam" => TokenKind::Dynamicparam,
            "else" => TokenKind::Else,
            "elseif" => TokenKind::ElseIf,
            "end" => TokenKind::End,
            "enum" => TokenKind::Enum,
            "exit" => TokenKind::Exit,
            "filter" => TokenKind::Filter,
            "finally" => TokenKind::Finally,
            "for" => TokenKind::For,
            "foreach" => TokenKind::Foreach,
            "from" => TokenKind::From,
            "function" => TokenKind::Function,
            "hidden" => TokenKind::Hidden,
            "if" => TokenKind::If,
            "in" => TokenKind::In,
            "inlinescript" => TokenKind::InlineScript,
            "interface" => TokenKind::Interface,
            "module" => TokenKind::Module,
            "namespace" => TokenKind::Namespace,
            "parallel" => TokenKind::Parallel,
            "param" => TokenKind::Param,
            "private" => TokenKind::Private,
            "process" => TokenKind::Process,
            "public" => TokenKind::Public,
            "return" => TokenKind::Return,
            "sequence" => TokenKind::Sequence,
            "static" => TokenKind::Static,
            "switch" => TokenKind::Switch,
            "throw" => TokenKind::Throw,
            "trap" => TokenKind::Trap,
            "try" => TokenKind::Try,
            "type" => TokenKind::Type,
            "until" => TokenKind::Until,
            "using" => TokenKind::Using,
            "var" => TokenKind::Var,
            "while" => TokenKind::While,
            "workflow" => TokenKind::Workflow,
            _ => return None,
        })
    })
}

/// The operator that a word behind a dash is, in any case.
pub(super) fn operator(word: &str) -> Option<TokenKind> {
    fold(word, |word| {
        Some(match word {
            "and" => TokenKind::And,
            "as" => TokenKind::As,
            "band" => TokenKind::Band,
            "bnot" => TokenKind::Bnot,
            "bor" => TokenKind::Bor,
            "bxor" => TokenKind::Bxor,
            "ccontains" => TokenKind::Ccontains,
            "ceq" => TokenKind::Ceq,
            "cge" => TokenKind::Cge,
            "cgt" => TokenKind::Cgt,
            "cin" => TokenKind::Cin,
            "cle" => TokenKind::Cle,
            "clike" => TokenKind::Clike,
            "clt" => TokenKind::Clt,
            "cmatch" => TokenKind::Cmatch,
            "cne" => TokenKind::Cne,
            "cnotcontains" => TokenKind::Cnotcontains,
            "cnotin" => TokenKind::Cnotin,
            "cnotlike" => TokenKind::Cnotlike,
            "cnotmatch" => TokenKind::Cnotmatch,
            "contains" | "icontains" => TokenKind::Icontains,
            "creplace" => TokenKind::Creplace,
            "csplit" => TokenKind::Csplit,
            "eq" | "ieq" => TokenKind::Ieq,
            "f" => TokenKind::Format,
            "ge" | "ige" => TokenKind::Ige,
            "gt" | "igt" => TokenKind::Igt,
            "in" | "iin" => TokenKind::Iin,
            "is" => TokenKind::Is,
            "isnot" => TokenKind::IsNot,
            "join" => TokenKind::Join,
            "le" | "ile" => TokenKind::Ile,
            "like" | "ilike" => TokenKind::Ilike,
            "lt" | "ilt" => TokenKind::Ilt,
            "match" | "imatch" => TokenKind::Imatch,
            "ne" | "ine" => TokenKind::Ine,
            "not" => TokenKind::Not,
            "notcontains" | "inotcontains" => TokenKind::Inotcontains,
            "notin" | "inotin" => TokenKind::Inotin,
            "notlike" | "inotlike" => TokenKind::Inotlike,
            "notmatch" | "inotmatch" => TokenKind::Inotmatch,
            "or" => TokenKind::Or,
            "replace" | "ireplace" => TokenKind::Ireplace,
            "shl" => TokenKind::Shl,
            "shr" => TokenKind::Shr,
            "split" | "isplit" => TokenKind::Isplit,
            "xor" => TokenKind::Xor,
            _ => return None,
        })
    })
}
