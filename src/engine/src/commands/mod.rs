//! Commands as objects: what `Get-Command` finds and `$MyInvocation.MyCommand` is.

use std::{any::Any, sync::Arc};

use psrpd_dotnet::{Str, casing};

use crate::{
    bind::{self, Param},
    cmdlets::Cmdlet,
    eval::{Alias, Function, R, Resolved, Runspace, ScriptBlock},
    ir::Unit,
    types::{self, Type},
    value::{Object, Value},
};

pub(crate) mod find;
pub(crate) mod functions;
pub(crate) mod known;
mod metadata;
pub(crate) mod proxy;
#[cfg(test)]
mod signatures;
mod syntax;
mod table;
mod written;

pub(crate) use metadata::{cmdlet_attribute, variable_attributes};
pub(crate) use syntax::{definition, in_order, set_names, set_syntax, shown, type_label};
pub(crate) use table::{ATTRIBUTES, TYPES, type_members};

/// A command.
#[derive(Clone)]
pub(crate) enum CommandInfo {
    Alias(Alias),
    Function(Arc<Function>),
    Cmdlet(&'static Cmdlet),
    /// A `.ps1` file.
    ScriptFile(Str),
    Application(Str),
    /// A script block that was called.
    Script(Arc<ScriptBlock>),
}

impl From<Resolved> for CommandInfo {
    fn from(resolved: Resolved) -> Self {
        match resolved {
            Resolved::Function(function) => Self::Function(function),
            Resolved::Cmdlet(cmdlet) => Self::Cmdlet(cmdlet),
            Resolved::Script(path) => Self::ScriptFile(path),
            Resolved::Application(path) => Self::Application(path),
            Resolved::Block(block) => Self::Script(block),
        }
    }
}

impl CommandInfo {
    /// The object for it.
    pub(crate) fn value(self) -> Value {
        Value::object(self)
    }

    /// The command in a value.
    pub(crate) fn of(value: &Value) -> Option<&Self> {
        value.downcast()
    }

    pub(crate) fn name(&self) -> Str {
        match self {
            Self::Alias(alias) => alias.name.clone(),
            Self::Function(function) => function.name.clone(),
            Self::Cmdlet(cmdlet) => cmdlet.name.into(),
            Self::ScriptFile(path) | Self::Application(path) => path.rsplit('/').next().unwrap_or(path).into(),
            Self::Script(_) => Str::default(),
        }
    }

