//! A stock client cannot tell the difference: every recorded scenario prints the same, through a real sshd, against the
//! engine's own server and against ours in the same run.

use e2e::pwsh::Pwsh;
use e2e::scenario::Scenario;
use e2e::server::Setup;
use e2e::sshd::Config;

/// Where we are meant to differ: scenario, what a client prints against the engine's own server, and against ours.
///
/// A command that runs when its link is lost runs on in psrpd. The engine's own server stops it, so its `finally` runs.
const BETTER: [(&str, &str, &str); 1] =
    [("33-kill-ssh-while-running", "\nfinally ran: True\n", "\nfinally ran: False\n")];

/// Plays the scenario against the engine's own server and another one, and demands the same output.
fn same(name: &str, other: impl Fn(&Scenario, &Pwsh) -> String) {
    let Some(pwsh) = Pwsh::find() else { return };
    let scenario = Scenario::load(name);
    let (direct, other) = (against_pwsh(&scenario, &pwsh), other(&scenario, &pwsh));
    assert!(!direct.trim().is_empty(), "the scenario prints nothing against pwsh -sshs");
    assert!(direct == other, "{name}: the client prints\n{}", e2e::diff(&direct, &other));
}

fn against_pwsh(scenario: &Scenario, pwsh: &Pwsh) -> String {
    scenario.play(pwsh, &Config::powershell(pwsh.server()).start())
}

fn against_psrpd(scenario: &Scenario, pwsh: &Pwsh) -> String {
    as_stock(scenario, scenario.play(pwsh, Setup::pwsh(pwsh).start().sshd()))
}

/// What a client would have printed where we are not better.
fn as_stock(scenario: &Scenario, printed: String) -> String {
    match BETTER.iter().find(|(name, ..)| *name == scenario.name()) {
        Some((_, stock, ours)) => {
            assert!(printed.contains(ours), "it should print {ours:?}, but prints\n{printed}");
            printed.replace(ours, stock)
        }
        None => printed,
    }
}

fn against_native(scenario: &Scenario, pwsh: &Pwsh) -> String {
    as_stock(scenario, scenario.play(pwsh, Setup::native().start().sshd()))
}

/// Why the native engine prints something else in a scenario; none where it must print the same.
fn native_difference(name: &str) -> Option<String> {
    let list = std::fs::read_to_string(Scenario::folder().join("native-differences.txt")).expect("the list");
    let reason = list.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    reason.map(str::to_owned)
}

/// The same as PowerShell, or different for a reason that is written down; one that holds no longer must go.
fn same_natively(name: &str) {
    let Some(reason) = native_difference(name) else { return same(name, against_native) };
    if reason.starts_with("missing: ") {
        return e2e::skip(&format!("native engine, {reason}"));
    }
    let Some(pwsh) = Pwsh::find() else { return };
    let scenario = Scenario::load(name);
    let (direct, other) = (against_pwsh(&scenario, &pwsh), against_native(&scenario, &pwsh));
    assert!(direct != other, "{name} is the same now, take it off the list: {reason}");
}

macro_rules! scenarios {
    ($($test:ident: $name:literal,)*) => {
        /// PowerShell against itself: shows that the masks hide all that differs from run to run.
        mod itself {
            $(#[test]
            #[ignore = "tests the masks, not psrpd: cargo test -p e2e --test stock itself -- --ignored"]
            fn $test() {
                super::same($name, super::against_pwsh);
            })*
        }

        mod psrpd {
            $(#[test]
            fn $test() {
                super::same($name, super::against_psrpd);
            })*
        }

        mod native {
            $(#[test]
            fn $test() {
                super::same_natively($name);
            })*
        }

        #[test]
        fn no_scenario_is_left_out() {
            assert_eq!(Scenario::names(), [$($name),*]);
        }
    };
}

scenarios! {
    open_run_close: "01-open-run-close",
    streams: "02-streams",
    shared_state: "03-shared-state",
    terminating_error: "04-terminating-error",
    using_and_args: "05-using-and-args",
    pipeline_input: "06-pipeline-input",
    host_calls: "07-host-calls",
    stop: "08-stop",
    job: "09-job",
    secure_string: "10-secure-string",
    big_output: "11-big-output",
    big_input: "12-big-input",
    runspacepool: "13-runspacepool",
    enter_pssession: "14-enter-pssession",
    command_metadata: "15-command-metadata",
    tab_completion: "16-tab-completion",
    copy_item: "17-copy-item",
    nested_and_merge: "18-nested-and-merge",
    types: "19-types",
    invoke_hostname_temp: "20-invoke-hostname-temp",
    remoting_info: "21-remoting-info",
    kill_ssh: "22-kill-ssh",
    linux_objects: "23-linux-objects",
    errors_and_statements: "24-errors-and-statements",
    exit_code: "25-exit-code",
    reset_and_proxy: "26-reset-and-proxy",
    events: "27-events",
    import_session: "28-import-session",
    prompts: "29-prompts",
    enter_session_more: "30-enter-session-more",
    debugger: "31-debugger",
    close_while_running: "32-close-while-running",
    kill_ssh_while_running: "33-kill-ssh-while-running",
}
