//! Format objects as values: what a script sees of them and a client gets.
//!
//! Each object carries a class id in a property of a fixed name, by which a receiver knows it whatever its type names are.

use super::packet::{Align, Body, Column, Entry, Field, Frame, Item, Origin, Packet, Piece, Shape, Start};
use crate::{
    eval::{R, Runspace},
    types::{self, TypeDef},
    value::{List, Opaque, Value, enumerate, text},
};

const CLASS_ID: &str = "ClassId2e4f51ef21dd47e99d3c952918aff9cd";
const NAMESPACE: &str = "Microsoft.PowerShell.Commands.Internal.Format.";

/// How deep format objects may nest when they come from elsewhere.
const MAX_DEPTH: usize = 50;

macro_rules! classes {
    ($($name:literal < $base:literal $id:literal)*) => {
        /// The classes as types.
        pub(crate) const TYPES: &[TypeDef] = &[
            $(TypeDef::class(concat!("Microsoft.PowerShell.Commands.Internal.Format.", $name))
                .base(concat!("Microsoft.PowerShell.Commands.Internal.Format.", $base)),)*
            TypeDef::class("Microsoft.PowerShell.Commands.Internal.Format.FormatInfoData"),
            TypeDef::labels(
                "Microsoft.PowerShell.Commands.Internal.Format.WriteStreamType",
                &[("None", 0), ("Output", 1), ("Error", 2), ("Warning", 3), ("Verbose", 4), ("Debug", 5), ("Information", 6)],
            ),
        ];

        /// The ids of the classes.
        const IDS: &[(&str, &str)] = &[$(($name, $id)),*];
    };
}

// Name, base, id; classes without id are bases only.
classes! {
    "PacketInfoData" < "FormatInfoData" ""
    "ControlInfoData" < "PacketInfoData" ""
    "StartData" < "ControlInfoData" ""
    "ShapeInfo" < "FormatInfoData" ""
    "FormatEntryInfo" < "FormatInfoData" ""
    "FreeFormatEntry" < "FormatEntryInfo" ""
    "FormatValue" < "FormatInfoData" ""
    "FormatStartData" < "StartData" "033ecb2bc07a4d43b5ef94ed5a35d280"
    "FormatEndData" < "ControlInfoData" "cf522b78d86c486691226b40aa69e95c"
    "GroupStartData" < "StartData" "9e210fe47d09416682b841769c78b8a3"
    "GroupEndData" < "ControlInfoData" "4ec4f0187cb04f4cb6973460dfe252df"
    "FormatEntryData" < "PacketInfoData" "27c87ef9bbda4f709f6b4002fa4af63c"
    "WideViewHeaderInfo" < "ShapeInfo" "b2e2775d33d544c794d0081f27021b5c"
    "TableHeaderInfo" < "ShapeInfo" "e3b7a39c089845d388b2e84c5d38f5dd"
    "TableColumnInfo" < "FormatInfoData" "7572aa4155ec4558817a615acf7dd92e"
    "ListViewHeaderInfo" < "ShapeInfo" "830bdcb24c1642258724e441512233a4"
    "ComplexViewHeaderInfo" < "ShapeInfo" "5197dd85ca6f4cce9ae9e6fd6ded9d76"
    "RawTextFormatEntry" < "FormatEntryInfo" "29ED81BA914544d4BC430F027EE053E9"
    "ListViewEntry" < "FormatEntryInfo" "cf58f450baa848ef8eb3504008be6978"
    "ListViewField" < "FormatInfoData" "b761477330ce4fb2a665999879324d73"
    "TableRowEntry" < "FormatEntryInfo" "0e59526e2dd441aa91e7fc952caf4a36"
    "WideViewEntry" < "FormatEntryInfo" "59bf79de63354a7b9e4d1697940ff188"
    "ComplexViewEntry" < "FreeFormatEntry" "22e7ef3c896449d4a6f2dedea05dd737"
    "GroupingEntry" < "FreeFormatEntry" "919820b7eadb48be8e202c5afa5c2716"
    "AutosizeInfo" < "FormatInfoData" "a27f094f0eec4d64845801a4c06a32ae"
    "FormatNewLine" < "FormatValue" "de7e8b96fbd84db5a43aa82eb34580ec"
    "FormatTextField" < "FormatValue" "b8d9e369024a43a580b9e0c9279e3354"
    "FormatPropertyField" < "FormatValue" "78b102e894f742aca8c1d6737b6ff86a"
    "FormatEntry" < "FormatValue" "fba029a113a5458d932a2ed4871fadf2"
    "FrameInfo" < "FormatInfoData" "091C9E762E33499eBE318901B6EFB733"
}

