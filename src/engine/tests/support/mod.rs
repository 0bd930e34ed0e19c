//! Sessions for tests.

use std::{
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use psrpd_engine::{Answer, Command, End, Host, HostCall, Pipeline, Question, Record, Session, Stop, Unix, limits};

/// Keeps what a session says, one line for each message; the output `ready` stops the pipeline.
pub(crate) struct Recorder(mpsc::Sender<String>, Stop);

impl Recorder {
    pub(crate) fn new(said: mpsc::Sender<String>, stop: Stop) -> Self {
        Self(said, stop)
    }

    fn say(&self, what: &str, clixml: &[u8]) {
        let value = psrp_clixml::parse(clixml).unwrap();
        let shown = value.as_str().map_or_else(|| psrp_clixml::write_text(&value), str::to_owned);
        let _ = self.0.send(format!("{what} {shown}"));
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
pub(crate) fn run(scripts: &[&str]) -> (Vec<String>, Vec<End>) {
    run_on(Unix::default(), scripts)
}

/// As [`run`], on this machine.
pub(crate) fn run_on(machine: Unix, scripts: &[&str]) -> (Vec<String>, Vec<End>) {
    let (said, heard) = mpsc::channel();
    let (ended, ends) = mpsc::channel();
    let texts: Vec<String> = scripts.iter().map(|script| (*script).to_owned()).collect();
    let body = move || {
        let stop = Stop::default();
        let host = Recorder::new(said, stop.clone());
        let mut session = Session::open(Arc::new(machine), Box::new(host), stop.clone());
        for text in texts {
            stop.clear();
            let command = Command { text, is_script: true, ..Command::default() };
            ended.send(session.invoke(&Pipeline { commands: vec![command], ..Pipeline::default() })).unwrap();
        }
    };
    thread::Builder::new().stack_size(limits::STACK_SIZE).spawn(body).unwrap();
    let ends = scripts.iter().map(|_| ends.recv_timeout(Duration::from_secs(30)).unwrap()).collect();
    (heard.iter().collect(), ends)
}
