//! A stock client at the other end of `psrpd subsystem`, as far as these tests need one.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};

use psrp_clixml::{Object, Version};
use psrp_proto::transport::{ClientEvent, ClientTransport};
use psrp_proto::{Channel, Destination, Limits, MessageKind, RawMessage, Stream, Uuid};
use psrp_session::hello::{OPEN_PROPERTY, OpenRequest, OpenVerb, STREAM_PROPERTY};
use psrp_session::options::AttachOptions;
use psrp_session::stream::{Endpoint, StreamEvent};

use crate::home::LIMIT;

const CAPABILITY: &str = r#"<Obj RefId="0"><MS><Version N="protocolversion">2.3</Version><Version N="PSVersion">2.0</Version><Version N="SerializationVersion">1.1.0.1</Version></MS></Obj>"#;

const INIT: &str = r#"<Obj RefId="0"><MS><I32 N="MinRunspaces">1</I32><I32 N="MaxRunspaces">1</I32><Obj N="PSThreadOptions" RefId="1"><TN RefId="0"><T>System.Management.Automation.Runspaces.PSThreadOptions</T><T>System.Enum</T><T>System.ValueType</T><T>System.Object</T></TN><ToString>Default</ToString><I32>0</I32></Obj><Obj N="ApartmentState" RefId="2"><TN RefId="1"><T>System.Threading.ApartmentState</T><T>System.Enum</T><T>System.ValueType</T><T>System.Object</T></TN><ToString>Unknown</ToString><I32>2</I32></Obj><Obj N="HostInfo" RefId="3"><MS><B N="_isHostNull">true</B><B N="_isHostUINull">true</B><B N="_isHostRawUINull">true</B><B N="_useRunspaceHost">true</B></MS></Obj><Nil N="ApplicationArguments" /></MS></Obj>"#;

/// The first line of a stock client.
pub(crate) fn capability() -> Vec<u8> {
    let kind = MessageKind::SessionCapability;
    let message = RawMessage::pool(Destination::Server, kind, Uuid::new_v4(), CAPABILITY.as_bytes().into());
    let mut transport = ClientTransport::new(Limits::default());
    transport.send(Channel::Session, Stream::Default, &message).unwrap();
    transport.take_output().to_vec()
}

pub(crate) struct Client {
    pub(crate) child: Child,
    stdin: Option<ChildStdin>,
    raw: Receiver<Vec<u8>>,
    transport: ClientTransport,
    pub(crate) id: Uuid,
}

