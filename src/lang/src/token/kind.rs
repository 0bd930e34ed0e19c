//! `TokenKind` and the properties every kind has, as PowerShell's `TokenKind` and `TokenTraits` define them.

use super::TokenFlags;

const P_LOGICAL: u32 = 0x1;
const P_BITWISE: u32 = 0x2;
const P_COMPARISON: u32 = 0x5;
const P_COALESCE: u32 = 0x7;
const P_ADD: u32 = 0x9;
const P_MULTIPLY: u32 = 0xa;
const P_FORMAT: u32 = 0xc;
const P_RANGE: u32 = 0xd;
const KEYWORD: u32 = TokenFlags::KEYWORD.0;
const BLOCK_NAME: u32 = TokenFlags::SCRIPT_BLOCK_BLOCK_NAME.0;
const BINARY: u32 = TokenFlags::BINARY_OPERATOR.0;
const UNARY: u32 = TokenFlags::UNARY_OPERATOR.0;
const CASE: u32 = TokenFlags::CASE_SENSITIVE_OPERATOR.0;
const TERNARY: u32 = TokenFlags::TERNARY_OPERATOR.0;
const SPECIAL: u32 = TokenFlags::SPECIAL_OPERATOR.0;
const ASSIGN: u32 = TokenFlags::ASSIGNMENT_OPERATOR.0;
const INVARIANT: u32 = TokenFlags::PARSE_MODE_INVARIANT.0;
const RESTRICTED: u32 = TokenFlags::DISALLOWED_IN_RESTRICTED_MODE.0;
const PREPOST: u32 = TokenFlags::PREFIX_OR_POSTFIX_OPERATOR.0;
const FOLD: u32 = TokenFlags::CAN_CONSTANT_FOLD.0;
const PLAIN: u32 = TokenFlags::STATEMENT_DOESNT_SUPPORT_ATTRIBUTES.0;

macro_rules! token_kinds {
    ($($name:ident = $number:literal, $flags:expr, $text:literal;)*) => {
        /// What a token is. Names and numbers are those of `System.Management.Automation.Language.TokenKind`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum TokenKind {
            $(#[doc = concat!("`", $text, "`")] $name = $number,)*
        }

        impl TokenKind {
            /// Every kind, in the order of its number.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The names and numbers of all kinds.
            pub const LABELS: &[(&str, i64)] = &[$((stringify!($name), $number)),*];

            /// The flags that every token of this kind carries (`TokenTraits.GetTraits`).
            pub const fn traits(self) -> TokenFlags {
                match self { $(Self::$name => TokenFlags($flags),)* }
            }

            /// The text the kind stands for, as it appears in error messages (`TokenTraits.Text`).
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The name of the kind, as `ToString()` gives it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            /// The number of the kind, as a cast to `int` gives it.
            pub const fn number(self) -> u8 {
                match self { $(Self::$name => $number,)* }
            }
        }
    };
}

