"""What people are told about an incident: pure builders of text messages and e-mails.

A text message leaves the network: no addresses, no device models, and its signature is the only pair of 【】. It is
kept within 70 characters, one message to the carrier, by dropping what matters least. An e-mail says everything.
"""

import re
from dataclasses import dataclass
from html import escape
from typing import Final

from alerting.notify.outbox import MessageKind, Texts
from foundation.calendar import duration, local, stamp
from foundation.clock import MINUTE, Instant

SINGLE: Final = 70
"""Characters of one text message, the signature included; a longer one is cut into parts of 67."""
_LISTED: Final = 60
"""Agencies named in an e-mail before the rest is only counted."""
_COUNTIES: Final = 10
"""Counties without a spare way named in an e-mail before the rest is only counted."""
_ADDRESS: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_ASK: Final = re.compile(r"(,责任人[^,]*)?,请\d+分钟内确认。|请在 \d+ 分钟内确认。")


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a message may tell about an incident, as plain values."""

    signature: str
    number: str
    title: str
    class_name: str
    """一级"""
    colour: str
    """红"""
    prefecture: str
    place: str
    word: str
    started_at: Instant
    discovered_at: Instant
    agencies: int
    counties: int
    most_agencies: int
    acknowledge_within: int
    responsible: str
    """Name of the operator on duty."""
    acknowledged_by: str = ""
    recovered_at: Instant | None = None
    impact: tuple[str, ...] = ()
    """Names of the agencies cut off."""
    networks: tuple[str, ...] = ()
    """Names of the private networks touched."""
    runbook: str = ""
    steps: tuple[str, ...] = ()
    console_url: str = ""
    weakened: int = 0
    """Agencies that are still served, over fewer ways than with everything in order."""
    weakened_counties: tuple[str, ...] = ()
    """Names of the counties of which that is true as a whole."""
    flaps: int = 0
    """How often it came and went, once that is flapping; else 0."""
    flapping_since: Instant | None = None
    """When it came the first of those times; None where that is not known: then since it started."""


def texts(kind: MessageKind, facts: Facts, *, news: str = "") -> Texts:
    """The message of a kind. `news` is what an update tells, one short clause."""
    sms = {
        MessageKind.OPENING: _call,
        MessageKind.ESCALATION: _climb,
        MessageKind.UPDATE: _update,
        MessageKind.RECOVERY: _recovery,
    }[kind](facts, news)
    word = {
        MessageKind.OPENING: facts.word,
        MessageKind.ESCALATION: "升级",
        MessageKind.UPDATE: "进展",
        MessageKind.RECOVERY: "恢复",
    }[kind]
    subject = f"[{facts.class_name}][{facts.prefecture}][{word}] {facts.title} #{facts.number}"
    lines = _mail_lines(kind, facts, news)
    return Texts(sms, subject, _plain(facts, lines), _html(facts, lines))


def taken(text: str, person: str) -> str:
    """A call's text after somebody took the incident: who did, in the place of the request to acknowledge."""
    name = clean(person)
    return _ASK.sub(lambda found: f",{name}已确认。" if found[0].startswith(",") else f"{name} 已确认处理。", text)


def digest_sms(signature: str, numbers: list[str], total: int) -> str:
    """One text message in the stead of many: how many there are, and as many numbers as fit."""
    head = f"【{signature}】消息较多已合并:共{total}条,详见平台或邮件。"
    return _fit(head, numbers)


def digest_mail(subjects: list[str]) -> tuple[str, str, str]:
    """Subject, text and HTML of one e-mail in the stead of many."""
    subject = f"[合并通知] {len(subjects)} 条消息"
    intro = f"短时间内消息较多,以下 {len(subjects)} 条已合并为一封:"
    text = "\n".join([intro, "", *(f"- {line}" for line in subjects), ""])
    items = "".join(f"<li>{escape(line)}</li>" for line in subjects)
    return (
        subject,
        text,
        f"<!DOCTYPE html><html lang='zh-CN'><body><p>{escape(intro)}</p><ul>{items}</ul></body></html>",
    )


