//! Cmdlets: one cmdlet, one file, one line in [`CMDLETS`].

use std::sync::{Arc, LazyLock, OnceLock};

use psrpd_dotnet::{Str, casing};

use crate::{
    bind::{self, Argument, Bound, Param},
    convert,
    eval::{
        Common, Flow, Output, Place, R, Runspace, StageRun, Stream,
        confirm::{About, Deed, IMPACT_LOW, IMPACT_MEDIUM},
        error,
    },
    names::Table,
    providers::encoding::Encoding,
    types,
    value::{Category, ErrorRecord, Invocation, Value, enumerate, text},
};

mod add_member;
mod add_type;
mod alias;
mod alias_files;
mod aliases;
mod archive;
mod attributes;
mod clipboard;
mod clixml;
mod columns;
mod compare_object;
mod convert_from_csv;
pub(crate) mod convert_from_json;
mod convert_from_string_data;
mod convert_to_csv;
mod convert_to_html;
mod convert_to_json;
mod convert_to_xml;
mod copy_item;
mod csv;
mod events;
mod execution_policy;
mod exit_pssession;
mod export_csv;
mod export_format_data;
mod export_module_member;
mod foreach_object;
mod foreach_parallel;
pub(crate) mod format_hex;
mod format_view;
mod get_child_item;
mod get_command;
mod get_content;
pub(crate) mod get_credential;
mod get_culture;
mod get_date;
mod get_error;
mod get_file_hash;
mod get_format_data;
mod get_help;
mod get_host;
mod get_item;
mod get_member;
mod get_module;
mod get_ps_call_stack;
mod get_random;
mod get_runspace;
mod get_time_zone;
mod get_unique;
mod get_uptime;
mod get_variable;
mod get_verb;
mod group_object;
mod history;
mod import_csv;
mod import_data_file;
mod import_localized_data;
mod import_module;
mod invoke_command;
mod invoke_expression;
mod invoke_item;
mod item_property;
mod jobs;
mod join_path;
mod join_string;
mod location;
mod manifest_files;
mod markdown;
mod measure_command;
mod measure_object;
mod members;
mod new_guid;
mod new_item;
mod new_module;
mod new_module_manifest;
mod new_object;
mod new_temporary_file;
mod new_time_span;
mod one_file;
mod out_file;
mod out_host;
mod out_null;
mod out_string;
pub(crate) mod paths;
mod process;
pub(crate) mod process_list;
pub(crate) mod ps_breakpoint;
mod ps_drive;
mod ps_session;
mod read_host;
mod register_argument_completer;
mod register_object_event;
mod remove_item;
mod remove_module;
mod rename_item;
mod resolve_path;
mod secure_string;
mod select_object;
mod select_string;
mod select_xml;
mod set_content;
mod set_date;
mod set_item;
mod set_psdebug;
mod set_strict_mode;
mod set_variable;
mod show_command_info;
mod sort_object;
mod split_path;
mod start_process;
mod start_sleep;
mod tee_object;
mod test_connection;
mod test_json;
mod test_module_manifest;
mod test_path;
#[cfg(test)]
pub(crate) mod tests;
mod text_file;
mod transcript;
mod type_data;
pub(crate) mod type_files;
mod unblock_file;
pub(crate) mod update_format_data;
mod update_list;
mod variable_descriptions;

pub(crate) use variable_descriptions::of as variable_description;
mod variables;
mod wait_debugger;
mod web;
mod where_object;
mod write_error;
mod write_host;
mod write_information;
mod write_message;
mod write_output;
mod write_progress;

pub(crate) use alias::{
    is_fixed as alias_is_fixed, not_removable as alias_not_removable, not_writable as alias_not_writable,
    object as alias_object,
};
pub(crate) use aliases::ALIASES;
pub(crate) use get_variable::{held as held_variable, object as variable_object};
pub(crate) use jobs::in_background;
pub(crate) use join_path::join as join_path;
pub(crate) use location::stack_name;
pub(crate) use new_guid::random as random_guid;
pub(crate) use start_process::{split as split_command_line, start_info};

