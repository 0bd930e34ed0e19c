//! `PSObject`: members and type names that a value carries by itself.

use std::sync::Arc;

use parking_lot::Mutex;
use psrpd_dotnet::{Str, casing};

use super::Value;
use crate::{
    eval::{ScriptBlock, Variable},
    types::{GetFn, NativeFn},
};

/// A member that was added to a value or comes from the type table.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) name: Str,
    pub(crate) body: Body,
}

/// What a member is.
#[derive(Clone)]
pub(crate) enum Body {
    Note(Value),
    /// A property of an object that came over the wire and is now only a bag.
    Property(Value),
    Alias(Str),
    /// A variable of a module.
    Variable(Arc<Variable>),
    Script {
        get: Option<Arc<ScriptBlock>>,
        set: Option<Arc<ScriptBlock>>,
    },
    ScriptMethod(Arc<ScriptBlock>),
    /// A property of the type table that native code computes, and what `Get-Member` calls it.
    Native {
        get: GetFn,
        kind: &'static str,
    },
    /// As [`Self::Native`], for code that needs nothing but the object.
    Code {
        get: fn(&Value) -> Value,
        kind: &'static str,
    },
    /// A method of the type table.
    NativeMethod(NativeFn),
    /// A set of property names.
    PropertySet(Vec<Str>),
    /// Members below a name, as `PSStandardMembers` has them.
    MemberSet(Arc<[Member]>),
}

impl Member {
    pub(crate) fn note(name: impl Into<Str>, value: Value) -> Self {
        Self { name: name.into(), body: Body::Note(value.settled()) }
    }

    /// Whether it has a value.
    pub(crate) fn is_property(&self) -> bool {
        matches!(
            self.body,
            Body::Note(_)
                | Body::Property(_)
                | Body::Variable(_)
                | Body::Alias(_)
                | Body::Script { .. }
                | Body::Native { .. }
                | Body::Code { .. }
        )
    }

    /// The value of a member that holds one.
    pub(crate) fn held(&self) -> Option<&Value> {
        match &self.body {
            Body::Note(value) | Body::Property(value) => Some(value),
            _ => None,
        }
    }

    /// The word for it in `Get-Member`.
    pub(crate) fn kind(&self) -> &'static str {
        match self.body {
            Body::Note(_) | Body::Variable(_) => "NoteProperty",
            Body::Property(_) => "Property",
            Body::Alias(_) => "AliasProperty",
            Body::Script { .. } => "ScriptProperty",
            Body::ScriptMethod(_) => "ScriptMethod",
            Body::Native { kind, .. } | Body::Code { kind, .. } => kind,
            Body::NativeMethod(_) => "CodeMethod",
            Body::PropertySet(_) => "PropertySet",
            Body::MemberSet(_) => "MemberSet",
        }
    }
}

/// A value with members and type names of its own. Without a base it is a custom object.
pub(crate) struct Wrapped {
    /// `$null` for a custom object.
    pub(crate) base: Value,
    /// Type names that replace those of the base.
    pub(crate) type_names: Mutex<Option<Vec<Str>>>,
    /// What `ToString()` gave where the object comes from.
    pub(crate) text: Mutex<Option<Str>>,
    members: Mutex<Vec<Member>>,
}

impl Drop for Wrapped {
    fn drop(&mut self) {
        let members = self.members.get_mut();
        if self.base.is_deep() || members.iter().any(|member| member.held().is_none_or(Value::is_deep)) {
            super::release((std::mem::take(&mut self.base), std::mem::take(members)));
        }
    }
}

impl Wrapped {
    pub(crate) fn around(base: Value) -> Self {
        Self {
            base: base.into_base(),
            type_names: Mutex::new(None),
            text: Mutex::new(None),
            members: Mutex::new(Vec::new()),
        }
    }

    pub(crate) fn custom(members: Vec<Member>) -> Self {
        Self::with(Value::Null, members)
    }

    /// A wrapper with these members, whose names differ.
    pub(crate) fn with(base: Value, members: Vec<Member>) -> Self {
        Self { base, type_names: Mutex::new(None), text: Mutex::new(None), members: Mutex::new(members) }
    }

    /// Whether it has members of its own.
    pub(crate) fn has_members(&self) -> bool {
        !self.members.lock().is_empty()
    }

    pub(crate) fn is_custom(&self) -> bool {
        self.base.is_null()
    }

    pub(crate) fn get(&self, name: &str) -> Option<Member> {
        self.members.lock().iter().find(|member| casing::eq(&member.name, name)).cloned()
    }

    /// Sets a note that may be there already.
    pub(crate) fn set_note(&self, name: Str, value: Value) {
        self.add(Member::note(name, value));
    }

    /// What a note or property of the bag holds.
    pub(crate) fn held(&self, name: &str) -> Option<Value> {
        let members = self.members.lock();
        members.iter().find(|member| casing::eq(&member.name, name)).and_then(Member::held).cloned()
    }

    /// Gives a note or property of the bag another value.
    ///
    /// # Errors
    /// The value, if there is none of this name.
    pub(crate) fn replace(&self, name: &str, value: Value) -> Result<(), Value> {
        match self.members.lock().iter_mut().find(|have| casing::eq(&have.name, name)).map(|member| &mut member.body) {
            Some(Body::Note(slot) | Body::Property(slot)) => {
                *slot = value.settled();
                Ok(())
            }
            _ => Err(value),
        }
    }

    /// Adds a member or puts it in the place of the one with this name.
    pub(crate) fn add(&self, member: Member) {
        let mut members = self.members.lock();
        match members.iter_mut().find(|have| casing::eq(&have.name, &member.name)) {
            Some(have) => have.body = member.body,
            None => members.push(member),
        }
    }

    /// Takes a member away; false if there is none of this name.
    pub(crate) fn remove(&self, name: &str) -> bool {
        let mut members = self.members.lock();
        let before = members.len();
        members.retain(|member| !casing::eq(&member.name, name));
        members.len() < before
    }

    pub(crate) fn members(&self) -> Vec<Member> {
        self.members.lock().clone()
    }

    /// The properties of an object that came over the wire.
    pub(crate) fn properties(&self) -> Vec<(Str, Value)> {
        let members = self.members.lock();
        let held = members.iter().filter_map(|member| match &member.body {
            Body::Property(value) => Some((member.name.clone(), value.clone())),
            _ => None,
        });
        held.collect()
    }

    /// The members without those properties.
    pub(crate) fn added(&self) -> Vec<Member> {
        let members = self.members.lock();
        let mut added = Vec::with_capacity(members.len());
        added.extend(members.iter().filter(|member| !matches!(member.body, Body::Property(_))).cloned());
        added
    }

    /// A copy that shares nothing but the values.
    pub(crate) fn copy(&self) -> Self {
        Self {
            base: self.base.clone(),
            type_names: Mutex::new(self.type_names.lock().clone()),
            text: Mutex::new(self.text.lock().clone()),
            members: Mutex::new(self.members.lock().clone()),
        }
    }
}
