"""The little of Markdown that runbooks use."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.web.prose import blocks


def told(text: str) -> list[tuple[str, list[str], str]]:
    return [(b.kind, ["|".join(f"{s.kind}:{s.text}" for s in line) for line in b.lines], b.text) for b in blocks(text)]


def test_paragraphs_lists_and_commands_are_told_apart() -> None:
    text = "先看灯。\n\n- 电源 **红**\n- 告警 `ALM`\n\n1. 重启\n2. 再看\n\n```\ndisplay device\n  slot 1\n```\n好了。"
    assert told(text) == [
        ("paragraph", ["plain:先看灯。"], ""),
        ("bullets", ["plain:电源 |strong:红", "plain:告警 |code:ALM"], ""),
        ("numbers", ["plain:重启", "plain:再看"], ""),
        ("command", [], "display device\n  slot 1"),
        ("paragraph", ["plain:好了。"], ""),
    ]


def test_a_fence_left_open_is_still_shown() -> None:
    assert told("```\nping") == [("command", [], "ping")]


@given(st.text())
def test_no_text_is_refused(text: str) -> None:
    blocks(text)
