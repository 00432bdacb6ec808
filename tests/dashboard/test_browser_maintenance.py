"""Planning maintenance in a real browser, over the whole sample province."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from alerting.maintenance.targets import TargetKind
from dashboard.accounts.service import create_account
from dashboard.server import WebServer
from dashboard.services import Services
from foundation.calendar import local
from foundation.clock import DAY, HOUR
from tests.alerting.windows import planned
from tests.dashboard.browser import Complaints
from tests.dashboard.test_browser import browser, complaints, network, province, server

__all__ = ["browser", "complaints", "network", "province", "server"]

pytestmark = pytest.mark.slow


def log_in(browser: Browser, server: WebServer, province: Services, width: int) -> Page:
    with province.records.transaction() as session:
        password = create_account(session, "planner", "operator", province.clock.now())
    page = browser.new_context(viewport={"width": width, "height": 1000}).new_page()
    page.goto(f"{server.url}/login")
    page.fill("[name=name]", "planner")
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{server.url}/")
    return page


def shot(page: Page, name: str) -> None:
    """Kept for people to look at, where they ask for it."""
    if directory := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(directory) / f"{name}.png"), full_page=True)


def test_the_form_is_checked_as_it_is_filled_in_and_what_is_remarkable_is_confirmed_once(
    browser: Browser, server: WebServer, province: Services, complaints: Complaints
) -> None:
    page = log_in(browser, server, province, 1400)
    complaints.listen(page)
    now = province.clock.now()
    county = next(one for one in province.network.divisions.values() if one.tier == "county")
    planned(province.records, province.network, now, TargetKind.DIVISION, county.code, now, None, announced=now - DAY)
    page.goto(f"{server.url}/maintenance")
    page.select_option("[name=target_kind]", "division")
    page.fill("[name=target_id]", "昭通市")
    expect(page.locator("#findings [data-code=large]")).to_contain_text("昭通市")
    page.fill("[name=ends_at]", local(now + 3 * HOUR).strftime("%Y-%m-%dT%H:%M"))
    page.fill("[name=reason]", "汇聚路由器割接")
    page.fill("[name=approver]", "赵主任")
    page.check("[name=confirmed]")
    expect(page.locator("[name=confirmed]")).to_be_checked()
    shot(page, "maintenance-form")
    page.wait_for_load_state("networkidle")
    expect(page.locator("[name=confirmed]")).to_be_checked()
    page.click("#plan button")
    expect(page.locator("#windows tbody tr:not(.remark)")).to_have_count(2)
    expect(page.locator("#windows tbody tr:not(.remark)").first).to_contain_text("不定")
    shot(page, "maintenance-list")
    page.locator("#windows tbody tr:not(.remark)", has_text="昭通市").locator("button").click()
    expect(page.locator("#windows tbody tr:not(.remark)", has_text="昭通市")).to_contain_text("已取消")
    assert complaints.heard == []
    page.context.close()


def test_on_a_phone_the_page_is_no_wider_than_the_phone(
    browser: Browser, server: WebServer, province: Services, complaints: Complaints
) -> None:
    now = province.clock.now()
    agency = next(iter(province.network.agencies))
    planned(province.records, province.network, now, TargetKind.AGENCY, agency, now + HOUR, now + 40 * DAY)
    page = log_in(browser, server, province, 390)
    complaints.listen(page)
    page.goto(f"{server.url}/maintenance?lang=en")
    expect(page.locator("#windows .remark")).to_contain_text("plan one window for each stretch of work")
    shot(page, "maintenance-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert complaints.heard == []
    page.context.close()
