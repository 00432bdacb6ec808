"""The other pages of the console."""

import dataclasses
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.console.inbox import InboxError, fetch
from dashboard.services import Services
from foundation.clock import HOUR, MINUTE, SteppedClock
from foundation.messages import CounterVerdict, State, StateChange
from storage.metrics.store import Columns, Measurement, MetricBatch
from storage.metrics.verdicts import CODES
from tests.dashboard.conftest import inside
from tests.dashboard.happenings import device_goes_down, enter
from tests.dashboard.pages import texts, token_in

PAGES = (
    "/", "/overview/live", "/incidents", "/incidents?scope=all", "/alerts", "/alerts?scope=all", "/devices",
    "/devices/a1", "/devices/county-a", "/interfaces/a1?name=up1", "/rankings", "/rankings?by=cpu&span=1h",
    "/maintenance", "/messages",
    "/messages/received", "/reports", "/status", "/password",
)  # fmt: skip


@pytest.mark.slow
def test_every_page_answers_in_both_languages_without_script_or_style_inside(
    viewer: FlaskClient, house: Services, clock: SteppedClock
) -> None:
    device_goes_down(house, "a1", clock.now())
    for page in PAGES:
        for language in ("zh", "en"):
            response = viewer.get(f"{page}{'&' if '?' in page else '?'}lang={language}")
            assert response.status_code == 200, page
            assert " style=" not in response.text, page
            assert not re.findall(r"\son[a-z]+=", response.text), page
            assert not re.findall(r"<script(?![^>]*src=)", response.text), page


@pytest.mark.slow
def test_the_interface_in_english_has_no_chinese_words_of_ours(viewer: FlaskClient) -> None:
    names_and_switches = {"中文", "机构a", "李敏", "王强"}
    for page in PAGES:
        joint = "&" if "?" in page else "?"
        found = set(re.findall(r"[\u4e00-\u9fff]+a?", viewer.get(f"{page}{joint}lang=en").text))
        assert found - names_and_switches - {"卫生健康"} == set(), page


def test_the_language_is_remembered(viewer: FlaskClient) -> None:
    assert "Overview" not in viewer.get("/").text
    viewer.get("/?lang=en")
    assert "Overview" in viewer.get("/").text


@pytest.mark.slow
def test_devices_are_found_by_words_in_any_order_and_by_state(
    viewer: FlaskClient, house: Services, clock: SteppedClock
) -> None:
    house.live.apply([StateChange("device", "b1", State.DOWN, clock.now(), "b1")])

    def found(query: str) -> list[str]:
        return re.findall(r'href="/devices/([^"?]+)"', viewer.get(f"/devices?{query}").text)

    assert found("q=彝良 机构b2") == ["b2"]
    assert found("q=10.6.27.11") == ["a1"]
    assert found("state=down") == ["b1"]
    assert found("role=core") == ["core-1", "core-2"]
    assert found("")[0] == "b1"
    assert "没有符合条件的设备" in viewer.get("/devices?q=nowhere").text


@pytest.mark.slow
def test_the_devices_page_shows_its_day_its_neighbours_and_its_interfaces(
    viewer: FlaskClient, house: Services, clock: SteppedClock
) -> None:
    now = clock.now()
    enter(house, "device", "a1", State.UP, now - 40 * HOUR)
    enter(house, "device", "a1", State.DOWN, now - 6 * HOUR, "a1")
    enter(house, "device", "a1", State.UP, now - 3 * HOUR)
    _write_metrics(house, now)
    response = viewer.get("/devices/a1").text
    page = texts(response)
    assert "87.500%" in page
    strip = re.findall(r'<rect class="(\w+)" x="([\d.]+)" width="([\d.]+)"', response)
    assert strip == [("up", "0.00", "750.00"), ("down", "750.00", "125.00"), ("up", "875.00", "125.00")]
    assert "up1" in page
    assert "12.0 Mbps" in page
    assert "county-a" in page


@pytest.mark.slow
def test_an_interface_whose_last_look_gave_no_rates_says_why(
    viewer: FlaskClient, house: Services, clock: SteppedClock
) -> None:
    _write_metrics(house, clock.now())
    assert "计数器已清零" not in viewer.get("/devices/a1").text
    _write_metrics(house, clock.now() + 1, verdict=CODES[CounterVerdict.RESET])
    assert "计数器已清零" in viewer.get("/devices/a1").text
    port = next(one for one in viewer.get("/api/v1/devices/a1").get_json()["interfaces"] if one["name"] == "up1")
    assert port["verdict"] == "reset"