def clean(text: str) -> str:
    """A text without what must not stand in a text message's body: 【】 and IPv4 addresses."""
    return _ADDRESS.sub("*", text.replace("【", "[").replace("】", "]"))


def _compose(facts: Facts, choices: list[str]) -> str:
    """The first of the choices that fits into one message, else the last."""
    whole = [f"【{facts.signature}】{clean(choice)}{facts.number}" for choice in choices]
    return next((text for text in whole if len(text) <= SINGLE), whole[-1])


def _clock(instant: Instant) -> str:
    return local(instant).strftime("%H:%M")


def _impact(counties: int, agencies: int) -> str:
    if agencies == 0:
        return ""
    return f",影响{counties}县{agencies}单位" if counties > 1 else f",影响{agencies}单位"


def _weakened(facts: Facts) -> str:
    return f",{facts.weakened}单位失去冗余" if facts.weakened else ""


def _what(facts: Facts, place: str | None = None) -> str:
    where = facts.place if place is None else place
    if facts.flaps:
        return f"{where}{_clock(_flapping_since(facts))}起反复{facts.word}{facts.flaps}次"
    return f"{where}{_clock(facts.started_at)}{facts.word}"


def _flapping_since(facts: Facts) -> Instant:
    return facts.started_at if facts.flapping_since is None else facts.flapping_since


def _shortened(place: str) -> str:
    return place if len(place) <= 14 else place[:13] + "…"


def _call(facts: Facts, _news: str) -> str:
    lead = f"{facts.class_name}({facts.colour})"
    impact, weak = _impact(facts.counties, facts.agencies), _weakened(facts)
    ask = f",请{facts.acknowledge_within // MINUTE}分钟内确认。"
    who = f",责任人{facts.responsible}" if facts.responsible else ""
    short = _what(facts, _shortened(facts.place))
    return _compose(
        facts,
        [
            lead + _what(facts) + impact + weak + who + ask,
            lead + _what(facts) + impact + weak + ask,
            lead + _what(facts) + impact + ask,
            lead + short + (impact or weak) + ask,
            lead + short + ask,
        ],
    )


def _climb(facts: Facts, _news: str) -> str:
    lead = f"升级:{facts.class_name}({facts.colour})"
    impact, weak = _impact(facts.counties, facts.agencies), _weakened(facts)
    end = ",至今无人确认,请督办。"
    short = lead + _what(facts, _shortened(facts.place))
    whole = lead + _what(facts) + impact
    return _compose(facts, [whole + weak + end, whole + end, short + (impact or weak) + end, short + end])


def _update(facts: Facts, news: str) -> str:
    lead = f"进展:{facts.class_name}({facts.colour})"
    short = lead + _shortened(facts.place)
    return _compose(facts, [f"{lead}{facts.place}{news}。", f"{short}{news}。", f"{short}有新进展。"])


def _recovery(facts: Facts, _news: str) -> str:
    recovered = facts.recovered_at if facts.recovered_at is not None else facts.started_at
    lasted = f",历时{_length(recovered - facts.started_at)}"
    end = f",{_clock(recovered)}已恢复"
    short = "恢复:" + _what(facts, _shortened(facts.place)) + end
    impact = _impact(facts.counties, facts.most_agencies)
    whole = "恢复:" + _what(facts) + end
    return _compose(facts, [f"{whole}{lasted}{impact}。", f"{whole}{lasted}。", f"{short}{lasted}。", f"{short}。"])


def _length(milliseconds: int) -> str:
    minutes = round(milliseconds / MINUTE)
    if minutes < 1:
        return f"{max(1, milliseconds // 1000)}秒"
    hours, rest = divmod(minutes, 60)
    return f"{hours}小时{rest}分" if hours else f"{rest}分钟"


def _fit(head: str, numbers: list[str]) -> str:
    text = head
    for position, number in enumerate(numbers):
        longer = f"{text}{'、' if position else ''}{number}"
        if len(longer) > SINGLE:
            break
        text = longer
    return text


