//! `Measure-Command`

use psrpd_dotnet::TimeSpan;

use super::{Cmdlet, Cx, Run};
use crate::{
    eval::{Discard, Inline, R},
    value::Value,
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Measure-Command",
    "MeasureCommandCommand",
    "InputObject psobject ^
     Expression scriptblock 0 !",
    || Box::new(MeasureCommand::default()),
)
.examples(
    r#"(Measure-Command { 1 }).GetType().Name # how long a script takes
> TimeSpan"#,
);

#[derive(Default)]
struct MeasureCommand {
    ticks: i64,
}

impl Run for MeasureCommand {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let block = cx.value("Expression");
        let Some(block) = cx.rs.as_block(&block) else { return Ok(()) };
        let start = cx.rs.platform.now();
        let input = cx.get("InputObject").unwrap_or(Value::Null);
        let saved = cx.rs.take_underscore();
        cx.rs.set_underscore(input);
        let result = cx.rs.run_for_cmdlet(&block, &mut Inline::default(), None, &mut Discard);
        cx.rs.restore_underscore(saved);
        self.ticks = self.ticks.saturating_add(cx.rs.platform.now().saturating_sub(start));
        result
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        cx.write(TimeSpan(self.ticks).into())
    }
}