/// A cmdlet: its signature and what runs.
pub(crate) struct Cmdlet {
    pub(crate) name: &'static str,
    pub(crate) module: &'static str,
    /// The .NET class, without its namespace: error ids end in it.
    pub(crate) class: &'static str,
    /// The parameters, see [`bind::parse_table`].
    pub(crate) parameters: &'static str,
    pub(crate) default_set: Option<&'static str>,
    pub(crate) should_process: bool,
    /// How much is at stake: from which `$ConfirmPreference` on it asks.
    pub(crate) impact: i64,
    examples: &'static str,
    pub(crate) run: fn() -> Box<dyn Run>,
    params: OnceLock<Arc<[Param]>>,
}

pub(crate) const UTILITY: &str = "Microsoft.PowerShell.Utility";
pub(crate) const MANAGEMENT: &str = "Microsoft.PowerShell.Management";
pub(crate) const SECURITY: &str = "Microsoft.PowerShell.Security";
pub(crate) const CORE: &str = "Microsoft.PowerShell.Core";
pub(crate) const HOST: &str = "Microsoft.PowerShell.Host";

impl Cmdlet {
    pub(crate) const fn new(
        name: &'static str,
        class: &'static str,
        parameters: &'static str,
        run: fn() -> Box<dyn Run>,
    ) -> Self {
        Self {
            name,
            module: UTILITY,
            class,
            parameters,
            default_set: None,
            should_process: false,
            impact: IMPACT_MEDIUM,
            examples: "",
            run,
            params: OnceLock::new(),
        }
    }

    pub(crate) const fn in_module(mut self, module: &'static str) -> Self {
        self.module = module;
        self
    }

    pub(crate) const fn default_set(mut self, set: &'static str) -> Self {
        self.default_set = Some(set);
        self
    }

    pub(crate) const fn should_process(mut self) -> Self {
        self.should_process = true;
        self
    }

    /// Asks only where `$ConfirmPreference` is Low.
    pub(crate) const fn low_impact(mut self) -> Self {
        self.should_process = true;
        self.impact = IMPACT_LOW;
        self
    }

    /// The .NET class with its namespace.
    pub(crate) fn full_class(&self) -> String {
        match self.module {
            // Functions, whose errors end in their names.
            archive::MODULE => self.class.into(),
            "Microsoft.PowerShell.ThreadJob" => format!("{}.{}", self.module, self.class),
            _ => format!("Microsoft.PowerShell.Commands.{}", self.class),
        }
    }

    /// What it is used for, see [`Example`].
    pub(crate) const fn examples(mut self, examples: &'static str) -> Self {
        self.examples = examples;
        self
    }

    /// Its examples.
    pub(crate) fn example_list(&self) -> impl Iterator<Item = Example> {
        self.examples.split("\n\n").filter_map(Example::parse)
    }

    pub(crate) fn params(&self) -> Arc<[Param]> {
        self.params.get_or_init(|| bind::parse_table(self.parameters).into()).clone()
    }
}

/// A use of a cmdlet. In a table examples are parted by empty lines; each is code, `# ` and what it shows at the end of its
/// first line, and then the lines of its output, each behind `> `. The tests run all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Example {
    pub(crate) code: &'static str,
    pub(crate) shows: &'static str,
    /// With the `> ` in front of each line.
    pub(crate) output: &'static str,
}

impl Example {
    fn parse(text: &'static str) -> Option<Self> {
        let text = text.trim();
        let (first, output) = text.split_once('\n').unwrap_or((text, ""));
        let (code, shows) = first.rsplit_once(" # ")?;
        Some(Self { code, shows, output })
    }
}

