//! Single pipelines as the verbs run them: records, Ctrl+C, time limits, questions, news of the link.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use psrp_session::info::PipelineInfo;
use psrp_session::limits::MAX_MESSAGE;
use psrp_session::stream::PipelineStart;
use tokio::sync::{mpsc, watch};

use super::keys::Somebody;
use super::server::line;
use super::*;
use crate::exit;
use crate::remote::host::Host;
use crate::remote::run::{Ended, Run, Terms};
use crate::remote::{Record, Stream};
use crate::ssh::{Nobody, Prompt};

/// A verb: what it was told to do, and what came of it.
struct Verb {
    interrupts: watch::Sender<u32>,
    timeout: Option<Duration>,
    quiet: Option<Duration>,
    most: Option<u64>,
    input: Option<mpsc::Receiver<Result<Value, String>>>,
    prompt: Arc<dyn Prompt>,
    /// After how many records nobody takes any more.
    takes: usize,
    records: Vec<Record>,
    notices: Mutex<Vec<String>>,
}

impl Verb {
    fn new() -> Self {
        Self {
            interrupts: watch::Sender::new(0),
            timeout: None,
            quiet: None,
            most: None,
            input: None,
            prompt: Arc::new(Nobody),
            takes: usize::MAX,
            records: Vec::new(),
            notices: Mutex::default(),
        }
    }

    /// Presses Ctrl+C so many times, a second apart.
    fn interrupt(&self, times: u32) {
        let interrupts = self.interrupts.clone();
        tokio::spawn(async move {
            for count in 1..=times {
                tokio::time::sleep(Duration::from_secs(1)).await;
                interrupts.send_replace(count);
            }
        });
    }

    async fn run(&mut self, session: &mut Session, pid: Uuid) -> Result<Ended, SessionError> {
        let host = Host::new(Arc::clone(&self.prompt), "web1");
        let notices = &self.notices;
        let notice = |text: &str| notices.lock().unwrap().push(text.to_owned());
        let terms = Terms {
            host: &host,
            notice: &notice,
            input: self.input.take(),
            interrupts: self.interrupts.subscribe(),
            timeout: self.timeout,
            quiet: self.quiet,
            most: self.most,
            first: 0,
        };
        let (records, takes) = (&mut self.records, self.takes);
        let mut sink = |record: Record| {
            records.push(record);
            if records.len() < takes { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        Run::new(session, pid, terms, &mut sink).run().await
    }

    fn texts(&self) -> Vec<&str> {
        self.records.iter().map(|record| record.text.as_str()).collect()
    }
}

async fn invoke(verb: &mut Verb, create: CreatePipeline) -> (Session, Ended) {
    let server = Server::start();
    let mut session = open(&server, []).await;
    let pid = session.start(create).unwrap();
    let ended = verb.run(&mut session, pid).await.unwrap();
    (session, ended)
}

#[test]
fn records_are_numbered_and_handed_over_in_order() {
    run(async {
        let mut verb = Verb::new();
        let (_, ended) = invoke(&mut verb, script("emit 3 4")).await;
        assert_eq!((ended.outcome, ended.errors, ended.is_left), (exit::Outcome::Ok, 0, false));
        assert_eq!(verb.texts(), [line(1, 4), line(2, 4), line(3, 4)]);
        assert!(verb.records.iter().zip(0..).all(|(record, seq)| record.seq == seq && record.stream == Stream::Output));
        assert!(verb.records[0].payload.ends_with(b"</S>"));
    });
}

#[test]
fn ctrl_c_stops_and_what_is_written_last_is_shown() {
    run(async {
        let mut verb = Verb::new();
        verb.interrupt(1);
        let (_, ended) = invoke(&mut verb, script("finally")).await;
        assert_eq!((ended.outcome, verb.texts().as_slice()), (exit::Outcome::Interrupted, &["fin"][..]));
        assert!(!ended.is_left);
    });
}

#[test]
fn ctrl_c_twice_leaves_the_pipeline_running() {
    run(async {
        let mut verb = Verb::new();
        let (_sender, receiver) = mpsc::channel(1);
        verb.input = Some(receiver);
        verb.interrupts.send_replace(1);
        let interrupts = verb.interrupts.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            interrupts.send_replace(2);
        });
        let (session, ended) = invoke(&mut verb, script_with_input("hang")).await;
        assert!(ended.is_left);
        // The input was ended, or it could not be left.
        session.detach(None, None).await.unwrap();
    });
}

#[test]
fn a_time_limit_stops() {
    run(async {
        let mut verb = Verb::new();
        verb.timeout = Some(Duration::from_secs(30));
        let begun = tokio::time::Instant::now();
        let (_, ended) = invoke(&mut verb, script("hang")).await;
        assert_eq!((ended.outcome, begun.elapsed().as_secs()), (exit::Outcome::TimedOut, 30));
        assert!(ended.message.unwrap().contains("time was over"));
    });
}

/// Is asked and does not answer as long as the test runs.
struct Thinker {
    asked: mpsc::UnboundedSender<()>,
    end: Mutex<std::sync::mpsc::Receiver<()>>,
}

impl Prompt for Thinker {
    fn is_interactive(&self) -> bool {
        true
    }

    fn ask(&self, _: &str, _: bool) -> std::io::Result<zeroize::Zeroizing<String>> {
        self.asked.send(()).unwrap();
        let _ = self.end.lock().unwrap().recv();
        Err(std::io::ErrorKind::UnexpectedEof.into())
    }
}

