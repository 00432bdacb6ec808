"""Maintenance windows (割接): planned, reasoned, approved times in which an outage raises no alarm.

targets     what a window may be planned for, and which devices and links that is in a network
windows     a window as recorded, and reading them
planning    planning, ending and cancelling one, with its audit entry
findings    what is wrong, or only remarkable, about a window: the linter
calm        since when all that a window covers has been up without an alarm
ending      ending the open-ended ones that are calm, and `notice` what is told then
coverage    which devices and links are excused at a moment, and what lies behind them
"""
