//! The structures that parameters and results are made of. All but the credential are property bags with the names of
//! .NET's private fields (MS-PSRP 2.2.3.1, 2.2.3.2, 2.2.3.25, 2.2.3.26, 2.2.3.28).

use alloc::vec::Vec;

use psrp_clixml::{Object, PsString, SecureString, TypeNames, Value};

use super::call::array_list;
use crate::message::{Fields, Node, PayloadError};

/// A place on the screen, in cells from the top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coordinates {
    /// Column.
    pub x: i32,
    /// Row.
    pub y: i32,
}

/// A size in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Columns.
    pub width: i32,
    /// Rows.
    pub height: i32,
}

/// A part of the screen; the edges belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rectangle {
    /// First column.
    pub left: i32,
    /// First row.
    pub top: i32,
    /// Last column.
    pub right: i32,
    /// Last row.
    pub bottom: i32,
}

/// A cell of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BufferCell {
    /// A UTF-16 code unit.
    pub character: u16,
    /// A `ConsoleColor`, 0 to 15.
    pub foreground_color: i32,
    /// A `ConsoleColor`, 0 to 15.
    pub background_color: i32,
    /// 0 a whole character, 1 the first, 2 the second half of a wide one.
    pub cell_type: i32,
}

/// Cells of a part of the screen, row by row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BufferCells {
    /// Rows.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// `rows` times `columns` cells.
    pub cells: Vec<BufferCell>,
}

/// Numbers that a method takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbers {
    /// The numbers.
    pub items: Vec<i32>,
    /// Whether they are a .NET array, which stock servers send in a form that stock clients cannot read.
    pub is_array: bool,
}

/// A key that was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeyInfo {
    /// The virtual key code of Windows.
    pub virtual_key_code: i32,
    /// The UTF-16 code unit it gives, or 0.
    pub character: u16,
    /// Bits: right Alt 1, left Alt 2, right Ctrl 4, left Ctrl 8, Shift 16, NumLock 32, ScrollLock 64, CapsLock 128,
    /// enhanced 256.
    pub control_key_state: i32,
    /// Pressed, not released.
    pub key_down: bool,
}

/// One of the answers of PromptForChoice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChoiceDescription {
    /// Its name; the character behind `&` chooses it.
    pub label: PsString,
    /// What it means.
    pub help_message: PsString,
}

/// One of the values that Prompt asks for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FieldDescription {
    /// Key of the answer.
    pub name: PsString,
    /// What to show in place of the name.
    pub label: PsString,
    /// `String`
    pub parameter_type_name: PsString,
    /// `System.String`
    pub parameter_type_full_name: PsString,
    /// The same with its assembly.
    pub parameter_assembly_full_name: PsString,
    /// Text for `!?`.
    pub help_message: PsString,
    /// Whether an answer must be given.
    pub is_mandatory: bool,
    /// What to take when nothing is typed.
    pub default_value: Option<Value>,
    /// The client's host has changed it for safety.
    pub modified_by_remoting_protocol: bool,
    /// It came from a server.
    pub is_from_remote_host: bool,
}

/// A user name and its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The name.
    pub user_name: PsString,
    /// The password as it is on the wire.
    pub password: Option<SecureString>,
}

impl Coordinates {
    pub(crate) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "Coordinates")?;
        Ok(Self { x: fields.i32("x")?, y: fields.i32("y")? })
    }

    pub(crate) fn to_value(self) -> Value {
        Object::bag().with("x", self.x).with("y", self.y).into()
    }
}

impl Size {
    pub(crate) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "Size")?;
        Ok(Self { width: fields.i32("width")?, height: fields.i32("height")? })
    }

    pub(crate) fn to_value(self) -> Value {
        Object::bag().with("width", self.width).with("height", self.height).into()
    }
}

impl Rectangle {
    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "Rectangle")?;
        Ok(Self {
            left: fields.i32("left")?,
            top: fields.i32("top")?,
            right: fields.i32("right")?,
            bottom: fields.i32("bottom")?,
        })
    }

    pub(super) fn to_value(self) -> Value {
        let Self { left, top, right, bottom } = self;
        Object::bag().with("left", left).with("top", top).with("right", right).with("bottom", bottom).into()
    }
}

impl BufferCell {
    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "BufferCell")?;
        Ok(Self {
            character: fields.char("character")?,
            foreground_color: fields.i32("foregroundColor")?,
            background_color: fields.i32("backgroundColor")?,
            cell_type: fields.i32("bufferCellType")?,
        })
    }

    pub(super) fn to_value(self) -> Value {
        Object::bag()
            .with("character", Value::Char(self.character))
            .with("foregroundColor", self.foreground_color)
            .with("backgroundColor", self.background_color)
            .with("bufferCellType", self.cell_type)
            .into()
    }
}

impl BufferCells {
    const WHAT: &str = "BufferCell[,]";

