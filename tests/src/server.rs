//! `psrpd` behind a private sshd, with a configuration, a runtime directory and events of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::Signal;

use crate::STEP;
use crate::binaries;
use crate::client::StockClient;
use crate::events::{self, Events};
use crate::processes::Process;
use crate::psrp::Psrp;
use crate::pwsh::Pwsh;
use crate::sandbox::Sandbox;
use crate::serve::Serve;
use crate::sshd::{Config, Sshd};
use crate::wire::{Failure, Wire};

/// How the server is to be: `psrpd.toml`, variables, pauses.
#[derive(Debug)]
pub struct Setup {
    settings: BTreeMap<(String, String), String>,
    environment: Vec<(String, String)>,
    pauses: Vec<String>,
    subsystem: String,
    drops_variables: bool,
}

impl Setup {
    /// Sessions run in this PowerShell.
    pub fn pwsh(pwsh: &Pwsh) -> Self {
        Self::engine(pwsh.path())
    }

    /// Sessions run in the [fake engine](binaries::fake_engine).
    pub fn fake_engine() -> Self {
        Self::engine(&binaries::fake_engine())
    }

    /// Sessions run in psrpd's own engine.
    pub fn native() -> Self {
        Self::new().set("engine", "default", "\"native\"")
    }

    /// Sessions run in this program.
    fn engine(path: &Path) -> Self {
        Self::new().set("engine", "path", &format!("{:?}", path.display().to_string()))
    }

    /// Sessions run in what psrpd finds by itself. The limit of sessions is out of the way.
    pub fn new() -> Self {
        Self {
            settings: BTreeMap::new(),
            environment: Vec::new(),
            pauses: Vec::new(),
            subsystem: binaries::subsystem(),
            drops_variables: false,
        }
        .set("limits", "sessions", "1000")
    }

    /// `key = value` in a table of `psrpd.toml`; the value as TOML has it.
    pub fn set(mut self, table: &str, key: &str, value: &str) -> Self {
        self.settings.insert((table.to_owned(), key.to_owned()), value.to_owned());
        self
    }

    /// A variable for everything that sshd starts.
    pub fn environment(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// sshd passes no `PSRP_*` on: [`Config::drop_variables`].
    pub fn drop_variables(mut self) -> Self {
        self.drops_variables = true;
        self
    }

    /// A pause from the start on: [`Events::pause_at`].
    pub fn pause_at(mut self, event: &str) -> Self {
        self.pauses.push(event.to_owned());
        self
    }

    /// Another command line for the `powershell` subsystem, in the same surroundings.
    pub fn subsystem(mut self, command: &str) -> Self {
        command.clone_into(&mut self.subsystem);
        self
    }

    /// Starts sshd. psrpd starts when somebody connects.
    pub fn start(self) -> Server {
        let mut config = Config::powershell(&self.subsystem);
        if self.drops_variables {
            config = config.drop_variables();
        }
        let Prepared { sandbox, events, variables } = self.prepare();
        for (name, value) in &variables {
            config = config.environment(name, value);
        }
        Server { sshd: config.start_in(sandbox), events, variables }
    }

    /// Starts `psrpd serve` instead of sshd.
    pub fn serve(self) -> Serve {
        Serve::start(self.prepare())
    }

    fn prepare(mut self) -> Prepared {
        let sandbox = Sandbox::new();
        let audit = sandbox.path().join("audit.jsonl");
        self =
            self.set("audit", "target", "\"file\"").set("audit", "file", &format!("{:?}", audit.display().to_string()));
        let mut toml: BTreeMap<&str, String> = BTreeMap::new();
        for ((table, key), value) in &self.settings {
            toml.entry(table).or_insert_with(|| format!("[{table}]\n")).push_str(&format!("{key} = {value}\n"));
        }
        let file = sandbox.file("psrpd.toml", toml.into_values().collect::<String>());
        let events = Events::listen(sandbox.path());
        for event in &self.pauses {
            events.pause_at(event);
        }
        let mut variables = vec![
            ("PSRPD_CONFIG".to_owned(), file.display().to_string()),
            ("PSRPD_RUNTIME_DIR".to_owned(), sandbox.path().join("run").display().to_string()),
            (events::VARIABLE.to_owned(), events.path().display().to_string()),
        ];
        variables.append(&mut self.environment);
        Prepared { sandbox, events, variables }
    }
}

/// What a server needs before it starts.
pub(crate) struct Prepared {
    pub(crate) sandbox: Sandbox,
    pub(crate) events: Events,
    /// The environment of its processes.
    pub(crate) variables: Vec<(String, String)>,
}

impl Default for Setup {
    fn default() -> Self {
        Self::new()
    }
}

/// The running server. It ends, with all that it started, with the value.
#[derive(Debug)]
pub struct Server {
    sshd: Sshd,
    events: Events,
    variables: Vec<(String, String)>,
}

impl Server {
    /// Restarts the sshd in front of it; connections through the old one end.
    pub fn restart_sshd(&mut self) {
        self.sshd.restart();
    }

