"""What a client made of psrpcore expects of a server. Each function is a case; it gets a session that is open."""
from __future__ import annotations

import psrpcore
from psrpcore import types

from client import Session


def same(got: object, wanted: object) -> None:
    if got != wanted:
        raise AssertionError(f"got {got!r} instead of {wanted!r}")


def opens_with_what_it_is(session: Session) -> None:
    version = session.pool.application_private_data["PSVersionTable"]["PSVersion"]
    assert version.major >= 7, version
    same(session.pool.their_capability.protocolversion >= types.PSVersion("2.3"), True)


def several_pipelines_share_the_session(session: Session) -> None:
    same(session.run("$x = 40; function f($y) { $x + $y }"), [])
    same(session.run("f 2"), [42])
    same(session.run("1..3 | ForEach-Object { \"<$_>\" }"), ["<1>", "<2>", "<3>"])


def takes_arguments(session: Session) -> None:
    same(session.run("param($a, $b) \"$a|$b\"", "one", 2), ["one|2"])


def streams_input_and_output(session: Session) -> None:
    pipeline = session.start("process { $_ * 10 } end { 'end' }", no_input=False)
    session.send(pipeline, 1, 2)
    session.wait(lambda: session.output(pipeline) == [10, 20])
    session.send(pipeline, 3)
    session.end_input(pipeline)
    session.finish(pipeline)
    same(session.output(pipeline), [10, 20, 30, "end"])


def carries_large_objects_both_ways(session: Session) -> None:
    text = "x" * 200_000 + "é\U0001f600"
    same(session.run("param($t) $t.Length; $t", text), [200_003, text])


def reports_errors_and_goes_on(session: Session) -> None:
    pipeline = session.start("Write-Error e; Get-Item /no/such; 'still here'")
    session.finish(pipeline)
    same(pipeline.state, types.PSInvocationState.Completed)
    same(session.output(pipeline), ["still here"])
    same(len(session.errors(pipeline)), 2)
    failing = session.start("throw 'boom'")
    session.finish(failing)
    same(failing.state, types.PSInvocationState.Failed)
    assert "boom" in session.errors(failing)[0], session.errors(failing)
    same(session.run("'alive'"), ["alive"])


def sends_every_stream(session: Session) -> None:
    pipeline = session.start(
        "Write-Warning w; Write-Verbose v -Verbose; Write-Debug d -Debug; Write-Information i; "
        "Write-Progress -Activity a -Status s -PercentComplete 10")
    session.finish(pipeline)
    for kind in (psrpcore.WarningRecordEvent, psrpcore.VerboseRecordEvent, psrpcore.DebugRecordEvent,
                 psrpcore.InformationRecordEvent, psrpcore.ProgressRecordEvent):
        assert session.of(pipeline, kind), f"no {kind.__name__}"


def asks_the_host(session: Session) -> None:
    pipeline = session.start("$Host.UI.WriteLine('first'); $a = $Host.UI.ReadLine(); \"<$a>\"")
    call = session.answer(pipeline, "typed")
    same(call.method_identifier, types.HostMethodIdentifier.ReadLine)
    session.finish(pipeline)
    same(session.output(pipeline), ["<typed>"])
    written = [event.method_identifier for event in session.of(pipeline, psrpcore.PipelineHostCallEvent)]
    assert types.HostMethodIdentifier.WriteLine2 in written, written


def stops_and_runs_finally(session: Session) -> None:
    pipeline = session.start("try { 'on'; Start-Sleep 60 } finally { 'cleanup' }")
    session.wait(lambda: session.output(pipeline) == ["on"])
    session.stop(pipeline)
    same(pipeline.state, types.PSInvocationState.Stopped)
    same(session.output(pipeline), ["on", "cleanup"])
    same(session.run("'alive'"), ["alive"])


def secure_strings_cross_both_ways(session: Session) -> None:
    session.exchange_key()
    secret = "S3cret é"
    script = "param($s) [System.Net.NetworkCredential]::new('', $s).Password; $s"
    plain, back = session.run(script, types.PSSecureString(secret))
    same(plain, secret)
    same(back.decrypt(), secret)


def changes_the_size_of_the_pool(session: Session) -> None:
    session.pool.set_max_runspaces(3)
    session.flush()
    session.wait(lambda: session.pool.max_runspaces == 3)
    session.pool.get_available_runspaces()
    session.flush()
    session.wait(lambda: any(isinstance(event, psrpcore.GetRunspaceAvailabilityEvent) for event in session.events))


def describes_commands(session: Session) -> None:
    pipeline = psrpcore.ClientGetCommandMetadata(session.pool, name="Get-Item")
    session.begin(pipeline)
    session.finish(pipeline)
    count, *commands = session.output(pipeline)
    same(count.Count, 1)
    same([command.Name for command in commands], ["Get-Item"])


def closes_and_ends(session: Session) -> None:
    same(session.run("1"), [1])
    session.close()
    same(session.pool.state, types.RunspacePoolState.Closed)


ALL = [
    opens_with_what_it_is,
    several_pipelines_share_the_session,
    takes_arguments,
    streams_input_and_output,
    carries_large_objects_both_ways,
    reports_errors_and_goes_on,
    sends_every_stream,
    asks_the_host,
    stops_and_runs_finally,
    secure_strings_cross_both_ways,
    changes_the_size_of_the_pool,
    describes_commands,
    closes_and_ends,
]
