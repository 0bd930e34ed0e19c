//! `[CmdletBinding(SupportsPaging)]`: three more parameters, which become no variables.

use std::sync::Arc;

use super::{Bound, Param, ParamSet};
use crate::{
    types,
    value::{Opaque, Value},
};

/// `-IncludeTotalCount`, `-Skip` and `-First`.
pub(crate) fn params() -> impl Iterator<Item = Param> {
    let number = || types::known("System.UInt64");
    let all = [("IncludeTotalCount", types::switch_parameter()), ("Skip", number()), ("First", number())];
    all.into_iter().map(|(name, of)| Param { sets: vec![ParamSet::default()], ..Param::new(name.into(), of) })
}

/// The parameters of a function, and these.
pub(super) fn with(params: &Arc<[Param]>) -> Arc<[Param]> {
    params.iter().cloned().chain(self::params()).collect()
}

/// `$PSCmdlet.PagingParameters`
pub(super) fn object(bound: &Bound) -> Value {
    let number = |name: &str, otherwise| bound.get(name).cloned().unwrap_or(Value::U64(otherwise));
    let total = bound.get("IncludeTotalCount").cloned().unwrap_or_else(|| types::switch(false));
    let properties = [("IncludeTotalCount", total), ("Skip", number("Skip", 0)), ("First", number("First", u64::MAX))];
    Opaque::new("System.Management.Automation.PagingParameters", properties).into_value()
}
