"""Reading one runbook: its form is fixed, and every fault is told with its line."""

import pytest

from alerting.runbooks.parsing import parse_runbook
from foundation.problems import ProblemError

GOOD = """\
---
id: cpu-high
title: 处理器过高
title_en: CPU high
match:
  rule: cpu-high
  role: [core, county]
---

## 现象

登录缓慢。

## 核实

- 看曲线

## 处置

1. 看任务。
   ```
   display cpu-usage
   ## not a heading
   2. not a step
   ```
   再看进程。

2. 停掉调试。

## 确认恢复

降到门限以下。

## 升级

报带班领导。
"""


def problems(text: str) -> list[str]:
    """Why a text is refused."""
    with pytest.raises(ProblemError) as refusal:
        parse_runbook(text, name="cpu.md")
    return [str(problem) for problem in refusal.value.problems]


def test_a_good_runbook_is_read_whole() -> None:
    runbook = parse_runbook(GOOD, name="cpu.md").runbook
    assert (runbook.id, runbook.title, runbook.title_en) == ("cpu-high", "处理器过高", "CPU high")
    assert runbook.match == {"rule": ("cpu-high",), "role": ("core", "county")}
    assert [section.key for section in runbook.sections] == ["symptom", "verify", "cure", "confirm", "escalate"]
    assert runbook.sections[0].text == "登录缓慢。"
    assert [(step.number, step.text) for step in runbook.steps] == [
        (1, "看任务。\n```\ndisplay cpu-usage\n## not a heading\n2. not a step\n```\n再看进程。"),
        (2, "停掉调试。"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("2. 停掉", "3. 停掉", "cpu.md:28: this step is numbered 3, but it is number 2."),
        ("1. 看任务", "0. 看任务", "cpu.md:20: this step is numbered 0, but it is number 1."),
        ("2. 停掉调试。", "然后停掉。", "cpu.md:28: every line of the cure is a numbered step"),
        ("## 核实", "## 核对", 'cpu.md:14: unknown section "核对".'),
        ("## 核实\n\n- 看曲线\n", "", 'cpu.md: the section "## 核实" is missing. Add it.'),
        ("登录缓慢。", "", 'cpu.md:10: the section "现象" is empty. Write it.'),
        ("## 升级", "## 现象", 'cpu.md:34: the section "现象" stands here and on line 10. Join them.'),
        ("title_en: CPU high\n", "", 'the key "title_en" is missing.'),
        ("match:", "matches:", 'cpu.md:5: unknown key "matches". Did you mean "match"?'),
        ("id: cpu-high", "id: CPU High", "cpu.md:2: id:"),
        ("id: cpu-high", "id: cpu-high\nid: other", 'cpu.md:3: the key "id" stands here and on line 2.'),
        ("match:\n  rule: cpu-high\n  role: [core, county]", "match: {}", "cpu.md:5: match:"),
        ("\n## 现象", "\n前言。\n\n## 现象", "cpu.md:10: this text stands before the first section."),
        ("   ```\n   再看", "   再看", "a ``` fence is opened and never closed."),
    ],
)
def test_a_fault_is_told_with_its_line(old: str, new: str, expected: str) -> None:
    assert old in GOOD
    assert any(problem.startswith(expected) or expected in problem for problem in problems(GOOD.replace(old, new, 1)))


def test_sections_out_of_order_are_refused() -> None:
    confirm = GOOD[GOOD.index("## 确认恢复") : GOOD.index("## 升级")]
    turned = GOOD.replace(confirm, "") + "\n" + confirm
    assert any("out of order" in problem for problem in problems(turned))


def test_several_faults_are_told_at_once() -> None:
    text = GOOD.replace("title_en: CPU high\n", "").replace("2. 停掉", "4. 停掉").replace("## 升级", "## 上报")
    found = problems(text)
    assert len(found) == 4  # the key, the step, the unknown section, the missing one


@pytest.mark.parametrize("text", ["", "# 标题\n", "---\nid: x\n"])
def test_a_text_without_front_matter_is_refused(text: str) -> None:
    assert problems(text)[0].startswith("cpu.md:1: a runbook begins with its front matter")
