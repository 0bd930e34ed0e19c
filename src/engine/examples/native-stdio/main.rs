//! The native engine behind PSRP on standard input and output, for the conformance cases:
//! `python3 tests/conformance/run.py check --server target/debug/examples/native-stdio ...`

use std::{
    collections::HashMap,
    io::{Read, Write},
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

use psrp_clixml::{Object, Value};
use psrp_proto::{
    Channel, Limits, Uuid,
    host::{HostCall, HostReply, HostRequest},
    message::{CreatePipeline, ErrorRecord, PipelineResultTypes, PipelineStateInfo, PsInvocationState},
    pool::server::{Event, Input, Output, Pool, Work},
    transport::{ServerEvent, ServerTransport},
};
use psrpd_engine::{Client, Command, End, Merge, Pipeline, Session, Stop, Unix};

mod host;

/// What the threads tell the one that owns the pool.
enum Told {
    Bytes(Vec<u8>),
    Eof,
    Input(Box<Input>),
    Call(Uuid, HostRequest, Option<Sender<Result<HostReply, String>>>),
    Ended(Uuid, End),
}

/// A pipeline for the thread that runs the session.
struct Job {
    pid: Uuid,
    create: Box<CreatePipeline>,
    input: Option<Receiver<Option<Value>>>,
}

fn pipeline(job: &Job) -> Vec<Pipeline> {
    let mut input = job.input.as_ref().map(|values| values.iter().map_while(|value| value).collect::<Vec<Value>>());
    let merged = |to: PipelineResultTypes| to != PipelineResultTypes::None;
    job.create
        .power_shell
        .statements
        .iter()
        .map(|statement| Pipeline {
            commands: statement
                .iter()
                .map(|command| Command {
                    text: command.text.to_string_lossy().into_owned(),
                    is_script: command.is_script,
                    local_scope: command.use_local_scope.unwrap_or(false),
                    arguments: command
                        .arguments
                        .iter()
                        .map(|argument| {
                            (
                                argument.name.as_ref().map(|name| name.to_string_lossy().into_owned()),
                                argument.value.clone(),
                            )
                        })
                        .collect(),
                    merge: Merge {
                        errors: merged(command.merge.error) || merged(command.merge.my_result),
                        others: merged(command.merge.warning),
                    },
                })
                .collect(),
            input: input.take(),
            history: None,
            host: (!job.create.host_info.use_runspace_host).then(|| host::info(&job.create.host_info)),
        })
        .collect()
}

fn run_jobs(client: &Receiver<Client>, jobs: &Receiver<Job>, told: &Sender<Told>, stop: &Stop) {
    let Ok(client) = client.recv() else { return };
    let pid = Arc::new(std::sync::Mutex::new(Uuid::nil()));
    let host = host::Remote { pid: pid.clone(), told: told.clone() };
    let mut session = Session::open(Arc::new(Unix), Box::new(host), &client, stop.clone());
    for job in jobs {
        *pid.lock().unwrap() = job.pid;
        let mut end = End::Completed;
        for pipeline in pipeline(&job) {
            end = session.invoke(&pipeline);
            if end != End::Completed {
                break;
            }
        }
        if told.send(Told::Ended(job.pid, end)).is_err() {
            return;
        }
    }
}

struct Server {
    pool: Pool,
    link: ServerTransport,
    told: Sender<Told>,
    clients: Sender<Client>,
    jobs: Sender<Job>,
    stop: Stop,
    inputs: HashMap<Uuid, Sender<Option<Value>>>,
    calls: HashMap<i64, Sender<Result<HostReply, String>>>,
    ended: bool,
}

impl Server {
    fn handle(&mut self, input: Input) {
        if let Err(error) = self.pool.handle(input) {
            eprintln!("{error}");
        }
        while let Some(output) = self.pool.poll() {
            match output {
                Output::CommandAck(pid) => self.link.ack_command(pid),
                Output::SignalAck(pid) => self.link.ack_signal(pid),
                Output::CloseAck(channel) => self.link.ack_close(channel),
                Output::Send { channel, message } => self.link.send(channel, &message),
                Output::ErrorLine(text) => self.link.error_line(&text),
                Output::EncryptSessionKey(_) => {}
                Output::Event(event) => self.event(event),
            }
        }
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Open(init) => {
                let client =
                    Client { host: host::info(&init.host_info), arguments: init.application_arguments.clone() };
                let _ = self.clients.send(client);
                self.handle(Input::Opened { private_data: Object::primitive_dictionary::<&str, Value>([]).into() });
            }
            Event::Start { pid, work: Work::Commands(create) } => {
                self.stop.clear();
                let input = (!create.no_input).then(|| {
                    let (give, take) = channel();
                    self.inputs.insert(pid, give);
                    take
                });
                let _ = self.jobs.send(Job { pid, create, input });
            }
            Event::Start { pid, .. } => {
                let info = PipelineStateInfo::new(PsInvocationState::Completed);
                self.handle(Input::PipelineEnded { pid, info: Box::new(info) });
            }
            Event::PipelineInput { pid, value } => drop(self.inputs.get(&pid).map(|input| input.send(Some(value)))),
            Event::EndOfPipelineInput { pid } => drop(self.inputs.remove(&pid)),
            Event::Stop { .. } => {
                self.stop.set();
                self.calls.clear();
            }
            Event::HostResponse { response, .. } => {
                if let Some(answer) = self.calls.remove(&response.call_id) {
                    let text = |error: &ErrorRecord| {
                        error.exception.get("Message").and_then(Value::as_str).unwrap_or_default().to_owned()
                    };
                    let _ = answer.send(match &response.error {
                        Some(error) => Err(text(error)),
                        None => response.reply().map_err(|error| error.to_string()),
                    });
                }
            }
            Event::Reset { call_id } => self.handle(Input::ResetDone { call_id, done: false }),
            Event::Refused(_) | Event::Ended => self.ended = true,
        }
    }

    fn told(&mut self, told: Told) {
        match told {
            Told::Bytes(bytes) => {
                self.link.receive(&bytes);
                while let Some(event) = self.link.poll_event() {
                    match event {
                        ServerEvent::Command(pid) => self.handle(Input::Command(pid)),
                        ServerEvent::Message { channel, message, .. } => {
                            self.handle(Input::Message { channel, message });
                        }
                        ServerEvent::DataEnd { channel, .. } => self.link.ack_data(channel),
                        ServerEvent::Signal(pid) => self.handle(Input::Signal(pid)),
                        ServerEvent::Close(channel) => self.handle(Input::Close(channel)),
                        _ => self.ended = true,
                    }
                }
            }
            Told::Eof => self.ended = true,
            Told::Input(input) => self.handle(*input),
            Told::Call(pid, request, answer) => {
                let channel = Channel::Pipeline(pid);
                let id = if answer.is_some() { self.pool.next_call_id(channel) } else { -100 };
                if let Some(answer) = answer {
                    self.calls.insert(id, answer);
                }
                self.handle(Input::HostCall { channel, call: Box::new(HostCall::new(id, &request)) });
            }
            Told::Ended(pid, end) => {
                let record = |text: &str| {
                    psrp_clixml::parse(text.as_bytes())
                        .ok()
                        .and_then(|value| ErrorRecord::from_value(&value).ok())
                        .map(Box::new)
                };
                let info = match end {
                    End::Completed => PipelineStateInfo::new(PsInvocationState::Completed),
                    End::Stopped(text) => PipelineStateInfo { state: PsInvocationState::Stopped, error: record(&text) },
                    End::Failed(text) => PipelineStateInfo { state: PsInvocationState::Failed, error: record(&text) },
                };
                self.inputs.remove(&pid);
                self.handle(Input::PipelineEnded { pid, info: Box::new(info) });
            }
        }
    }
}