/// All cmdlets.
static CMDLETS: &[&Cmdlet] = &[
    &add_member::CMDLET,
    &foreach_object::CMDLET,
    &format_view::TABLE,
    &format_view::LIST,
    &format_view::WIDE,
    &format_view::CUSTOM,
    &get_child_item::CMDLET,
    &get_content::CMDLET,
    &get_item::CMDLET,
    &get_member::CMDLET,
    &join_path::CMDLET,
    &location::GET,
    &location::SET,
    &location::PUSH,
    &location::POP,
    &new_item::CMDLET,
    &remove_item::CMDLET,
    &set_content::SET,
    &set_content::ADD,
    &set_content::CLEAR,
    &set_item::SET,
    &set_item::CLEAR,
    &copy_item::COPY,
    &copy_item::MOVE,
    &rename_item::CMDLET,
    &invoke_item::CMDLET,
    &item_property::GET,
    &item_property::GET_VALUE,
    &item_property::SET,
    &item_property::CLEAR,
    &item_property::NEW,
    &item_property::REMOVE,
    &item_property::RENAME,
    &item_property::COPY,
    &item_property::MOVE,
    &resolve_path::RESOLVE,
    &resolve_path::CONVERT,
    &ps_breakpoint::DISABLE,
    &ps_breakpoint::ENABLE,
    &ps_breakpoint::GET,
    &ps_breakpoint::REMOVE,
    &ps_breakpoint::SET,
    &ps_drive::GET,
    &ps_drive::NEW,
    &ps_drive::REMOVE,
    &ps_drive::PROVIDER,
    &split_path::CMDLET,
    &test_path::CMDLET,
    &type_data::GET,
    &type_data::REMOVE,
    &type_data::UPDATE,
    &clixml::EXPORT,
    &convert_to_xml::CMDLET,
    &select_xml::CMDLET,
    &clixml::IMPORT,
    &clixml::CONVERT_TO,
    &clixml::CONVERT_FROM,
    &get_command::CMDLET,
    &export_module_member::CMDLET,
    &get_module::CMDLET,
    &import_module::CMDLET,
    &new_module::CMDLET,
    &new_module_manifest::CMDLET,
    &remove_module::CMDLET,
    &test_module_manifest::CMDLET,
    &get_date::CMDLET,
    &get_format_data::CMDLET,
    &get_variable::CMDLET,
    &get_verb::CMDLET,
    &register_argument_completer::CMDLET,
    &group_object::CMDLET,
    &invoke_expression::CMDLET,
    &measure_object::CMDLET,
    &new_object::CMDLET,
    &out_file::CMDLET,
    &out_host::DEFAULT,
    &out_host::HOST,
    &out_null::CMDLET,
    &out_string::CMDLET,
    &select_object::CMDLET,
    &set_strict_mode::CMDLET,
    &set_psdebug::CMDLET,
    &execution_policy::GET,
    &execution_policy::SET,
    &import_localized_data::CMDLET,
    &ps_session::GET,
    &ps_session::REMOVE,
    &set_variable::CMDLET,
    &sort_object::CMDLET,
    &exit_pssession::CMDLET,
    &start_sleep::CMDLET,
    &variables::NEW,
    &variables::CLEAR,
    &variables::REMOVE,
    &alias::GET,
    &alias::SET,
    &alias::NEW,
    &alias::REMOVE,
    &alias_files::EXPORT,
    &alias_files::IMPORT,
    &wait_debugger::CMDLET,
    &where_object::CMDLET,
    &write_error::CMDLET,
    &write_host::CMDLET,
    &write_information::CMDLET,
    &write_message::WARNING,
    &write_message::VERBOSE,
    &write_message::DEBUG,
    &write_output::CMDLET,
    &write_progress::CMDLET,
    &tee_object::CMDLET,
    &get_ps_call_stack::CMDLET,
    &get_error::CMDLET,
    &get_runspace::CMDLET,
    &history::GET,
    &history::ADD,
    &history::INVOKE,
    &history::CLEAR,
    &read_host::CMDLET,
    &get_help::CMDLET,
    &get_host::CMDLET,
    &get_credential::CMDLET,
    &secure_string::TO,
    &secure_string::FROM,
    &compare_object::CMDLET,
    &convert_to_html::CMDLET,
    &events::NEW,
    &events::GET,
    &events::REMOVE,
    &events::WAIT,
    &events::REGISTER,
    &register_object_event::CMDLET,
    &events::UNREGISTER,
    &events::SUBSCRIBERS,
    &format_hex::CMDLET,
    &get_culture::CULTURE,
    &get_culture::UI,
    &get_file_hash::CMDLET,
    &get_random::RANDOM,
    &get_random::SECURE,
    &get_time_zone::CMDLET,
    &get_uptime::CMDLET,
    &import_data_file::CMDLET,
    &measure_command::CMDLET,
    &new_guid::CMDLET,
    &new_temporary_file::CMDLET,
    &new_time_span::CMDLET,
    &process::GET,
    &process::STOP,
    &process::WAIT,
    &start_process::CMDLET,
    &invoke_command::CMDLET,
    &jobs::get_job::CMDLET,
    &jobs::receive_job::CMDLET,
    &jobs::remove_job::CMDLET,
    &jobs::wait_job::CMDLET,
    &jobs::stop_job::CMDLET,
    &jobs::start_job::CMDLET,
    &jobs::start_thread_job::CMDLET,
    &unblock_file::CMDLET,
    &set_date::CMDLET,
    &convert_from_csv::CMDLET,
    &convert_from_json::CMDLET,
    &convert_from_string_data::CMDLET,
    &convert_to_csv::CMDLET,
    &convert_to_json::CMDLET,
    &export_csv::CMDLET,
    &export_format_data::CMDLET,
    &get_unique::CMDLET,
    &import_csv::CMDLET,
    &join_string::CMDLET,
    &markdown::convert_from_markdown::CMDLET,
    &markdown::get_markdown_option::CMDLET,
    &markdown::set_markdown_option::CMDLET,
    &markdown::show_markdown::CMDLET,
    &select_string::CMDLET,
    &test_json::CMDLET,
    &web::WEB,
    &web::REST,
    &archive::COMPRESS,
    &archive::EXPAND,
    &add_type::CMDLET,
    &update_list::CMDLET,
    &clipboard::GET,
    &clipboard::SET,
    &transcript::START,
    &transcript::STOP,
    &update_format_data::CMDLET,
    &test_connection::CMDLET,
];

