//! Expressions.

use std::sync::Arc;

use base64::Engine as _;
use psrpd_dotnet::{Str, casing, text::Buffer as TextBuffer};
use psrpd_lang::token::TokenKind;
use smallvec::SmallVec;

use super::{Flow, R, Runspace, ScriptBlock, error};
use crate::{
    convert,
    ir::{Expr, ExprKind, Invoke, Member, NamedType, Place, Stmt, StmtKind, Variable},
    ops::{arithmetic, bits, compare, composite, patterns, quick, split},
    types,
    value::{self, Dictionary, List, Reference, Value, Wrapped, enumerate, text},
};

/// Arguments of methods; a few need no memory of their own.
pub(super) type Arguments = SmallVec<[Value; 4]>;

impl Runspace {
    /// The value of an expression. What is most often evaluated stands here by itself: the frames of this function lie
    /// upon each other as deep as expressions go.
    pub(crate) fn eval(&mut self, expr: &Expr) -> R<Value> {
        match &expr.kind {
            ExprKind::Const(value) => Ok(value.clone()),
            ExprKind::Variable(variable) => match self.plain(variable) {
                Some(value) if !self.live_input => Ok(value.clone()),
                _ => {
                    let value = self.eval_variable(variable);
                    self.placed(value, expr.extent)
                }
            },
            ExprKind::Binary(op, operands) => self.eval_binary(*op, operands),
            ExprKind::Paren(statement) => match &statement.kind {
                StmtKind::Expr(inner) => {
                    let result = self.eval(inner);
                    self.success |= result.is_ok();
                    result
                }
                _ => self.value_of(statement),
            },
            _ => self.eval_other(expr),
        }
    }

    #[inline(never)]
    fn eval_variable(&mut self, variable: &Variable) -> R<Value> {
        match self.read(&variable.name, &variable.place)? {
            Some(value) => {
                if self.live_input {
                    self.settle_input(&value)?;
                }
                Ok(value)
            }
            None => self.undefined(variable),
        }
    }

