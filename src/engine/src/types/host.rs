//! `$Host`: the client's host as scripts see it.

use psrpd_dotnet::Str;

use super::{
    Type, TypeDef, known,
    screen::{self, ProgressObject},
};
use crate::{
    convert,
    eval::{Flow, R, Runspace, Stream, error},
    host::{Answer, Cell, HostCall, Question, Screen},
    value::{Array, Category, Dictionary, ErrorRecord, Exception, List, Object, Value, Version, enumerate, text},
};

/// The parts of the host that scripts reach.
#[derive(Clone, Copy)]
enum Part {
    Host,
    Ui,
    RawUi,
}

/// `$Host`, `$Host.UI`, `$Host.UI.RawUI`: what they say, the console of the session knows.
struct HostObject(Part);

impl Object for HostObject {
    fn type_of(&self) -> Type {
        known(match self.0 {
            Part::Host => "System.Management.Automation.Internal.Host.InternalHost",
            Part::Ui => "System.Management.Automation.Internal.Host.InternalHostUserInterface",
            Part::RawUi => "System.Management.Automation.Internal.Host.InternalHostRawUserInterface",
        })
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }

    fn equals(&self, other: &Value) -> bool {
        other.downcast::<Self>().is_some_and(|other| other.type_of() == self.type_of())
    }
}

/// `$Host`
pub(crate) fn host_object() -> Value {
    Value::object(HostObject(Part::Host))
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Management.Automation.InformationRecord").members(|m| {
        m.constructor(
            "System.Management.Automation.InformationRecord(System.Object messageData, string source)",
            |rs, _, args| Ok(rs.information_record(args.first().cloned().unwrap_or_default(), &[], &string(args, 1))),
        );
    }),
    TypeDef::class("System.Management.Automation.Host.PSHost"),
    TypeDef::class("System.Management.Automation.Host.PSHostUserInterface"),
    TypeDef::class("System.Management.Automation.Host.PSHostRawUserInterface"),
    TypeDef::class("System.Management.Automation.Internal.Host.InternalHost")
        .base("System.Management.Automation.Host.PSHost")
        .members(|m| {
            m.get("string Name", |_, _| Ok("ServerRemoteHost".into()));
            m.get("version Version", |_, _| Ok(Value::object(Version(crate::OWN_VERSION))));
            m.get("guid InstanceId", |rs, _| Ok(Value::Guid(rs.console.id)));
            m.get("System.Management.Automation.Host.PSHostUserInterface UI", |rs, _| {
                let has_ui = rs.console.info().has_ui;
                Ok(if has_ui { Value::object(HostObject(Part::Ui)) } else { Value::Null })
            });
            m.get("cultureinfo CurrentCulture", |rs, _| culture(rs));
            m.get("cultureinfo CurrentUICulture", |rs, _| culture(rs));
            m.get("psobject PrivateData", |_, _| Ok(Value::Null));
            m.get("bool DebuggerEnabled", |_, _| Ok(true.into()));
            m.get("bool IsRunspacePushed", |_, _| Ok(false.into()));
            m.get("runspace Runspace", |rs, _| Ok(super::runspace::current(rs)));
            m.method("void EnterNestedPrompt()", |_, _, _| Err(not_implemented("EnterNestedPrompt")));
            m.method("void ExitNestedPrompt()", |_, _, _| Ok(Value::AutomationNull));
            m.method("void NotifyBeginApplication()", |_, _, _| Ok(Value::AutomationNull));
            m.method("void NotifyEndApplication()", |_, _, _| Ok(Value::AutomationNull));
            m.method("void PopRunspace()", |rs, _, _| tell(rs, HostCall::PopRunspace));
            m.method("void PushRunspace(runspace runspace)", |_, _, _| {
                Err(error::thrown(
                    "System.Management.Automation.PSInvalidOperationException",
                    "Cannot enter Runspace because it is not a remote Runspace.",
                ))
            });
            m.method("void SetShouldExit(int exitCode)", |rs, _, args| {
                let code = number(args, 0);
                rs.host.call(HostCall::SetShouldExit(code));
                Ok(Value::AutomationNull)
            });
        }),
    TypeDef::class("System.Management.Automation.Internal.Host.InternalHostUserInterface")
        .base("System.Management.Automation.Host.PSHostUserInterface")
        .members(user_interface),
    TypeDef::class("System.Management.Automation.Internal.Host.InternalHostRawUserInterface")
        .base("System.Management.Automation.Host.PSHostRawUserInterface")
        .members(raw_user_interface),
];

