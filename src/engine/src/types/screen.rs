//! What a host's screen and prompts are made of: `Coordinates`, `Size`, `Rectangle`, cells, keys, choices, fields,
//! progress records.

use psrpd_dotnet::Str;

use super::{Type, TypeDef, enum_value, find, known};
use crate::{
    convert,
    eval::{Flow, R, Runspace, error},
    host::{Cell, Choice, Coordinates, Field, Key, Progress, Rectangle, Size},
    value::{List, Opaque, Value, enumerate, text},
};

const NS: &str = "System.Management.Automation.Host";

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::value("System.Management.Automation.Host.Coordinates").zero(|| of_coordinates(Coordinates { x: 0, y: 0 })).members(|m| {
        m.constructor("System.Management.Automation.Host.Coordinates(int x, int y)", |_, _, args| {
            Ok(of_coordinates(Coordinates { x: at(args, 0), y: at(args, 1) }))
        });
    }),
    TypeDef::value("System.Management.Automation.Host.Size").zero(|| of_size(Size { width: 0, height: 0 })).members(|m| {
        m.constructor("System.Management.Automation.Host.Size(int width, int height)", |_, _, args| {
            Ok(of_size(Size { width: at(args, 0), height: at(args, 1) }))
        });
    }),
    TypeDef::value("System.Management.Automation.Host.Rectangle").zero(|| new_rectangle(0, 0, 0, 0).unwrap_or_default()).members(|m| {
        m.constructor(
            "System.Management.Automation.Host.Rectangle(int left, int top, int right, int bottom)",
            |_, _, args| new_rectangle(at(args, 0), at(args, 1), at(args, 2), at(args, 3)),
        );
        m.constructor(
            "System.Management.Automation.Host.Rectangle(System.Management.Automation.Host.Coordinates upperLeft, System.Management.Automation.Host.Coordinates lowerRight)",
            |_, _, args| {
                let corner = |n: usize| coordinates(args.get(n).unwrap_or(&Value::Null));
                new_rectangle(corner(0).x, corner(0).y, corner(1).x, corner(1).y)
            },
        );
    }),
    TypeDef::value("System.Management.Automation.Host.BufferCell").zero(|| of_cell(Cell { character: 0, foreground: 0, background: 0, kind: 0 })).members(|m| {
        m.constructor(
            "System.Management.Automation.Host.BufferCell(char character, System.ConsoleColor foreground, System.ConsoleColor background, System.Management.Automation.Host.BufferCellType bufferCellType)",
            |_, _, args| {
                let character = match args.first() {
                    Some(Value::Char(c)) => *c,
                    _ => 0,
                };
                Ok(of_cell(Cell { character, foreground: at(args, 1), background: at(args, 2), kind: at(args, 3) }))
            },
        );
    }),
    TypeDef::value("System.Management.Automation.Host.KeyInfo").zero(|| of_key(Key { code: 0, character: 0, state: 0, is_down: false })).members(|m| {
        m.constructor(
            "System.Management.Automation.Host.KeyInfo(int virtualKeyCode, char ch, System.Management.Automation.Host.ControlKeyStates controlKeyState, bool keyDown)",
            |_, _, args| {
                let character = match args.get(1) {
                    Some(Value::Char(c)) => *c,
                    _ => 0,
                };
                let is_down = args.get(3).is_some_and(convert::to_bool);
                Ok(of_key(Key { code: at(args, 0), character, state: at(args, 2), is_down }))
            },
        );
    }),
    TypeDef::class("System.Management.Automation.Host.ChoiceDescription").members(|m| {
        m.constructor("System.Management.Automation.Host.ChoiceDescription(string label)", |_, _, args| {
            new_choice(&string(args, 0), "")
        });
        m.constructor(
            "System.Management.Automation.Host.ChoiceDescription(string label, string helpMessage)",
            |_, _, args| {
                if args.get(1).is_none_or(Value::is_null) {
                    return Err(error::null_argument("helpMessage"));
                }
                new_choice(&string(args, 0), &string(args, 1))
            },
        );
    }),
    TypeDef::class("System.Management.Automation.Host.FieldDescription").members(|m| {
        m.constructor("System.Management.Automation.Host.FieldDescription(string name)", |_, _, args| {
            let name = string(args, 0);
            if name.is_empty() { Err(empty_argument("name")) } else { Ok(new_field(&name)) }
        });
        m.method("void SetParameterType(type parameterType)", |_, this, args| {
            let Some(Value::Type(of)) = args.first() else { return Err(error::null_argument("parameterType")) };
            if let Some(field) = this.downcast::<Opaque>() {
                set_type(field, of);
            }
            Ok(Value::AutomationNull)
        });
    }),
    TypeDef::class("System.Management.Automation.ProgressRecord").members(|m| {
        m.constructor(
            "System.Management.Automation.ProgressRecord(int activityId, string activity, string statusDescription)",
            |_, _, args| {
                if at(args, 0) < 0 {
                    return Err(out_of_range("activityId", at(args, 0)));
                }
                for (n, name) in [(1, "activity"), (2, "statusDescription")] {
                    if string(args, n).is_empty() {
                        return Err(empty_argument(name));
                    }
                }
                Ok(ProgressObject::value(Progress {
                    activity: string(args, 1).to_string(),
                    id: at(args, 0),
                    status: string(args, 2).to_string(),
                    operation: None,
                    parent_id: -1,
                    percent: -1,
                    is_completed: false,
                    seconds_remaining: -1,
                }))
            },
        );
        macro_rules! property {
            ($declaration:literal, $field:ident, $set:expr) => {
                m.get_set(
                    $declaration,
                    |_, this| {
                        Ok(this.downcast::<ProgressObject>().map_or(Value::Null, |p| p.0.lock().$field.clone().into()))
                    },
                    |_, this, value| {
                        let Some(progress) = this.downcast::<ProgressObject>() else { return Ok(()) };
                        let set: fn(&mut Progress, Value) -> R<()> = $set;
                        set(&mut progress.0.lock(), value)
                    },
                );
            };
        }
        m.get("int ActivityId", |_, this| {
            Ok(this.downcast::<ProgressObject>().map_or(Value::Null, |p| Value::I32(p.0.lock().id)))
        });
        property!("int ParentActivityId", parent_id, |progress, value| {
            let id = number(&value);
            if id == progress.id {
                return Err(error::thrown(ARGUMENT, "The ParentActivityId and ActivityId cannot be the same."));
            }
            progress.parent_id = id;
            Ok(())
        });
        property!("string Activity", activity, |progress, value| {
            progress.activity = not_empty(&value)?;
            Ok(())
        });
        property!("string StatusDescription", status, |progress, value| {
            progress.status = not_empty(&value)?;
            Ok(())
        });
        property!("string CurrentOperation", operation, |progress, value| {
            progress.operation = (!value.is_null()).then(|| text(&value).to_string());
            Ok(())
        });
        property!("int PercentComplete", percent, |progress, value| {
            let percent = number(&value);
            if percent > 100 {
                return Err(percent_out_of_range(percent));
            }
            progress.percent = percent;
            Ok(())
        });
        property!("int SecondsRemaining", seconds_remaining, |progress, value| {
            progress.seconds_remaining = number(&value);
            Ok(())
        });
        m.get_set(
            "System.Management.Automation.ProgressRecordType RecordType",
            |_, this| {
                Ok(this.downcast::<ProgressObject>().map_or(Value::Null, |p| {
                    let label = if p.0.lock().is_completed { "Completed" } else { "Processing" };
                    enum_value("System.Management.Automation.ProgressRecordType", label)
                }))
            },
            |_, this, value| {
                if let Some(progress) = this.downcast::<ProgressObject>() {
                    progress.0.lock().is_completed = number(&value) == 1;
                }
                Ok(())
            },
        );
    }),
    TypeDef::labels(
        "System.Management.Automation.Host.BufferCellType",
        &[("Complete", 0), ("Leading", 1), ("Trailing", 2)],
    ),
    TypeDef::flag_labels(
        "System.Management.Automation.Host.ControlKeyStates",
        &[
            ("RightAltPressed", 1),
            ("LeftAltPressed", 2),
            ("RightCtrlPressed", 4),
            ("LeftCtrlPressed", 8),
            ("ShiftPressed", 16),
            ("NumLockOn", 32),
            ("ScrollLockOn", 64),
            ("CapsLockOn", 128),
            ("EnhancedKey", 256),
        ],
    ),
    TypeDef::flag_labels(
        "System.Management.Automation.Host.ReadKeyOptions",
        &[("AllowCtrlC", 1), ("NoEcho", 2), ("IncludeKeyDown", 4), ("IncludeKeyUp", 8)],
    ),
    TypeDef::flag_labels(
        "System.Management.Automation.PSCredentialTypes",
        &[("Generic", 1), ("Domain", 2), ("Default", 3)],
    ),
    TypeDef::flag_labels(
        "System.Management.Automation.PSCredentialUIOptions",
        &[
            ("None", 0),
            ("ValidateUserNameSyntax", 1),
            ("Default", 1),
            ("AlwaysPrompt", 2),
            ("ReadOnlyUserName", 3),
        ],
    ),
    TypeDef::labels("System.Management.Automation.ProgressRecordType", &[("Processing", 0), ("Completed", 1)]),
];

