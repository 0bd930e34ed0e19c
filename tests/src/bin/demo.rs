//! `./dev demo`: a session loses its connection and is taken up by another client process.
//!
//! Everything is real: `psrpd serve`, two `psrp` clients that share nothing but the key, a TCP connection that is cut.
//! Nothing of it stays on the machine.

use std::io::{IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use e2e::link::Link;
use e2e::psrp::{Done, Psrp, Running};
use e2e::pwsh::Pwsh;
use e2e::sandbox::{self, Sandbox};
use e2e::server::Setup;

/// The command that is under way when the connection is cut.
const COMMAND: &str = "1..40 | ForEach-Object { Start-Sleep -Milliseconds 200; $_ }";
/// The objects of that command, and after which of them the cut comes.
const OBJECTS: usize = 40;
const CUT_AFTER: usize = 10;

fn main() -> ExitCode {
    match demo() {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed(text)) => {
            println!("{text}");
            ExitCode::FAILURE
        }
    }
}

/// Why there is nothing more to be shown.
struct Failed(String);

fn demo() -> Result<(), Failed> {
    let pwsh = Pwsh::look();
    let server = pwsh.as_ref().map_or_else(Setup::native, Setup::pwsh).serve();
    clean_up_when_interrupted(server.sandbox());
    let link = Link::to(SocketAddr::from(([127, 0, 0, 1], server.port())));
    let laptop = server.psrp("laptop").port(link.address().port());
    let desktop = server.psrp("desktop");
    let folder = server.sandbox().path().display();
    println!("A session outlives its connection. All of it runs here, in {folder}, and is gone");
    println!("afterwards: a server, psrpd serve on 127.0.0.1:{}, and two computers with a psrp.", server.port());
    match pwsh {
        Some(pwsh) => println!("The session runs in the PowerShell {}.", pwsh.path().display()),
        None => println!("No pwsh was found: the session runs in psrpd's own engine."),
    }
    Demo { link, laptop, desktop }.run()
}

struct Demo {
    /// What the laptop is connected by.
    link: Link,
    laptop: Psrp,
    /// No file of the laptop's is there.
    desktop: Psrp,
}

impl Demo {
    fn run(self) -> Result<(), Failed> {
        title("session created");
        good(&show(&self.laptop, &["new", "web1/build"]))?;
        title("variable set");
        good(&show(&self.laptop, &["invoke", "web1/build", "-c", "$answer = 42"]))?;

        title("long command started");
        let words = ["invoke", "web1/build", "-c", COMMAND];
        typed(&self.laptop, &words);
        let before = self.cut(self.laptop.start(&words));

        title("reattached from a second client process");
        pause();
        good(&show(&self.desktop, &["connect", "web1/build"]))?;
        let words = ["receive", "web1/build", "--follow"];
        typed(&self.desktop, &words);
        let receiving = self.desktop.start(&words);
        numbers(&receiving, usize::MAX);
        let received = receiving.finish();
        good(&received)?;
        let after = lines(&received.stdout);

        title("all objects received");
        let counted = count(&before, &after);
        println!("    {}", counted.as_ref().unwrap_or_else(|lost| lost));

        title("same variable");
        let answer = show(&self.desktop, &["invoke", "web1/build", "-c", "$answer"]);
        good(&answer)?;
        title("session removed");
        good(&show(&self.desktop, &["remove", "web1/build"]))?;
        let left = show(&self.desktop, &["get", "web1", "-o", "name"]);
        good(&left)?;
        if !left.stdout.is_empty() {
            return Err(Failed("the session is NOT gone".to_owned()));
        }
        println!("    no session is left");
        counted.map_err(|_| Failed("that is NOT what was to be shown".to_owned()))?;
        if answer.stdout.trim() != "42" {
            return Err(Failed("the variable is NOT what it was".to_owned()));
        }
        Ok(())
    }

    /// Cuts the connection under the running client, and then its computer's power; what it has received until then.
    fn cut(&self, running: Running) -> Vec<String> {
        numbers(&running, CUT_AFTER);
        // The client is quick to confirm what it has, but not quicker than a cut in the same moment.
        sleep(Duration::from_millis(100));
        self.link.refuse(true);
        self.link.cut();
        title("link cut");
        println!("    {}", running.wait_for_error("link lost"));
        println!("    and now the laptop loses its power: this client is killed");
        let printed = running.killed();
        self.link.refuse(false);
        lines(&printed)
    }
}

/// What the two clients have received, told in one line; the error is one, too.
fn count(before: &[String], after: &[String]) -> Result<String, String> {
    let wanted: Vec<String> = (1..=OBJECTS).map(|number| number.to_string()).collect();
    let all: Vec<&String> = before.iter().chain(after).collect();
    let lost = wanted.iter().filter(|number| !all.contains(number)).count();
    // The first client may have died before it could confirm its last object.
    let twice = all.len().saturating_sub(OBJECTS.saturating_sub(lost));
    let text = format!(
        "{} before the cut and {} after it: {} of {OBJECTS}, {lost} lost, {twice} twice",
        before.len(),
        after.len(),
        OBJECTS.saturating_sub(lost)
    );
    if lost == 0 && twice <= 1 { Ok(text) } else { Err(text) }
}

/// Runs a command before the reader's eyes.
fn show(psrp: &Psrp, words: &[&str]) -> Done {
    typed(psrp, words);
    let done = psrp.run(words);
    for line in done.stdout.lines().chain(done.stderr.lines()) {
        println!("    {}", line.trim_end());
    }
    pause();
    done
}

fn typed(psrp: &Psrp, words: &[&str]) {
    let computer = psrp.home().file_name().unwrap_or_default().to_string_lossy();
    let quoted = |word: &&str| if word.contains([' ', '$']) { format!("'{word}'") } else { (*word).to_owned() };
    println!("    {computer}$ psrp {}", words.iter().map(quoted).collect::<Vec<_>>().join(" "));
}

fn title(text: &str) {
    let is_coloured =
        std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    if is_coloured {
        println!("\n\x1b[1;32m{text}\x1b[0m");
    } else {
        println!("\n{text}");
    }
}

/// Shows the objects of a command on one line as they come: so many, or all.
fn numbers(running: &Running, most: usize) {
    print!("   ");
    for line in (0..most).map_while(|number| running.line(number)) {
        print!(" {line}");
        // A reader who is gone is told by the next println.
        let _ = std::io::stdout().flush();
    }
    println!();
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

fn good(done: &Done) -> Result<(), Failed> {
    if done.code == 0 { Ok(()) } else { Err(Failed(format!("exit code {}: {}", done.code, done.stderr.trim()))) }
}

/// Time to read; the only thing here that waits for nothing.
fn pause() {
    sleep(Duration::from_millis(700));
}

/// Ctrl+C leaves nothing behind either.
fn clean_up_when_interrupted(sandbox: &Sandbox) {
    let folder = sandbox.path().to_owned();
    let Ok(tokio) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    std::thread::spawn(move || {
        if tokio.block_on(tokio::signal::ctrl_c()).is_ok() {
            sandbox::end_processes(&folder);
            // What is not removed now lies in /tmp, with nobody to use it.
            let _ = std::fs::remove_dir_all(&folder);
            std::process::exit(130);
        }
    });
}
