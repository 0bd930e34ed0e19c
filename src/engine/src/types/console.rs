//! `[Console]`: a session has none of its own; what is written there is lost, as in every remote session.

use super::{Members, TypeDef, known};
use crate::value::{Opaque, Value};

const WRITER: &str = "System.IO.TextWriter+SyncTextWriter";
/// What .NET says where there is no terminal.
const COLUMNS: i32 = 80;
const ROWS: i32 = 24;

/// What consoles and their writers have in common.
const WRITES: [&str; 5] = [
    "void WriteLine()",
    "void WriteLine(System.Object value)",
    "void WriteLine(string format, params System.Object[] arg)",
    "void Write(System.Object value)",
    "void Write(string format, params System.Object[] arg)",
];

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Console").members(|m| {
        for declaration in WRITES.into_iter().chain(["void Clear()", "void Beep()", "void ResetColor()"]) {
            m.function(declaration, |_, _, _| Ok(Value::AutomationNull));
        }
        m.function("string ReadLine()", |_, _, _| Ok(Value::Null));
        m.function("int Read()", |_, _, _| Ok(Value::I32(-1)));
        for declaration in ["System.IO.TextWriter Out", "System.IO.TextWriter Error"] {
            m.constant(declaration, |_, _| Ok(Opaque::new::<&str>(WRITER, []).into_value()));
        }
        for declaration in ["System.Text.Encoding OutputEncoding", "System.Text.Encoding InputEncoding"] {
            m.constant(declaration, |rs, _| rs.get_static(&Value::Type(known("System.Text.Encoding")), "UTF8"));
        }
        for declaration in ["bool IsOutputRedirected", "bool IsInputRedirected", "bool IsErrorRedirected"] {
            m.constant(declaration, |_, _| Ok(true.into()));
        }
        for declaration in ["int WindowWidth", "int BufferWidth", "int LargestWindowWidth"] {
            m.constant(declaration, |_, _| Ok(Value::I32(COLUMNS)));
        }
        for declaration in ["int WindowHeight", "int BufferHeight", "int LargestWindowHeight"] {
            m.constant(declaration, |_, _| Ok(Value::I32(ROWS)));
        }
        for declaration in ["System.ConsoleColor ForegroundColor", "System.ConsoleColor BackgroundColor"] {
            m.constant(declaration, |_, _| Ok(Value::Enum(known("System.ConsoleColor"), -1)));
        }
        for declaration in ["bool KeyAvailable", "bool NumberLock", "bool CapsLock", "bool TreatControlCAsInput"] {
            m.constant(declaration, |_, _| Ok(false.into()));
        }
    }),
    TypeDef::class(WRITER).members(writer),
];

fn writer(m: &mut Members) {
    for declaration in WRITES.into_iter().chain(["void Flush()", "void Close()", "void Dispose()"]) {
        m.method(declaration, |_, _, _| Ok(Value::AutomationNull));
    }
}
