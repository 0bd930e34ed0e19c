//! The stock client.

use std::net::SocketAddr;
use std::time::Duration;

use e2e::client::StockClient;
use e2e::link::Link;
use e2e::pwsh::Pwsh;
use e2e::sshd::Config;

const LIMIT: Duration = Duration::from_secs(60);

#[test]
fn sets_variables_of_the_session_through_ssh() {
    let Some(pwsh) = Pwsh::find() else { return };
    let sshd = Config::powershell(pwsh.server()).start();
    let client = StockClient::new(&pwsh, &sshd).option("SetEnv", "PSRP_SESSION=work");
    assert_eq!(client.run("Invoke-Command @c { $env:PSRP_SESSION }"), "work\n");
}

#[test]
fn loses_its_session_when_its_ssh_is_killed() {
    let Some(pwsh) = Pwsh::find() else { return };
    let sshd = Config::powershell(pwsh.server()).start();
    let script = "$s = New-PSSession @c; 'opened'; while ($s.State -eq 'Opened') { Start-Sleep -Milliseconds 20 }; \"$($s.State)\"";
    let client = StockClient::new(&pwsh, &sshd).start(script);
    client.wait_for("opened");
    client.kill_ssh();
    client.wait_for("Broken");
    assert_eq!(client.finish(), "opened\nBroken\n");
}

#[test]
fn reaches_sshd_through_a_link_that_can_be_cut() {
    let Some(pwsh) = Pwsh::find() else { return };
    let sshd = Config::powershell(pwsh.server()).start();
    let link = Link::to(SocketAddr::from(([127, 0, 0, 1], sshd.port())));
    let script = "$s = New-PSSession @c; 'opened'; while ($s.State -eq 'Opened') { Start-Sleep -Milliseconds 20 }; \"$($s.State)\"";
    let client = StockClient::new(&pwsh, &sshd).port(link.address().port()).start(script);
    client.wait_for("opened");
    link.cut();
    link.wait_for_end(LIMIT);
    client.wait_for("Broken");
}
