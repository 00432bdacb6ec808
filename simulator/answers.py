"""What an agent answers: GET, GETNEXT and GETBULK by RFC 3416 §4.2 (v2c) and RFC 1157 §4.1 (v1).

A monitoring platform asks each agent the same GETs again and again. So a GET's names are looked up once: the rest is
a plan of ready-made bytes and of readings to take, kept by the list of names as it came, byte for byte.
"""

from typing import Final

from simulator.ber import COUNTER64, OBJECT_IDENTIFIER, BerError, Oid, decode_oid, object_identifier, tlv
from simulator.curve import Moment
from simulator.messages import (
    END_OF_MIB_VIEW,
    V1,
    V2C,
    ErrorStatus,
    Kind,
    Request,
    names_asked,
    pair,
    response,
)
from simulator.views import Instance, Read, View

_ENVELOPE: Final = 48
"""Bytes of a response around its variable bindings and community, at most."""
_PLANS: Final = 32
"""Plans kept for one agent; a platform needs three or four."""
_PLANNED: Final = 8_192
"""Bytes of a list of names up to which its plan is kept."""

Step = bytes | tuple[bytes, Read, object]
"""A part of a GET's answer: finished bytes, or a name with the reading that gives its value."""


class Answerer:
    """Answers one agent's requests from its view."""

    __slots__ = ("_limit", "_plans", "_view")

    def __init__(self, view: View, max_message: int) -> None:
        self._view = view
        self._limit = max_message
        self._plans: dict[bytes, list[Step]] = {}

    def answer(self, request: Request, moment: Moment) -> bytes:
        """The response to a request.

        Raises BerError when its variable bindings are malformed, or when it asks v1 for GETBULK.
        """
        if request.kind == Kind.GET and request.version == V2C:
            bindings = self._get(request.varbinds, moment)
            if len(bindings) + len(request.community) + _ENVELOPE > self._limit:
                return response(request, b"", ErrorStatus.TOO_BIG)
            return response(request, bindings)
        names = [decode_oid(name) for name in names_asked(request.varbinds)]
        if request.version == V1:
            return self._answer_v1(request, names, moment)
        if request.kind == Kind.GET_NEXT:
            bindings = b"".join(self._next(name, moment)[0] for name in names)
            if len(bindings) + len(request.community) + _ENVELOPE > self._limit:
                return response(request, b"", ErrorStatus.TOO_BIG)
            return response(request, bindings)
        if request.kind == Kind.GET_BULK:
            return response(request, self._bulk(request, names, moment))
        # A SET: RFC 3416 §4.2.5, the first variable can't be written, whatever it is.
        return response(request, request.varbinds, ErrorStatus.NOT_WRITABLE, 1 if names else 0)

    def _get(self, varbinds: bytes, moment: Moment) -> bytes:
        plan = self._plans.get(varbinds)
        if plan is None:
            plan = self._planned(varbinds, moment)
            if len(self._plans) >= _PLANS:
                self._plans.clear()
            if len(varbinds) <= _PLANNED:
                self._plans[varbinds] = plan
        parts: list[bytes] = []
        for step in plan:
            if isinstance(step, bytes):
                parts.append(step)
            else:
                name, read, row = step
                parts.append(pair(name, read(row, moment)))
        return b"".join(parts)

    def _planned(self, varbinds: bytes, moment: Moment) -> list[Step]:
        plan: list[Step] = []
        ready = b""
        for name in names_asked(varbinds):
            found = self._view.at(decode_oid(name))
            if isinstance(found, bytes):
                ready += pair(tlv(OBJECT_IDENTIFIER, name), found)
            elif found.static:
                ready += pair(found.name, found.read(found.row, moment))
            else:
                if ready:
                    plan.append(ready)
                    ready = b""
                plan.append((found.name, found.read, found.row))
        if ready:
            plan.append(ready)
        return plan

    def _next(self, oid: Oid, moment: Moment) -> tuple[bytes, Oid | None]:
        """The binding behind a name, and its own name; None at the end of the view."""
        found = self._view.after(oid)
        if found is None:
            return pair(object_identifier(oid), END_OF_MIB_VIEW), None
        return pair(found.name, found.read(found.row, moment)), found.oid

    def _bulk(self, request: Request, names: list[Oid], moment: Moment) -> bytes:
        room = self._limit - len(request.community) - _ENVELOPE
        bindings: list[bytes] = []

        def fits(binding: bytes) -> bool:
            nonlocal room
            room -= len(binding)
            if room >= 0:
                bindings.append(binding)
            return room >= 0

        for name in names[: request.non_repeaters]:
            if not fits(self._next(name, moment)[0]):
                return b"".join(bindings)
        repeated = names[request.non_repeaters :]
        ended = [False] * len(repeated)
        for _ in range(request.max_repetitions):
            if all(ended):
                break
            for position, name in enumerate(repeated):
                binding, following = self._next(name, moment)
                if not fits(binding):
                    return b"".join(bindings)
                if following is None:
                    ended[position] = True
                else:
                    repeated[position] = following
        return b"".join(bindings)

    def _answer_v1(self, request: Request, names: list[Oid], moment: Moment) -> bytes:
        if request.kind == Kind.GET_BULK:
            raise BerError("version 1 has no GETBULK")
        bindings = b""
        for position, oid in enumerate(names, start=1):
            binding = None if request.kind == Kind.SET else self._binding_v1(request.kind, oid, moment)
            if binding is None:
                return response(request, request.varbinds, ErrorStatus.NO_SUCH_NAME, position)
            bindings += binding
        if len(bindings) + len(request.community) + _ENVELOPE > self._limit:
            return response(request, request.varbinds, ErrorStatus.TOO_BIG)
        return response(request, bindings)

    def _binding_v1(self, kind: int, oid: Oid, moment: Moment) -> bytes | None:
        found: Instance | bytes | None
        if kind == Kind.GET:
            found = self._view.at(oid)
            if isinstance(found, bytes):
                return None
            value = found.read(found.row, moment)
            return None if value[0] == COUNTER64 else pair(found.name, value)
        # Version 1 has no Counter64: GETNEXT passes over it (RFC 3584 §4.2.2.1).
        while (found := self._view.after(oid)) is not None:
            value = found.read(found.row, moment)
            if value[0] != COUNTER64:
                return pair(found.name, value)
            oid = found.oid
        return None
