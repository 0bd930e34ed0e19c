//! Properties that hold for any bytes. Each function panics when its property does not; fuzz targets call them with
//! made-up bytes, tests with those of `corpus/`.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use bytes::Bytes;
use psrp_clixml::{Value, Version};
use uuid::Uuid;

use crate::fragment::{FragmentError, Reassembler};
use crate::host::{HostCall, HostReply, HostRequest, HostResponse};
use crate::message::{
    ApplicationPrivateData, CreatePipeline, HostInfo, InitRunspacePool, PipelineStateInfo, PoolCall, PowerShell,
    PsInvocationState, RunspacePoolState, RunspacePoolStateInfo, SessionCapability,
};
use crate::pool::{client, server};
use crate::transport::{ClientEvent, ClientTransport, ServerEvent, ServerTransport};
use crate::{Channel, Destination, Limits, Message, MessageKind, RawMessage};

/// Small enough that made-up bytes reach them.
const LIMITS: Limits =
    Limits { line: 4096, session_message: 2048, pipeline_message: 2048, unfinished: 3000, channels: 3 };

/// How a link's bytes are cut does not change what it says, and what has ended stays ended. The first byte is the
/// length of the pieces.
pub fn framing(data: &[u8]) {
    let Some((piece, data)) = data.split_first() else { return };
    let piece = usize::from(*piece).max(1);

    let server = |piece: usize| {
        let mut transport = ServerTransport::new(LIMITS);
        let mut events = Vec::new();
        for bytes in data.chunks(piece) {
            transport.receive(bytes);
            events.extend(core::iter::from_fn(|| transport.poll_event()));
        }
        transport.eof();
        events.extend(core::iter::from_fn(|| transport.poll_event()));
        events
    };
    let whole = server(data.len().max(1));
    assert_eq!(server(piece), whole, "pieces of {piece} bytes");
    let ends = |event: &&ServerEvent| matches!(event, ServerEvent::Fatal(_) | ServerEvent::EndOfStream);
    assert_eq!(whole.iter().filter(ends).count(), 1, "a link ends once");
    assert!(whole.last().is_some_and(|last| ends(&last)), "nothing comes behind the end");

    let client = |piece: usize| {
        let mut transport = ClientTransport::new(LIMITS);
        let mut events = Vec::new();
        for bytes in data.chunks(piece) {
            transport.receive(bytes);
            events.extend(core::iter::from_fn(|| transport.poll_event()));
        }
        transport.eof();
        events.extend(core::iter::from_fn(|| transport.poll_event()));
        events
    };
    let whole = client(data.len().max(1));
    assert_eq!(client(piece), whole, "pieces of {piece} bytes");
    let ends = |event: &&ClientEvent| matches!(event, ClientEvent::Fatal(_) | ClientEvent::EndOfStream);
    assert_eq!(whole.iter().filter(ends).count(), 1, "a link ends once");
}

/// How a fragment stream is cut does not change its messages, and no more is held than allowed. The first byte is the
/// length of the pieces.
pub fn fragments(data: &[u8]) {
    const LIMIT: usize = 200;
    let Some((piece, data)) = data.split_first() else { return };
    let reassemble = |piece: usize| -> Vec<Result<Bytes, FragmentError>> {
        let mut reassembler = Reassembler::new(LIMIT);
        let mut found = Vec::new();
        for bytes in data.chunks(piece) {
            let mut bytes = Bytes::copy_from_slice(bytes);
            found.extend(core::iter::from_fn(|| reassembler.next(&mut bytes).transpose()));
            assert!(reassembler.held() <= LIMIT, "more is held than allowed");
        }
        found
    };
    assert_eq!(reassemble(usize::from(*piece).max(1)), reassemble(data.len().max(1)), "pieces of {piece} bytes");
}