impl Client {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let (send, raw) = channel();
        std::thread::spawn(move || {
            loop {
                let mut line = Vec::new();
                match stdout.read_until(b'\n', &mut line) {
                    Ok(1..) if send.send(line).is_ok() => {}
                    _ => break,
                }
            }
        });
        let stdin = child.stdin.take();
        Self { child, stdin, raw, transport: ClientTransport::new(Limits::default()), id: Uuid::new_v4() }
    }

    /// Sends what a stock client sends first.
    pub(crate) fn hello(&mut self) {
        for (kind, payload) in [(MessageKind::SessionCapability, CAPABILITY), (MessageKind::InitRunspacePool, INIT)] {
            let message = RawMessage::pool(Destination::Server, kind, self.id, payload.as_bytes().into());
            self.transport.send(Channel::Session, Stream::Default, &message).unwrap();
        }
        self.flush();
    }

    /// Sends what our own client sends first and gives the frame that answers it.
    pub(crate) fn ask(&mut self, verb: OpenVerb, options: AttachOptions) -> StreamEvent {
        let capability = Object::bag()
            .with("protocolversion", Version::new(2, 3))
            .with("PSVersion", Version::new(2, 0))
            .with("SerializationVersion", "1.1.0.1".parse::<Version>().unwrap())
            .with(STREAM_PROPERTY, "1")
            .with(OPEN_PROPERTY, OpenRequest::new(verb, options).to_value());
        let payload = psrp_clixml::write(&capability.into());
        let kind = MessageKind::SessionCapability;
        let message = RawMessage::pool(Destination::Server, kind, self.id, payload.into());
        self.transport.send(Channel::Session, Stream::Default, &message).unwrap();
        self.flush();
        assert_eq!(self.message().kind, MessageKind::SessionCapability);
        while !matches!(self.event(), ClientEvent::DataAck { .. }) {}
        // Whatever follows is frames.
        self.end_input();
        let frames = std::iter::from_fn(|| self.raw.recv_timeout(LIMIT).ok()).collect::<Vec<_>>().concat();
        let mut endpoint = Endpoint::new(1 << 20, 1 << 20);
        endpoint.receive(&frames).unwrap();
        endpoint.poll_event().expect("a frame")
    }

    /// Sends the hello and waits for SESSION_CAPABILITY: the client has reached its session.
    pub(crate) fn reach(&mut self) {
        self.hello();
        let message = self.message();
        assert_eq!(message.kind, MessageKind::SessionCapability);
    }

    /// Waits until the pool is open.
    pub(crate) fn open(&mut self) {
        self.reach();
        while self.message().kind != MessageKind::RunspacePoolState {}
    }

    /// Runs a script and gives its output messages as text, the final state last.
    pub(crate) fn invoke(&mut self, script: &str) -> Vec<String> {
        let pid = Uuid::new_v4();
        let text = script.replace('&', "&amp;").replace('<', "&lt;");
        let command = format!(
            r#"<Obj RefId="0"><MS><B N="NoInput">true</B><Obj N="ApartmentState" RefId="1"><TN RefId="0"><T>System.Threading.ApartmentState</T><T>System.Enum</T><T>System.ValueType</T><T>System.Object</T></TN><ToString>Unknown</ToString><I32>2</I32></Obj><Obj N="RemoteStreamOptions" RefId="2"><TN RefId="1"><T>System.Management.Automation.RemoteStreamOptions</T><T>System.Enum</T><T>System.ValueType</T><T>System.Object</T></TN><ToString>0</ToString><I32>0</I32></Obj><B N="AddToHistory">true</B><Obj N="HostInfo" RefId="3"><MS><B N="_isHostNull">true</B><B N="_isHostUINull">true</B><B N="_isHostRawUINull">true</B><B N="_useRunspaceHost">true</B></MS></Obj><Obj N="PowerShell" RefId="4"><MS><B N="IsNested">false</B><Nil N="ExtraCmds" /><Obj N="Cmds" RefId="5"><TN RefId="2"><T>System.Collections.Generic.List`1[[System.Management.Automation.PSObject, System.Management.Automation, Version=7.6.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35]]</T><T>System.Object</T></TN><LST><Obj RefId="6"><MS><S N="Cmd">{text}</S><B N="IsScript">true</B><Nil N="UseLocalScope" /><Obj N="MergeMyResult" RefId="7"><TN RefId="3"><T>System.Management.Automation.Runspaces.PipelineResultTypes</T><T>System.Enum</T><T>System.ValueType</T><T>System.Object</T></TN><ToString>None</ToString><I32>0</I32></Obj><Obj N="MergeToResult" RefId="8"><TNRef RefId="3" /><ToString>None</ToString><I32>0</I32></Obj><Obj N="MergePreviousResults" RefId="9"><TNRef RefId="3" /><ToString>None</ToString><I32>0</I32></Obj><Obj N="Args" RefId="10"><TNRef RefId="2" /><LST /></Obj><Obj N="MergeError" RefId="11"><TNRef RefId="3" /><ToString>None</ToString><I32>0</I32></Obj><Obj N="MergeWarning" RefId="12"><TNRef RefId="3" /><ToString>None</ToString><I32>0</I32></Obj><Obj N="MergeVerbose" RefId="13"><TNRef RefId="3" /><ToString>None</ToString><I32>0</I32></Obj><Obj N="MergeDebug" RefId="14"><TNRef RefId="3" /><ToString>None</ToString><I32>0</I32></Obj><Obj N="MergeInformation" RefId="15"><TNRef RefId="3" /><ToString>None</ToString><I32>0</I32></Obj></MS></Obj></LST></Obj><Nil N="History" /><B N="RedirectShellErrorOutputPipe">true</B></MS></Obj><B N="IsNested">false</B></MS></Obj>"#
        );
        self.transport.open(pid).unwrap();
        let message = RawMessage::pipeline(
            Destination::Server,
            MessageKind::CreatePipeline,
            self.id,
            pid,
            command.into_bytes().into(),
        );
        self.transport.send(Channel::Pipeline(pid), Stream::Default, &message).unwrap();
        self.flush();
        let mut output = Vec::new();
        loop {
            let message = self.message();
            let text = String::from_utf8_lossy(&message.payload).into_owned();
            let last = message.kind == MessageKind::PipelineState;
            if message.pid == pid {
                output.push(text);
            }
            if last {
                self.transport.close(Channel::Pipeline(pid)).unwrap();
                self.flush();
                return output;
            }
        }
    }

    /// Ends the session as Remove-PSSession does, and the client after the answer.
    pub(crate) fn remove(&mut self) -> ExitStatus {
        self.transport.close(Channel::Session).unwrap();
        self.flush();
        while !matches!(self.event(), ClientEvent::CloseAck(Channel::Session)) {}
        self.stdin = None;
        self.wait()
    }

    /// The next line as it is.
    pub(crate) fn line(&mut self) -> String {
        self.next_line().expect("a line from the server")
    }

    /// The next line, or none at the end.
    pub(crate) fn next_line(&mut self) -> Option<String> {
        match self.raw.recv_timeout(LIMIT) {
            Ok(line) => Some(String::from_utf8(line).unwrap().trim_end().to_owned()),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("no line from the server"),
        }
    }

    /// The end of the client's input.
    pub(crate) fn end_input(&mut self) {
        self.stdin = None;
    }

    pub(crate) fn write(&mut self, text: &str) {
        // The server may be gone; the test sees that by what it reads.
        let _ = self.stdin.as_mut().unwrap().write_all(text.as_bytes());
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        crate::home::eventually("the shim's end", || self.child.try_wait().unwrap())
    }

    /// What a broken connection is to the shim: everything is gone at once.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn message(&mut self) -> RawMessage {
        loop {
            if let ClientEvent::Message { message, .. } = self.event() {
                return message;
            }
        }
    }

    fn event(&mut self) -> ClientEvent {
        loop {
            if let Some(event) = self.transport.poll_event() {
                match event {
                    ClientEvent::ServerError(text) => panic!("error line: {text}"),
                    event => return event,
                }
            }
            let line = self.line();
            self.transport.receive(line.as_bytes());
            self.transport.receive(b"\n");
            self.flush();
        }
    }

    fn flush(&mut self) {
        let output = self.transport.take_output();
        let _ = self.stdin.as_mut().unwrap().write_all(&output);
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
