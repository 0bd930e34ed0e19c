//! What PowerShell answered, in short: hashes, and what it knows besides the scripts.
//!
//! A line is `text-hash dump-hash id`; `-` in place of a hash where PowerShell's parser failed. Lines that begin with a
//! blank hold what it knew of types (`U`, `N` of a dump) for the script in front.

use std::{collections::BTreeMap, fmt::Write, path::PathBuf};

use psrpd_lang::known_types::accelerator;

/// An answer of PowerShell.
pub struct Answer {
    /// Its dump without what only it can know; none if its parser failed.
    pub dump: Option<String>,
    /// What it knows of types.
    pub knowledge: Vec<String>,
}

impl Answer {
    pub fn of(dump: &str) -> Self {
        let environment = ["E ModuleNotFoundDuringParse ", "E ErrorLoadingAssembly ", "E RequiresModuleInvalid "];
        let is_knowledge = |line: &&str| line.starts_with("U ") || line.starts_with("N ");
        let mut knowledge: Vec<String> = dump.lines().filter(is_knowledge).map(Into::into).collect();
        // Where an enum could not be parsed further, its underlying type is only in the message.
        let underlying = dump.lines().filter(|line| line.starts_with("E InvalidUnderlyingType "));
        let names = underlying.filter_map(|line| line.split('\'').nth(1)?.split('[').next());
        knowledge.extend(names.filter(|name| accelerator(name).is_none()).map(|name| format!("U {name}")));
        let lines = dump.lines().filter(|line| !is_knowledge(line));
        let lines = lines.filter(|line| !environment.iter().any(|start| line.starts_with(start)));
        // Behind the message of an exception its stack follows, which only .NET has.
        let lines = lines.map(|line| format!("{}\n", line.split_once("\\u000a   at ").map_or(line, |(line, _)| line)));
        let failed = dump.starts_with("X ");
        Self { dump: (!failed).then(|| lines.collect()), knowledge }
    }
}

/// An answer as it is recorded.
pub struct Recorded {
    pub text: u64,
    pub dump: Option<u64>,
    pub knowledge: Vec<String>,
}

/// FNV-1a.
pub fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/recorded").join(name)
}

pub fn read(name: &str) -> BTreeMap<String, Recorded> {
    let text = std::fs::read_to_string(file(name)).unwrap();
    let mut answers = BTreeMap::new();
    let mut last = String::new();
    for line in text.lines() {
        if let Some(knowledge) = line.strip_prefix(' ') {
            let answer: &mut Recorded = answers.get_mut(&last).unwrap();
            answer.knowledge.push(knowledge.to_owned());
            continue;
        }
        let mut fields = line.splitn(3, ' ');
        let mut number = || u64::from_str_radix(fields.next().unwrap(), 16).ok();
        let (text, dump) = (number().unwrap(), number());
        last = fields.next().unwrap().to_owned();
        answers.insert(last.clone(), Recorded { text, dump, knowledge: Vec::new() });
    }
    answers
}

pub fn write(name: &str, scripts: &[(String, String)], answers: &[Answer]) {
    let mut out = String::new();
    for ((id, text), answer) in scripts.iter().zip(answers) {
        let dump = answer.dump.as_ref().map_or("-".into(), |dump| format!("{:016x}", hash(dump)));
        writeln!(out, "{:016x} {dump} {id}", hash(text)).unwrap();
        for line in &answer.knowledge {
            writeln!(out, " {line}").unwrap();
        }
    }
    std::fs::create_dir_all(file("")).unwrap();
    std::fs::write(file(name), out).unwrap();
}
