"""psrpcore as client of a server command line."""
from __future__ import annotations

import queue
import subprocess
import threading
import time
import uuid

import psrpcore
from psrpcore import types

import framing
from framing import SESSION, ProtocolError


class Session:
    """One runspace pool on one server process."""

    def __init__(self, command: list[str], limit: float = 60):
        self.limit = limit
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        self.lines: queue.Queue[bytes | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        host = types.HostInfo(
            IsHostNull=False, IsHostUINull=False, IsHostRawUINull=True, UseRunspaceHost=False)
        self.pool = psrpcore.ClientRunspacePool(host=host)
        self.closed: set[uuid.UUID] = set()
        self.events: list[psrpcore.PSRPEvent] = []

    def __enter__(self) -> Session:
        self.pool.open()
        self.flush()
        self.wait(lambda: self.pool.state == types.RunspacePoolState.Opened)
        return self

    def __exit__(self, *failure: object) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    # -- pipelines

    def start(self, script: str, *arguments: object, no_input: bool = True) -> psrpcore.ClientPowerShell:
        """Starts a script and leaves it running."""
        pipeline = psrpcore.ClientPowerShell(self.pool, no_input=no_input)
        pipeline.add_script(script)
        for argument in arguments:
            pipeline.add_argument(argument)
        self.begin(pipeline)
        return pipeline

    def begin(self, pipeline) -> None:
        """Opens the pipeline's channel and sends it off."""
        pipeline.start()
        self._write(framing.control("Command", pipeline.pipeline_id))
        self._answer("CommandAck", pipeline.pipeline_id)
        self.flush()

    def run(self, script: str, *arguments: object) -> list:
        """The output of a script, which must complete."""
        pipeline = self.start(script, *arguments)
        self.finish(pipeline)
        state = pipeline.state
        if state != types.PSInvocationState.Completed:
            raise AssertionError(f"{script!r} ended as {state.name}: {self.errors(pipeline)}")
        return self.output(pipeline)

    def send(self, pipeline: psrpcore.ClientPowerShell, *objects: object) -> None:
        for value in objects:
            pipeline.send(value)
            self.flush()

    def end_input(self, pipeline: psrpcore.ClientPowerShell) -> None:
        pipeline.send_eof()
        self.flush()

    def stop(self, pipeline: psrpcore.ClientPowerShell) -> None:
        pipeline.begin_stop()
        self._write(framing.control("Signal", pipeline.pipeline_id))
        self._answer("SignalAck", pipeline.pipeline_id)
        self.finish(pipeline)

    def finish(self, pipeline: psrpcore.ClientPowerShell) -> None:
        """Waits for the pipeline's end and closes its channel."""
        self.wait(lambda: pipeline.state in (
            types.PSInvocationState.Completed, types.PSInvocationState.Failed, types.PSInvocationState.Stopped))
        self._write(framing.control("Close", pipeline.pipeline_id))
        self._answer("CloseAck", pipeline.pipeline_id)

    def of(self, pipeline: psrpcore.ClientPowerShell, kind: type) -> list:
        return [event for event in self.events if isinstance(event, kind) and event.pipeline_id == pipeline.pipeline_id]

    def output(self, pipeline: psrpcore.ClientPowerShell) -> list:
        return [event.data for event in self.of(pipeline, psrpcore.PipelineOutputEvent)]

    def errors(self, pipeline: psrpcore.ClientPowerShell) -> list[str]:
        written = [str(event.record) for event in self.of(pipeline, psrpcore.ErrorRecordEvent)]
        ended = [str(event.reason) for event in self.of(pipeline, psrpcore.PipelineStateEvent) if event.reason]
        return written + ended

    # -- session

    def exchange_key(self) -> None:
        self.pool.exchange_key()
        self.flush()
        self.wait(lambda: any(isinstance(event, psrpcore.EncryptedSessionKeyEvent) for event in self.events))

    def answer(self, pipeline: psrpcore.ClientPowerShell, value: object) -> psrpcore.PipelineHostCallEvent:
        """Waits for the next host call that wants an answer, and gives it."""
        before = len(self.events)
        asked: list = []

        def called() -> bool:
            asked[:] = [event for event in self.events[before:] if isinstance(event, psrpcore.PipelineHostCallEvent)
                        and event.pipeline_id == pipeline.pipeline_id and not event.method_identifier.is_void()]
            return bool(asked)

        self.wait(called)
        pipeline.host_response(asked[0].ci, return_value=value)
        self.flush()
        return asked[0]

    def close(self) -> None:
        """Closes the pool and waits for the server's end."""
        self._write(framing.control("Close", SESSION))
        self._answer("CloseAck", SESSION)
        self.process.stdin.close()
        self.process.wait(self.limit)

    # -- the wire

    def flush(self) -> None:
        """Sends what psrpcore has made, each `Data` after the acknowledgement of the one before."""
        while payload := self.pool.data_to_send(framing.FRAGMENT):
            self._write(framing.data(payload))
            self._answer("DataAck", payload.pipeline_id or SESSION)

    def wait(self, reached) -> None:
        """Reads until something is so."""
        end = time.monotonic() + self.limit
        while not reached():
            self._take(end)

    def _answer(self, name: str, channel: uuid.UUID) -> None:
        end = time.monotonic() + self.limit
        while True:
            element = self._take(end)
            if element.name == name and element.channel == channel:
                return

    def _take(self, end: float) -> framing.Element:
        try:
            line = self.lines.get(timeout=max(end - time.monotonic(), 0))
        except queue.Empty:
            seen = [type(event).__name__ for event in self.events[-10:]]
            raise ProtocolError(f"nothing came any more; the last events: {seen}") from None
        if line is None:
            raise ProtocolError("the server has closed its output")
        element = framing.parse(line)
        if element.payload:
            self.pool.receive_data(element.payload)
            while event := self.pool.next_event():
                self.events.append(event)
        return element

    def _write(self, line: bytes) -> None:
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

