//! Tests over all tables: examples run, parameters are read, and the page that describes the engine says what is there.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    thread,
};

use super::{Cmdlet, all};

mod should_process;

use crate::{
    Answer, Client, Command, Host, HostCall, HostInfo, Pipeline, Question, Record, Session, Stop, Unix, limits,
};

/// The place of No among the answers to whether to do something.
const NO: i32 = 2;

/// Keeps what a session puts out as text.
#[derive(Clone, Default)]
struct Lines {
    lines: Arc<Mutex<Vec<String>>>,
    /// Whether to keep what the host is told, and to say no to what it is asked.
    with_host: bool,
}

impl Lines {
    fn with_host() -> Self {
        Self { with_host: true, ..Self::default() }
    }

    fn push(&self, line: String) {
        self.lines.lock().unwrap().push(line);
    }
}

impl Host for Lines {
    fn input(&mut self) -> Option<psrp_clixml::Value> {
        None
    }

    fn output(&mut self, clixml: Vec<u8>) {
        let value = psrp_clixml::parse(&clixml).unwrap();
        let shown = value.as_str().map_or_else(|| psrp_clixml::write_text(&value), str::to_owned);
        self.lines.lock().unwrap().extend(shown.split('\n').map(Into::into));
    }

    fn record(&mut self, stream: Record, clixml: Vec<u8>) {
        if matches!(stream, Record::Error) {
            let value = psrp_clixml::parse(&clixml).unwrap();
            let id = value.get("FullyQualifiedErrorId").and_then(|id| id.as_str()).unwrap_or("?").to_owned();
            self.push(format!("error {id}"));
        }
    }

    fn call(&mut self, call: HostCall) {
        if let HostCall::WriteLine { text, .. } = call
            && self.with_host
        {
            self.push(format!("host {text}"));
        }
    }

    fn ask(&mut self, question: Question) -> Result<Answer, String> {
        if !self.with_host {
            return Err("nobody is there".into());
        }
        self.push(format!("question {question:?}"));
        Ok(Answer::Number(NO))
    }

    fn encrypt(&mut self, _secret: &str) -> Option<psrp_clixml::SecureString> {
        None
    }

    fn decrypt(&mut self, _secret: &psrp_clixml::SecureString) -> Option<String> {
        None
    }
}

/// Runs a script in a new session and directory; what it puts out, line by line.
fn run(code: &str, folder: &Path) -> Vec<String> {
    run_as(code, folder, Lines::default())
}

fn run_as(code: &str, folder: &Path, lines: Lines) -> Vec<String> {
    std::fs::create_dir_all(folder).unwrap();
    let (kept, script) = (lines.clone(), format!("Set-Location '{}'; {code}", folder.display()));
    let body = move || {
        let host = HostInfo { has_host: kept.with_host, has_ui: kept.with_host, screen: None };
        let client = Client { host, arguments: psrp_clixml::Value::Nil };
        let mut session = Session::open(Arc::new(Unix::default()), Box::new(kept.clone()), Stop::default());
        session.meet(&client);
        let script = format!(". {{ {script} }} | ForEach-Object {{ \"$_\" }}");
        let command = Command { text: script, is_script: true, ..Command::default() };
        let end = session.invoke(&Pipeline { commands: vec![command], ..Pipeline::default() });
        if !matches!(end, crate::End::Completed) {
            kept.push(format!("{end:?}"));
        }
    };
    thread::Builder::new().stack_size(limits::STACK_SIZE).spawn(body).unwrap().join().unwrap();
    std::fs::remove_dir_all(folder).unwrap();
    lines.lines.lock().unwrap().clone()
}

#[test]
fn examples_do_what_they_show() {
    let root = std::env::temp_dir().join(format!("psrpd-examples-{}", std::process::id()));
    let mut wrong = Vec::new();
    for cmdlet in all() {
        for (at, example) in cmdlet.example_list().enumerate() {
            let expected: Vec<&str> =
                example.output.lines().map(|line| line.trim_start().strip_prefix("> ").unwrap_or(line)).collect();
            let found = run(example.code, &root.join(format!("{}-{at}", cmdlet.name)));
            if found != expected {
                wrong.push(format!("{}: {}\n  expected {expected:?}\n  found    {found:?}", cmdlet.name, example.code));
            }
        }
    }
    let _ = std::fs::remove_dir_all(root);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_cmdlet_has_an_example() {
    let without: Vec<&str> = all().filter(|cmdlet| cmdlet.example_list().next().is_none()).map(|c| c.name).collect();
    assert!(without.is_empty(), "without example: {without:?}");
}

/// All sources of the engine, by path.
pub(crate) fn sources() -> Sources {
    let mut found = BTreeMap::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                found.insert(path.clone(), std::fs::read_to_string(path).unwrap());
            }
        }
    }
    found
}

