//! Calling methods: overloads are ranked by how far the arguments have to be converted.

use psrpd_dotnet::casing;
use smallvec::SmallVec;

use super::{
    Flow, R, Runspace,
    choose::{self, Candidate},
    class, error,
    overloads::Overload,
};
use crate::{
    convert::{self, rank},
    types::{Method, NativeFn, Parameter, Type},
    value::{Body, Reference, Value, count, enumerate, enumerates},
};

impl Runspace {
    /// `object.name(args)`
    pub(crate) fn call_method(&mut self, object: &Value, name: &str, args: &[Value]) -> R<Value> {
        if object.is_null() {
            if ["Where", "ForEach", "PSWhere", "PSForEach"].iter().any(|one| casing::eq(one, name)) && !args.is_empty()
            {
                let nothing = Value::array(Vec::new());
                return Ok(crate::types::intrinsic(self, &nothing, name, args)?.unwrap_or_default());
            }
            return Err(error::invalid("InvokeMethodOnNull", "You cannot call a method on a null-valued expression."));
        }
        if let Value::Type(of) = object.base()
            && let Some(value) = self.call_on_type(of, object, name, args)?
        {
            return Ok(value);
        }
        if let Some(value) = self.find_method(object, name, args)? {
            return Ok(value);
        }
        if let Some(value) = crate::types::intrinsic(self, object, name, args)? {
            return Ok(value);
        }
        if let Some(value) = self.accessor(object, name, args)? {
            return Ok(value);
        }
        if enumerates(object) {
            // What the collection itself has in .NET is not asked of its items.
            if let Some(absent) = object.type_of().and_then(|of| error::absent_member(&of, name, false, true)) {
                return Err(absent);
            }
            let mut results = Vec::new();
            let mut is_called = false;
            for item in enumerate(object).unwrap_or_default() {
                self.check_stop()?;
                if count(&item) == Some(0) {
                    continue;
                }
                is_called = true;
                let value = self.nested(|rs| rs.call_method(&item, name, args))?;
                match enumerate(&value) {
                    Some(items) => results.extend(items),
                    None if matches!(value, Value::AutomationNull) => {}
                    None => results.push(value),
                }
            }
            if is_called {
                return Ok(Value::collected(results));
            }
        }
        Err(error::method_not_found(object, name))
    }

    /// The method behind a property: `get_Length()`, `set_Item(key, value)`.
    fn accessor(&mut self, object: &Value, name: &str, args: &[Value]) -> R<Option<Value>> {
        let split = |prefix: &str| name.get(..4).filter(|have| casing::eq(have, prefix)).and_then(|_| name.get(4..));
        if let Some(property) = split("get_") {
            return match args {
                [] => self.native_property(object, property),
                [index] if ["Item", "Chars"].iter().any(|name| casing::eq(name, property)) => {
                    check_place(object, index).map_err(|flow| error::method_invocation(flow, name, 1))?;
                    self.index(object, index).map(Some)
                }
                _ => Ok(None),
            };
        }
        match (split("set_"), args) {
            (Some(property), [value]) if self.native_property(object, property)?.is_some() => {
                self.set_member(object, property, value.clone())?;
                Ok(Some(Value::AutomationNull))
            }
            (Some(property), [index, value]) if casing::eq(property, "Item") => {
                check_place(object, index).map_err(|flow| error::method_invocation(flow, name, 2))?;
                self.set_index(object, index, value.clone())?;
                Ok(Some(Value::AutomationNull))
            }
            _ => Ok(None),
        }
    }

    fn call_on_type(&mut self, _of: &Type, object: &Value, name: &str, args: &[Value]) -> R<Option<Value>> {
        self.find_method(object, name, args)
    }

