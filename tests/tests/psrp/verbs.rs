//! Every verb, in every spelling, from the birth of a session to its end.

use e2e::engine::Engine;
use e2e::psrp::Psrp;

use crate::rows;

e2e::on_engines!([pwsh Pwsh, native Native] {
    in_our_words,
    in_the_words_of_the_cmdlets,
    in_the_words_of_the_aliases,
    a_session_is_found_by_id_name_and_instance_id,
    scripts_take_files_arguments_and_input,
    receive_starts_where_it_is_told,
    a_new_session_gets_what_it_is_asked_for,
});

const HEADING: &str = "Id   Name    ComputerName   State          ConfigurationName";

/// The spellings of one user's habits, and what a target looks like there.
struct Spelling {
    verbs: [&'static str; 7],
    new: &'static [&'static str],
    session: &'static [&'static str],
    script: fn(&str) -> Vec<String>,
}

const OURS: Spelling = Spelling {
    verbs: ["new", "get", "invoke", "connect", "disconnect", "receive", "remove"],
    new: &["web1/build"],
    session: &["web1/build"],
    script: |text| vec!["-c".to_owned(), text.to_owned()],
};

const CMDLETS: Spelling = Spelling {
    verbs: [
        "New-PSSession",
        "Get-PSSession",
        "Invoke-Command",
        "Connect-PSSession",
        "Disconnect-PSSession",
        "Receive-PSSession",
        "Remove-PSSession",
    ],
    new: &["-HostName", "web1", "-Name", "build"],
    session: &["-HostName", "web1", "-Name", "build"],
    script: |text| ["-ScriptBlock", "{", text, "}"].map(str::to_owned).to_vec(),
};

const ALIASES: Spelling = Spelling {
    verbs: ["nsn", "GSN", "icm", "cnsn", "dnsn", "rcsn", "rsn"],
    new: &["-hostname:web1", "-name:build"],
    session: &["-Id", "1"],
    script: |text| vec!["--".to_owned(), text.to_owned()],
};