    /// The sshd in front of it.
    pub fn sshd(&self) -> &Sshd {
        &self.sshd
    }

    /// What happens in its processes.
    pub fn events(&self) -> &Events {
        &self.events
    }

    /// A stock client that attaches the session of this name, or creates it.
    pub fn client<'a>(&'a self, pwsh: &'a Pwsh, session: &str) -> StockClient<'a> {
        StockClient::new(pwsh, &self.sshd).option("SetEnv", &format!("PSRP_SESSION={session}"))
    }

    /// A bare client, with these `PSRP_*` variables, through ssh.
    ///
    /// # Errors
    /// What the server said instead of opening the session.
    pub fn wire(&self, variables: &[(&str, &str)]) -> Result<Wire, Failure> {
        Wire::open(self.ssh(variables), STEP)
    }

    /// An `ssh` to the subsystem that sends these variables.
    pub fn ssh(&self, variables: &[(&str, &str)]) -> Command {
        self.ssh_to(self.sshd.port(), variables)
    }

    /// As [`ssh`](Self::ssh), to another port: that of a [`Link`](crate::link::Link) to the sshd.
    pub fn ssh_to(&self, port: u16, variables: &[(&str, &str)]) -> Command {
        let mut ssh = self.sshd.ssh();
        ssh.args(["-p", &port.to_string()]);
        if !variables.is_empty() {
            let list: Vec<String> = variables.iter().map(|(name, value)| format!("{name}={value}")).collect();
            ssh.arg("-o").arg(format!("SetEnv={}", list.join(" ")));
        }
        ssh.args(["-s", "test", "powershell"]);
        ssh
    }

    /// The subsystem with these variables, without ssh and sshd in between.
    pub fn subsystem(&self, variables: &[(&str, &str)]) -> Command {
        let mut psrpd = self.psrpd();
        psrpd.arg("subsystem").envs(variables.iter().copied());
        psrpd
    }

    /// Our own client on the computer of that name.
    pub fn psrp(&self, computer: &str) -> Psrp {
        let sandbox = self.sshd.sandbox();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.sshd.bin()).chain(std::env::split_paths(&path));
        let path = std::env::join_paths(folders).expect("a PATH");
        let mut psrp =
            Psrp::new(sandbox, computer, self.sshd.ssh_config()).environment("PATH", &path.to_string_lossy());
        // The target `.` starts the server's program itself, which has to find this server.
        for (name, value) in &self.variables {
            psrp = psrp.environment(name, value);
        }
        psrp
    }

    /// `psrpd` with arguments still to come, as a user of the machine would run it.
    pub fn psrpd(&self) -> Command {
        let mut command = Command::new(binaries::psrpd());
        let (mark, value) = self.sshd.sandbox().mark();
        command.env(mark, value).envs(self.variables.iter().cloned());
        command
    }

    /// The processes of psrpd with this verb: `broker`, `host`, `subsystem`.
    pub fn processes(&self, verb: &str) -> Vec<Process> {
        let verb = format!("psrpd {verb}");
        let mut found = self.sshd.sandbox().processes();
        found.retain(|process| process.command_line().contains(&verb));
        found
    }

    /// Kills its processes with this verb, and waits until they are gone.
    #[track_caller]
    pub fn kill(&self, verb: &str) {
        let found = self.processes(verb);
        assert!(!found.is_empty(), "there is no psrpd {verb} to kill");
        for process in &found {
            process.signal(Signal::KILL);
        }
        let gone = |left: &[Process]| !left.iter().any(|process| found.iter().any(|killed| killed.pid == process.pid));
        self.sshd.sandbox().wait_for_processes(STEP, gone);
    }

    /// What `psrpd sessions` lists.
    pub fn sessions(&self) -> Vec<serde_json::Value> {
        let output = self.psrpd().args(["sessions", "--output", "json"]).output().expect("psrpd runs");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && error.is_empty(), "psrpd sessions: {error}");
        let listed: serde_json::Value = serde_json::from_slice(&output.stdout).expect("psrpd prints JSON");
        listed["results"].as_array().expect("an array of sessions").clone()
    }

    /// Its runtime directory; there once somebody has connected.
    pub fn runtime(&self) -> PathBuf {
        self.sshd.sandbox().path().join("run")
    }

    /// Its audit lines so far.
    pub fn audit(&self) -> String {
        std::fs::read_to_string(self.sshd.sandbox().path().join("audit.jsonl")).unwrap_or_default()
    }
}
