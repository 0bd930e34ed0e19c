//! An engine that does what a test says: the server side of PSRP on stdin and stdout, with no PowerShell behind it.
//!
//! It takes the place of `pwsh -NoLogo -NoProfile -sshs` (and ignores those arguments). The first word of a pipeline's first
//! command says what happens; what follows it are numbers or a path:
//!
//! | command | does |
//! |---|---|
//! | `output N [SIZE]` | the numbers 0 to N-1, or N strings of SIZE characters; can be stopped in between |
//! | `echo` | gives every input object back, to the end of the input |
//! | `count` | takes all input and says how many objects that were |
//! | `ask` | asks the host for a line (ReadLine) and gives it back |
//! | `run` | `on`, then nothing; when stopped `cleanup` |
//! | `hang` | `on`, then nothing, and takes no notice of a stop |
//! | `follow PATH` | every line of the file or FIFO, as it comes; `!exit N` in it ends the engine |
//! | `fail` | state Failed, `boom` |
//! | `garbage` | writes a line that is not the protocol |
//! | `endless` | writes a line that never ends |
//! | `absurd` | writes a fragment that claims to be 4 GiB long |
//! | `cut` | ends in the middle of a line |
//! | `exit N` | ends at once with that code |
//!
//! Every other command completes without output. `FAKE_ENGINE` in the environment says how it starts: `silent` (reads, never
//! answers), `garbage`, or `exit N`.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::sync::mpsc::{self, Receiver, Sender};

use bytes::Bytes;
use psrp_proto::transport::{ServerEvent, ServerTransport};
use psrp_proto::{Channel, Destination, Limits, MessageKind, RawMessage, Uuid};

/// What wakes the engine.
enum Input {
    Bytes(Vec<u8>),
    End,
    /// A line of a followed file; `None` is its end.
    Line(Uuid, Option<String>),
}

/// What a pipeline is at.
enum Task {
    Output { next: u64, count: u64, size: Option<usize> },
    Echo,
    Count(u64),
    Ask,
    Run,
    Hang,
    Follow,
}

struct Engine {
    transport: ServerTransport,
    pool: Uuid,
    tasks: BTreeMap<Uuid, Task>,
    sender: Sender<Input>,
    calls: i64,
}

const CAPABILITY: &str = "<Obj RefId=\"0\"><MS><Version N=\"protocolversion\">2.3</Version><Version N=\"PSVersion\">2.0</Version>\
    <Version N=\"SerializationVersion\">1.1.0.1</Version></MS></Obj>";
const PRIVATE_DATA: &str = "<Obj RefId=\"0\"><MS><Obj N=\"ApplicationPrivateData\" RefId=\"1\"><TN RefId=\"0\">\
    <T>System.Management.Automation.PSPrimitiveDictionary</T><T>System.Collections.Hashtable</T><T>System.Object</T></TN>\
    <DCT><En><S N=\"Key\">PSVersionTable</S><Obj N=\"Value\" RefId=\"2\"><TNRef RefId=\"0\" /><DCT>\
    <En><S N=\"Key\">PSVersion</S><Version N=\"Value\">7.4.0</Version></En></DCT></Obj></En></DCT></Obj></MS></Obj>";
const COMPLETED: i32 = 4;
const FAILED: i32 = 5;
const STOPPED: i32 = 3;

fn main() {
    let start = std::env::var("FAKE_ENGINE").unwrap_or_default();
    match start.split_once(' ').unwrap_or((&start, "")) {
        ("exit", code) => std::process::exit(code.parse().unwrap_or(1)),
        ("garbage", _) => write(b"this is not the protocol\n"),
        ("silent", _) => {
            let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
            return;
        }
        _ => {}
    }
    let (sender, inbox) = mpsc::channel();
    let reading = sender.clone();
    std::thread::spawn(move || read(&reading));
    Engine {
        transport: ServerTransport::new(Limits::default()),
        pool: Uuid::nil(),
        tasks: BTreeMap::new(),
        sender,
        calls: 0,
    }
    .run(&inbox);
}