pub(crate) type Sources = BTreeMap<PathBuf, String>;

/// Which files of cmdlets and providers each file of them names.
fn links(sources: &Sources) -> HashMap<&Path, HashSet<&Path>> {
    let is_ours = |path: &Path| {
        let inside = path.components().any(|part| part.as_os_str() == "cmdlets" || part.as_os_str() == "providers");
        inside && !path.ends_with("cmdlets/mod.rs") && !path.ends_with("tests.rs")
    };
    let ours = || sources.iter().filter(|(path, _)| is_ours(path));
    let mut by_stem: HashMap<&str, Vec<&Path>> = HashMap::new();
    for (path, _) in ours() {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let name = if stem == "mod" { path.parent().unwrap().file_name().unwrap().to_str().unwrap() } else { stem };
        by_stem.entry(name).or_default().push(path);
    }
    let named = |text: &str| -> HashSet<&Path> {
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        words.filter_map(|word| by_stem.get(word)).flatten().copied().collect()
    };
    ours().map(|(path, text)| (path.as_path(), named(text))).collect()
}

/// The file of a cmdlet and those it names, a few steps far.
fn related(sources: &Sources, links: &HashMap<&Path, HashSet<&Path>>, cmdlet: &Cmdlet) -> String {
    let quoted = format!("\"{}\"", cmdlet.name);
    let is_of = |(path, text): &(&PathBuf, &String)| {
        text.contains(&quoted) && text.contains("Cmdlet::new") && !path.ends_with("tests.rs")
    };
    let mut seen: HashSet<&Path> = sources.iter().filter(is_of).map(|(path, _)| path.as_path()).collect();
    for _ in 0..3 {
        let more: Vec<&Path> = seen.iter().filter_map(|path| links.get(path)).flatten().copied().collect();
        seen.extend(more);
    }
    seen.into_iter().map(|path| sources[path].as_str()).collect()
}

/// Parameters that may be given and make no difference here, and why.
const WITHOUT_EFFECT: &[(&str, &str)] = &[
    ("Export-ModuleMember -Cmdlet", "modules that are scripts have no cmdlets of their own"),
    ("New-Module -Cmdlet", "modules that are scripts have no cmdlets of their own"),
    ("Get-Command -ListImported", "commands of modules that were not imported are never listed"),
    ("Get-Module -Refresh", "modules are looked for anew each time"),
    ("Get-Module -SkipEditionCheck", "no module is left out because of its edition"),
    ("New-ItemProperty -PropertyType", "no provider has properties that come and go: all is refused alike"),
    ("Select-String -NoEmphasis", "without a terminal nothing is emphasised"),
    ("Out-Null -InputObject", "what comes is dropped unseen"),
    ("Receive-Job -Force", "no job is ever suspended: it is waited for its end in any case"),
    ("Wait-Job -Force", "no job is ever suspended: it is waited for its end in any case"),
    ("Start-Process -NoNewWindow", "there are no windows"),
    ("Invoke-WebRequest -UseBasicParsing", "no page is ever given to a browser to read"),
    ("Invoke-RestMethod -UseBasicParsing", "no page is ever given to a browser to read"),
    ("Add-Type -MemberDefinition", "code to compile is refused, whatever it says"),
    ("Add-Type -UsingNamespace", "code to compile is refused, whatever it says"),
    ("Add-Type -Namespace", "code to compile is refused, whatever it says"),
    ("Remove-PSSession -Session", "nobody can have a session to pass in"),
    ("Disable-PSBreakpoint -Runspace", "no runspace has breakpoints"),
    ("Enable-PSBreakpoint -Runspace", "no runspace has breakpoints"),
    ("Get-PSBreakpoint -Runspace", "no runspace has breakpoints"),
    ("Get-PSBreakpoint -Type", "no runspace has breakpoints"),
    ("Remove-PSBreakpoint -Runspace", "no runspace has breakpoints"),
    ("Set-PSBreakpoint -Runspace", "no runspace can have breakpoints"),
];

