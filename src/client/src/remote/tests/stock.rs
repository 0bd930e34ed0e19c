//! The client against a real PowerShell, without psrpd: it does what a stock client does, and says what is missing.

use std::sync::Arc;

use psrp_proto::message::PsInvocationState;

use super::child::{Child, with};
use super::keys::Somebody;
use super::*;
use crate::remote::host::{Host, Shown, shown};
use crate::ssh::{Nobody, Prompt};

/// Runs a test with a real PowerShell, as its `powershell` subsystem would be, where there is one.
fn with_pwsh<F: Future<Output = ()>>(test: impl FnOnce(Child) -> F) {
    let Some(pwsh) = peers::pwsh() else { return };
    with(Child::new(pwsh, ["-NoLogo", "-NoProfile", "-sshs"].map(Into::into)), test);
}

#[test]
fn a_stock_server_is_served_as_a_stock_client_does() {
    with_pwsh(async |pwsh| {
        let mut session = nameless(pwsh).await;
        assert!(session.about().created && !session.about().is_durable);
        let pid = session.start(script("'out'; Write-Warning 'warn'; $Host.UI.WriteLine('line'); exit 3")).unwrap();
        let result = finish(&mut session, pid).await;
        assert_eq!(result.output, ["out"]);
        let shows = result.others.iter().filter_map(|event| match event {
            Event::HostCall { call, .. } => shown(call),
            _ => None,
        });
        let shows: Vec<_> = shows.collect();
        assert!(shows.contains(&Shown::Warning("warn".to_owned())), "{shows:?}");
        assert!(shows.contains(&Shown::Exit(3)), "{shows:?}");
        session.close().await.unwrap();
    });
}

#[test]
fn a_stock_server_takes_input_and_is_stopped() {
    with_pwsh(async |pwsh| {
        let mut session = nameless(pwsh).await;
        let pid = session.start(script_with_input("$input | % { \"got $_\" }")).unwrap();
        for text in ["one", "two"] {
            let permit = session.input_permit().await.unwrap();
            session.input(permit, pid, text.into()).unwrap();
        }
        let permit = session.input_permit().await.unwrap();
        session.end_input(permit, pid).unwrap();
        assert_eq!(finish(&mut session, pid).await.output, ["got one", "got two"]);

        let pid = session.start(script("'begun'; Start-Sleep 100")).unwrap();
        while !matches!(session.next().await, Event::Record { .. }) {}
        session.stop(pid).unwrap();
        let Some(Outcome::State(info)) = finish(&mut session, pid).await.outcome else { panic!("no state") };
        assert_eq!(info.state, PsInvocationState::Stopped);
        session.close().await.unwrap();
    });
}

/// Runs a script that asks, lets `prompt` answer, and gives the text that it writes.
async fn ask(pwsh: Child, prompt: Arc<dyn Prompt>, command: &str) -> String {
    let mut session = nameless(pwsh).await;
    let host = Host::new(prompt, "web1");
    session.start(script(command)).unwrap();
    loop {
        match session.next().await {
            Event::HostCall { channel, call } if call.method.returns_value() => {
                let response = host.answer(&call, |text| session.seal(text)).await;
                session.answer(channel, response).unwrap();
            }
            Event::Record { message, .. } => {
                if let Message::PipelineOutput(value) = *message {
                    return text(&value);
                }
            }
            event @ (Event::PipelineEnded { .. } | Event::Ended(_)) => panic!("{event:?}"),
            _ => {}
        }
    }
}

#[test]
fn a_stock_server_gets_secrets_encrypted() {
    with_pwsh(async |pwsh| {
        let command = "$s = Read-Host -AsSecureString 'pin'; [Net.NetworkCredential]::new('', $s).Password";
        assert_eq!(ask(pwsh, Arc::new(Somebody::new("Pä ss")), command).await, "Pä ss");
    });
}

#[test]
fn credentials_and_choices_are_asked_for() {
    with_pwsh(async |pwsh| {
        let another = pwsh.clone();
        let command = "$c = Get-Credential -Message why; $c.UserName + '|' + $c.GetNetworkCredential().Password";
        assert_eq!(ask(pwsh, Arc::new(Somebody::new("bob")), command).await, "bob|bob");
        let command = "$c = [Management.Automation.Host.ChoiceDescription[]]('&One', '&Two'); \
            [string]$Host.UI.PromptForChoice('cap', 'msg', $c, 0)";
        assert_eq!(ask(another, Arc::new(Somebody::new("t")), command).await, "1");
    });
}

#[test]
fn without_anybody_to_ask_the_script_gets_an_exception() {
    with_pwsh(async |pwsh| {
        let output = ask(pwsh, Arc::new(Nobody), "try { Read-Host 'name' } catch { \"$_\" }").await;
        assert!(output.contains("nobody to ask"), "{output}");
    });
}

#[test]
fn what_a_stock_server_cannot_do_is_said() {
    with_pwsh(async |pwsh| {
        let another = pwsh.clone();
        let named = attach(Some("work"), AttachMode::Existing);
        let error = Session::open(pwsh, named, init()).await.unwrap_err().to_string();
        assert!(error.contains("does not support sessions with names") && error.contains("psrpd"), "{error}");
        let session = nameless(another).await;
        let error = session.detach(None, None).await.unwrap_err().to_string();
        assert!(error.contains("does not support sessions that stay"), "{error}");
    });
}