fn read(inbox: &Sender<Input>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length) = std::io::stdin().lock().read(&mut buffer) {
        if length == 0 {
            break;
        }
        let _ = inbox.send(Input::Bytes(buffer.get(..length).unwrap_or_default().to_vec()));
    }
    let _ = inbox.send(Input::End);
}

/// Blocks while nobody reads, as an engine does.
fn write(bytes: &[u8]) {
    let mut stdout = std::io::stdout().lock();
    if stdout.write_all(bytes).and_then(|()| stdout.flush()).is_err() {
        std::process::exit(160);
    }
}

impl Engine {
    fn run(mut self, inbox: &Receiver<Input>) {
        loop {
            let busy = self.produce();
            self.write();
            let input = if busy { inbox.try_recv().ok() } else { inbox.recv().ok() };
            match input {
                Some(Input::Bytes(bytes)) => self.transport.receive(&bytes),
                Some(Input::Line(pid, line)) => self.followed(pid, line.as_deref()),
                Some(Input::End) => {
                    // A stock server says so and exits with this code.
                    self.transport.error_line("An unknown element \"\" was received.");
                    self.write();
                    std::process::exit(160);
                }
                None => {}
            }
            while let Some(event) = self.transport.poll_event() {
                self.handle(event);
            }
        }
    }

    fn write(&mut self) {
        let output = self.transport.take_output();
        if !output.is_empty() {
            write(&output);
        }
    }

    fn handle(&mut self, event: ServerEvent) {
        match event {
            ServerEvent::Command(pid) => self.transport.ack_command(pid),
            ServerEvent::Message { message, .. } => self.message(&message),
            ServerEvent::DataEnd { channel, .. } => self.transport.ack_data(channel),
            ServerEvent::Signal(pid) => self.signal(pid),
            ServerEvent::Close(channel) => self.close(channel),
            ServerEvent::Soft(error) => self.transport.error_line(&format!("Remote transport error: {error}")),
            ServerEvent::Fatal(error) => {
                self.transport.error_line(&error.to_string());
                self.write();
                std::process::exit(160);
            }
            ServerEvent::EndOfStream => {}
        }
    }

    fn message(&mut self, message: &RawMessage) {
        match message.kind {
            MessageKind::InitRunspacePool => {
                self.pool = message.rpid;
                self.send_pool(MessageKind::SessionCapability, CAPABILITY);
                self.send_pool(MessageKind::ApplicationPrivateData, PRIVATE_DATA);
                self.pool_state(2);
            }
            MessageKind::CreatePipeline => self.start(message.pid, &text(message)),
            MessageKind::PipelineInput => self.input(message.pid, &text(message)),
            MessageKind::EndOfPipelineInput => match self.tasks.get(&message.pid) {
                Some(Task::Count(count)) => {
                    let count = *count;
                    self.output(message.pid, &format!("<I64>{count}</I64>"));
                    self.end(message.pid, COMPLETED);
                }
                Some(Task::Echo) => self.end(message.pid, COMPLETED),
                _ => {}
            },
            MessageKind::PipelineHostResponse if matches!(self.tasks.get(&message.pid), Some(Task::Ask)) => {
                let xml = text(message);
                let answer = between(&xml, "<S N=\"mr\">", "</S>").unwrap_or_default().to_owned();
                self.output(message.pid, &format!("<S>{answer}</S>"));
                self.end(message.pid, COMPLETED);
            }
            _ => {}
        }
    }

