//! Classes that are DSC resources: what they must have.

use super::Check;
use crate::{
    ast::{Kind, List, NodeId, Step, TypeKind},
    error::ErrorId,
    known_types::is_dsc_key,
};

const RESOURCE: &str = "System.Management.Automation.DscResourceAttribute";
const PROPERTY: &str = "System.Management.Automation.DscPropertyAttribute";

/// What was found in a class and its bases.
#[derive(Default)]
struct Found {
    set: bool,
    get: bool,
    test: bool,
    key: bool,
    constructor: bool,
    default_constructor: bool,
}

impl Check<'_, '_> {
    /// A class with `[DscResource()]`.
    pub(super) fn dsc_resource(&mut self, id: NodeId) {
        let view = self.view;
        let Kind::TypeDefinition { name, attributes, .. } = view.kind(id) else { return };
        let is_resource = |id: &&NodeId| view.attribute_is(**id, RESOURCE);
        let Some(attribute) = view.list(attributes).iter().copied().find(|id| is_resource(&id)) else { return };
        let mut found = Found::default();
        self.dsc_members(id, true, &mut found);
        let mut seen = alloc::vec![id];
        let mut class = id;
        while let Some(base) = self.base_in_script(class).filter(|base| !seen.contains(base)) {
            self.dsc_members(base, false, &mut found);
            seen.push(base);
            class = base;
        }
        let missing = [
            (found.set, ErrorId::DscResourceMissingSetMethod),
            (found.get, ErrorId::DscResourceMissingGetMethod),
            (found.test, ErrorId::DscResourceMissingTestMethod),
            (found.default_constructor || !found.constructor, ErrorId::DscResourceMissingDefaultConstructor),
            (found.key, ErrorId::DscResourceMissingKeyProperty),
        ];
        for (_, error) in missing.into_iter().filter(|(is_there, _)| !is_there) {
            self.report(error, view.extent(attribute), &[view.get(name)]);
        }
    }

    /// The class that a class is derived from, if it stands in this script.
    fn base_in_script(&self, class: NodeId) -> Option<NodeId> {
        let view = self.view;
        let Kind::TypeDefinition { base_types, .. } = view.kind(class) else { return None };
        let Kind::TypeConstraint { type_name } = view.kind(*view.list(base_types).first()?) else { return None };
        self.types_in_script(class, view.simple_name(type_name)?).next()
    }

    /// The types of this name that are defined in the script in which a node stands.
    fn types_in_script<'n>(&self, of: NodeId, name: &'n str) -> impl Iterator<Item = NodeId> + use<'n, '_> {
        let view = self.view;
        view.visit(view.ancestors(of).last().unwrap_or(of)).filter_map(move |step| match step {
            Step::Enter(id) => match view.kind(id) {
                Kind::TypeDefinition { name: own, .. } if view.get(own).eq_ignore_ascii_case(name) => Some(id),
                _ => None,
            },
            Step::Leave(_) => None,
        })
    }

    fn dsc_members(&mut self, class: NodeId, is_own: bool, found: &mut Found) {
        let view = self.view;
        let Kind::TypeDefinition { name: class_name, members, .. } = view.kind(class) else { return };
        for member in view.list(members) {
            match view.kind(*member) {
                Kind::PropertyMember { attributes, property_type, .. } if self.has_dsc_key(attributes) => {
                    found.key = true;
                    if !property_type.is_some_and(|of| self.is_dsc_key_type(of)) {
                        self.report(ErrorId::DscResourceInvalidKeyProperty, view.extent(*member), &[]);
                    }
                }
                Kind::FunctionMember { .. } => self.dsc_method(*member, view.get(class_name), is_own, found),
                _ => {}
            }
        }
    }

    fn dsc_method(&mut self, member: NodeId, class: &str, is_own: bool, found: &mut Found) {
        let view = self.view;
        let Kind::FunctionMember { function, return_type, .. } = view.kind(member) else { return };
        let Kind::FunctionDefinition { name, parameters, .. } = view.kind(function) else { return };
        let takes_none = parameters.is_none_or(|list| view.list(list).is_empty());
        let name = view.get(name);
        if name.eq_ignore_ascii_case(class) {
            found.constructor |= is_own;
            found.default_constructor |= is_own && takes_none;
            return;
        }
        if !takes_none {
            return;
        }
        let returns = return_type.and_then(|of| match view.kind(of) {
            Kind::TypeConstraint { type_name } => Some(type_name),
            _ => None,
        });
        if name.eq_ignore_ascii_case("Set") {
            found.set |= view.returns_void(view.kind(member));
        } else if name.eq_ignore_ascii_case("Test") {
            found.test |= returns.is_some_and(|of| view.is_type(of, "System.Boolean"));
        } else if name.eq_ignore_ascii_case("Get") {
            found.get = true;
            if !returns.and_then(|of| view.simple_name(of)).is_some_and(|of| of.eq_ignore_ascii_case(class)) {
                self.report(ErrorId::DscResourceInvalidGetMethod, view.extent(member), &[class]);
            }
        }
    }

    /// Whether `[DscProperty(Key)]` is among attributes.
    fn has_dsc_key(&self, attributes: List) -> bool {
        let view = self.view;
        view.list(attributes).iter().filter(|id| view.attribute_is(**id, PROPERTY)).any(|id| {
            let Kind::Attribute { named_arguments, .. } = view.kind(*id) else { return false };
            view.list(named_arguments).iter().any(|argument| match view.kind(*argument) {
                Kind::NamedAttributeArgument { name, argument, expression_omitted } => {
                    let is_true = || match view.kind(argument) {
                        Kind::VariableExpression { path, .. } => view.get(path.user_path).eq_ignore_ascii_case("true"),
                        _ => false,
                    };
                    view.get(name).eq_ignore_ascii_case("Key") && (expression_omitted || is_true())
                }
                _ => false,
            })
        })
    }

    fn is_dsc_key_type(&self, constraint: NodeId) -> bool {
        let view = self.view;
        let Kind::TypeConstraint { type_name } = view.kind(constraint) else { return false };
        let Some(name) = view.simple_name(type_name) else { return false };
        if is_dsc_key(name) {
            return true;
        }
        let is_enum = |id| matches!(view.kind(id), Kind::TypeDefinition { definition: TypeKind::Enum, .. });
        self.types_in_script(constraint, name).any(is_enum)
            || view.resolve(type_name).is_some_and(|full| view.types.is_subclass(&full, "System.Enum"))
    }
}
