//! The verbs from the words of a command line to output and exit code, over a scripted session layer.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use clap::CommandFactory as _;
use psrp::cli::{Cli, Context, parse, run};
use psrp::exit::Outcome;
use psrp::output::{ColourChoice, Format, Options, Output};
use psrp::remote::{
    Attached, Audience, Availability, End, InvokeRequest, Lifetime, NewRequest, ReceiveRequest, Record, Remote,
    RemoteError, Script, SessionInfo, SessionState, Sink, Stream, Waiting,
};
use psrp::ssh::{ConnectError, Nobody, Settings};
use psrp::state::Store;
use psrp::target::{Host, Session};
use tempfile::TempDir;
use uuid::Uuid;

/// Sessions in memory, by host. A script is a list of words that say what happens.
#[derive(Default)]
struct Fake {
    sessions: Mutex<BTreeMap<String, Vec<SessionInfo>>>,
    asked: Mutex<Vec<String>>,
}

fn info(name: &str, number: u128) -> SessionInfo {
    SessionInfo {
        name: name.to_owned(),
        instance_id: Uuid::from_u128(number),
        state: SessionState::Disconnected,
        availability: Availability::None,
        configuration_name: "pwsh".to_owned(),
        resume: Some("token".to_owned()),
        answers: true,
    }
}

impl Fake {
    fn ask(&self, text: impl Into<String>) {
        self.asked.lock().unwrap().push(text.into());
    }

    fn reach(host: &Host) -> Result<String, RemoteError> {
        let name = host.to_string();
        match name.as_str() {
            "dead" => {
                Err(ConnectError::Connect { host: name, port: 22, source: io::ErrorKind::ConnectionRefused.into() }
                    .into())
            }
            "locked" => {
                let (login, tried, accepts) = ("me@locked".to_owned(), "nothing".to_owned(), "publickey".to_owned());
                Err(ConnectError::Auth { login, tried, accepts, hint: "" }.into())
            }
            _ => Ok(name),
        }
    }

    fn find(&self, host: &str, session: &Session) -> Result<SessionInfo, RemoteError> {
        let sessions = self.sessions.lock().unwrap();
        let found = sessions.get(host).into_iter().flatten().find(|s| match session {
            Session::Name(name) => s.name.eq_ignore_ascii_case(name),
            Session::InstanceId(id) => s.instance_id == *id,
            Session::Id(_) => false,
        });
        found.cloned().ok_or_else(|| RemoteError::NoSession(format!("no session {session} on {host}")))
    }

    fn play(script: &str, sink: &mut Sink<'_>) -> End {
        let mut end = End { outcome: Outcome::Ok, errors: 0, session: None, message: None };
        for (seq, word) in (0..).zip(script.split_whitespace()) {
            let stream = match word {
                "error" => Stream::Error,
                "warning" => Stream::Warning,
                "host" | "begun" | "quiet" => Stream::Information,
                _ => Stream::Output,
            };
            end.errors += u64::from(stream == Stream::Error);
            if let Some(number) = word.strip_prefix("exit") {
                end.outcome = Outcome::script(number.parse().unwrap());
                break;
            }
            if word == "throw" {
                (end.outcome, end.message) = (Outcome::Script(1), Some("no\u{1b}[2J way".to_owned()));
                break;
            }
            let payload = Bytes::from(format!("<S>{word}</S>"));
            let audience = if word == "quiet" { Audience::Programs } else { Audience::Everybody };
            let record = Record { seq, stream, payload, text: word.to_owned(), ends_line: word != "begun", audience };
            if sink(record) == ControlFlow::Break(()) {
                break;
            }
        }
        end
    }
}

