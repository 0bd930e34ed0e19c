//! Reading and assigning members and elements.

use psrpd_dotnet::{Str, casing, cast};

use super::{
    Flow, R, Runspace,
    access_failure::{getting_failed, no_setter, setting_failed, setting_failed_as},
    class, error,
};
use crate::{
    cmdlets, convert,
    ir::Getter,
    ops,
    types::{self, GetFn, Property, Type},
    value::{Array, Body, Category, Dictionary, List, Object, Opaque, Value, Wrapped, enumerate, enumerates, text},
};

impl Runspace {
    /// `object.name`
    pub(crate) fn get_member(&mut self, object: &Value, name: &str) -> R<Value> {
        if let Some(value) = self.find_member(object, name)? {
            return Ok(value);
        }
        if object.is_null() {
            return self.missing_member(None, name);
        }
        if enumerates(object) {
            self.room_to_expand(object)?;
            let mut found = Vec::new();
            let mut any = false;
            let mut lacking = false;
            for item in enumerate(object).unwrap_or_default() {
                self.check_stop()?;
                let value = self.find_member(&item, name)?;
                lacking |= value.is_none();
                // A custom object that lacks it gives `$null`, any other object nothing.
                let is_custom = matches!(&item, Value::Wrapped(wrapped) if wrapped.is_custom());
                if let Some(value) = value.or_else(|| is_custom.then_some(Value::Null)) {
                    any = true;
                    match enumerate(&value) {
                        Some(items) => found.extend(items),
                        None => found.push(value),
                    }
                }
            }
            let is_strict = self.scopes.get(self.frame.scope).strict >= 2;
            if any && !(lacking && is_strict) {
                return Ok(match found.len() {
                    0 => Value::Null,
                    _ => Value::collected(found),
                });
            }
        }
        self.no_member(object, name)
    }

    /// What a member gives that [`Self::declared_member`] or [`Self::find_member`] has not found.
    pub(crate) fn no_member(&self, object: &Value, name: &str) -> R<Value> {
        let absent = match object {
            Value::Wrapped(wrapped) if wrapped.is_custom() => None,
            _ => object.type_of().and_then(|of| error::absent_member(&of, name, false, false)),
        };
        self.missing_member(absent, name)
    }

    /// What reading a member gives that is not there: nothing, or an error if scripts shall be strict or .NET has it.
    fn missing_member(&self, absent: Option<Flow>, name: &str) -> R<Value> {
        if let Some(absent) = absent {
            return Err(absent);
        }
        if self.scopes.get(self.frame.scope).strict >= 2 {
            let message =
                format!("The property '{name}' cannot be found on this object. Verify that the property exists.");
            return Err(error::raise(
                "System.Management.Automation.PropertyNotFoundException",
                "PropertyNotFoundStrict",
                Category::NotSpecified,
                message,
                Value::Null,
            ));
        }
        Ok(Value::Null)
    }

    /// A member of the value itself; none if it has no such member.
    pub(crate) fn find_member(&mut self, object: &Value, name: &str) -> R<Option<Value>> {
        let found = self.declared_member(object, name)?;
        Ok(found.or_else(|| self.count_of_one(object, name)))
    }

    /// How many items a value is that is no collection, which scripts may ask every value.
    pub(crate) fn count_of_one(&self, object: &Value, name: &str) -> Option<Value> {
        if !(casing::eq(name, "Count") || casing::eq(name, "Length")) || enumerates(object) {
            return None;
        }
        let is_custom = matches!(object, Value::Wrapped(wrapped) if wrapped.is_custom());
        let is_lenient = is_custom || self.scopes.get(self.frame.scope).strict < 2;
        is_lenient.then(|| Value::I32(if object.is_null() { 0 } else { 1 }))
    }

