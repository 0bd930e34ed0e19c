//! The recorded scenarios of `tests/transcripts`, played again by a stock client.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::STEP;
use crate::client::StockClient;
use crate::masks;
use crate::pwsh::Pwsh;
use crate::sshd::Sshd;
use crate::terminal::Terminal;

/// A script, or lines to type into a console.
#[derive(Debug)]
pub struct Scenario {
    name: String,
    play: Play,
}

#[derive(Debug)]
enum Play {
    Script(String),
    Typed(String),
}

/// What a recording's standard input held, where it held anything.
const INPUTS: [(&str, &str); 1] = [("07-host-calls", "Ann\nY\n")];

/// Lines that go in front of a line of a recording, because the line asks for the outcome of a race inside the client, against
/// any server.
///
/// - A table whose columns have to be measured is held back, and the text behind it, until something comes 300 ms after its
///   first object. What goes past the output (warnings) overtakes it, if it comes sooner.
/// - After `exit` in a session the client closes it in the background: on a busy machine its state is Closing for a while, and
///   Remove-PSSession fails on a session that is closing.
/// - The module of Import-PSSession removes itself in an event of the session's end, while the client itself ends: once in some
///   hundred times on a busy machine it then never does.
const BEFORE: [(&str, &str, &str); 3] = [
    ("24-errors-and-statements", "function ask", "Start-Sleep -Milliseconds 400; 'the table is shown'"),
    ("28-import-session", "Remove-PSSession", "Remove-Module $m"),
    ("25-exit-code", "\"state ", "while ($s.State -eq 'Closing') { Start-Sleep -Milliseconds 10 }"),
];

/// What a client prints behind everything else.
const LAST: &str = "the script has come to its end";

/// How long a client may take to end behind that. Once in some hundred times a PowerShell that has had sessions never does,
/// whatever server it had.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a client must have been silent before a key is pressed that does not answer a prompt (Ctrl+C, Tab): by then a
/// remote command runs, or a completion is on the screen.
const BEFORE_KEY: Duration = Duration::from_millis(1500);

impl Scenario {
    /// The folder of the recordings.
    pub fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("transcripts")
    }

    /// The names of all of them, in order.
    pub fn names() -> Vec<String> {
        let files = std::fs::read_dir(Self::folder()).expect("tests/transcripts");
        let mut names: Vec<String> = files
            .flatten()
            .filter_map(|file| {
                let name = file.file_name().into_string().ok()?;
                name.strip_suffix(".ps1").or_else(|| name.strip_suffix(".typed.txt")).map(str::to_owned)
            })
            .collect();
        names.sort();
        names
    }

    /// Its name, number included.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reads one.
    pub fn load(name: &str) -> Self {
        let read = |suffix: &str| std::fs::read_to_string(Self::folder().join(format!("{name}{suffix}"))).ok();
        let play = read(".ps1").map(Play::Script).or_else(|| read(".typed.txt").map(Play::Typed));
        Self { name: name.to_owned(), play: play.unwrap_or_else(|| panic!("there is no scenario {name}")) }
    }

    /// Plays it against the `powershell` subsystem of the sshd and returns what the client printed (at a terminal: its
    /// screen), with the [masks] on.
    #[track_caller]
    pub fn play(&self, pwsh: &Pwsh, sshd: &Sshd) -> String {
        let client = StockClient::new(pwsh, sshd);
        let input = INPUTS.iter().find(|(name, _)| *name == self.name).map_or("", |(_, input)| input);
        let tmp = sshd.sandbox().tmp().display().to_string();
        let printed = match &self.play {
            // The scripts write below /tmp, where two of them would meet.
            Play::Script(script) => {
                let script = self.settled(script).replace("/tmp/", &format!("{tmp}/"));
                let client = client.input(input).start(&format!("{script}'{LAST}'\n"));
                client.finish_behind(LAST, PATIENCE).replace(&format!("{LAST}\n"), "")
            }
            Play::Typed(lines) => type_lines(&client, lines),
        };
        masks::mask(&self.name, &printed, sshd.sandbox().path())
    }

    fn settled(&self, script: &str) -> String {
        let before = |line: &str| {
            let entry = BEFORE.iter().find(|(name, start, _)| *name == self.name && line.starts_with(start));
            entry.map_or(String::new(), |(_, _, before)| format!("{before}\n"))
        };
        script.lines().map(|line| format!("{}{line}\n", before(line))).collect()
    }
}

/// Types lines into a console, answering `!type` and `!key` lines as recordings have them, and gives its screen at the end.
#[track_caller]
pub fn type_lines(client: &StockClient<'_>, lines: &str) -> String {
    let mut command = client.command();
    command.args(["-NoLogo", "-NoProfile"]);
    let mut terminal = Terminal::start(&command);
    terminal.wait_for(">", STEP);
    // New lines on the screen that the last key brings about by itself, and their number before it.
    let (mut before, mut expected) = (0, 0);
    for line in lines.lines() {
        match line.strip_prefix('!').and_then(|command| command.split_once(' ')) {
            Some(("key", key @ ("C-c" | "Tab"))) => {
                terminal.silence(BEFORE_KEY, STEP);
                (before, expected) = (terminal.lines(), usize::from(key == "C-c"));
                terminal.key(key);
            }
            Some(("key", key)) => {
                terminal.idle(before, expected, STEP);
                (before, expected) = (terminal.lines(), 0);
                terminal.key(key);
            }
            Some(("type", text)) => {
                terminal.idle(before, expected, STEP);
                (before, expected) = (terminal.lines(), 0);
                terminal.text(text);
            }
            Some((other, _)) => panic!("unknown directive !{other}"),
            None => {
                terminal.idle(before, expected, STEP);
                (before, expected) = (terminal.lines(), 1);
                terminal.text(line);
                terminal.key("Enter");
                if line.starts_with("Enter-PSSession") {
                    // While the connection is made the console is as silent as at a prompt.
                    terminal.wait_for("[localhost]: ", STEP);
                }
            }
        }
    }
    terminal.ends_within(PATIENCE);
    terminal.screen()
}