    /// Calls a method the value itself has; none if it has none of this name.
    fn find_method(&mut self, object: &Value, name: &str, args: &[Value]) -> R<Option<Value>> {
        let added = self.state.wrapper(object).and_then(|wrapped| wrapped.get(name));
        let added = added.or_else(|| self.state.types.member(object, name));
        match added.map(|member| member.body) {
            Some(Body::ScriptMethod(block)) => return self.call_method_block(&block, object, args).map(Some),
            Some(Body::NativeMethod(call)) => return call(self, object, args).map(Some),
            Some(Body::Note(value))
                if self.as_block(&value).is_some() && object.downcast::<crate::value::Dictionary>().is_none() => {}
            _ => {}
        }
        if let Some(value) = class::call(self, object, name, args)? {
            return Ok(Some(value));
        }
        let Some(of) = object.type_of() else { return Ok(None) };
        let candidates = of.methods(name, false);
        // What every object has needs not stand in the tables beside other overloads of the same name.
        let takes_as_many = |method: &&Method| {
            method.takes_more()
                || method.signature.parameters.len() >= args.len() && {
                    method.signature.parameters.iter().filter(|p| !p.is_optional).count() <= args.len()
                }
        };
        let is_common = crate::types::is_intrinsic(name) && args.len() <= 1;
        if candidates.is_empty() || is_common && !candidates.iter().any(takes_as_many) {
            return Ok(None);
        }
        self.call_best(&of, &candidates, &object.clone().into_base(), name, args).map(Some)
    }

    /// `[type]::name(args)`
    pub(crate) fn call_static(&mut self, of: &Value, name: &str, args: &[Value]) -> R<Value> {
        let of = match of.base() {
            Value::Type(of) => of.clone(),
            Value::Null | Value::AutomationNull => {
                return Err(error::invalid(
                    "InvokeMethodOnNull",
                    "You cannot call a method on a null-valued expression.",
                ));
            }
            other => match other.type_of() {
                Some(of) => of,
                None => return Ok(Value::Null),
            },
        };
        if casing::eq(name, "new") {
            return self.construct(&of, args);
        }
        if let Some(value) = class::call_static(self, &of, name, args)? {
            return Ok(value);
        }
        let candidates = of.methods(name, true);
        if candidates.is_empty() {
            // The method behind a static property.
            if args.is_empty()
                && let Some(property) =
                    name.get(..4).filter(|have| casing::eq(have, "get_")).and_then(|_| name.get(4..))
                && of.property(property, true).is_some()
            {
                return self.get_static(&Value::Type(of), property);
            }
            if let Some(absent) = error::absent_member(&of, name, true, true) {
                return Err(absent);
            }
            let message = format!(
                "Method invocation failed because [{}] does not contain a method named '{name}'.",
                of.full_name()
            );
            return Err(error::invalid("MethodNotFound", message));
        }
        self.call_best(&of, &candidates, &Value::Type(of.clone()), name, args)
    }

    /// Makes an object as `Activator` does, and `New-Object`: without arguments a value type is all zero.
    pub(crate) fn activate(&mut self, of: &Type, args: &[Value]) -> R<Value> {
        if args.is_empty() && of.is_value_type() {
            let zero = convert::default_of(of);
            if !zero.is_null() {
                return Ok(zero);
            }
        }
        self.construct(of, args)
    }

    /// Makes an object: `[type]::new(args)`.
    pub(crate) fn construct(&mut self, of: &Type, args: &[Value]) -> R<Value> {
        if of.class().is_some() {
            return class::construct(self, of, args);
        }
        if let Some(element) = of.element() {
            for (at, length) in args.iter().enumerate() {
                convert::to_i32(self, length).map_err(|flow| {
                    error::method_argument(flow, &at.to_string(), length, &crate::types::int32(), ".ctor")
                })?;
            }
            let made = crate::types::new_array(self, element, args);
            return made.map_err(|flow| error::method_invocation(flow, ".ctor", args.len()));
        }
        if let Some(made) = crate::types::construct_special(self, of, args)? {
            return Ok(made);
        }
        // A copy is made of nothing but one of the kind: converting to it would ask for itself.
        let copies = |method: &Method| matches!(method.signature.parameters.as_slice(), [one] if one.of == of.name());
        let is_one = args.first().and_then(Value::type_of).is_some_and(|have| have.is_assignable_to(of));
        let constructors: Vec<&Method> =
            of.own_members().constructors.iter().filter(|method| is_one || !copies(method)).collect();
        if constructors.is_empty() {
            if of.is_absent() {
                return Err(error::absent_type(of.name()));
            }
            if args.is_empty() && of.is_value_type() {
                return Ok(convert::default_of(of));
            }
            let message = format!("Cannot find an overload for \"new\" and the argument count: \"{}\".", args.len());
            return Err(error::method("MethodCountCouldNotFindBest", message));
        }
        let none = Value::Type(of.clone());
        self.call_best(of, &constructors, &none, ".ctor", args)
    }

