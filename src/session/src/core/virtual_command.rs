//! Commands that the session carries out itself: what gives users of a stock client the substance of Receive-PSSession.
//!
//! They are recognised when the first command of a CREATE_PIPELINE has one of the names and is not script text, which is
//! how PowerShell sends a plain call, with literal or evaluated arguments. Script text is not parsed: functions of the same
//! names in the engine explain how to call them.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use psrp_clixml::Value;
use psrp_proto::{Channel, MessageKind, RawMessage, Uuid};

use super::payload::{Command, Create, Reason};
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

impl Core {
    /// Whether a pipeline is a command of the session.
    pub(super) fn recognise(&self, create: &Create) -> Option<Virtual> {
        let first = create.commands.first().filter(|command| !command.is_script)?;
        NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(&first.text)).map(|(_, command)| *command)
    }

    /// Carries a command out for the client's pipeline `pid`.
    pub(super) fn run_virtual(&mut self, pid: Uuid, command: Virtual, create: &Create, message: &RawMessage) {
        let result = self.try_virtual(pid, command, create, message);
        if let Err(text) = result {
            self.answer(pid, Outcome::Failed, Some(&Reason::usage(&text)));
        }
    }

    fn try_virtual(
        &mut self,
        pid: Uuid,
        command: Virtual,
        create: &Create,
        message: &RawMessage,
    ) -> Result<(), String> {
        if create.has_more_statements {
            return Err(USAGE.to_string());
        }
        let Some(call) = create.commands.first() else { return Err(USAGE.to_string()) };
        let consumer = create.commands.len() > 1;
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
                self.receive(pid, number, from, consumer, message)
            }
            Virtual::Get => {
                Arguments::read(call, &[], &[])?;
                let objects: Vec<Value> =
                    self.pipeline_infos().iter().map(crate::info::PipelineInfo::to_value).collect();
                self.put_out(pid, &objects, consumer, message)
            }
            Virtual::Start => {
                let arguments = Arguments::read(call, &["Script"], &[])?;
                let script = arguments.text("Script", 0)?.filter(|script| !script.trim().is_empty());
                let script = script.ok_or("Start-PsrpCommand needs the script to run, as a string")?;
                let number = self.start_for_session(&script)?;
                self.put_out(pid, &[Value::from(number)], consumer, message)
            }
            Virtual::Stop => {
                let arguments = Arguments::read(call, &["Id"], &[])?;
                let number = self.choose(arguments.id()?)?;
                self.stop_pipeline(number);
                self.put_out(pid, &[], consumer, message)
            }
            Virtual::Close => {
                Arguments::read(call, &[], &[])?;
                self.close_requested = true;
                self.put_out(pid, &[], consumer, message)
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
        consumer: bool,
        message: &RawMessage,
    ) -> Result<(), String> {
        if consumer {
            return self.receive_into(pid, number, from, message);
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
            remarks.push(format!("{} messages are no longer held ({})", gap.lost, gap.reason));
        }
        if !remarks.is_empty() {
            let title = self.pipeline_title(number);
            let text = format!("command {number} ({title}): {}", remarks.join("; "));
            let record = payload::information(&text, &self.identity.host, self.identity.clock.date_time(self.now));
            self.send_client(Channel::Pipeline(pid), MessageKind::InformationRecord, record);
        }
        Ok(())
    }

    /// Shows a pipeline through further commands of the client, `| Format-Table` for instance: the engine runs those, with
    /// the stored objects as input.
    fn receive_into(
        &mut self,
        pid: Uuid,
        number: u64,
        from: PipelineStart,
        message: &RawMessage,
    ) -> Result<(), String> {
        let Some(pipeline) = self.pipelines.get(&number) else { return Err(USAGE.to_string()) };
        if pipeline.is_live() {
            let text = "is still running: receive it with Invoke-Command { Receive-PsrpCommand } and nothing behind it";
            return Err(format!("command {number} {text}"));
        }
        let log = &pipeline.log;
        let start = if from == PipelineStart::Unread { log.floor() } else { log.floor().min(log.end()) };
        let mut objects = Vec::new();
        let mut records = Vec::new();
        for ordinal in start..log.end() {
            let Some(entry) = log.get(ordinal) else { continue };
            match entry.kind {
                MessageKind::PipelineOutput => objects.push(entry.payload.clone()),
                MessageKind::PipelineState | super::log::SKIPPED => {}
                MessageKind::PipelineHostCall if entry.fate == super::log::Fate::Question => {}
                kind => records.push((kind, entry.payload.clone())),
            }
        }
        let stand_in = self.stand_in(pid, message)?;
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
    fn put_out(&mut self, pid: Uuid, objects: &[Value], consumer: bool, message: &RawMessage) -> Result<(), String> {
        if !consumer {
            for object in objects {
                self.send_client(Channel::Pipeline(pid), MessageKind::PipelineOutput, payload::output(object));
            }
            self.answer(pid, Outcome::Completed, None);
            return Ok(());
        }
        let stand_in = self.stand_in(pid, message)?;
        for object in objects {
            self.feed(stand_in, payload::output(object));
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
    fn stand_in(&mut self, pid: Uuid, message: &RawMessage) -> Result<u64, String> {
        let occupied = self.pipelines.values().any(|p| p.is_live() && !p.internal && p.delivery == Delivery::Unbound);
        if self.engine.is_gone() || occupied {
            let text = "the engine is busy, so nothing can stand behind this command: use plain Invoke-Command";
            return Err(text.to_string());
        }
        let payload =
            payload::with_first_command(&message.payload, "Microsoft.PowerShell.Utility\\Write-Output", "NoEnumerate")
                .ok_or_else(|| USAGE.to_string())?;
        let create = payload::read_create(&payload).ok_or_else(|| USAGE.to_string())?;
        let number = self.start(&create, payload, MessageKind::CreatePipeline);
        if let Some(pipeline) = self.pipelines.get_mut(&number) {
            pipeline.lease = self.leases;
            // Fed by the session: a lost client does not cut it short.
            pipeline.input = InputState::Ended;
        }
        self.show(number, pid);
        Ok(number)
    }

    /// Runs a script that belongs to the session and not to its client.
    fn start_for_session(&mut self, script: &str) -> Result<u64, String> {
        if self.engine.is_gone() {
            return Err(self.engine.epitaph.clone().unwrap_or_default());
        }
        let host = self.lease.as_ref().and_then(|lease| lease.host.element.clone());
        let payload = payload::create_script(script, host.as_ref());
        let create = Create { commands: alloc::vec![Command::named(script)], no_input: true, ..Create::default() };
        Ok(self.start(&create, payload, MessageKind::CreatePipeline))
    }

    /// Defines functions in the engine that say how the session's commands are called, where a user can come across them:
    /// in sessions that have a name.
    pub(super) fn define_helpers(&mut self) {
        if self.helpers_defined || self.identity.name.is_none() || !self.engine.is_open() {
            return;
        }
        self.helpers_defined = true;
        let payload = payload::create_script(&helper_script(), None);
        let create = Create { commands: alloc::vec![Command::named("__psrp")], no_input: true, ..Create::default() };
        let number = self.start(&create, payload, MessageKind::CreatePipeline);
        if let Some(pipeline) = self.pipelines.get_mut(&number) {
            pipeline.internal = true;
        }
    }
}

const USAGE: &str = "call it as a plain command: Invoke-Command -Session $s { Receive-PsrpCommand -Id 1 }, with literal arguments, \
                     `$using:` or -ArgumentList, as the only statement";

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
        for (name, value) in &command.arguments {
            let Some(name) = name else {
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
