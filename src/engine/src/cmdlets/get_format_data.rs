//! `Get-FormatData`

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::R,
    format::{
        definition,
        view::{Kind, View},
    },
    ops::patterns,
    value::Version,
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Get-FormatData",
    "GetFormatDataCommand",
    "TypeName string[] notempty 0
     PowerShellVersion version",
    || Box::new(GetFormatData),
)
.examples(
    r#"@(Get-FormatData No.Such.Type).Count # how a type is shown
> 0"#,
);

/// Older clients know neither views for several types nor free text.
const FIRST_WITH_FREE_TEXT: Version = Version([5, 0, 11086, 0]);

struct GetFormatData;

impl Run for GetFormatData {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let names = cx.strings("TypeName");
        let mut wanted = Vec::new();
        for name in if names.is_empty() { vec!["*".into()] } else { names } {
            wanted.push(patterns::wildcard(&name, true)?);
        }
        let version = cx.get("PowerShellVersion").and_then(|version| version.downcast::<Version>().copied());
        let is_old = version.is_none_or(|version| version < FIRST_WITH_FREE_TEXT);
        let mut groups: Vec<(&'static [&'static str], Vec<&'static View>)> = Vec::new();
        let views: Vec<&View> = cx.rs.state.formatting.views().collect();
        for view in views.into_iter().filter(|view| !is_old || view.kind() != Kind::Custom && !view.out_of_band) {
            let parts: Vec<&'static [&'static str]> =
                if is_old { view.types.chunks(1).collect() } else { vec![view.types] };
            for types in parts {
                match groups.iter_mut().find(|(have, _)| *have == types) {
                    Some((_, views)) => views.push(view),
                    None => groups.push((types, vec![view])),
                }
            }
        }
        for (types, views) in groups {
            if types.iter().any(|name| wanted.iter().any(|pattern| pattern.is_match(name))) {
                let value = definition::type_definition(cx.rs, types, &views);
                cx.write(value)?;
            }
        }
        Ok(())
    }
}
