//! `$PSStyle`: escape sequences for colours, and whether output has them.

use std::{any::Any, sync::Arc};

use parking_lot::Mutex;
use psrpd_dotnet::Str;

use super::paint::Style;
use crate::{
    eval::{R, Runspace, error},
    types::{self, Members, Type, TypeDef},
    value::{Object, Value, text},
};

const NAME: &str = "System.Management.Automation.PSStyle";
const RENDERING: &str = "System.Management.Automation.OutputRendering";

/// A group of settings.
pub(crate) struct Settings {
    of: Type,
    values: Mutex<Vec<(Str, Value)>>,
}

impl Object for Settings {
    fn type_of(&self) -> Type {
        self.of.clone()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn read(this: &Value, name: &str) -> Value {
    let Some(settings) = this.downcast::<Settings>() else { return Value::Null };
    let values = settings.values.lock();
    values.iter().find(|(have, _)| have.as_str() == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

fn write(this: &Value, name: &str, value: Value) {
    let Some(settings) = this.downcast::<Settings>() else { return };
    let mut values = settings.values.lock();
    if let Some((_, slot)) = values.iter_mut().find(|(have, _)| have.as_str() == name) {
        *slot = value;
    }
}

/// Sets an escape sequence, which must be nothing but that.
fn write_sequence(this: &Value, name: &str, value: &Value) -> R<()> {
    let sequence = only_sequence(value)?;
    write(this, name, Value::Str(sequence));
    Ok(())
}

/// The least width that progress can be shown in.
const LEAST_WIDTH: i128 = 18;

/// A text that is nothing but an escape sequence.
fn only_sequence(value: &Value) -> R<Str> {
    let sequence = text(value);
    if !super::cells::plain(&sequence).is_empty() {
        let shown = sequence.replace('\u{1b}', "`e");
        let message = format!(
            "The specified string contains printable content when it should only contain ANSI escape sequences: {shown}"
        );
        return Err(error::thrown("System.ArgumentException", message));
    }
    Ok(sequence)
}

/// The name of a kind of files, which begins with a point.
fn extension_name(value: &Value) -> R<Str> {
    let name = text(value);
    if !name.starts_with('.') {
        let message = "When adding or removing extensions, the extension must start with a period.";
        return Err(error::thrown("System.ArgumentException", message));
    }
    Ok(name)
}

macro_rules! fixed {
    ($members:expr, $($name:literal)*) => {
        $($members.get(concat!("string ", $name), |_, this| Ok(read(this, $name)));)*
    };
}

macro_rules! sequences {
    ($members:expr, $($name:literal)*) => {
        $($members.get_set(
            concat!("string ", $name),
            |_, this| Ok(read(this, $name)),
            |_, this, value| write_sequence(this, $name, &value),
        );)*
    };
}

macro_rules! settings {
    ($members:expr, $($of:literal $name:literal)*) => {
        $($members.get_set(
            concat!($of, " ", $name),
            |_, this| Ok(read(this, $name)),
            |_, this, value| {
                write(this, $name, value);
                Ok(())
            },
        );)*
    };
}

macro_rules! parts {
    ($members:expr, $($of:literal $name:literal)*) => {
        $($members.get(concat!($of, " ", $name), |_, this| Ok(read(this, $name)));)*
    };
}

/// The sixteen colours, in the order of their numbers: the dark ones, then the bright ones.
const COLOURS: [&str; 8] = ["Black", "Red", "Green", "Yellow", "Blue", "Magenta", "Cyan", "White"];
/// The colours of `ConsoleColor` as numbers of the sixteen.
const CONSOLE: [u32; 16] = [0, 4, 2, 6, 1, 5, 3, 7, 8, 12, 10, 14, 9, 13, 11, 15];

fn colour_members(members: &mut Members) {
    fixed!(members, "Black" "Red" "Green" "Yellow" "Blue" "Magenta" "Cyan" "White" "BrightBlack" "BrightRed" "BrightGreen"
        "BrightYellow" "BrightBlue" "BrightMagenta" "BrightCyan" "BrightWhite");
    members.method("string FromRgb(byte red, byte green, byte blue)", |_, this, args| {
        let [red, green, blue] = args else { return Ok(Value::Null) };
        Ok(rgb(this, text(red), text(green), text(blue)))
    });
    members.method("string FromRgb(int rgb)", |_, this, args| {
        let number = args.first().and_then(Value::as_i128).unwrap_or(0);
        let part = |shift: u32| Str::from(((number >> shift) & 0xff).to_string());
        Ok(rgb(this, part(16), part(8), part(0)))
    });
    members.method("string FromConsoleColor(System.ConsoleColor color)", |_, this, args| {
        Ok(console_colour(args.first(), is_background(this)))
    });
}

fn is_background(this: &Value) -> bool {
    this.type_of().is_some_and(|of| of.name().ends_with("BackgroundColor"))
}

fn rgb(this: &Value, red: Str, green: Str, blue: Str) -> Value {
    let first = if is_background(this) { 48 } else { 38 };
    format!("\u{1b}[{first};2;{red};{green};{blue}m").into()
}

fn sequence(number: u32, background: bool) -> String {
    let (base, offset) = if number >= 8 { (90, number.saturating_sub(8)) } else { (30, number) };
    let shift = if background { 10 } else { 0 };
    format!("\u{1b}[{}m", u32::saturating_add(base, offset).saturating_add(shift))
}

fn console_colour(colour: Option<&Value>, background: bool) -> Value {
    let number = match colour.map(Value::base) {
        Some(Value::Enum(_, number)) => usize::try_from(*number).unwrap_or(0),
        _ => 0,
    };
    sequence(CONSOLE.get(number).copied().unwrap_or(7), background).into()
}

/// The types.
pub(crate) const TYPES: &[TypeDef] = &[
    TypeDef::labels(RENDERING, &[("Host", 0), ("PlainText", 1), ("Ansi", 2)]),
    TypeDef::labels("System.Management.Automation.ProgressView", &[("Minimal", 0), ("Classic", 1)]),
    TypeDef::class("System.Management.Automation.PSStyle+ForegroundColor").members(colour_members),
    TypeDef::class("System.Management.Automation.PSStyle+BackgroundColor").members(colour_members),
    TypeDef::class("System.Management.Automation.PSStyle+ProgressConfiguration").members(|m| {
        sequences!(m, "Style");
        settings!(m, "System.Management.Automation.ProgressView" "View" "bool" "UseOSCIndicator");
        m.get_set(
            "int MaxWidth",
            |_, this| Ok(read(this, "MaxWidth")),
            |_, this, value| {
                if value.as_i128().is_some_and(|width| width < LEAST_WIDTH) {
                    let message = "The MaxWidth for the Progress rendering must be at least 18 to render correctly.";
                    return Err(error::argument("System.ArgumentException", message, "MaxWidth"));
                }
                write(this, "MaxWidth", value);
                Ok(())
            },
        );
    }),
    TypeDef::class("System.Management.Automation.PSStyle+FormattingData").members(|m| {
        sequences!(m, "FormatAccent" "TableHeader" "CustomTableHeaderLabel" "ErrorAccent" "Error" "Warning" "Verbose" "Debug"
            "FeedbackName" "FeedbackText" "FeedbackAction");
    }),
    TypeDef::class("System.Management.Automation.PSStyle+FileInfoFormatting").members(|m| {
        sequences!(m, "Directory" "SymbolicLink" "Executable");
        parts!(m, "System.Management.Automation.PSStyle+FileInfoFormatting+FileExtensionDictionary" "Extension");
    }),
    TypeDef::class("System.Management.Automation.PSStyle+FileInfoFormatting+FileExtensionDictionary").members(|m| {
        m.get("System.Collections.Generic.IEnumerable`1[System.String] Keys", |_, this| Ok(Value::strings(extension_names(this))));
        m.method("void Add(string extension, string decoration)", |_, this, args| {
            if let ([name, decoration], Some(settings)) = (args, this.downcast::<Settings>()) {
                let (name, decoration) = (extension_name(name)?, only_sequence(decoration)?);
                let mut values = settings.values.lock();
                values.retain(|(have, _)| !have.eq_ignore_ascii_case(&name));
                values.push((name, Value::Str(decoration)));
            }
            Ok(Value::AutomationNull)
        });
        m.method("void Remove(string extension)", |_, this, args| {
            if let ([name], Some(settings)) = (args, this.downcast::<Settings>()) {
                let name = extension_name(name)?;
                settings.values.lock().retain(|(have, _)| !have.eq_ignore_ascii_case(&name));
            }
            Ok(Value::AutomationNull)
        });
        m.method("void Clear()", |_, this, _| {
            if let Some(settings) = this.downcast::<Settings>() {
                settings.values.lock().clear();
            }
            Ok(Value::AutomationNull)
        });
        m.method("bool ContainsKey(string extension)", |_, this, args| {
            let name = args.first().map(text).unwrap_or_default();
            Ok(extension_names(this).iter().any(|have| have.eq_ignore_ascii_case(&name)).into())
        });
        m.method("string get_Item(string extension)", |_, this, args| {
            Ok(extension(this, &args.first().map(text).unwrap_or_default()))
        });
    }),
    TypeDef::class(NAME).members(|m| {
        fixed!(m, "Reset" "BlinkOff" "Blink" "BoldOff" "Bold" "DimOff" "Dim" "Hidden" "HiddenOff" "Reverse" "ReverseOff"
            "ItalicOff" "Italic" "UnderlineOff" "Underline" "StrikethroughOff" "Strikethrough");
        settings!(m, "System.Management.Automation.OutputRendering" "OutputRendering");
        parts!(m,
            "System.Management.Automation.PSStyle+FormattingData" "Formatting"
            "System.Management.Automation.PSStyle+ProgressConfiguration" "Progress"
            "System.Management.Automation.PSStyle+ForegroundColor" "Foreground"
            "System.Management.Automation.PSStyle+BackgroundColor" "Background"
            "System.Management.Automation.PSStyle+FileInfoFormatting" "FileInfo");
        m.method("string FormatHyperlink(string text, uri link)", |_, _, args| {
            let [shown, link] = args else { return Ok(Value::Null) };
            Ok(format!("\u{1b}]8;;{}\u{1b}\\{}\u{1b}]8;;\u{1b}\\", text(link), text(shown)).into())
        });
        m.function("string MapForegroundColorToEscapeSequence(System.ConsoleColor foregroundColor)", |_, _, args| {
            Ok(console_colour(args.first(), false))
        });
        m.function("string MapBackgroundColorToEscapeSequence(System.ConsoleColor backgroundColor)", |_, _, args| {
            Ok(console_colour(args.first(), true))
        });
    }),
];

fn extension_names(this: &Value) -> Vec<Str> {
    let Some(settings) = this.downcast::<Settings>() else { return Vec::new() };
    settings.values.lock().iter().map(|(name, _)| name.clone()).collect()
}

fn extension(this: &Value, name: &str) -> Value {
    let Some(settings) = this.downcast::<Settings>() else { return Value::Null };
    let values = settings.values.lock();
    values.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone()).unwrap_or_default()
}

fn group<K: Into<Str>>(part: &str, values: impl IntoIterator<Item = (K, Value)>) -> Value {
    let values = values.into_iter().map(|(name, value)| (name.into(), value)).collect();
    Value::Object(Arc::new(Settings { of: types::known(&format!("{NAME}{part}")), values: Mutex::new(values) }))
}

fn codes<const N: usize>(list: [(&'static str, &str); N]) -> Vec<(Str, Value)> {
    list.map(|(name, code)| (name.into(), format!("\u{1b}[{code}m").into())).into()
}

/// The escape sequence of a kind of files: `$PSStyle.FileInfo.Extension['.zip']`.
pub(crate) fn indexed_extension(object: &Value, index: &Value) -> Option<Value> {
    extensions_of(object)?;
    Some(extension(object, &text(index)))
}

/// Sets it.
///
/// # Errors
/// For a name that is no extension.
pub(crate) fn set_extension(object: &Value, index: &Value, value: &Value) -> R<bool> {
    let Some(settings) = extensions_of(object) else { return Ok(false) };
    let name = text(index);
    if !name.starts_with('.') {
        return Err(error::foreign(
            "System.ArgumentException",
            "When adding or removing extensions, the extension must start with a period.",
        ));
    }
    let mut values = settings.values.lock();
    values.retain(|(have, _)| !have.eq_ignore_ascii_case(&name));
    values.push((name, Value::Str(text(value))));
    Ok(true)
}

fn extensions_of(object: &Value) -> Option<&Settings> {
    object.downcast::<Settings>().filter(|_| object.type_name().ends_with("FileExtensionDictionary"))
}

fn colours(part: &str, background: bool) -> Value {
    let names = COLOURS.iter().map(|name| (*name).to_owned()).chain(COLOURS.iter().map(|name| format!("Bright{name}")));
    group(part, names.zip(0..).map(|(name, number)| (Str::from(name), sequence(number, background).into())))
}

/// The object that the variable holds.
pub(crate) fn new() -> Value {
    const PROGRAMS: [&str; 7] = [".zip", ".tgz", ".gz", ".tar", ".nupkg", ".cab", ".7z"];
    const SCRIPTS: [&str; 4] = [".ps1", ".psd1", ".psm1", ".ps1xml"];
    let coloured = |names: &'static [&'static str], code: &'static str| {
        names.iter().map(move |name| (Str::from(*name), Value::from(format!("\u{1b}[{code}m"))))
    };
    let extensions = coloured(&PROGRAMS, "31;1").chain(coloured(&SCRIPTS, "33;1"));
    let mut files = codes([("Directory", "44;1"), ("SymbolicLink", "36;1"), ("Executable", "32;1")]);
    files.push(("Extension".into(), group("+FileInfoFormatting+FileExtensionDictionary", extensions)));
    let mut progress = codes([("Style", "33;1")]);
    progress.extend([
        ("MaxWidth".into(), Value::I32(120)),
        ("View".into(), types::enum_value("System.Management.Automation.ProgressView", "Minimal")),
        ("UseOSCIndicator".into(), false.into()),
    ]);
    let formatting = codes([
        ("FormatAccent", "32;1"),
        ("TableHeader", "32;1"),
        ("CustomTableHeaderLabel", "32;1;3"),
        ("ErrorAccent", "36;1"),
        ("Error", "31;1"),
        ("Warning", "33;1"),
        ("Verbose", "33;1"),
        ("Debug", "33;1"),
        ("FeedbackName", "33"),
        ("FeedbackText", "96"),
        ("FeedbackAction", "97"),
    ]);
    let mut all = codes([
        ("Reset", "0"),
        ("BlinkOff", "25"),
        ("Blink", "5"),
        ("BoldOff", "22"),
        ("Bold", "1"),
        ("DimOff", "22"),
        ("Dim", "2"),
        ("Hidden", "8"),
        ("HiddenOff", "28"),
        ("Reverse", "7"),
        ("ReverseOff", "27"),
        ("ItalicOff", "23"),
        ("Italic", "3"),
        ("UnderlineOff", "24"),
        ("Underline", "4"),
        ("StrikethroughOff", "29"),
        ("Strikethrough", "9"),
    ]);
    all.extend([
        ("OutputRendering".into(), types::enum_value(RENDERING, "Host")),
        ("Formatting".into(), group("+FormattingData", formatting)),
        ("Progress".into(), group("+ProgressConfiguration", progress)),
        ("Foreground".into(), colours("+ForegroundColor", false)),
        ("Background".into(), colours("+BackgroundColor", true)),
        ("FileInfo".into(), group("+FileInfoFormatting", files)),
    ]);
    group("", all)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rendering {
    Host,
    PlainText,
    Ansi,
}

fn current(rs: &Runspace) -> Option<Value> {
    rs.variable("PSStyle").filter(|style| style.downcast::<Settings>().is_some())
}

fn rendering(rs: &Runspace) -> Rendering {
    match current(rs).map(|style| read(&style, "OutputRendering")) {
        Some(Value::Enum(_, 1)) => Rendering::PlainText,
        Some(Value::Enum(_, 2)) => Rendering::Ansi,
        _ => Rendering::Host,
    }
}

fn style(rs: &Runspace) -> Style {
    let Some(style) = current(rs) else { return Style::default() };
    let formatting = read(&style, "Formatting");
    let get = |name: &str| text(&read(&formatting, name)).to_string();
    Style { accent: get("FormatAccent"), header: get("TableHeader"), calculated_header: get("CustomTableHeaderLabel") }
}

/// The escape sequences of text that does not go to a console.
pub(crate) fn for_text(rs: &Runspace) -> Option<Style> {
    (rendering(rs) == Rendering::Ansi).then(|| style(rs))
}

/// The escape sequences of text for the client's console, which removes them itself if it must.
pub(crate) fn for_host(rs: &Runspace) -> Option<Style> {
    (rendering(rs) != Rendering::PlainText).then(|| style(rs))
}
