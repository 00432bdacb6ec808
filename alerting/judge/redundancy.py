"""Judging the redundancy of devices with several uplinks: some are lost while others still carry."""

from collections.abc import Iterable
from typing import Final

from alerting.alerts.effects import AlertKey
from alerting.alerts.states import OPEN, AlertState
from alerting.changes import ObjectKind
from alerting.judge.causes import Causes
from alerting.judge.desk import Desk
from alerting.judge.earlier import Earlier
from alerting.judge.lines import Lines
from alerting.judge.links import LinkWatch
from alerting.judge.spells import Spell
from alerting.judge.statuses import find_status
from alerting.judge.watched import Watched
from alerting.rules.observed import RedundancyLostRule
from foundation.clock import Instant

UPLINKS: Final = ("上联线路", "uplinks")


class Redundancy:
    """Follows what lines and verdicts say about the uplinks of each device that has several."""

    def __init__(self, desk: Desk, causes: Causes, links: LinkWatch, lines: Lines) -> None:
        self._network, self._watched = desk.network, desk.watched
        self._book, self._reports, self._words = desk.book, desk.reports, desk.words
        self._causes = causes
        self._links = links
        self._lines = lines
        self._spells: dict[str, Spell] = {}

    def resume(self, earlier: Earlier) -> bool:
        """Go on with an alert that was open before the start."""
        if earlier.watched is None or not isinstance(earlier.rule, RedundancyLostRule) or not earlier.rule.of_uplinks:
            return False
        self._spells[earlier.watched.id] = Spell(earlier.key)
        return True

    def turn(self, links: Iterable[str], devices: Iterable[str], now: Instant) -> None:
        """Judge the devices below these lines, those below these devices, and those that are pending or open."""
        concerned = {self._network.links[link].lower for link in links if link in self._network.links}
        concerned.update(child for device in devices for child in self._network.children(device))
        for device in sorted(concerned | self._spells.keys()):
            rule = self._watched[device].plan.redundancy
            # What can't be reached itself has a greater trouble, and nobody sees its lines.
            if rule is not None and device not in self._causes.missing:
                self._device(self._watched[device], rule, now)

    def _device(self, watched: Watched, rule: RedundancyLostRule, now: Instant) -> None:
        uplinks = self._network.uplinks(watched.id)
        lost = [link for link in uplinks if self._lines.is_lost(link)]
        if any(self._lines.is_held(link.id) for link in lost):
            return  # what it was is told first
        spell = self._spells.get(watched.id)
        if spell is None:
            if not lost or len(lost) == len(uplinks):
                return
            spell = self._spells[watched.id] = Spell(AlertKey(ObjectKind.DEVICE, watched.id, rule.id))
        state = self._book.state_of(spell.key)
        if not lost and state in OPEN and not all(self._links.is_up(link.id, now) for link in uplinks):
            return  # no line is known to be down, and one is not known to be up
        finding = find_status(
            spell, state, wrong=bool(lost), at=now, hold=rule.hold,
            clear_hold=rule.clear_hold, broken_at=-1,
        )  # fmt: skip
        if finding.is_calm:
            self._reports.calm(spell.key, now)
        elif finding.is_due:
            names = ", ".join(link.id for link in lost)
            values = {
                "group": rule.group or UPLINKS[0], "group_en": rule.group or UPLINKS[1], "lost": names,
                "lost_count": str(len(lost)), "carrying": str(len(uplinks) - len(lost)), "members": str(len(uplinks)),
            }  # fmt: skip
            condition = self._words.said(
                rule, watched.plan.device, ObjectKind.DEVICE, watched.id, finding.started_at, values,
                details={"links": names},
            )  # fmt: skip
            self._reports.report_list(condition, now)
        else:
            self._book.see(spell.key, now)
        if self._book.state_of(spell.key) is AlertState.NONE:
            del self._spells[watched.id]
