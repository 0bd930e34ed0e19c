//! Host calls of pipelines: some want an answer, and somebody may or may not be there to give it.

use alloc::string::ToString;
use alloc::vec::Vec;

use bytes::Bytes;
use psrp_clixml::Value;
use psrp_proto::host::{HostCall, HostMethod, HostRequest, HostResponse, VOID_CALL_ID};
use psrp_proto::limits::HOST_CALLS;
use psrp_proto::message::{Availability, Message, ProgressRecord, ProgressRecordType, RunspaceAvailability};
use psrp_proto::{Channel, MessageKind, RawMessage, Stream, Uuid};

use super::io::{EngineCommand, WhenPrompted};
use super::log::Fate;
use super::payload;
use super::pipeline::{Delivery, Question};
use super::probe::FIRST_PROBE;
use super::{Core, Lease};
use crate::limits::{self, MAX_POOL_OPERATIONS};

/// What to do with a call that wants no answer, while nobody hears it.
enum Unheard {
    /// It is text: the next reader gets it.
    Keep,
    /// Only the last one of its activity.
    Progress,
    /// It changes a screen that is not there.
    Drop,
}

impl Unheard {
    /// What becomes of a call that wants no answer, by its method.
    const fn of(method: HostMethod) -> Self {
        use HostMethod as M;
        match method {
            M::WriteProgress => Self::Progress,
            M::Write1 | M::Write2 | M::WriteLine1 | M::WriteLine2 | M::WriteLine3 => Self::Keep,
            M::WriteErrorLine | M::WriteDebugLine | M::WriteVerboseLine | M::WriteWarningLine => Self::Keep,
            _ => Self::Drop,
        }
    }
}

impl Core {
    /// A pipeline calls a method of its host.
    pub(super) fn host_call(&mut self, number: u64, call: &HostCall, payload: Bytes) {
        let Some(pipeline) = self.pipelines.get_mut(&number) else { return };
        let heard = pipeline.delivery != Delivery::Unbound;
        if call.method == HostMethod::SetShouldExit {
            pipeline.exit_code = call.parameters.first().and_then(Value::as_i32);
            // It would make a later reader close its session; the client that ran `exit` means this one.
            let lease = self.lease.as_mut().filter(|lease| heard && lease.number == pipeline.lease);
            let Some(lease) = lease else { return };
            lease.exit_seen = true;
            let only = Fate::Lease(lease.number);
            return self.append(number, MessageKind::PipelineHostCall, payload, only);
        }
        if call.call_id != VOID_CALL_ID {
            return self.ask(number, call, payload);
        }
        let fate = match Unheard::of(call.method) {
            _ if heard => Fate::Ordinary,
            Unheard::Keep => Fate::Ordinary,
            Unheard::Drop => return,
            Unheard::Progress => match call.request() {
                Ok(HostRequest::WriteProgress { source_id, record }) => {
                    return self.unheard_progress(number, MessageKind::PipelineHostCall, payload, source_id, &record);
                }
                _ => Fate::Ordinary,
            },
        };
        self.append(number, MessageKind::PipelineHostCall, payload, fate);
    }

    /// Progress that nobody sees: the last of its activity is kept, until the activity is over.
    pub(super) fn unheard_progress(
        &mut self,
        number: u64,
        kind: MessageKind,
        payload: Bytes,
        source: i64,
        record: &ProgressRecord,
    ) {
        let key = (source, record.activity_id.into());
        if record.record_type != ProgressRecordType::Completed {
            return self.append(number, kind, payload, Fate::Progress { key });
        }
        if let Some(pipeline) = self.pipelines.get_mut(&number) {
            pipeline.log.drop_progress(Some(key));
        }
    }

    fn ask(&mut self, number: u64, call: &HostCall, payload: Bytes) {
        let Some(pipeline) = self.pipelines.get_mut(&number) else { return };
        let nobody = pipeline.delivery == Delivery::Unbound && self.settings.prompt == WhenPrompted::Fail;
        // A script waits for one answer in each of its runspaces.
        if nobody || pipeline.questions.len() >= HOST_CALLS {
            return self.answer_for_nobody(number, call);
        }
        let ordinal = pipeline.log.end();
        let question = HostCall { parameters: Vec::new(), ..call.clone() };
        pipeline.questions.push(Question { ordinal, call: question, payload: payload.clone(), asked: None });
        self.append(number, MessageKind::PipelineHostCall, payload, Fate::Question);
        let fields = alloc::vec![("pipeline", number.to_string()), ("method", call.method.name().to_string())];
        self.event("hostcall.pending", fields);
    }

    /// Tells the script that nobody is there.
    fn answer_for_nobody(&mut self, number: u64, call: &HostCall) {
        let text = "nobody is attached to the session to answer; attach and run the command again";
        self.respond(
            number,
            Message::PipelineHostResponse(HostResponse::failed(call, payload::Reason::nobody_there(text).record()))
                .encode(),
        );
    }

    /// After a lease: questions that only it could have answered fail where the configuration says so.
    pub(super) fn answer_questions_nobody_hears(&mut self) {
        if self.settings.prompt != WhenPrompted::Fail {
            return;
        }
        let open: Vec<(u64, Vec<Question>)> = self
            .pipelines
            .values_mut()
            .filter(|pipeline| !pipeline.questions.is_empty())
            .map(|pipeline| (pipeline.number, core::mem::take(&mut pipeline.questions)))
            .collect();
        for (number, questions) in open {
            for question in questions {
                self.answer_for_nobody(number, &question.call);
            }
        }
    }