def _mail_lines(kind: MessageKind, facts: Facts, news: str) -> list[tuple[str, str]]:
    first = {
        MessageKind.OPENING: f"请在 {facts.acknowledge_within // MINUTE} 分钟内确认。",
        MessageKind.ESCALATION: "至今无人确认,现升级到您,请督办。",
        MessageKind.UPDATE: f"进展:{news}。",
        MessageKind.RECOVERY: "故障已恢复。",
    }[kind]
    lines = [
        ("", first),
        ("事件", f"{facts.number} {facts.title}"),
        ("故障等级", f"{facts.class_name}({facts.colour})"),
        ("发生时间", stamp(facts.started_at)),
        ("发现时间", stamp(facts.discovered_at)),
    ]
    if facts.recovered_at is not None:
        lasted = duration(facts.recovered_at - facts.started_at)
        lines += [("恢复时间", stamp(facts.recovered_at)), ("历时", lasted)]
    if facts.flaps:
        lines.append(("反复次数", f"自 {stamp(_flapping_since(facts))} 起 {facts.flaps} 次"))
    lines.append(("影响单位", f"{facts.agencies} 家(最多时 {facts.most_agencies} 家)"))
    if facts.counties:
        lines.append(("影响县区", f"{facts.counties} 个"))
    if facts.weakened:
        named = facts.weakened_counties[:_COUNTIES]
        more = "等" if len(facts.weakened_counties) > len(named) else ""
        where = f",其中 {len(facts.weakened_counties)} 个县区全部:{'、'.join(named)}{more}" if named else ""
        lines.append(("失去冗余", f"{facts.weakened} 家(业务未断,没有备用路径){where}"))
    if facts.networks:
        lines.append(("涉及专网", "、".join(facts.networks)))
    if facts.acknowledged_by:
        lines.append(("处理人", facts.acknowledged_by))
    elif facts.responsible:
        lines.append(("当班值班员", facts.responsible))
    return lines


def _plain(facts: Facts, lines: list[tuple[str, str]]) -> str:
    parts = [f"{label}:{value}" if label else f"{value}\n" for label, value in lines]
    if facts.impact:
        parts += ["", "受影响单位:", *(f"- {name}" for name in facts.impact[:_LISTED])]
        parts += [f"……等共 {len(facts.impact)} 家"] if len(facts.impact) > _LISTED else []
    if facts.steps:
        parts += ["", f"处置手册:{facts.runbook}", *(f"{n}. {step}" for n, step in enumerate(facts.steps, 1))]
    if facts.console_url:
        parts += ["", f"在平台上处理:{facts.console_url}"]
    return "\n".join(parts) + "\n"


def _html(facts: Facts, lines: list[tuple[str, str]]) -> str:
    rows = "".join(
        f"<tr><th align='left'>{escape(label)}</th><td>{escape(value)}</td></tr>" for label, value in lines if label
    )
    first = next(value for label, value in lines if not label)
    parts = [f"<p><strong>{escape(first)}</strong></p><table cellpadding='4'>{rows}</table>"]
    if facts.impact:
        items = "".join(f"<li>{escape(name)}</li>" for name in facts.impact[:_LISTED])
        more = f"<p>……等共 {len(facts.impact)} 家</p>" if len(facts.impact) > _LISTED else ""
        parts.append(f"<h3>受影响单位</h3><ul>{items}</ul>{more}")
    if facts.steps:
        items = "".join(f"<li style='white-space:pre-wrap'>{escape(step)}</li>" for step in facts.steps)
        parts.append(f"<h3>处置手册:{escape(facts.runbook)}</h3><ol>{items}</ol>")
    if facts.console_url:
        link = escape(facts.console_url, quote=True)
        parts.append(f"<p><a href='{link}'>在平台上处理</a></p>")
    body = "".join(parts)
    return f"<!DOCTYPE html><html lang='zh-CN'><head><meta charset='utf-8'></head><body>{body}</body></html>"
