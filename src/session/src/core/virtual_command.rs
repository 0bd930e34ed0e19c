//! Commands that the session carries out itself: what gives users of a stock client the substance of Receive-PSSession.
//!
//! They are recognised when the first command of a CREATE_PIPELINE has one of the names and is not script text, which is
//! how PowerShell sends a plain call, with literal or evaluated arguments. Script text is not parsed: functions of the same
//! names in the engine explain how to call them.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use psrp_clixml::{PsString, Value};
use psrp_proto::message::{Argument, Command, CreatePipeline, Message};
use psrp_proto::{Channel, MessageKind, Uuid};

use super::create::NewPipeline;
use super::log::Fate;
use super::payload::Reason;
use super::pipeline::{Delivery, InputState, Outcome};
use super::{Core, payload};
use crate::stream::PipelineStart;

/// A command of the session.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Virtual {
    Receive,
    Get,
    Start,
    Stop,
    Close,
}

const NAMES: [(&str, Virtual); 5] = [
    ("Receive-PsrpCommand", Virtual::Receive),
    ("Get-PsrpCommand", Virtual::Get),
    ("Start-PsrpCommand", Virtual::Start),
    ("Stop-PsrpCommand", Virtual::Stop),
    ("Close-PsrpSession", Virtual::Close),
];

/// What was written behind the name.
struct Arguments<'a> {
    positional: Vec<&'a Value>,
    named: Vec<(String, Option<&'a Value>)>,
}

/// Whether a pipeline is a command of the session.
pub(super) fn recognise(create: &CreatePipeline) -> Option<Virtual> {
    let first = create.power_shell.first_command().filter(|command| !command.is_script)?;
    NAMES.iter().find(|(name, _)| first.text.eq_ignore_case(name)).map(|(_, command)| *command)
}

impl Core {
    /// Carries a command out for the client's pipeline `pid`.
    pub(super) fn run_virtual(&mut self, pid: Uuid, command: Virtual, create: CreatePipeline) {
        if let Err(text) = self.try_virtual(pid, command, create) {
            self.answer(pid, Outcome::Failed, Some(&Reason::usage(&text)));
        }
    }

    fn try_virtual(&mut self, pid: Uuid, command: Virtual, create: CreatePipeline) -> Result<(), String> {
        let [statement] = create.power_shell.statements.as_slice() else { return Err(USAGE.to_string()) };
        let Some((call, rest)) = statement.split_first() else { return Err(USAGE.to_string()) };
        let call = &call.clone();
        let consumer = (!rest.is_empty()).then_some(create);
        match command {
            Virtual::Receive => {
                let arguments = Arguments::read(call, &["Id", "From"], &["Wait"])?;
                let number = self.choose(arguments.id()?)?;
                let from = match arguments.text("From", 1)?.as_deref() {
                    None => PipelineStart::Unread,
                    Some(text) if text.eq_ignore_ascii_case("Unread") => PipelineStart::Unread,
                    Some(text) if text.eq_ignore_ascii_case("Start") => PipelineStart::Oldest,
                    Some(other) => return Err(format!("-From takes Unread or Start, not '{other}'")),
                };
                self.receive(pid, number, from, consumer)
            }
            Virtual::Get => {
                Arguments::read(call, &[], &[])?;
                let objects: Vec<Value> =
                    self.pipeline_infos().iter().map(crate::info::PipelineInfo::to_value).collect();
                self.put_out(pid, &objects, consumer)
            }
            Virtual::Start => {
                let arguments = Arguments::read(call, &["Script"], &[])?;
                let script = arguments.text("Script", 0)?.filter(|script| !script.trim().is_empty());
                let script = script.ok_or("Start-PsrpCommand needs the script to run, as a string")?;
                let number = self.start_for_session(&script)?;
                self.put_out(pid, &[Value::from(number)], consumer)
            }
            Virtual::Stop => {
                let arguments = Arguments::read(call, &["Id"], &[])?;
                let number = self.choose(arguments.id()?)?;
                self.stop_pipeline(number);
                self.put_out(pid, &[], consumer)
            }
            Virtual::Close => {
                Arguments::read(call, &[], &[])?;
                self.close_requested = true;
                self.put_out(pid, &[], consumer)
            }
        }
    }

    /// The pipeline that is meant: the one with that number, or the only one that nobody reads, or the oldest of them.
    fn choose(&self, id: Option<u64>) -> Result<u64, String> {
        let unread = |pipeline: &&super::Pipeline| {
            !pipeline.housekeeping && !pipeline.internal && pipeline.delivery == Delivery::Unbound
        };
        match id {
            Some(id) => self
                .pipelines
                .get(&id)
                .filter(unread)
                .map(|pipeline| pipeline.number)
                .ok_or_else(|| format!("session {} has no command {id}; Get-PsrpCommand lists them", self.title())),
            None => self
                .pipelines
                .values()
                .find(unread)
                .map(|pipeline| pipeline.number)
                .ok_or_else(|| format!("session {} has no command of an earlier client", self.title())),
        }
    }

