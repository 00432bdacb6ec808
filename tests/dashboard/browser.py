"""A real browser, and the sample province behind a real web server."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's own Chromium, without a window."""
    path = shutil.which("chromium")
    assert path is not None, "Chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@dataclass
class Complaints:
    """What a page's console said that it should not have: errors, warnings, exceptions."""

    heard: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Hear everything from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.heard.append(str(error)))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.heard.append(message.text)
