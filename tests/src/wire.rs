//! A bare PSRP client: no PowerShell, no conveniences, every message as it came.
//!
//! For measurements, where a client must cost next to nothing, and for tests of what no good client does.

use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use bytes::Bytes;
use psrp_proto::transport::{ClientEvent, ClientTransport};
use psrp_proto::{Channel, Destination, Limits, MessageKind, RawMessage, Stream, Uuid};

/// One runspace pool at the other end of a process's stdin and stdout. The process is killed with the value.
pub struct Wire {
    child: Child,
    stdin: ChildStdin,
    inbox: Receiver<Vec<u8>>,
    transport: ClientTransport,
    /// Messages that came while something else was waited for.
    arrived: VecDeque<RawMessage>,
    pool: Uuid,
    pipelines: u128,
    limit: Duration,
}

/// What a pipeline brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Objects of output.
    pub objects: u64,
    /// Bytes of their CLIXML.
    pub bytes: u64,
    /// The state it ended in: 3 stopped, 4 completed, 5 failed.
    pub state: u32,
}

/// Why nothing more comes.
pub type Failure = String;

impl Wire {
    /// Starts the program, whose stdin and stdout lead to a server, and opens a pool of one runspace on it.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn open(mut command: Command, limit: Duration) -> Result<Self, Failure> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", command.get_program().display()))?;
        let (Some(stdin), Some(mut stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("the program has no stdin or stdout".to_owned());
        };
        let (sender, inbox) = mpsc::channel();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 128 * 1024];
            while let Ok(length) = stdout.read(&mut buffer) {
                let read = buffer.get(..length).unwrap_or_default();
                if read.is_empty() || sender.send(read.to_vec()).is_err() {
                    return;
                }
            }
        });
        let pool = Uuid::from_u128(
            u128::from(child.id()) << 64 | u128::from(rustix::process::getpid().as_raw_nonzero().get().unsigned_abs()),
        );
        let transport = ClientTransport::new(Limits::default());
        let arrived = VecDeque::new();
        let mut wire = Self { child, stdin, inbox, transport, arrived, pool, pipelines: 0, limit };
        wire.send(Channel::Session, MessageKind::SessionCapability, CAPABILITY)?;
        wire.send(Channel::Session, MessageKind::InitRunspacePool, &init())?;
        loop {
            let message = wire.message()?;
            if message.kind == MessageKind::RunspacePoolState {
                match integer(&message, "RunspaceState") {
                    2 => return Ok(wire),
                    state => return Err(format!("the pool went to state {state}")),
                }
            }
        }
    }

    /// Runs a script to its end.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn run(&mut self, script: &str) -> Result<Outcome, Failure> {
        let pid = self.start(script, false)?;
        self.finish(pid)
    }

    /// Starts a script; `input` leaves its input open.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn start(&mut self, script: &str, input: bool) -> Result<Uuid, Failure> {
        self.create(&create_pipeline(script, true, input))
    }

    /// Starts a command without arguments by its name.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn command(&mut self, name: &str) -> Result<Uuid, Failure> {
        self.create(&create_pipeline(name, false, false))
    }

    fn create(&mut self, xml: &str) -> Result<Uuid, Failure> {
        self.pipelines = self.pipelines.wrapping_add(1);
        let pid = Uuid::from_u128(self.pool.as_u128().rotate_left(64).wrapping_add(self.pipelines));
        self.transport.open(pid).map_err(|error| error.to_string())?;
        self.send(Channel::Pipeline(pid), MessageKind::CreatePipeline, xml)?;
        self.settle(pid)?;
        Ok(pid)
    }

    /// Waits until the server has acknowledged all that was sent to the pipeline. Needed where what follows is not reading:
    /// a sender has one `Data` under way and keeps the rest back until then.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn settle(&mut self, pid: Uuid) -> Result<(), Failure> {
        loop {
            match self.event()? {
                ClientEvent::Message { message, .. } => self.arrived.push_back(message),
                ClientEvent::DataAck { channel, idle: true } if channel == Channel::Pipeline(pid) => return Ok(()),
                _ => {}
            }
        }
    }

    /// One object of input: its CLIXML. It leaves when the ones before are acknowledged.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn input(&mut self, pid: Uuid, xml: &str) -> Result<(), Failure> {
        self.send(Channel::Pipeline(pid), MessageKind::PipelineInput, xml)
    }

    /// The end of the input.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn end_input(&mut self, pid: Uuid) -> Result<(), Failure> {
        self.send(Channel::Pipeline(pid), MessageKind::EndOfPipelineInput, "")
    }

    /// Takes what the pipeline brings to its end, and closes its channel.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn finish(&mut self, pid: Uuid) -> Result<Outcome, Failure> {
        let mut outcome = Outcome::default();
        outcome.state = self.take(pid, |object| {
            outcome.objects = outcome.objects.saturating_add(1);
            outcome.bytes = outcome.bytes.saturating_add(object.len() as u64);
        })?;
        Ok(outcome)
    }

    /// The CLIXML of all objects that a pipeline brings to its end, and the state it ends in.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn objects(&mut self, pid: Uuid) -> Result<(Vec<String>, u32), Failure> {
        let mut objects = Vec::new();
        let state = self.take(pid, |object| objects.push(String::from_utf8_lossy(object).into_owned()))?;
        Ok((objects, state))
    }

    /// The CLIXML of the next object of a pipeline.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn object(&mut self, pid: Uuid) -> Result<String, Failure> {
        loop {
            let message = self.message()?;
            match message.kind {
                MessageKind::PipelineOutput if message.pid == pid => {
                    return Ok(String::from_utf8_lossy(message.xml()).into_owned());
                }
                MessageKind::PipelineState if message.pid == pid => {
                    return Err(format!("the pipeline has ended: {}", String::from_utf8_lossy(message.xml())));
                }
                _ => {}
            }
        }
    }

    fn take(&mut self, pid: Uuid, mut object: impl FnMut(&[u8])) -> Result<u32, Failure> {
        let state = loop {
            let message = self.message()?;
            match message.kind {
                MessageKind::PipelineOutput if message.pid == pid => object(message.xml()),
                MessageKind::PipelineState if message.pid == pid => break integer(&message, "PipelineState"),
                _ => {}
            }
        };
        self.close_channel(Channel::Pipeline(pid))?;
        Ok(state)
    }

    /// Kills the program that leads to the server: the link is lost without a word.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Closes the pool and waits for the end of the program.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn close(mut self) -> Result<(), Failure> {
        self.close_channel(Channel::Session)?;
        let _ = self.child.kill();
        self.child.wait().map(drop).map_err(|error| error.to_string())
    }

    /// The next whole message.
    ///
    /// # Errors
    /// What the server said instead.
    pub fn message(&mut self) -> Result<RawMessage, Failure> {
        if let Some(message) = self.arrived.pop_front() {
            return Ok(message);
        }
        loop {
            if let ClientEvent::Message { message, .. } = self.event()? {
                return Ok(message);
            }
        }
    }

    fn close_channel(&mut self, channel: Channel) -> Result<(), Failure> {
        self.transport.close(channel).map_err(|error| error.to_string())?;
        self.flush()?;
        while self.event()? != ClientEvent::CloseAck(channel) {}
        Ok(())
    }

    fn send(&mut self, channel: Channel, kind: MessageKind, xml: &str) -> Result<(), Failure> {
        let payload = Bytes::copy_from_slice(xml.as_bytes());
        let message = match channel {
            Channel::Session => RawMessage::pool(Destination::Server, kind, self.pool, payload),
            Channel::Pipeline(pid) => RawMessage::pipeline(Destination::Server, kind, self.pool, pid, payload),
        };
        self.transport.send(channel, Stream::Default, &message).map_err(|error| error.to_string())?;
        self.flush()
    }

    fn flush(&mut self) -> Result<(), Failure> {
        let output = self.transport.take_output();
        if output.is_empty() {
            return Ok(());
        }
        self.stdin.write_all(&output).map_err(|error| format!("the server is gone: {error}"))
    }

    fn event(&mut self) -> Result<ClientEvent, Failure> {
        let end = Instant::now() + self.limit;
        loop {
            match self.transport.poll_event() {
                Some(ClientEvent::ServerError(text) | ClientEvent::Noise(text)) => return Err(text),
                Some(ClientEvent::Fatal(error)) => return Err(error.to_string()),
                Some(ClientEvent::EndOfStream) => return Err("the server has closed its output".to_owned()),
                Some(event) => return Ok(event),
                None => {}
            }
            match self.inbox.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.transport.receive(&bytes),
                Err(mpsc::RecvTimeoutError::Disconnected) => self.transport.eof(),
                Err(mpsc::RecvTimeoutError::Timeout) => return Err(format!("nothing came for {:?}", self.limit)),
            }
            self.flush()?;
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An integer property of a message, 0 when it has none of that name.
fn integer(message: &RawMessage, name: &str) -> u32 {
    let xml = String::from_utf8_lossy(message.xml());
    let value = xml.split_once(&format!("<I32 N=\"{name}\">")).and_then(|(_, rest)| rest.split('<').next());
    value.and_then(|value| value.parse().ok()).unwrap_or_default()
}

const CAPABILITY: &str = "<Obj RefId=\"0\"><MS><Version N=\"protocolversion\">2.3</Version><Version N=\"PSVersion\">2.0</Version>\
    <Version N=\"SerializationVersion\">1.1.0.1</Version></MS></Obj>";

/// A host that is not there, so that no host call comes.
const HOST: &str = "<Obj N=\"HostInfo\" RefId=\"90\"><MS><B N=\"_isHostNull\">true</B><B N=\"_isHostUINull\">true</B>\
    <B N=\"_isHostRawUINull\">true</B><B N=\"_useRunspaceHost\">true</B></MS></Obj>";

fn enumeration(name: &str, id: u32, kind: &str, text: &str, value: u32) -> String {
    format!(
        "<Obj N=\"{name}\" RefId=\"{id}\"><TN RefId=\"{id}\"><T>{kind}</T><T>System.Enum</T><T>System.ValueType</T>\
         <T>System.Object</T></TN><ToString>{text}</ToString><I32>{value}</I32></Obj>"
    )
}

fn init() -> String {
    let options =
        enumeration("PSThreadOptions", 1, "System.Management.Automation.Runspaces.PSThreadOptions", "Default", 0);
    let apartment = enumeration("ApartmentState", 2, "System.Threading.ApartmentState", "Unknown", 2);
    format!(
        "<Obj RefId=\"0\"><MS><I32 N=\"MinRunspaces\">1</I32><I32 N=\"MaxRunspaces\">1</I32>{options}{apartment}{HOST}\
         <Obj N=\"ApplicationArguments\" RefId=\"3\"><TN RefId=\"3\"><T>System.Management.Automation.PSPrimitiveDictionary</T>\
         <T>System.Collections.Hashtable</T><T>System.Object</T></TN><DCT /></Obj></MS></Obj>"
    )
}

fn create_pipeline(script: &str, is_script: bool, input: bool) -> String {
    let script = script.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\n', "_x000A_");
    let apartment = enumeration("ApartmentState", 1, "System.Threading.ApartmentState", "Unknown", 2);
    let options = enumeration("RemoteStreamOptions", 2, "System.Management.Automation.RemoteStreamOptions", "0", 0);
    let merge = "System.Management.Automation.Runspaces.PipelineResultTypes";
    let merges = [
        "MergeMyResult",
        "MergeToResult",
        "MergePreviousResults",
        "MergeError",
        "MergeWarning",
        "MergeVerbose",
        "MergeDebug",
        "MergeInformation",
    ];
    let merges: String = merges.iter().zip(20..).map(|(name, id)| enumeration(name, id, merge, "None", 0)).collect();
    let list = "<T>System.Collections.Generic.List`1[[System.Management.Automation.PSObject, System.Management.Automation, \
        Version=7.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35]]</T><T>System.Object</T>";
    format!(
        "<Obj RefId=\"0\"><MS><B N=\"NoInput\">{}</B>{apartment}{options}<B N=\"AddToHistory\">false</B>{HOST}\
         <Obj N=\"PowerShell\" RefId=\"9\"><MS><B N=\"IsNested\">false</B><Nil N=\"ExtraCmds\" /><Obj N=\"Cmds\" RefId=\"10\">\
         <TN RefId=\"10\">{list}</TN><LST><Obj RefId=\"11\"><MS><S N=\"Cmd\">{script}</S><B N=\"IsScript\">{is_script}</B>\
         <Nil N=\"UseLocalScope\" />{merges}<Obj N=\"Args\" RefId=\"12\"><TNRef RefId=\"10\" /><LST /></Obj></MS></Obj></LST></Obj>\
         <Nil N=\"History\" /><B N=\"RedirectShellErrorOutputPipe\">false</B></MS></Obj><B N=\"IsNested\">false</B></MS></Obj>",
        !input
    )
}