    fn call_best(&mut self, of: &Type, candidates: &[&Method], object: &Value, name: &str, args: &[Value]) -> R<Value> {
        let casts = self.overloads.take_casts(args.len());
        let exact = candidates.iter().find(|method| casts.is_empty() && self.fits_exactly(of, method, args));
        let only = match candidates {
            [only] if only.signature.parameters.len() == args.len() && !only.takes_more() && !has_more(of, name) => {
                Some(*only)
            }
            _ => None,
        };
        let (method, expanded) = match (exact, only) {
            (Some(exact), _) => (*exact, false),
            // It says itself which argument does not fit.
            (None, Some(only)) => (only, false),
            (None, None) => self.best_of(of, candidates, name, args, &casts)?,
        };
        // Where there is a choice, it may depend on what the arguments are, not on their types alone.
        let is_exact = exact.is_some();
        let may_take = |method: &&Method| method.signature.parameters.len() >= args.len() || method.takes_more();
        let all_by_type = |method: &Method| {
            let parameters = method.signature.parameters.iter();
            parameters.chain(method.signature.parameters.last().into_iter().cycle()).zip(args).all(
                |(parameter, arg)| {
                    let fits = |of: Option<Type>| of.is_some_and(|of| rank::ranks_by_type(arg, &of));
                    !parameter.is_reference
                        && fits(self.type_of_parameter(of, parameter, false))
                        && (!parameter.is_params || fits(self.type_of_parameter(of, parameter, true)))
                },
            )
        };
        if is_exact
            || candidates.iter().copied().filter(may_take).count() == 1
            || candidates.iter().copied().filter(may_take).all(all_by_type)
        {
            let is_simple = !expanded
                && method.signature.parameters.len() == args.len()
                && method.signature.parameters.iter().all(|parameter| !parameter.is_reference);
            let takes = || {
                let parameters = method.signature.parameters.iter();
                parameters.map(|parameter| self.type_of_parameter(of, parameter, false)).collect::<Option<_>>()
            };
            let takes = if is_simple && !is_exact { takes() } else { None };
            self.overloads.chosen(name, || Overload::new(of, method, expanded, is_exact, takes));
        }
        let converted = self.arguments(of, method, args, expanded, name)?;
        self.call_native((method.call, method.signature.returns), object, name, &converted)
    }

    /// The overload that fits best, and whether arguments become elements of its last parameter.
    fn best_of<'m>(
        &mut self,
        of: &Type,
        methods: &[&'m Method],
        name: &str,
        args: &[Value],
        casts: &[(usize, String)],
    ) -> R<(&'m Method, bool)> {
        let mut candidates = Vec::new();
        for (place, method) in methods.iter().enumerate() {
            candidates.extend(self.candidate(of, method, args).map(|candidate| Candidate { place, ..candidate }));
        }
        self.keep_cast(&mut candidates, casts);
        let best = choose::best(&candidates, args, name)?;
        let found = methods.get(best.place).map(|method| (*method, best.is_expanded));
        found.ok_or_else(|| error::method_not_found(&Value::Type(of.clone()), name))
    }

    /// Where arguments are casts, parameters of those very types are wanted, if there are any.
    pub(super) fn keep_cast(&self, candidates: &mut Vec<Candidate>, casts: &[(usize, String)]) {
        let wanted: Vec<(usize, Type)> =
            casts.iter().filter_map(|(at, name)| self.find_type(name).map(|of| (*at, of))).collect();
        let fits = |candidate: &Candidate| {
            wanted.iter().all(|(at, of)| candidate.takes.get(*at).is_some_and(|(have, _)| have == of))
        };
        if candidates.iter().any(fits) {
            candidates.retain(fits);
        }
    }