impl Remote for Fake {
    async fn create(&self, host: &Host, _: &Settings, request: &NewRequest) -> Result<SessionInfo, RemoteError> {
        let host = Self::reach(host)?;
        self.ask(format!("create {host} {request:?}"));
        let mut sessions = self.sessions.lock().unwrap();
        let number = sessions.values().map(Vec::len).sum::<usize>() as u128 + 1;
        let session = info(request.name.as_deref().unwrap_or("auto-1"), number);
        sessions.entry(host).or_default().push(session.clone());
        Ok(session)
    }

    async fn list(&self, host: &Host, _: &Settings) -> Result<Vec<SessionInfo>, RemoteError> {
        let host = Self::reach(host)?;
        if host == "mute" {
            std::future::pending::<()>().await;
        }
        Ok(self.sessions.lock().unwrap().get(&host).cloned().unwrap_or_default())
    }

    async fn invoke(
        &self,
        host: &Host,
        _: &Settings,
        request: &InvokeRequest,
        sink: &mut Sink<'_>,
    ) -> Result<End, RemoteError> {
        let host = Self::reach(host)?;
        let (Script::Text(text) | Script::File { text, .. }) = &request.script;
        self.ask(format!("{host} {:?} {:?} {:?}", request.session, request.arguments, request.named));
        let mut end = Self::play(text, sink);
        if request.disconnected {
            end.session = Some(info("auto-2", 77));
        }
        Ok(end)
    }

    async fn connect(
        &self,
        host: &Host,
        _: &Settings,
        session: &Session,
        steal: bool,
    ) -> Result<Attached, RemoteError> {
        let host = Self::reach(host)?;
        let session = self.find(&host, session)?;
        if session.name == "busy" && !steal {
            return Err(RemoteError::Refused("attached elsewhere; --steal takes it".to_owned()));
        }
        let waiting = Waiting {
            state: "Running".into(),
            command: "Start-Build".into(),
            unread: 41,
            prompt: Some("Password:".into()),
        };
        Ok(Attached { session: SessionInfo { state: SessionState::Opened, ..session }, pipelines: vec![waiting] })
    }

    async fn disconnect(
        &self,
        host: &Host,
        _: &Settings,
        session: &Session,
        lifetime: &Lifetime,
    ) -> Result<SessionInfo, RemoteError> {
        self.ask(format!("disconnect {lifetime:?}"));
        self.find(&Self::reach(host)?, session)
    }

    async fn receive(
        &self,
        host: &Host,
        _: &Settings,
        request: &ReceiveRequest,
        sink: &mut Sink<'_>,
    ) -> Result<End, RemoteError> {
        self.find(&Self::reach(host)?, &request.session)?;
        Ok(Self::play(&format!("from-{:?} follow-{} keep-{}", request.from, request.follow, request.keep), sink))
    }

    async fn remove(&self, host: &Host, _: &Settings, session: &Session, force: bool) -> Result<(), RemoteError> {
        if force {
            self.ask("force");
        }
        let host = Self::reach(host)?;
        let id = self.find(&host, session)?.instance_id;
        self.sessions.lock().unwrap().get_mut(&host).unwrap().retain(|s| s.instance_id != id);
        Ok(())
    }
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shared {
    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut self.0.lock().unwrap())).unwrap()
    }
}

struct Ran {
    code: u8,
    out: String,
    err: String,
}

struct World {
    state: TempDir,
    fake: Option<Fake>,
}

impl World {
    fn new() -> Self {
        Self { state: tempfile::tempdir().unwrap(), fake: Some(Fake::default()) }
    }

    fn run(&mut self, line: &str) -> Ran {
        self.run_interrupted(line, 0)
    }

