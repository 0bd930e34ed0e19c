//! Somebody sits at a stock PowerShell and enters a session: what is typed gives the same screen with the engine's own server
//! and with the native engine.

use e2e::client::StockClient;
use e2e::masks;
use e2e::pwsh::Pwsh;
use e2e::scenario::type_lines;
use e2e::server::Setup;
use e2e::sshd::{Config, Sshd};

const ENTER: &str = "Enter-PSSession -HostName localhost -Port $env:LAB_PORT -KeyFilePath $env:LAB_KEY -Options @{ StrictHostKeyChecking = 'no' }\n";
const LEAVE: &str = "\nexit\nexit\n";

/// Types the lines in a session of each server, and compares the screens. Lines that start with `!` press keys.
#[track_caller]
fn same_screen(lines: &str) {
    let Some(pwsh) = Pwsh::find() else { return };
    let lines = format!("{ENTER}{}{LEAVE}", lines.trim());
    let screen = |sshd: &Sshd| {
        let screen = type_lines(&StockClient::new(&pwsh, sshd), &lines);
        masks::mask("", &screen, sshd.sandbox().path())
    };
    let direct = screen(&Config::powershell(pwsh.server()).start());
    let native = screen(Setup::native().start().sshd());
    assert!(direct.contains("[localhost]"), "{direct}");
    assert!(direct == native, "{}", e2e::diff(&direct, &native));
}

#[test]
fn prompts_are_those_of_the_session() {
    same_screen(
        r"
function prompt { 'custom> ' }
function prompt { throw 'bad' }
function prompt { }
Remove-Item function:prompt
function prompt { Write-Host 'shown' -NoNewline; return ' > ' }
cd /etc
cd variable:
cd ~
Clear-Host
",
    );
}

#[test]
fn questions_reach_who_sits_there() {
    same_screen(
        r"
Read-Host 'Your name'
!type Ann
!key Enter
Read-Host 'Secret' -AsSecureString
!type pw
!key Enter
$host.UI.PromptForChoice('Title', 'Question', @('&Yes', '&No', '&Maybe'), 1)
!type M
!key Enter
function m { param([Parameter(Mandatory)] $Name, [Parameter(Mandatory)] [int] $Age) $Name + $Age }
m
!type Ann
!key Enter
!type 12
!key Enter
",
    );
}

#[test]
fn control_c_stops_what_runs_and_what_is_cleaned_up_is_not_shown() {
    same_screen(
        r"
try { Start-Sleep 60 } finally { Write-Host 'shown'; 'not shown'; Write-Host 'not reached' }
!key C-c
& { try { Start-Sleep 60 } finally { 'cleaned' } } | ForEach-Object { Write-Host $_ }
!key C-c
sleep 60
!key C-c
'still here'
",
    );
}

#[test]
fn tab_completes_by_the_session() {
    same_screen(
        r"
$there = @{ Alpha = 1 }; function Get-There { param([ValidateSet('alpha', 'beta')] $Kind) }
!type Get-There -K
!key Tab
!key C-c
!type Get-There -Kind b
!key Tab
!key C-c
!type cd /et
!key Tab
!key C-c
!type $there.Al
!key Tab
!key C-c
!type [math]::Sq
!key Tab
!key C-c
",
    );
}

#[test]
fn consoles_of_sessions_are_nobodys() {
    same_screen(
        r"
[Console]::WriteLine('nowhere')
[Console]::Title
[Console]::ReadKey()
[Console]::KeyAvailable
[Console]::In.ReadToEnd()
$host.UI.RawUI | Format-List KeyAvailable, BufferSize
tty
top
",
    );
}

/// Prints what a client sees of environment, runspaces and records.
const CHECKS: &str = r#"
$s = New-PSSession @c
Invoke-Command $s { $env:ONE = '1'; $j = Start-ThreadJob { $env:ONE; $env:TWO = '2'; Set-Location / }; $j | Wait-Job | Receive-Job; $env:TWO; "$PWD" -eq '/' }
Invoke-Command $s { 1 | ForEach-Object -Parallel { $env:THREE = '3' }; $env:THREE; $j = Start-Job { $env:ONE; $env:FOUR = '4' }; $j | Wait-Job | Receive-Job; "four: $env:FOUR" }
Invoke-Command $s { $Host.Runspace.Name; (Get-Runspace).Count; $PSSenderInfo.ApplicationArguments.PSVersionTable.GetType().Name; [ipaddress]'127.0.0.1' }
Invoke-Command $s { $ExecutionContext.InvokeCommand.GetCommandName('gi', $false, $false); $ExecutionContext.InvokeCommand.GetCmdlet('Get-Date').Name; $null -eq $ExecutionContext.InvokeCommand.CommandNotFoundAction }
Invoke-Command $s { try { 1 / 0 } catch { $null.Foo(); 'not reached' }; 'reached' }
$p = [powershell]::Create(); $p.Runspace = $s.Runspace
$null = $p.AddScript("function f { Write-Error e; Write-Warning w }; f; Get-Item /no/such"); $p.Invoke()
$p.Streams.Error | ForEach-Object { "$($_.InvocationInfo.MyCommand) $($_.InvocationInfo.ScriptLineNumber) $($_.InvocationInfo.OffsetInLine) $($_.InvocationInfo.Line)" }
$p.Streams.Warning | ForEach-Object { "$($_.InvocationInfo.MyCommand) $($_.InvocationInfo.OffsetInLine)" }
"#;

#[test]
fn scripts_print_the_same() {
    let Some(pwsh) = Pwsh::find() else { return };
    let printed = |sshd: &Sshd| {
        let printed = StockClient::new(&pwsh, sshd).run(CHECKS);
        masks::mask("", &printed, sshd.sandbox().path())
    };
    let direct = printed(&Config::powershell(pwsh.server()).start());
    let native = printed(Setup::native().start().sshd());
    assert!(direct == native, "{}", e2e::diff(&direct, &native));
}
