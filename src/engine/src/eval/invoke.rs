//! Calling methods: overloads are ranked by how far the arguments have to be converted.

use psrpd_dotnet::casing;

use super::{Flow, R, Runspace, class, error, overloads::Overload};
use crate::{
    convert,
    types::{Method, Parameter, Type},
    value::{Body, Reference, Value, enumerate, enumerates},
};

impl Runspace {
    /// `object.name(args)`
    pub(crate) fn call_method(&mut self, object: &Value, name: &str, args: &[Value]) -> R<Value> {
        if object.is_null() {
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
            for item in enumerate(object).unwrap_or_default() {
                if item.is_null() {
                    continue;
                }
                let value = self.nested(|rs| rs.call_method(&item, name, args))?;
                match enumerate(&value) {
                    Some(items) => results.extend(items),
                    None if matches!(value, Value::AutomationNull) => {}
                    None => results.push(value),
                }
            }
            return Ok(Value::collected(results));
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
        let candidates = methods_of(&of, name, false);
        if candidates.is_empty() {
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
        let candidates = methods_of(&of, name, true);
        if candidates.is_empty() {
            // The method behind a static property.
            if args.is_empty()
                && let Some(property) =
                    name.get(..4).filter(|have| casing::eq(have, "get_")).and_then(|_| name.get(4..))
                && of
                    .ancestry()
                    .any(|of| of.own_members().properties.iter().any(|p| p.is_static && casing::eq(p.name, property)))
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

    /// Makes an object: `[type]::new(args)`, `New-Object`.
    pub(crate) fn construct(&mut self, of: &Type, args: &[Value]) -> R<Value> {
        if of.class().is_some() {
            return class::construct(self, of, args);
        }
        if let Some(element) = of.element() {
            return crate::types::new_array(self, element, args);
        }
        if let Some(made) = crate::types::construct_special(self, of, args)? {
            return Ok(made);
        }
        let constructors: Vec<&Method> = of.own_members().constructors.iter().collect();
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
        let exact = candidates.iter().find(|method| self.fits_exactly(of, method, args));
        let mut best: Option<(i32, &Method, bool)> = exact.map(|method| (0, *method, false));
        for method in candidates {
            if exact.is_some() {
                break;
            }
            for expanded in [false, true] {
                let Some(score) = self.rank(of, method, args, expanded) else { continue };
                if best.as_ref().is_none_or(|(have, ..)| score < *have) {
                    best = Some((score, method, expanded));
                }
            }
        }
        let Some((_, method, expanded)) = best else {
            let by_count: Vec<&&Method> =
                candidates.iter().filter(|m| m.signature.parameters.len() == args.len()).collect();
            let shown = if name == ".ctor" { "new" } else { name };
            if let [only] = by_count.as_slice() {
                // The one overload that fits says which argument does not.
                let only = **only;
                self.arguments(of, only, args, false, name)?;
            }
            let message =
                format!("Cannot find an overload for \"{shown}\" and the argument count: \"{}\".", args.len());
            return Err(error::method("MethodCountCouldNotFindBest", message));
        };
        // Where there is a choice, it may depend on what the arguments are, not on their types alone.
        let is_exact = exact.is_some();
        let may_take = |method: &&Method| method.signature.parameters.len() >= args.len() || method.takes_more();
        if is_exact || candidates.iter().copied().filter(may_take).count() == 1 {
            self.overloads.chosen(name, || Overload::new(of, method, expanded, is_exact));
        }
        let converted = self.arguments(of, method, args, expanded, name)?;
        self.call_native(method, object, name, &converted)
    }

    /// Calls a method of the tables.
    pub(super) fn call_native(&mut self, method: &Method, object: &Value, name: &str, args: &[Value]) -> R<Value> {
        let (call, room) = (method.call, self.room_for(method.signature.returns, object, args));
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

    /// How well arguments fit a method; smaller is better.
    fn rank(&mut self, of: &Type, method: &Method, args: &[Value], expanded: bool) -> Option<i32> {
        let parameters = &method.signature.parameters;
        let has_params = parameters.last().is_some_and(|p| p.is_params);
        if expanded && !has_params {
            return None;
        }
        let fixed = if expanded { parameters.len().saturating_sub(1) } else { parameters.len() };
        let least = parameters.iter().take(fixed).filter(|p| !p.is_optional).count();
        if args.len() < least || (!expanded && args.len() > parameters.len()) {
            return None;
        }
        let mut score = if expanded { 1000 } else { 0 };
        for (at, arg) in args.iter().enumerate() {
            let parameter = if at < fixed { parameters.get(at) } else { parameters.last() }?;
            let wanted = self.type_of_parameter(of, parameter, expanded && at >= fixed)?;
            if parameter.is_reference {
                arg.downcast::<Reference>()?;
                continue;
            }
            // One argument that is no array is the only element of a `params` array, not the array; a text is an array of
            // characters, though.
            let is_array =
                arg.is_null() || arg.as_array().is_some() || arg.as_str().is_some() && wanted.name() == "System.Char[]";
            if !expanded && parameter.is_params && !is_array {
                return None;
            }
            score = i32::saturating_add(score, convert::rank(self, arg, &wanted)?);
        }
        Some(score.saturating_add(i32::try_from(parameters.len().abs_diff(args.len())).unwrap_or(0)))
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
    ) -> R<Vec<Value>> {
        let parameters = &method.signature.parameters;
        let fixed = if expanded { parameters.len().saturating_sub(1) } else { parameters.len() };
        let mut converted = Vec::with_capacity(args.len());
        for (at, arg) in args.iter().enumerate() {
            let Some(parameter) = (if at < fixed { parameters.get(at) } else { parameters.last() }) else { break };
            if parameter.is_reference {
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
        Ok(converted)
    }
}

/// The methods of this name that a type and its bases have. Their names are ASCII.
fn methods_of<'t>(of: &'t Type, name: &str, is_static: bool) -> Vec<&'t Method> {
    let all = of.ancestry().flat_map(|of| &of.own_members().methods);
    all.filter(|method| method.is_static == is_static && method.signature.name.eq_ignore_ascii_case(name)).collect()
}
