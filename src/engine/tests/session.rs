//! Sessions from outside: pipelines in, CLIXML out.

use std::{
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use psrpd_engine::{
    Answer, Client, Command, End, Host, HostCall, HostInfo, Pipeline, Question, Record, Session, Stop, Unix, limits,
};

/// Keeps what a session says, one line for each message; the output `ready` stops the pipeline.
struct Recorder(mpsc::Sender<String>, Stop);

impl Recorder {
    fn say(&self, what: &str, clixml: &[u8]) {
        let value = psrp_clixml::parse(clixml).unwrap();
        let shown = value.as_str().map_or_else(|| psrp_clixml::write_text(&value), str::to_owned);
        self.0.send(format!("{what} {shown}")).unwrap();
    }
}

impl Host for Recorder {
    fn input(&mut self) -> Option<psrp_clixml::Value> {
        None
    }

    fn output(&mut self, clixml: Vec<u8>) {
        if psrp_clixml::parse(&clixml).unwrap().as_str() == Some("ready") {
            self.1.set();
            return;
        }
        self.say("out", &clixml);
    }

    fn record(&mut self, stream: Record, clixml: Vec<u8>) {
        let value = psrp_clixml::parse(&clixml).unwrap();
        let id = value.get("FullyQualifiedErrorId").and_then(|id| id.as_str()).unwrap_or("");
        self.0.send(format!("{stream:?} {id}")).unwrap();
    }

    fn call(&mut self, call: HostCall) {
        match call {
            HostCall::WriteLine { text, .. } => self.0.send(format!("host {text}")).unwrap(),
            HostCall::SetShouldExit(code) => self.0.send(format!("exit {code}")).unwrap(),
            _ => {}
        }
    }

    fn ask(&mut self, _question: Question) -> Result<Answer, String> {
        Err("nobody is there".into())
    }

    fn encrypt(&mut self, _secret: &str) -> Option<psrp_clixml::SecureString> {
        None
    }

    fn decrypt(&mut self, _secret: &psrp_clixml::SecureString) -> Option<String> {
        None
    }
}

/// Runs scripts one after the other in one session, within a time limit.
fn run(scripts: &'static [&'static str]) -> (Vec<String>, Vec<End>) {
    let (said, heard) = mpsc::channel();
    let (ended, ends) = mpsc::channel();
    let body = move || {
        let stop = Stop::default();
        let host = Recorder(said, stop.clone());
        let client = Client { host: HostInfo::NONE, arguments: psrp_clixml::Value::Nil };
        let mut session = Session::open(Arc::new(Unix), Box::new(host), &client, stop);
        for script in scripts {
            let command = Command { text: (*script).into(), is_script: true, ..Command::default() };
            ended.send(session.invoke(&Pipeline { commands: vec![command], ..Pipeline::default() })).unwrap();
        }
    };
    thread::Builder::new().stack_size(limits::STACK_SIZE).spawn(body).unwrap();
    let ends = scripts.iter().map(|_| ends.recv_timeout(Duration::from_secs(30)).unwrap()).collect();
    (heard.iter().collect(), ends)
}

#[test]
fn state_stays_between_pipelines() {
    let (said, ends) = run(&["$x = 1, 2; function f { $x | % { $_ * 2 } }", "f", "$x += 3; $x.Count"]);
    assert_eq!(said, ["out <I32>2</I32>", "out <I32>4</I32>", "out <I32>3</I32>"]);
    assert!(ends.iter().all(|end| *end == End::Completed));
}

#[test]
fn an_error_that_nothing_catches_ends_the_pipeline() {
    let (said, ends) = run(&["'a'; 1 / 0; 'b'", "try { 1 / 0 } catch { $_.Exception.GetType().Name }"]);
    assert_eq!(said, ["out a", "out DivideByZeroException"]);
    assert!(matches!(&ends[0], End::Failed(record) if record.contains("Attempted to divide by zero.")));
}

#[test]
fn commands_write_errors_and_go_on() {
    let (said, _) = run(&["Write-Error boom; 'next'; exit 3"]);
    assert_eq!(said, ["Error Microsoft.PowerShell.Commands.WriteErrorException", "out next", "exit 3"]);
}

#[test]
fn stop_ends_an_endless_loop_and_runs_finally() {
    let (said, ends) = run(&["try { 'ready'; while ($true) { } } finally { 'cleaned' }"]);
    assert_eq!(said, ["out cleaned"]);
    assert!(matches!(ends[..], [End::Stopped(_)]));
}

#[test]
fn endless_recursion_is_an_error() {
    let (said, ends) = run(&["function f { f }; f", "'alive'"]);
    assert_eq!(said, ["out alive"]);
    assert!(matches!(&ends[0], End::Failed(record) if record.contains("CallDepthOverflow")));
}