    /// As [`Self::find_member`], of what the value itself or its type declares.
    pub(crate) fn declared_member(&mut self, object: &Value, name: &str) -> R<Option<Value>> {
        if let Some(value) = self.held(object, name) {
            return Ok(Some(value));
        }
        if let Some(wrapped) = self.state.wrapper(object)
            && let Some(member) = wrapped.get(name)
        {
            if matches!(member.body, Body::ScriptMethod(_)) {
                return Ok(Some(types::member_view(object, member)));
            }
            return self.member_value(object, &member.body).map(Some);
        }
        if let Some(table) = object.downcast::<Dictionary>()
            && !types::is_base_view(object)
            && let Some(value) = table.get_str(name)
        {
            return Ok(Some(value));
        }
        if is_reserved(name) && !object.is_null() {
            match name {
                _ if casing::eq(name, "PSObject") => return Ok(Some(types::ps_object_view(object))),
                _ if casing::eq(name, "PSTypeNames") => return Ok(Some(types::type_names_view(self, object))),
                _ if casing::eq(name, "PSBase") => return Ok(Some(types::base_view(object))),
                _ if casing::eq(name, "PSStandardMembers") => return self.standard_members(object),
                _ => {}
            }
        }
        if self.state.types.is_changed()
            && let Some(member) = self.type_member(object, name)
        {
            return self.member_value(object, &member.body).map(Some);
        }
        if let Some(value) = self.native_property(object, name)? {
            return Ok(Some(value));
        }
        if let Some(member) = self.type_member(object, name) {
            return self.member_value(object, &member.body).map(Some);
        }
        if object.type_of().is_some_and(|of| of.has_method(name, false)) {
            return Ok(Some(types::method_view(object, name)));
        }
        if class::declares_method(object, name) {
            return Ok(Some(types::method_view(object, name)));
        }
        Ok(None)
    }

    /// A member that an object holds by itself, before all others of its name.
    #[inline]
    pub(super) fn held(&self, object: &Value, name: &str) -> Option<Value> {
        match object {
            Value::Wrapped(wrapped) => wrapped.held(name),
            Value::Object(inner) if self.state.extended.is_empty() => {
                let inner = inner.as_any();
                if let Some(table) = inner.downcast_ref::<Dictionary>() {
                    return table.get_str(name);
                }
                if let Some(list) = inner.downcast_ref::<List>() {
                    let is_count = !self.state.types.is_changed() && name.eq_ignore_ascii_case("Count");
                    return is_count.then(|| Value::int(list.len()));
                }
                let instance = inner.downcast_ref::<class::Instance>()?;
                if is_reserved(name) || self.state.types.is_changed() { None } else { instance.get(name) }
            }
            Value::Array(array) if self.state.extended.is_empty() && !self.state.types.is_changed() => {
                let is_length = name.eq_ignore_ascii_case("Count") || name.eq_ignore_ascii_case("Length");
                is_length.then(|| Value::int(array.len()))
            }
            _ => None,
        }
    }

    /// Gives a member that an object holds by itself another value.
    ///
    /// # Errors
    /// The value, where it is not as simple as that.
    #[inline]
    pub(super) fn replace_held(&self, object: &Value, name: &Str, value: Value) -> Result<(), Value> {
        match object {
            Value::Wrapped(wrapped) => wrapped.replace(name, value),
            Value::Object(inner) if self.state.extended.is_empty() => match inner.as_any().downcast_ref::<Dictionary>()
            {
                Some(table) if !table.is_typed() => {
                    table.set(Value::Str(name.clone()), value);
                    Ok(())
                }
                _ => Err(value),
            },
            _ => Err(value),
        }
    }

    /// A member that the type table gives an object, also by type names that were given to the object.
    fn type_member(&self, object: &Value, name: &str) -> Option<crate::value::Member> {
        match self.state.wrapper(object) {
            Some(wrapped) => self.state.types.member(&Value::Wrapped(wrapped), name),
            None => self.state.types.member(object, name),
        }
    }

    /// What an added member holds; nothing where reading it fails.
    pub(crate) fn member_value(&mut self, object: &Value, body: &Body) -> R<Value> {
        match self.read_member(object, "", body) {
            Err(Flow::Error(_)) => Ok(Value::Null),
            other => other,
        }
    }

    /// `object.PSStandardMembers`: what the type table says of the object beside its members.
    fn standard_members(&mut self, object: &Value) -> R<Option<Value>> {
        let said = |data: &types::TypeData| Some(data.standard_members()).filter(|members| !members.is_empty());
        let Some(mut members) = self.state.types.nearest(object, said) else { return Ok(None) };
        for member in &mut members {
            let Some(named) = member.held().map(text) else { continue };
            let value = match member.name.as_str() {
                "StringSerializationSource" => self.get_member(object, &named)?,
                "TargetTypeForDeserialization" => self.find_type(&named).map_or(Value::Null, Value::Type),
                _ => continue,
            };
            member.body = Body::Note(value);
        }
        Ok(Some(types::member_set_view(object, "PSStandardMembers", &members.into())))
    }