    /// Runs it after so many Ctrl+C.
    fn run_interrupted(&mut self, line: &str, interrupts: u32) -> Ran {
        let cli = parse(words(&format!("psrp {line}")).into_iter().map(Into::into)).unwrap();
        let (out, err) = (Shared::default(), Shared::default());
        let options = Options {
            format: cli.global.output.unwrap_or(Format::Text),
            colour: ColourChoice::Never,
            quiet: cli.global.quiet,
        };
        let output = Output::to(Box::new(out.clone()), Box::new(err.clone()), &options);
        let store = Store::at(self.state.path().to_owned());
        let (_sender, interrupts) = tokio::sync::watch::channel(interrupts);
        let settings = Settings::new(Arc::new(Nobody));
        let context = Context::new(self.fake.take().unwrap(), settings, output, store, interrupts);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let code = runtime.block_on(run(cli.verb, &context));
        self.fake = Some(context.remote);
        Ran { code, out: out.take(), err: err.take() }
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.fake.as_ref().unwrap().asked.lock().unwrap())
    }
}

/// Splits a command line of a Unix shell with single quotes.
fn words(line: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => out.push(String::new()),
            c => out.last_mut().unwrap().push(c),
        }
    }
    out.retain(|w| !w.is_empty());
    out
}

#[test]
fn a_session_from_new_to_remove() {
    let mut world = World::new();
    let new = world.run("New-PSSession -HostName web1 -Name build");
    assert_eq!((new.code, new.err.as_str()), (0, ""));
    assert_eq!(
        new.out,
        "Id   Name    ComputerName   State          ConfigurationName\n\
         --   ----    ------------   -----          -----------------\n\
         1    build   web1           Disconnected   pwsh\n"
    );
    assert_eq!(world.run("new web2/other").code, 0);
    let all = world.run("get -o name");
    assert_eq!((all.code, all.out.as_str()), (0, "web1/build\nweb2/other\n"));
    assert!(world.run("get -o wide").out.lines().next().unwrap().ends_with("ConfigurationName   Availability"));

    // By name, Id and InstanceId.
    for target in ["/build", "1", "00000000-0000-0000-0000-000000000001", "web1/BUILD"] {
        let connected = world.run(&format!("connect {target}"));
        assert_eq!(connected.code, 0, "{target}: {}", connected.err);
        assert!(connected.out.contains("1    build   web1           Opened"), "{}", connected.out);
        assert!(connected.err.contains("Running: Start-Build (41 unread), waiting for input: Password:"));
    }
    assert_eq!(world.run("receive 1 --from 7 -f").out, "from-Number(7)\nfollow-true\nkeep-false\n");
    assert_eq!(world.run("rsn -Name build").code, 0);
    assert_eq!(world.run("get -o name").out, "web2/other\n");
    let gone = world.run("connect 1");
    assert_eq!(gone.code, 250);
    assert!(gone.err.contains("no session 1 is known here"), "{}", gone.err);
}

#[test]
fn new_passes_its_flags_on() {
    let mut world = World::new();
    assert_eq!(world.run("new w --engine native --idle-timeout 2h --keep drop --env A=1 --if-not-exists -n x").code, 0);
    let asked = world.asked().join("\n");
    for part in ["Native", "7200s", "Drop", "(\"A\", \"1\")", "if_not_exists: true", "Some(\"x\")"] {
        assert!(asked.contains(part), "{part} in {asked}");
    }
    assert_eq!(world.run("disconnect w/x --idle-timeout 60 --keep block").code, 0);
    assert!(world.asked()[0].contains("60s"));
}

#[test]
fn sessions_that_vanished_are_said_and_forgotten() {
    let mut world = World::new();
    world.run("new web1 -n build");
    world.fake.as_ref().unwrap().sessions.lock().unwrap().clear();
    let got = world.run("get");
    assert_eq!((got.code, got.out.as_str()), (250, ""));
    assert!(got.err.contains("is not there any more"), "{}", got.err);
    assert_eq!(world.run("get").code, 0);
}

#[test]
fn get_filters_by_state() {
    let mut world = World::new();
    world.run("new web1 -n build");
    assert_eq!(world.run("get web1 --state disconnected -o name").out, "web1/build\n");
    let none = world.run("get web1 -State Opened -o name");
    assert_eq!((none.code, none.out.as_str(), none.err.as_str()), (0, "", "no session is in that state\n"));
}

