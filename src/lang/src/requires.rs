//! `#requires`: what a script asks of the PowerShell that runs it.

use alloc::{string::String, vec::Vec};

use crate::{
    ast::{Kind, NodeId},
    check::Use,
    error::ErrorId,
    extent::Extent,
    lexer::Lexer,
    parser::Parser,
};

/// The `#requires` lines of a script, taken together (`ScriptRequirements`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requirements {
    /// `-ShellId`
    pub application_id: Option<String>,
    /// `-Version`: two to four numbers.
    pub version: Option<Vec<u32>>,
    /// `-PSEdition`
    pub editions: Vec<String>,
    /// `-Modules`: nodes of names and hashtables; what is in a hashtable has not been looked at.
    pub modules: Vec<NodeId>,
    /// `-Assembly`
    pub assemblies: Vec<String>,
    /// `-PSSnapin`, which no PowerShell since 6 has.
    pub snap_in: Option<String>,
    /// `-RunAsAdministrator`
    pub is_elevation_required: bool,
}

const EDITIONS: [&str; 2] = ["Desktop", "Core"];

impl Parser<'_> {
    /// Parses the `#requires` lines that were passed over.
    pub(crate) fn requirements(&mut self) -> Option<Requirements> {
        let lines = core::mem::take(&mut self.lex.requires);
        if lines.is_empty() || self.lex.errors.is_aborted() {
            return None;
        }
        let mut requirements = Requirements::default();
        for line in lines {
            let outer = self.lex.start_nested(Lexer::requires_body(&line));
            let command = self.command();
            self.forget_ungot();
            self.lex.finish_nested(outer);
            if let Some(command) = command {
                self.requires_line(command, &mut requirements);
            }
        }
        Some(requirements)
    }

    fn requires_line(&mut self, command: NodeId, requirements: &mut Requirements) {
        let Kind::Command { elements, .. } = self.kind(command) else { return };
        let elements = self.lex.tree.list(elements).to_vec();
        let name = elements.first().and_then(|name| self.string_value(*name));
        if !name.is_some_and(|name| name.eq_ignore_ascii_case("requires")) {
            self.error(ErrorId::ScriptRequiresInvalidFormat, self.extent(command), &[]);
        }
        let is_snap_in = |element: &NodeId| match self.kind(*element) {
            Kind::CommandParameter { name, .. } => abbreviates(self.lex.get(name), "pssnapin"),
            _ => false,
        };
        let has_snap_in = elements.iter().skip(1).any(is_snap_in);
        let mut rest = elements.iter().skip(1).copied();
        while let Some(element) = rest.next() {
            let Kind::CommandParameter { name, argument, .. } = self.kind(element) else {
                self.error(ErrorId::ScriptRequiresInvalidFormat, self.extent(element), &[]);
                continue;
            };
            let name: String = self.lex.get(name).into();
            let argument = argument.or_else(|| rest.next());
            self.requires_parameter(element, &name, argument, has_snap_in, requirements);
        }
    }

    fn requires_parameter(
        &mut self,
        parameter: NodeId,
        name: &str,
        argument: Option<NodeId>,
        has_snap_in: bool,
        requirements: &mut Requirements,
    ) {
        let place = self.extent(parameter);
        if abbreviates(name, "runasadministrator") {
            requirements.is_elevation_required = true;
            if argument.is_some() {
                self.error(ErrorId::ParameterCannotHaveArgument, place, &[name]);
            }
            return;
        }
        let Some(argument) = argument else {
            return self.error(ErrorId::ParameterRequiresArgument, place, &[name]);
        };
        if !self.view().is_constant(argument, Use::Requires) {
            return self.error(ErrorId::RequiresArgumentMustBeConstant, self.extent(argument), &[]);
        }
        if abbreviates(name, "shellid") {
            let value = self.requires_string(argument, "shellid");
            self.bind_once(place, "shellid", &mut requirements.application_id, value);
        } else if abbreviates(name, "pssnapin") {
            let value = self.requires_string(argument, "pssnapin");
            self.bind_once(place, "pssnapin", &mut requirements.snap_in, value);
        } else if abbreviates(name, "psedition") {
            self.requires_editions(place, argument, requirements);
        } else if abbreviates(name, "version") {
            self.requires_version(place, argument, has_snap_in, requirements);
        } else if abbreviates(name, "assembly") {
            for value in self.each(argument) {
                if let Some(value) = self.requires_string(value, "assembly")
                    && !requirements.assemblies.contains(&value)
                {
                    requirements.assemblies.push(value);
                }
            }
        } else if abbreviates(name, "modules") {
            requirements.modules.extend(self.each(argument));
        } else {
            self.error(ErrorId::ScriptRequiresInvalidFormat, place, &[]);
        }
    }

    fn bind_once(&mut self, place: Extent, name: &str, slot: &mut Option<String>, value: Option<String>) {
        if slot.is_some() {
            return self.error(ErrorId::ParameterAlreadyBound, place, &["", name]);
        }
        *slot = value;
    }

    fn requires_string(&mut self, argument: NodeId, name: &str) -> Option<String> {
        let value = self.string_value(argument);
        if value.is_none() {
            self.error(ErrorId::RequiresInvalidStringArgument, self.extent(argument), &[name]);
        }
        value
    }

    fn requires_editions(&mut self, parameter: Extent, argument: NodeId, requirements: &mut Requirements) {
        let place = self.extent(argument);
        if !requirements.editions.is_empty() {
            return self.error(ErrorId::ParameterAlreadyBound, parameter, &["", "psedition"]);
        }
        for value in self.each(argument) {
            let Some(edition) = self.string_value(value) else {
                self.error(ErrorId::RequiresInvalidStringArgument, place, &["psedition"]);
                continue;
            };
            if !EDITIONS.iter().any(|known| known.eq_ignore_ascii_case(&edition)) {
                self.error(ErrorId::RequiresPSEditionInvalid, place, &["psedition"]);
            }
            if requirements.editions.iter().any(|other| other.eq_ignore_ascii_case(&edition)) {
                self.error(ErrorId::RequiresPSEditionValueIsAlreadySpecified, place, &["psedition"]);
            } else {
                requirements.editions.push(edition);
            }
        }
    }

    fn requires_version(
        &mut self,
        place: Extent,
        argument: NodeId,
        has_snap_in: bool,
        requirements: &mut Requirements,
    ) {
        let text = self.string_value(argument).unwrap_or_else(|| self.extent(argument).text(self.lex.text).into());
        let Some(version) = parse_version(&text) else {
            return self.error(ErrorId::RequiresVersionInvalid, self.extent(argument), &[]);
        };
        if has_snap_in {
            return;
        }
        if requirements.version.as_ref().is_some_and(|other| *other != version) {
            return self.error(ErrorId::ParameterAlreadyBound, place, &["", "version"]);
        }
        requirements.version = Some(version);
    }

    /// The elements of an array, or the one value.
    fn each(&self, argument: NodeId) -> Vec<NodeId> {
        match self.kind(argument) {
            Kind::ArrayLiteral { elements } => self.lex.tree.list(elements).to_vec(),
            _ => alloc::vec![argument],
        }
    }

    fn string_value(&self, id: NodeId) -> Option<String> {
        match self.kind(id) {
            Kind::StringConstantExpression { value, .. } => Some(self.lex.get(value).into()),
            _ => None,
        }
    }
}

/// Whether `given` is a beginning of `name`.
fn abbreviates(given: &str, name: &str) -> bool {
    name.get(..given.len()).is_some_and(|start| start.eq_ignore_ascii_case(given))
}

/// As `System.Version` reads it; a single number gets a second one.
fn parse_version(text: &str) -> Option<Vec<u32>> {
    const MAX: u32 = i32::MAX.unsigned_abs();
    let number = |part: &str| part.trim().parse::<u32>().ok().filter(|number| *number <= MAX);
    let mut version: Vec<u32> = text.split('.').map(number).collect::<Option<_>>()?;
    if version.len() == 1 {
        version.push(0);
    }
    (version.len() <= 4).then_some(version)
}
