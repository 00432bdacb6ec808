"""From what a person or a program writes to a window: names become ids, local times instants. Pure."""

from collections.abc import Iterable
from typing import Final

from alerting.maintenance.findings import Finding, Level
from alerting.maintenance.planning import WindowRefusedError
from alerting.maintenance.targets import APART, TargetKind
from alerting.maintenance.windows import NewWindow
from foundation.calendar import parse
from foundation.clock import Instant
from foundation.problems import did_you_mean
from topology.network import Network

_KINDS: Final = {"site": TargetKind.DIVISION, **{kind.value: kind for kind in TargetKind}}
"""What a kind may be called; a site is a division."""


def ask(
    network: Network,
    *,
    kind: str,
    target: str,
    starts_at: str,
    ends_at: str = "",
    reason: str = "",
    approver: str = "",
    announced_at: str = "",
    now: Instant,
) -> NewWindow:
    """The window that is meant. Times are Asia/Shanghai unless they carry an offset; an empty start is now, an empty
    end none.

    Raises WindowRefusedError with all that can't be read. What is wrong with a window that can be read, the linter
    tells.
    """
    found: list[Finding] = []
    of_kind = _KINDS.get(kind.strip())
    if of_kind is None:
        hint = did_you_mean(kind, _KINDS) or f"There are {', '.join(_KINDS)}."
        found.append(
            Finding(
                Level.REFUSE, "unknown-kind", f"检修对象的类型“{kind}”不存在,请从列表中选择。",
                f'There is no kind of target "{kind}". {hint}',
            )
        )  # fmt: skip
    start = _time(starts_at, "开始时间", "start", found) if starts_at.strip() else now
    end = _time(ends_at, "结束时间", "end", found) if ends_at.strip() else None
    announced = _time(announced_at, "公告时间", "announcement", found) if announced_at.strip() else None
    if found or of_kind is None or start is None:
        raise WindowRefusedError(found, found)
    return NewWindow(
        of_kind, target_named(of_kind, target.strip(), network), start, end, reason.strip(), approver.strip(), announced
    )


def target_named(kind: TargetKind, text: str, network: Network) -> str:
    """An id as it is; a name that only one object bears becomes its id. Links also go by DEVICE/INTERFACE; of several
    each is named so after its kind."""
    if kind is TargetKind.SEVERAL:
        parts = text.replace("；", ";").replace("\n", ";").replace("：", ":").split(";")
        return APART.join(_piece(part, network) for part in parts if part.strip())
    if kind is TargetKind.DIVISION:
        return _one(text, ((one.code, (one.name, one.name_en)) for one in network.divisions.values()))
    if kind is TargetKind.AGENCY:
        return _one(text, ((one.id, (one.name, one.name_en)) for one in network.agencies.values()))
    if kind is TargetKind.DEVICE:
        return _one(text, ((one.id, (one.name,)) for one in network.devices.values()))
    if kind is TargetKind.LINK:
        device, _, interface = text.partition("/")
        link = network.link_at(device, interface)
        return text if link is None else link.id
    return ",".join(_tag(part, network) for part in text.replace("，", ",").split(","))


def _piece(text: str, network: Network) -> str:
    name, colon, value = (piece.strip() for piece in text.partition(":"))
    kind = _KINDS.get(name)
    # What can't be read stays as it is: the linter tells what is wrong with it.
    if kind is None or kind is TargetKind.SEVERAL:
        return f"{name}{colon}{value}"
    return f"{kind.value}:{target_named(kind, value, network)}"


def _tag(text: str, network: Network) -> str:
    key, equals, value = (piece.strip() for piece in text.partition("="))
    if key == "division":
        value = target_named(TargetKind.DIVISION, value, network)
    return f"{key}{equals}{value}"


def _one(text: str, known: Iterable[tuple[str, tuple[str, ...]]]) -> str:
    named = [key for key, names in known if text in names]
    return named[0] if len(named) == 1 else text


def _time(text: str, word: str, word_en: str, found: list[Finding]) -> Instant | None:
    try:
        return parse(text.strip())
    except (ValueError, OverflowError):
        found.append(
            Finding(
                Level.REFUSE, f"no-{word_en}",
                f"{word}“{text}”不能识别:请写成 2026-11-24 23:30(北京时间)。",
                f'The {word_en} "{text}" is no time: write it like "2026-11-24 23:30" (Asia/Shanghai).',
            )
        )  # fmt: skip
        return None