fn culture(rs: &mut Runspace) -> R<Value> {
    convert::convert(rs, &Value::from(rs.culture.name.as_str()), &known("System.Globalization.CultureInfo"))
}

/// Has the host do something, if there is one.
fn tell(rs: &mut Runspace, call: HostCall) -> R<Value> {
    if rs.console.info().has_ui {
        rs.host.call(call);
    }
    Ok(Value::AutomationNull)
}

/// A message; its record goes to the client too.
fn line(rs: &mut Runspace, stream: Stream, args: &[Value]) -> R<Value> {
    rs.write_line(stream, string(args, 0).into());
    Ok(Value::AutomationNull)
}

fn number(args: &[Value], n: usize) -> i32 {
    match args.get(n).map(Value::base) {
        Some(Value::Enum(_, n)) => i32::try_from(*n).unwrap_or(0),
        Some(other) => other.as_i128().and_then(|n| i32::try_from(n).ok()).unwrap_or(0),
        None => 0,
    }
}

fn string(args: &[Value], n: usize) -> String {
    args.get(n).map(text).unwrap_or_default().to_string()
}

/// A method of the host that remote hosts do not have.
fn not_implemented(method: &str) -> Flow {
    let inner = Exception::new(
        "System.Management.Automation.PSNotImplementedException",
        "The method or operation is not implemented.",
    );
    let outer = Exception::of(
        known("System.Management.Automation.Remoting.PSRemotingDataStructureException"),
        format!("Remote host method {method} is not implemented.").into(),
        Value::object(inner),
    );
    let record = ErrorRecord::new(Value::object(outer), "RemoteHostMethod", Category::NotImplemented, Value::Null);
    error::method_invocation(Flow::error(record), method, usize::from(method != "EnterNestedPrompt"))
}

fn user_interface(m: &mut super::Members) {
    m.get("System.Management.Automation.Host.PSHostRawUserInterface RawUI", |_, _| {
        Ok(Value::object(HostObject(Part::RawUi)))
    });
    m.get("bool SupportsVirtualTerminal", |_, _| Ok(false.into()));
    m.method(
        "System.Collections.Generic.Dictionary[string,psobject] Prompt(string caption, string message, System.Collections.ObjectModel.Collection[System.Management.Automation.Host.FieldDescription] descriptions)",
        |rs, _, args| prompt(rs, args),
    );
    m.method(
        "int PromptForChoice(string caption, string message, System.Collections.ObjectModel.Collection[System.Management.Automation.Host.ChoiceDescription] choices, int defaultChoice)",
        |rs, _, args| {
            let choices = choices(args)?;
            rs.choose(&string(args, 0), &string(args, 1), choices, number(args, 3)).map(Value::I32)
        },
    );
    m.method(
        "System.Collections.ObjectModel.Collection[int] PromptForChoice(string caption, string message, System.Collections.ObjectModel.Collection[System.Management.Automation.Host.ChoiceDescription] choices, System.Collections.Generic.IEnumerable[int] defaultChoices)",
        |rs, _, args| choose_several(rs, args),
    );
    m.method(
        "pscredential PromptForCredential(string caption, string message, string userName, string targetName)",
        |rs, _, args| rs.ask_credential(&string(args, 0), &string(args, 1), &string(args, 2), &string(args, 3), None),
    );
    m.method(
        "pscredential PromptForCredential(string caption, string message, string userName, string targetName, System.Management.Automation.PSCredentialTypes allowedCredentialTypes, System.Management.Automation.PSCredentialUIOptions options)",
        |rs, _, args| {
            let options = Some((number(args, 4), number(args, 5)));
            rs.ask_credential(&string(args, 0), &string(args, 1), &string(args, 2), &string(args, 3), options)
        },
    );
    m.method("string ReadLine()", |rs, _, _| rs.read_line());
    m.method("securestring ReadLineAsSecureString()", |rs, _, _| rs.read_secret_line());
    m.method("void Write(string value)", |rs, _, args| {
        tell(rs, HostCall::Write { text: string(args, 0), colours: None })
    });
    m.method(
        "void Write(System.ConsoleColor foregroundColor, System.ConsoleColor backgroundColor, string value)",
        |rs, _, args| {
            let colours = Some((number(args, 0), number(args, 1)));
            tell(rs, HostCall::Write { text: string(args, 2), colours })
        },
    );
    m.method("void WriteDebugLine(string message)", |rs, _, args| line(rs, Stream::Debug, args));
    m.method("void WriteErrorLine(string value)", |rs, _, args| tell(rs, HostCall::ErrorLine(string(args, 0))));
    m.method("void WriteInformation(System.Management.Automation.InformationRecord record)", |_, _, args| {
        if args.first().is_none_or(Value::is_null) {
            return Err(error::null_argument("record"));
        }
        Ok(Value::AutomationNull)
    });
    m.method("void WriteLine()", |rs, _, _| tell(rs, HostCall::EndLine));
    m.method("void WriteLine(string value)", |rs, _, args| {
        tell(rs, HostCall::WriteLine { text: string(args, 0), colours: None })
    });
    m.method(
        "void WriteLine(System.ConsoleColor foregroundColor, System.ConsoleColor backgroundColor, string value)",
        |rs, _, args| {
            let colours = Some((number(args, 0), number(args, 1)));
            tell(rs, HostCall::WriteLine { text: string(args, 2), colours })
        },
    );
    m.method("void WriteProgress(long sourceId, System.Management.Automation.ProgressRecord record)", |rs, _, args| {
        let Some(record) = args.get(1).and_then(|record| record.downcast::<ProgressObject>()) else {
            return Err(error::null_argument("record"));
        };
        let source = args.first().and_then(Value::as_i128).and_then(|n| i64::try_from(n).ok()).unwrap_or(0);
        let progress = record.0.lock().clone();
        rs.show_progress(source, &progress);
        Ok(Value::AutomationNull)
    });
    m.method("void WriteVerboseLine(string message)", |rs, _, args| line(rs, Stream::Verbose, args));
    m.method("void WriteWarningLine(string message)", |rs, _, args| line(rs, Stream::Warning, args));
}