    /// Calls a method of the tables.
    pub(super) fn call_native(
        &mut self,
        (call, returns): (NativeFn, &str),
        object: &Value,
        name: &str,
        args: &[Value],
    ) -> R<Value> {
        let room = self.room_for(returns, object, args);
        match room.and_then(|()| call(self, object, args)) {
            Ok(value) => Ok(value),
            Err(Flow::Error(raised))
                // What the method itself raised; the errors of script code that it calls stay what they are.
                if !raised.thrown
                    && raised.record.exception.type_of().is_some_and(|of| *raised.record.id.lock() == *of.name()) =>
            {
                Err(error::method_invocation(Flow::Error(raised), name, args.len()))
            }
            Err(other) => Err(other),
        }
    }

    /// Whether each argument is of the very type of its parameter: then no other overload fits better.
    fn fits_exactly(&self, of: &Type, method: &Method, args: &[Value]) -> bool {
        let parameters = &method.signature.parameters;
        parameters.len() == args.len()
            && parameters.iter().zip(args).all(|(parameter, arg)| {
                !parameter.is_reference
                    && !parameter.is_params
                    && arg.type_of().is_some_and(|have| self.type_of_parameter(of, parameter, false) == Some(have))
            })
    }

    /// How well arguments fit a method; none if they do not.
    fn candidate(&mut self, of: &Type, method: &Method, args: &[Value]) -> Option<Candidate> {
        let parameters = &method.signature.parameters;
        let takes_more = method.takes_more();
        let fixed = if takes_more { parameters.len().saturating_sub(1) } else { parameters.len() };
        let least = parameters.iter().take(fixed).filter(|p| !p.is_optional).count();
        if args.len() < least || (!takes_more && args.len() > parameters.len()) {
            return None;
        }
        let mut takes = Vec::with_capacity(args.len());
        let mut is_expanded = takes_more && args.len() != parameters.len();
        for (at, arg) in args.iter().enumerate() {
            let parameter = if at < fixed { parameters.get(at) } else { parameters.last() }?;
            if parameter.is_reference {
                arg.downcast::<Reference>()?;
                takes.push((crate::types::object(), rank::IDENTITY));
                continue;
            }
            let of_it = |rs: &mut Self, element: bool| {
                let wanted = rs.type_of_parameter(of, parameter, element)?;
                let rank = rank::rank(rs, arg, &wanted);
                (rank != rank::NONE).then_some((wanted, rank))
            };
            let taken = if at < fixed {
                of_it(self, false)
            } else if is_expanded {
                of_it(self, true)
            } else {
                // The last argument is the array, or its only element, whatever fits better.
                let (whole, element) = (of_it(self, false), of_it(self, true));
                let rank = |taken: &Option<(Type, rank::Rank)>| taken.as_ref().map_or(rank::NONE, |(_, rank)| *rank);
                is_expanded = rank(&element) > rank(&whole);
                if is_expanded { element } else { whole }
            };
            takes.push(taken?);
        }
        Some(Candidate { place: 0, takes, parameters: parameters.len(), is_expanded })
    }

    /// The type of a parameter, or of one of its elements.
    fn type_of_parameter(&self, of: &Type, parameter: &Parameter, element: bool) -> Option<Type> {
        if !of.arguments().is_empty() {
            return self.parameter_type(of, parameter.of, element);
        }
        let fixed = parameter.fixed.get(usize::from(element))?;
        if let Some(known) = fixed.get() {
            return Some(known.clone());
        }
        let found = self.parameter_type(of, parameter.of, element)?;
        Some(fixed.get_or_init(|| found).clone())
    }

    /// The type of a parameter as a signature writes it, `T` of generics replaced.
    pub(crate) fn parameter_type(&self, of: &Type, name: &str, element: bool) -> Option<Type> {
        let name = if element { name.strip_suffix("[]").unwrap_or(name) } else { name };
        // A class of a script has those of the type it is derived from.
        let of = of.ancestry().find(|of| !of.arguments().is_empty()).unwrap_or(of);
        let argument = |at: usize| of.arguments().get(at).cloned();
        match name {
            "T" | "TKey" => argument(0),
            "TValue" => argument(1),
            "T1" | "T2" | "T3" | "T4" | "T5" | "T6" | "T7" => {
                name.get(1..).and_then(|at| at.parse::<usize>().ok()).and_then(|at| argument(at.saturating_sub(1)))
            }
            "T[]" => argument(0).map(|of| crate::types::array_of(&of, 1)),
            _ => crate::types::find(name).or_else(|| {
                // A generic type over the arguments of this one: `System.Predicate[T]`.
                let (base, brackets) = crate::types::parse_name(name)?;
                let arguments = brackets.arguments?;
                let list: Vec<Type> =
                    arguments.iter().map(|name| self.parameter_type(of, name, false)).collect::<Option<_>>()?;
                crate::types::generic(&format!("{base}`{}", list.len()), list)
            }),
        }
        .or_else(|| Some(crate::types::object()))
    }

