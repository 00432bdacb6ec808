"""The wall and the console in a real browser, with the whole sample province."""

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from prometheus_client import CollectorRegistry

from dashboard.accounts.service import create_account
from dashboard.app import create_app
from dashboard.live.state import LiveState
from dashboard.server import WebServer
from dashboard.services import Services
from foundation.clock import SystemClock
from foundation.messages import CollectorBeat, State, StateChange
from tests.dashboard.browser import Complaints, chromium
from tests.dashboard.conftest import WALL_TOKEN
from tests.dashboard.happenings import device_goes_down
from topology.cartogram import load_cartogram
from topology.loader import load_network
from topology.network import Network

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
DOWN = "rgb(255, 77, 61)"


@pytest.fixture(scope="module")
def network() -> Network:
    """The sample province."""
    return load_network(ROOT / "topology.yaml", ROOT / "agencies.csv")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this file."""
    with chromium() as found:
        yield found


@pytest.fixture
def province(house: Services, network: Network) -> Services:
    """The house with the province in it, every agency up, on the machine's own clock."""
    clock = SystemClock()
    live = LiveState(network, clock)
    live.load(house.records)
    now = clock.now()
    live.apply([CollectorBeat(now, len(network.devices), 1, 0.0, 0)])
    live.apply([StateChange("agency", agency, State.UP, now) for agency in network.agencies])
    live.apply([StateChange("device", device, State.UP, now) for device in network.devices])
    roster = type(house.roster)(house.roster.centres, dict.fromkeys(network.divisions, "530000"))
    cartogram = load_cartogram(network, None)
    return dataclasses.replace(
        house, network=network, cartogram=cartogram, roster=roster, live=live, clock=clock, registry=CollectorRegistry()
    )


@pytest.fixture
def server(province: Services) -> Iterator[WebServer]:
    """Serving the province."""
    server = WebServer(create_app(province), "127.0.0.1", 0)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def complaints() -> Complaints:
    """What the page's console said."""
    return Complaints()


@pytest.fixture
def wall(browser: Browser, server: WebServer, complaints: Complaints) -> Iterator[Page]:
    """The wall at 1920 × 1080, connected."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    complaints.listen(page)
    page.goto(f"{server.url}/wall?token={WALL_TOKEN}")
    expect(page.locator("#signal")).to_have_text("实时")
    yield page
    context.close()


def colour(page: Page, position: int) -> str:
    """The colour in which an agency's cell is drawn."""
    script = "position => getComputedStyle(document.getElementById('cells').children[position]).fill"
    return str(page.evaluate(script, position))


def font_size(page: Page, selector: str) -> float:
    """In CSS pixels."""
    script = "node => parseFloat(getComputedStyle(node).fontSize)"
    return float(page.locator(selector).first.evaluate(script))


def test_the_wall_draws_every_agency_and_its_counts(wall: Page, province: Services, complaints: Complaints) -> None:
    assert wall.locator("#cells path").count() == 2511
    assert wall.locator("#cells path.u").count() == 2511
    expect(wall.locator("[data-count=down]")).to_have_text("0")
    expect(wall.locator("#ranking li")).to_have_count(16)
    expect(wall.locator("#calm")).to_be_visible()
    assert complaints.heard == []


def test_a_change_of_state_turns_exactly_that_cell_red(wall: Page, province: Services, complaints: Complaints) -> None:
    agencies = list(province.network.agencies.values())
    position, agency = 1200, agencies[1200]
    province.live.apply([StateChange("agency", agency.id, State.DOWN, province.clock.now(), agency.device)])
    expect(wall.locator("#cells path.d")).to_have_count(1)
    assert colour(wall, position) == DOWN
    assert colour(wall, position + 1) != DOWN
    expect(wall.locator("[data-count=down]")).to_have_text("1")
    marks = wall.locator(".mark[visibility=visible]")
    expect(marks).to_have_count(1)
    x, y = province.cartogram.cells[agency.id]
    moved = [float(part) for part in (marks.get_attribute("transform") or "")[10:-1].split(" ")]
    assert moved == pytest.approx([x, y], abs=0.11)
    expect(wall.locator(".badges b:visible")).to_have_text("1")
    province.live.apply([StateChange("agency", agency.id, State.UP, province.clock.now())])
    expect(wall.locator("#cells path.d")).to_have_count(0)
    expect(marks).to_have_count(0)
    assert complaints.heard == []