fn prompt(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    let Some(descriptions) = args.get(2).filter(|list| !list.is_null()) else {
        return Err(error::null_argument("descriptions"));
    };
    let fields = screen::fields(rs, descriptions)?;
    if fields.is_empty() {
        let message = "The \"descriptions\" parameter must contain at least one value.";
        return Err(error::thrown("System.Management.Automation.PSArgumentException", message));
    }
    let of = super::generic("System.Collections.Generic.Dictionary`2", vec![super::string(), super::ps_object()])
        .unwrap_or_else(super::hashtable);
    let table = Dictionary::new(of, true);
    let (fields, types): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
    let answers = rs.ask_fields(&string(args, 0), &string(args, 1), fields)?;
    for ((name, value), of) in answers.into_iter().zip(types) {
        let value = convert::convert(rs, &value, &of).unwrap_or(value);
        table.set(Value::Str(name), value);
    }
    Ok(Value::object(table))
}

fn choices(args: &[Value]) -> R<Vec<crate::host::Choice>> {
    match args.get(2).filter(|list| !list.is_null()) {
        Some(list) => Ok(screen::choices(list)),
        None => Err(error::null_argument("choices")),
    }
}

fn choose_several(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    let choices = choices(args)?;
    let mut defaults = None;
    if let Some(list) = args.get(3).filter(|list| !list.is_null()) {
        let mut numbers = Vec::new();
        for item in enumerate(list).unwrap_or_else(|| vec![list.clone()]) {
            numbers.push(convert::to_i32(rs, &item)?);
        }
        defaults = Some(numbers);
    }
    let is_array = args.get(3).is_some_and(|list| matches!(list.base(), Value::Array(_)));
    let question =
        Question::Choices { caption: string(args, 0), message: string(args, 1), choices, defaults, is_array };
    let chosen = match rs.ask(question)? {
        Answer::Numbers(numbers) => numbers,
        _ => Vec::new(),
    };
    let of = super::generic("System.Collections.ObjectModel.Collection`1", vec![super::int32()])
        .unwrap_or_else(super::array_list);
    Ok(List::value(of, chosen.into_iter().map(Value::I32).collect()))
}

/// Reads what the session knows of the screen.
fn of_screen(rs: &mut Runspace, read: fn(&Screen) -> Option<Value>) -> R<Value> {
    Ok(rs.console.screen().and_then(read).unwrap_or_default())
}

/// Changes it, here and at the client.
fn change(rs: &mut Runspace, call: HostCall, remember: impl FnOnce(&mut Screen)) -> R<()> {
    if let Some(screen) = rs.console.screen_mut() {
        remember(screen);
        rs.host.call(call);
    }
    Ok(())
}

fn colour(n: i32) -> Value {
    Value::Enum(known("System.ConsoleColor"), n.into())
}