#[test]
fn every_parameter_is_read() {
    let sources = sources();
    let links = links(&sources);
    let mut unread = Vec::new();
    for cmdlet in all() {
        let text = related(&sources, &links, cmdlet);
        for param in cmdlet.params().iter() {
            let literal = format!("\"{}\"", param.name);
            // A parameter that only chooses a set is read by the name of that set.
            let by_set =
                param.sets.iter().filter_map(|set| set.name.as_ref()).any(|set| text.contains(&format!("\"{set}\"")));
            if !text.contains(&literal) && !by_set {
                unread.push(format!("{} -{}", cmdlet.name, param.name));
            }
        }
    }
    unread.retain(|parameter| !WITHOUT_EFFECT.iter().any(|(known, _)| known == parameter));
    assert!(unread.is_empty(), "in a table, but never read: {unread:#?}");
}

/// Objects whose properties are no rows of a table but lie in the objects, and how a script gets one.
const SAMPLES: &[(&str, &str)] = &[
    ("Microsoft.PowerShell.Commands.GenericMeasureInfo", "1, 2 | Measure-Object -AllStats"),
    ("Microsoft.PowerShell.Commands.GenericObjectMeasureInfo", "'a', 'b' | Measure-Object -Maximum -Minimum"),
    ("Microsoft.PowerShell.Commands.GroupInfo", "1, 1 | Group-Object"),
    ("Microsoft.PowerShell.Commands.GroupInfoNoElement", "1, 1 | Group-Object -NoElement"),
    ("Microsoft.PowerShell.Commands.MatchInfo", "'abc' | Select-String b"),
    ("Microsoft.PowerShell.Commands.SelectXmlInfo", "Select-Xml -Content '<a/>' -XPath /a"),
    ("Microsoft.PowerShell.Commands.TextMeasureInfo", "'a b' | Measure-Object -Word -Line -Character"),
    ("System.Collections.DictionaryEntry", "@(@{ a = 1 }.GetEnumerator())[0]"),
    ("System.Collections.Generic.KeyValuePair`2", "[Collections.Generic.KeyValuePair[string, int]]::new('a', 1)"),
    ("System.DateTimeOffset", "[DateTimeOffset]::Now"),
    ("System.Globalization.CultureInfo", "[cultureinfo]::InvariantCulture"),
    ("System.Management.Automation.AliasInfo", "Get-Command gci"),
    ("System.Management.Automation.ApplicationInfo", "Get-Command sh"),
    ("System.Management.Automation.CmdletInfo", "Get-Command Get-Item"),
    ("System.Management.Automation.CommandParameterInfo", "(Get-Command Get-Item).ParameterSets[0].Parameters[0]"),
    ("System.Management.Automation.CommandParameterSetInfo", "(Get-Command Get-Item).ParameterSets[0]"),
    ("System.Management.Automation.EngineIntrinsics", "$ExecutionContext"),
    ("System.Management.Automation.ErrorCategoryInfo", "try { 1 / 0 } catch { $_.CategoryInfo }"),
    ("System.Management.Automation.ErrorRecord", "try { 1 / 0 } catch { $_ }"),
    ("System.Management.Automation.FunctionInfo", "Get-Command prompt"),
    ("System.Management.Automation.InformationRecord", "Write-Information x 6>&1"),
    ("System.Management.Automation.InvocationInfo", "& { $MyInvocation }"),
    ("System.Management.Automation.ParameterMetadata", "(Get-Command Get-Item).Parameters['Path']"),
    (
        "System.Management.Automation.ParameterSetMetadata",
        "(Get-Command Get-Item).Parameters['Path'].ParameterSets['Path']",
    ),
    ("System.Management.Automation.PathInfo", "Get-Location"),
    ("System.Management.Automation.ProviderInfo", "Get-PSProvider FileSystem"),
    ("System.Management.Automation.PSCredential", "[pscredential]::Empty"),
    ("System.Management.Automation.PSDriveInfo", "Get-PSDrive /"),
    ("System.Management.Automation.PSModuleInfo", "New-Module { }"),
    ("System.Management.Automation.SemanticVersion", "[semver]'1.2.3'"),
    ("System.Management.Automation.SessionState", "$ExecutionContext.SessionState"),
    ("System.Management.Automation.WarningRecord", "Write-Warning x 3>&1"),
    ("System.Net.NetworkCredential", "[Net.NetworkCredential]::new('a', 'b')"),
];