const ARGUMENT: &str = "System.Management.Automation.PSArgumentException";

/// A progress record, whose text shows what it is just now.
pub(crate) struct ProgressObject(pub(crate) parking_lot::Mutex<Progress>);

impl ProgressObject {
    pub(crate) fn value(progress: Progress) -> Value {
        Value::object(Self(parking_lot::Mutex::new(progress)))
    }
}

impl crate::value::Object for ProgressObject {
    fn type_of(&self) -> Type {
        known("System.Management.Automation.ProgressRecord")
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }

    fn text(&self) -> Option<Str> {
        let p = self.0.lock();
        let kind = if p.is_completed { "Completed" } else { "Processing" };
        Some(
            format!(
                "parent = {} id = {} act = {} stat = {} cur = {} pct = {} sec = {} type = {kind}",
                p.parent_id,
                p.id,
                p.activity,
                p.status,
                p.operation.as_deref().unwrap_or(""),
                p.percent,
                p.seconds_remaining
            )
            .into(),
        )
    }
}

fn at(args: &[Value], n: usize) -> i32 {
    args.get(n).map_or(0, number)
}

fn number(value: &Value) -> i32 {
    match value.base() {
        Value::Enum(_, n) => i32::try_from(*n).unwrap_or(0),
        other => other.as_i128().and_then(|n| i32::try_from(n).ok()).unwrap_or(0),
    }
}

