//! What a script may use up.

/// Longest string that an operator builds at once, in UTF-16 units; .NET's own limit.
pub const MAX_STRING: usize = 0x3fff_ffdf;

/// Most items that an operator puts into an array at once.
pub const MAX_ITEMS: usize = 100_000_000;

/// Most elements of an array of bytes, characters or common numbers; .NET's own limit.
pub const MAX_ELEMENTS: usize = 0x7fff_ffc7;

/// How deeply functions and script blocks may call each other, as far as [`STACK_SIZE`] bears it, so no configuration raises it.
pub const MAX_CALL_DEPTH: u32 = 6_000;

/// Stack of the thread that runs a runspace, in bytes; it is only used as far as it is needed.
pub const STACK_SIZE: usize = 1 << 30;

/// Bytes of the stack that no call begins to use: its body may be a tree as deep as the parser lets it be, and what is deeper
/// than calls may be has to be told and cleaned up.
pub const STACK_RESERVE: usize = 1 << 28;

/// How many error records `$Error` keeps.
pub const MAX_ERRORS: usize = 256;

/// How many tasks of a session work at once; more wait until one is done.
pub const MAX_TASKS: usize = 500;

/// How many compiled regular expressions are kept.
pub const MAX_REGEXES: usize = 200;

/// How deeply objects may nest in CLIXML, PowerShell's own limit.
pub const MAX_SERIAL_DEPTH: usize = 50;

/// How deeply values may nest in JSON text, whatever a script asks for.
pub const MAX_JSON_DEPTH: usize = 10_000;

/// How deeply the elements of an XML document may nest.
pub const MAX_XML_DEPTH: usize = 5_000;

/// How deeply an XPath expression may nest, six levels for each parenthesis.
pub const MAX_XPATH_DEPTH: usize = 600;

/// How many callers a script stack trace names.
pub const MAX_TRACE: usize = 1_000;

/// Most bits of an integer without bounds: two million digits, whose arithmetic hears no stop.
pub const MAX_BIG_BITS: u64 = 1 << 23;

/// After how many steps of a script it is looked whether they were too many, and whether memory is to be measured.
pub const CHECKS: u32 = 64;

/// How often memory is measured at most, in ticks of 100 ns.
pub const MEMORY_PERIOD: u64 = 50_000;

/// Bytes from which on memory is measured before something is made.
pub const MEMORY_LARGE: usize = 1 << 20;

/// Which part of a limit is kept for cleaning up beyond it.
pub const RESERVE: u64 = 8;

/// Bytes that a call of the client's host counts beside its text.
pub const CALL_SIZE: usize = 64;

/// How deeply modules may load each other, PowerShell's own limit.
pub const MAX_MODULE_NESTING: usize = 10;
