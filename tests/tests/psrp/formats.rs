//! `-o`.

use e2e::engine::Engine;
use serde_json::Value;

use crate::rows;

e2e::on_engines!([pwsh Pwsh, native Native] {
    lists_of_sessions,
    output_as_text,
    output_as_json,
    output_as_clixml_is_what_import_clixml_reads,
});

const SCRIPT: &str = "[pscustomobject]@{ Name = 'a'; Size = 1 }; 'text'; Write-Error 'wrong'; Write-Warning 'careful'";

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn lists_of_sessions(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let psrp = server.psrp("laptop");
    psrp.ok(&["new", "web1/build"]);
    let list = |format: &str| psrp.ok(&["get", "-o", format]);

    assert_eq!(list("table"), psrp.ok(&["get"]));
    assert_eq!(rows(&list("table")), [["1", "build", "web1", "Disconnected", engine.name()]]);
    let wide = list("wide");
    assert!(wide.lines().next().is_some_and(|line| line.ends_with("ConfigurationName   Availability")), "{wide}");
    assert_eq!(rows(&wide), [["1", "build", "web1", "Disconnected", engine.name(), "None"]]);
    assert_eq!(list("name"), "web1/build\n");

    let document = json(&list("json"));
    assert_eq!(document["schema"], 1);
    let row = &document["results"][0];
    for (key, value) in
        [("name", "build"), ("computerName", "web1"), ("state", "Disconnected"), ("availability", "None")]
    {
        assert_eq!(row[key], value, "{row}");
    }
    assert_eq!(&json(list("jsonl").trim()), row);
    let clixml = list("clixml");
    assert!(clixml.starts_with("<Objs ") && clixml.contains("<S N=\"Name\">build</S>"), "{clixml}");

    psrp.ok(&["remove", "1"]);
    assert_eq!(json(&list("json"))["results"], json("[]"));
    assert_eq!(list("table") + &list("jsonl") + &list("name"), "");
}

fn output_as_text(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let psrp = server.psrp("laptop");
    for format in ["text", "table"] {
        let done = psrp.run(&["invoke", "web1", "-o", format, "-c", SCRIPT]);
        assert_eq!(done.code, 0, "{done:#?}");
        // Lines as PowerShell's own formatter writes them, whatever width and blank lines it chooses.
        let lines: Vec<Vec<&str>> = done.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
        let lines: Vec<_> = lines.into_iter().filter(|words| !words.is_empty()).collect();
        assert_eq!(lines, [vec!["Name", "Size"], vec!["----", "----"], vec!["a", "1"], vec!["text"]], "{done:#?}");
        assert!(done.stderr.contains("wrong") && done.stderr.contains("WARNING: careful"), "{done:#?}");
    }
}

fn output_as_json(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let psrp = server.psrp("laptop");
    let lines = psrp.ok(&["invoke", "web1", "-o", "jsonl", "-c", SCRIPT]);
    let lines: Vec<Value> = lines.lines().map(json).collect();
    let streams: Vec<&str> = lines.iter().filter_map(|line| line["stream"].as_str()).collect();
    assert_eq!(streams, ["output", "output", "error", "warning", "end"]);
    assert_eq!(lines[0]["value"], json(r#"{ "Name": "a", "Size": 1 }"#));
    assert_eq!((&lines[1]["value"], &lines[1]["type"]), (&json("\"text\""), &json("\"System.String\"")));
    assert!(
        lines.iter().take(4).enumerate().all(|(seq, line)| line["seq"] == seq && line["host"] == "web1"),
        "{lines:?}"
    );
    assert_eq!(lines[4]["exit"], 0);
    assert_eq!(lines[4]["counts"], json(r#"{ "output": 2, "error": 1, "warning": 1 }"#));

    let document = json(&psrp.ok(&["invoke", "web1", "-o", "json", "-c", SCRIPT]));
    let results = document["results"].as_array().expect("an array");
    for (of_document, of_lines) in results.iter().zip(&lines).take(2) {
        assert_eq!(of_document, of_lines);
    }
    assert_eq!(results.len(), 5);
}

fn output_as_clixml_is_what_import_clixml_reads(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let psrp = server.psrp("laptop");
    let objects = psrp.ok(&[
        "invoke",
        "web1",
        "-o",
        "clixml",
        "-c",
        "[pscustomobject]@{ Name = 'ä'; At = [datetime]'2026-01-02' }; 7",
    ]);
    let file = psrp.home().join("objects.xml");
    std::fs::write(&file, objects).expect("a file");
    let script =
        format!("$o = Import-Clixml '{}'; \"$($o.Count) $($o[0].Name) $($o[0].At.Year) $($o[1] + 1)\"", file.display());
    assert_eq!(psrp.ok(&["invoke", "web1", "-c", &script]), "2 ä 2026 8\n");
}