#[test]
fn an_empty_list_says_what_to_do() {
    let mut world = World::new();
    assert!(world.run("get").err.contains("psrp get HOST lists"));
    assert!(world.run("get web1").err.contains("psrp new HOST/NAME makes one"));
    assert_eq!(world.run("get -q").err, "");
    let both = world.run("get web1 dead");
    assert!(!both.err.contains("there are no sessions"), "{}", both.err);
}

#[test]
fn text_of_one_host() {
    let mut world = World::new();
    let ran = world.run("invoke web1 -- a warning error b");
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "a\nb\n", "WARNING: warning\nerror\n"));
    assert_eq!(world.run("invoke web1 --strict -- a error").code, 1);
    assert_eq!(world.run("invoke web1 -- a exit7").code, 7);
    assert_eq!(world.run("invoke web1 -c 'exit300'").code, 249);
}

#[test]
fn a_line_without_an_end_is_gone_on_with() {
    let mut world = World::new();
    assert_eq!(world.run("invoke web1 -- host begun host").err, "host\nbegunhost\n");
    assert_eq!(world.run("invoke web1 -- begun").err, "begun");
    let several = world.run("invoke web1 web2 -- begun a host begun").err;
    for line in ["web1 | i begunhost\n", "web1 | i begun\n", "web2 | i begunhost\n", "web2 | i begun\n"] {
        assert!(several.contains(line), "{line:?} in {several}");
    }
}

#[test]
fn text_of_several_hosts_is_labelled_and_summed_up() {
    let mut world = World::new();
    let ran = world.run("invoke web1 dead longer -- x error");
    assert_eq!(ran.code, 252);
    assert_eq!(ran.out, "web1   | x\nlonger | x\n");
    assert!(ran.err.contains("web1   | ! error\n"), "{}", ran.err);
    assert!(ran.err.contains("psrp: dead: cannot connect to dead port 22"), "{}", ran.err);
    assert!(ran.err.ends_with("ok 2: longer, web1; unreachable 1: dead\n"), "{}", ran.err);
    assert!(!world.run("-q invoke web1 dead -- x").err.contains("ok 1"));
}

#[test]
fn exit_codes() {
    let mut world = World::new();
    assert_eq!(world.run("invoke dead -- x").code, 255);
    assert_eq!(world.run("invoke locked -- x").code, 253);
    assert_eq!(world.run("connect web1/nothing").code, 250);
    world.run("new web1 -n busy");
    assert_eq!(world.run("connect web1/busy").code, 251);
    assert_eq!(world.run("connect web1/busy --steal").code, 0);
    assert_eq!(world.run("remove web1").code, 2);
    assert_eq!(world.run("invoke web1").code, 2);
    assert_eq!(world.run("new 3").code, 2);
    assert_eq!(world.run("get 99 web1").code, 250);
    assert_eq!(world.run("invoke web1 -f /no/such/file").code, 2);
}

#[test]
fn wrong_usage_means_that_nothing_was_done() {
    let mut world = World::new();
    world.run("new web1 -n build");
    world.run("new web1 -n other");
    assert_eq!(world.run("remove 1 web1").code, 2);
    assert_eq!(world.run("disconnect web1 /other --keep drop").code, 2);
    assert_eq!(world.run("get web1 -o name").out, "web1/build\nweb1/other\n");
    world.asked();
    for line in ["new web1/a --name b", "new web1/17"] {
        let ran = world.run(line);
        assert!(ran.code == 2 && ran.err.contains("name"), "{line}: {}", ran.err);
    }
    assert_eq!(world.asked(), [] as [&str; 0]);
}