    /// Shows a pipeline of an earlier client to this one.
    fn receive(
        &mut self,
        pid: Uuid,
        number: u64,
        from: PipelineStart,
        consumer: Option<CreatePipeline>,
    ) -> Result<(), String> {
        if let Some(consumer) = consumer {
            return self.receive_into(pid, number, consumer);
        }
        let repeated = self.pipelines.get(&number).map_or(0, |pipeline| {
            let log = &pipeline.log;
            log.delivered().saturating_sub(log.floor())
        });
        let gap = self.bind(number, pid, from);
        let mut remarks = Vec::new();
        if repeated > 0 {
            remarks.push(format!("the first {repeated} messages may have been seen by an earlier client"));
        }
        if let Some(gap) = gap {
            remarks.push(gap.to_string());
        }
        if !remarks.is_empty() {
            self.remark(number, pid, &remarks.join("; "));
        }
        Ok(())
    }

    /// Tells the reader of a pipeline something about its output.
    pub(super) fn remark(&mut self, number: u64, pid: Uuid, text: &str) {
        let title = self.pipelines.get(&number).map_or("", |pipeline| &pipeline.text);
        let text = format!("command {number} ({title}): {text}");
        let now = self.identity.clock.date_time(self.now);
        if let Some(record) = payload::information(&text, &self.identity.host, now) {
            self.send_client(Channel::Pipeline(pid), MessageKind::InformationRecord, record);
        }
    }

    /// Shows a pipeline through further commands of the client, `| Format-Table` for instance: the engine runs those, with
    /// the stored objects as input.
    fn receive_into(&mut self, pid: Uuid, number: u64, consumer: CreatePipeline) -> Result<(), String> {
        let Some(pipeline) = self.pipelines.get(&number) else { return Err(USAGE.to_string()) };
        if pipeline.is_live() {
            let text = "is still running: receive it with Invoke-Command { Receive-PsrpCommand } and nothing behind it";
            return Err(format!("command {number} {text}"));
        }
        let log = &pipeline.log;
        let mut objects = Vec::new();
        let mut records = Vec::new();
        for ordinal in log.floor()..log.end() {
            let Some(entry) = log.get(ordinal) else { continue };
            match entry.kind {
                _ if entry.fate == Fate::Void => {}
                MessageKind::PipelineOutput => objects.push(entry.payload.clone()),
                // What it failed with is one error more for a pipeline that does not fail itself.
                MessageKind::PipelineState => {
                    records
                        .extend(payload::read_failure(&entry.payload).map(|error| (MessageKind::ErrorRecord, error)));
                }
                MessageKind::PipelineHostCall if matches!(entry.fate, Fate::Question | Fate::Lease(_)) => {}
                kind => records.push((kind, entry.payload.clone())),
            }
        }
        let stand_in = self.stand_in(pid, consumer)?;
        if let Some(gap) = self.pipelines.get_mut(&number).and_then(|pipeline| pipeline.log.take_gap()) {
            self.remark(number, pid, &gap.to_string());
        }
        self.pipelines.remove(&number);
        for (kind, record) in records {
            self.send_client(Channel::Pipeline(pid), kind, record);
        }
        for object in objects {
            self.feed(stand_in, object);
        }
        self.end_feeding(stand_in);
        Ok(())
    }

    /// Gives objects of the session's own to the client, or to what it wrote behind the command.
    fn put_out(&mut self, pid: Uuid, objects: &[Value], consumer: Option<CreatePipeline>) -> Result<(), String> {
        let Some(consumer) = consumer else {
            for object in objects {
                self.send_client(Channel::Pipeline(pid), MessageKind::PipelineOutput, payload::object(object));
            }
            self.answer(pid, Outcome::Completed, None);
            return Ok(());
        };
        let stand_in = self.stand_in(pid, consumer)?;
        for object in objects {
            self.feed(stand_in, payload::object(object));
        }
        self.end_feeding(stand_in);
        Ok(())
    }

    fn end_feeding(&mut self, number: u64) {
        self.end_input(number);
        if let Some(pipeline) = self.pipelines.get_mut(&number) {
            pipeline.input = InputState::Ended;
        }
    }

    /// Starts the client's own pipeline with its first command replaced by one that hands its input on.
    fn stand_in(&mut self, pid: Uuid, create: CreatePipeline) -> Result<u64, String> {
        let occupied = self.pipelines.values().any(|p| p.is_live() && !p.internal && p.delivery == Delivery::Unbound);
        if self.engine.is_gone() || occupied {
            let text = "the engine is busy, so nothing can stand behind this command: use plain Invoke-Command";
            return Err(text.to_string());
        }
        self.room_for_one_more()?;
        let hand_on = "Microsoft.PowerShell.Utility\\Write-Output";
        let create = payload::with_first_command(create, hand_on, "NoEnumerate").ok_or_else(|| USAGE.to_string())?;
        let number = self.start_created(create);
        if let Some(pipeline) = self.pipelines.get_mut(&number) {
            pipeline.lease = self.leases;
            // Fed by the session: a lost client does not cut it short.
            pipeline.input = InputState::Ended;
        }
        self.show(number, pid);
        Ok(number)
    }

