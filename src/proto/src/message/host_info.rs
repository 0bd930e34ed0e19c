//! What a client says of its host (MS-PSRP 2.2.3.14 "HostInfo").

use psrp_clixml::{Object, PsString, TypeNames, Value};

use super::{Fields, Node, PayloadError};
use crate::host::{Coordinates, Size};

/// The client's host, in INIT_RUNSPACEPOOL and CREATE_PIPELINE.
///
/// Stock servers look every property up among those they know: there must be no others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostInfo {
    /// `_isHostNull`: there is none. A server must not call it.
    pub is_host_null: bool,
    /// `_isHostUINull`: it cannot show or ask anything.
    pub is_host_ui_null: bool,
    /// `_isHostRawUINull`: it has no screen.
    pub is_host_raw_ui_null: bool,
    /// `_useRunspaceHost`: in CREATE_PIPELINE, the pipeline uses the pool's host.
    pub use_runspace_host: bool,
    /// `_hostDefaultData`: what the screen is like, which servers do not ask for again.
    pub default_data: Option<HostDefaultData>,
}

/// The screen of a client's host (MS-PSRP 2.2.3.14). A value that the host could not tell is absent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HostDefaultData {
    /// Key 0: a `ConsoleColor`, 0 to 15, or -1 for not known.
    pub foreground_color: Option<i32>,
    /// Key 1: a `ConsoleColor`, 0 to 15, or -1 for not known.
    pub background_color: Option<i32>,
    /// Key 2.
    pub cursor_position: Option<Coordinates>,
    /// Key 3.
    pub window_position: Option<Coordinates>,
    /// Key 4: percent of a cell's height.
    pub cursor_size: Option<i32>,
    /// Key 5, in cells.
    pub buffer_size: Option<Size>,
    /// Key 6, in cells: the width that a server formats for.
    pub window_size: Option<Size>,
    /// Key 7, in cells.
    pub max_window_size: Option<Size>,
    /// Key 8, in cells.
    pub max_physical_window_size: Option<Size>,
    /// Key 9.
    pub window_title: Option<PsString>,
}

impl HostInfo {
    /// No host: for a pool of a program.
    pub const NONE: Self = Self {
        is_host_null: true,
        is_host_ui_null: true,
        is_host_raw_ui_null: true,
        use_runspace_host: false,
        default_data: None,
    };

    /// In CREATE_PIPELINE: the host of the pool.
    pub const OF_POOL: Self = Self { use_runspace_host: true, ..Self::NONE };

    /// A host with a screen.
    #[must_use]
    pub const fn console(default_data: HostDefaultData) -> Self {
        Self {
            is_host_null: false,
            is_host_ui_null: false,
            is_host_raw_ui_null: false,
            use_runspace_host: false,
            default_data: Some(default_data),
        }
    }

    pub(super) fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, "HostInfo")?;
        let default_data = fields.optional("_hostDefaultData").map(HostDefaultData::from_node).transpose()?;
        Ok(Self {
            is_host_null: fields.bool("_isHostNull")?,
            is_host_ui_null: fields.bool("_isHostUINull")?,
            is_host_raw_ui_null: fields.bool("_isHostRawUINull")?,
            use_runspace_host: fields.bool("_useRunspaceHost")?,
            default_data,
        })
    }

    /// The property bag, for whoever puts it into a message it passes on.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let bag = Object::bag()
            .with("_isHostUINull", self.is_host_ui_null)
            .with("_isHostRawUINull", self.is_host_raw_ui_null)
            .with("_isHostNull", self.is_host_null);
        let bag = match &self.default_data {
            Some(data) => bag.with("_hostDefaultData", data.to_value()),
            None => bag,
        };
        bag.with("_useRunspaceHost", self.use_runspace_host).into()
    }
}

impl HostDefaultData {
    fn from_node(node: Node<'_, '_>) -> Result<Self, PayloadError> {
        const WHAT: &str = "HostInfo._hostDefaultData";
        let fields = Fields::of(node, WHAT)?;
        let entries = fields.node("data")?.entries()?.ok_or_else(|| fields.wrong("data", "a dictionary"))?;
        let mut data = Self::default();
        for (key, entry) in entries {
            let entry = Fields::of(entry, WHAT)?;
            let value = entry.node("V")?;
            match key.primitive()?.as_i32() {
                Some(0) => data.foreground_color = Some(entry.i32("V")?),
                Some(1) => data.background_color = Some(entry.i32("V")?),
                Some(2) => data.cursor_position = Some(Coordinates::from_node(value)?),
                Some(3) => data.window_position = Some(Coordinates::from_node(value)?),
                Some(4) => data.cursor_size = Some(entry.i32("V")?),
                Some(5) => data.buffer_size = Some(Size::from_node(value)?),
                Some(6) => data.window_size = Some(Size::from_node(value)?),
                Some(7) => data.max_window_size = Some(Size::from_node(value)?),
                Some(8) => data.max_physical_window_size = Some(Size::from_node(value)?),
                Some(9) => data.window_title = entry.optional_text("V")?,
                _ => {}
            }
        }
        Ok(data)
    }

    fn to_value(&self) -> Value {
        const COLOR: &str = "System.ConsoleColor";
        const COORDINATES: &str = "System.Management.Automation.Host.Coordinates";
        const SIZE: &str = "System.Management.Automation.Host.Size";
        let entries = [
            (9, "System.String", self.window_title.clone().map(Value::from)),
            (8, SIZE, self.max_physical_window_size.map(Size::to_value)),
            (7, SIZE, self.max_window_size.map(Size::to_value)),
            (6, SIZE, self.window_size.map(Size::to_value)),
            (5, SIZE, self.buffer_size.map(Size::to_value)),
            (4, "System.Int32", self.cursor_size.map(Value::from)),
            (3, COORDINATES, self.window_position.map(Coordinates::to_value)),
            (2, COORDINATES, self.cursor_position.map(Coordinates::to_value)),
            (1, COLOR, self.background_color.map(Value::from)),
            (0, COLOR, self.foreground_color.map(Value::from)),
        ];
        let entries = entries
            .into_iter()
            .filter_map(|(key, type_name, value)| Some((key, Object::bag().with("T", type_name).with("V", value?))));
        let names = TypeNames::new(["System.Collections.Hashtable", "System.Object"]);
        Object::bag().with("data", Object::dict(names, entries)).into()
    }
}