    #[inline(never)]
    fn eval_other(&mut self, expr: &Expr) -> R<Value> {
        match &expr.kind {
            // Evaluated by the caller.
            ExprKind::Const(_) | ExprKind::Variable(_) | ExprKind::Binary(..) | ExprKind::Paren(_) => Ok(Value::Null),
            ExprKind::Success => Ok(Value::Bool(self.success)),
            ExprKind::Expand(parts) => {
                let mut out = TextBuffer::default();
                for part in parts {
                    match &part.kind {
                        ExprKind::Const(Value::Str(text)) => out.push(text),
                        _ => match self.eval(part)? {
                            Value::I32(n) => out.push_number(n),
                            value => {
                                let text = self.text(&value)?;
                                self.reserve(text.len())?;
                                out.push(&text);
                            }
                        },
                    }
                }
                Ok(Value::Str(out.finish()))
            }
            ExprKind::Array(items) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    values.push(self.eval(item)?);
                }
                Ok(Value::array(values))
            }
            ExprKind::Hashtable { pairs, ordered } => self.hashtable(pairs, *ordered),
            ExprKind::Custom(pairs) => self.custom_object(pairs),
            ExprKind::Collect(block) => {
                // An expression alone is no statement of its own.
                match block.statements.as_slice() {
                    [Stmt { kind: StmtKind::Expr(only), .. }] if block.traps.is_empty() => match only.kind {
                        ExprKind::Array(_) => self.eval(only),
                        _ => self.collect_expression(only).map(Value::array),
                    },
                    _ => self.collect_block(block).map(Value::array),
                }
            }
            ExprKind::Sub(block) => self.gather_block(block),
            ExprKind::Unary(op, operand) => self.unary(*op, operand),
            ExprKind::Logical(op, operands) => self.logical(*op, operands).map(Value::Bool),
            ExprKind::Coalesce(operands) => {
                let (left, right) = &**operands;
                let value = self.eval(left)?;
                if value.is_null() { self.eval(right) } else { Ok(value) }
            }
            ExprKind::Ternary(parts) => {
                let (condition, yes, no) = &**parts;
                if self.test(condition)? { self.eval(yes) } else { self.eval(no) }
            }
            ExprKind::Step { target, read, by, prefix } => self.step(target, read, *by, *prefix),
            ExprKind::Cast { of, value } => self.cast(of, value),
            ExprKind::Attributed(value) => self.eval(value),
            ExprKind::Type(name) => self.literal_type(name).map(Value::Type),
            ExprKind::Member(member) => self.eval_member(member),
            ExprKind::Invoke(call) => self.eval_invoke(expr, call),
            ExprKind::BaseConstructor(args) => {
                let mut values = Vec::with_capacity(args.len());
                self.values_of(args, |value| values.push(value))?;
                super::class::base_constructor(self, &values)
            }
            ExprKind::Index { object, index, conditional } => {
                if let (Some(object), Some(at)) = (self.peek(object), self.whole(index))
                    && let Some(value) = element(object, at)
                {
                    return Ok(value);
                }
                let object = self.eval(object);
                let Ok(object) = &object else { return object };
                if *conditional && object.is_null() {
                    return Ok(Value::Null);
                }
                // A position that is cast to an object is a key.
                let is_key = matches!(&index.kind, ExprKind::Cast { of, .. } if of.text.eq_ignore_ascii_case("object"));
                let index = self.eval(index);
                let Ok(index) = &index else { return index };
                if let Some(table) = object.downcast::<Dictionary>().filter(|_| is_key) {
                    return Ok(table.get(index).unwrap_or_default());
                }
                if let Value::I32(at) = index
                    && let Some(value) = element(object, *at)
                {
                    return Ok(value);
                }
                self.index(object, index)
            }
            ExprKind::ScriptBlock(unit) => {
                let session = self.scopes.get(self.frame.scope).session;
                Ok(Value::Object(Arc::new(ScriptBlock::new(unit.clone(), session))))
            }
            ExprKind::Using { text, value } => self.using(text, value),
        }
    }

    /// `object.name`, `[type]::name`
    #[inline(never)]
    fn eval_member(&mut self, member: &Member) -> R<Value> {
        let Member { object, name, is_static, is_conditional, .. } = member;
        let known = if let ExprKind::Const(Value::Str(name)) = &name.kind { Some(name) } else { None };
        if let Some(name) = known {
            if !is_static
                && let Some(object) = self.peek(object)
                && let Some(value) = self.held(object, name)
            {
                return Ok(value);
            }
            if *is_static
                && let ExprKind::Type(of) = &object.kind
                && let Some(of) = self.known_type(of)
            {
                return self.static_member(of, name, &member.getter);
            }
        }
        let object = self.eval_object(object, *is_static);
        let Ok(object) = &object else { return object };
        if *is_conditional && object.is_null() {
            return Ok(Value::Null);
        }
        let evaluated;
        let name = match known {
            Some(name) => {
                if !is_static && let Some(get) = self.getter(object, name, &member.getter) {
                    return super::access::got(get(self, object));
                }
                name
            }
            None => {
                let key = self.member_key(name)?;
                if !is_static && let Some(value) = keyed(object, &key) {
                    return Ok(value);
                }
                evaluated = self.text(&key)?;
                &evaluated
            }
        };
        if *is_static { self.get_static(object, name) } else { self.get_member(object, name) }
    }

    /// `object.name(args)`, `[type]::name(args)`
    #[inline(never)]
    fn eval_invoke(&mut self, expr: &Expr, call: &Invoke) -> R<Value> {
        if call.is_static
            && call.types.is_empty()
            && let (ExprKind::Type(of), ExprKind::Const(Value::Str(name))) = (&call.object.kind, &call.name.kind)
            && let Some(of) = self.known_type(of)
        {
            let mut values = Arguments::new();
            self.values_of(&call.args, |value| values.push(value))?;
            return self.call_static_at(std::ptr::from_ref(expr).addr(), of, name, &values, &call.args);
        }
        let base = base_of(&call.object);
        let object = self.eval_object(&call.object, call.is_static);
        let Ok(object) = &object else { return object };
        if call.is_conditional && object.is_null() {
            return Ok(Value::Null);
        }
        let evaluated;
        let name = match &call.name.kind {
            ExprKind::Const(Value::Str(name)) => name,
            _ => {
                evaluated = self.member_name(&call.name)?;
                &evaluated
            }
        };
        let mut values = Arguments::new();
        self.values_of(&call.args, |value| values.push(value))?;
        if base.is_some()
            && let Some(value) = self.call_on_base(base, object, name, &values)?
        {
            return Ok(value);
        }
        if !call.types.is_empty()
            && let Some(result) = self.call_generic(object, name, &call.types, &values, call.is_static)?
        {
            return Ok(result);
        }
        self.call_at(std::ptr::from_ref(expr).addr(), object, name, &values, &call.args, call.is_static)
    }

    /// The values of several expressions, one after the other. The smallest kind is passed on as it has just been made.
    #[inline]
    pub(super) fn values_of(&mut self, args: &[Expr], mut put: impl FnMut(Value)) -> R<()> {
        for arg in args {
            match self.eval(arg) {
                Ok(Value::AutomationNull) => put(Value::Null),
                Ok(Value::I32(n)) => put(Value::I32(n)),
                Ok(value) => put(value),
                Err(flow) => return Err(flow),
            }
        }
        Ok(())
    }

    /// Where an error is that is at a part of a statement and not at the whole.
    pub(crate) fn placed<T>(&mut self, result: R<T>, place: psrpd_lang::Extent) -> R<T> {
        if result.is_err() {
            self.position = place;
        }
        result
    }

    fn undefined(&self, variable: &Variable) -> R<Value> {
        let strict = self.scopes.get(self.frame.scope).strict;
        if strict > u8::from(variable.in_text) && !matches!(variable.place, Place::Drive(_)) {
            let name = variable.name.as_str();
            let message = format!("The variable '${name}' cannot be retrieved because it has not been set.");
            return Err(error::invalid_target("VariableIsUndefined", message, &Value::from(name)));
        }
        Ok(Value::Null)
    }

    /// The object of a member expression: a type where the member is static.
    fn eval_object(&mut self, object: &Expr, is_static: bool) -> R<Value> {
        let value = self.eval(object);
        if is_static
            && let Ok(value) = &value
            && let Value::Str(name) = value.base()
        {
            return self.resolve_type(name).map(Value::Type);
        }
        value
    }

    pub(crate) fn member_name(&mut self, name: &Expr) -> R<Str> {
        let key = self.member_key(name)?;
        self.text(&key)
    }

    /// The name of a member as it is given: a number, too.
    fn member_key(&mut self, name: &Expr) -> R<Value> {
        match &name.kind {
            ExprKind::Const(name @ Value::Str(_)) => Ok(name.clone()),
            _ => self.eval(name),
        }
    }

    fn hashtable(&mut self, pairs: &[(Expr, Stmt)], ordered: bool) -> R<Value> {
        let table = if ordered { Dictionary::ordered() } else { Dictionary::hashtable() };
        for (key, value) in pairs {
            let key = self.key(key)?;
            let value = self.value_of_entry(value)?;
            if !table.add(key.clone(), value) {
                return Err(duplicate_key(&key));
            }
        }
        Ok(Value::object(table))
    }

    /// The key of an entry.
    fn key(&mut self, key: &Expr) -> R<Value> {
        let value = self.eval(key)?;
        if !value.is_null() {
            return Ok(value);
        }
        let message = "A null key is not allowed in a hash literal.";
        self.placed(Err(error::invalid("InvalidNullKey", message)), key.extent)
    }

    /// The value of an entry, where commands are a statement of their own.
    fn value_of_entry(&mut self, statement: &Stmt) -> R<Value> {
        if let StmtKind::Pipeline(_) = statement.kind {
            self.position = statement.extent;
        }
        self.value_of(statement)
    }

    fn custom_object(&mut self, pairs: &[(Expr, Stmt)]) -> R<Value> {
        let mut members: Vec<value::Member> = Vec::with_capacity(pairs.len());
        let mut names = None;
        for (key, value) in pairs {
            let key = self.key(key)?;
            let name = self.text(&key)?;
            let value = self.value_of_entry(value)?;
            let is_type_name = name.eq_ignore_ascii_case("PSTypeName");
            if is_type_name && names.is_some() || members.iter().any(|have| casing::eq(&have.name, &name)) {
                return Err(duplicate_key(&key));
            }
            if is_type_name {
                let first = self.text(&value)?;
                names = Some(vec![first, "System.Management.Automation.PSCustomObject".into(), "System.Object".into()]);
            } else if name.is_empty() {
                return Err(nameless_member());
            } else {
                members.push(value::Member { name, body: value::Body::Note(value) });
            }
        }
        let object = Wrapped::custom(members);
        *object.type_names.lock() = names;
        Ok(Value::Wrapped(Arc::new(object)))
    }

    fn unary(&mut self, op: TokenKind, operand: &Expr) -> R<Value> {
        let value = self.eval(operand)?;
        match op {
            TokenKind::Not | TokenKind::Exclaim => Ok(Value::Bool(!convert::to_bool(&value))),
            TokenKind::Minus => arithmetic::negate(self, &value),
            TokenKind::Plus => arithmetic::plus(self, &value),
            TokenKind::Bnot => bits::not(self, &value),
            TokenKind::Join => split::join(self, &value, ""),
            TokenKind::Isplit | TokenKind::Csplit => split::unary(self, &value),
            TokenKind::Comma => Ok(Value::array(vec![value])),
            _ => Ok(value),
        }
    }

    /// A binary operator on two values.
    pub(crate) fn binary(&mut self, op: TokenKind, left: &Value, right: &Value) -> R<Value> {
        match quick::apply(op, left, right) {
            Some(result) => result,
            None => self.full_binary(op, left, right),
        }
    }

    /// As [`Self::binary`], for what takes more than a look at both values.
    pub(super) fn full_binary(&mut self, op: TokenKind, left: &Value, right: &Value) -> R<Value> {
        use TokenKind as T;
        let (kind, ignore_case) = compare::kind(op);
        if !matches!(kind, T::Is | T::IsNot | T::As) {
            self.room_to_expand(left)?;
            self.room_to_expand(right)?;
        }
        match kind {
            T::Plus | T::Minus | T::Multiply | T::Divide | T::Rem => arithmetic::binary(self, kind, left, right),
            T::Ieq | T::Ine | T::Igt | T::Ige | T::Ilt | T::Ile => compare::operator(self, op, left, right),
            T::Icontains => compare::contains(self, left, right, ignore_case).map(Value::Bool),
            T::Inotcontains => compare::contains(self, left, right, ignore_case).map(|found| Value::Bool(!found)),
            T::Iin => compare::contains(self, right, left, ignore_case).map(Value::Bool),
            T::Inotin => compare::contains(self, right, left, ignore_case).map(|found| Value::Bool(!found)),
            T::Ilike | T::Inotlike => patterns::like(self, left, right, ignore_case, kind == T::Inotlike),
            T::Imatch | T::Inotmatch => patterns::matches(self, left, right, ignore_case, kind == T::Inotmatch),
            T::Ireplace => patterns::replace(self, left, right, ignore_case),
            T::Isplit => split::binary(self, left, right, ignore_case),
            T::Join => {
                let separator = self.text(right)?;
                split::join(self, left, &separator)
            }
            T::Format => match right.base() {
                Value::Array(array) if array.element.code() == types::Code::Object => {
                    self.formatted(left, &array.items())
                }
                _ => self.formatted(left, std::slice::from_ref(right)),
            },
            T::DotDot => arithmetic::range(self, left, right),
            T::Band | T::Bor | T::Bxor | T::Shl | T::Shr => bits::binary(self, kind, left, right),
            T::Is | T::IsNot => self.is_type(left, right).map(|is| Value::Bool(is == (kind == T::Is))),
            T::As => {
                let of = self.operand_type(right, "as")?;
                match convert::convert(self, left, &of) {
                    Ok(value) => Ok(value),
                    Err(flow) if of.is_absent() => Err(flow),
                    Err(Flow::Error(_)) => Ok(Value::Null),
                    Err(other) => Err(other),
                }
            }
            _ => Ok(Value::Null),
        }
    }

    /// `format -f args`
    pub(super) fn formatted(&mut self, format: &Value, args: &[Value]) -> R<Value> {
        let format = self.text(format)?;
        composite::format(self, &format, args).map(Value::Str).inspect_err(|flow| {
            if let Some(record) = flow.record() {
                *record.target.lock() = Value::Str(format.clone());
            }
        })
    }

    /// A method that is called with types; none if its arguments choose it.
    fn call_generic(
        &mut self,
        object: &Value,
        name: &str,
        types: &[String],
        args: &[Value],
        is_static: bool,
    ) -> R<Option<Value>> {
        let types = types.iter().map(|name| self.resolve_type(name)).collect::<R<Vec<_>>>()?;
        match object.base() {
            Value::Type(of) if is_static => {
                types::generic_methods::call(self, &of.clone(), name, &types, args).transpose()
            }
            _ => types::generic_methods::call_on(self, object, name, &types, args).transpose(),
        }
    }

    /// `([Base]$object).Method()` calls the method of the base.
    fn call_on_base(&mut self, base: Option<&str>, this: &Value, name: &str, args: &[Value]) -> R<Option<Value>> {
        match base.and_then(|base| self.find_type(base)) {
            Some(base) if base.class().is_some() => super::class::call_base(self, &base, this, name, args),
            Some(base)
                if args.is_empty()
                    && matches!(base.name(), "System.Object" | "System.ValueType")
                    && name.eq_ignore_ascii_case("ToString") =>
            {
                Ok(this.type_of().map(|of| of.full_name().into()))
            }
            _ => Ok(None),
        }
    }

    fn operand_type(&mut self, right: &Value, op: &str) -> R<types::Type> {
        match right.base() {
            Value::Type(of) => Ok(of.clone()),
            Value::Null | Value::AutomationNull => {
                let id = if op == "as" { "AsOperatorRequiresType" } else { "IsOperatorRequiresType" };
                Err(error::invalid(id, format!("The right operand of '-{op}' must be a type.")))
            }
            // Numbers are read as names, as any cast does; `-is` says of what fails only that it did.
            other => {
                let is_number = arithmetic::number(other).is_some()
                    && types::as_big(other).is_none()
                    && !matches!(other, Value::Bool(_) | Value::Char(_) | Value::Enum(..));
                let name = if is_number { Value::Str(self.text(right)?) } else { right.clone() };
                let found = convert::convert(self, &name, &types::known("System.Type"));
                match found {
                    Ok(Value::Type(of)) => Ok(of),
                    Ok(_) => Err(convert::no_conversion(right, &types::known("System.Type"))),
                    Err(Flow::Error(raised)) if op == "is" => {
                        Err(error::invalid("RuntimeException", raised.record.exception_message()))
                    }
                    Err(other) => Err(other),
                }
            }
        }
    }

    fn is_type(&mut self, left: &Value, right: &Value) -> R<bool> {
        if let Value::Type(of) = right
            && let Some(is) = super::quick::is_scalar_of(left, of)
        {
            return Ok(is);
        }
        let of = self.operand_type(right, "is")?;
        if of == types::ps_object() || of == types::custom_object() {
            return Ok(matches!(left, Value::Wrapped(_)) || left.downcast::<value::ErrorRecord>().is_some());
        }
        Ok(left.type_of().is_some_and(|have| have.is_kind_of(&of)))
    }

    fn cast(&mut self, named: &NamedType, value: &Expr) -> R<Value> {
        let of = named.text.as_str();
        if of.eq_ignore_ascii_case("ref") {
            if let ExprKind::Variable(variable) = &value.kind {
                let scope = match variable.place {
                    Place::Global => super::ScopeId::GLOBAL,
                    Place::Script => self.scopes.script(self.frame.scope),
                    _ => self.scope_of(&variable.name).unwrap_or(self.frame.scope),
                };
                let shared = self.share(scope, &variable.name);
                return Ok(Value::object(Reference { variable: Some(shared), value: parking_lot::Mutex::default() }));
            }
            let value = self.eval(value)?;
            return Ok(Value::object(Reference { variable: None, value: parking_lot::Mutex::new(value) }));
        }
        if of.eq_ignore_ascii_case("void") {
            self.eval(value)?;
            return Ok(Value::AutomationNull);
        }
        // Both names mean one type, but only this one makes an object of a dictionary.
        let is_custom = of.eq_ignore_ascii_case("pscustomobject");
        let of = self.named_type(named)?;
        let value = self.eval(value)?;
        if is_custom && of == types::ps_object() {
            return convert::convert(self, &value, &types::custom_object());
        }
        let value = convert::convert(self, &value, &of)?;
        // What a script has added to a value does not outlive a cast.
        Ok(if of.is_value_type() { value.into_base() } else { value })
    }

    fn using(&mut self, text: &Str, value: &Expr) -> R<Value> {
        if let Some(Value::Object(_)) = self.variable("__using")
            && let Some(table) = self.variable("__using")
            && let Some(table) = table.downcast::<Dictionary>()
            && let Some(found) = table.get(&Value::Str(text.clone()))
        {
            return Ok(found);
        }
        if let Some(table) = &self.using
            && let Some(table) = table.downcast::<Dictionary>()
            && let Some(found) = table.get(&Value::Str(using_key(text, matches!(value.kind, ExprKind::Variable(_)))))
        {
            return Ok(found);
        }
        Err(error::invalid(
            "UsingWithoutInvokeCommand",
            "A Using variable cannot be retrieved. A Using variable can be used only with Invoke-Command, Start-Job, or InlineScript in the script workflow. When it is used with Invoke-Command, the Using variable is valid only if the script block is invoked on a remote computer.",
        ))
    }

    /// Items to go over: those of a collection, none for `$null`, else the value itself.
    pub(crate) fn items_of(&mut self, value: &Value) -> Vec<Value> {
        match enumerate(value) {
            Some(items) => items,
            None if value.is_null() => Vec::new(),
            None => vec![value.clone()],
        }
    }
}

