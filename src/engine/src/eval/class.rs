//! Classes and enums that scripts define.

use std::{
    any::Any,
    cmp::Ordering,
    collections::HashMap,
    sync::{Arc, LazyLock, OnceLock},
};

use parking_lot::Mutex;
use psrpd_dotnet::{Str, casing};
use psrpd_lang::token::TokenKind;

use super::{
    Flow, Name, R, Runspace,
    choose::{self, Candidate},
    error,
};
use crate::{
    bind::Check,
    convert::{self, rank},
    ir::{MethodIr, NamedType, TypeIr},
    types::{self, Type},
    value::{Dictionary, Exception, Object, Value, text},
};

/// A class or enum of a script.
pub(crate) struct Class {
    pub(crate) ir: Option<Arc<TypeIr>>,
    pub(crate) interfaces: Vec<Type>,
    /// The labels of an enum.
    pub(crate) labels: Vec<(String, i64)>,
    pub(crate) flags: bool,
    pub(crate) underlying: Option<Type>,
    pub(super) statics: Mutex<HashMap<String, Value>>,
    /// Whether the statics have been given their values, or what came instead.
    pub(super) initialized: Mutex<Option<Result<(), Value>>>,
    /// The types and attributes of the properties, once all types of the block are there.
    pub(super) checks: OnceLock<Vec<(Str, Vec<Check>)>>,
    pub(super) session: super::ScopeId,
}

impl Class {
    fn checks(&self) -> &[(Str, Vec<Check>)] {
        self.checks.get().map_or(&[], Vec::as_slice)
    }
}

/// An object of a class.
pub(crate) struct Instance {
    of: Type,
    fields: Mutex<Vec<(Str, Value)>>,
    /// The part that a base class of .NET gives: exceptions.
    base: Mutex<Option<Arc<Exception>>>,
    /// The object of another base class of .NET.
    inner: OnceLock<Arc<dyn Object>>,
}

impl Drop for Instance {
    fn drop(&mut self) {
        crate::value::release(std::mem::take(self.fields.get_mut()));
    }
}

impl Instance {
    /// A property.
    pub(crate) fn get(&self, name: &str) -> Option<Value> {
        self.fields.lock().iter().find(|(have, _)| casing::eq(have, name)).map(|(_, value)| value.clone())
    }

    /// Name, value and whether it is hidden.
    pub(crate) fn properties(&self) -> Vec<(Str, Value, bool)> {
        let hidden = |name: &str| {
            self.of.ancestry().any(|of| {
                let ir = of.class().and_then(|class| class.ir.clone());
                ir.is_some_and(|ir| ir.properties.iter().any(|p| p.is_hidden && casing::eq(&p.name, name)))
            })
        };
        // The class's own come before those of its base.
        let depth = |name: &str| {
            let declares = |of: &Type| {
                let ir = of.class().and_then(|class| class.ir.clone());
                ir.is_some_and(|ir| ir.properties.iter().any(|p| casing::eq(&p.name, name)))
            };
            self.of.ancestry().position(declares).unwrap_or(usize::MAX)
        };
        let mut all: Vec<_> =
            self.fields.lock().iter().map(|(name, value)| (name.clone(), value.clone(), hidden(name))).collect();
        all.sort_by_key(|(name, ..)| depth(name));
        all
    }
}