/// What is read from a payload is written as something that reads the same. The first four bytes are the type.
pub fn message(data: &[u8]) {
    let Some((kind, payload)) = data.split_first_chunk::<4>() else { return };
    let kind = MessageKind::from_u32(u32::from_le_bytes(*kind));
    let raw = |payload| RawMessage::pool(Destination::Client, kind, Uuid::nil(), payload);
    let Ok(message) = Message::decode(&raw(Bytes::copy_from_slice(payload))) else { return };
    if let Message::PipelineHostCall(call) | Message::RunspacePoolHostCall(call) = &message
        && let Ok(request) = call.request()
    {
        let again = HostCall::new(call.call_id, &request).request();
        assert_eq!(again.as_ref(), Ok(&request), "a host call changes when it is written");
    }
    let written = message.encode();
    let again = Message::decode(&raw(written.clone()));
    assert_eq!(again.map(|message| message.encode()), Ok(written), "a message changes when it is written");
}

/// Whatever comes in whatever order: a pool's pipelines end once and are closed behind that, and what has ended stays
/// ended. Two bytes make one input.
pub fn pools(data: &[u8]) {
    let mut client =
        ClientModel { pool: client::Pool::new(RPID, Version::new(2, 3)), live: BTreeMap::new(), ended: false };
    let mut server = ServerModel { pool: server::Pool::new(Version::new(2, 3)), ended: false };
    for step in data.chunks_exact(2) {
        let &[what, which] = step else { return };
        client.step(what, which);
        server.step(what, which);
    }
}

const RPID: Uuid = Uuid::from_u128(1);

fn pid(which: u8) -> Uuid {
    Uuid::from_u128(u128::from(which % 4).saturating_add(2))
}

/// One of a few messages, with a header that is not always right, in a channel that is not always right.
fn some_message(what: u8, which: u8) -> (Channel, RawMessage) {
    let call = HostCall::new(1, &HostRequest::ReadLine);
    let messages = [
        Message::SessionCapability(SessionCapability::new(Version::new(2, 3))),
        Message::InitRunspacePool(InitRunspacePool::new(Value::Nil, HostInfo::NONE)),
        Message::ApplicationPrivateData(ApplicationPrivateData { data: Value::Nil }),
        Message::RunspacePoolState(RunspacePoolStateInfo::new(RunspacePoolState::Opened)),
        Message::RunspacePoolState(RunspacePoolStateInfo::new(RunspacePoolState::Closed)),
        Message::CreatePipeline(CreatePipeline::new(PowerShell::script("1"))),
        Message::CreatePipeline(CreatePipeline { no_input: false, ..CreatePipeline::new(PowerShell::script("1")) }),
        Message::PipelineInput(1.into()),
        Message::EndOfPipelineInput,
        Message::PipelineOutput(1.into()),
        Message::PipelineState(PipelineStateInfo::new(PsInvocationState::Completed)),
        Message::PipelineHostCall(call.clone()),
        Message::PipelineHostResponse(HostResponse::new(&call, &HostReply::Null)),
        Message::GetAvailableRunspaces(PoolCall { call_id: 1 }),
        Message::ResetRunspaceState(PoolCall { call_id: 2 }),
        Message::StopPipeline,
        Message::PublicKeyRequest,
        Message::CloseSession,
    ];
    let message = messages.get(usize::from(what % 18)).unwrap_or(&Message::StopPipeline);
    let channel = match message {
        Message::CreatePipeline(_) => Channel::Pipeline(pid(which)),
        message if message.kind().class() == crate::MessageClass::Pipeline => Channel::Pipeline(pid(which)),
        _ => Channel::Session,
    };
    let rpid = if which & 0x40 == 0 { RPID } else { Uuid::nil() };
    let id = if which & 0x20 == 0 { channel.guid() } else { pid(which.wrapping_add(1)) };
    let destination = if which & 0x10 == 0 { u32::MAX } else { 0 };
    let mut raw = RawMessage { destination, ..message.to_raw(Destination::Client, rpid, id) };
    if which & 0x08 != 0 {
        raw.payload.truncate(raw.payload.len() / 2);
    }
    (channel, raw)
}