fn string(args: &[Value], n: usize) -> Str {
    args.get(n).map(text).unwrap_or_default()
}

fn not_empty(value: &Value) -> R<String> {
    let text = text(value);
    if text.is_empty() { Err(empty_argument("value")) } else { Ok(text.to_string()) }
}

fn empty_argument(name: &str) -> Flow {
    error::thrown(ARGUMENT, format!("{name} cannot be null or empty."))
}

fn out_of_range(name: &str, value: i32) -> Flow {
    error::thrown(
        "System.Management.Automation.PSArgumentOutOfRangeException",
        format!(
            "Cannot process argument because the value of argument \"{name}\" is out of range. Change argument \"{name}\" to a value that is within range. (Parameter '{name}')\nActual value was {value}."
        ),
    )
}

/// More than all of it cannot be done.
fn percent_out_of_range(percent: i32) -> Flow {
    error::thrown(
        "System.Management.Automation.PSArgumentOutOfRangeException",
        format!(
            "Cannot validate argument because its value {percent} is greater than the maximum allowed value 100. (Parameter 'value')\nActual value was {percent}."
        ),
    )
}

fn bag(name: &str, shown: String, properties: Vec<(&str, Value)>) -> Value {
    Opaque::new(&format!("{NS}.{name}"), properties).displayed(shown).into_value()
}

pub(super) fn of_coordinates(of: Coordinates) -> Value {
    bag("Coordinates", format!("{},{}", of.x, of.y), vec![("X", Value::I32(of.x)), ("Y", Value::I32(of.y))])
}

pub(super) fn coordinates(value: &Value) -> Coordinates {
    Coordinates { x: number(&value.field("X")), y: number(&value.field("Y")) }
}

pub(super) fn of_size(of: Size) -> Value {
    let properties = vec![("Width", Value::I32(of.width)), ("Height", Value::I32(of.height))];
    bag("Size", format!("{},{}", of.width, of.height), properties)
}

pub(super) fn size(value: &Value) -> Size {
    Size { width: number(&value.field("Width")), height: number(&value.field("Height")) }
}

fn new_rectangle(left: i32, top: i32, right: i32, bottom: i32) -> R<Value> {
    for (edge, least, name, other) in [(right, left, "right", "left"), (bottom, top, "bottom", "top")] {
        if edge < least {
            return Err(error::thrown(ARGUMENT, format!("\"{name}\" cannot be less than \"{other}\".")));
        }
    }
    let properties = vec![
        ("Left", Value::I32(left)),
        ("Top", Value::I32(top)),
        ("Right", Value::I32(right)),
        ("Bottom", Value::I32(bottom)),
    ];
    Ok(bag("Rectangle", format!("{left},{top} ; {right},{bottom}"), properties))
}

pub(super) fn rectangle(value: &Value) -> Rectangle {
    let edge = |name: &str| number(&value.field(name));
    Rectangle { left: edge("Left"), top: edge("Top"), right: edge("Right"), bottom: edge("Bottom") }
}