    /// As [`Self::member_value`], with the error of a getter that fails.
    pub(crate) fn read_member(&mut self, object: &Value, name: &str, body: &Body) -> R<Value> {
        match body {
            Body::Note(value) | Body::Property(value) => Ok(value.clone()),
            Body::Variable(variable) => Ok(variable.value.lock().clone()),
            Body::Alias(target) => match self.find_member(object, target)? {
                Some(value) => Ok(value),
                None => Err(getting_failed(name, "The member is not there.")),
            },
            Body::Script { get: Some(get), .. } => match self.call_method_block(get, object, &[]) {
                Ok(value) => Ok(value.settled()),
                Err(Flow::Error(raised)) => Err(getting_failed(name, &raised.record.message())),
                Err(other) => Err(other),
            },
            Body::Native { get, .. } => get(self, object),
            Body::Code { get, .. } => Ok(get(object)),
            Body::Script { get: None, .. } | Body::ScriptMethod(_) | Body::NativeMethod(_) => Ok(Value::Null),
            Body::PropertySet(names) => {
                let mut notes = Vec::new();
                for name in names {
                    notes.push((name.clone(), self.get_member(object, name)?));
                }
                Ok(Value::custom(notes))
            }
            Body::MemberSet(members) => Ok(types::member_set_view(object, name, members)),
        }
    }

    /// What reads a property of a value that has no other members than those of its type; remembered where it is read.
    pub(super) fn getter(&self, object: &Value, name: &str, seen: &Getter) -> Option<GetFn> {
        if self.state.types.is_changed() || is_reserved(name) {
            return None;
        }
        let of = match object {
            Value::Object(inner) if self.state.extended.is_empty() => {
                inner.as_any().downcast_ref::<List>().and_then(Object::own_type)?
            }
            _ => object.scalar_type()?,
        };
        property_of(of, name, false, seen)
    }

    /// A property that the type of the value declares.
    pub(crate) fn native_property(&mut self, object: &Value, name: &str) -> R<Option<Value>> {
        let is_object = matches!(object.base(), Value::Object(_));
        if is_object && let Some(value) = self.own_property(object, name) {
            return Ok(Some(value));
        }
        let Some(of) = object.type_of() else { return Ok(None) };
        if let Some(property) = of.property(name, false) {
            return got((property.get)(self, object.base())).map(Some);
        }
        Ok(if is_object { types::exception_property(object, name) } else { None })
    }

    /// A property that an object has beside those that the tables give its type.
    fn own_property(&mut self, object: &Value, name: &str) -> Option<Value> {
        if let Some(instance) = class::of(object)
            && let Some(value) = instance.get(name)
        {
            return Some(value);
        }
        if let Some(opaque) = object.downcast::<Opaque>()
            && let Some(value) = opaque.get(name)
        {
            if casing::eq(name, "Value")
                && let Some(variable) = cmdlets::held_variable(opaque)
            {
                return Some(variable.value.lock().clone());
            }
            return Some(types::live_property(self, object, name).unwrap_or(value));
        }
        types::xml::property(object, name).or_else(|| types::data_table::property(object, name))
    }