/// An element of an array or list, or a character of a text.
#[inline]
fn element(object: &Value, at: i32) -> Option<Value> {
    match object {
        Value::Array(array) => array.at(at),
        Value::Str(text) => text.unit(usize::try_from(at).ok()?).map(Value::Char),
        Value::Object(object) => {
            let list = object.as_any().downcast_ref::<List>().filter(|list| list.is_indexed())?;
            list.get(usize::try_from(at).ok()?)
        }
        _ => None,
    }
}

/// A member of a custom object has to have a name.
fn nameless_member() -> Flow {
    let reason = "Cannot process argument because the value of argument \"name\" is not valid. Change the value of the \"name\" argument and run the operation again.";
    let (from, to) = (
        "System.Collections.Specialized.OrderedDictionary",
        "System.Management.Automation.LanguagePrimitives+InternalPSCustomObject",
    );
    let message = format!("Cannot convert value \"{from}\" to type \"{to}\". Error: \"{reason}\"");
    let inner = Value::object(value::Exception::new("System.Management.Automation.PSArgumentException", reason));
    error::cast_because("InvalidCastConstructorException", message, inner)
}

fn duplicate_key(key: &Value) -> Flow {
    let message = format!("Duplicate keys '{}' are not allowed in hash literals.", text(key));
    error::invalid("DuplicateKeyInHashLiteral", message)
}

/// The type that `$this` is cast to, where an expression is only that.
fn base_of(object: &Expr) -> Option<&str> {
    match &object.kind {
        ExprKind::Paren(statement) => match &statement.kind {
            StmtKind::Expr(inner) => base_of(inner),
            _ => None,
        },
        ExprKind::Cast { of, .. } => Some(&of.text),
        _ => None,
    }
}

/// What a dictionary has under a key that is no text; none where the key is one.
fn keyed(object: &Value, key: &Value) -> Option<Value> {
    if matches!(key.base(), Value::Str(_) | Value::Null | Value::AutomationNull) {
        return None;
    }
    object.downcast::<Dictionary>().map(|table| table.get(key).unwrap_or_default())
}

/// The key of a value of `$using:` that came with a command: base64 of the UTF-16 text of the expression, that of a variable in
/// lower case.
pub(crate) fn using_key(text: &str, is_variable: bool) -> Str {
    let text = if is_variable { text.to_lowercase() } else { text.to_owned() };
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    base64::engine::general_purpose::STANDARD.encode(bytes).into()
}