static BY_NAME: LazyLock<Table<&'static Cmdlet>> = LazyLock::new(by_name);

fn by_name() -> Table<&'static Cmdlet> {
    Table::new(all(), |cmdlet| cmdlet.name)
}

/// A cmdlet by name.
pub(crate) fn find(name: &str) -> Option<&'static Cmdlet> {
    BY_NAME.row(name).copied()
}

/// The modules that the cmdlets belong to.
pub(crate) fn module_names() -> impl Iterator<Item = &'static str> {
    [MANAGEMENT, UTILITY, HOST, SECURITY, archive::MODULE].into_iter()
}

/// The approved verbs of some groups; none where no group is named.
pub(crate) fn verbs_of(groups: &[Str]) -> Option<Vec<&'static str>> {
    get_verb::of_groups(groups)
}

/// The approved verbs of commands.
pub(crate) fn verbs() -> impl Iterator<Item = &'static str> {
    get_verb::verbs()
}

/// All cmdlets, by name.
pub(crate) fn all() -> impl Iterator<Item = &'static Cmdlet> {
    CMDLETS.iter().copied()
}

/// Whether PowerShell has a command that this engine lacks.
pub(crate) fn is_known_elsewhere(name: &str) -> bool {
    find(name).is_none() && crate::commands::known::find(name).is_some()
}

/// What a cmdlet does; each call gets an object of its own.
pub(crate) trait Run: Send {
    fn begin(&mut self, _cx: &mut Cx<'_>) -> R<()> {
        Ok(())
    }

    /// One input object, or once without input; its parameters are bound.
    fn process(&mut self, _cx: &mut Cx<'_>) -> R<()> {
        Ok(())
    }

