"""Reading pages as a browser would: tokens and links out of the HTML."""

import re

from werkzeug.test import TestResponse


def token_in(response: TestResponse) -> str:
    """The CSRF token of the first form."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', response.text)
    assert found is not None, "the page has no form"
    return found[1]


def texts(html: str) -> str:
    """The page's text without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