    pub(super) fn arguments(
        &mut self,
        of: &Type,
        method: &Method,
        args: &[Value],
        expanded: bool,
        name: &str,
    ) -> R<SmallVec<[Value; 4]>> {
        let parameters = &method.signature.parameters;
        let fixed = if expanded { parameters.len().saturating_sub(1) } else { parameters.len() };
        let mut converted: SmallVec<[Value; 4]> = SmallVec::with_capacity(args.len());
        for (at, arg) in args.iter().enumerate() {
            let Some(parameter) = (if at < fixed { parameters.get(at) } else { parameters.last() }) else { break };
            if parameter.is_reference {
                self.check_reference(of, parameter, arg, name, args.len())?;
                converted.push(arg.clone());
                continue;
            }
            let Some(wanted) = self.type_of_parameter(of, parameter, expanded && at >= fixed) else { continue };
            if arg.is_null() && !wanted.is_value_type() && wanted != crate::types::string() {
                converted.push(Value::Null);
                continue;
            }
            match convert::convert(self, arg, &wanted) {
                Ok(value) if wanted.is_value_type() => converted.push(value.into_base()),
                Ok(value) => converted.push(value),
                Err(flow) => {
                    // The parameters of operators have no names that a script would know.
                    let place = at.to_string();
                    let parameter = if name.starts_with("op_") { place.as_str() } else { parameter.name };
                    return Err(error::method_argument(flow, parameter, arg, &wanted, name));
                }
            }
        }
        // An array in the place of all of them: methods get its elements, as if they had been given one by one.
        if method.takes_more() && !expanded && converted.len() == parameters.len() {
            let elements = converted.last().and_then(Value::as_array).map(|array| array.items());
            if let Some(elements) = elements {
                converted.pop();
                converted.extend(elements);
            }
        }
        Ok(converted)
    }
}

impl Runspace {
    /// What a reference holds has to become the type of the parameter, though the method only writes it.
    fn check_reference(&mut self, of: &Type, parameter: &Parameter, arg: &Value, name: &str, count: usize) -> R<()> {
        let held = arg.downcast::<Reference>().map(Reference::get).unwrap_or_default();
        let Some(wanted) = self.type_of_parameter(of, parameter, false) else { return Ok(()) };
        match convert::convert(self, &held, &wanted) {
            Ok(_) => Ok(()),
            Err(Flow::Error(_)) if held.is_null() => Err(error::no_overload(name, count)),
            Err(flow) => Err(error::method_invocation(flow, name, count)),
        }
    }
}

/// Whether .NET has more overloads of a method than its class shows: those of the interfaces of collections.
fn has_more(of: &Type, name: &str) -> bool {
    let of_interfaces = ["Add", "Insert", "Remove", "Contains", "IndexOf", "CopyTo"];
    !of.arguments().is_empty()
        && of_interfaces.iter().any(|one| casing::eq(one, name))
        && ["List", "Dictionary", "HashSet", "SortedSet", "Collection", "SortedDictionary", "LinkedList"]
            .iter()
            .any(|kind| of.is_kind(kind))
}

/// The methods behind the items of lists take no places that the lists do not have; brackets do.
fn check_place(object: &Value, index: &Value) -> R<()> {
    let (Some(list), Some(at)) = (object.downcast::<crate::value::List>(), index.as_i128()) else { return Ok(()) };
    match usize::try_from(at).is_ok_and(|at| at < list.len()) {
        true => Ok(()),
        false => Err(error::argument(
            "System.ArgumentOutOfRangeException",
            "Index was out of range. Must be non-negative and less than the size of the collection.",
            "index",
        )),
    }
}
