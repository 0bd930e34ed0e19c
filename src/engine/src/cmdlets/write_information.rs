//! `Write-Information`

use super::{Cmdlet, Cx, Run};
use crate::eval::R;

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Write-Information",
    "WriteInformationCommand",
    "MessageData|Msg|Message object 0 ! ^ null empty
     Tags string[] 1",
    || Box::new(WriteInformation),
);

struct WriteInformation;

impl Run for WriteInformation {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let data = cx.value("MessageData");
        let tags = cx.strings("Tags");
        cx.rs.write_information(data, &tags, "Write-Information")
    }
}