/// The properties that can be read of the samples, in lower case.
fn properties_of_samples() -> HashMap<&'static str, HashSet<String>> {
    let mut script = String::new();
    for (name, expression) in SAMPLES {
        let of = crate::types::known(name);
        let members = crate::types::known::members(&of, false).unwrap_or_default();
        let names: Vec<String> = members
            .iter()
            .filter(|member| member.kind == crate::types::known::MemberKind::Property)
            .map(|member| format!("'{}'", member.name))
            .collect();
        if names.is_empty() {
            continue;
        }
        writeln!(
            script,
            "$o = {expression}; foreach ($n in {}) {{ try {{ $null = $o.$n; \"{}|$n\" }} catch {{ }} }}",
            names.join(","),
            name.replace('`', "``")
        )
        .unwrap();
    }
    let folder = std::env::temp_dir().join(format!("psrpd-samples-{}", std::process::id()));
    let mut read: HashMap<&str, HashSet<String>> = HashMap::new();
    for line in run(&script, &folder) {
        let Some((name, property)) = line.split_once('|') else { continue };
        let Some((name, _)) = SAMPLES.iter().find(|(have, _)| *have == name) else { continue };
        read.entry(name).or_default().insert(property.to_ascii_lowercase());
    }
    read
}

/// The page that says what the engine has.
fn page() -> String {
    let mut page = String::from(
        "# What the native engine has\n\nWritten from the tables of the engine by a test; `PSRPD_WRITE_DOCS=1 cargo nextest run -p psrpd-engine page` writes it anew.\nWhat PowerShell has and is not here is refused by name: a cmdlet as `CommandNotFoundException` with a line that says so, a parameter as `NativeEngineParameterNotSupported`, a type or member as `NativeEngineTypeNotSupported` or `NativeEngineMemberNotSupported`, a feature as `NativeEngineFeatureNotSupported`.\n\n",
    );
    page.push_str(include_str!("tests/language.md"));
    page.push_str("\n## Cmdlets\n\n| cmdlet | parameters | not here |\n|---|---|---|\n");
    let mut cmdlets: Vec<&Cmdlet> = all().collect();
    cmdlets.sort_by_key(|cmdlet| cmdlet.name);
    for cmdlet in &cmdlets {
        let params = cmdlet.params();
        let have: Vec<&str> = params.iter().map(|param| param.name.as_str()).collect();
        let known = crate::commands::known::find(cmdlet.name).unwrap();
        let missing: Vec<&str> = known.parameters().filter(|name| !have.contains(name)).collect();
        writeln!(page, "| {} | {} | {} |", cmdlet.name, have.join(" "), missing.join(" ")).unwrap();
    }
    page.push_str("\n## Cmdlets of PowerShell that are not here\n\n");
    let mut absent: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for known in crate::commands::known::all().filter(|known| super::find(known.name).is_none()) {
        absent.entry(known.module).or_default().push(known.name);
    }
    for (module, names) in absent {
        writeln!(page, "* {module}: {}", names.join(", ")).unwrap();
    }
    page.push_str("\n## Types of .NET\n\nHow many of the members that .NET has are here, for the types that have any.\n\n| type | members | not here |\n|---|---|---|\n");
    let read = properties_of_samples();
    for of in crate::types::all() {
        let exceptions = crate::types::exception_names(&of).into_iter().map(str::to_ascii_lowercase);
        let sampled = of.ancestry().flat_map(|of| read.get(of.name())).flatten().cloned();
        let have: HashSet<String> = of
            .ancestry()
            .flat_map(|of| {
                let own = of.own_members();
                own.properties
                    .iter()
                    .map(|p| p.name)
                    .chain(own.methods.iter().map(|m| m.signature.name))
                    .collect::<Vec<_>>()
            })
            .map(str::to_ascii_lowercase)
            .chain(exceptions)
            .chain(sampled)
            .collect();
        let known: Vec<_> =
            [false, true].iter().filter_map(|s| crate::types::known::members(&of, *s)).flatten().collect();
        let everywhere = ["gettype", "tostring", "equals", "gethashcode", "compareto", "new", "referenceequals"];
        let mut missing: Vec<&str> = known
            .iter()
            .map(|member| &*member.name)
            .filter(|name| {
                let name = name.to_ascii_lowercase();
                !have.contains(&name) && !everywhere.contains(&name.as_str())
            })
            .collect();
        missing.sort_unstable();
        missing.dedup();
        if !have.is_empty() && !of.is_enum() {
            writeln!(page, "| {} | {} | {} |", of.name(), have.len(), missing.join(" ")).unwrap();
        }
    }
    page
}

#[test]
fn page_says_what_the_tables_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/native-engine.md");
    let page = page();
    if std::env::var_os("PSRPD_WRITE_DOCS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &page).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap() == page,
        "docs/native-engine.md is not as the tables are; write it anew"
    );
}