    /// `object.name = value`
    pub(crate) fn set_member(&mut self, object: &Value, name: &str, value: Value) -> R<()> {
        if object.is_null() {
            let message = format!(
                "The property '{name}' cannot be found on this object. Verify that the property exists and can be set."
            );
            return Err(error::invalid("PropertyNotFound", message));
        }
        let value = match object {
            Value::Wrapped(wrapped) => match wrapped.replace(name, value) {
                Ok(()) => return Ok(()),
                Err(value) => value,
            },
            _ => value,
        };
        if let Some(wrapped) = self.state.wrapper(object)
            && let Some(member) = wrapped.get(name)
        {
            return self.set_added(object, &wrapped, name, &member.body, value);
        }
        if object.downcast::<Dictionary>().is_some() && !types::is_base_view(object) {
            return self.set_index(object, &Value::from(name), value.settled());
        }
        if class::of(object).is_some() && class::set(self, object, name, value.clone())? {
            return Ok(());
        }
        if casing::eq(name, "Value")
            && let Some(variable) = object.downcast::<Opaque>().and_then(cmdlets::held_variable)
        {
            return self.write_shared(&variable, value).map_err(|flow| setting_failed(flow, name));
        }
        let of = object.type_of();
        let declared = of.as_ref().and_then(|of| of.property(name, false));
        if declared.is_none()
            && let (Some(of), Some(opaque)) = (&of, object.downcast::<Opaque>())
            && opaque.get(name).is_some()
        {
            let value = match types::known::accepted(self, of, name)? {
                Some(wanted) => convert::convert(self, &value, &wanted).map_err(|flow| setting_failed(flow, name))?,
                None => value,
            };
            opaque.set(name, value);
            return Ok(());
        }
        if types::set_exception_property(object, name, value.clone()) || types::xml::assign(object, name, &value)? {
            return Ok(());
        }
        if types::data_table::assign(self, object, name, &value).map_err(|flow| setting_failed(flow, name))? {
            return Ok(());
        }
        if let Some(property) = declared {
            let Some(set) = property.set else {
                return Err(error::read_only(property.name));
            };
            let value = match self.find_type(property.of) {
                Some(of) => convert::convert(self, &value, &of).map_err(|flow| setting_failed(flow, property.name))?,
                None => value,
            };
            return set(self, object.base(), value).map_err(|flow| setting_failed(flow, property.name));
        }
        if let Some(member) = self.state.types.member(object, name) {
            let wrapped = object.wrapped();
            return self.set_added(object, &wrapped, name, &member.body, value);
        }
        let message = format!(
            "The property '{name}' cannot be found on this object. Verify that the property exists and can be set."
        );
        if matches!(object, Value::Wrapped(wrapped) if wrapped.is_custom()) || types::is_base_view(object) {
            return Err(setting_failed(error::invalid("PropertyNotFound", message), name));
        }
        Err(error::invalid("PropertyAssignmentException", message))
    }

    fn set_added(&mut self, object: &Value, wrapped: &Wrapped, name: &str, body: &Body, value: Value) -> R<()> {
        match body {
            Body::Note(_) | Body::Property(_) => {
                if let Err(value) = wrapped.replace(name, value) {
                    wrapped.set_note(name.into(), value);
                }
                Ok(())
            }
            Body::Variable(variable) => self.write_shared(variable, value),
            Body::Alias(target) => self.set_member(object, target, value),
            Body::Script { set: Some(set), .. } => {
                self.call_method_block(set, object, &[value])
                    .map_err(|flow| setting_failed_as("ScriptSetValueRuntimeException", flow, name))?;
                Ok(())
            }
            Body::Script { set: None, .. } => Err(no_setter(name, "SetWithoutSetterFromScriptProperty")),
            _ => Err(no_setter(name, "SetWithoutSetterFromCodeProperty")),
        }
    }

    /// `[type]::name`
    pub(crate) fn get_static(&mut self, of: &Value, name: &str) -> R<Value> {
        let Value::Type(of) = of.base() else {
            return match of.type_of() {
                Some(of) => self.get_static(&Value::Type(of), name),
                None => Ok(Value::Null),
            };
        };
        self.static_member(of, name, &Getter::new())
    }

    /// As [`Self::get_static`], where that stands in a script.
    pub(super) fn static_member(&mut self, of: &Type, name: &str, seen: &Getter) -> R<Value> {
        if let Some(number) = of.labelled(name) {
            return Ok(Value::Enum(of.clone(), number));
        }
        if let Some(value) = class::get_static(self, of, name)? {
            return Ok(value);
        }
        let asked = Value::Type(of.clone());
        if let Some(get) = property_of(of, name, true, seen) {
            return get(self, &asked);
        }
        if of.has_method(name, true) || !types::class_overloads(of, name, true).is_empty() {
            return Ok(types::method_view(&asked, name));
        }
        if casing::eq(name, "new") {
            return Ok(types::method_view(&Value::Type(of.clone()), name));
        }
        self.missing_member(error::absent_member(of, name, true, false), name)
    }