    fn end(&mut self, _cx: &mut Cx<'_>) -> R<()> {
        Ok(())
    }

    /// Runs in any case, last.
    fn clean(&mut self, _cx: &mut Cx<'_>) -> R<()> {
        Ok(())
    }
}

/// What a running cmdlet has at hand.
pub(crate) struct Cx<'c> {
    pub(crate) rs: &'c mut Runspace,
    pub(crate) out: &'c mut dyn Output,
    pub(crate) bound: &'c Bound,
    pub(crate) cmdlet: &'static Cmdlet,
    place: Place,
}

impl Cx<'_> {
    /// The value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<Value> {
        let value = self.bound.get(name).cloned()?;
        // A cmdlet that asks for a date or a number gets one, whatever notes it carries.
        Some(if matches!(value, Value::Wrapped(_)) && self.bound.is_scalar(name) { value.into_base() } else { value })
    }

    /// The value of a parameter, `$null` if it was not given.
    pub(crate) fn value(&self, name: &str) -> Value {
        self.get(name).unwrap_or_default()
    }

    /// Whether a switch is set.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| convert::to_bool(&value))
    }

    pub(crate) fn string(&self, name: &str) -> Option<Str> {
        self.get(name).map(|value| text(&value))
    }

    pub(crate) fn strings(&self, name: &str) -> Vec<Str> {
        self.list(name).iter().map(text).collect()
    }

    /// The items of a parameter that is an array.
    pub(crate) fn list(&self, name: &str) -> Vec<Value> {
        match self.get(name) {
            Some(value) => enumerate(&value).unwrap_or_else(|| vec![value]),
            None => Vec::new(),
        }
    }

    pub(crate) fn int(&self, name: &str) -> Option<i64> {
        self.get(name).and_then(|value| value.as_i128()).and_then(|n| i64::try_from(n).ok())
    }

    /// Writes an object as it is.
    pub(crate) fn write(&mut self, value: Value) -> R<()> {
        self.out.write(self.rs, value)
    }

    /// Writes an object, taken apart if it is a collection.
    pub(crate) fn write_all(&mut self, value: Value) -> R<()> {
        self.rs.write_out(value, self.out)
    }

    /// The id of an error of this cmdlet.
    pub(crate) fn id(&self, id: &str) -> String {
        format!("{id},{}", self.cmdlet.full_class())
    }

    /// Writes an error and goes on.
    pub(crate) fn error(
        &mut self,
        exception: &str,
        id: &str,
        category: Category,
        message: impl Into<Str>,
        target: Value,
    ) -> R<()> {
        let record = error::record(exception, &self.id(id), category, message, target);
        *record.activity.lock() = self.cmdlet.name.into();
        self.rs.write_error(record)
    }

    /// An error that ends the cmdlet.
    pub(crate) fn fail(
        &self,
        exception: &str,
        id: &str,
        category: Category,
        message: impl Into<Str>,
        target: Value,
    ) -> Flow {
        let record: ErrorRecord = error::record(exception, &self.id(id), category, message, target);
        *record.activity.lock() = self.cmdlet.name.into();
        Flow::error(record)
    }

    /// An exception of .NET that this cmdlet lets escape: its id is the full name of its type.
    pub(crate) fn own(&self, flow: Flow, category: Category) -> Flow {
        let Some(record) = flow.record() else { return flow };
        let id = self.id(&record.exception.type_name());
        let copy = ErrorRecord::new(record.exception.clone(), id, category, Value::Null);
        *copy.activity.lock() = self.cmdlet.name.into();
        Flow::error(copy)
    }

    /// Whether to do something: `-WhatIf`, `-Confirm` and the preferences decide, or the user.
    pub(crate) fn should_process(&mut self, target: &str, action: &str) -> R<bool> {
        let common = self.rs.common.clone();
        let deed = Deed::of(action, target);
        self.rs.should_process(&common, self.cmdlet.impact, &deed).map(|(yes, _)| yes)
    }

    /// Whether to do what cannot be undone: the user decides, unless the answer was given before.
    pub(crate) fn should_continue(&mut self, caption: &str, question: &str) -> R<bool> {
        let common = self.rs.common.clone();
        if let Some(answer) = common.answer(About::Continue) {
            return Ok(answer);
        }
        let (yes, all) = self.rs.ask_yes_no(caption, question, true, false)?;
        if all {
            common.remember(About::Continue, yes);
        }
        Ok(yes)
    }

    /// Whether a pipeline may bring input.
    pub(crate) fn expects_input(&self) -> bool {
        self.place.has_input
    }

    /// Ends the commands in front of this one: nothing more is wanted.
    pub(crate) fn stop_upstream(&self) -> Flow {
        Flow::StopUpstream(Box::new((self.place.pipeline, self.place.stage)))
    }
}

