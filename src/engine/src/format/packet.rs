//! What the `Format-*` cmdlets write and the `Out-*` cmdlets print: a start with the shape, groups of entries, an end.

/// Where text stands in its column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Align {
    #[default]
    Undefined,
    Left,
    Center,
    Right,
}

impl Align {
    /// Its number on the wire.
    pub(crate) fn number(self) -> i32 {
        match self {
            Self::Undefined => 0,
            Self::Left => 1,
            Self::Center => 2,
            Self::Right => 3,
        }
    }

    pub(crate) fn from_number(number: i128) -> Self {
        match number {
            1 => Self::Left,
            2 => Self::Center,
            3 => Self::Right,
            _ => Self::Undefined,
        }
    }

    /// This one, or another where nothing is said.
    pub(crate) fn or(self, other: Self) -> Self {
        if self == Self::Undefined { other } else { self }
    }
}

/// A format object.
#[derive(Clone, Debug)]
pub(crate) enum Packet {
    /// `FormatStartData`
    Start(Start),
    /// `GroupStartData`
    GroupStart(Option<Vec<Piece>>),
    /// `FormatEntryData`
    Entry(Entry),
    /// `GroupEndData`
    GroupEnd,
    /// `FormatEndData`
    End,
}

/// The begin of a document.
#[derive(Clone, Debug)]
pub(crate) struct Start {
    pub(crate) autosize: bool,
    pub(crate) shape: Shape,
}

/// How a document is laid out.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Table { hide_header: bool, repeat_header: bool, columns: Vec<Column> },
    List,
    Wide { columns: usize },
    Custom,
}

/// A column of a table. A width of 0 is chosen when the table is printed.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) width: usize,
    pub(crate) align: Align,
    pub(crate) label: Option<String>,
    pub(crate) property: Option<String>,
    /// Whether the header is the name of a property; others are set in italics.
    pub(crate) is_property: bool,
}

impl Column {
    /// What stands above the column.
    pub(crate) fn header(&self) -> &str {
        self.label.as_deref().or(self.property.as_deref()).unwrap_or("")
    }
}

/// The stream that an object came from, which gives its text the stream's colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Origin {
    #[default]
    None,
    Error,
    Warning,
    Verbose,
    Debug,
}

impl Origin {
    pub(crate) const ALL: [(Self, &'static str); 5] = [
        (Self::None, "None"),
        (Self::Error, "Error"),
        (Self::Warning, "Warning"),
        (Self::Verbose, "Verbose"),
        (Self::Debug, "Debug"),
    ];
}

/// An object, formatted.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) body: Body,
    /// Whether it stands for itself, outside of the shape of the document.
    pub(crate) out_of_band: bool,
    pub(crate) origin: Origin,
}

#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// Text as it is.
    Raw(String),
    /// A row of a table, with cells of several lines if `wrap` is set.
    Row {
        fields: Vec<Field>,
        wrap: bool,
    },
    List(Vec<Item>),
    Wide(Field),
    Custom(Vec<Piece>),
}

/// A value as text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Field {
    pub(crate) text: String,
    pub(crate) align: Align,
}

impl Field {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), align: Align::Undefined }
    }
}

/// A line of a list.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) label: Option<String>,
    pub(crate) property: Option<String>,
    pub(crate) field: Field,
}

impl Item {
    pub(crate) fn name(&self) -> &str {
        self.label.as_deref().or(self.property.as_deref()).unwrap_or("")
    }
}

/// A part of free text.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    NewLine,
    Text(String),
    Field(Field),
    /// Parts that belong together, indented if there is a frame.
    Group(Option<Frame>, Vec<Self>),
}

/// Indentation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) left: i32,
    pub(crate) right: i32,
    /// How much further the first line is indented; negative: the following ones.
    pub(crate) first: i32,
}

impl Packet {
    /// Text as it is, outside of any shape.
    pub(crate) fn raw(text: impl Into<String>) -> Self {
        Self::out_of_band(Body::Raw(text.into()))
    }

    pub(crate) fn out_of_band(body: Body) -> Self {
        Self::Entry(Entry { body, out_of_band: true, origin: Origin::None })
    }
}