def test_when_the_server_stops_the_wall_says_so_and_its_return_heals_it(
    wall: Page, province: Services, server: WebServer
) -> None:
    port = server.port
    server.stop()
    expect(wall.locator("#band")).to_be_visible(timeout=25_000)
    expect(wall.locator("#band")).to_contain_text("与服务器连接中断")
    # A live picture that was closed stays closed: the platform's next start has a new one.
    live = LiveState(province.network, province.clock)
    now = province.clock.now()
    live.apply([CollectorBeat(now, 1, 1, 0.0, 0)])
    live.apply([StateChange("agency", agency, State.UP, now) for agency in list(province.network.agencies)[1:]])
    again = WebServer(
        create_app(dataclasses.replace(province, live=live, registry=CollectorRegistry())), "127.0.0.1", port
    )
    again.start()
    try:
        expect(wall.locator("#band")).to_be_hidden(timeout=30_000)
        expect(wall.locator("#cells path.n")).to_have_count(1)
        expect(wall.locator("#cells path.u")).to_have_count(2510)
    finally:
        again.stop()


def test_a_wall_without_word_for_a_minute_looks_dead(wall: Page, server: WebServer) -> None:
    wall.clock.install()
    server.stop()
    wall.clock.fast_forward(70_000)
    expect(wall.locator("body")).to_have_class("banded dead")
    expect(wall.locator("[data-count=today]")).to_have_text("—")


def test_five_hundred_updates_add_no_node(wall: Page, province: Services) -> None:
    count = "document.getElementsByTagName('*').length"
    before = wall.evaluate(count)
    agencies = list(province.network.agencies.values())
    for number in range(500):
        agency = agencies[number * 5]
        state = (State.DOWN, State.UP, State.UNREACHABLE, State.MAINTENANCE, State.UNKNOWN)[number % 5]
        province.live.apply([StateChange("agency", agency.id, state, province.clock.now(), agency.device)])
        if number % 100 == 99:
            wall.wait_for_timeout(250)
    expect(wall.locator("#cells path.m")).to_have_count(100)
    assert wall.evaluate(count) == before


def test_the_platform_line_tells_what_waits_for_the_metric_store_and_the_platforms_own_troubles(
    browser: Browser, province: Services, complaints: Complaints
) -> None:
    waiting = {"rows": 1_340_000, "bytes": 40_000_000, "oldest_ms": 600_000, "rows_set_aside": 3, "disk_full": False}
    since = province.clock.now() - 600_000
    troubles = [
        {"trouble": "channel-failing", "part": "sms", "since": since, "text": "x", "text_en": "x"},
        {"trouble": "metrics-waiting", "part": "metric store", "since": since + 1, "text": "x", "text_en": "x"},
    ]
    away = {"status": "degraded", "metrics": "waiting", "metrics_waiting": waiting, "troubles": troubles}
    server = WebServer(create_app(dataclasses.replace(province, health=lambda: away)), "127.0.0.1", 0)
    server.start()
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    complaints.listen(page)
    page.goto(f"{server.url}/wall?token={WALL_TOKEN}")
    expect(page.locator("#store")).to_have_text("库不可用，1,340,000 行在盘上等待 00:10:00，3 行被拒另存")
    expect(page.locator("#store")).to_have_class("bad")
    expect(page.locator("#platform")).to_have_text(re.compile("^短信发不出 已 00:1[0-9]:[0-9]{2}，等 2 项$"))
    expect(page.locator("#platform")).to_have_class("bad")
    shown = page.locator("#platform").bounding_box()
    assert shown is not None
    assert shown["x"] + shown["width"] < 1920
    page.close()
    server.stop()
    assert complaints.heard == []


def test_an_incident_gets_its_card(wall: Page, province: Services) -> None:
    router = next(d for d in province.network.devices.values() if d.role == "aggregation")
    device_goes_down(province, router.id, province.clock.now())
    card = wall.locator("#incidents li:visible")
    expect(card).to_have_count(1)
    expect(card.locator(".who")).to_have_text("未确认")
    expect(wall.locator("#open")).to_have_text("1 起")