/// Whether the value is a format object by its type names.
pub(crate) fn is_format_object(value: &Value) -> bool {
    value.downcast::<Opaque>().is_some() && value.type_of().is_some_and(|of| of.name().starts_with(NAMESPACE))
}

fn object<const N: usize>(name: &str, properties: [(&'static str, Value); N]) -> Value {
    let id = IDS.iter().find(|(have, _)| *have == name).map_or("", |(_, id)| id);
    let all = std::iter::once((CLASS_ID, Value::from(id))).chain(properties);
    Opaque::new(&format!("{NAMESPACE}{name}"), all).into_value()
}

fn list(element: &str, items: Vec<Value>) -> Value {
    let element = types::known(&format!("{NAMESPACE}{element}"));
    let of = types::list_of(element);
    List::value(of, items)
}

fn optional(text: Option<&String>) -> Value {
    text.map_or(Value::Null, |text| text.as_str().into())
}

fn size(n: usize) -> Value {
    Value::int(n)
}

/// A format object as a value.
pub(crate) fn to_value(packet: &Packet) -> Value {
    match packet {
        Packet::Start(start) => object(
            "FormatStartData",
            [
                ("pageHeaderEntry", Value::Null),
                ("pageFooterEntry", Value::Null),
                (
                    "autosizeInfo",
                    if start.autosize { object("AutosizeInfo", [("objectCount", size(0))]) } else { Value::Null },
                ),
                ("shapeInfo", shape(&start.shape)),
                ("groupingEntry", Value::Null),
            ],
        ),
        Packet::GroupStart(heading) => object(
            "GroupStartData",
            [
                ("shapeInfo", Value::Null),
                ("groupingEntry", heading.as_ref().map_or(Value::Null, |parts| free("GroupingEntry", parts))),
            ],
        ),
        Packet::Entry(entry) => object(
            "FormatEntryData",
            [
                ("formatEntryInfo", body(&entry.body)),
                ("outOfBand", entry.out_of_band.into()),
                (
                    "writeStream",
                    types::enum_value(
                        "Microsoft.PowerShell.Commands.Internal.Format.WriteStreamType",
                        origin_name(entry.origin),
                    ),
                ),
            ],
        ),
        Packet::GroupEnd => object("GroupEndData", [("groupingEntry", Value::Null)]),
        Packet::End => object("FormatEndData", [("groupingEntry", Value::Null)]),
    }
}

fn origin_name(origin: Origin) -> &'static str {
    Origin::ALL.iter().find(|(have, _)| *have == origin).map_or("None", |(_, name)| name)
}

fn shape(shape: &Shape) -> Value {
    match shape {
        Shape::List => object("ListViewHeaderInfo", []),
        Shape::Custom => object("ComplexViewHeaderInfo", []),
        Shape::Wide { columns } => object("WideViewHeaderInfo", [("columns", size(*columns))]),
        Shape::Table { hide_header, repeat_header, columns } => object(
            "TableHeaderInfo",
            [
                ("hideHeader", (*hide_header).into()),
                ("repeatHeader", (*repeat_header).into()),
                ("tableColumnInfoList", list("TableColumnInfo", columns.iter().map(column).collect())),
            ],
        ),
    }
}

fn column(column: &Column) -> Value {
    object(
        "TableColumnInfo",
        [
            ("width", size(column.width)),
            ("alignment", column.align.number().into()),
            ("label", optional(column.label.as_ref())),
            ("propertyName", optional(column.property.as_ref())),
            ("HeaderMatchesProperty", column.is_property.into()),
        ],
    )
}

fn body(body: &Body) -> Value {
    match body {
        Body::Raw(text) => object("RawTextFormatEntry", [("text", text.as_str().into())]),
        Body::Row { fields, wrap } => object(
            "TableRowEntry",
            [
                ("formatPropertyFieldList", list("FormatPropertyField", fields.iter().map(field).collect())),
                ("multiLine", (*wrap).into()),
            ],
        ),
        Body::List(items) => {
            object("ListViewEntry", [("listViewFieldList", list("ListViewField", items.iter().map(item).collect()))])
        }
        Body::Wide(value) => object("WideViewEntry", [("formatPropertyField", field(value))]),
        Body::Custom(parts) => free("ComplexViewEntry", parts),
    }
}

fn item(item: &Item) -> Value {
    object(
        "ListViewField",
        [
            ("label", optional(item.label.as_ref())),
            ("propertyName", optional(item.property.as_ref())),
            ("formatPropertyField", field(&item.field)),
        ],
    )
}

fn field(field: &Field) -> Value {
    object(
        "FormatPropertyField",
        [("propertyValue", field.text.as_str().into()), ("alignment", field.align.number().into())],
    )
}

fn free(class: &str, parts: &[Piece]) -> Value {
    object(class, [("formatValueList", list("FormatValue", parts.iter().map(piece).collect()))])
}

fn piece(part: &Piece) -> Value {
    match part {
        Piece::NewLine => object("FormatNewLine", []),
        Piece::Text(text) => object("FormatTextField", [("text", text.as_str().into())]),
        Piece::Field(value) => field(value),
        Piece::Group(frame, parts) => object(
            "FormatEntry",
            [
                ("formatValueList", list("FormatValue", parts.iter().map(piece).collect())),
                (
                    "frameInfo",
                    frame.map_or(Value::Null, |frame| {
                        object(
                            "FrameInfo",
                            [
                                ("leftIndentation", frame.left.into()),
                                ("rightIndentation", frame.right.into()),
                                ("firstLine", frame.first.into()),
                            ],
                        )
                    }),
                ),
            ],
        ),
    }
}

/// Reads format objects, our own ones and those that were serialised.
struct Reader<'r> {
    rs: &'r mut Runspace,
    depth: usize,
}

