#!/usr/bin/env python3
"""psrpcore as server on stdin and stdout, for clients to be tested against.

It runs no PowerShell. The first word of a pipeline's first command is one of these; what follows it are its arguments,
whether they come in the text of a script or beside the name of a command:

  count N      the numbers 1 to N
  echo         its arguments, then its input objects until their end
  ask          asks the host for a line (ReadLine) and gives it back between < and >
  error        an error record, then 'still here'
  fail         fails with the message 'boom'
  hang         'on', then nothing until it is stopped
  secret       its argument, a SecureString, as plain text and as it came
  pin          asks the host for a SecureString; how long it is and how it ends, then the SecureString

Any other text completes without output, as a stock client's own commands (`__Set-PSDebugMode`) must.
"""
from __future__ import annotations

import os
import sys
import uuid

import psrpcore
from psrpcore import types

import framing
from framing import SESSION


# PowerShell on Unix sends -1 for a colour that nobody has set; psrpcore knows no such colour.
types.ConsoleColor._missing_ = classmethod(lambda colour, value: colour.Black if value == -1 else None)


class Server:
    """One runspace pool."""

    def __init__(self) -> None:
        table = {"PSVersionTable": {"PSVersion": types.PSVersion("7.4.0")}}
        self.pool = psrpcore.ServerRunspacePool(application_private_data=table)
        self.asking: dict[int, psrpcore.ServerPipeline] = {}
        self.unacknowledged: set[uuid.UUID] = set()

    def serve(self) -> None:
        for line in sys.stdin.buffer:
            element = framing.parse(line)
            handler = getattr(self, f"on_{element.name}", None)
            if handler is None:
                self.write(f"__NamedPipeError__:no {element.name} is expected here\n".encode())
            elif not handler(element):
                return

    def on_Data(self, element: framing.Element) -> bool:
        self.pool.receive_data(element.payload)
        while event := self.pool.next_event():
            self.happened(event)
        self.flush()
        self.write(framing.control("DataAck", element.channel))
        return True

    def on_DataAck(self, element: framing.Element) -> bool:
        return True

    def on_Command(self, element: framing.Element) -> bool:
        psrpcore.ServerPipeline(self.pool, element.channel)
        self.write(framing.control("CommandAck", element.channel))
        return True

    def on_Signal(self, element: framing.Element) -> bool:
        pipeline = self.pool.pipeline_table.get(element.channel)
        if pipeline and pipeline.state == types.PSInvocationState.Running:
            pipeline.stop()
            self.flush()
        self.write(framing.control("SignalAck", element.channel))
        return True

    def on_Close(self, element: framing.Element) -> bool:
        if element.channel == SESSION:
            self.pool.begin_close()
            self.pool.close()
            self.flush()
        else:
            pipeline = self.pool.pipeline_table.get(element.channel)
            if pipeline:
                pipeline.close()
        self.write(framing.control("CloseAck", element.channel))
        return element.channel != SESSION

    def happened(self, event: psrpcore.PSRPEvent) -> None:
        pipeline = self.pool.pipeline_table.get(event.pipeline_id)
        if isinstance(event, psrpcore.CreatePipelineEvent):
            pipeline.start()
            self.run(pipeline)
        elif isinstance(event, psrpcore.PipelineInputEvent):
            pipeline.write_output(event.data)
        elif isinstance(event, psrpcore.EndOfPipelineInputEvent):
            pipeline.complete()
        elif isinstance(event, psrpcore.PipelineHostResponseEvent):
            asking = self.asking.pop(event.ci)
            if isinstance(event.result, types.PSSecureString):
                plain = event.result.decrypt()
                asking.write_output(f"{len(plain)} characters, the last is {plain[-1]}")
                asking.write_output(types.PSSecureString(plain))
            else:
                asking.write_output(f"<{event.result}>")
            pipeline.complete()

    def run(self, pipeline: psrpcore.ServerPipeline) -> None:
        command = pipeline.metadata.commands[0]
        word, *arguments = command.command_text.split() or [""]
        arguments += [value for _, value in command.parameters]
        if word == "count":
            for number in range(1, int(arguments[0]) + 1):
                pipeline.write_output(number)
        elif word == "echo":
            for value in arguments:
                pipeline.write_output(value)
            if not pipeline.metadata.no_input:
                return
        elif word == "ask":
            self.asking[pipeline.host_call(types.HostMethodIdentifier.ReadLine)] = pipeline
            return
        elif word == "pin":
            self.asking[pipeline.host_call(types.HostMethodIdentifier.ReadLineAsSecureString)] = pipeline
            return
        elif word == "error":
            pipeline.write_error(types.NETException(Message="e"))
            pipeline.write_output("still here")
        elif word == "fail":
            pipeline.write_error(types.NETException(Message="boom"))
            pipeline._change_state(types.PSInvocationState.Failed, error=types.ErrorRecord(
                Exception=types.NETException(Message="boom"), CategoryInfo=types.ErrorCategoryInfo()))
            return
        elif word == "hang":
            pipeline.write_output("on")
            return
        elif word == "secret":
            plain = arguments[0].decrypt()
            pipeline.write_output(plain)
            pipeline.write_output(types.PSSecureString(plain))
        pipeline.complete()

    def flush(self) -> None:
        while payload := self.pool.data_to_send(framing.FRAGMENT):
            self.write(framing.data(payload))

    @staticmethod
    def write(line: bytes) -> None:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    try:
        Server().serve()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        Server.write(f"__NamedPipeError__:{type(error).__name__}: {error}\n".encode())
        raise
