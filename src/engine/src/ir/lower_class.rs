//! Lowering of classes and enums.

use std::sync::Arc;

use psrpd_lang::ast::{Kind, NodeId, TypeKind};

use super::{MethodIr, PropertyIr, TypeIr, lower::Lowering};

impl Lowering<'_> {
    pub(super) fn type_definition(&mut self, id: NodeId) -> TypeIr {
        let script = self.script;
        let Kind::TypeDefinition { name, definition, attributes, base_types, members } = script.kind(id) else {
            return TypeIr {
                node: id,
                name: "".into(),
                is_enum: false,
                flags: false,
                attributes: Vec::new(),
                bases: Vec::new(),
                properties: Vec::new(),
                methods: Vec::new(),
                source: self.source.clone(),
            };
        };
        let attributes = self.attributes(attributes);
        let flags = attributes.iter().any(|attribute| {
            let name = attribute.name.to_ascii_lowercase();
            matches!(name.as_str(), "flags" | "system.flags" | "flagsattribute" | "system.flagsattribute")
        });
        let mut of = TypeIr {
            node: id,
            name: script.text(name).into(),
            is_enum: definition == TypeKind::Enum,
            flags,
            attributes,
            bases: script.list(base_types).iter().filter_map(|id| self.constraint(*id)).collect(),
            properties: Vec::new(),
            methods: Vec::new(),
            source: self.source.clone(),
        };
        for member in script.list(members) {
            match script.kind(*member) {
                Kind::PropertyMember { name, property_type, attributes, modifiers, initial_value } => {
                    of.properties.push(PropertyIr {
                        node: *member,
                        name: script.text(name).into(),
                        of: property_type.and_then(|id| self.constraint(id)),
                        attributes: self.attributes(attributes),
                        is_static: modifiers.is_static,
                        is_hidden: modifiers.is_hidden,
                        initial: initial_value.map(|id| self.expression(id)),
                    });
                }
                Kind::FunctionMember { return_type, function, modifiers, attributes, .. } => {
                    let Kind::FunctionDefinition { name, parameters, body, .. } = script.kind(function) else {
                        continue;
                    };
                    let mut unit = self.nested(body);
                    unit.outer_params = parameters;
                    of.methods.push(MethodIr {
                        name: script.text(name).into(),
                        returns: return_type.and_then(|id| self.named_type(id)),
                        attributes: self.attributes(attributes),
                        is_static: modifiers.is_static,
                        body: Arc::new(unit),
                    });
                }
                _ => {}
            }
        }
        of
    }
}