fn main() {
    let (told, telling) = channel();
    let (jobs, queue) = channel();
    let (clients, client) = channel();
    let stop = Stop::default();
    let reader = told.clone();
    thread::spawn(move || {
        let mut buffer = vec![0; 65_536];
        let mut stdin = std::io::stdin().lock();
        while let Ok(count @ 1..) = stdin.read(&mut buffer) {
            if reader.send(Told::Bytes(buffer[..count].to_vec())).is_err() {
                return;
            }
        }
        let _ = reader.send(Told::Eof);
    });
    let (worker_told, worker_stop) = (told.clone(), stop.clone());
    thread::Builder::new()
        .stack_size(psrpd_engine::limits::STACK_SIZE)
        .spawn(move || run_jobs(&client, &queue, &worker_told, &worker_stop))
        .expect("the thread of the session starts");
    let mut server = Server {
        pool: Pool::new("2.3".parse().expect("a version")),
        link: ServerTransport::new(Limits::default()),
        told,
        clients,
        jobs,
        stop,
        inputs: HashMap::new(),
        calls: HashMap::new(),
        ended: false,
    };
    let _ = &server.told;
    let mut stdout = std::io::stdout().lock();
    for told in telling {
        server.told(told);
        let output = server.link.take_output();
        if stdout.write_all(&output).and_then(|()| stdout.flush()).is_err() || server.ended {
            return;
        }
    }
}
