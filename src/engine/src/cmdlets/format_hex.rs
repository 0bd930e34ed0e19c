//! `Format-Hex`

use psrpd_dotnet::cast;

use super::{Cmdlet, Cx, Run, text_file};
use crate::{
    eval::{R, Stream},
    types::{self, TypeDef},
    value::{Category, Opaque, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Format-Hex",
    "FormatHex",
    "Path string[] notempty @Path(0 !)
     LiteralPath|PSPath|LP string[] notempty @LiteralPath(!)
     InputObject psobject @ByInputObject(! ^)
     Encoding System.Text.Encoding notempty @ByInputObject
     Count long positive
     Offset long nonnegative
     Raw @ByInputObject",
    || Box::new(FormatHex::default()),
)
.examples(
    r#"('A' | Format-Hex).Bytes # the bytes of a text
> 65"#,
);

/// Bytes in a row.
const ROW: usize = 16;

/// Input objects of one type that follow each other make one block.
#[derive(Default)]
struct FormatHex {
    label: String,
    bytes: Vec<u8>,
}

impl Run for FormatHex {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if cx.bound.get("Raw").is_some() {
            cx.rs.write_message(Stream::Warning, "Parameter 'Raw' is obsolete. Raw parameter is deprecated.".into())?;
        }
        Ok(())
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if let Some(item) = cx.get("InputObject") {
            return self.object(cx, &item);
        }
        text_file::all_files(cx)?.iter().try_for_each(|path| file(cx, path))
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        self.flush(cx)
    }
}

impl FormatHex {
    fn flush(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let bytes = std::mem::take(&mut self.bytes);
        if bytes.is_empty() { Ok(()) } else { rows(cx, &bytes, &self.label.clone(), Value::Null) }
    }

    fn object(&mut self, cx: &mut Cx<'_>, item: &Value) -> R<()> {
        if let Some(path) = item.downcast::<types::files::info::Info>().map(|info| info.path()) {
            self.flush(cx)?;
            return file(cx, &path);
        }
        let Some(bytes) = bytes_of(cx, item).or_else(|| bytes_of_all(cx, item)) else {
            let of = item.type_of().map_or_else(String::new, |of| of.plain_name());
            let message = format!(
                "Cannot convert input of type '{of}' to hexadecimal. To view the hexadecimal formatting of its string representation, pipe it to the Out-String cmdlet before piping it to Format-Hex."
            );
            let target = item.type_of().map_or(Value::Null, Value::Type);
            let id = "FormatHexTypeNotSupported";
            return cx.error("System.ArgumentException", id, Category::InvalidArgument, message, target);
        };
        // A value of an enum is the number that it is.
        let of = if matches!(item.base(), Value::Enum(..)) { Some(types::int32()) } else { item.type_of() };
        let label = of.map_or_else(String::new, |of| format!("{} ({})", of.short_name(), of.name()));
        if item.as_str().is_some() || label != self.label {
            self.flush(cx)?;
        }
        self.label = label;
        self.bytes.extend(bytes);
        if item.as_str().is_some() { self.flush(cx) } else { Ok(()) }
    }
}

/// What a type adds: the rows of a block.
pub(crate) const TYPES: &[TypeDef] = &[TypeDef::class(BYTE_COLLECTION)];

const BYTE_COLLECTION: &str = "Microsoft.PowerShell.Commands.ByteCollection";

fn bytes_of(cx: &Cx<'_>, item: &Value) -> Option<Vec<u8>> {
    Some(match item.base() {
        Value::Bool(b) => i32::from(*b).to_le_bytes().to_vec(),
        Value::U8(n) => vec![*n],
        Value::I8(n) => n.to_le_bytes().to_vec(),
        Value::Char(n) => {
            if *n < 0x100 {
                n.to_le_bytes().first().copied().into_iter().collect()
            } else {
                n.to_le_bytes().to_vec()
            }
        }
        Value::I16(_)
        | Value::U16(_)
        | Value::I32(_)
        | Value::U32(_)
        | Value::I64(_)
        | Value::U64(_)
        | Value::F32(_)
        | Value::F64(_) => types::bytes_in_memory(item),
        Value::Enum(_, n) => cast::low32(*n).to_le_bytes().to_vec(),
        Value::Str(text) => text_file::encode(cx, text),
        _ => return None,
    })
}

/// The bytes of an array of plain values.
fn bytes_of_all(cx: &Cx<'_>, item: &Value) -> Option<Vec<u8>> {
    let array = item.as_array().filter(|array| array.element.is_value_type())?;
    if let Some(bytes) = array.bytes() {
        return Some(bytes.to_vec());
    }
    let mut all = Vec::new();
    for item in array.items() {
        all.extend(bytes_of(cx, &item)?);
    }
    Some(all)
}

/// The rows of a file.
fn file(cx: &mut Cx<'_>, path: &str) -> R<()> {
    match cx.rs.read_file(path) {
        Ok(bytes) => rows(cx, &bytes, "", path.into()),
        Err(_) => {
            let given = Value::strings(cx.strings("Path").into_iter().chain(cx.strings("LiteralPath")));
            text_file::not_found(cx, path, given)
        }
    }
}

fn rows(cx: &mut Cx<'_>, bytes: &[u8], label: &str, path: Value) -> R<()> {
    let offset = cast::index(cx.int("Offset").unwrap_or(0));
    let count = cx.int("Count").map_or(usize::MAX, cast::index);
    let label = if path.is_null() {
        let random = cx.rs.platform.random_bytes();
        let id: String = random.iter().take(4).map(|byte| format!("{byte:02X}")).collect();
        format!("{label} <{id}>")
    } else {
        crate::value::text(&path).to_string()
    };
    let end = offset.saturating_add(count).min(bytes.len());
    let part = bytes.get(offset..end).unwrap_or(&[]);
    for (at, row) in part.chunks(ROW).enumerate() {
        cx.rs.check_stop()?;
        // The rows of objects are counted from what is shown of them.
        let first = if path.is_null() { 0 } else { offset };
        let at = at.saturating_mul(ROW).saturating_add(first);
        let item = row_object(at, row, &label, &path);
        cx.write(item)?;
    }
    Ok(())
}

fn row_object(at: usize, row: &[u8], label: &str, path: &Value) -> Value {
    let hex: Vec<String> = row.iter().map(|byte| format!("{byte:02X}")).collect();
    let ascii: String = row
        .iter()
        .map(|byte| match byte {
            0 | b' ' => ' ',
            0x21..=0x7e | 0xa1..=0xff => char::from(*byte),
            _ => '\u{fffd}',
        })
        .collect();
    let hex = hex.join(" ");
    let offset = format!("{at:016X}");
    let shown = format!("{offset}   {hex:<48} {ascii:<16}");
    Opaque::new(
        BYTE_COLLECTION,
        [
            ("Offset", Value::U32(u32::try_from(at).unwrap_or(u32::MAX))),
            ("Offset64", Value::U64(u64::try_from(at).unwrap_or(u64::MAX))),
            ("Bytes", Value::bytes(row.to_vec())),
            ("Path", path.clone()),
            ("HexOffset", offset.into()),
            ("Label", label.into()),
            ("HexBytes", hex.into()),
            ("Ascii", ascii.into()),
        ],
    )
    .displayed(shown)
    .into_value()
}
