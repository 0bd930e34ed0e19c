//! The recordings of the workspace.

use std::fs;
use std::path::{Path, PathBuf};

use psrp_proto::Limits;
use psrp_proto::transport::{ClientEvent, ClientTransport, ServerEvent, ServerTransport};
use serde_json::Value as Json;

/// What passed in a conversation.
#[derive(Debug, Clone)]
pub(crate) enum Passed {
    FromClient(ServerEvent),
    /// The client's stream ended.
    ClientGone,
    FromServer(ClientEvent),
}

pub(crate) fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{} cannot be read: {e}", folder.display()));
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> =
        paths.filter(|path| endings.iter().any(|ending| path.to_string_lossy().ends_with(ending))).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} holds no recordings", folder.display());
    paths
}

pub(crate) fn transcripts() -> Vec<PathBuf> {
    files("tests/transcripts", &[".wire.jsonl", ".wire.jsonl.xz"])
}

pub(crate) fn json_lines(path: &Path) -> Vec<Json> {
    let mut bytes = fs::read(path).unwrap();
    if path.extension().is_some_and(|extension| extension == "xz") {
        let compressed = std::mem::take(&mut bytes);
        lzma_rs::xz_decompress(&mut compressed.as_slice(), &mut bytes).unwrap();
    }
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

/// Plays a recorded conversation through both transports.
pub(crate) fn conversation(path: &Path) -> Vec<Passed> {
    let mut server = ServerTransport::new(Limits::default());
    let mut client = ClientTransport::new(Limits::default());
    let mut passed = Vec::new();
    for line in json_lines(path) {
        let text = format!("{}\n", line["line"].as_str().unwrap_or_default());
        match line["way"].as_str().unwrap() {
            "c>s" => server.receive(text.as_bytes()),
            "s>c" => client.receive(text.as_bytes()),
            "c>s-eof" => passed.push(Passed::ClientGone),
            _ => {}
        }
        while let Some(event) = server.poll_event() {
            match &event {
                ServerEvent::Command(pid) => client.open(*pid).unwrap(),
                ServerEvent::Close(channel) => client.close(*channel).unwrap(),
                ServerEvent::Message { .. } | ServerEvent::DataEnd { .. } | ServerEvent::Signal(_) => {}
                other => panic!("{}: {other:?}", path.display()),
            }
            passed.push(Passed::FromClient(event));
        }
        while let Some(event) = client.poll_event() {
            match &event {
                ClientEvent::CloseAck(channel) => server.ack_close(*channel),
                ClientEvent::Fatal(error) => panic!("{}: {error}", path.display()),
                // The stack trace behind an error line.
                ClientEvent::Noise(text) => assert!(text.starts_with("   at "), "{}: {text}", path.display()),
                _ => {}
            }
            passed.push(Passed::FromServer(event));
        }
    }
    passed
}