    /// The label of `CommandType`.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Alias(_) => "Alias",
            Self::Function(function) if function.is_filter => "Filter",
            Self::Function(_) => "Function",
            Self::Cmdlet(_) => "Cmdlet",
            Self::ScriptFile(_) => "ExternalScript",
            Self::Application(_) => "Application",
            Self::Script(_) => "Script",
        }
    }

    /// The module it belongs to; empty without one.
    pub(crate) fn module(&self) -> Str {
        match self {
            Self::Cmdlet(cmdlet) => cmdlet.module.into(),
            Self::Function(function) => function.module.as_ref().map(|module| module.name.clone()).unwrap_or_default(),
            Self::Alias(alias) => alias.module.as_ref().map(|module| module.name.clone()).unwrap_or_default(),
            _ => Str::default(),
        }
    }

    /// What a call of it runs; none for an alias.
    pub(crate) fn resolved(&self) -> Option<Resolved> {
        Some(match self {
            Self::Alias(_) => return None,
            Self::Function(function) => Resolved::Function(function.clone()),
            Self::Cmdlet(cmdlet) => Resolved::Cmdlet(cmdlet),
            Self::ScriptFile(path) => Resolved::Script(path.clone()),
            Self::Application(path) => Resolved::Application(path.clone()),
            Self::Script(block) => Resolved::Block(block.clone()),
        })
    }

    /// The command behind an alias, through all aliases; itself for any other.
    pub(crate) fn target(&self, rs: &mut Runspace) -> Option<Self> {
        match self {
            Self::Alias(alias) => rs.resolve(&alias.target).ok().map(Into::into),
            other => Some(other.clone()),
        }
    }

    /// The code of functions and scripts.
    pub(crate) fn block(&self, rs: &Runspace) -> Option<Arc<ScriptBlock>> {
        match self {
            Self::Function(function) => Some(function.block.clone()),
            Self::Script(block) => Some(block.clone()),
            Self::ScriptFile(path) => {
                let text = crate::providers::read_text(rs, path).ok()?;
                let unit = rs.parse(&text, Some(path.clone())).ok()?;
                Some(Arc::new(ScriptBlock::new(unit, crate::eval::ScopeId::GLOBAL)))
            }
            _ => None,
        }
    }

    /// What functions and scripts consist of.
    pub(crate) fn code(&self, rs: &Runspace) -> Option<Arc<Unit>> {
        self.block(rs).map(|block| block.unit().clone())
    }

    /// Where its help is; `code` is its [`code`](Self::code).
    pub(crate) fn help_uri(&self, rs: &mut Runspace, code: Option<&Unit>) -> R<Str> {
        match (self, code) {
            (Self::Cmdlet(cmdlet), _) => Ok(known::find(cmdlet.name).map_or("", |known| known.help_uri).into()),
            (_, Some(unit)) => bind::help_uri_of(rs, unit),
            _ => Ok(Str::default()),
        }
    }

    /// Whether it takes the common parameters.
    pub(crate) fn is_advanced(&self, rs: &Runspace) -> bool {
        match self {
            Self::Cmdlet(_) => true,
            _ => self.code(rs).is_some_and(|unit| unit.is_advanced),
        }
    }

    /// The parameters it declares, and those it has in common with all others; none for programs.
    pub(crate) fn params(&self, rs: &mut Runspace) -> R<Option<Vec<Param>>> {
        let (mut params, should_process, pages) = match self {
            Self::Cmdlet(cmdlet) => {
                let shown = cmdlet.params().iter().filter(|param| !param.is_elsewhere).cloned().collect();
                (shown, cmdlet.should_process, false)
            }
            Self::Application(_) => return Ok(None),
            Self::Alias(_) => {
                return match self.target(rs) {
                    Some(target) => target.params(rs),
                    None => Ok(None),
                };
            }
            _ => {
                let Some(block) = self.block(rs) else { return Ok(None) };
                let unit = block.unit().clone();
                let args = match self {
                    Self::Function(function) => function.args.clone(),
                    _ => Vec::new(),
                };
                let own = bind::all_parameters(rs, &block, args)?;
                let binding = bind::binding_of(rs, &unit)?;
                (own, binding.should_process, binding.paging)
            }
        };
        if self.is_advanced(rs) {
            params.extend(bind::common_params(should_process));
            if pages {
                params.extend(bind::paging::params());
            }
            // What providers add comes last.
            params.sort_by_key(|param| param.is_dynamic);
        }
        Ok(Some(params))
    }

    /// `DefaultParameterSet`
    pub(crate) fn default_set(&self, rs: &mut Runspace) -> R<Option<Str>> {
        match self {
            Self::Cmdlet(cmdlet) => Ok(cmdlet.default_set.map(Into::into)),
            Self::Alias(_) => match self.target(rs) {
                Some(target) => target.default_set(rs),
                None => Ok(None),
            },
            _ => match self.block(rs) {
                Some(block) => Ok(bind::binding_of(rs, &block.unit().clone())?.default_set),
                None => Ok(None),
            },
        }
    }
}

/// The two parts of a name with a dash.
pub(crate) fn verb_and_noun(name: &str) -> (&str, &str) {
    name.split_once('-').unwrap_or(("", ""))
}

impl Object for CommandInfo {
    fn type_of(&self) -> Type {
        types::known(match self {
            Self::Alias(_) => "System.Management.Automation.AliasInfo",
            Self::Function(function) if function.is_filter => "System.Management.Automation.FilterInfo",
            Self::Function(_) => "System.Management.Automation.FunctionInfo",
            Self::Cmdlet(_) => "System.Management.Automation.CmdletInfo",
            Self::ScriptFile(_) => "System.Management.Automation.ExternalScriptInfo",
            Self::Application(_) => "System.Management.Automation.ApplicationInfo",
            Self::Script(_) => "System.Management.Automation.ScriptInfo",
        })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        if let Self::Script(block) = self {
            return Some(block.lazy.text().into());
        }
        Some(self.name())
    }

    fn equals(&self, other: &Value) -> bool {
        Self::of(other).is_some_and(|other| match (self, other) {
            (Self::Cmdlet(a), Self::Cmdlet(b)) => casing::eq(a.name, b.name),
            (Self::Function(a), Self::Function(b)) => Arc::ptr_eq(a, b),
            _ => false,
        })
    }
}
