//! Scripts to parse.

use std::path::{Path, PathBuf};

/// The scripts of a case file: `#@ case: name` begins one, `#@ then` a further one of the same case.
fn cases(file: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(file).unwrap();
    let stem = file.file_name().unwrap().to_str().unwrap().trim_end_matches(".cases.ps1").to_owned();
    let mut scripts: Vec<(String, Vec<&str>)> = Vec::new();
    let mut name = String::new();
    for line in text.lines() {
        let Some(directive) = line.strip_prefix("#@") else {
            if let Some((_, lines)) = scripts.last_mut() {
                lines.push(line);
            }
            continue;
        };
        let directive = directive.trim();
        if let Some(case) = directive.strip_prefix("case:") {
            name = format!("{stem}/{}", case.trim());
            scripts.push((name.clone(), Vec::new()));
        } else if directive == "then" || directive.starts_with("then:") {
            let number = scripts.iter().filter(|(other, _)| other.starts_with(&name)).count();
            scripts.push((format!("{name}+{number}"), Vec::new()));
        }
    }
    scripts.into_iter().map(|(name, lines)| (name, lines.join("\n").trim_matches('\n').to_owned())).collect()
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.to_str().is_some_and(|name| name.ends_with(extension)));
    files.sort();
    files
}

/// Every script of the conformance cases, if they are there.
pub fn conformance() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance/cases");
    files(&folder, ".cases.ps1").iter().flat_map(|file| cases(file)).collect()
}

/// Our own scripts, a file for each part of the language; lines of four dashes stand between them.
pub fn constructs() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/constructs");
    let mut scripts = Vec::new();
    for file in files(&folder, ".scripts") {
        let stem = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&file).unwrap();
        for (number, script) in text.trim_end_matches('\n').split("\n----\n").enumerate() {
            // Statements on one line are scripts of their own, too: an error hides what follows it.
            let parts = if script.contains('\n') { Vec::new() } else { script.split("; ").collect() };
            scripts.push((format!("{stem}#{number}"), script.to_owned()));
            for (part, text) in parts.iter().enumerate().filter(|_| parts.len() > 1) {
                scripts.push((format!("{stem}#{number}.{part}"), (*text).to_owned()));
            }
        }
    }
    scripts
}

/// The scripts and modules that are installed beside a `pwsh`.
pub fn installed(pwsh: &Path) -> Vec<(String, String)> {
    let mut folders = vec![pwsh.parent().unwrap().to_owned()];
    let mut scripts = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let name = path.to_str().unwrap_or_default().to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if [".ps1", ".psm1", ".psd1"].iter().any(|extension| name.ends_with(extension))
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                scripts.push((name, text.trim_start_matches('\u{feff}').to_owned()));
            }
        }
    }
    scripts.sort();
    scripts
}

/// Short scripts of both kinds with something wrong: cut off, a piece lost or moved, a character too many.
pub fn broken(seed: u64) -> Vec<(String, String)> {
    const NOISE: &[&str] = &[
        "(", ")", "{", "}", "[", "]", "$", "\"", "'", "`", ",", ";", "|", "&", "<", ">", "@", "#", "=", ".", ":", "?",
        "!", "%", "+", "-", "*", "\n", " ", "@(", "@{", "$(", "::", "..", "--%", "-eq", "if", "else", "param",
        "function", "class", "catch", "[int]", "${", "<#", "#>", "@'", "'@", "0x", "1e", "&&", "||", "2>&1", "*>",
        "using", "in", "-",
    ];
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below.max(1) as u64) as usize
    };
    let mut scripts = Vec::new();
    for (name, text) in conformance().into_iter().chain(constructs()) {
        let mut chars: Vec<char> = text.chars().collect();
        if chars.len() > 400 {
            continue;
        }
        for _ in 0..1 + random(3) {
            let (from, noise) = (random(chars.len() + 1), NOISE[random(NOISE.len())]);
            let to = (from + 1 + random(6)).min(chars.len());
            let (before, piece, after) = (&chars[..from], &chars[from..to], &chars[to..]);
            let collect = |parts: &[&[char]]| parts.concat();
            let noise: Vec<char> = noise.chars().collect();
            chars = match random(5) {
                0 => collect(&[before]),
                1 => collect(&[before, after]),
                2 => collect(&[before, piece, piece, after]),
                _ => collect(&[before, &noise, piece, after]),
            };
        }
        scripts.push((format!("{name}~"), chars.into_iter().collect()));
    }
    scripts
}
