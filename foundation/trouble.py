"""A trouble that lasts is told twice: when it begins and when it is over, not once a try."""

import logging
from typing import Final


class Trouble:
    """One thing that can go wrong and come right again. May be used from several threads."""

    def __init__(self, log: logging.Logger, begins: str, over: str) -> None:
        """`begins` is a sentence with one `%s` for the error; `over` is a whole sentence."""
        self._log: Final = log
        self._begins: Final = begins
        self._over: Final = over
        self.lasts = False
        """Whether the latest try failed."""

    def failed(self, error: Exception) -> None:
        """A try failed: told if the one before did not."""
        if not self.lasts:
            self._log.error(self._begins, error)
        self.lasts = True

    def passed(self) -> None:
        """A try went well: told if the one before did not."""
        if self.lasts:
            self._log.info(self._over)
        self.lasts = False
