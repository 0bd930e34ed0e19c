//! The functions that PowerShell's own client sends to copy files: their texts, taken from the PowerShell that is here,
//! must do in the engine what they do there.

mod support;

use std::{path::PathBuf, process::Command};

use psrpd_engine::End;

/// What a script writes in the real PowerShell.
fn real(pwsh: &PathBuf, script: &str) -> String {
    let output = Command::new(pwsh)
        .args(["-NoLogo", "-NoProfile", "-NonInteractive", "-Command", script])
        .envs([("POWERSHELL_TELEMETRY_OPTOUT", "1"), ("POWERSHELL_UPDATECHECK", "Off"), ("LANG", "C.UTF-8")])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

const TEXTS: &str = "
$type = [psobject].Assembly.GetTypes() | Where-Object Name -eq CopyFileRemoteUtils
foreach ($name in 'AllCopyToRemoteScripts', 'AllCopyFromRemoteScripts') {
    $type.GetField($name, 'NonPublic,Public,Static').GetValue($null)
}";

/// Uses the functions as the client does, on a folder of its own.
const USE: &str = r#"
Remove-Item $d -Recurse -Force -ErrorAction Ignore
$null = New-Item $d -ItemType Directory
function Show($table) { "$(foreach ($key in $table.Keys | Sort-Object) { "$key=$($table[$key])" })" }
Show (PSCopyToSessionHelper -remotePath $d)
Show (PSCopyToSessionHelper -isFilePath "$d/a.bin")
$bytes = [Convert]::ToBase64String([byte[]](0..255))
Show (PSCopyToSessionHelper -copyToFilePath "$d/a.bin" -createFile -b64Fragment $bytes)
Show (PSCopyToSessionHelper -copyToFilePath "$d/a.bin" -b64Fragment $bytes)
Show (PSCopyToSessionHelper -supportAltStreamPath "$d/a.bin")
Show (PSCopyToSessionHelper -copyToFilePath "$d/e.bin" -createFile -emptyFile)
(Get-Item "$d/a.bin", "$d/e.bin").Length
$day = [datetime]::new(2020, 1, 2, 3, 4, 5)
$meta = @{ LastWriteTime = $day; LastWriteTimeUtc = $day; Attributes = @('ReadOnly') }
PSCopyToSessionHelper -metaDataFilePath "$d/a.bin" -metaDataToSet $meta
(Get-Item "$d/a.bin").LastWriteTimeUtc.ToString('s')
(Get-Item "$d/a.bin").IsReadOnly
Show (PSCopyToSessionHelper -createDirectoryPath "$d/new/sub")
Show (PSCopyToSessionHelper -createDirectoryPath "$d/new/sub" -force)
(PSCopyFromSessionHelper -getPathItems "$d/*").Items | ForEach-Object { Show $_ }
$found = PSCopyFromSessionHelper -getPathDir $d
$found.Files + $found.Directories | ForEach-Object { Show $_ }
Show (PSCopyFromSessionHelper -copyFromFilePath "$d/a.bin" -copyFromStart 0 -copyFromNumBytes 300)
Show (PSCopyFromSessionHelper -copyFromFilePath "$d/a.bin" -copyFromStart 300 -copyFromNumBytes 300)
Show (PSCopyFromSessionHelper -getMetaFilePath "$d/a.bin")
Show (PSCopyFromSessionHelper -supportAltStreamPath "$d/a.bin")
Show (PSCopyRemoteUtils -pathToValidate "$d/a.bin")
Show (PSCopyRemoteUtils -pathToValidate "$d/none/q" -sourceIsRemote)
Show (PSCopyRemoteUtils -pathToValidate relative)
Show (PSCopyRemoteUtils -dirPathExists $d)
Remove-Item $d -Recurse -Force
"#;

#[test]
fn the_texts_of_copy_item_run_as_they_are() {
    let Some(pwsh) = peers::pwsh() else { return };
    let texts = real(&pwsh, TEXTS);
    assert!(texts.contains("PSCopyFromSessionHelper"), "the functions are not where they were: {texts}");
    let folder = std::env::temp_dir().join(format!("psrpd-copy-{}", std::process::id()));
    let script = format!("{texts}\n$d = '{}'\n{USE}", folder.display());
    let file = folder.with_extension("ps1");
    std::fs::write(&file, &script).unwrap();
    let wanted = real(&pwsh, &format!(". {}", file.display()));
    std::fs::remove_file(&file).unwrap();
    let (said, ends) = support::run(&[&script]);
    let found: Vec<String> = said
        .iter()
        .map(|line| {
            let shown = line.strip_prefix("out ").unwrap_or(line);
            let inner = shown.strip_prefix('<').and_then(|rest| rest.split(['>', '<']).nth(1));
            match inner.unwrap_or(shown) {
                "true" => "True".into(),
                other => other.to_owned(),
            }
        })
        .collect();
    assert_eq!(found, wanted.lines().collect::<Vec<_>>());
    assert!(matches!(ends[..], [End::Completed]));
}
