//! What a command may use up in the native engine, as its client sees it: an error that names the limit, then a session that
//! is well.

use e2e::psrp::Psrp;
use e2e::server::{Server, Setup};

const MEMORY: u64 = 128 << 20;

fn server() -> Server {
    Setup::native()
        .set("limits", "memory", &MEMORY.to_string())
        .set("limits", "steps", "50000")
        .set("limits", "output", "1000000")
        .start()
}

/// Runs a script in the session `build`; gives what it wrote and what was said of its end.
#[track_caller]
fn ends(psrp: &Psrp, script: &str, said: &str) -> String {
    let done = psrp.run(&["invoke", "web1/build", "-c", script]);
    assert!(done.code == 1 && done.stderr.contains(said), "{script}: not {said:?}: {:.2000}", format!("{done:#?}"));
    assert_eq!(psrp.ok(&["invoke", "web1/build", "-c", "1 + 1"]), "2\n", "after {script}");
    done.stdout
}

fn last_error(psrp: &Psrp) -> String {
    psrp.ok(&[
        "invoke",
        "web1/build",
        "-c",
        "\"$($Error[0].FullyQualifiedErrorId) $($Error[0].CategoryInfo.Category)\"",
    ])
}

#[test]
fn steps() {
    let server = server();
    let psrp = server.psrp("laptop");
    psrp.ok(&["new", "web1/build"]);
    let said = "it took more than 50000 steps, the limit that limits.steps sets";
    ends(&psrp, "while ($true) { try { while ($true) { } } catch { } }", said);
    assert_eq!(last_error(&psrp), "NativeEngineStepLimit LimitsExceeded\n");
    ends(&psrp, "1..1000000 | ForEach-Object { $_ } | Out-Null", said);
    let shown = ends(&psrp, "try { while ($true) { } } finally { 'cleaned' }", said);
    assert_eq!(shown, "cleaned\n");
    // Jobs have their own processes, and the same limit there.
    let job = "(Start-Job { while ($true) { } } | Wait-Job).ChildJobs[0].JobStateInfo.Reason.Message";
    assert!(psrp.ok(&["invoke", "web1/build", "-c", job]).contains(said));
}

#[test]
fn output() {
    let server = server();
    let psrp = server.psrp("laptop");
    psrp.ok(&["new", "web1/build"]);
    let said = "it has more than 1000000 bytes of output, the limit that limits.output sets";
    let shown = ends(&psrp, "while ($true) { 'x' * 10000 }", said);
    assert!((900_000..1_100_000).contains(&shown.len()), "{}", shown.len());
    assert_eq!(last_error(&psrp), "NativeEngineOutputLimit LimitsExceeded\n");
    ends(&psrp, "while ($true) { Write-Host ('x' * 10000) }", said);
}

#[test]
fn memory() {
    let server = server();
    let psrp = server.psrp("laptop");
    psrp.ok(&["new", "web1/build"]);
    let used = || {
        let host = server.processes("host").into_iter().next().expect("the session's host");
        let status = std::fs::read_to_string(format!("/proc/{}/status", host.pid)).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("what it uses");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") << 10
    };
    let before = used();
    let said = format!("its session uses more than {MEMORY} bytes of memory, the limit that limits.memory sets");
    ends(&psrp, "$l = [Collections.ArrayList]::new(); while ($true) { $null = $l.Add('x' * 1MB) }", &said);
    assert_eq!(last_error(&psrp), "NativeEngineMemoryLimit LimitsExceeded\n");
    psrp.ok(&["invoke", "web1/build", "-c", "Remove-Variable l"]);
    assert!(used() < before + (48 << 20), "{before} before, {} after", used());
    // What is too large at once was not made: a script can go on.
    let caught = "try { [int[]]::new(2000000000) } catch { $_.Exception.InnerException.GetType().Name }";
    assert_eq!(psrp.ok(&["invoke", "web1/build", "-c", caught]), "OutOfMemoryException\n");
}

#[test]
fn depth() {
    let server = server();
    let psrp = server.psrp("laptop");
    psrp.ok(&["new", "web1/build"]);
    let done = psrp.run(&["invoke", "web1/build", "-c", "function f { f }; f"]);
    assert!(done.stderr.contains("call depth overflow"), "{done:#?}");
    assert!(last_error(&psrp).starts_with("CallDepthOverflow"), "{}", last_error(&psrp));
    let caught = "function f { f }; try { f } catch { $_.FullyQualifiedErrorId }";
    assert_eq!(psrp.ok(&["invoke", "web1/build", "-c", caught]), "CallDepthOverflow\n");
}

#[test]
fn the_parser() {
    let server = server();
    let psrp = server.psrp("laptop");
    psrp.ok(&["new", "web1/build"]);
    let nested = format!("{}1{}", "(".repeat(5_000), ")".repeat(5_000));
    ends(&psrp, &nested, "the script is too complex");
    let caught = "try { Invoke-Expression ('if (1) {' * 5000 + '}' * 5000) } catch { $_.FullyQualifiedErrorId }";
    let caught = psrp.ok(&["invoke", "web1/build", "-c", caught]);
    assert!(caught.starts_with("ScriptTooComplicated"), "{caught}");
}