fn colour(n: i32) -> Value {
    Value::Enum(known("System.ConsoleColor"), n.into())
}

pub(super) fn of_cell(of: Cell) -> Value {
    let kind = Value::Enum(known("System.Management.Automation.Host.BufferCellType"), of.kind.into());
    let character = Value::Char(of.character);
    let (front, back) = (colour(of.foreground), colour(of.background));
    let shown = format!("'{}' {} {} {}", text(&character), text(&front), text(&back), text(&kind));
    let properties =
        vec![("Character", character), ("ForegroundColor", front), ("BackgroundColor", back), ("BufferCellType", kind)];
    bag("BufferCell", shown, properties)
}

pub(super) fn cell(value: &Value) -> Cell {
    let character = match value.field("Character") {
        Value::Char(c) => c,
        _ => 0,
    };
    Cell {
        character,
        foreground: number(&value.field("ForegroundColor")),
        background: number(&value.field("BackgroundColor")),
        kind: number(&value.field("BufferCellType")),
    }
}

pub(super) fn of_key(of: Key) -> Value {
    let state = Value::Enum(known("System.Management.Automation.Host.ControlKeyStates"), of.state.into());
    let character = Value::Char(of.character);
    let down = Value::Bool(of.is_down);
    let shown = format!("{},{},{},{}", of.code, text(&character), text(&state), text(&down));
    let properties = vec![
        ("VirtualKeyCode", Value::I32(of.code)),
        ("Character", character),
        ("ControlKeyState", state),
        ("KeyDown", down),
    ];
    bag("KeyInfo", shown, properties)
}

fn new_choice(label: &str, help: &str) -> R<Value> {
    if label.is_empty() {
        return Err(empty_argument("label"));
    }
    let name = format!("{NS}.ChoiceDescription");
    Ok(Opaque::new(&name, [("Label", Value::from(label)), ("HelpMessage", help.into())]).into_value())
}

/// Choices out of descriptions or mere labels.
pub(super) fn choices(value: &Value) -> Vec<Choice> {
    let items = enumerate(value).unwrap_or_else(|| vec![value.clone()]);
    let choice = |item: &Value| match item.downcast::<Opaque>() {
        Some(_) => {
            Choice { label: text(&item.field("Label")).to_string(), help: text(&item.field("HelpMessage")).to_string() }
        }
        None => Choice { label: text(item).to_string(), help: String::new() },
    };
    items.iter().map(choice).collect()
}

fn new_field(name: &str) -> Value {
    let attributes = super::generic("System.Collections.ObjectModel.Collection`1", vec![known("System.Attribute")])
        .unwrap_or_else(super::array_list);
    let field = Opaque::new(
        &format!("{NS}.FieldDescription"),
        [
            ("Name", Value::from(name)),
            ("ParameterTypeName", Value::Null),
            ("ParameterTypeFullName", Value::Null),
            ("ParameterAssemblyFullName", Value::Null),
            ("Label", "".into()),
            ("HelpMessage", "".into()),
            ("IsMandatory", true.into()),
            ("DefaultValue", Value::Null),
            ("Attributes", List::value(attributes, Vec::new())),
        ],
    );
    set_type(&field, &super::string());
    field.into_value()
}

fn set_type(field: &Opaque, of: &Type) {
    field.set("ParameterTypeName", of.short_name().into());
    field.set("ParameterTypeFullName", of.full_name().into());
    field.set("ParameterAssemblyFullName", format!("{}, {}", of.full_name(), of.assembly()).into());
}

/// Fields out of descriptions or mere names, each with the type of its answer.
pub(super) fn fields(rs: &mut Runspace, value: &Value) -> R<Vec<(Field, Type)>> {
    let items = enumerate(value).unwrap_or_else(|| vec![value.clone()]);
    let mut fields = Vec::new();
    for item in items {
        let item = if item.downcast::<Opaque>().is_some() { item } else { new_field(&text(&item)) };
        let string = |name: &str| text(&item.field(name)).to_string();
        let of = find(&string("ParameterTypeFullName")).unwrap_or_else(super::string);
        let default = item.field("DefaultValue");
        let default = if default.is_null() { None } else { crate::serial::tree(rs, &default)? };
        let field = Field {
            name: string("Name"),
            label: string("Label"),
            type_name: string("ParameterTypeName"),
            type_full_name: string("ParameterTypeFullName"),
            type_assembly_name: string("ParameterAssemblyFullName"),
            help: string("HelpMessage"),
            mandatory: convert::to_bool(&item.field("IsMandatory")),
            default,
        };
        fields.push((field, of));
    }
    Ok(fields)
}