    /// An array: `mae` its elements, `mal` the lengths of its dimensions.
    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, Self::WHAT)?;
        let mut lengths = fields.list("mal")?;
        let mut length = || {
            let length = lengths.next().map(Node::primitive).transpose()?;
            let length = length.and_then(Value::as_i32).and_then(|n| usize::try_from(n).ok());
            length.ok_or_else(|| fields.wrong("mal", "two lengths"))
        };
        let (rows, columns) = (length()?, length()?);
        let cells = fields.list("mae")?.map(BufferCell::from_node).collect::<Result<Vec<_>, _>>()?;
        if rows.checked_mul(columns) != Some(cells.len()) {
            return Err(fields.wrong("mae", "as many cells as the lengths say"));
        }
        Ok(Self { rows, columns, cells })
    }

    pub(super) fn to_value(&self) -> Value {
        let length = |n: usize| Value::I32(i32::try_from(n).unwrap_or(i32::MAX));
        let lengths = [length(self.rows), length(self.columns)];
        Object::bag()
            .with("mae", array_list(self.cells.iter().map(|cell| cell.to_value())))
            .with("mal", Object::list(TypeNames::array_of("System.Int32"), lengths))
            .into()
    }
}

impl Numbers {
    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let number = |item: Node<'_, '_>| {
            let wrong = PayloadError::Wrong { what: "host call", name: "mp", expected: "32-bit numbers" };
            item.primitive()?.as_i32().ok_or(wrong)
        };
        let (items, is_array) = match node.items()? {
            Some(items) => (items.map(number).collect::<Result<_, _>>()?, false),
            None => (Fields::of(node, "host call")?.list("mae")?.map(number).collect::<Result<_, _>>()?, true),
        };
        Ok(Self { items, is_array })
    }

    pub(super) fn to_value(&self) -> Value {
        let items = array_list(self.items.iter().map(|item| Value::I32(*item)));
        if !self.is_array {
            return items.into();
        }
        let length = Value::I32(i32::try_from(self.items.len()).unwrap_or(i32::MAX));
        Object::bag().with("mae", items).with("mal", Object::list(TypeNames::array_of("System.Int32"), [length])).into()
    }
}

impl KeyInfo {
    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "KeyInfo")?;
        Ok(Self {
            virtual_key_code: fields.i32("virtualKeyCode")?,
            character: fields.char("character")?,
            control_key_state: fields.i32("controlKeyState")?,
            key_down: fields.bool("keyDown")?,
        })
    }

    pub(super) fn to_value(self) -> Value {
        Object::bag()
            .with("virtualKeyCode", self.virtual_key_code)
            .with("character", Value::Char(self.character))
            .with("controlKeyState", self.control_key_state)
            .with("keyDown", self.key_down)
            .into()
    }
}

impl ChoiceDescription {
    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "ChoiceDescription")?;
        Ok(Self {
            label: fields.text("label")?,
            help_message: fields.optional_text("helpMessage")?.unwrap_or_default(),
        })
    }

    pub(super) fn to_value(&self) -> Value {
        Object::bag().with("label", self.label.clone()).with("helpMessage", self.help_message.clone()).into()
    }
}

impl FieldDescription {
    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "FieldDescription")?;
        let text = |name| fields.optional_text(name).map(Option::unwrap_or_default);
        let flag = |name| fields.optional_bool(name).map(Option::unwrap_or_default);
        Ok(Self {
            name: fields.text("name")?,
            label: text("label")?,
            parameter_type_name: text("parameterTypeName")?,
            parameter_type_full_name: text("parameterTypeFullName")?,
            parameter_assembly_full_name: text("parameterAssemblyFullName")?,
            help_message: text("helpMessage")?,
            is_mandatory: flag("isMandatory")?,
            default_value: fields.find("defaultValue").filter(|value| !value.is_nil()).cloned(),
            modified_by_remoting_protocol: flag("modifiedByRemotingProtocol")?,
            is_from_remote_host: flag("isFromRemoteHost")?,
        })
    }

    pub(super) fn to_value(&self) -> Value {
        let bag = Object::bag()
            .with("name", self.name.clone())
            .with("label", self.label.clone())
            .with("parameterTypeName", self.parameter_type_name.clone())
            .with("parameterTypeFullName", self.parameter_type_full_name.clone())
            .with("parameterAssemblyFullName", self.parameter_assembly_full_name.clone())
            .with("helpMessage", self.help_message.clone())
            .with("isMandatory", self.is_mandatory);
        let bag = match &self.default_value {
            Some(value) => bag.with("defaultValue", value.clone()),
            None => bag,
        };
        bag.with("metadata", array_list([]))
            .with("modifiedByRemotingProtocol", self.modified_by_remoting_protocol)
            .with("isFromRemoteHost", self.is_from_remote_host)
            .into()
    }
}

impl Credential {
    const TYPE: &str = "System.Management.Automation.PSCredential";

    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "PSCredential")?;
        let password = match fields.node("Password")?.primitive()? {
            Value::Nil => None,
            Value::SecureString(password) => Some(password.clone()),
            _ => return Err(fields.wrong("Password", "a SecureString")),
        };
        Ok(Self { user_name: fields.optional_text("UserName")?.unwrap_or_default(), password })
    }

    pub(super) fn to_value(&self) -> Value {
        Object::bag()
            .typed(TypeNames::new([Self::TYPE, "System.Object"]))
            .displayed(Self::TYPE)
            .with_prop("UserName", self.user_name.clone())
            .with_prop("Password", self.password.clone())
            .into()
    }
}
