//! `PSObject`: members and type names that a value carries by itself.

use std::sync::Arc;

use parking_lot::Mutex;
use psrpd_dotnet::{Str, casing};

use super::Value;
use crate::eval::{ScriptBlock, Variable};

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
    Alias(Str),
    /// A variable of a module.
    Variable(Arc<Variable>),
    Script {
        get: Option<Arc<ScriptBlock>>,
        set: Option<Arc<ScriptBlock>>,
    },
    ScriptMethod(Arc<ScriptBlock>),
    /// A property that native code computes; serialised as the type table's own.
    Code(fn(&Value) -> Value),
    /// A set of property names.
    PropertySet(Vec<Str>),
}

impl Member {
    pub(crate) fn note(name: impl Into<Str>, value: Value) -> Self {
        Self { name: name.into(), body: Body::Note(value.settled()) }
    }

    /// Whether it has a value.
    pub(crate) fn is_property(&self) -> bool {
        matches!(self.body, Body::Note(_) | Body::Variable(_) | Body::Alias(_) | Body::Script { .. } | Body::Code(_))
    }

    /// The word for it in `Get-Member`.
    pub(crate) fn kind(&self) -> &'static str {
        match self.body {
            Body::Note(_) | Body::Variable(_) => "NoteProperty",
            Body::Alias(_) => "AliasProperty",
            Body::Script { .. } => "ScriptProperty",
            Body::ScriptMethod(_) => "ScriptMethod",
            Body::Code(_) => "CodeProperty",
            Body::PropertySet(_) => "PropertySet",
        }
    }
}

/// A value with members and type names of its own. Without a base it is a custom object.
pub(crate) struct Wrapped {
    /// `$null` for a custom object.
    pub(crate) base: Value,
    /// Type names that replace those of the base.
    pub(crate) type_names: Mutex<Option<Vec<Str>>>,
    members: Mutex<Vec<Member>>,
}

impl Wrapped {
    pub(crate) fn around(base: Value) -> Self {
        Self { base: base.into_base(), type_names: Mutex::new(None), members: Mutex::new(Vec::new()) }
    }

    pub(crate) fn custom(members: Vec<Member>) -> Self {
        Self { base: Value::Null, type_names: Mutex::new(None), members: Mutex::new(members) }
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

    /// Adds a member or puts it in the place of the one with this name.
    pub(crate) fn add(&self, member: Member) {
        let mut members = self.members.lock();
        match members.iter_mut().find(|have| casing::eq(&have.name, &member.name)) {
            Some(have) => have.body = member.body,
            None => members.push(member),
        }
    }

    pub(crate) fn members(&self) -> Vec<Member> {
        self.members.lock().clone()
    }

    /// A copy that shares nothing but the values.
    pub(crate) fn copy(&self) -> Self {
        Self {
            base: self.base.clone(),
            type_names: Mutex::new(self.type_names.lock().clone()),
            members: Mutex::new(self.members.lock().clone()),
        }
    }
}
