//! The fake engine speaks the protocol well enough for a stock client, and breaks it when it is told to.

use std::io::Write;
use std::process::{Command, Stdio};

use e2e::binaries::fake_engine;
use e2e::client::StockClient;
use e2e::pwsh::Pwsh;
use e2e::sshd::Config;

/// What a stock client prints against the fake engine.
#[track_caller]
fn prints(script: &str, wanted: &str) {
    let Some(pwsh) = Pwsh::find() else { return };
    let sshd = Config::powershell(fake_engine().display().to_string()).start();
    let printed = StockClient::new(&pwsh, &sshd).input("typed\n").run(script);
    assert!(printed == wanted, "{}", e2e::diff(wanted, &printed));
}

#[test]
fn serves_a_stock_client() {
    prints(
        "$s = New-PSSession @c\n\
         \"$(Invoke-Command $s { output 3 })\"\n\
         \"$(Invoke-Command $s { output 2 100000 } | ForEach-Object Length)\"\n\
         \"$(1, 'a' | Invoke-Command $s { echo })\"\n\
         \"$(1..500 | Invoke-Command $s { count })\"\n\
         \"$(Invoke-Command $s { ask })\"\n\
         try { Invoke-Command $s { fail } -ErrorAction Stop } catch { \"$_\" }\n\
         Remove-PSSession $s; $s.State",
        "0 1 2\n100000 100000\n1 a\n500\ntyped\ntyped\nboom\nClosed\n",
    );
}

#[test]
fn stops_when_it_is_asked_to() {
    prints(
        "$s = New-PSSession @c; $ps = [powershell]::Create(); $ps.Runspace = $s.Runspace; $null = $ps.AddScript('run')\n\
         $output = [System.Management.Automation.PSDataCollection[psobject]]::new()\n\
         $null = $ps.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $output)\n\
         while ($output.Count -eq 0) { Start-Sleep -Milliseconds 10 }\n\
         $ps.Stop(); \"$output $($ps.InvocationStateInfo.State)\"",
        "on cleanup Stopped\n",
    );
}

#[test]
fn breaks_the_protocol_when_it_is_asked_to() {
    prints(
        "$s = New-PSSession @c; try { Invoke-Command $s { garbage } -ErrorAction Stop } catch { 'broke' }; $s.State",
        "broke\nBroken\n",
    );
    prints(
        "$s = New-PSSession @c; try { Invoke-Command $s { exit 3 } -ErrorAction Stop } catch { 'broke' }; $s.State",
        "broke\nBroken\n",
    );
}

#[test]
fn ends_as_a_stock_server_does() {
    let mut engine = Command::new(fake_engine());
    let mut engine = engine.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    engine.stdin.take().unwrap().write_all(b"").unwrap();
    let output = engine.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(160));
    assert!(output.stdout.starts_with(b"__NamedPipeError__:"), "{:?}", String::from_utf8_lossy(&output.stdout));
    let output = Command::new(fake_engine()).env("FAKE_ENGINE", "exit 9").output().unwrap();
    assert_eq!(output.status.code(), Some(9));
}