impl Object for Instance {
    fn type_of(&self) -> Type {
        self.of.clone()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn inner(&self) -> Option<&Arc<dyn Object>> {
        self.inner.get()
    }

    fn items(&self) -> Option<Vec<Value>> {
        self.inner.get()?.items()
    }

    fn text(&self) -> Option<Str> {
        self.base.lock().as_ref().map(|base| format!("{}: {}", self.of.full_name(), base.message.lock()).into())
    }
}

/// The instance in a value.
pub(crate) fn of(value: &Value) -> Option<&Instance> {
    value.downcast::<Instance>()
}

/// The hidden properties of an instance.
pub(crate) fn hidden_names(value: &Value) -> Vec<Str> {
    let all = of(value).map(Instance::properties).unwrap_or_default();
    all.into_iter().filter(|(_, _, is_hidden)| *is_hidden).map(|(name, ..)| name).collect()
}

/// Whether the class of an instance has a method of this name.
pub(crate) fn declares_method(value: &Value, name: &str) -> bool {
    of(value).is_some_and(|instance| {
        instance.of.ancestry().filter_map(|of| of.class()?.ir.clone()).any(|ir| {
            ir.methods.iter().any(|m| !m.is_static && casing::eq(&m.name, name) && !casing::eq(&m.name, &ir.name))
        })
    })
}

/// The exception inside an object whose class is derived from one.
pub(crate) fn exception_of(value: &Value) -> Option<Arc<Exception>> {
    of(value)?.base.lock().clone()
}

/// Gives the static properties of a class and its bases their values, once, when the class is first used.
///
/// # Errors
/// `TypeInitializationException`, now and at each later use.
fn ensure_statics(rs: &mut Runspace, of: &Type) -> R<()> {
    let lineage: Vec<Type> = of.ancestry().filter(|of| of.class().is_some()).cloned().collect();
    for of in lineage.iter().rev() {
        let Some((class, ir)) = of.class().and_then(|class| Some((class, class.ir.clone()?))) else { continue };
        let before = class.initialized.lock().clone();
        let result = before.unwrap_or_else(|| {
            // Its own code may use the class already.
            *class.initialized.lock() = Some(Ok(()));
            let result = match rs.nested(|rs| init_statics(rs, of, &ir)) {
                Err(Flow::Error(raised)) => Err(rs.interpreted(&raised.record).exception.clone()),
                Err(_) | Ok(()) => Ok(()),
            };
            *class.initialized.lock() = Some(result.clone());
            result
        });
        if let Err(inner) = result {
            let message = format!("The type initializer for '{}' threw an exception.", of.full_name());
            let exception = Exception::of(types::known("System.TypeInitializationException"), message.into(), inner);
            let id = "System.TypeInitializationException";
            let category = crate::value::Category::OperationStopped;
            return Err(Flow::error(crate::value::ErrorRecord::new(
                Value::object(exception),
                id,
                category,
                Value::Null,
            )));
        }
    }
    Ok(())
}

/// Gives the static properties their values and runs the static constructor.
fn init_statics(rs: &mut Runspace, of: &Type, ir: &TypeIr) -> R<()> {
    for property in ir.properties.iter().filter(|p| p.is_static) {
        let value = match &property.initial {
            Some(initial) => rs.eval(initial)?,
            None => Value::Null,
        };
        let value = checked(rs, of, &property.name, value, property.initial.is_none())?;
        if let Some(class) = of.class() {
            class.statics.lock().insert(casing::fold(&property.name), value);
        }
    }
    if let Some(constructor) = ir.methods.iter().find(|m| m.is_static && casing::eq(&m.name, &ir.name)) {
        call_method(rs, of, constructor, None, &[])?;
    }
    Ok(())
}

/// A value as a property of a class takes it.
fn checked(rs: &mut Runspace, of: &Type, name: &str, value: Value, is_default: bool) -> R<Value> {
    for of in of.ancestry() {
        let Some(class) = of.class() else { continue };
        let Some((_, checks)) = class.checks().iter().find(|(have, _)| casing::eq(have, name)) else { continue };
        if is_default {
            return Ok(checks
                .iter()
                .find_map(|check| if let Check::Convert(of) = check { Some(convert::default_of(of)) } else { None })
                .unwrap_or_default());
        }
        return validated(rs, checks, value);
    }
    Ok(value)
}

/// The type that a property is declared with.
pub(crate) fn property_type(of: &Type, name: &str) -> Option<Type> {
    of.ancestry().filter_map(Type::class).find_map(|class| {
        let (_, checks) = class.checks().iter().find(|(have, _)| casing::eq(have, name))?;
        checks.iter().find_map(|check| if let Check::Convert(of) = check { Some(of.clone()) } else { None })
    })
}

/// A value through the type and the attributes of a property.
fn validated(rs: &mut Runspace, checks: &[Check], value: Value) -> R<Value> {
    let mut value = value;
    for check in checks {
        if let Check::Convert(of) = check {
            value = convert::convert(rs, &value, of)?;
            continue;
        }
        if let Err(reason) = check.explain(rs, &value)? {
            return Err(error::raise(
                "System.Management.Automation.ValidationMetadataException",
                "RuntimeException",
                crate::value::Category::MetadataError,
                reason,
                Value::Null,
            ));
        }
    }
    Ok(value)
}

/// A value as a property of a class takes it.
pub(crate) fn accepted(rs: &mut Runspace, of: &Type, name: &str, value: Value) -> R<Value> {
    checked(rs, of, name, value, false)
}

/// Whether a class can be made without arguments.
pub(crate) fn has_default_constructor(of: &Type) -> bool {
    let Some(ir) = of.class().and_then(|class| class.ir.clone()) else { return true };
    let mut own = ir.methods.iter().filter(|m| !m.is_static && casing::eq(&m.name, &ir.name)).peekable();
    own.peek().is_none() || own.any(|method| method.body.unit().params.is_empty())
}

/// What the class itself reads from a text, if it has a static `Parse()`.
pub(crate) fn parse(rs: &mut Runspace, of: &Type, value: &Value) -> R<Option<Value>> {
    let Some(ir) = of.class().and_then(|class| class.ir.clone()) else { return Ok(None) };
    let takes_text = |method: &MethodIr| match method.body.unit().params.as_slice() {
        [only] => only.of.as_ref().is_some_and(|of| casing::eq(&of.text, "string")),
        _ => false,
    };
    match ir.methods.iter().any(|m| m.is_static && casing::eq(&m.name, "Parse") && takes_text(m)) {
        true => call_static(rs, of, "Parse", std::slice::from_ref(value)),
        false => Ok(None),
    }
}

/// Names and types of the properties that can be assigned.
pub(crate) fn declared(of: &Type) -> Vec<(Str, String)> {
    let mut found = Vec::new();
    for class in of.ancestry().filter_map(|of| of.class()) {
        let Some(ir) = &class.ir else { continue };
        for property in ir.properties.iter().filter(|p| !p.is_static) {
            let checks = class.checks().iter().find(|(name, _)| *name == property.name);
            let own = checks.and_then(|(_, list)| {
                list.iter().find_map(|check| if let Check::Convert(of) = check { Some(of.full_name()) } else { None })
            });
            found.push((property.name.clone(), own.unwrap_or_else(|| "System.Object".into())));
        }
    }
    found
}

/// Calls a method of a base class on an object, although its own class has another one.
pub(crate) fn call_base(rs: &mut Runspace, base: &Type, this: &Value, name: &str, args: &[Value]) -> R<Option<Value>> {
    let Some(instance) = of(this) else { return Ok(None) };
    if !instance.of.ancestry().skip(1).any(|of| of == base) {
        return Ok(None);
    }
    call_from(rs, base, this, name, args)
}

/// `[Class]::new(args)`
pub(crate) fn construct(rs: &mut Runspace, of: &Type, args: &[Value]) -> R<Value> {
    ensure_statics(rs, of)?;
    let mut fields = Vec::new();
    let lineage: Vec<Type> = of.ancestry().cloned().collect();
    for of in lineage.iter().rev() {
        let Some(ir) = of.class().and_then(|class| class.ir.clone()) else { continue };
        for property in ir.properties.iter().filter(|p| !p.is_static) {
            let value = checked(rs, of, &property.name, Value::Null, true)?;
            fields.push((property.name.clone(), value));
        }
    }
    let base = lineage.iter().find(|of| of.class().is_none() && of.is_assignable_to(&types::exception()));
    let base = base.map(|of| {
        Arc::new(Exception::of(
            of.clone(),
            format!("Exception of type '{}' was thrown.", lineage.first().map_or("", |of| of.name())).into(),
            Value::Null,
        ))
    });
    let instance = Arc::new(Instance {
        of: of.clone(),
        fields: Mutex::new(fields),
        base: Mutex::new(base),
        inner: OnceLock::new(),
    });
    let this = Value::Object(instance);
    for of in lineage.iter().rev() {
        let Some(ir) = of.class().and_then(|class| class.ir.clone()) else { continue };
        for property in ir.properties.iter().filter(|p| !p.is_static) {
            if let Some(initial) = &property.initial {
                let value = rs.nested(|rs| rs.eval(initial))?;
                let value = checked(rs, of, &property.name, value, false)?;
                set(rs, &this, &property.name, value)?;
            }
        }
    }
    run_constructor(rs, of, &this, args)?;
    Ok(this)
}

/// Whether a value is what a constructor of one argument takes, more or less as it is.
pub(crate) fn fits_constructor(rs: &mut Runspace, of: &Type, value: &Value) -> bool {
    let Some(ir) = of.class().and_then(|class| class.ir.clone()) else { return false };
    ir.methods.iter().filter(|m| !m.is_static && casing::eq(&m.name, &ir.name)).any(|method| {
        let params = &method.body.unit().params;
        let [param] = params.as_slice() else { return false };
        let Some(name) = &param.of else { return true };
        let Ok(wanted) = rs.named_type(name) else { return false };
        let same = value.type_of().is_some_and(|have| have.is_assignable_to(&wanted));
        let numbers = crate::ops::arithmetic::number(value).is_some()
            && crate::ops::arithmetic::number(&convert::default_of(&wanted)).is_some();
        same || numbers && rank::rank(rs, value, &wanted) != rank::NONE
    })
}

fn run_constructor(rs: &mut Runspace, of: &Type, this: &Value, args: &[Value]) -> R<()> {
    let Some(ir) = of.class().and_then(|class| class.ir.clone()) else {
        return base_object(rs, of, this, args);
    };
    let constructors: Vec<&MethodIr> =
        ir.methods.iter().filter(|m| !m.is_static && casing::eq(&m.name, &ir.name)).collect();
    if constructors.is_empty() {
        if !args.is_empty() {
            let message = format!("Cannot find an overload for \"new\" and the argument count: \"{}\".", args.len());
            return Err(error::method("MethodCountCouldNotFindBest", message));
        }
        return match of.base() {
            Some(base) => run_constructor(rs, &base.clone(), this, &[]),
            None => Ok(()),
        };
    }
    let method = choose(rs, &constructors, "new", args)?;
    call_method(rs, of, method, Some(this.clone()), args)?;
    Ok(())
}

/// `base(args)` where the base is a class of .NET.
fn base_object(rs: &mut Runspace, of: &Type, this: &Value, args: &[Value]) -> R<()> {
    let Some(instance) = self::of(this) else { return Ok(()) };
    if of.is_assignable_to(&types::exception()) {
        if let Some(message) = args.first() {
            let exception = Exception::of(of.clone(), text(message), args.get(1).cloned().unwrap_or_default());
            *instance.base.lock() = Some(Arc::new(exception));
        }
        return Ok(());
    }
    if *of == types::object()
        || of.name() == "System.Attribute"
        || of.own_members().constructors.is_empty()
            && args.is_empty()
            && types::lookup(of.name()).is_some()
            && !of.is_assignable_to(&types::known("System.Collections.IEnumerable"))
    {
        return Ok(());
    }
    if let Value::Object(object) = rs.construct(of, args)?.into_base() {
        let _ = instance.inner.set(object);
    }
    Ok(())
}

/// `base(args)`, written or implied.
pub(crate) fn base_constructor(rs: &mut Runspace, args: &[Value]) -> R<Value> {
    let Some(this) = rs.variable("this") else { return Ok(Value::AutomationNull) };
    let Some(declaring) = rs.lookup(&DECLARING) else { return Ok(Value::AutomationNull) };
    if let Value::Type(of) = &declaring
        && let Some(base) = of.base()
    {
        run_constructor(rs, &base.clone(), &this, args)?;
    }
    Ok(Value::AutomationNull)
}

/// The overload that fits best.
fn choose<'m>(rs: &mut Runspace, methods: &[&'m MethodIr], name: &str, args: &[Value]) -> R<&'m MethodIr> {
    let casts = rs.overloads.take_casts(args.len());
    if let [only] = methods
        && only.body.unit().params.len() == args.len()
    {
        // It says itself which argument does not fit.
        return Ok(only);
    }
    let mut candidates = Vec::new();
    for (place, method) in methods.iter().enumerate() {
        let params = &method.body.unit().params;
        if args.len() != params.len() {
            continue;
        }
        let mut takes = Vec::with_capacity(args.len());
        for (param, arg) in params.iter().zip(args) {
            let of = param.of.as_ref().map_or_else(|| Ok(types::object()), |name| rs.named_type(name))?;
            let rank = rank::rank(rs, arg, &of);
            takes.push((of, rank));
        }
        if takes.iter().all(|(_, rank)| *rank != rank::NONE) {
            candidates.push(Candidate { place, takes, parameters: args.len(), is_expanded: false });
        }
    }
    rs.keep_cast(&mut candidates, &casts);
    let best = choose::best(&candidates, args, name)?;
    methods.get(best.place).copied().ok_or_else(|| error::method_not_found(&Value::Null, name))
}