#[test]
fn several_sessions_are_one_table() {
    let mut world = World::new();
    world.run("new web1 web2 -n x");
    for verb in ["connect", "disconnect"] {
        let ran = world.run(&format!("{verb} 2 1"));
        let rows: Vec<&str> = ran.out.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
        assert_eq!((ran.code, rows.as_slice()), (0, &["Id", "--", "1", "2"][..]), "{verb}");
    }
    let told = world.run("connect 1 2").err;
    assert!(told.contains("web1/x: Running: ") && told.contains("web2/x: Running: "), "{told}");
}

#[test]
fn a_session_without_a_name_is_listed_by_its_id() {
    let mut world = World::new();
    world.fake.as_ref().unwrap().sessions.lock().unwrap().insert("web1".into(), vec![info("", 5)]);
    let name = world.run("get web1 -o name").out;
    assert_eq!(name, "web1/00000000-0000-0000-0000-000000000005\n");
    assert_eq!(world.run(&format!("get {}", name.trim())).code, 0);
}

#[test]
fn what_scripts_say_cannot_move_the_cursor() {
    let mut world = World::new();
    let ran = world.run("invoke web1 -- throw");
    assert_eq!((ran.code, ran.err.as_str()), (1, "psrp: web1: no\\u{1b}[2J way\n"));
}

#[test]
fn information_is_for_people_who_asked_for_it() {
    let mut world = World::new();
    assert_eq!(world.run("invoke web1 -- quiet host").err, "host\n");
    assert_eq!(world.run("invoke web1 -o jsonl -- quiet").out.lines().count(), 2);
}

#[test]
fn ctrl_c_ends_what_runs_no_command() {
    let mut world = World::new();
    let ran = world.run_interrupted("get mute -o json", 1);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (130, "{\"schema\":1,\"results\":[]}\n", ""));
}

#[test]
fn fail_fast_starts_no_more() {
    let mut world = World::new();
    let ran = world.run("invoke --throttle 1 --fail-fast dead web1 web2 -- x");
    assert_eq!((ran.code, ran.out.as_str()), (252, ""));
    assert!(ran.err.contains("not started 2"), "{}", ran.err);
}

