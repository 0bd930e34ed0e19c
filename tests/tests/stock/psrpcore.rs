//! A stock client against psrpcore as server: what our own client must get on with as well.

use e2e::client::StockClient;
use e2e::psrpcore::server;
use e2e::pwsh::Pwsh;
use e2e::sshd::Config;

const SCRIPT: &str = r#"
$s = New-PSSession @c
"count: $(Invoke-Command $s { count 3 })"
"echo: $(3, 'b' | Invoke-Command $s { param($a, $b) echo $a $b } -ArgumentList 'a', 2)"
"ask: $(Invoke-Command $s { ask })"
try { Invoke-Command $s { error } -ErrorAction SilentlyContinue -ErrorVariable written; "error: $written" } catch { "$_" }
try { Invoke-Command $s { fail } -ErrorAction Stop } catch { "fail: $_" }
$secret = [securestring]::new(); 'S3cret!'.ToCharArray() | ForEach-Object { $secret.AppendChar($_) }
$plain, $back = Invoke-Command $s { param($secret) secret $secret } -ArgumentList $secret
"secret: $plain $([System.Net.NetworkCredential]::new('', $back).Password)"
$ps = [powershell]::Create(); $ps.Runspace = $s.Runspace; $null = $ps.AddScript('hang')
$output = [System.Management.Automation.PSDataCollection[psobject]]::new()
$handle = $ps.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $output)
while ($output.Count -eq 0) { Start-Sleep -Milliseconds 10 }
$ps.Stop(); "hang: $output $($ps.InvocationStateInfo.State)"
Remove-PSSession $s
"closed: $($s.State)"
"#;

#[test]
fn a_stock_client_works_with_psrpcore() {
    let (Some(pwsh), Some(server)) = (Pwsh::find(), server()) else { return };
    let sshd = Config::powershell(server).start();
    let printed = StockClient::new(&pwsh, &sshd).input("typed\n").run(SCRIPT);
    let wanted = "count: 1 2 3\necho: a 2 3 b\ntyped\nask: <typed>\nstill here\nerror: e\nfail: boom\n\
                  secret: S3cret! S3cret!\nhang: on Stopped\nclosed: Closed\n";
    assert!(printed == wanted, "{}", e2e::diff(wanted, &printed));
}