    fn start(&mut self, pid: Uuid, xml: &str) {
        let command = between(xml, "<S N=\"Cmd\">", "</S>").unwrap_or_default();
        // Takes input as it is; a PowerShell wants to be told.
        let command = command.strip_prefix("$input | ").unwrap_or(command);
        let mut words: Vec<&str> = command.split_ascii_whitespace().collect();
        // Arguments of a command that a client has taken apart: `output` and `5` beside it.
        words.extend(xml.split("N=\"V\">").skip(1).filter_map(|value| value.split('<').next()));
        let number = |at: usize| words.get(at).and_then(|word| word.parse::<u64>().ok());
        let task = match words.first().copied().unwrap_or_default() {
            "output" => {
                let size = number(2).map(|size| usize::try_from(size).unwrap_or(usize::MAX));
                Task::Output { next: 0, count: number(1).unwrap_or(1), size }
            }
            "echo" => Task::Echo,
            "count" => Task::Count(0),
            "ask" => {
                self.ask(pid);
                Task::Ask
            }
            "run" => Task::Run,
            "hang" => Task::Hang,
            "follow" => {
                self.follow(pid, words.get(1).copied().unwrap_or_default());
                Task::Follow
            }
            "fail" => return self.end(pid, FAILED),
            "garbage" => {
                self.write();
                return write(b"this is not the protocol\n");
            }
            "endless" => {
                self.write();
                loop {
                    write(&[b'x'; 64 * 1024]);
                }
            }
            "absurd" => {
                self.write();
                return write(absurd(pid).as_bytes());
            }
            "cut" => {
                self.write();
                write(b"<Data Stream='Default' PSG");
                std::process::exit(0)
            }
            "exit" => self.exit(number(1)),
            _ => return self.end(pid, COMPLETED),
        };
        if matches!(task, Task::Run | Task::Hang) {
            self.output(pid, "<S>on</S>");
        }
        self.tasks.insert(pid, task);
    }

    fn exit(&mut self, code: Option<u64>) -> ! {
        self.write();
        std::process::exit(code.and_then(|code| i32::try_from(code).ok()).unwrap_or(1))
    }

    fn input(&mut self, pid: Uuid, xml: &str) {
        match self.tasks.get_mut(&pid) {
            Some(Task::Echo) => self.output(pid, xml),
            Some(Task::Count(count)) => *count = count.saturating_add(1),
            _ => {}
        }
    }

    fn ask(&mut self, pid: Uuid) {
        self.calls = self.calls.saturating_add(1);
        let call = format!(
            "<Obj RefId=\"0\"><MS><I64 N=\"ci\">{}</I64><Obj N=\"mi\" RefId=\"1\"><TN RefId=\"0\">\
             <T>System.Management.Automation.Remoting.RemoteHostMethodId</T><T>System.Enum</T><T>System.ValueType</T>\
             <T>System.Object</T></TN><ToString>ReadLine</ToString><I32>11</I32></Obj><Obj N=\"mp\" RefId=\"2\"><TN RefId=\"1\">\
             <T>System.Collections.ArrayList</T><T>System.Object</T></TN><LST /></Obj></MS></Obj>",
            self.calls
        );
        self.send(pid, MessageKind::PipelineHostCall, &call);
    }

    fn follow(&self, pid: Uuid, path: &str) {
        let (path, sender) = (path.to_owned(), self.sender.clone());
        std::thread::spawn(move || {
            // Opening a FIFO waits for somebody to write to it.
            if let Ok(file) = std::fs::File::open(&path) {
                for line in BufReader::new(file).lines().map_while(Result::ok) {
                    let _ = sender.send(Input::Line(pid, Some(line)));
                }
            }
            let _ = sender.send(Input::Line(pid, None));
        });
    }

    fn followed(&mut self, pid: Uuid, line: Option<&str>) {
        if !matches!(self.tasks.get(&pid), Some(Task::Follow)) {
            return;
        }
        match line {
            Some(line) => match line.strip_prefix("!exit") {
                Some(code) => self.exit(code.trim().parse().ok()),
                None => self.output(pid, &format!("<S>{line}</S>")),
            },
            None => self.end(pid, COMPLETED),
        }
    }

    /// One more object of every pipeline that puts out; whether there is one left.
    fn produce(&mut self) -> bool {
        let pids: Vec<Uuid> = self.tasks.keys().copied().collect();
        let mut busy = false;
        for pid in pids {
            let Some(Task::Output { next, count, size }) = self.tasks.get_mut(&pid) else { continue };
            let (number, size) = (*next, *size);
            if number == *count {
                self.end(pid, COMPLETED);
                continue;
            }
            *next = number.saturating_add(1);
            busy = true;
            match size {
                Some(size) => self.output(pid, &format!("<S>{}</S>", "x".repeat(size))),
                None => self.output(pid, &format!("<I64>{number}</I64>")),
            }
        }
        busy
    }

