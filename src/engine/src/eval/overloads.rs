//! The overloads that calls have chosen: a call that is made again with the same types needs not choose again.

use std::sync::Arc;

use psrpd_dotnet::Str;
use smallvec::SmallVec;

use super::{R, Runspace, expr::Arguments};
use crate::{
    convert,
    ir::{Expr, ExprKind},
    types::{Method, NativeFn, Type},
    value::Value,
};

/// How many calls are remembered at first and at most: powers of two.
const FEW_CALLS: usize = 16;
const MAX_CALLS: usize = 1_024;
/// Calls with more arguments are not.
const MAX_ARGUMENTS: usize = 4;

/// What an overload is chosen by, beside the name: whether it is static, the type of the object and those of the arguments.
#[derive(Clone, Copy)]
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
    /// The types that it takes, one for each argument; none where that is not as simple.
    takes: Option<SmallVec<[Type; 1]>>,
}

impl Overload {
    pub(super) fn new(
        of: &Type,
        method: &Method,
        expanded: bool,
        exact: bool,
        takes: Option<SmallVec<[Type; 1]>>,
    ) -> Option<Self> {
        let found = of.ancestry().find_map(|of| {
            let place = of.own_members().methods.iter().position(|have| std::ptr::eq(have, method))?;
            Some((of.clone(), place))
        });
        let call = (method.call, method.signature.returns);
        found.map(|(declaring, place)| Self { of: of.clone(), declaring, place, call, expanded, exact, takes })
    }

    /// The arguments as it takes them, as far as nothing but a look at them is needed to tell.
    #[inline]
    fn simple(&self, args: &[Value], simple: &mut Arguments) {
        for (arg, of) in args.iter().zip(self.takes.iter().flatten()) {
            match convert::simple(arg, of) {
                Some(value) => simple.push(value),
                None => return,
            }
        }
    }
}

/// A call that was made.
struct Call {
    site: usize,
    name: Str,
    kinds: Kinds,
    overload: Arc<Overload>,
}

/// The calls that were made, by where they stand.
#[derive(Default)]
pub(crate) struct Overloads {
    /// A call is at one place or not at all: it is made again sooner than looked for elsewhere.
    calls: Vec<Option<Call>>,
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
        if let Some(overload) = overload() {
            self.remember(Call { site, name, kinds, overload: Arc::new(overload) });
        }
    }

    /// Where a call is.
    #[inline]
    fn place(&self, site: usize, first: u64) -> usize {
        const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
        let site = u64::try_from(site).unwrap_or(0);
        let spread = (site ^ first.rotate_left(16)).wrapping_mul(SPREAD) >> 40;
        usize::try_from(spread).unwrap_or(0) & self.calls.len().saturating_sub(1)
    }

    fn remember(&mut self, call: Call) {
        if self.calls.is_empty() {
            self.calls.resize_with(FEW_CALLS, || None);
        }
        let is_taken = |slot: &Option<Call>| slot.as_ref().is_some_and(|have| have.site != call.site);
        if self.calls.len() < MAX_CALLS
            && self.calls.get(self.place(call.site, call.kinds.first())).is_some_and(is_taken)
        {
            let more = self.calls.len().saturating_mul(2);
            let before = std::mem::take(&mut self.calls);
            self.calls.resize_with(more, || None);
            for call in before.into_iter().flatten() {
                self.put(call);
            }
        }
        self.put(call);
    }

    fn put(&mut self, call: Call) {
        let at = self.place(call.site, call.kinds.first());
        if let Some(slot) = self.calls.get_mut(at) {
            *slot = Some(call);
        }
    }

    /// What was chosen when the call was made before. Nothing is put together to be compared: it would have to be read
    /// before it is written.
    #[inline]
    fn known(
        &self,
        site: usize,
        name: &Str,
        (object, is_static): (u64, bool),
        args: &[Value],
    ) -> Option<&Arc<Overload>> {
        let first = args.first().map_or(Some(0), kind)?;
        let call = self.calls.get(self.place(site, first))?.as_ref()?;
        let have = &call.kinds;
        let is_same = call.site == site
            && have.object == object
            && have.count == args.len()
            && have.is_static == is_static
            && have.first() == first
            && args.iter().zip(&have.args).skip(1).all(|(arg, have)| kind(arg) == Some(*have))
            && call.name == *name;
        is_same.then_some(&call.overload)
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
        let object = self.kind_of_object(object, is_static)?;
        let mut kinds = [0; MAX_ARGUMENTS];
        if args.len() > kinds.len() {
            return None;
        }
        for (slot, arg) in kinds.iter_mut().zip(args) {
            *slot = kind(arg)?;
        }
        Some(Kinds { is_static, object, args: kinds, count: args.len() })
    }

    #[inline]
    fn kind_of_object(&self, object: &Value, is_static: bool) -> Option<u64> {
        if self.state.types.is_changed() {
            return None;
        }
        match object {
            Value::Type(of) if is_static => of.class().is_none().then(|| of.identity()),
            Value::Object(_) if is_static || !self.state.extended.is_empty() => None,
            _ if is_static => None,
            object => kind(object),
        }
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
        if let Some(kind) = self.kind_of_object(object, is_static) {
            let known = if is_static { &Value::Null } else { object };
            if let Some(result) = self.call_again(site, known, name, args, (kind, is_static)) {
                return result;
            }
        }
        self.call_anew(site, object, name, args, written, is_static)
    }

    /// As [`Self::call_at`], for a method of a type.
    pub(super) fn call_static_at(
        &mut self,
        site: usize,
        of: &Type,
        name: &Str,
        args: &[Value],
        written: &[Expr],
    ) -> R<Value> {
        if !self.state.types.is_changed()
            && of.class().is_none()
            && let Some(result) = self.call_again(site, &Value::Null, name, args, (of.identity(), true))
        {
            return result;
        }
        self.call_anew(site, &Value::Type(of.clone()), name, args, written, true)
    }

    /// Makes a call that was made before; none if it was not.
    #[inline]
    fn call_again(
        &mut self,
        site: usize,
        object: &Value,
        name: &Str,
        args: &[Value],
        kind: (u64, bool),
    ) -> Option<R<Value>> {
        let overload = self.overloads.known(site, name, kind, args)?;
        let call = overload.call;
        if overload.exact {
            return Some(self.call_native(call, object, name, args));
        }
        let mut simple = Arguments::new();
        overload.simple(args, &mut simple);
        if simple.len() == args.len() && overload.takes.is_some() {
            return Some(self.call_native(call, object, name, &simple));
        }
        let overload = overload.clone();
        let method = overload.declaring.own_members().methods.get(overload.place)?;
        let converted = self.arguments(&overload.of, method, args, overload.expanded, name);
        Some(converted.and_then(|converted| self.call_native(call, object, name, &converted)))
    }

    /// Makes a call whose overload is still to be chosen.
    #[inline(never)]
    fn call_anew(
        &mut self,
        site: usize,
        object: &Value,
        name: &Str,
        args: &[Value],
        written: &[Expr],
        is_static: bool,
    ) -> R<Value> {
        let kinds = self.kinds_of(object, args, is_static);
        self.overloads.casts = casts_of(written);
        self.overloads.pending = kinds.map(|kinds| (site, name.clone(), kinds));
        let result =
            if is_static { self.call_static(object, name, args) } else { self.call_method(object, name, args) };
        self.overloads.pending = None;
        self.overloads.casts.clear();
        result
    }
}