fn raw_user_interface(m: &mut super::Members) {
    use screen::{coordinates, of_coordinates, of_size, size};
    m.get_set(
        "System.ConsoleColor ForegroundColor",
        |rs, _| of_screen(rs, |s| s.foreground.map(colour)),
        |rs, _, value| {
            let n = number(&[value], 0);
            change(rs, HostCall::SetForeground(n), |s| s.foreground = Some(n))
        },
    );
    m.get_set(
        "System.ConsoleColor BackgroundColor",
        |rs, _| of_screen(rs, |s| s.background.map(colour)),
        |rs, _, value| {
            let n = number(&[value], 0);
            change(rs, HostCall::SetBackground(n), |s| s.background = Some(n))
        },
    );
    m.get_set(
        "System.Management.Automation.Host.Coordinates CursorPosition",
        |rs, _| of_screen(rs, |s| s.cursor.map(of_coordinates)),
        |rs, _, value| {
            let at = coordinates(&value);
            change(rs, HostCall::SetCursor(at), |s| s.cursor = Some(at))
        },
    );
    m.get_set(
        "System.Management.Automation.Host.Coordinates WindowPosition",
        |rs, _| of_screen(rs, |s| s.window_position.map(of_coordinates)),
        |rs, _, value| {
            let at = coordinates(&value);
            change(rs, HostCall::SetWindowPosition(at), |s| s.window_position = Some(at))
        },
    );
    m.get_set(
        "int CursorSize",
        |rs, _| of_screen(rs, |s| s.cursor_size.map(Value::I32)),
        |rs, _, value| {
            let n = number(&[value], 0);
            change(rs, HostCall::SetCursorSize(n), |s| s.cursor_size = Some(n))
        },
    );
    m.get_set(
        "System.Management.Automation.Host.Size BufferSize",
        |rs, _| of_screen(rs, |s| s.buffer.map(of_size)),
        |rs, _, value| {
            let of = size(&value);
            change(rs, HostCall::SetBufferSize(of), |s| s.buffer = Some(of))
        },
    );
    m.get_set(
        "System.Management.Automation.Host.Size WindowSize",
        |rs, _| of_screen(rs, |s| s.window.map(of_size)),
        |rs, _, value| {
            let of = size(&value);
            change(rs, HostCall::SetWindowSize(of), |s| s.window = Some(of))
        },
    );
    m.get("System.Management.Automation.Host.Size MaxWindowSize", |rs, _| of_screen(rs, |s| s.max_window.map(of_size)));
    m.get("System.Management.Automation.Host.Size MaxPhysicalWindowSize", |rs, _| {
        of_screen(rs, |s| s.max_physical_window.map(of_size))
    });
    m.get_set(
        "string WindowTitle",
        |rs, _| of_screen(rs, |s| s.title.as_deref().map(Value::from)),
        |rs, _, value| {
            let title = text(&value).to_string();
            change(rs, HostCall::SetTitle(title.clone()), |s| s.title = Some(title))
        },
    );
    m.get("bool KeyAvailable", |_, _| Err(not_implemented("GetKeyAvailable")));
    m.method("void FlushInputBuffer()", |rs, _, _| tell(rs, HostCall::FlushInput));
    m.method(
        "System.Management.Automation.Host.BufferCell[,] GetBufferContents(System.Management.Automation.Host.Rectangle r)",
        |_, _, _| Err(not_implemented("GetBufferContents")),
    );
    m.method("int LengthInBufferCells(string str)", |_, _, args| Ok(cells_of(&string(args, 0), 0)));
    m.method("int LengthInBufferCells(string str, int offset)", |_, _, args| {
        Ok(cells_of(&string(args, 0), number(args, 1)))
    });
    m.method("int LengthInBufferCells(char character)", |_, _, _| Ok(Value::I32(1)));
    m.method(
        "System.Management.Automation.Host.BufferCell[,] NewBufferCellArray(string[] contents, System.ConsoleColor foregroundColor, System.ConsoleColor backgroundColor)",
        |_, _, args| {
            let lines = args.first().and_then(enumerate).unwrap_or_default();
            let lines: Vec<Str> = lines.iter().map(text).collect();
            let width = lines.iter().map(|line| line.len()).max().unwrap_or(0);
            let (foreground, background) = (number(args, 1), number(args, 2));
            let mut cells = Vec::new();
            for line in &lines {
                for at in 0..width {
                    let character = line.unit(at).unwrap_or(u16::from(b' '));
                    cells.push(Cell { character, foreground, background, kind: 0 });
                }
            }
            Ok(of_cells(lines.len(), width, cells))
        },
    );
    m.method(
        "System.Management.Automation.Host.BufferCell[,] NewBufferCellArray(int width, int height, System.Management.Automation.Host.BufferCell contents)",
        |_, _, args| filled(number(args, 0), number(args, 1), args.get(2)),
    );
    m.method(
        "System.Management.Automation.Host.BufferCell[,] NewBufferCellArray(System.Management.Automation.Host.Size size, System.Management.Automation.Host.BufferCell contents)",
        |_, _, args| {
            let of = args.first().map(size).unwrap_or_default();
            filled(of.width, of.height, args.get(1))
        },
    );
    m.method(
        "System.Management.Automation.Host.KeyInfo ReadKey(System.Management.Automation.Host.ReadKeyOptions options)",
        |rs, _, args| read_key(rs, number(args, 0)),
    );
    m.method("System.Management.Automation.Host.KeyInfo ReadKey()", |rs, _, _| read_key(rs, KEY_DOWN));
    m.method(
        "void ScrollBufferContents(System.Management.Automation.Host.Rectangle source, System.Management.Automation.Host.Coordinates destination, System.Management.Automation.Host.Rectangle clip, System.Management.Automation.Host.BufferCell fill)",
        |rs, _, args| {
            let [source, destination, clip, fill] = args else { return Ok(Value::AutomationNull) };
            let (source, clip) = (screen::rectangle(source), screen::rectangle(clip));
            let destination = coordinates(destination);
            tell(rs, HostCall::Scroll { source, destination, clip, fill: screen::cell(fill) })
        },
    );
    m.method(
        "void SetBufferContents(System.Management.Automation.Host.Coordinates origin, System.Management.Automation.Host.BufferCell[,] contents)",
        |rs, _, args| {
            let [origin, contents] = args else { return Ok(Value::AutomationNull) };
            let columns = contents.as_array().and_then(|array| array.dimensions.as_ref()?.get(1).copied()).unwrap_or(0);
            let cells = enumerate(contents).unwrap_or_default().iter().map(screen::cell).collect();
            tell(rs, HostCall::Put { origin: coordinates(origin), columns, cells })
        },
    );
    m.method(
        "void SetBufferContents(System.Management.Automation.Host.Rectangle r, System.Management.Automation.Host.BufferCell fill)",
        |rs, _, args| {
            let [part, fill] = args else { return Ok(Value::AutomationNull) };
            tell(rs, HostCall::Fill(screen::rectangle(part), screen::cell(fill)))
        },
    );
}

