//! `./dev demo`: a session loses its connection and is taken up by another client process.
//!
//! Everything is real: a private sshd, a stock PowerShell as client and as engine, psrpd between them, a TCP connection that
//! is cut. Nothing of it stays on the machine.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Instant;

use e2e::link::Link;
use e2e::pwsh::Pwsh;
use e2e::server::Setup;

/// Opens the session, sets a variable, leaves a command running and waits for the end of the connection.
const FIRST: &str = r#"
$s = New-PSSession @c
"session created: engine process $(Invoke-Command $s { $PID })"
Invoke-Command $s { $answer = 42 }
"variable set: `$answer = 42"
$job = Invoke-Command $s { 1..30 | ForEach-Object { Start-Sleep -Milliseconds 100; $_ } } -AsJob
while ($job.ChildJobs[0].Output.Count -lt 5) { Start-Sleep -Milliseconds 10 }
"command started: 1 to 30, ten a second; received so far: $($job.ChildJobs[0].Output)"
while ($s.State -eq 'Opened') { Start-Sleep -Milliseconds 10 }
"the client says: session $($s.State)"
"#;

/// Opens the session of the same name and takes what there is.
const SECOND: &str = r#"
$s = New-PSSession @c
"reattached from a second client process: engine process $(Invoke-Command $s { $PID })"
$all = Invoke-Command $s { Receive-PsrpCommand }
"received: $all"
"objects: $($all.Count)"
"same variable: `$answer = $(Invoke-Command $s { $answer })"
Invoke-Command $s { Close-PsrpSession }
"#;

fn main() -> ExitCode {
    let Some(pwsh) = Pwsh::find() else {
        println!("no engine: install PowerShell 7 (pwsh), or name one in PSRPD_TEST_PWSH");
        return ExitCode::FAILURE;
    };
    let start = Instant::now();
    let tell = |line: &str| println!("{:6.1} s  {line}", start.elapsed().as_secs_f64());
    let server = Setup::pwsh(&pwsh).start();
    let link = Link::to(SocketAddr::from(([127, 0, 0, 1], server.sshd().port())));

    let client = server.client(&pwsh, "demo").port(link.address().port());
    let first = client.start(FIRST);
    for line in ["session created", "variable set", "command started"] {
        tell(&first.wait_for(line));
    }
    link.cut();
    tell("link cut");
    tell(&first.wait_for("the client says"));
    drop(first);

    let second = server.client(&pwsh, "demo").start(SECOND);
    for line in ["reattached", "received", "objects", "same variable"] {
        tell(&second.wait_for(line));
    }
    let printed = second.finish();
    let all: Vec<String> = (1..=30).map(|number| number.to_string()).collect();
    let whole = printed.contains(&format!("received: {}\n", all.join(" "))) && printed.contains("$answer = 42\n");
    tell(if whole { "nothing lost, nothing doubled" } else { "NOT what was to be shown; the second client printed:" });
    if whole {
        return ExitCode::SUCCESS;
    }
    print!("{printed}");
    ExitCode::FAILURE
}