struct ClientModel {
    pool: client::Pool,
    /// Pipelines that are not closed, and whether they have ended.
    live: BTreeMap<Uuid, bool>,
    ended: bool,
}

impl ClientModel {
    fn step(&mut self, what: u8, which: u8) {
        use client::Input;
        let channel = if which & 0x80 == 0 { Channel::Pipeline(pid(which)) } else { Channel::Session };
        let pid = pid(which);
        let input = match what {
            0 => Input::Open(Box::new(InitRunspacePool::new(Value::Nil, HostInfo::NONE))),
            1 => Input::CreatePipeline { pid, create: Box::new(CreatePipeline::new(PowerShell::script("1"))) },
            2 => Input::PipelineInput { pid, value: 1.into() },
            3 => Input::EndOfPipelineInput { pid },
            4 => Input::Stop { pid },
            5 => Input::Abandon { pid },
            6 => Input::Close,
            7 => Input::LinkLost,
            8 => Input::SignalAck(pid),
            9 => Input::CloseAck(channel),
            10 => Input::AdoptPipeline { pid },
            11 => Input::NeedSessionKey,
            12 => Input::GetAvailableRunspaces { call_id: 1 },
            _ => {
                let (channel, message) = some_message(what, which);
                Input::Message { channel, message }
            }
        };
        let starts = matches!(input, Input::CreatePipeline { .. } | Input::AdoptPipeline { .. });
        if self.pool.handle(input).is_ok() && starts {
            assert_eq!(self.live.insert(pid, false), None, "an id is used twice");
        }
        while let Some(output) = self.pool.poll() {
            assert!(!self.ended, "{output:?} comes behind the end");
            if let client::Output::Event(event) = output {
                self.event(event);
            }
        }
        assert!(!self.ended || self.live.is_empty(), "a pipeline outlives its pool");
    }

    fn event(&mut self, event: client::Event) {
        use client::Event;
        match event {
            Event::Pipeline { pid, .. } => assert_eq!(self.live.get(&pid), Some(&false), "a record of no pipeline"),
            Event::PipelineEnded { pid, .. } => {
                assert_eq!(self.live.insert(pid, true), Some(false), "an end of no pipeline");
            }
            Event::PipelineClosed { pid } => {
                assert_eq!(self.live.remove(&pid), Some(true), "closed before its end");
            }
            Event::Ended(_) => self.ended = true,
            _ => {}
        }
    }
}

struct ServerModel {
    pool: server::Pool,
    ended: bool,
}

impl ServerModel {
    fn step(&mut self, what: u8, which: u8) {
        use server::Input;
        let channel = if which & 0x80 == 0 { Channel::Pipeline(pid(which)) } else { Channel::Session };
        let pid = pid(which);
        let output = Message::PipelineOutput(1.into());
        let input = match what {
            0 => Input::Command(pid),
            1 => Input::Signal(pid),
            2 => Input::Close(channel),
            3 => Input::Opened { private_data: Value::Nil },
            4 => Input::Record { pid, kind: output.kind(), payload: output.encode() },
            5 => {
                let info = PipelineStateInfo::new(PsInvocationState::Completed);
                Input::PipelineEnded { pid, info: Box::new(info) }
            }
            6 => {
                let call_id = self.pool.next_call_id(channel);
                Input::HostCall { channel, call: Box::new(HostCall::new(call_id, &HostRequest::ReadLine)) }
            }
            7 => Input::LinkLost,
            8 => Input::ResetDone { call_id: 2, done: true },
            9 => Input::NeedSessionKey,
            _ => {
                let (channel, message) = some_message(what, which);
                Input::Message { channel, message }
            }
        };
        let _refused = self.pool.handle(input);
        while let Some(output) = self.pool.poll() {
            match output {
                server::Output::Event(event) => {
                    assert!(!self.ended, "{event:?} comes behind the end");
                    self.ended = event == server::Event::Ended;
                }
                server::Output::Send { message, .. } => {
                    assert!(!self.ended, "{message:?} comes behind the end");
                }
                _ => {}
            }
        }
    }
}