impl Spelling {
    fn line<'a>(&'a self, verb: usize, target: &[&'a str]) -> Vec<&'a str> {
        [&[self.verbs[verb]], target].concat()
    }

    /// A session from its birth to its end.
    fn live(&self, engine: Engine, psrp: &Psrp) {
        let script = |text: &str| (self.script)(text);
        let invoke = |text: &str, more: &[&str]| {
            let words: Vec<String> = script(text);
            let mut line = self.line(2, self.session);
            line.extend(more);
            line.extend(words.iter().map(String::as_str));
            psrp.ok(&line)
        };
        let row = [["1", "build", "web1", "Disconnected", engine.name()].to_vec()];

        let created = psrp.ok(&self.line(0, self.new));
        assert_eq!(created.lines().next(), Some(HEADING));
        assert_eq!(rows(&created), row);
        assert_eq!(invoke("$x = 40", &[]), "");
        assert_eq!(rows(&psrp.ok(&self.line(1, &[]))), row);
        assert_eq!(rows(&psrp.ok(&self.line(1, &["web1"]))), row);
        assert_eq!(invoke("$x + 2", &[]), "42\n");
        assert_eq!(invoke("$x; 'waits'", &["--in-disconnected-session"]), "");

        let connected = psrp.run(&self.line(3, self.session));
        assert_eq!((connected.code, rows(&connected.stdout)), (0, row.to_vec()), "{connected:#?}");
        assert!(connected.stderr.contains(": $x; 'waits' (2 unread)\n"), "{connected:#?}");
        assert_eq!(psrp.ok(&self.line(5, self.session)), "40\nwaits\n");
        assert_eq!(psrp.ok(&self.line(5, self.session)), "", "what was received does not come again");
        assert_eq!(rows(&psrp.ok(&self.line(4, self.session))), row);
        assert_eq!(psrp.ok(&self.line(6, self.session)), "");
        assert_eq!(psrp.ok(&self.line(1, &[])) + &psrp.ok(&self.line(1, &["web1"])), "", "the session is gone");
    }
}

fn in_our_words(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    OURS.live(engine, &server.psrp("laptop"));
}

fn in_the_words_of_the_cmdlets(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    CMDLETS.live(engine, &server.psrp("laptop"));
}

fn in_the_words_of_the_aliases(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    ALIASES.live(engine, &server.psrp("laptop"));
}

fn a_session_is_found_by_id_name_and_instance_id(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let psrp = server.psrp("laptop");
    psrp.ok(&["new", "web1/one"]);
    psrp.ok(&["new", "web1/two"]);
    psrp.ok(&["invoke", "web1/two", "-c", "$x = 'two'"]);
    let json: serde_json::Value = serde_json::from_str(&psrp.ok(&["get", "web1/two", "-o", "json"])).expect("JSON");
    let id = json["results"][0]["instanceId"].as_str().expect("an InstanceId").to_owned();
    for target in ["web1/two", "web1/TWO", "/two", "2", &id, &format!("web1/{id}")] {
        assert_eq!(psrp.ok(&["invoke", target, "-c", "$x"]), "two\n", "as {target}");
    }
    assert_eq!(psrp.ok(&["icm", "-InstanceId", &id, "-ScriptBlock", "{ $x }"]), "two\n");
    psrp.ok(&["remove", "1", "/two"]);
    assert_eq!(psrp.ok(&["get", "web1"]), "");
}

fn scripts_take_files_arguments_and_input(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let psrp = server.psrp("laptop");
    psrp.ok(&["new", "web1/build"]);
    let file = psrp.home().join("sum.ps1");
    std::fs::write(&file, "param($First, $Second)\n\"$First-$Second-$using:third\"").expect("a script");
    let file = file.to_str().expect("a path");
    let wanted = "1-2-3\n";
    assert_eq!(psrp.ok(&["invoke", "1", "-f", file, "-a", "Second=2", "-a", "1", "--using", "third=3"]), wanted);
    let fed = psrp.feed(&["invoke", "1", "-f", "-"], b"'from', 'standard input'");
    assert_eq!((fed.code, fed.stdout.as_str()), (0, "from\nstandard input\n"), "{fed:#?}");
    let fed =
        psrp.feed(&["invoke", "1", "--stdin", "lines", "-c", "$input | ForEach-Object { \"<$_>\" }"], b"a\nb b\n");
    assert_eq!((fed.code, fed.stdout.as_str()), (0, "<a>\n<b b>\n"), "{fed:#?}");
    let objects = psrp.ok(&["invoke", "1", "-o", "clixml", "-c", "[pscustomobject]@{ N = 20 }, @{ N = 22 }"]);
    let script = "$input | Measure-Object N -Sum | ForEach-Object Sum";
    let fed = psrp.feed(&["invoke", "1", "--stdin", "objects", "-c", script], objects.as_bytes());
    assert_eq!((fed.code, fed.stdout.as_str()), (0, "42\n"), "{fed:#?}");
}

fn receive_starts_where_it_is_told(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let psrp = server.psrp("laptop");
    psrp.ok(&["new", "web1/build"]);
    psrp.ok(&["invoke", "1", "--in-disconnected-session", "-c", "1..5"]);
    assert_eq!(psrp.ok(&["receive", "1", "--keep"]), "1\n2\n3\n4\n5\n");
    assert_eq!(psrp.ok(&["receive", "1", "--keep", "--from", "3"]), "4\n5\n");
    assert_eq!(psrp.ok(&["receive", "1", "--from", "new"]), "");
    assert_eq!(psrp.ok(&["receive", "1", "--from", "start"]), "1\n2\n3\n4\n5\n");
}

fn a_new_session_gets_what_it_is_asked_for(engine: Engine) {
    let Some(server) = engine.try_server() else { return };
    let psrp = server.psrp("laptop");
    psrp.ok(&[
        "new",
        "web1/build",
        "--engine",
        engine.name(),
        "--env",
        "PSRP_TEST=yes",
        "--idle-timeout",
        "2h",
        "--keep",
        "drop",
    ]);
    assert_eq!(psrp.ok(&["new", "web1/build", "--if-not-exists", "-o", "name"]), "web1/build\n");
    server.events().wait_for("session.disconnected", |event| event.fields["kept_seconds"] == "7200", e2e::STEP);
}
