//! `New-Guid`

use psrpd_dotnet::Guid;

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::R,
    value::{Category, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "New-Guid",
    "NewGuidCommand",
    "Empty @Empty
     InputObject string @InputObject(0 ^)",
    || Box::new(NewGuid),
)
.examples(
    r#"New-Guid -Empty | ForEach-Object ToString # an id
> 00000000-0000-0000-0000-000000000000"#,
)
.default_set("Default");

struct NewGuid;

/// A random GUID of version 4.
pub(crate) fn random(mut bytes: [u8; 16]) -> Guid {
    if let Some(version) = bytes.get_mut(6) {
        *version = *version & 0x0f | 0x40;
    }
    if let Some(variant) = bytes.get_mut(8) {
        *variant = *variant & 0x3f | 0x80;
    }
    Guid(bytes)
}

impl Run for NewGuid {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if let Some(text) = cx.string("InputObject") {
            return match Guid::parse(&text) {
                Some(guid) => cx.write(guid.into()),
                None => {
                    cx.error(
                        "System.FormatException",
                        "StringNotRecognizedAsGuid",
                        Category::InvalidArgument,
                        "Unrecognized Guid format.",
                        Value::Null,
                    )?;
                    cx.write(Value::Null)
                }
            };
        }
        let guid = if cx.flag("Empty") { Guid::default() } else { random(cx.rs.platform.random_bytes()) };
        cx.write(guid.into())
    }
}
