//! What stands in front of the cursor in a command: the parameters that have got an argument, and those that can come.

use psrpd_dotnet::{Str, casing};
use psrpd_lang::ast::{Kind, NodeId};

use super::{Line, Match, fits, infer};
use crate::{
    bind::{self, Param},
    commands::type_label,
    eval::{R, Runspace},
    value::Value,
};

/// What stands in front of the cursor in a command.
pub(super) struct Place<'p> {
    pub(super) params: &'p [Param],
    /// The parameters that have got an argument, with what that is: nothing for switches.
    bound: Vec<(Str, Option<NodeId>)>,
    /// Those that have got one without a name.
    by_position: Vec<(Str, NodeId)>,
    /// The parameter whose argument comes next.
    pub(super) pending: Option<Str>,
}

/// The parameters that a name can mean.
enum Meant<'p> {
    None,
    One(&'p Param),
    Several,
}

impl<'p> Place<'p> {
    pub(super) fn new(params: &'p [Param]) -> Self {
        Self { params, bound: Vec::new(), by_position: Vec::new(), pending: None }
    }

    /// The parameters that have a name which begins with what is typed.
    fn meant(&self, name: &str) -> Meant<'p> {
        let begins = |param: &&Param| {
            casing::starts_with(&param.name, name) || param.aliases.iter().any(|alias| casing::starts_with(alias, name))
        };
        let mut found = self.params.iter().filter(begins);
        match (found.next(), found.next()) {
            (Some(param), None) => Meant::One(param),
            (None, _) => Meant::None,
            _ => Meant::Several,
        }
    }

    /// The parameter that a name means.
    pub(super) fn param(&self, name: &str) -> Option<&'p Param> {
        if let Some(param) = self.params.iter().find(|param| param.is_called(name)) {
            return Some(param);
        }
        match self.meant(name) {
            Meant::One(param) => Some(param),
            _ => None,
        }
    }

    /// Goes on behind an element of the command.
    pub(super) fn pass(&mut self, line: &Line<'_>, element: NodeId) {
        match line.script.kind(element) {
            Kind::CommandParameter { name, argument, .. } => {
                let name = line.script.text(name);
                let param = self.param(name);
                let name = param.map_or_else(|| name.into(), |param| param.name.clone());
                let waits = argument.is_none() && param.is_some_and(|param| !param.is_switch);
                self.bound.push((name.clone(), argument));
                self.pending = waits.then_some(name);
            }
            _ => match self.pending.take() {
                Some(_) => {
                    if let Some((_, argument)) = self.bound.last_mut() {
                        *argument = Some(element);
                    }
                }
                None => {
                    let name = self.next_positional().first().map_or_else(Str::default, |param| param.name.clone());
                    self.by_position.push((name, element));
                }
            },
        }
    }

    /// The sets that are possible with what is bound; none means all.
    fn sets(&self) -> Option<Vec<Str>> {
        let mut sets: Option<Vec<Str>> = None;
        for (name, _) in &self.bound {
            let Some(own) = self.param(name).and_then(own_sets) else { continue };
            sets = Some(match sets {
                None => own,
                Some(have) => have.into_iter().filter(|set| own.iter().any(|name| casing::eq(name, set))).collect(),
            });
        }
        sets
    }

    fn is_open(&self, param: &Param) -> bool {
        !self.bound.iter().any(|(name, _)| casing::eq(name, &param.name))
    }

    /// The parameters that the next argument without name can be for.
    pub(super) fn next_positional(&self) -> Vec<&'p Param> {
        let sets = self.sets();
        let mut open: Vec<(i32, &Param)> = self
            .params
            .iter()
            .filter(|param| self.is_open(param) && is_in(param, sets.as_deref()))
            .filter_map(|param| Some((param.sets.iter().find_map(|set| set.position)?, param)))
            .collect();
        open.sort_by_key(|(position, _)| *position);
        let mut positions: Vec<i32> = open.iter().map(|(position, _)| *position).collect();
        positions.dedup();
        let at = positions.get(self.by_position.len()).or_else(|| positions.last());
        open.iter().filter(|(position, _)| Some(position) == at).map(|(_, param)| *param).collect()
    }

    /// The names of parameters that what is typed could become.
    pub(super) fn names(&self, typed: &str) -> Vec<Match> {
        let sets = self.sets();
        let is_open = |param: &&Param| {
            self.is_open(param) && !self.by_position.iter().any(|(name, _)| casing::eq(name, &param.name))
        };
        if typed.is_empty() || fits("*", typed) {
            let open = self.params.iter().filter(is_open).filter(|param| is_in(param, sets.as_deref()));
            return shown(open, typed);
        }
        match self.meant(typed) {
            Meant::None => Vec::new(),
            Meant::Several => {
                shown(self.params.iter().filter(is_open).filter(|param| is_in(param, sets.as_deref())), typed)
            }
            Meant::One(param) if !is_open(&param) => Vec::new(),
            // One that is of no set which what is there allows: nothing is known of the sets then.
            Meant::One(param) if !is_in(param, sets.as_deref()) => shown(self.params.iter().filter(is_open), typed),
            Meant::One(param) if param.is_hidden => Vec::new(),
            Meant::One(param) if fits(&param.name, typed) => vec![of_param(param, &param.name, true)],
            Meant::One(param) => {
                let fitting = param.aliases.iter().filter(|alias| fits(alias, typed));
                fitting.map(|alias| of_param(param, alias, true)).collect()
            }
        }
    }

    /// The arguments that can be told without running anything.
    pub(super) fn arguments(&self, rs: &mut Runspace, line: &Line<'_>) -> R<Vec<(Str, Value)>> {
        let by_position = self.by_position.iter().map(|(name, node)| (name.clone(), Some(*node)));
        let mut found = Vec::new();
        for (name, node) in self.bound.iter().cloned().chain(by_position) {
            let value = match node {
                Some(node) => infer::constant(rs, line, node)?,
                None => Some(Value::Bool(true)),
            };
            found.extend(value.map(|value| (name, value)));
        }
        Ok(found)
    }
}

/// The sets that a parameter belongs to; none means all.
fn own_sets(param: &Param) -> Option<Vec<Str>> {
    param.sets.iter().map(|set| set.name.clone()).collect()
}

fn is_in(param: &Param, sets: Option<&[Str]>) -> bool {
    let own = own_sets(param);
    sets.zip(own).is_none_or(|(sets, own)| own.iter().any(|name| sets.iter().any(|have| casing::eq(have, name))))
}

fn of_param(param: &Param, name: &str, helps: bool) -> Match {
    let help = if param.help.is_empty() || !helps { String::new() } else { format!(" - {}", param.help) };
    Match::new(format!("-{name}"), name, "ParameterName", format!("[{}] {name}{help}", type_label(&param.of)))
}

/// Names that fit, else aliases; those that all cmdlets have come last.
fn shown<'p>(params: impl Iterator<Item = &'p Param>, typed: &str) -> Vec<Match> {
    let (mut own, mut common) = (Vec::new(), Vec::new());
    let mut hides = false;
    for param in params {
        let list = if bind::is_always_common(&param.name) { &mut common } else { &mut own };
        if param.is_hidden {
            hides |= fits(&param.name, typed);
            continue;
        }
        if fits(&param.name, typed) {
            list.push(of_param(param, &param.name, true));
        } else {
            let fitting = param.aliases.iter().filter(|alias| fits(alias, typed));
            list.extend(fitting.map(|alias| of_param(param, alias, false)));
        }
    }
    // Where one does not want to be shown, those of all cmdlets are not either.
    if !hides {
        own.extend(common);
    }
    own
}