def test_graphs_give_a_days_values_with_gaps_as_null(viewer: FlaskClient, house: Services, clock: SteppedClock) -> None:
    _write_metrics(house, clock.now())
    body = viewer.get("/graphs/traffic/a1?interface=up1").get_json()
    assert [series["label"] for series in body["series"]] == ["入向", "出向"]
    assert len(body["at"]) == len(body["series"][0]["values"]) == 288
    values = [value for value in body["series"][0]["values"] if value is not None]
    assert values == [12_000_000.0]
    assert 3.5 in viewer.get("/graphs/latency/a1").get_json()["series"][0]["values"]
    near = viewer.get("/graphs/latency/a1?span=2h").get_json()
    assert len(near["at"]) == 120
    assert near["series"][0]["values"][-2:] == [3.5, None]
    assert viewer.get("/graphs/nothing/a1").status_code == 404
    assert viewer.get("/graphs/traffic/nowhere").status_code == 404


def test_maintenance_is_planned_by_name_shown_and_ended(operator: FlaskClient, clock: SteppedClock) -> None:
    form = {
        "target_kind": "division", "target_id": "彝良县",
        "starts_at": "2026-11-24T14:30", "ends_at": "2026-11-24T16:00",
        "reason": "光缆割接", "approver": "赵主任", "csrf_token": token_in(operator.get("/maintenance")),
    }  # fmt: skip
    assert operator.post("/maintenance", data=form).status_code == 302
    page = texts(operator.get("/maintenance").text)
    assert "进行中" in page
    assert "登记 operator，批准 赵主任" in page
    clock.advance(MINUTE)
    assert operator.post("/maintenance/1/end", data={"csrf_token": form["csrf_token"]}).status_code == 302
    assert "已结束" in texts(operator.get("/maintenance").text)


def test_several_targets_are_planned_in_one_window_and_shown_by_name(operator: FlaskClient) -> None:
    form = {
        "target_kind": "several", "target_id": "device:a1；site:彝良县",
        "starts_at": "2026-11-24T14:30", "ends_at": "2026-11-24T16:00",
        "reason": "光缆割接", "approver": "赵主任", "csrf_token": token_in(operator.get("/maintenance")),
    }  # fmt: skip
    assert operator.post("/maintenance", data=form).status_code == 302
    page = operator.get("/maintenance").text
    assert "a1、彝良县" in page
    assert "多个对象" in page


REFUSED = (
    ({"target_id": "不存在"}, "没有找到检修对象“不存在”"),
    ({"ends_at": "2026-11-24T14:00"}, "结束时间 2026-11-24 14:00:00 UTC+08:00 不晚于开始时间"),
    ({"ends_at": ""}, "结束时间“?”不能识别"),
    ({"starts_at": "2026-11-24T10:00"}, "已经过去:已发生的中断仍按中断计"),
    ({"reason": " "}, "没有填写原因"),
    ({"target_id": "云南省"}, "不能对全省登记检修"),
    ({"starts_at": "soon"}, "开始时间“soon”不能识别"),
    ({"target_kind": "planet"}, "检修对象的类型“planet”不存在"),
    ({"target_id": "昭通市"}, "已核对，确需这样登记"),
)


@pytest.mark.slow
def test_a_window_that_is_refused_says_why_and_keeps_what_was_written(operator: FlaskClient) -> None:
    form = {
        "target_kind": "division", "target_id": "彝良县",
        "starts_at": "2026-11-24T14:30", "ends_at": "2026-11-24T16:00",
        "reason": "光缆割接", "approver": "赵主任", "csrf_token": token_in(operator.get("/maintenance")),
    }  # fmt: skip
    for change, sentence in REFUSED:
        response = operator.post("/maintenance", data=form | change)
        assert response.status_code == 400
        assert sentence in response.text
        assert "赵主任" in response.text


def test_what_is_remarkable_about_a_window_is_confirmed_before_it_is_planned(operator: FlaskClient) -> None:
    form = {
        "target_kind": "division", "target_id": "昭通市", "open_ended": "1",
        "starts_at": "2026-11-24T23:30", "announced_at": "2026-11-23T09:00",
        "reason": "核心割接", "approver": "赵主任", "csrf_token": token_in(operator.get("/maintenance")),
    }  # fmt: skip
    shown = texts(operator.post("/maintenance/check", data=form).text)
    assert "涉及昭通市 10 台设备中的 10 台、6 家单位" in shown
    assert "没有结束时间:完工后请结束" in shown
    assert "直接涉及 10 台设备、0 条线路，其下还有 0 台设备，共 6 家单位。" in shown
    assert operator.post("/maintenance", data=form).status_code == 400
    assert operator.post("/maintenance", data=form | {"confirmed": "large"}).status_code == 302
    page = texts(operator.get("/maintenance").text)
    assert "已计划" in page
    assert "已提前公告" in page
    assert "11-24 23:30 – 不定" in page