    fn signal(&mut self, pid: Uuid) {
        match self.tasks.get(&pid) {
            Some(Task::Hang) => return,
            Some(task) => {
                if matches!(task, Task::Run) {
                    self.output(pid, "<S>cleanup</S>");
                }
                self.end(pid, STOPPED);
            }
            None => {}
        }
        self.transport.ack_signal(pid);
    }

    fn close(&mut self, channel: Channel) {
        match channel {
            Channel::Pipeline(pid) => {
                if self.tasks.contains_key(&pid) {
                    self.end(pid, STOPPED);
                }
            }
            Channel::Session => {
                self.pool_state(4);
                self.pool_state(3);
            }
        }
        self.transport.ack_close(channel);
    }

    fn output(&mut self, pid: Uuid, xml: &str) {
        self.send(pid, MessageKind::PipelineOutput, xml);
    }

    fn end(&mut self, pid: Uuid, state: i32) {
        self.tasks.remove(&pid);
        let error = if state == FAILED { ERROR } else { "" };
        let xml = format!("<Obj RefId=\"0\"><MS><I32 N=\"PipelineState\">{state}</I32>{error}</MS></Obj>");
        self.send(pid, MessageKind::PipelineState, &xml);
    }

    fn pool_state(&mut self, state: i32) {
        let xml = format!("<Obj RefId=\"0\"><MS><I32 N=\"RunspaceState\">{state}</I32></MS></Obj>");
        self.send_pool(MessageKind::RunspacePoolState, &xml);
    }

    fn send(&mut self, pid: Uuid, kind: MessageKind, xml: &str) {
        let payload = Bytes::copy_from_slice(xml.as_bytes());
        let message = RawMessage::pipeline(Destination::Client, kind, self.pool, pid, payload);
        self.transport.send(Channel::Pipeline(pid), &message);
    }

    fn send_pool(&mut self, kind: MessageKind, xml: &str) {
        let payload = Bytes::copy_from_slice(xml.as_bytes());
        self.transport.send(Channel::Session, &RawMessage::pool(Destination::Client, kind, self.pool, payload));
    }
}

/// The record of a failed pipeline.
const ERROR: &str = "<Obj N=\"ExceptionAsErrorRecord\" RefId=\"1\"><TN RefId=\"0\">\
    <T>System.Management.Automation.ErrorRecord</T><T>System.Object</T></TN><ToString>boom</ToString><MS>\
    <Obj N=\"Exception\" RefId=\"2\"><TN RefId=\"1\"><T>System.Management.Automation.RuntimeException</T>\
    <T>System.Exception</T><T>System.Object</T></TN><ToString>boom</ToString><Props><S N=\"Message\">boom</S></Props></Obj>\
    <Nil N=\"TargetObject\" /><S N=\"FullyQualifiedErrorId\">boom</S><Nil N=\"InvocationInfo\" />\
    <I32 N=\"ErrorCategory_Category\">14</I32><S N=\"ErrorCategory_Activity\"></S>\
    <S N=\"ErrorCategory_Reason\">RuntimeException</S><S N=\"ErrorCategory_TargetName\"></S>\
    <S N=\"ErrorCategory_TargetType\"></S><S N=\"ErrorCategory_Message\">OperationStopped: (:) [], RuntimeException</S>\
    <B N=\"SerializeExtendedInfo\">false</B></MS></Obj>";

/// Object 1, fragment 0, both first and last, and then a length of 4 GiB with nothing behind it (MS-PSRP 2.2.4).
fn absurd(pid: Uuid) -> String {
    format!("<Data Stream='Default' PSGuid='{pid}'>AAAAAAAAAAEAAAAAAAAAAAP/////</Data>\n")
}

fn text(message: &RawMessage) -> String {
    String::from_utf8_lossy(message.xml()).into_owned()
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    Some(text.split_once(before)?.1.split_once(after)?.0)
}
