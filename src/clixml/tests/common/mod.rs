//! The recordings of the workspace, as payloads of PSRP messages.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// One recorded message.
pub(crate) struct Recorded {
    /// Where it is from, for messages of failures.
    pub(crate) origin: String,
    /// The payload, from the byte order mark on.
    pub(crate) payload: Vec<u8>,
}

/// The messages of the answers in `tests/conformance/expected`.
pub(crate) fn conformance_messages() -> Vec<Recorded> {
    let mut recorded = Vec::new();
    for path in files("tests/conformance/expected", &[".jsonl"]) {
        for case in json_lines(&read(&path)) {
            let origin = format!("{} {}", name(&path), case["case"]);
            for pipeline in case["pipelines"].as_array().into_iter().flatten() {
                for message in pipeline["messages"].as_array().into_iter().flatten() {
                    let text = message[1].as_str().expect("a payload");
                    let payload = if text.is_empty() { String::new() } else { format!("\u{FEFF}{text}") };
                    recorded.push(Recorded { origin: origin.clone(), payload: payload.into_bytes() });
                }
            }
        }
    }
    recorded
}

/// The messages of both sides in `tests/transcripts`.
pub(crate) fn transcript_messages() -> Vec<Recorded> {
    files("tests/transcripts", &[".wire.jsonl", ".wire.jsonl.xz"]).iter().flat_map(|path| transcript(path)).collect()
}

/// The messages of one recorded conversation.
pub(crate) fn transcript(path: &Path) -> Vec<Recorded> {
    let mut channels: BTreeMap<(String, String, String), Vec<u8>> = BTreeMap::new();
    let mut recorded = Vec::new();
    for line in json_lines(&read(path)) {
        let (way, text) = (line["way"].as_str().unwrap_or(""), line["line"].as_str().unwrap_or(""));
        if !matches!(way, "c>s" | "s>c") {
            continue;
        }
        // A line may carry several elements.
        for element in text.split("<Data ").skip(1) {
            let (head, rest) = element.split_once('>').expect("a whole element");
            let data = rest.split('<').next().unwrap_or("");
            let channel = (way.to_owned(), attribute(head, "PSGuid"), attribute(head, "Stream"));
            let bytes = channels.entry(channel).or_default();
            fragments(&STANDARD.decode(data).expect("base64"), bytes, |payload| {
                recorded.push(Recorded { origin: name(path), payload });
            });
        }
    }
    recorded
}

/// The path of something in the workspace.
pub(crate) fn workspace(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// The name of a file without its folder.
fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let folder = workspace(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{} cannot be read: {e}", folder.display()));
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<PathBuf> =
        paths.filter(|path| endings.iter().any(|ending| path.to_string_lossy().ends_with(ending))).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} holds no recordings", folder.display());
    paths
}

fn read(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).unwrap_or_else(|e| panic!("{} cannot be read: {e}", path.display()));
    if path.extension().is_none_or(|extension| extension != "xz") {
        return bytes;
    }
    let mut text = Vec::new();
    lzma_rs::xz_decompress(&mut bytes.as_slice(), &mut text).expect("xz");
    text
}

fn json_lines(bytes: &[u8]) -> Vec<Json> {
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).expect("a JSON object a line")).collect()
}

fn attribute(head: &str, name: &str) -> String {
    let value = head.split_once(&format!("{name}='")).and_then(|(_, rest)| rest.split_once('\''));
    value.map(|(value, _)| value.to_ascii_lowercase()).unwrap_or_default()
}

/// Adds the blobs of whole fragments to `blob` and hands over the payloads of the messages that they complete
/// (MS-PSRP 2.2.4: 8 bytes object id, 8 fragment id, 1 flags, 4 length; 2.2.1: 40 bytes of message header).
fn fragments(mut bytes: &[u8], blob: &mut Vec<u8>, mut message: impl FnMut(Vec<u8>)) {
    while let Some((header, rest)) = bytes.split_first_chunk::<21>() {
        let length = u32::from_be_bytes([header[17], header[18], header[19], header[20]]) as usize;
        blob.extend_from_slice(&rest[..length]);
        bytes = &rest[length..];
        if header[16] & 2 != 0 {
            message(blob.split_off(40));
            blob.clear();
        }
    }
    assert!(bytes.is_empty(), "fragments end with the element that carries them");
}
