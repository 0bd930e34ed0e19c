//! What a column shows of an object: properties by name or pattern, or what a script gives.

use std::sync::Arc;

use psrpd_dotnet::{Str, casing, wildcard};

use crate::{
    eval::{Flow, R, Runspace, ScriptBlock},
    ops::patterns,
    value::{Body, Member, Value},
};

#[derive(Clone)]
pub(crate) enum Expression {
    /// A name or a pattern.
    Name(Str),
    /// The name of one property, wildcards not meant.
    Exact(Str),
    Script(Arc<ScriptBlock>),
}

/// What came of reading a property.
pub(crate) enum Outcome {
    Value(Value),
    /// The error of a script.
    Failed(Flow),
}

impl Expression {
    /// What stands above the column if nothing else is said.
    pub(crate) fn label(&self) -> String {
        match self {
            Self::Name(name) | Self::Exact(name) => name.to_string(),
            Self::Script(block) => block.lazy.text().to_owned(),
        }
    }

    pub(crate) fn has_wildcards(&self) -> bool {
        matches!(self, Self::Name(name) if wildcard::has_wildcards(name))
    }

    /// The properties of an object that are meant, each by its own name.
    pub(crate) fn resolve(&self, rs: &mut Runspace, object: &Value) -> R<Vec<Self>> {
        let Self::Name(name) = self else { return Ok(vec![self.clone()]) };
        if !self.has_wildcards() {
            if let Some(set) = property_set(rs, object, name) {
                return Ok(set.into_iter().map(Self::Exact).collect());
            }
            return Ok(own_name(rs, object, name)?.map(Self::Exact).into_iter().collect());
        }
        let pattern = patterns::wildcard(name, true)?;
        let names = property_names(rs, object)?.added_first();
        Ok(names.into_iter().filter(|name| pattern.is_match(name)).map(Self::Exact).collect())
    }

    /// The value for an object; none if it has no such property.
    pub(crate) fn value(&self, rs: &mut Runspace, object: &Value) -> R<Option<Outcome>> {
        let name = match self {
            Self::Script(block) => {
                return match rs.call_block_with(block, Some(object.clone()), &[]) {
                    Ok(values) => Ok(Some(Outcome::Value(Value::collected(values).settled()))),
                    Err(flow @ Flow::Error(_)) => Ok(Some(Outcome::Failed(flow))),
                    Err(other) => Err(other),
                };
            }
            Self::Exact(name) => name.clone(),
            Self::Name(_) => match self.resolve(rs, object)?.first() {
                Some(Self::Exact(name)) => name.clone(),
                _ => return Ok(None),
            },
        };
        let found = property(rs, object, &name)?;
        // In a column that another object brought, this one still says how many it is.
        Ok(found.or_else(|| rs.count_of_one(object, &name)).map(Outcome::Value))
    }
}

/// The names of an object's properties: its own and those that were added to it or its type.
pub(crate) struct Names {
    /// Those of the object alone.
    own: Vec<Str>,
    native: Vec<Str>,
    from_type: Vec<Str>,
}

impl Names {
    /// As a view without definition shows them.
    pub(crate) fn in_order(self) -> Vec<Str> {
        unique(self.own.into_iter().chain(self.native).chain(self.from_type))
    }

    /// As patterns find them.
    pub(crate) fn added_first(self) -> Vec<Str> {
        unique(self.own.into_iter().chain(self.from_type).chain(self.native))
    }
}

fn unique(names: impl Iterator<Item = Str>) -> Vec<Str> {
    let mut found: Vec<Str> = Vec::new();
    for name in names {
        if !found.iter().any(|have| casing::eq(have, &name)) {
            found.push(name);
        }
    }
    found
}

pub(crate) fn property_names(rs: &mut Runspace, object: &Value) -> R<Names> {
    let is_custom = matches!(object, Value::Wrapped(wrapped) if wrapped.is_custom());
    let native: Vec<Str> = if is_custom {
        Vec::new()
    } else {
        crate::serial::all_properties(rs, &object.clone().into_base())?.into_iter().map(|(name, _)| name).collect()
    };
    let hidden: Vec<Str> = crate::eval::class::of(object)
        .map(|instance| instance.properties())
        .unwrap_or_default()
        .into_iter()
        .filter_map(|(name, _, is_hidden)| is_hidden.then_some(name))
        .collect();
    let is_shown = |name: &Str| !hidden.contains(name) && crate::types::data_table::is_shown(object, name);
    let native: Vec<Str> = native.into_iter().filter(is_shown).collect();
    let own = rs.state.wrapper(object).map(|wrapped| wrapped.members()).unwrap_or_default();
    let from_type = rs.state.types.members(object);
    let names = |members: Vec<Member>| {
        members.into_iter().filter(Member::is_property).map(|member| member.name).collect::<Vec<Str>>()
    };
    Ok(Names { own: names(own), native, from_type: names(from_type) })
}

/// A property by its name; methods and keys of dictionaries are none.
pub(crate) fn property(rs: &mut Runspace, object: &Value, name: &str) -> R<Option<Value>> {
    if object.is_null() {
        return Ok(None);
    }
    if let Some(member) = rs.state.wrapper(object).and_then(|wrapped| wrapped.get(name)) {
        return if member.is_property() { rs.member_value(object, &member.body).map(Some) } else { Ok(None) };
    }
    if let Some(value) = rs.native_property(object, name)? {
        return Ok(Some(value));
    }
    match rs.state.types.member(object, name) {
        Some(member) if member.is_property() => rs.member_value(object, &member.body).map(Some),
        _ => Ok(None),
    }
}

fn property_set(rs: &Runspace, object: &Value, name: &str) -> Option<Vec<Str>> {
    let member =
        rs.state.wrapper(object).and_then(|wrapped| wrapped.get(name)).or_else(|| rs.state.types.member(object, name));
    match member?.body {
        Body::PropertySet(names) => Some(names),
        _ => None,
    }
}

/// A property's name as the object spells it.
fn own_name(rs: &mut Runspace, object: &Value, name: &Str) -> R<Option<Str>> {
    if object.is_null() {
        return Ok(None);
    }
    let added =
        rs.state.wrapper(object).and_then(|wrapped| wrapped.get(name)).or_else(|| rs.state.types.member(object, name));
    if let Some(member) = added {
        return Ok(member.is_property().then_some(member.name));
    }
    if rs.native_property(object, name)?.is_none() {
        return Ok(None);
    }
    let names = property_names(rs, object)?.native;
    Ok(Some(names.into_iter().find(|have| casing::eq(have, name)).unwrap_or_else(|| name.clone())))
}