/// The variable that tells a method which class has it.
static DECLARING: LazyLock<Name> = LazyLock::new(|| Name::new("__class"));

/// Runs a method: only `return` gives output.
fn call_method(
    rs: &mut Runspace,
    declaring: &Type,
    method: &MethodIr,
    this: Option<Value>,
    args: &[Value],
) -> R<Value> {
    let session = declaring.class().map_or(super::ScopeId::GLOBAL, |class| class.session);
    let unit = method.body.unit().clone();
    // What the method does not find in itself it finds where the code of its module was left.
    let parent = rs.active_scope(session);
    let scope = rs.scopes.push(parent, session, unit.names.clone());
    let name: Str = method.name.clone();
    let frame = super::Frame {
        scope,
        map: None,
        source: Some(unit.source.clone()),
        name,
        invocation: None,
        part: "",
        at: psrpd_lang::Extent::EMPTY,
    };
    if let Err(flow) = rs.check_depth() {
        rs.scopes.pop(scope);
        return Err(flow);
    }
    rs.enter(frame);
    // An error in a method leaves it.
    let catching = std::mem::replace(&mut rs.catching, true);
    let result = (|| {
        if let Some(this) = this {
            rs.set_automatic(crate::eval::Automatic::This.name(), this)?;
        }
        rs.set_automatic(&DECLARING, Value::Type(declaring.clone()))?;
        for (at, param) in unit.params.iter().enumerate() {
            let value = match args.get(at) {
                Some(value) => value.clone(),
                None => match &param.default {
                    Some(default) => rs.eval(default)?,
                    None => Value::Null,
                },
            };
            let value = match &param.of {
                Some(name) => {
                    let of = rs.named_type(name)?;
                    let is_constructor = casing::eq(&method.name, declaring.name());
                    let called = if is_constructor { ".ctor" } else { method.name.as_str() };
                    // The parameters of operators have no names that their callers would know.
                    let place = at.to_string();
                    let shown = if called.starts_with("op_") { place.as_str() } else { param.name.as_str() };
                    convert::convert(rs, &value, &of)
                        .map_err(|flow| error::method_argument(flow, shown, &value, &of, called))?
                }
                None => value,
            };
            rs.write_in(scope, &param.name, value)?;
        }
        let mut returned = Returned::default();
        if let Some(block) = &unit.end {
            match rs.run_block(block, &mut returned) {
                Ok(()) => returned.values.clear(),
                Err(Flow::Return) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(Value::collected(returned.values))
    })();
    rs.catching = catching;
    rs.leave();
    rs.scopes.pop(scope);
    let value = result?;
    match &method.returns {
        Some(name) if !casing::eq(&name.text, "void") => {
            let of = rs.named_type(name)?;
            convert::convert(rs, &value, &of)
        }
        _ => Ok(Value::AutomationNull),
    }
}

/// Output of a method body: only that of the statement that returned counts.
#[derive(Default)]
struct Returned {
    values: Vec<Value>,
}

impl super::Output for Returned {
    fn returning(&mut self) -> bool {
        self.values.clear();
        true
    }

    fn write(&mut self, _rs: &mut Runspace, value: Value) -> R<()> {
        self.values.push(value);
        Ok(())
    }
}

/// A method of an instance; none if there is none of this name.
pub(crate) fn call(rs: &mut Runspace, object: &Value, name: &str, args: &[Value]) -> R<Option<Value>> {
    let Some(instance) = of(object) else { return Ok(None) };
    let start = instance.of.clone();
    call_from(rs, &start, object, name, args)
}

/// A method of a class or of one of its bases.
fn call_from(rs: &mut Runspace, start: &Type, object: &Value, name: &str, args: &[Value]) -> R<Option<Value>> {
    call_declared(rs, start, name, args, Some(object))
}

/// The method among those of a class and its bases that fits best; none if only a class of .NET may have it.
fn call_declared(
    rs: &mut Runspace,
    start: &Type,
    name: &str,
    args: &[Value],
    this: Option<&Value>,
) -> R<Option<Value>> {
    let mut found: Vec<(Type, Arc<TypeIr>, usize)> = Vec::new();
    for of in start.ancestry() {
        let Some(ir) = of.class().and_then(|class| class.ir.clone()) else { continue };
        for (at, method) in ir.methods.iter().enumerate() {
            let is_overridden = || {
                let own = found.iter().filter_map(|(_, ir, at)| ir.methods.get(*at));
                own.into_iter().any(|own| takes_the_same(own, method))
            };
            if method.is_static == this.is_none() && casing::eq(&method.name, name) && !is_overridden() {
                found.push((of.clone(), ir.clone(), at));
            }
        }
    }
    let methods: Vec<&MethodIr> = found.iter().filter_map(|(_, ir, at)| ir.methods.get(*at)).collect();
    let takes_as_many = methods.iter().any(|method| method.body.unit().params.len() == args.len());
    if methods.is_empty() || !takes_as_many && start.has_method(name, this.is_none()) {
        return Ok(None);
    }
    let method = choose(rs, &methods, name, args)?;
    let declaring = found.iter().find(|(_, ir, at)| ir.methods.get(*at).is_some_and(|own| std::ptr::eq(own, method)));
    let Some((of, ..)) = declaring else { return Ok(None) };
    call_method(rs, of, method, this.cloned(), args).map(Some)
}

/// Whether two methods have parameters of the same types.
fn takes_the_same(one: &MethodIr, two: &MethodIr) -> bool {
    let (one, two) = (&one.body.unit().params, &two.body.unit().params);
    let name = |of: &Option<NamedType>| of.as_ref().map_or("object", |of| &of.text).to_ascii_lowercase();
    one.len() == two.len() && one.iter().zip(two.iter()).all(|(one, two)| name(&one.of) == name(&two.of))
}

/// A static method.
pub(crate) fn call_static(rs: &mut Runspace, of: &Type, name: &str, args: &[Value]) -> R<Option<Value>> {
    if of.class().is_none() {
        return Ok(None);
    }
    ensure_statics(rs, of)?;
    call_declared(rs, of, name, args, None)
}

/// Assigns a property; false if there is none of this name.
pub(crate) fn set(rs: &mut Runspace, object: &Value, name: &str, value: Value) -> R<bool> {
    let Some(instance) = of(object) else { return Ok(false) };
    if instance.get(name).is_none() {
        return Ok(false);
    }
    let value = checked(rs, &instance.of, name, value, false)
        .map_err(|flow| super::access_failure::setting_failed(flow, name))?;
    if let Some((_, slot)) = instance.fields.lock().iter_mut().find(|(have, _)| casing::eq(have, name)) {
        *slot = value;
    }
    Ok(true)
}

/// A static property.
pub(crate) fn get_static(rs: &mut Runspace, of: &Type, name: &str) -> R<Option<Value>> {
    if of.class().is_none() {
        return Ok(None);
    }
    ensure_statics(rs, of)?;
    let key = casing::fold(name);
    Ok(of.ancestry().filter_map(|of| of.class()).find_map(|class| class.statics.lock().get(&key).cloned()))
}

/// Assigns a static property; false if there is none of this name.
pub(crate) fn set_static(rs: &mut Runspace, of: &Type, name: &str, value: Value) -> R<bool> {
    if of.class().is_none() {
        return Ok(false);
    }
    ensure_statics(rs, of)?;
    let key = casing::fold(name);
    for declaring in of.ancestry() {
        let Some(class) = declaring.class() else { continue };
        let is_known = class.statics.lock().contains_key(&key);
        if is_known {
            let value = checked(rs, declaring, name, value, false)
                .map_err(|flow| super::access_failure::setting_failed(flow, name))?;
            class.statics.lock().insert(key, value);
            return Ok(true);
        }
    }
    Ok(false)
}

/// `ToString()` of a class.
pub(crate) fn to_string(rs: &mut Runspace, value: &Value) -> R<Option<Str>> {
    if of(value).is_none() {
        return Ok(None);
    }
    Ok(call(rs, value, "ToString", &[])?.map(|result| text(&result)))
}

/// The key of a dictionary that is the same as a given one, where a class says so with `GetHashCode()` and `Equals()`.
pub(crate) fn own_key(rs: &mut Runspace, table: &Dictionary, key: &Value) -> R<Option<Value>> {
    if of(key).is_none() || table.len() == 0 {
        return Ok(None);
    }
    let Some(hash) = call(rs, key, "GetHashCode", &[])? else { return Ok(None) };
    for have in table.keys() {
        if have.same(key) {
            break;
        }
        let same_hash = call(rs, &have, "GetHashCode", &[])?.is_some_and(|have| have.as_i128() == hash.as_i128());
        if same_hash && equals(rs, &have, key)? == Some(true) {
            return Ok(Some(have));
        }
    }
    Ok(None)
}

/// `Equals()` of a class.
pub(crate) fn equals(rs: &mut Runspace, left: &Value, right: &Value) -> R<Option<bool>> {
    if of(left).is_none() {
        return Ok(None);
    }
    Ok(call(rs, left, "Equals", std::slice::from_ref(right))?.map(|result| convert::to_bool(&result)))
}

/// `CompareTo()` of a class.
pub(crate) fn compare_to(rs: &mut Runspace, left: &Value, right: &Value) -> R<Option<Ordering>> {
    if of(left).is_none() {
        return Ok(None);
    }
    let result = call(rs, left, "CompareTo", std::slice::from_ref(right))?;
    Ok(result.and_then(|result| result.as_i128()).map(|n| n.cmp(&0)))
}

/// `op_Addition` and its kin of a class.
pub(crate) fn operator(rs: &mut Runspace, op: TokenKind, left: &Value, right: &Value) -> R<Option<Value>> {
    let name = match op {
        TokenKind::Plus => "op_Addition",
        TokenKind::Minus => "op_Subtraction",
        TokenKind::Multiply => "op_Multiply",
        TokenKind::Divide => "op_Division",
        _ => "op_Modulus",
    };
    for operand in [left, right] {
        let Some(instance) = of(operand) else { continue };
        if let Some(value) = call_static(rs, &instance.of.clone(), name, &[left.clone(), right.clone()])? {
            return Ok(Some(value));
        }
    }
    Ok(None)
}
