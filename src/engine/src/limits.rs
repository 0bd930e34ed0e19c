//! What a script may use up.

/// Longest string that an operator builds at once, in UTF-16 units; .NET's own limit.
pub const MAX_STRING: usize = 0x3fff_ffdf;

/// Most items that an operator puts into an array at once.
pub const MAX_ITEMS: usize = 100_000_000;

/// Most items of a range.
pub const MAX_RANGE: u32 = 100_000_000;

/// How deeply functions and script blocks may call each other.
pub const MAX_CALL_DEPTH: u32 = 1_000;

/// Stack of the thread that runs a runspace, in bytes; it is only used as far as it is needed.
pub const STACK_SIZE: usize = 1 << 30;

/// How many error records `$Error` keeps.
pub const MAX_ERRORS: usize = 256;

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

/// How far an integer without bounds is shifted at most.
pub const MAX_SHIFT: u64 = 1 << 26;