    fn start_created(&mut self, create: CreatePipeline) -> u64 {
        let new = NewPipeline::of(&create);
        self.start(&new, Message::CreatePipeline(create).encode(), MessageKind::CreatePipeline)
    }

    /// Runs a script that belongs to the session and not to its client.
    fn start_for_session(&mut self, script: &str) -> Result<u64, String> {
        if self.engine.is_gone() {
            return Err(self.engine.epitaph.clone().unwrap_or_default());
        }
        self.room_for_one_more()?;
        let host = self.lease.as_ref().map(|lease| &lease.host);
        let create = payload::script(script, host);
        Ok(self.start_created(create))
    }

    /// Defines functions in the engine that say how the session's commands are called, where a user can come across them:
    /// in sessions that have a name.
    pub(super) fn define_helpers(&mut self) {
        if self.helpers_defined || self.identity.name.is_none() || !self.engine.is_open() {
            return;
        }
        self.helpers_defined = true;
        let create = payload::script(&helper_script(), None);
        let new = NewPipeline::internal(&create);
        self.start(&new, Message::CreatePipeline(create).encode(), MessageKind::CreatePipeline);
    }
}

const USAGE: &str = "call it plainly, as the only statement of Invoke-Command, with literal arguments, `$using:` or -ArgumentList: \
                     Get-PsrpCommand, Receive-PsrpCommand -Id 1, Start-PsrpCommand 'script text'";

/// The functions: the session carries the commands out only when they are called plainly, and says so otherwise.
fn helper_script() -> String {
    let body = USAGE.replace('\'', "''");
    let functions = NAMES.iter().map(|(name, _)| format!("function global:{name} {{ throw '{name}: {body}' }}"));
    functions.collect::<Vec<_>>().join("\n")
}

impl<'a> Arguments<'a> {
    /// Sorts the arguments into named and positional ones as a parameter binder would.
    ///
    /// They come as `-Id` and then 3, as `-Id:` with 3, or as `Id` with 3, depending on how the user wrote them.
    fn read(command: &'a Command, valued: &[&str], switches: &[&str]) -> Result<Self, String> {
        let mut arguments = Self { positional: Vec::new(), named: Vec::new() };
        let mut pending: Option<String> = None;
        for Argument { name, value } in &command.arguments {
            let Some(name) = name.as_ref().map(PsString::to_string_lossy) else {
                match pending.take() {
                    Some(parameter) => arguments.named.push((parameter, Some(value))),
                    None => arguments.positional.push(value),
                }
                continue;
            };
            let bare = name.trim().trim_start_matches('-').trim_end_matches(':');
            let known = |names: &[&str]| {
                let matches = |candidate: &&&str| {
                    candidate.get(..bare.len()).is_some_and(|start| start.eq_ignore_ascii_case(bare))
                        && !bare.is_empty()
                };
                names.iter().find(matches).map(ToString::to_string)
            };
            if let Some(parameter) = known(valued) {
                match value.is_nil() && name.trim_start().starts_with('-') && !name.trim_end().ends_with(':') {
                    true => pending = Some(parameter),
                    false => arguments.named.push((parameter, Some(value))),
                }
            } else if let Some(parameter) = known(switches) {
                arguments.named.push((parameter, None));
            } else {
                let allowed = valued.iter().chain(switches).map(|name| format!("-{name}")).collect::<Vec<_>>();
                let allowed = if allowed.is_empty() { "no parameters".to_string() } else { allowed.join(", ") };
                return Err(format!("{} has no parameter '{bare}'; it takes {allowed}", command.text));
            }
        }
        match pending {
            Some(parameter) => Err(format!("-{parameter} of {} needs a value", command.text)),
            None if arguments.positional.len() > valued.len() => {
                Err(format!("{} got too many arguments", command.text))
            }
            None => Ok(arguments),
        }
    }

    fn value(&self, name: &str, position: usize) -> Option<&'a Value> {
        let named = self.named.iter().find(|(parameter, _)| parameter == name).and_then(|(_, value)| *value);
        named.or_else(|| self.positional.get(position).copied())
    }

    fn id(&self) -> Result<Option<u64>, String> {
        let Some(value) = self.value("Id", 0) else { return Ok(None) };
        let number = match value.primitive() {
            Value::String(text) => text.as_str().and_then(|text| text.trim().parse().ok()),
            other => other.as_i64().and_then(|number| u64::try_from(number).ok()),
        };
        number.map(Some).ok_or_else(|| "-Id takes the number of a command; Get-PsrpCommand lists them".to_string())
    }

    fn text(&self, name: &str, position: usize) -> Result<Option<String>, String> {
        match self.value(name, position).map(Value::primitive) {
            None => Ok(None),
            Some(Value::String(text) | Value::ScriptBlock(text)) => Ok(Some(text.to_string_lossy().into_owned())),
            Some(_) => Err(format!("-{name} takes text")),
        }
    }
}
