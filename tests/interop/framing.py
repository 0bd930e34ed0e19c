"""PSRP over a pair of pipes: one XML element a line, PSRP fragments in base64 inside `Data`.

psrpcore makes and reads the fragments and leaves the way between the two processes to its user. This is that way, for both
ends. A sender has one `Data` of a channel under way and sends the next when the `DataAck` has come.
"""
from __future__ import annotations

import base64
import re
import uuid
from dataclasses import dataclass

from psrpcore import PSRPPayload, StreamType

SESSION = uuid.UUID(int=0)
FRAGMENT = 32768

_ELEMENT = re.compile(rb"^<(?P<name>\w+)(?P<attributes>[^>]*?)(?:/>|>(?P<text>[^<]*)</\w+>)\s*$")
_ATTRIBUTE = re.compile(rb"(\w+)=['\"]([^'\"]*)['\"]")
_STREAMS = {StreamType.default: "Default", StreamType.prompt_response: "PromptResponse"}


class ProtocolError(Exception):
    """The other end broke the rules, or said that we did."""


@dataclass
class Element:
    """One line."""

    name: str
    channel: uuid.UUID
    payload: PSRPPayload | None = None


def parse(line: bytes) -> Element:
    if line.startswith(b"__NamedPipeError__:"):
        raise ProtocolError(line.decode(errors="replace").strip())
    match = _ELEMENT.match(line)
    if not match:
        raise ProtocolError(f"not an element: {line[:200]!r}")
    attributes = {name.decode(): value.decode() for name, value in _ATTRIBUTE.findall(match["attributes"])}
    channel = uuid.UUID(attributes["PSGuid"])
    if match["name"] != b"Data":
        return Element(match["name"].decode(), channel)
    stream = next(kind for kind, name in _STREAMS.items() if name == attributes["Stream"])
    data = base64.b64decode(match["text"], validate=True)
    return Element("Data", channel, PSRPPayload(data, stream, None if channel == SESSION else channel))


def data(payload: PSRPPayload) -> bytes:
    channel = payload.pipeline_id or SESSION
    text = base64.b64encode(payload.data).decode()
    return f"<Data Stream='{_STREAMS[payload.stream_type]}' PSGuid='{channel}'>{text}</Data>\n".encode()


def control(name: str, channel: uuid.UUID) -> bytes:
    return f"<{name} PSGuid='{channel}' />\n".encode()
