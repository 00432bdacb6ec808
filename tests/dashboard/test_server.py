"""The real web server on loopback."""

import dataclasses
import http.client
import socket
import threading
from collections.abc import Iterator

import pytest
from prometheus_client import CollectorRegistry

from dashboard.app import create_app
from dashboard.server import WebServer
from dashboard.services import Services
from foundation.clock import SystemClock
from foundation.messages import DegradedChange, State, StateChange
from foundation.problems import OperatorError
from tests.dashboard.conftest import WALL_TOKEN

STREAM = "/wall/stream?token=the-wall%27s-own-token"


@pytest.fixture
def others() -> set[threading.Thread]:
    """The threads of what ran before in this process."""
    return set(threading.enumerate())


@pytest.fixture
def server(house: Services, others: set[threading.Thread]) -> Iterator[WebServer]:
    """Serving with the machine's clock: its streams really wait."""
    house = dataclasses.replace(house, clock=SystemClock(), registry=CollectorRegistry())
    server = WebServer(create_app(house), "127.0.0.1", 0)
    server.start()
    yield server
    server.stop()


def get(server: WebServer, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request("GET", path)
    return connection.getresponse()


def rest_of(response: http.client.HTTPResponse) -> bytes:
    """Everything up to the end, whether the answer is ended or the connection cut."""
    try:
        return response.read()
    except http.client.IncompleteRead as cut:
        return cut.partial


def test_a_stream_sends_its_first_frame_at_once(server: WebServer) -> None:
    assert WALL_TOKEN == "the-wall's-own-token"
    response = get(server, STREAM)
    assert response.headers["Content-Type"].startswith("text/event-stream")
    assert response.readline() == b"retry: 15000\n"
    assert response.readline() == b"\n"
    assert response.readline() == b"event: snapshot\n"


def test_stopping_ends_open_streams_and_leaves_no_thread(server: WebServer, others: set[threading.Thread]) -> None:
    response = get(server, STREAM)
    while response.readline() != b"event: snapshot\n":
        pass
    server.stop()
    server.stop()
    rest_of(response)
    for thread in set(threading.enumerate()) - others:
        if thread.name.startswith(("web", "waitress")):
            thread.join(timeout=10)  # a worker that has left the pool still has its last lines to run
            assert not thread.is_alive(), thread.name
    with pytest.raises(OSError):
        get(server, "/healthz")


def test_a_port_in_use_is_told_in_one_sentence(house: Services) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        house = dataclasses.replace(house, registry=CollectorRegistry())
        with pytest.raises(OperatorError, match=f"can't listen on 127.0.0.1:{port}"):
            WebServer(create_app(house), "127.0.0.1", port).start()


def test_a_place_is_given_back_when_a_wall_goes_away(server: WebServer) -> None:
    for _ in range(3):
        response = get(server, STREAM)
        assert response.status == 200
        response.readline()
        response.close()
        house: Services = server.app.extensions["yunwei"]
        # The server notices at its next write; a change makes it write now.
        _until_free(server, house)


def _until_free(server: WebServer, house: Services) -> None:
    streams = server.app.extensions["yunwei-streams"]
    gone = threading.Event()
    for _ in range(500):
        if streams.running == 0:
            return
        _touch(house)
        gone.wait(0.01)
    raise AssertionError("the place was not given back")


def _touch(house: Services) -> None:
    now = house.clock.now()
    degraded = house.live.devices()["a1"][1]
    house.live.apply([StateChange("agency", "agency-a1", State.UP, now), StateChange("device", "a1", State.UP, now)])
    house.live.apply([DegradedChange("a1", not degraded, now)])
