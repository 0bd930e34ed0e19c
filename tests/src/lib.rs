//! What the end-to-end tests share.
//!
//! | module | is |
//! |---|---|
//! | [`sandbox`] | a temporary folder and every process that was started in it; both end with the test |
//! | [`pwsh`] | finds a real PowerShell |
//! | [`sshd`] | a private sshd on a free port of 127.0.0.1 |
//! | [`engine`] | what runs the sessions of a test: the fake engine, a PowerShell, psrpd's own |
//! | [`server`] | psrpd behind such an sshd, with its own configuration, runtime directory and events |
//! | [`serve`] | the same with `psrpd serve` in the place of sshd |
//! | [`client`] | a stock PowerShell client that runs a script against that sshd |
//! | [`psrp`] | our own client, on as many computers as a test wants |
//! | [`psrpcore`] | another implementation as server |
//! | [`terminal`] | the same at a terminal: types keys, reads the screen |
//! | [`scenario`], [`masks`] | the recorded scenarios and what of their output may differ between two runs |
//! | [`events`] | named events of the programs under test, and pauses at them |
//! | [`keys`] | SSH keys |
//! | [`link`] | a TCP relay that cuts, stalls and counts |
//! | [`wire`] | a bare PSRP client, for measurements and for what no good client does |
//! | [`binaries`] | the built programs |
//!
//! Nothing here sleeps to be safe: a wait is for something, and has a limit. What takes longer fails the test and says what
//! it saw until then. The harness panics instead of returning errors, because a test has nothing else to do with one.

pub mod binaries;
pub mod client;
pub mod engine;
pub mod events;
pub mod keys;
pub mod link;
pub mod masks;
mod printed;
pub mod processes;
pub mod psrp;
pub mod psrpcore;
pub mod pwsh;
pub mod sandbox;
pub mod scenario;
pub mod serve;
pub mod server;
pub mod sshd;
pub mod terminal;
pub mod wire;

use std::time::Duration;

/// The longest that one step of a test may take: a cold start of PowerShell on a busy machine included.
pub const STEP: Duration = Duration::from_secs(60);

pub use peers::skip;

/// Two texts line by line: `-` only in the first, `+` only in the second.
pub fn diff(first: &str, second: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (first.lines().collect(), second.lines().collect());
    // Length of the longest common subsequence of the lines from (i, j) on.
    let mut common = vec![vec![0_usize; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            common[i][j] = if a[i] == b[j] { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j, mut text) = (0, 0, String::new());
    while i < a.len() || j < b.len() {
        let (mark, line) = if i < a.len() && j < b.len() && a[i] == b[j] {
            (i, j) = (i + 1, j + 1);
            (' ', a[i - 1])
        } else if j == b.len() || (i < a.len() && common[i + 1][j] >= common[i][j + 1]) {
            i += 1;
            ('-', a[i - 1])
        } else {
            j += 1;
            ('+', b[j - 1])
        };
        text.push_str(&format!("{mark}{line}\n"));
    }
    text
}