/// A cmdlet in a pipeline.
struct Running {
    cmdlet: &'static Cmdlet,
    bound: Bound,
    run: Box<dyn Run>,
    place: Place,
}

/// Binds the arguments of a cmdlet.
pub(crate) fn prepare(
    rs: &mut Runspace,
    cmdlet: &'static Cmdlet,
    args: Vec<Argument>,
    place: Place,
    _invocation: &Arc<Invocation>,
) -> R<(Box<dyn StageRun>, Arc<Common>)> {
    let suffix = cmdlet.full_class().into();
    let bound = bind::bind(
        rs,
        cmdlet.params(),
        &cmdlet.name.into(),
        &suffix,
        cmdlet.default_set.map(Into::into),
        args,
        place.has_input,
        cmdlet.should_process,
    )?;
    let common = bound.common.clone();
    Ok((Box::new(Running { cmdlet, bound, run: (cmdlet.run)(), place }), common))
}

impl Running {
    fn step(&mut self, rs: &mut Runspace, out: &mut dyn Output, step: fn(&mut dyn Run, &mut Cx<'_>) -> R<()>) -> R<()> {
        let mut cx = Cx { rs, out, bound: &self.bound, cmdlet: self.cmdlet, place: self.place };
        step(&mut *self.run, &mut cx)
    }
}

impl StageRun for Running {
    fn begin(&mut self, rs: &mut Runspace, out: &mut dyn Output) -> R<()> {
        if self.bound.get("Encoding").and_then(types::encoding::of) == Some(Encoding::Utf7) {
            rs.write_message(Stream::Warning, "Encoding 'UTF-7' is obsolete, please use UTF-8.".into())?;
        }
        self.step(rs, out, |run, cx| run.begin(cx))
    }

    fn process(&mut self, rs: &mut Runspace, input: Option<Value>, out: &mut dyn Output) -> R<()> {
        if let Some(input) = input {
            match bind::bind_object(rs, &mut self.bound, &input) {
                Ok(_) => {}
                Err(Flow::Error(raised)) => return rs.write_error_record(raised.record.clone()),
                Err(other) => return Err(other),
            }
        } else if self.bound.waits_for_input {
            return Ok(());
        }
        self.step(rs, out, |run, cx| run.process(cx))
    }

    fn end(&mut self, rs: &mut Runspace, out: &mut dyn Output) -> R<()> {
        self.step(rs, out, |run, cx| run.end(cx))
    }

    fn clean(&mut self, rs: &mut Runspace, out: &mut dyn Output) -> R<()> {
        self.step(rs, out, |run, cx| run.clean(cx))
    }
}

impl Runspace {
    /// A property as the binder takes it from an input object.
    pub(crate) fn property_for_binding(&mut self, input: &Value, name: &str) -> R<Option<Value>> {
        if input.downcast::<crate::value::Dictionary>().is_some() {
            return Ok(None);
        }
        // Those that every object seems to have do not count.
        if (casing::eq(name, "Count") || casing::eq(name, "Length"))
            && self.state.wrapper(input).is_none_or(|wrapped| wrapped.get(name).is_none())
        {
            return self.native_property(input, name);
        }
        self.find_member(input, name)
    }
}
