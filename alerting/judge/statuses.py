"""Judging what is either right or wrong, a neighbour or a sensor: due after `for`, calm after `clear_for`."""

from alerting.alerts.states import OPEN, AlertState
from alerting.judge.spells import Finding, Spell
from foundation.clock import Instant


def find_status(
    spell: Spell, state: AlertState, *, wrong: bool, at: Instant, hold: int, clear_hold: int, broken_at: Instant
) -> Finding:
    """Judge one look. `spell` remembers; `broken_at` is when the device itself was last out of sight or began anew.

    A new alert is due when it was wrong from its first to its latest look for at least `hold`; a break of the device in
    between starts the count anew. An open one is calm when it was right for at least `clear_hold`. How often the device
    is looked at plays no part: a slow look must neither silence an alert nor keep it open.
    """
    if spell.last_at <= broken_at:
        spell.past_since = None
    spell.last_at = at
    if state in OPEN:
        if wrong:
            spell.calm_since = None
            return Finding(is_due=True, started_at=at)
        if spell.calm_since is None:
            spell.calm_since = at
        return Finding(is_calm=at - spell.calm_since >= clear_hold)
    if not wrong:
        spell.past_since = None
        return Finding(is_calm=True)
    if spell.past_since is None:
        spell.past_since = at
    return Finding(is_due=at - spell.past_since >= hold, started_at=spell.past_since)