token_kinds! {
    Unknown = 0, 0, "unknown";
    Variable = 1, 0, "var";
    SplattedVariable = 2, 0, "@var";
    Parameter = 3, 0, "param";
    Number = 4, 0, "number";
    Label = 5, 0, "label";
    Identifier = 6, 0, "ident";
    Generic = 7, 0, "generic";
    NewLine = 8, INVARIANT, "newline";
    LineContinuation = 9, INVARIANT, "line continuation";
    Comment = 10, INVARIANT, "comment";
    EndOfInput = 11, INVARIANT, "eof";
    StringLiteral = 12, INVARIANT, "sqstr";
    StringExpandable = 13, INVARIANT, "dqstr";
    HereStringLiteral = 14, INVARIANT, "sq here string";
    HereStringExpandable = 15, INVARIANT, "dq here string";
    LParen = 16, INVARIANT, "(";
    RParen = 17, INVARIANT, ")";
    LCurly = 18, INVARIANT, "{";
    RCurly = 19, INVARIANT, "}";
    LBracket = 20, 0, "[";
    RBracket = 21, INVARIANT, "]";
    AtParen = 22, INVARIANT, "@(";
    AtCurly = 23, INVARIANT, "@{";
    DollarParen = 24, INVARIANT, "$(";
    Semi = 25, INVARIANT, ";";
    AndAnd = 26, INVARIANT, "&&";
    OrOr = 27, INVARIANT, "||";
    Ampersand = 28, SPECIAL | INVARIANT, "&";
    Pipe = 29, SPECIAL | INVARIANT, "|";
    Comma = 30, UNARY | INVARIANT, ",";
    MinusMinus = 31, UNARY | RESTRICTED | PREPOST, "--";
    PlusPlus = 32, UNARY | RESTRICTED | PREPOST, "++";
    DotDot = 33, P_RANGE | BINARY | RESTRICTED, "..";
    ColonColon = 34, SPECIAL | RESTRICTED, "::";
    Dot = 35, SPECIAL | RESTRICTED, ".";
    Exclaim = 36, UNARY | FOLD, "!";
    Multiply = 37, P_MULTIPLY | BINARY | FOLD, "*";
    Divide = 38, P_MULTIPLY | BINARY | FOLD, "/";
    Rem = 39, P_MULTIPLY | BINARY | FOLD, "%";
    Plus = 40, P_ADD | BINARY | UNARY | FOLD, "+";
    Minus = 41, P_ADD | BINARY | UNARY | FOLD, "-";
    Equals = 42, ASSIGN, "=";
    PlusEquals = 43, ASSIGN, "+=";
    MinusEquals = 44, ASSIGN, "-=";
    MultiplyEquals = 45, ASSIGN, "*=";
    DivideEquals = 46, ASSIGN, "/=";
    RemainderEquals = 47, ASSIGN, "%=";
    Redirection = 48, RESTRICTED, "redirection";
    RedirectInStd = 49, INVARIANT | RESTRICTED, "<";
    Format = 50, P_FORMAT | BINARY | RESTRICTED, "-f";
    Not = 51, UNARY | FOLD, "-not";
    Bnot = 52, UNARY | FOLD, "-bnot";
    And = 53, P_LOGICAL | BINARY | FOLD, "-and";
    Or = 54, P_LOGICAL | BINARY | FOLD, "-or";
    Xor = 55, P_LOGICAL | BINARY | FOLD, "-xor";
    Band = 56, P_BITWISE | BINARY | FOLD, "-band";
    Bor = 57, P_BITWISE | BINARY | FOLD, "-bor";
    Bxor = 58, P_BITWISE | BINARY | FOLD, "-bxor";
    Join = 59, P_COMPARISON | BINARY | UNARY | RESTRICTED, "-join";
    Ieq = 60, P_COMPARISON | BINARY, "-eq";
    Ine = 61, P_COMPARISON | BINARY, "-ne";
    Ige = 62, P_COMPARISON | BINARY, "-ge";
    Igt = 63, P_COMPARISON | BINARY, "-gt";
    Ilt = 64, P_COMPARISON | BINARY, "-lt";
    Ile = 65, P_COMPARISON | BINARY, "-le";
    Ilike = 66, P_COMPARISON | BINARY, "-ilike";
    Inotlike = 67, P_COMPARISON | BINARY, "-inotlike";
    Imatch = 68, P_COMPARISON | BINARY | RESTRICTED, "-imatch";
    Inotmatch = 69, P_COMPARISON | BINARY | RESTRICTED, "-inotmatch";
    Ireplace = 70, P_COMPARISON | BINARY | RESTRICTED, "-ireplace";
    Icontains = 71, P_COMPARISON | BINARY, "-icontains";
    Inotcontains = 72, P_COMPARISON | BINARY, "-inotcontains";
    Iin = 73, P_COMPARISON | BINARY, "-iin";
    Inotin = 74, P_COMPARISON | BINARY, "-inotin";
    Isplit = 75, P_COMPARISON | BINARY | UNARY | RESTRICTED, "-isplit";
    Ceq = 76, P_COMPARISON | BINARY | CASE, "-ceq";
    Cne = 77, P_COMPARISON | BINARY | CASE, "-cne";
    Cge = 78, P_COMPARISON | BINARY | CASE, "-cge";
    Cgt = 79, P_COMPARISON | BINARY | CASE, "-cgt";
    Clt = 80, P_COMPARISON | BINARY | CASE, "-clt";
    Cle = 81, P_COMPARISON | BINARY | CASE, "-cle";
    Clike = 82, P_COMPARISON | BINARY | CASE, "-clike";
    Cnotlike = 83, P_COMPARISON | BINARY | CASE, "-cnotlike";
    Cmatch = 84, P_COMPARISON | BINARY | CASE | RESTRICTED, "-cmatch";
    Cnotmatch = 85, P_COMPARISON | BINARY | CASE | RESTRICTED, "-cnotmatch";
    Creplace = 86, P_COMPARISON | BINARY | CASE | RESTRICTED, "-creplace";
    Ccontains = 87, P_COMPARISON | BINARY | CASE, "-ccontains";
    Cnotcontains = 88, P_COMPARISON | BINARY | CASE, "-cnotcontains";
    Cin = 89, P_COMPARISON | BINARY | CASE, "-cin";
    Cnotin = 90, P_COMPARISON | BINARY | CASE, "-cnotin";
    Csplit = 91, P_COMPARISON | BINARY | UNARY | CASE | RESTRICTED, "-csplit";
    Is = 92, P_COMPARISON | BINARY, "-is";
    IsNot = 93, P_COMPARISON | BINARY, "-isnot";
    As = 94, P_COMPARISON | BINARY | RESTRICTED, "-as";
    PostfixPlusPlus = 95, UNARY | RESTRICTED | PREPOST, "++";
    PostfixMinusMinus = 96, UNARY | RESTRICTED | PREPOST, "--";
    Shl = 97, P_COMPARISON | BINARY | FOLD, "-shl";
    Shr = 98, P_COMPARISON | BINARY | FOLD, "-shr";
    Colon = 99, SPECIAL | RESTRICTED, ":";
    QuestionMark = 100, TERNARY | RESTRICTED, "?";
    QuestionQuestionEquals = 101, ASSIGN, "??=";
    QuestionQuestion = 102, P_COALESCE | BINARY, "??";
    QuestionDot = 103, SPECIAL | RESTRICTED, "?.";
    QuestionLBracket = 104, 0, "?[";
    Begin = 119, KEYWORD | BLOCK_NAME, "begin";
    Break = 120, KEYWORD | PLAIN, "break";
    Catch = 121, KEYWORD, "catch";
    Class = 122, KEYWORD, "class";
    Continue = 123, KEYWORD | PLAIN, "continue";
    Data = 124, KEYWORD | PLAIN, "data";
    Define = 125, KEYWORD | PLAIN, "define";
    Do = 126, KEYWORD | PLAIN, "do";
    Dynamicparam = 127, KEYWORD | BLOCK_NAME, "dynamicparam";
    Else = 128, KEYWORD, "else";
    ElseIf = 129, KEYWORD, "elseif";
    End = 130, KEYWORD | BLOCK_NAME, "end";
    Exit = 131, KEYWORD | PLAIN, "exit";
    Filter = 132, KEYWORD | PLAIN, "filter";
    Finally = 133, KEYWORD, "finally";
    For = 134, KEYWORD | PLAIN, "for";
    Foreach = 135, KEYWORD | PLAIN, "foreach";
    From = 136, KEYWORD | PLAIN, "from";
    Function = 137, KEYWORD | PLAIN, "function";
    If = 138, KEYWORD | PLAIN, "if";
    In = 139, KEYWORD, "in";
    Param = 140, KEYWORD, "param";
    Process = 141, KEYWORD | BLOCK_NAME, "process";
    Return = 142, KEYWORD | PLAIN, "return";
    Switch = 143, KEYWORD | PLAIN, "switch";
    Throw = 144, KEYWORD | PLAIN, "throw";
    Trap = 145, KEYWORD | PLAIN, "trap";
    Try = 146, KEYWORD | PLAIN, "try";
    Until = 147, KEYWORD, "until";
    Using = 148, KEYWORD | PLAIN, "using";
    Var = 149, KEYWORD | PLAIN, "var";
    While = 150, KEYWORD | PLAIN, "while";
    Workflow = 151, KEYWORD | PLAIN, "workflow";
    Parallel = 152, KEYWORD | PLAIN, "parallel";
    Sequence = 153, KEYWORD | PLAIN, "sequence";
    InlineScript = 154, KEYWORD | PLAIN, "inlinescript";
    Configuration = 155, KEYWORD, "configuration";
    DynamicKeyword = 156, KEYWORD, "<dynamic keyword>";
    Public = 157, KEYWORD, "public";
    Private = 158, KEYWORD, "private";
    Static = 159, KEYWORD, "static";
    Interface = 160, KEYWORD, "interface";
    Enum = 161, KEYWORD, "enum";
    Namespace = 162, KEYWORD, "namespace";
    Module = 163, KEYWORD, "module";
    Type = 164, KEYWORD, "type";
    Assembly = 165, KEYWORD, "assembly";
    Command = 166, KEYWORD, "command";
    Hidden = 167, KEYWORD, "hidden";
    Base = 168, KEYWORD, "base";
    Default = 169, KEYWORD, "default";
    Clean = 170, KEYWORD | BLOCK_NAME, "clean";
}

impl TokenKind {
    /// Whether every token of this kind has all bits of `flags`.
    pub const fn has_trait(self, flags: TokenFlags) -> bool {
        self.traits().contains(flags)
    }

    /// How tightly a binary operator binds, 0 for anything else; operators of equal value associate to the left.
    pub const fn binary_precedence(self) -> u32 {
        self.traits().0 & TokenFlags::BINARY_PRECEDENCE_MASK.0
    }
}