    /// `[type]::name = value`
    pub(crate) fn set_static(&mut self, of: &Value, name: &str, value: Value) -> R<()> {
        let own = match of.base() {
            Value::Type(of) => Some(of.clone()),
            other => other.type_of(),
        };
        if let Some(of) = own {
            if class::set_static(self, &of, name, value.clone())? {
                return Ok(());
            }
            if let Some(property) = of.property(name, true) {
                return self.set_static_property(&of, property, value);
            }
            if let Some(absent) = error::absent_member(&of, name, true, false) {
                return Err(absent);
            }
        }
        let message = format!(
            "The property '{name}' cannot be found on this object. Verify that the property exists and can be set."
        );
        Err(error::invalid("PropertyAssignmentException", message))
    }

    fn set_static_property(&mut self, of: &Type, property: &Property, value: Value) -> R<()> {
        let Some(set) = property.set else {
            return Err(error::read_only(property.name));
        };
        let wanted = self.parameter_type(of, property.of, false).unwrap_or_else(types::object);
        let value = convert::convert(self, &value, &wanted).map_err(|flow| setting_failed(flow, property.name))?;
        set(self, &Value::Null, value).map_err(|flow| setting_failed(flow, property.name))
    }

    /// `object[index]`
    pub(crate) fn index(&mut self, object: &Value, index: &Value) -> R<Value> {
        match object.base() {
            Value::Null | Value::AutomationNull => {
                return Err(error::invalid("NullArray", "Cannot index into a null array."));
            }
            Value::Array(array) => {
                return self.index_array(array, index);
            }
            Value::Str(text) => {
                return self.index_with(index, text.len(), |at| text.unit(at).map(Value::Char));
            }
            _ => {}
        }
        if let Some(table) = object.downcast::<Dictionary>() {
            return self.index_table(table, index);
        }
        // Groups of a match go by name too.
        if matches!(index.base(), Value::Str(_))
            && let Some(group) = types::regex::group(object, index)
        {
            return Ok(group);
        }
        if let Some(list) = object.downcast::<List>()
            && list.is_indexed()
        {
            return self.index_with(index, list.len(), |at| list.get(at));
        }
        if let Some(value) = types::indexer(self, object, index)? {
            return Ok(value);
        }
        if let Some(items) = enumerate(object)
            && object.downcast::<List>().is_none()
        {
            return self.index_with(index, items.len(), |at| items.get(at).cloned());
        }
        if let Some(items) = types::tuple_items(object) {
            return self.index_with(index, items.len(), |at| items.get(at).cloned());
        }
        self.index_scalar(object, index)
    }

    /// What is no collection is one of one element: it is at 0 and at -1.
    fn index_scalar(&mut self, object: &Value, index: &Value) -> R<Value> {
        if index.is_null() {
            return Err(error::invalid("NullArrayIndex", "Index operation failed; the array index evaluated to null."));
        }
        for at in [0, -1] {
            if ops::compare::equal(self, &Value::I32(at), index, true)? {
                return Ok(object.clone());
            }
        }
        if self.scopes.get(self.frame.scope).strict >= 2 {
            let message = format!("Unable to index into an object of type \"{}\".", object.type_name());
            return Err(error::invalid_target("CannotIndex", message, object));
        }
        Ok(Value::AutomationNull)
    }

    fn index_array(&mut self, array: &Array, index: &Value) -> R<Value> {
        if let Value::I32(at) = index {
            let at = position(i64::from(*at), array.len());
            if array.rank() == 1 {
                if let Some(value) = at.and_then(|at| array.get(at)) {
                    return Ok(value);
                }
                return self.out_of_range();
            }
        }
        if let Some(dimensions) = &array.dimensions {
            let indexes = enumerate(index).unwrap_or_else(|| vec![index.clone()]);
            if indexes.len() != dimensions.len() {
                let shown: Vec<String> = indexes.iter().map(|i| text(i).to_string()).collect();
                let message = format!(
                    "You cannot index into a {} dimensional array with index [{}].",
                    dimensions.len(),
                    shown.join(",")
                );
                return Err(error::invalid("NeedMultidimensionalIndex", message));
            }
            let at = self.flat_index(dimensions, &indexes)?;
            return match at.and_then(|at| array.get(at)) {
                Some(value) => Ok(value),
                None => self.out_of_range(),
            };
        }
        if let Value::Array(places) = index {
            self.room_to_expand(index)?;
            if let Some(found) = array.pick(&places.items()) {
                return Ok(Value::array(found));
            }
        }
        self.index_with(index, array.len(), |at| array.get(at))
    }

