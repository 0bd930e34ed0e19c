//! `Write-Information`

use super::{Cmdlet, Cx, Run};
use crate::eval::R;

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Write-Information",
    "WriteInformationCommand",
    "MessageData|Msg|Message object null 0 ! ^
     Tags string[] 1",
    || Box::new(WriteInformation),
)
.examples(
    r#"Write-Information x 6>&1 | ForEach-Object { "$($_.MessageData)" } # a remark with a place of its own
> x"#,
);

struct WriteInformation;

impl Run for WriteInformation {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let data = cx.value("MessageData");
        let tags = cx.strings("Tags");
        if let Some(reserved) = tags.iter().find(|tag| psrpd_dotnet::casing::starts_with(tag, "PS")) {
            let message = format!("Cannot use tag '{reserved}'. The 'PS' prefix is reserved.");
            let id = "PSPrefixReservedInInformationTag";
            let target = crate::value::Value::Str(reserved.clone());
            let exception = "System.InvalidOperationException";
            return Err(cx.fail(exception, id, crate::value::Category::InvalidArgument, message, target));
        }
        if data.type_name() == "System.Management.Automation.InformationRecord" {
            return cx.rs.write_information_record(data);
        }
        cx.rs.write_information(data, &tags, "Write-Information")
    }
}