/// A value as a format object, if it is one.
pub(crate) fn from_value(rs: &mut Runspace, value: &Value) -> R<Option<Packet>> {
    let is_candidate = is_format_object(value)
        || value
            .type_names()
            .first()
            .is_some_and(|name| name.contains("Microsoft.PowerShell.Commands.Internal.Format"));
    if !is_candidate {
        return Ok(None);
    }
    Reader { rs, depth: 0 }.packet(value)
}

impl Reader<'_> {
    fn class(&mut self, value: &Value) -> R<Option<&'static str>> {
        let Some(id) = self.rs.find_member(value, CLASS_ID)? else { return Ok(None) };
        let id = text(&id);
        Ok(IDS.iter().find(|(_, known)| !known.is_empty() && *known == id.as_str()).map(|(name, _)| *name))
    }

    fn get(&mut self, value: &Value, name: &str) -> R<Value> {
        Ok(self.rs.find_member(value, name)?.unwrap_or_default())
    }

    fn text(&mut self, value: &Value, name: &str) -> R<Option<String>> {
        let value = self.get(value, name)?;
        Ok((!value.is_null()).then(|| text(&value).to_string()))
    }

    fn flag(&mut self, value: &Value, name: &str) -> R<bool> {
        Ok(self.get(value, name)?.as_bool() == Some(true))
    }

    fn number(&mut self, value: &Value, name: &str) -> R<i128> {
        Ok(self.get(value, name)?.as_i128().unwrap_or(0))
    }

    fn count(&mut self, value: &Value, name: &str) -> R<usize> {
        Ok(usize::try_from(self.number(value, name)?).unwrap_or(0))
    }

    fn each<T>(
        &mut self,
        value: &Value,
        name: &str,
        mut read: impl FnMut(&mut Self, &Value) -> R<Option<T>>,
    ) -> R<Vec<T>> {
        let mut found = Vec::new();
        for item in enumerate(&self.get(value, name)?).unwrap_or_default() {
            found.extend(read(self, &item)?);
        }
        Ok(found)
    }

    fn packet(&mut self, value: &Value) -> R<Option<Packet>> {
        Ok(Some(match self.class(value)? {
            Some("FormatStartData") => {
                let autosize = !self.get(value, "autosizeInfo")?.is_null();
                let shape = self.get(value, "shapeInfo")?;
                Packet::Start(Start { autosize, shape: self.shape(&shape)? })
            }
            Some("GroupStartData") => {
                let heading = self.get(value, "groupingEntry")?;
                Packet::GroupStart(if heading.is_null() { None } else { Some(self.pieces(&heading)?) })
            }
            Some("FormatEntryData") => {
                let info = self.get(value, "formatEntryInfo")?;
                let stream = self.text(value, "writeStream")?.unwrap_or_default();
                let origin = Origin::ALL.iter().find(|(_, name)| *name == stream).map_or(Origin::None, |(is, _)| *is);
                let Some(body) = self.body(&info)? else { return Ok(None) };
                Packet::Entry(Entry { body, out_of_band: self.flag(value, "outOfBand")?, origin })
            }
            Some("GroupEndData") => Packet::GroupEnd,
            Some("FormatEndData") => Packet::End,
            _ => return Ok(None),
        }))
    }

    fn shape(&mut self, value: &Value) -> R<Shape> {
        Ok(match self.class(value)? {
            Some("ListViewHeaderInfo") => Shape::List,
            Some("ComplexViewHeaderInfo") => Shape::Custom,
            Some("WideViewHeaderInfo") => Shape::Wide { columns: self.count(value, "columns")? },
            _ => Shape::Table {
                hide_header: self.flag(value, "hideHeader")?,
                repeat_header: self.flag(value, "repeatHeader")?,
                columns: self.each(value, "tableColumnInfoList", |reader, item| reader.column(item).map(Some))?,
            },
        })
    }

    fn column(&mut self, value: &Value) -> R<Column> {
        let is_property = self.get(value, "HeaderMatchesProperty")?.as_bool() != Some(false);
        Ok(Column {
            width: self.count(value, "width")?,
            align: Align::from_number(self.number(value, "alignment")?),
            label: self.text(value, "label")?,
            property: self.text(value, "propertyName")?,
            is_property,
        })
    }

    fn body(&mut self, value: &Value) -> R<Option<Body>> {
        Ok(Some(match self.class(value)? {
            Some("RawTextFormatEntry") => Body::Raw(self.text(value, "text")?.unwrap_or_default()),
            Some("TableRowEntry") => Body::Row {
                fields: self.each(value, "formatPropertyFieldList", |reader, item| reader.field(item).map(Some))?,
                wrap: self.flag(value, "multiLine")?,
            },
            Some("ListViewEntry") => {
                Body::List(self.each(value, "listViewFieldList", |reader, item| reader.item(item).map(Some))?)
            }
            Some("WideViewEntry") => {
                let inner = self.get(value, "formatPropertyField")?;
                Body::Wide(self.field(&inner)?)
            }
            Some("ComplexViewEntry") => Body::Custom(self.pieces(value)?),
            _ => return Ok(None),
        }))
    }

    fn field(&mut self, value: &Value) -> R<Field> {
        let align = Align::from_number(self.number(value, "alignment")?);
        Ok(Field { text: self.text(value, "propertyValue")?.unwrap_or_default(), align })
    }

    fn item(&mut self, value: &Value) -> R<Item> {
        let inner = self.get(value, "formatPropertyField")?;
        Ok(Item {
            label: self.text(value, "label")?,
            property: self.text(value, "propertyName")?,
            field: self.field(&inner)?,
        })
    }

    fn pieces(&mut self, value: &Value) -> R<Vec<Piece>> {
        if self.depth >= MAX_DEPTH {
            return Ok(Vec::new());
        }
        self.depth = self.depth.saturating_add(1);
        let parts = self.each(value, "formatValueList", Self::piece);
        self.depth = self.depth.saturating_sub(1);
        parts
    }

    fn piece(&mut self, value: &Value) -> R<Option<Piece>> {
        Ok(Some(match self.class(value)? {
            Some("FormatNewLine") => Piece::NewLine,
            Some("FormatTextField") => Piece::Text(self.text(value, "text")?.unwrap_or_default()),
            Some("FormatPropertyField") => Piece::Field(self.field(value)?),
            Some("FormatEntry") => {
                let frame = self.get(value, "frameInfo")?;
                let frame = if frame.is_null() { None } else { Some(self.frame(&frame)?) };
                Piece::Group(frame, self.pieces(value)?)
            }
            _ => return Ok(None),
        }))
    }

    fn frame(&mut self, value: &Value) -> R<Frame> {
        let mut indent = |name| self.number(value, name).map(|n| i32::try_from(n).unwrap_or(0));
        Ok(Frame { left: indent("leftIndentation")?, right: indent("rightIndentation")?, first: indent("firstLine")? })
    }
}