#[test]
fn arguments_and_scripts() {
    let mut world = World::new();
    let file = world.state.path().join("s.ps1");
    std::fs::write(&file, "\u{feff}from-file").unwrap();
    let ran = world.run(&format!("invoke web1/s -f {} -a 1 -a Name=V -a -x -a http://a=b", file.display()));
    assert_eq!(ran.out, "from-file\n");
    let asked = world.asked();
    assert_eq!(asked, [r#"web1 Some(Name("s")) ["1", "-x", "http://a=b"] [("Name", "V")]"#]);
    assert_eq!(world.run("icm web1 -ScriptBlock -join -ArgumentList -1,Name=V").out, "-join\n");
    assert_eq!(world.asked(), [r#"web1 None ["-1", "Name=V"] []"#]);
}

#[test]
fn disconnected_invocation_is_remembered() {
    let mut world = World::new();
    let ran = world.run("invoke web1 --in-disconnected-session -- a");
    assert_eq!(ran.code, 0);
    assert!(ran.err.contains("session web1/auto-2 runs on; psrp receive web1/auto-2"), "{}", ran.err);
    world.fake.as_ref().unwrap().sessions.lock().unwrap().entry("web1".into()).or_default().push(info("auto-2", 77));
    assert_eq!(world.run("receive /auto-2 --keep").code, 0);
}

#[test]
fn json_is_one_document() {
    let mut world = World::new();
    let ran = world.run("invoke web1 web2 -o json -- a error");
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(document["schema"], 1);
    let results = document["results"].as_array().unwrap();
    assert_eq!(results.len(), 6);
    assert_eq!(results[0]["value"], "a");
    assert_eq!(results[0]["type"], "System.String");
    assert_eq!(results.iter().filter(|r| r["stream"] == "end" && r["counts"]["error"] == 1).count(), 2);
    world.run("new web1 -n build");
    let rows: serde_json::Value = serde_json::from_str(&world.run("get -o json").out).unwrap();
    assert_eq!(rows["results"][0]["computerName"], "web1");
    assert_eq!(rows["results"][0]["state"], "Disconnected");
    let none: serde_json::Value = serde_json::from_str(&world.run("get web9 -o json").out).unwrap();
    assert_eq!(none, serde_json::json!({"schema": 1, "results": []}));
}

#[test]
fn jsonl_is_one_object_per_line() {
    let mut world = World::new();
    let ran = world.run("invoke web1 dead -o jsonl -- a");
    let lines: Vec<serde_json::Value> = ran.out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(
        (&lines[0]["host"], &lines[0]["seq"], &lines[0]["stream"]),
        (&"web1".into(), &0.into(), &"output".into())
    );
    let end = lines.iter().find(|l| l["host"] == "dead").unwrap();
    assert_eq!((&end["outcome"], &end["exit"]), (&"unreachable".into(), &255.into()));
}

#[test]
fn clixml_is_what_the_server_sent() {
    let mut world = World::new();
    let ran = world.run("invoke web1 -o clixml -- a warning b");
    assert_eq!(
        ran.out,
        "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\"><S>a</S><S>b</S></Objs>\n"
    );
    assert_eq!(ran.err, "WARNING: warning\n");
    world.run("new web1 -n build");
    assert!(world.run("get -o clixml").out.contains("<S N=\"ComputerName\">web1</S>"));
}

#[test]
fn a_reader_that_has_gone_stops_the_pipeline_quietly() {
    struct Gone;
    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let err = Shared::default();
    let options = Options { format: Format::Text, colour: ColourChoice::Never, quiet: false };
    let output = Output::to(Box::new(Gone), Box::new(err.clone()), &options);
    let dir = tempfile::tempdir().unwrap();
    let (_sender, interrupts) = tokio::sync::watch::channel(0);
    let store = Store::at(dir.path().to_owned());
    let context = Context::new(Fake::default(), Settings::new(Arc::new(Nobody)), output, store, interrupts);
    let cli = parse(["psrp", "invoke", "web1", "--", "a", "exit9"].map(Into::into)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    // Not 9: the script was stopped before it came to that.
    assert_eq!(runtime.block_on(run(cli.verb, &context)), 0);
    assert_eq!(err.take(), "");
}

#[test]
fn damaged_session_table_is_an_error_that_says_what_to_do() {
    let mut world = World::new();
    std::fs::write(world.state.path().join("sessions.json"), "garbage").unwrap();
    let ran = world.run("get");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("move it away"), "{}", ran.err);
}

#[test]
fn examples_of_the_help_parse() {
    let mut command = Cli::command();
    command.build();
    let mut count = 0;
    let all = std::iter::once(&command).chain(command.get_subcommands());
    for verb in all {
        let help = verb.get_after_help().unwrap_or_else(|| panic!("{} has no examples", verb.get_name())).to_string();
        for line in help.lines().filter(|l| l.starts_with("  ")) {
            let line = &line[line.find("psrp").unwrap()..];
            parse(words(line).into_iter().map(Into::into)).unwrap_or_else(|e| panic!("{line}: {e}"));
            count += 1;
        }
    }
    assert!(count > 15, "{count}");
}

#[test]
fn wrong_usage_is_code_2() {
    for line in [
        "invok web1",
        "new",
        "get -NoSuch x",
        "invoke web1 -c a -f b",
        "new web1 --engine z",
        "new -p 0 web1",
        "new -- -x",
        "invoke web1 --in-disconnected-session --stdin lines -c x",
        "invoke web1 --in-disconnected-session --timeout 5 -c x",
    ] {
        let error = parse(words(&format!("psrp {line}")).into_iter().map(Into::into)).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{line}");
    }
    assert_eq!(parse(["psrp", "--help"].map(Into::into)).unwrap_err().exit_code(), 0);
}