    fn flat_index(&mut self, dimensions: &[usize], indexes: &[Value]) -> R<Option<usize>> {
        let mut flat = 0_usize;
        for (length, index) in dimensions.iter().zip(indexes) {
            let at = convert::to_i32(self, index)?;
            let Some(at) = position(at.into(), *length) else { return Ok(None) };
            flat = flat.saturating_mul(*length).saturating_add(at);
        }
        Ok(Some(flat))
    }

    fn out_of_range(&self) -> R<Value> {
        if self.scopes.get(self.frame.scope).strict >= 3 {
            return Err(error::foreign(
                "System.IndexOutOfRangeException",
                "Index was outside the bounds of the array.",
            ));
        }
        Ok(Value::Null)
    }

    /// One element, or the elements at several positions.
    fn index_with(&mut self, index: &Value, length: usize, get: impl Fn(usize) -> Option<Value>) -> R<Value> {
        if index.is_null() {
            return Err(error::invalid("NullArrayIndex", "Index operation failed; the array index evaluated to null."));
        }
        self.room_to_expand(index)?;
        if let Some(indexes) = enumerate(index) {
            let mut found = Vec::new();
            for index in indexes {
                let at = convert::to_i32(self, &index)?;
                found.extend(position(at.into(), length).and_then(&get));
            }
            return Ok(Value::array(found));
        }
        let at = match convert::to_i32(self, index) {
            Ok(at) => at,
            Err(Flow::Error(_)) => return self.out_of_range(),
            Err(other) => return Err(other),
        };
        match position(at.into(), length).and_then(get) {
            Some(value) => Ok(value),
            None => self.out_of_range(),
        }
    }

    fn index_table(&mut self, table: &Dictionary, index: &Value) -> R<Value> {
        if index.is_null() {
            if table.is_ordered() {
                return Err(error::foreign("System.ArgumentNullException", "Value cannot be null. (Parameter 'key')"));
            }
            return Err(error::invalid("NullArrayIndex", "Index operation failed; the array index evaluated to null."));
        }
        if let Some(keys) = enumerate(index) {
            let mut found = Vec::new();
            for key in keys {
                found.push(self.index_table(table, &key)?);
            }
            return Ok(Value::array(found));
        }
        if table.is_ordered()
            && let Some(at) = index.as_i128()
            && matches!(index.base(), Value::I32(_))
        {
            let at = position(i64::try_from(at).unwrap_or(i64::MAX), table.len());
            return match at.and_then(|at| table.at(at)) {
                Some((_, value)) => Ok(value),
                None => self.out_of_range(),
            };
        }
        let own = class::own_key(self, table, index)?;
        let index = own.as_ref().unwrap_or(index);
        if let Some(value) = table.get(index) {
            return Ok(value);
        }
        if let [key_type, _] = table.type_of().arguments() {
            let key = convert::convert(self, index, key_type)?;
            return Ok(table.get(&key).unwrap_or_default());
        }
        Ok(Value::Null)
    }

