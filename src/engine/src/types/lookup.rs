//! Members by name: where a type or one of its bases declares them, found without going through all there are.

use hashbrown::HashMap;

use super::{Method, Property, Type};

/// Where a member is: how many bases up, and its place among the members there.
#[derive(Clone, Copy)]
struct Place {
    up: usize,
    at: usize,
}

/// The members of a type and its bases by name in upper case; names are ASCII.
#[derive(Default)]
pub(super) struct Places {
    /// The nearest property of a name, those of objects and those of types.
    properties: [HashMap<Box<str>, Place>; 2],
    /// The methods of a name, the nearest first.
    methods: [HashMap<Box<str>, Vec<Place>>; 2],
}

impl Places {
    fn of(of: &Type) -> Self {
        let mut places = Self::default();
        for (up, of) in of.ancestry().enumerate() {
            let members = of.own_members();
            for (at, property) in members.properties.iter().enumerate() {
                let [own, fixed] = &mut places.properties;
                let table = if property.is_static { fixed } else { own };
                table.entry(property.name.to_ascii_uppercase().into()).or_insert(Place { up, at });
            }
            for (at, method) in members.methods.iter().enumerate() {
                let [own, fixed] = &mut places.methods;
                let table = if method.is_static { fixed } else { own };
                table.entry(method.signature.name.to_ascii_uppercase().into()).or_default().push(Place { up, at });
            }
        }
        places
    }
}

/// Calls something with a name in upper case; names that are no member's give nothing.
fn folded<T>(name: &str, look: impl FnOnce(&str) -> Option<T>) -> Option<T> {
    const LONGEST: usize = 64;
    let mut buffer = [0; LONGEST];
    let upper = buffer.get_mut(..name.len())?;
    upper.copy_from_slice(name.as_bytes());
    upper.make_ascii_uppercase();
    look(std::str::from_utf8(upper).ok()?)
}

impl Type {
    fn places(&self) -> &Places {
        self.0.places.get_or_init(|| Places::of(self))
    }

    /// A base, that many steps up.
    fn up(&self, steps: usize) -> Option<&Self> {
        if steps == 0 { Some(self) } else { self.ancestry().nth(steps) }
    }

    /// A property of the tables that the type or a base declares, ignoring case.
    pub(crate) fn property(&self, name: &str, is_static: bool) -> Option<&Property> {
        let [own, fixed] = &self.places().properties;
        let place = *folded(name, |name| if is_static { fixed } else { own }.get(name))?;
        self.up(place.up)?.own_members().properties.get(place.at)
    }

    /// The methods of the tables of a name that the type and its bases have, the nearest first, ignoring case.
    pub(crate) fn methods(&self, name: &str, is_static: bool) -> Vec<&Method> {
        let [own, fixed] = &self.places().methods;
        let places = folded(name, |name| if is_static { fixed } else { own }.get(name));
        let method = |place: &Place| self.up(place.up)?.own_members().methods.get(place.at);
        places.map(|places| places.iter().filter_map(method).collect()).unwrap_or_default()
    }

    /// Whether it or a base has a method of the tables of a name, ignoring case.
    pub(crate) fn has_method(&self, name: &str, is_static: bool) -> bool {
        let [own, fixed] = &self.places().methods;
        folded(name, |name| if is_static { fixed } else { own }.get(name)).is_some()
    }
}

#[cfg(test)]
mod tests {
    use crate::types;

    #[test]
    fn finds_what_going_through_all_would_find() {
        for of in types::all() {
            for declaring in of.ancestry() {
                for property in &declaring.own_members().properties {
                    let all = of.ancestry().flat_map(|of| &of.own_members().properties);
                    let first = all
                        .filter(|have| have.is_static == property.is_static)
                        .find(|have| have.name.eq_ignore_ascii_case(property.name));
                    let found = of.property(&property.name.to_lowercase(), property.is_static);
                    assert!(found.zip(first).is_some_and(|(a, b)| std::ptr::eq(a, b)), "{of:?} {}", property.name);
                }
                for method in &declaring.own_members().methods {
                    let name = method.signature.name;
                    let all = of.ancestry().flat_map(|of| &of.own_members().methods);
                    let wanted = all.filter(|have| {
                        have.is_static == method.is_static && have.signature.name.eq_ignore_ascii_case(name)
                    });
                    let found = of.methods(&name.to_lowercase(), method.is_static);
                    assert!(found.into_iter().eq_by_address(wanted), "{of:?} {name}");
                    assert!(of.has_method(name, method.is_static));
                }
            }
        }
    }

    trait ByAddress<'t, T: 't>: Iterator<Item = &'t T> + Sized {
        fn eq_by_address(self, other: impl Iterator<Item = &'t T>) -> bool {
            self.map(std::ptr::from_ref).eq(other.map(std::ptr::from_ref))
        }
    }

    impl<'t, T: 't, I: Iterator<Item = &'t T>> ByAddress<'t, T> for I {}
}
