//! Many targets in one command.

use e2e::engine::Engine;
use std::collections::BTreeSet;

use e2e::sshd::free_port;

e2e::on_engines!([pwsh Pwsh, native Native] {
    one_dead_host_stops_nobody,
    each_host_has_its_own_end,
    the_lines_of_programs_say_whose_they_are,
});

fn one_dead_host_stops_nobody(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let psrp = server.psrp("laptop");
    let dead = format!("dead:{}", free_port());
    let hosts = ["web1", "web2", dead.as_str(), "web3"];
    let done = psrp.run(&[&["invoke"], &hosts[..], &["--throttle", "2", "-c", "1..3"]].concat());
    assert_eq!(done.code, 252, "{done:#?}");
    for host in ["web1", "web2", "web3"] {
        // The order of the hosts is that of arrival; within a host it is the script's.
        let own: Vec<&str> = done
            .stdout
            .lines()
            .filter_map(|line| line.strip_prefix(host)?.split_once("| "))
            .map(|(_, rest)| rest)
            .collect();
        assert_eq!(own, ["1", "2", "3"], "{host} in {done:#?}");
    }
    assert_eq!(done.stdout.lines().count(), 9, "{done:#?}");
    assert!(done.stderr.contains(&format!("psrp: {dead}: cannot connect")), "{done:#?}");
    assert!(done.stderr.ends_with(&format!("ok 3: web1, web2, web3; unreachable 1: {dead}\n")), "{done:#?}");
}

fn each_host_has_its_own_end(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let psrp = server.psrp("laptop");
    psrp.ok(&["new", "web1/one", "web2/two"]);
    psrp.ok(&["invoke", "web1/one", "-c", "$code = 3"]);
    psrp.ok(&["invoke", "web2/two", "-c", "$code = 5"]);
    let done = psrp.run(&["invoke", "web1/one", "web2/two", "-c", "exit $code"]);
    assert_eq!(done.code, 5, "the highest of all hosts: {done:#?}");
    assert_eq!(done.stderr, "failed 1: web1 (exit 3); failed 1: web2 (exit 5)\n");
}

fn the_lines_of_programs_say_whose_they_are(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let psrp = server.psrp("laptop");
    let lines = psrp.ok(&["invoke", "web1", "web2", "-o", "jsonl", "-c", "'x'"]);
    let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let of = |stream: &str| -> BTreeSet<&str> {
        lines.iter().filter(|line| line["stream"] == stream).filter_map(|line| line["host"].as_str()).collect()
    };
    assert_eq!(of("output"), ["web1", "web2"].into());
    assert_eq!(of("end"), ["web1", "web2"].into());
    assert_eq!(lines.len(), 4);
}