def test_a_new_grave_incident_sounds_once_and_not_again_at_each_update(wall: Page, province: Services) -> None:
    wall.evaluate(
        """() => { window.tones = 0; const make = AudioContext.prototype.createOscillator;
        AudioContext.prototype.createOscillator = function () { window.tones += 1; return make.call(this); }; }"""
    )
    expect(wall.locator("#sound")).to_have_text("声音就绪")
    core = next(d for d in province.network.devices.values() if d.role == "core")
    device_goes_down(province, core.id, province.clock.now())
    card = wall.locator("#incidents li:visible")
    expect(card.locator(".place i")).to_have_text("一级")
    tones = wall.evaluate("window.tones")
    assert tones > 0
    access = next(d for d in province.network.devices.values() if d.role == "access")
    device_goes_down(province, access.id, province.clock.now())
    expect(card).to_have_count(2)
    assert wall.evaluate("window.tones") == tones


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (3840, 2160), (3840, 1080)])
def test_the_wall_fits_every_screen_and_its_writing_grows_with_it(
    browser: Browser, server: WebServer, width: int, height: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.goto(f"{server.url}/wall?token={WALL_TOKEN}")
    expect(page.locator("#signal")).to_have_text("实时")
    unit = min(width / 1920, height / 1080)
    sizes = [font_size(page, selector) for selector in ("#clock", ".counts .unknown dd", ".label")]
    assert sizes == pytest.approx([74.8 * unit, 49.8 * unit, 24.9 * unit], rel=0.02)
    spilt = page.evaluate(
        """() => [...document.querySelectorAll('.top > *, .panel, .stage, .legend, .bottom')]
        .filter(node => { const r = node.getBoundingClientRect();
          return r.left < -1 || r.top < -1 || r.right > innerWidth + 1 || r.bottom > innerHeight + 1; })
        .map(node => node.className)"""
    )
    assert spilt == []
    context.close()


def test_without_motion_nothing_pulses(browser: Browser, server: WebServer, province: Services) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{server.url}/wall?token={WALL_TOKEN}")
    expect(page.locator("#signal")).to_have_text("实时")
    agency = next(iter(province.network.agencies.values()))
    province.live.apply([StateChange("agency", agency.id, State.DOWN, province.clock.now(), agency.device)])
    expect(page.locator(".mark.new")).to_have_count(1)
    assert page.evaluate("getComputedStyle(document.querySelector('.mark.new .halo')).animationName") == "none"
    context.close()


def test_calibrate_shows_the_four_sizes(browser: Browser, server: WebServer) -> None:
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"{server.url}/wall?token={WALL_TOKEN}&calibrate")
    sizes = [font_size(page, f".calibrate .{level} >> nth=0") for level in ("w1", "w2", "w3", "w4")]
    assert sizes == pytest.approx([74.8, 49.8, 39.9, 24.9], rel=0.01)
    page.close()


def test_a_person_logs_in_ticks_a_step_and_finds_it_ticked(
    browser: Browser, server: WebServer, province: Services, complaints: Complaints
) -> None:
    router = next(d for d in province.network.devices.values() if d.role == "county")
    incident = device_goes_down(province, router.id, province.clock.now())
    with province.records.transaction() as session:
        password = create_account(session, "limin", "operator", province.clock.now())
    context = browser.new_context()
    page = context.new_page()
    complaints.listen(page)
    page.goto(f"{server.url}/incidents/{incident}")
    page.fill("[name=name]", "limin")
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"**/incidents/{incident}")
    page.click("#step-2 .tick")
    expect(page.locator("#step-2")).to_have_class("done")
    expect(page.locator("#step-2 .by")).to_contain_text("limin")
    page.click(".head .button.main")
    expect(page.locator(".head .badge")).to_have_text("处理中")
    page.reload()
    expect(page.locator("#step-2")).to_have_class("done")
    expect(page.locator("#step-1")).not_to_have_class("done")
    assert complaints.heard == []
    context.close()


def test_every_console_page_is_silent_in_the_browsers_console_and_as_wide_as_a_phone(
    browser: Browser, server: WebServer, province: Services, complaints: Complaints
) -> None:
    router = next(d for d in province.network.devices.values() if d.role == "county")
    uplink = province.network.uplinks(router.id)[0].lower_interface
    incident = device_goes_down(province, router.id, province.clock.now())
    with province.records.transaction() as session:
        password = create_account(session, "root", "admin", province.clock.now())
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    complaints.listen(page)
    page.goto(f"{server.url}/login")
    page.fill("[name=name]", "root")
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{server.url}/")
    for path in (
        "/", "/incidents", f"/incidents/{incident}", "/alerts", "/devices", f"/devices/{router.id}", "/maintenance",
        "/rankings", f"/interfaces/{router.id}?name={uplink}",
        "/network", "/network?kind=link", "/network?kind=private_network", f"/network/site/{router.county}",
        f"/network/link/{province.network.uplinks(router.id)[0].id}?days=30",
        "/messages", "/reports", "/status", "/audit", "/password",
    ):  # fmt: skip
        page.goto(f"{server.url}{path}")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    assert complaints.heard == []
    context.close()
