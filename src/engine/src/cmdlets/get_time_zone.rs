//! `Get-TimeZone`

use super::{Cmdlet, Cx, MANAGEMENT, Run};
use crate::{
    eval::R,
    ops::patterns,
    platform::Zone,
    types,
    value::{Category, ErrorRecord, Exception, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Get-TimeZone",
    "GetTimeZoneCommand",
    "Id string[] @Id(! ~)
     ListAvailable @ListAvailable(!)
     Name string[] @Name(0 ^)",
    || Box::new(GetTimeZone),
)
.examples(
    r#"(Get-TimeZone -Id UTC).Id # a time zone by name
> UTC"#,
)
.in_module(MANAGEMENT)
.default_set("Name");

struct GetTimeZone;

impl Run for GetTimeZone {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if cx.flag("ListAvailable") {
            for id in cx.rs.platform.zone_ids() {
                if let Some(zone) = cx.rs.platform.zone(Some(&id)) {
                    cx.write(types::time_zone(&zone))?;
                }
            }
            return Ok(());
        }
        let (parameter, word) = if cx.bound.get("Id").is_some() { ("Id", "ID") } else { ("Name", "name") };
        if cx.bound.get(parameter).is_none() {
            let Some(zone) = cx.rs.platform.zone(None) else { return Ok(()) };
            return cx.write(types::time_zone(&zone));
        }
        for wanted in cx.strings(parameter) {
            let found = match parameter {
                "Id" => cx.rs.platform.zone(Some(&wanted)).into_iter().collect(),
                _ => named(cx, &wanted)?,
            };
            match found.as_slice() {
                [_, ..] => found.iter().try_for_each(|zone| cx.write(types::time_zone(zone)))?,
                [] => {
                    let message = format!("The time zone {word} '{wanted}' was not found on the local computer.");
                    let inner = match parameter {
                        "Id" => Value::object(missing(cx, &wanted)),
                        _ => Value::Null,
                    };
                    let of = types::known("System.TimeZoneNotFoundException");
                    let exception = Value::object(Exception::of(of, message.into(), inner));
                    let id = cx.id("TimeZoneNotFound");
                    let record = ErrorRecord::new(exception, id, Category::InvalidArgument, parameter.into());
                    *record.activity.lock() = cx.cmdlet.name.into();
                    cx.rs.write_error(record)?;
                }
            }
        }
        Ok(())
    }
}

/// Why a zone is not there: the file of its data is not, or not even the folder.
fn missing(cx: &Cx<'_>, id: &str) -> Exception {
    let file = format!("/usr/share/zoneinfo/{id}");
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    match cx.rs.platform.stat(folder) {
        Ok(_) => Exception::new("System.IO.FileNotFoundException", format!("Could not find file '{file}'.")),
        Err(_) => {
            let message = format!("Could not find a part of the path '{file}'.");
            Exception::new("System.IO.DirectoryNotFoundException", message)
        }
    }
}

/// Zones by a pattern of their standard or daylight names.
fn named(cx: &Cx<'_>, name: &str) -> R<Vec<Zone>> {
    let pattern = patterns::wildcard(name, true)?;
    let ids = cx.rs.platform.zone_ids();
    let zones = ids.iter().filter_map(|id| cx.rs.platform.zone(Some(id)));
    Ok(zones.filter(|zone| pattern.is_match(&zone.standard) || pattern.is_match(&zone.daylight)).collect())
}
