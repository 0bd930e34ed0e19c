//! `[Console]`: a session has none of its own; what is written there is lost, as in every remote session.

use super::{Members, TypeDef, known};
use crate::{
    eval::{Flow, error},
    value::{Opaque, Value},
};

const WRITER: &str = "System.IO.TextWriter+NullTextWriter";
const READER: &str = "System.IO.SyncTextReader";
/// What .NET says where there is no terminal.
const COLUMNS: i32 = 80;
const ROWS: i32 = 24;
const CURSOR_SIZE: i32 = 100;

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
        writing(m);
        reading(m);
        colours(m);
        window(m);
    }),
    TypeDef::class(WRITER).members(writer),
    TypeDef::class(READER).base("System.MarshalByRefObject").members(reader),
];

fn not_on_linux() -> Flow {
    error::thrown("System.PlatformNotSupportedException", "Operation is not supported on this platform.")
}

fn no_console(message: &str) -> Flow {
    error::thrown("System.InvalidOperationException", message)
}

fn writing(m: &mut Members) {
    for declaration in WRITES.into_iter().chain(["void Clear()", "void Beep()"]) {
        m.function(declaration, |_, _, _| Ok(Value::AutomationNull));
    }
    for declaration in ["System.IO.TextWriter Out", "System.IO.TextWriter Error"] {
        m.constant(declaration, |rs, _| {
            let encoding = rs.get_static(&Value::Type(known("System.Text.Encoding")), "Unicode")?;
            Ok(Opaque::new(WRITER, [("Encoding", encoding)]).into_value())
        });
    }
    for declaration in ["System.Text.Encoding OutputEncoding", "System.Text.Encoding InputEncoding"] {
        // Programs are read and written as UTF-8, whatever is asked for: a session has no console to change.
        m.static_get_set(
            declaration,
            |rs, _| rs.get_static(&Value::Type(known("System.Text.Encoding")), "UTF8"),
            |rs, _, value| {
                let name = rs.get_member(&value, "WebName")?;
                if crate::value::text(&name).as_str() == "utf-8" {
                    return Ok(());
                }
                Err(error::feature("[Console] with an encoding other than UTF-8"))
            },
        );
    }
    for declaration in ["bool IsOutputRedirected", "bool IsInputRedirected", "bool IsErrorRedirected"] {
        m.constant(declaration, |_, _| Ok(true.into()));
    }
    for declaration in [
        "void SetOut(System.IO.TextWriter newOut)",
        "void SetError(System.IO.TextWriter newError)",
        "void SetIn(System.IO.TextReader newIn)",
        "System.IO.Stream OpenStandardInput()",
        "System.IO.Stream OpenStandardOutput()",
        "System.IO.Stream OpenStandardError()",
    ] {
        m.function(declaration, |_, _, _| Err(error::feature("A stream of the console")));
    }
}

fn reading(m: &mut Members) {
    m.function("string ReadLine()", |_, _, _| Ok(Value::Null));
    m.function("int Read()", |_, _, _| Ok(Value::I32(-1)));
    for declaration in ["System.ConsoleKeyInfo ReadKey()", "System.ConsoleKeyInfo ReadKey(bool intercept)"] {
        m.function(declaration, |_, _, _| {
            Err(no_console(
                "Cannot read keys when either application does not have a console or when console input has been redirected. Try Console.Read.",
            ))
        });
    }
    m.constant("bool KeyAvailable", |_, _| {
        Err(no_console(
            "Cannot see if a key has been pressed when either application does not have a console or when console input has been redirected from a file. Try Console.In.Peek.",
        ))
    });
    m.constant("System.IO.TextReader In", |_, _| Ok(Opaque::new::<&str>(READER, []).into_value()));
    m.static_get_set("bool TreatControlCAsInput", |_, _| Ok(false.into()), |_, _, _| Ok(()));
    for declaration in ["bool NumberLock", "bool CapsLock"] {
        m.constant(declaration, |_, _| Err(not_on_linux()));
    }
}

fn colours(m: &mut Members) {
    m.function("void ResetColor()", |_, _, _| Ok(Value::AutomationNull));
    for declaration in ["System.ConsoleColor ForegroundColor", "System.ConsoleColor BackgroundColor"] {
        let colour = |_: &mut crate::eval::Runspace, _: &Value| Ok(Value::Enum(known("System.ConsoleColor"), -1));
        m.static_get_set(declaration, colour, |_, _, _| Ok(()));
    }
}

fn window(m: &mut Members) {
    m.static_get_set("string Title", |_, _| Err(not_on_linux()), |_, _, _| Ok(()));
    m.static_get_set("bool CursorVisible", |_, _| Err(not_on_linux()), |_, _, _| Ok(()));
    m.static_get_set("int CursorSize", |_, _| Ok(Value::I32(CURSOR_SIZE)), |_, _, _| Err(not_on_linux()));
    for declaration in ["int CursorLeft", "int CursorTop"] {
        m.static_get_set(declaration, |_, _| Ok(Value::I32(0)), |_, _, _| Ok(()));
    }
    for declaration in ["int WindowLeft", "int WindowTop"] {
        m.static_get_set(declaration, |_, _| Ok(Value::I32(0)), |_, _, _| Err(not_on_linux()));
    }
    for declaration in ["int WindowWidth", "int BufferWidth", "int LargestWindowWidth"] {
        m.static_get_set(declaration, |_, _| Ok(Value::I32(COLUMNS)), |_, _, _| Err(not_on_linux()));
    }
    for declaration in ["int WindowHeight", "int BufferHeight", "int LargestWindowHeight"] {
        m.static_get_set(declaration, |_, _| Ok(Value::I32(ROWS)), |_, _, _| Err(not_on_linux()));
    }
    m.function("void SetCursorPosition(int left, int top)", |_, _, _| Ok(Value::AutomationNull));
    for declaration in [
        "void Beep(int frequency, int duration)",
        "void SetWindowSize(int width, int height)",
        "void SetWindowPosition(int left, int top)",
        "void SetBufferSize(int width, int height)",
        "void MoveBufferArea(int sourceLeft, int sourceTop, int sourceWidth, int sourceHeight, int targetLeft, int targetTop)",
    ] {
        m.function(declaration, |_, _, _| Err(not_on_linux()));
    }
}

fn writer(m: &mut Members) {
    for declaration in WRITES.into_iter().chain(["void Flush()", "void Close()", "void Dispose()"]) {
        m.method(declaration, |_, _, _| Ok(Value::AutomationNull));
    }
}

/// A reader at its end.
fn reader(m: &mut Members) {
    m.method("string ReadLine()", |_, _, _| Ok(Value::Null));
    m.method("string ReadToEnd()", |_, _, _| Ok("".into()));
    for declaration in ["int Read()", "int Peek()"] {
        m.method(declaration, |_, _, _| Ok(Value::I32(-1)));
    }
    for declaration in ["void Close()", "void Dispose()"] {
        m.method(declaration, |_, _, _| Ok(Value::AutomationNull));
    }
}