/// `ReadKeyOptions`: IncludeKeyDown, which `ReadKey()` means.
const KEY_DOWN: i32 = 4;

fn read_key(rs: &mut Runspace, options: i32) -> R<Value> {
    const EITHER: i32 = 4 | 8;
    if options & EITHER == 0 {
        let message = "Cannot process the read key options. To read options, set one or both of the following: IncludeKeyDown, IncludeKeyUp.";
        return Err(error::thrown("System.Management.Automation.PSArgumentException", message));
    }
    Ok(match rs.ask(Question::Key(options))? {
        Answer::Key(key) => screen::of_key(key),
        _ => Value::Null,
    })
}

fn cells_of(text: &str, offset: i32) -> Value {
    let units = psrpd_dotnet::text::utf16_len(text);
    Value::int(units.saturating_sub(usize::try_from(offset).unwrap_or(0)))
}

fn of_cells(rows: usize, columns: usize, cells: Vec<Cell>) -> Value {
    let of = known("System.Management.Automation.Host.BufferCell");
    let array = Array::rectangular(of, vec![rows, columns], Value::Null);
    for (at, cell) in cells.into_iter().enumerate() {
        array.set(at, screen::of_cell(cell));
    }
    Value::Array(std::sync::Arc::new(array))
}

fn filled(width: i32, height: i32, with: Option<&Value>) -> R<Value> {
    let (width, height) = (usize::try_from(width).unwrap_or(0), usize::try_from(height).unwrap_or(0));
    let count = width.saturating_mul(height);
    if width == 0 || height == 0 || count > crate::limits::MAX_ITEMS {
        let message = "Cannot process the array because its size is out of range.";
        return Err(error::thrown("System.Management.Automation.PSArgumentOutOfRangeException", message));
    }
    let cell = screen::cell(with.unwrap_or(&Value::Null));
    Ok(of_cells(height, width, vec![cell; count]))
}
