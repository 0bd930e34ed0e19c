//! `Get-Culture`, `Get-UICulture`

use super::{Cmdlet, Cx, Run};
use crate::{
    convert,
    eval::{Flow, R},
    types,
    value::{Category, Value},
};

pub(super) static CULTURE: Cmdlet = Cmdlet::new(
    "Get-Culture",
    "GetCultureCommand",
    "Name string[] cultures() notnull @Name(0 ^)
     NoUserOverrides @CurrentCulture @Name
     ListAvailable @ListAvailable",
    || Box::new(GetCulture { property: "CurrentCulture" }),
)
.examples(
    r#"(Get-Culture -Name '').Name -eq '' # rules for numbers and dates
> True"#,
)
.default_set("CurrentCulture");
pub(super) static UI: Cmdlet =
    Cmdlet::new("Get-UICulture", "GetUICultureCommand", "", || Box::new(GetCulture { property: "CurrentUICulture" }))
        .examples(
            r#"(Get-UICulture).GetType().Name # the language of messages
> CultureInfo"#,
        );

struct GetCulture {
    property: &'static str,
}

impl Run for GetCulture {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if cx.flag("ListAvailable") {
            return types::culture::all().try_for_each(|culture| cx.write(culture));
        }
        let of = types::known("System.Globalization.CultureInfo");
        if cx.bound.get("Name").is_none() {
            let culture = cx.rs.get_static(&Value::Type(of), self.property)?;
            return cx.write(culture);
        }
        for name in cx.strings("Name") {
            match convert::convert(cx.rs, &Value::Str(name.clone()), &of) {
                Ok(culture) => cx.write(types::culture::fixed(culture))?,
                Err(Flow::Error(raised)) => {
                    let reason = raised.record.message();
                    let exception = "System.Globalization.CultureNotFoundException";
                    cx.error(exception, "ItemNotFoundException", Category::ObjectNotFound, reason, Value::Str(name))?;
                }
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }
}
