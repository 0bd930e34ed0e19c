//! `ConvertFrom-StringData`

use psrpd_dotnet::{Str, unescape::unescape};

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::R,
    value::{Category, Dictionary, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "ConvertFrom-StringData",
    "ConvertFromStringDataCommand",
    "StringData string 0 ! ^ empty
     Delimiter char 1",
    || Box::new(ConvertFromStringData),
)
.examples(
    r#"(ConvertFrom-StringData 'name = value').name # lines of names and values
> value"#,
);

struct ConvertFromStringData;

impl Run for ConvertFromStringData {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let data = cx.string("StringData").unwrap_or_default();
        let delimiter = match cx.get("Delimiter") {
            Some(Value::Char(unit)) => char::from_u32(unit.into()).unwrap_or('='),
            _ => '=',
        };
        let table = Dictionary::hashtable();
        for line in data.split('\n') {
            let shown = line.trim();
            if shown.is_empty() || shown.starts_with('#') {
                continue;
            }
            let complain = |cx: &Cx<'_>, message: String| {
                let exception = "System.Management.Automation.PSInvalidOperationException";
                Err(cx.fail(exception, "InvalidOperation", Category::InvalidOperation, message, Value::Null))
            };
            let entry = shown.split_once(delimiter).filter(|(name, _)| !name.trim().is_empty());
            let Some((name, value)) = entry else {
                return complain(cx, format!("Data line '{shown}' is not in 'name=value' format. "));
            };
            let name: Str = name.trim().into();
            let value = match unescape(value.trim()) {
                Ok(value) => value,
                Err(reason) => {
                    let exception = "System.Text.RegularExpressions.RegexParseException";
                    return Err(cx.fail(exception, exception, Category::NotSpecified, reason, Value::Null));
                }
            };
            if !table.add(Value::Str(name.clone()), Value::Str(value)) {
                return complain(cx, format!("Data item '{name}' in line '{shown}' is already defined. "));
            }
        }
        cx.write(Value::object(table))
    }
}
