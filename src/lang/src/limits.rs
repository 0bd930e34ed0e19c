//! What a script may ask of the parser. PowerShell stops when its thread runs out of stack and says
//! `ScriptTooComplicated`; here the same error comes at fixed bounds, so that it does not depend on the thread.

/// Longest script, in bytes of UTF-8. Offsets are 32 bits wide and one bit of them is taken.
pub const MAX_SCRIPT_LEN: usize = 256 << 20;

/// How deeply statements, expressions and type names may nest, counted in recursive rules of the parser
/// (a pair of parentheses takes four of them).
pub const MAX_NESTING: u32 = 600;

/// How deep the finished tree may be. Long operator and member chains nest without recursion of the parser,
/// so this is a bound of its own; whoever walks the tree recursively may rely on it.
pub const MAX_TREE_DEPTH: u16 = 2_000;

/// How many tokens may be scanned per byte of script before the parser gives up. PowerShell scans text again
/// where it tries an attribute first and then a command; nested, that repetition is exponential.
pub const MAX_TOKENS_PER_BYTE: usize = 8;

/// Tokens that may be scanned however short the script is.
pub const MIN_TOKEN_BUDGET: usize = 10_000;

/// How many errors are kept. Later ones are dropped.
pub const MAX_ERRORS: usize = 10_000;

/// Most digits of a numeric literal. .NET converts any number of them in quadratic time.
pub const MAX_NUMBER_DIGITS: usize = 4_096;

/// How many arrays of arrays a type name may have in it, PowerShell's own limit.
pub const MAX_ARRAY_DEPTH: u32 = 200;

/// Most dimensions of an array type, .NET's own limit.
pub const MAX_ARRAY_RANK: u32 = 32;

/// After how many tokens, or nodes that are checked, the parser asks whether it may go on.
pub const QUESTION: u32 = 1_024;
