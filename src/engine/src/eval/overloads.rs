//! The overloads that calls have chosen: a call that is made again with the same types needs not choose again.

use std::sync::Arc;

use hashbrown::HashMap;
use psrpd_dotnet::Str;

use super::{R, Runspace};
use crate::{
    ir::{Expr, ExprKind},
    types::{Method, NativeFn, Type},
    value::Value,
};

/// How many calls are remembered.
const MAX_CALLS: usize = 1_024;
/// Calls with more arguments are not.
const MAX_ARGUMENTS: usize = 4;

/// What an overload is chosen by, beside the name: whether it is static, the type of the object and those of the arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds {
    is_static: bool,
    object: u64,
    args: [u64; MAX_ARGUMENTS],
    count: usize,
}

impl Kinds {
    /// That of the first argument, which most often makes the difference where a call is not always the same.
    fn first(&self) -> u64 {
        let [first, ..] = self.args;
        first
    }
}

/// An overload and how the arguments go into it.
pub(super) struct Overload {
    /// The type of the object.
    of: Type,
    /// The type that has it among its own members, and its place there.
    declaring: Type,
    place: usize,
    /// What runs, and the type of what that gives.
    call: (NativeFn, &'static str),
    expanded: bool,
    /// Whether the arguments are what it takes, as they are.
    exact: bool,
}

impl Overload {
    pub(super) fn new(of: &Type, method: &Method, expanded: bool, exact: bool) -> Option<Self> {
        let found = of.ancestry().find_map(|of| {
            let place = of.own_members().methods.iter().position(|have| std::ptr::eq(have, method))?;
            Some((of.clone(), place))
        });
        let call = (method.call, method.signature.returns);
        found.map(|(declaring, place)| Self { of: of.clone(), declaring, place, call, expanded, exact })
    }
}

/// A call that was made.
struct Call {
    name: Str,
    kinds: Kinds,
    overload: Arc<Overload>,
}

/// The calls that were made, by where they stand.
#[derive(Default)]
pub(crate) struct Overloads {
    calls: HashMap<(usize, u64), Call>,
    /// The call that is being made, until its overload is chosen.
    pending: Option<(usize, Str, Kinds)>,
    /// The arguments of that call that are casts, with the types they are cast to.
    casts: Vec<(usize, String)>,
}

impl Overloads {
    /// The casts among the arguments of the call that is being made.
    pub(super) fn take_casts(&mut self, count: usize) -> Vec<(usize, String)> {
        let casts = std::mem::take(&mut self.casts);
        if casts.iter().all(|(at, _)| *at < count) { casts } else { Vec::new() }
    }

    /// Remembers what has been chosen for the call that is being made: by its types alone.
    pub(super) fn chosen(&mut self, name: &str, overload: impl FnOnce() -> Option<Overload>) {
        let Some((site, name, kinds)) = self.pending.take().filter(|(_, own, _)| own.as_str() == name) else { return };
        if self.calls.len() >= MAX_CALLS {
            self.calls.clear();
        }
        if let Some(overload) = overload() {
            self.calls.insert((site, kinds.first()), Call { name, kinds, overload: Arc::new(overload) });
        }
    }

    /// What was chosen when the call was made before.
    #[inline]
    fn known(&self, site: usize, name: &Str, kinds: &Kinds) -> Option<&Arc<Overload>> {
        let call = self.calls.get(&(site, kinds.first()))?;
        (call.kinds == *kinds && call.name == *name).then_some(&call.overload)
    }
}

/// The arguments that are casts, with the types they are cast to.
fn casts_of(args: &[Expr]) -> Vec<(usize, String)> {
    let casts = args.iter().enumerate().filter_map(|(at, arg)| match &arg.kind {
        ExprKind::Cast { of, .. } => Some((at, of.text.clone())),
        _ => None,
    });
    casts.collect()
}

/// A number for the type of a value; none where members may be its own.
fn kind(value: &Value) -> Option<u64> {
    Some(match value {
        Value::Null => 1,
        Value::Bool(_) => 2,
        Value::Char(_) => 3,
        Value::I32(_) => 4,
        Value::I64(_) => 5,
        Value::F64(_) => 6,
        Value::Str(_) => 7,
        Value::DateTime(_) => 8,
        Value::TimeSpan(_) => 9,
        Value::Decimal(_) => 10,
        Value::Guid(_) => 11,
        Value::U8(_) => 12,
        Value::Enum(of, _) if of.class().is_none() => of.identity(),
        Value::Object(object) => {
            if let Some(of) = object.own_type() {
                return Some(of.identity());
            }
            let of = object.type_of();
            if of.class().is_some() || value.downcast::<crate::value::Reference>().is_some() {
                return None;
            }
            of.identity()
        }
        _ => return None,
    })
}

impl Runspace {
    /// What the overload of a call is chosen by; none where it may depend on more.
    fn kinds_of(&self, object: &Value, args: &[Value], is_static: bool) -> Option<Kinds> {
        if self.state.types.is_changed() || args.len() > MAX_ARGUMENTS {
            return None;
        }
        let object = match object {
            Value::Type(of) if is_static && of.class().is_none() => of.identity(),
            Value::Object(_) if is_static || !self.state.extended.is_empty() => return None,
            _ if is_static => return None,
            object => kind(object)?,
        };
        let mut kinds = [0; MAX_ARGUMENTS];
        for (slot, arg) in kinds.iter_mut().zip(args) {
            *slot = kind(arg)?;
        }
        Some(Kinds { is_static, object, args: kinds, count: args.len() })
    }

    /// `object.name(args)` or `[type]::name(args)`, as it stands in a script.
    pub(super) fn call_at(
        &mut self,
        site: usize,
        object: &Value,
        name: &Str,
        args: &[Value],
        written: &[Expr],
        is_static: bool,
    ) -> R<Value> {
        let kinds = self.kinds_of(object, args, is_static);
        if let Some(kinds) = &kinds
            && let Some(overload) = self.overloads.known(site, name, kinds)
        {
            let (object, call) = (if is_static { &Value::Null } else { object }, overload.call);
            if overload.exact {
                return self.call_native(call, object, name, args);
            }
            let overload = overload.clone();
            if let Some(method) = overload.declaring.own_members().methods.get(overload.place) {
                let converted = self.arguments(&overload.of, method, args, overload.expanded, name)?;
                return self.call_native(call, object, name, &converted);
            }
        }
        self.overloads.casts = casts_of(written);
        self.overloads.pending = kinds.map(|kinds| (site, name.clone(), kinds));
        let result =
            if is_static { self.call_static(object, name, args) } else { self.call_method(object, name, args) };
        self.overloads.pending = None;
        self.overloads.casts.clear();
        result
    }
}