    /// `object[index] = value`
    pub(crate) fn set_index(&mut self, object: &Value, index: &Value, value: Value) -> R<()> {
        types::check_change(object, Some(index))?;
        match object.base() {
            Value::Null | Value::AutomationNull => {
                return Err(error::invalid("NullArray", "Cannot index into a null array."));
            }
            Value::Array(array) => {
                let value = match index {
                    Value::I32(at) => match array.put(*at, value) {
                        Ok(()) => return Ok(()),
                        Err(value) => value,
                    },
                    _ => value,
                };
                let indexes = enumerate(index);
                let at = match (&array.dimensions, indexes) {
                    (Some(dimensions), indexes) => {
                        let indexes = indexes.unwrap_or_else(|| vec![index.clone()]);
                        self.flat_index(dimensions, &indexes)?
                    }
                    (None, Some(indexes)) => {
                        let shown: Vec<String> = indexes.iter().map(|i| text(i).to_string()).collect();
                        let message = format!(
                            "Array assignment to [{}] failed because assignment to slices is not supported.",
                            shown.join(",")
                        );
                        return Err(error::invalid("ArraySliceAssignmentFailed", message));
                    }
                    (None, None) => {
                        if index.is_null() {
                            return Err(error::invalid(
                                "NullArrayIndex",
                                "Index operation failed; the array index evaluated to null.",
                            ));
                        }
                        let at = convert::to_i32(self, index)?;
                        position(at.into(), array.len())
                    }
                };
                let value = convert::convert(self, &value, &array.element)?;
                if at.is_some_and(|at| array.set(at, value)) {
                    return Ok(());
                }
                return Err(error::foreign(
                    "System.IndexOutOfRangeException",
                    "Index was outside the bounds of the array.",
                ));
            }
            _ => {}
        }
        if let Some(table) = object.downcast::<Dictionary>() {
            if index.is_null() {
                return Err(error::invalid(
                    "NullArrayIndex",
                    "Index operation failed; the array index evaluated to null.",
                ));
            }
            let own = class::own_key(self, table, index)?;
            let index = own.as_ref().unwrap_or(index);
            if table.is_ordered()
                && let Value::I32(at) = index.base()
            {
                if !table.set_at(cast::index((*at).into()), value) || *at < 0 {
                    return Err(error::foreign(
                        "System.ArgumentOutOfRangeException",
                        "Specified argument was out of the range of valid values. (Parameter 'index')",
                    ));
                }
                return Ok(());
            }
            if let [key_type, value_type] = table.type_of().arguments() {
                let key = convert::convert(self, index, key_type)?;
                let value = convert::convert(self, &value, value_type)?;
                table.set(key, value);
                return Ok(());
            }
            table.set(index.clone(), value);
            return Ok(());
        }
        if let Some(list) = object.downcast::<List>()
            && list.is_indexed()
            && !list.type_of().is_kind("ReadOnlyCollection")
        {
            let at = convert::to_i32(self, index)?;
            let value = match list.element() {
                Some(of) => convert::convert(self, &value, &of)?,
                None => value,
            };
            let is_there = list.change(|items| {
                let length = items.len();
                let slot = position(at.into(), length).and_then(|at| items.get_mut(at));
                slot.map(|slot| *slot = value).is_some()
            });
            return match is_there {
                true => Ok(()),
                false => Err(error::foreign(
                    "System.ArgumentOutOfRangeException",
                    "Index was out of range. Must be non-negative and less than the size of the collection. (Parameter 'index')",
                )),
            };
        }
        if crate::format::style::set_extension(object, index, &value)?
            || types::set_char(self, object, index, &value)?
            || types::data_table::set_indexed(self, object, index, &value)?
            || types::set_named_value(object, index, &value)
        {
            return Ok(());
        }
        let of = object.type_of().map_or_else(|| "null".into(), |of| of.plain_name());
        let message = format!("Unable to index into an object of type \"{of}\".");
        Err(error::invalid_target("CannotIndex", message, object))
    }
}

/// What a type has for a property of a name, looked up once for each type that is met first.
fn property_of(of: &Type, name: &str, is_static: bool, seen: &Getter) -> Option<GetFn> {
    if let Some((known, get)) = seen.get()
        && *known == of.identity()
    {
        return Some(*get);
    }
    let get = of.property(name, is_static)?.get;
    let _ = seen.set((of.identity(), get));
    Some(get)
}

/// What reading a property gives: nothing where that fails.
pub(super) fn got(result: R<Value>) -> R<Value> {
    match result {
        Err(Flow::Error(_)) => Ok(Value::Null),
        other => other,
    }
}

/// Whether a name may be one of those that every object has.
fn is_reserved(name: &str) -> bool {
    name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("PS"))
}

/// A position that may count from the end.
fn position(at: i64, length: usize) -> Option<usize> {
    let length = cast::int64(length);
    let at = if at < 0 { at.saturating_add(length) } else { at };
    (0..length).contains(&at).then(|| cast::index(at))
}
