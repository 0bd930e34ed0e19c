//! Following references without being led into a maze.

use crate::error::{Error, ErrorKind};
use crate::limits::WALK_BUDGET;
use crate::object::{Object, ObjectValue};
use crate::value::{RefId, Value};
use alloc::collections::BTreeMap;

/// Finds the objects that references of a tree name, and counts what that leads to.
///
/// A small payload can describe an enormous tree if its references are expanded, and an infinite one if an object
/// contains itself. Every reference that is followed costs as many values as the object holds, out of
/// [`WALK_BUDGET`] for the life of the resolver. So a walk that takes every object from [`object`](Self::object), visits
/// at most as many values as the payload has, and [`WALK_BUDGET`] more.
#[derive(Debug)]
pub struct Resolver<'a> {
    targets: BTreeMap<RefId, Target<'a>>,
    budget: usize,
}

#[derive(Clone, Copy, Debug)]
struct Target<'a> {
    object: &'a Object,
    /// How many values it holds, itself included and references not followed.
    size: usize,
}

impl<'a> Resolver<'a> {
    /// A resolver for the tree under `root`.
    pub fn new(root: &'a Value) -> Self {
        let mut targets = BTreeMap::new();
        measure(root, &mut targets);
        Self { targets, budget: WALK_BUDGET }
    }

    /// The object that `value` is or names; `None` for other values, and for a reference to nothing.
    ///
    /// # Errors
    /// The budget is used up.
    pub fn object(&mut self, value: &'a Value) -> Result<Option<&'a Object>, Error> {
        match value {
            Value::Object(object) => Ok(Some(object)),
            Value::Ref(id) => {
                let Some(target) = self.targets.get(id) else { return Ok(None) };
                let left = self.budget.checked_sub(target.size);
                self.budget = left.ok_or(Error { position: 0, kind: ErrorKind::TooManyValues })?;
                Ok(Some(target.object))
            }
            _ => Ok(None),
        }
    }
}

/// How many values `value` holds, itself included. Notes the objects that may be named.
fn measure<'a>(value: &'a Value, targets: &mut BTreeMap<RefId, Target<'a>>) -> usize {
    let (object, members) = match value {
        Value::Object(object) => (Some(&**object), None),
        Value::MemberSet(members) => (None, Some(members)),
        _ => return 1,
    };
    let mut size = 1_usize;
    let mut add = |value: &'a Value| size = size.saturating_add(measure(value, targets));
    match object.map(|object| &object.value) {
        Some(ObjectValue::Primitive(value)) => add(value),
        Some(ObjectValue::List { items, .. }) => items.iter().for_each(&mut add),
        Some(ObjectValue::Dict(entries)) => entries.iter().for_each(|(key, value)| {
            add(key);
            add(value);
        }),
        Some(ObjectValue::None) | None => {}
    }
    let own = object.into_iter().flat_map(|object| [&object.props, &object.members]);
    own.chain(members).flat_map(|members| members.iter()).for_each(|(_, value)| add(value));
    if let Some((object, id)) = object.and_then(|object| object.ref_id.map(|id| (object, id))) {
        targets.insert(id, Target { object, size });
    }
    size
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;
    use alloc::format;
    use alloc::string::String;

    #[test]
    fn a_reference_leads_to_its_object() {
        let text =
            r#"<Obj RefId="7"><MS><Obj N="UnixMode" RefId="9"><S></S></Obj><Ref N="User" RefId="9" /></MS></Obj>"#;
        let root = parse(text.as_bytes()).unwrap();
        let mut resolver = Resolver::new(&root);
        let user = resolver.object(root.get("User").unwrap()).unwrap();
        assert_eq!(user, root.get("UnixMode").unwrap().as_object());
        assert_eq!(resolver.object(&Value::Ref(RefId(5))), Ok(None));
        assert_eq!(resolver.object(&Value::Nil), Ok(None));
    }

    /// Visits everything that a value describes.
    fn walk<'a>(resolver: &mut Resolver<'a>, value: &'a Value, visited: &mut usize) -> Result<(), Error> {
        *visited += 1;
        let Some(object) = resolver.object(value)? else { return Ok(()) };
        let ObjectValue::List { items, .. } = &object.value else { return Ok(()) };
        items.iter().try_for_each(|item| walk(resolver, item, visited))
    }

    /// `levels` lists, each of which names the one before twice.
    fn bomb(levels: usize) -> String {
        let list = |n: usize| match n.checked_sub(1) {
            Some(n) => format!(r#"<Obj RefId="{}"><LST><Ref RefId="{n}" /><Ref RefId="{n}" /></LST></Obj>"#, n + 1),
            None => String::from(r#"<Obj RefId="0"><LST /></Obj>"#),
        };
        format!("<Obj><LST>{}</LST></Obj>", (0..levels).map(list).collect::<String>())
    }

    #[test]
    fn a_bomb_runs_out_of_budget() {
        let root = parse(bomb(60).as_bytes()).unwrap();
        let mut visited = 0;
        let result = walk(&mut Resolver::new(&root), &root, &mut visited);
        assert_eq!(result.map_err(|e| e.kind), Err(ErrorKind::TooManyValues));
        assert!(visited < 2 * WALK_BUDGET);
    }

    #[test]
    fn an_object_that_contains_itself_runs_out_of_budget() {
        let root = parse(br#"<Obj RefId="0"><LST><Ref RefId="0" /></LST></Obj>"#).unwrap();
        let mut resolver = Resolver::new(&root);
        let (mut value, mut steps) = (&root, 0);
        let error = loop {
            match resolver.object(value) {
                Ok(object) => {
                    steps += 1;
                    let ObjectValue::List { items, .. } = &object.unwrap().value else { panic!("not a list") };
                    value = &items[0];
                }
                Err(e) => break e,
            }
        };
        assert_eq!(error.kind, ErrorKind::TooManyValues);
        assert_eq!(steps, 1 + WALK_BUDGET / 2);
    }
}