#[test]
fn a_time_limit_stops_also_what_asks() {
    run(async {
        let (asked, mut was_asked) = mpsc::unbounded_channel();
        let (_end, end) = std::sync::mpsc::channel();
        let mut verb = Verb::new();
        verb.prompt = Arc::new(Thinker { asked, end: Mutex::new(end) });
        verb.timeout = Some(Duration::from_secs(30));
        // Time stands still while somebody thinks.
        tokio::spawn(async move {
            was_asked.recv().await;
            tokio::time::advance(Duration::from_secs(31)).await;
        });
        let (_, ended) = invoke(&mut verb, script("ask")).await;
        assert_eq!(ended.outcome, exit::Outcome::TimedOut);
    });
}

#[test]
fn a_reader_that_goes_away_stops_the_pipeline() {
    run(async {
        let mut verb = Verb::new();
        verb.takes = 2;
        let (_, ended) = invoke(&mut verb, script("emit 1000000 100")).await;
        assert_eq!((ended.outcome, verb.records.len()), (exit::Outcome::Ok, 2));
    });
}

#[test]
fn input_that_is_wrong_stops_the_pipeline_and_says_why() {
    run(async {
        let mut verb = Verb::new();
        let (sender, receiver) = mpsc::channel(4);
        sender.send(Ok("one".into())).await.unwrap();
        sender.send(Err("standard input is no CLIXML".to_owned())).await.unwrap();
        verb.input = Some(receiver);
        let (_, ended) = invoke(&mut verb, script_with_input("echo")).await;
        assert_eq!(ended.outcome, exit::Outcome::Usage);
        assert_eq!(ended.message.as_deref(), Some("standard input is no CLIXML"));
    });
}

#[test]
fn questions_are_answered_on_the_way() {
    run(async {
        let mut verb = Verb::new();
        verb.prompt = Arc::new(Somebody::new("yes"));
        let (_, ended) = invoke(&mut verb, script("ask")).await;
        assert_eq!((ended.outcome, verb.texts().as_slice()), (exit::Outcome::Ok, &["yes"][..]));
    });
}

#[test]
fn the_user_is_told_of_a_link_that_is_away_for_long_and_of_no_other() {
    run(async {
        let server = Server::start();
        let cut = || Plan::Cut { up: usize::MAX, down: 20_000 };
        let plans = [cut(), cut(), Plan::Away, Plan::Away, Plan::Away, Plan::Away, Plan::Away];
        let mut session = open(&server, plans).await;
        let pid = session.start(script("emit 100 1000")).unwrap();
        let mut verb = Verb::new();
        let ended = verb.run(&mut session, pid).await.unwrap();
        assert_eq!((ended.outcome, verb.records.len()), (exit::Outcome::Ok, 100));
        let notices = verb.notices.lock().unwrap();
        let [away, back] = notices.as_slice() else { panic!("{notices:?}") };
        assert!(away.starts_with("link lost: ") && back.ends_with("nothing was lost"), "{notices:?}");
    });
}

/// A session with a pipeline that has written so many lines and runs on, left by its client.
async fn left(server: &Server, command: &str) -> PipelineInfo {
    let mut session = open(server, []).await;
    session.start(script(command)).unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    session.detach(None, None).await.unwrap();
    let session = open(server, []).await;
    let info = session.about().inherited[0].clone();
    session.detach(None, None).await.unwrap();
    info
}

#[test]
fn output_that_is_kept_is_there_for_the_next_reader() {
    run(async {
        let server = Server::start();
        let info = left(&server, "emit 50 1000").await;
        for keeps in [true, true, false] {
            let mut request = attach(Some("work"), AttachMode::Existing);
            request.credit = u64::try_from(MAX_MESSAGE).unwrap();
            let mut session = Session::open(Cables::new(&server, []), request, init()).await.unwrap();
            session.keep_output(keeps);
            session.adopt(info.id, PipelineStart::Unread).unwrap();
            let mut verb = Verb::new();
            let ended = verb.run(&mut session, info.id).await.unwrap();
            assert_eq!((ended.outcome, verb.records.len()), (exit::Outcome::Ok, 50), "keeps: {keeps}");
            session.detach(None, None).await.unwrap();
        }
        assert!(open(&server, []).await.about().inherited.is_empty(), "what was received is forgotten");
    });
}

#[test]
fn a_pipeline_that_runs_is_read_as_far_as_it_has_come() {
    run(async {
        let server = Server::start();
        let info = left(&server, "ask").await;
        assert_eq!((info.state.as_str(), info.unread, info.waiting_for.as_deref()), ("Running", 1, Some("ReadLine")));
        let mut session = open(&server, []).await;
        session.adopt(info.id, PipelineStart::Unread).unwrap();
        let mut verb = Verb::new();
        verb.prompt = Arc::new(Somebody::new("late"));
        let ended = verb.run(&mut session, info.id).await.unwrap();
        assert_eq!((ended.outcome, verb.texts().as_slice()), (exit::Outcome::Ok, &["late"][..]));
        session.detach(None, None).await.unwrap();

        let info = left(&server, "hang").await;
        let mut session = open(&server, []).await;
        session.adopt(info.id, PipelineStart::Unread).unwrap();
        let mut verb = Verb::new();
        (verb.most, verb.quiet) = (Some(info.unread), Some(Duration::from_secs(5)));
        let ended = verb.run(&mut session, info.id).await.unwrap();
        assert_eq!((ended.outcome, ended.is_left, verb.records.len()), (exit::Outcome::Ok, false, 0));
        session.detach(None, None).await.unwrap();
    });
}
