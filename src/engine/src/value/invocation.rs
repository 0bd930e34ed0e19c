//! Where and how a command was called.

use std::{any::Any, sync::Arc};

use psrpd_dotnet::Str;
use psrpd_lang::Extent;

use super::{Object, Value};
use crate::{
    ir::Source,
    position,
    types::{self, Type},
};

/// Where a command was called, and how: `InvocationInfo`.
#[derive(Clone, Default)]
pub(crate) struct Invocation {
    /// As it was called (`InvocationName`).
    pub(crate) name: Str,
    /// The name of the command itself.
    pub(crate) command_name: Str,
    /// The command, as an object (`MyCommand`).
    pub(crate) command: Value,
    /// Where it stands; nowhere for what a client sent.
    pub(crate) place: Option<(Arc<Source>, Extent)>,
    pub(crate) bound: Value,
    pub(crate) unbound: Value,
    pub(crate) pipeline_length: i32,
    pub(crate) pipeline_position: i32,
    pub(crate) expecting_input: bool,
    /// Whether the client called it, and no script.
    pub(crate) by_client: bool,
    /// What an error record keeps: nothing of the pipeline.
    pub(crate) is_record: bool,
}

impl Invocation {
    /// A place in a script, without a command.
    pub(crate) fn at(source: &Arc<Source>, extent: Extent) -> Self {
        Self { place: Some((source.clone(), extent)), is_record: true, ..Self::default() }
    }

    /// What an error record keeps of it.
    pub(crate) fn for_record(&self) -> Self {
        Self {
            name: self.name.clone(),
            command_name: self.command_name.clone(),
            command: self.command.clone(),
            place: self.place.clone(),
            is_record: true,
            ..Self::default()
        }
    }

    /// The same about one argument of the command, if there is one.
    pub(crate) fn about(mut self, argument: Extent) -> Self {
        if let Some((_, extent)) = &mut self.place
            && argument != Extent::EMPTY
        {
            *extent = argument;
        }
        self
    }

    fn text(&self, of: fn(&str, Extent) -> String) -> Str {
        self.place.as_ref().map_or_else(Str::default, |(source, extent)| of(source.script.source(), *extent).into())
    }

    /// The line it stands on, with its end.
    pub(crate) fn line(&self) -> Str {
        self.text(|text, extent| position::whole_line(text, extent.start()).to_owned())
    }

    /// From 1; 0 if it stands nowhere.
    pub(crate) fn line_number(&self) -> i32 {
        self.place
            .as_ref()
            .map_or(0, |(source, extent)| psrpd_dotnet::cast::int32(position::line_of(source, extent.start())))
    }

    /// The column, from 1; 0 if it stands nowhere.
    pub(crate) fn offset(&self) -> i32 {
        self.place.as_ref().map_or(0, |(source, extent)| {
            psrpd_dotnet::cast::int32(position::column(source.script.source(), extent.start()))
        })
    }

    /// What stands there.
    pub(crate) fn statement(&self) -> Str {
        self.text(|text, extent| extent.text(text).to_owned())
    }

    /// The file it stands in.
    pub(crate) fn script_name(&self) -> Str {
        self.place.as_ref().and_then(|(source, _)| source.file.clone()).unwrap_or_default()
    }

    /// Where it stands, in words and underlined.
    pub(crate) fn position_message(&self) -> Str {
        self.place.as_ref().map_or_else(Str::default, |(source, extent)| {
            position::message(source.script.source(), source.file.as_deref(), *extent).into()
        })
    }
}

impl Object for Invocation {
    fn type_of(&self) -> Type {
        types::known("System.Management.Automation.InvocationInfo")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