def test_what_is_still_empty_in_the_form_is_no_mistake_yet(operator: FlaskClient) -> None:
    form = {
        "target_kind": "link", "starts_at": "2026-11-24T14:30", "ends_at": "2026-11-24T16:00",
        "csrf_token": token_in(operator.get("/maintenance")),
    }  # fmt: skip
    assert 'class="notice bad"' not in operator.post("/maintenance/check", data=form).text
    assert "没有找到检修对象" in operator.post("/maintenance/check", data=form | {"target_id": "a9"}).text
    assert "1 条线路" in texts(operator.post("/maintenance/check", data=form | {"target_id": "a1/up1"}).text)


def test_a_viewer_may_not_plan_maintenance(viewer: FlaskClient) -> None:
    form = {"csrf_token": token_in(viewer.get("/maintenance"))}
    assert viewer.post("/maintenance", data=form).status_code == 403


def test_reports_are_listed_and_downloaded_but_nothing_outside_their_directory(
    viewer: FlaskClient, house: Services
) -> None:
    assert house.reports_directory is not None
    (house.reports_directory / "2026-10.xlsx").write_bytes(b"sheet")
    (house.reports_directory / "notes.txt").write_text("private")
    (house.reports_directory.parent / "secret.html").write_text("secret")
    page = viewer.get("/reports").text
    assert "2026-10.xlsx" in page
    assert "notes.txt" not in page
    response = viewer.get("/reports/2026-10.xlsx")
    assert response.data == b"sheet"
    assert response.headers["Content-Disposition"].startswith("attachment")
    for path in ("notes.txt", "../secret.html", "%2e%2e/secret.html", "missing.xlsx"):
        assert viewer.get(f"/reports/{path}").status_code == 404


def test_a_page_that_is_not_there_is_friendly(viewer: FlaskClient) -> None:
    response = viewer.get("/nothing")
    assert response.status_code == 404
    assert "没有找到" in response.text


def test_a_fault_inside_shows_no_traceback(house: Services, passwords: dict[str, str]) -> None:
    def broken() -> dict[str, object]:
        raise RuntimeError("a secret detail")

    app = create_app(dataclasses.replace(house, health=broken))
    response = inside(app, house, "viewer").get("/status")
    assert response.status_code == 500
    assert "已记入日志" in response.text
    assert "secret detail" not in response.text
    assert "Traceback" not in response.text


class _Inbox(BaseHTTPRequestHandler):
    body = b"[]"

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def inbox() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), _Inbox)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_demos_inbox_is_shown(house: Services, passwords: dict[str, str], inbox: HTTPServer) -> None:
    _Inbox.body = (
        '{"messages": [{"channel": "sms", "at": 1795500000000, "to": ["138"], "text": "【云维】镇雄 <失联>"}]}'.encode()
    )
    url = f"http://127.0.0.1:{inbox.server_address[1]}"
    settings = house.settings.model_copy(update={"inbox_url": url})
    app = create_app(dataclasses.replace(house, settings=settings))
    page = inside(app, house, "viewer").get("/messages/received").text
    assert "【云维】镇雄 &lt;失联&gt;" in page


def test_an_inbox_that_is_away_or_talks_nonsense_is_told_as_one_error(inbox: HTTPServer) -> None:
    _Inbox.body = b"<html>"
    with pytest.raises(InboxError):
        fetch(f"http://127.0.0.1:{inbox.server_address[1]}")
    _Inbox.body = b'{"messages": 5}'
    with pytest.raises(InboxError):
        fetch(f"http://127.0.0.1:{inbox.server_address[1]}")
    with pytest.raises(InboxError):
        fetch("http://127.0.0.1:1")


def _write_metrics(house: Services, now: int, verdict: float = 0.0) -> None:
    at = [now - MINUTE]
    interface = {"in_bps": 12e6, "out_bps": 3e6, "in_util": 1.2, "out_util": 0.3, "in_errors": 0.0, "out_errors": 0.0}
    interface |= {"in_discards": 0.0, "out_discards": 0.0, "oper": 1.0, "admin": 1.0, "verdict": verdict}
    device = {
        "rtt_ms": 3.5,
        "loss": 0.0,
        "cpu": 20.0,
        "memory": 40.0,
        "temperature": 35.0,
        "uptime_s": 9.0,
        "poll_ms": 5.0,
    }
    tags = {"device": ["a1"], "site": ["530627"], "tier": ["agency"]}
    house.metrics.write(
        MetricBatch(
            {
                Measurement.INTERFACE: Columns(
                    list(at), tags | {"ifname": ["up1"]}, {name: [value] for name, value in interface.items()}
                ),
                Measurement.DEVICE: Columns(list(at), dict(tags), {name: [value] for name, value in device.items()}),
            }
        )
    )