    /// The client answers a call of a pipeline. Only the first answer to a question that it was asked counts.
    pub(super) fn client_response(&mut self, pid: Uuid, message: RawMessage) {
        let lease = self.lease.as_ref().map(|lease: &Lease| lease.number);
        let Some(number) = self.pipeline_of(pid) else { return };
        let Ok(Message::PipelineHostResponse(response)) = Message::decode(&message) else { return };
        let Some(pipeline) = self.pipelines.get_mut(&number) else { return };
        let asked = pipeline.questions.iter().position(|question| {
            let answers = question.call.call_id == response.call_id && question.call.method == response.method;
            answers && question.asked.is_some() && question.asked == lease
        });
        let Some(index) = asked else {
            return self.event("hostcall.refused", alloc::vec![("pipeline", number.to_string())]);
        };
        pipeline.questions.remove(index);
        // An answer proves that everything before the question arrived.
        if !self.lease.as_ref().is_some_and(Lease::is_stream) {
            pipeline.log.forget_ring();
        }
        self.event("hostcall.accepted", alloc::vec![("pipeline", number.to_string())]);
        self.respond(number, message.payload);
    }

    fn respond(&mut self, number: u64, payload: Bytes) {
        self.send_to_pipeline(number, Stream::PromptResponse, MessageKind::PipelineHostResponse, payload);
    }

    /// The client answers a call on the pool's host: ours, or the engine's.
    pub(super) fn client_pool_response(&mut self, message: RawMessage) {
        let answered = match Message::decode(&message) {
            Ok(Message::RunspacePoolHostResponse(response)) => Some((response.call_id, response.method)),
            _ => None,
        };
        let number = answered.map(|(number, _)| number);
        if number.is_some() && self.probe.as_ref().map(|probe| probe.number) == number {
            return self.probe_answered();
        }
        let asked = self.pool_questions.iter().position(|(call, _)| Some((call.call_id, call.method)) == answered);
        let Some(index) = asked else {
            // Answers to older probes are nobody's business.
            if number.is_some_and(|number| number < FIRST_PROBE) {
                self.event("hostcall.refused", Vec::new());
            }
            return;
        };
        self.pool_questions.remove(index);
        let rpid = self.identity.id;
        let message = RawMessage { rpid, ..message };
        self.engine_command(EngineCommand::Send { channel: Channel::Session, stream: Stream::PromptResponse, message });
    }

    /// A call on the host of the pool: only start-up code makes them.
    pub(super) fn engine_pool_call(&mut self, payload: Bytes) {
        self.kept_calls.push_back(payload);
        self.pump_pool_calls();
        while self.kept_calls.iter().map(Bytes::len).sum::<usize>() > limits::MAX_KEPT_POOL_CALLS {
            self.kept_calls.pop_front();
        }
    }

    /// Gives the client the calls on the host of the pool, as far as it takes them: while the pool is being opened, and once it
    /// knows that it is open.
    pub(super) fn pump_pool_calls(&mut self) {
        while self.lease.as_ref().is_some_and(|lease| lease.opened || !self.engine.is_open())
            && self.has_room()
            && let Some(call) = self.kept_calls.pop_front()
        {
            self.send_pool_call(call);
        }
    }

    fn send_pool_call(&mut self, payload: Bytes) {
        // What cannot be read the client knows best how to complain of.
        if let Some(Message::RunspacePoolHostCall(call)) = payload::read(MessageKind::RunspacePoolHostCall, &payload)
            && call.call_id != VOID_CALL_ID
            && self.pool_questions.len() < HOST_CALLS
        {
            let call = HostCall { parameters: Vec::new(), ..call };
            self.pool_questions.push((call, payload.clone()));
        }
        self.send_unlogged(Channel::Session, MessageKind::RunspacePoolHostCall, payload, true);
    }

    /// After a lease: what its client has not answered the next one is asked.
    pub(super) fn keep_pool_questions(&mut self) {
        for (_, payload) in core::mem::take(&mut self.pool_questions).into_iter().rev() {
            self.kept_calls.push_front(payload);
        }
    }

    // -- operations of the pool ------------------------------------------------------------------

    /// SET_MAX_RUNSPACES and its like: numbered by us, so that the answer finds the client that asked.
    pub(super) fn client_operation(&mut self, message: &RawMessage) {
        let Some(lease) = &self.lease else { return };
        let lease = lease.number;
        self.engine.next_operation = self.engine.next_operation.saturating_add(1);
        let ours = self.engine.next_operation;
        let Ok(operation) = Message::decode(message) else { return };
        let Some((theirs, operation)) = payload::with_call_id(operation, ours) else { return };
        let under_way = &mut self.engine.operations;
        under_way.retain(|_, (asked, _)| *asked == lease);
        let too_many = under_way.len() >= MAX_POOL_OPERATIONS;
        if too_many || !self.engine.is_open() {
            let refused = RunspaceAvailability { call_id: theirs, response: Availability::Done(false) };
            let refused = Message::RunspaceAvailability(refused).encode();
            return self.send_client(Channel::Session, MessageKind::RunspaceAvailability, refused);
        }
        self.engine.operations.insert(ours, (lease, theirs));
        self.send_to_pool(message.kind, operation.encode());
    }

    pub(super) fn engine_operation_done(&mut self, payload: &Bytes) {
        let Some(answer) = payload::read(MessageKind::RunspaceAvailability, payload) else { return };
        let Some((ours, answer)) = payload::with_call_id(answer, 0) else { return };
        let Some((lease, theirs)) = self.engine.operations.remove(&ours) else { return };
        if self.lease.as_ref().is_some_and(|current| current.number == lease)
            && let Some((_, answer)) = payload::with_call_id(answer, theirs)
        {
            self.send_client(Channel::Session, MessageKind::RunspaceAvailability, answer.encode());
        }
    }
}
