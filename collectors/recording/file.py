"""The file of a recording: filled beside its place as it comes, put in place when it is whole."""

import os
import secrets
from pathlib import Path
from typing import IO, Final

from collectors.recording.anonymous import anonymised
from collectors.recording.records import Record, line_of, record_of
from foundation.problems import OperatorError

IDENTITY: Final = ((1, 3, 6, 1, 2, 1, 1, 2, 0), (1, 3, 6, 1, 2, 1, 1, 5, 0))
"""sysObjectID and sysName: a recording is gone on with only where they are the same."""


class RecordingFile:
    """`FILE.part` while it is recorded, readable by its owner alone; `FILE` at the end."""

    def __init__(self, path: Path) -> None:
        """Raises OperatorError when there is such a recording already, or a part that can't be read."""
        self.path = path
        self.part = path.with_name(path.name + ".part")
        if path.exists():
            raise OperatorError(f"{path} exists. Move it away, or give another name with --out.")
        self._file: IO[str] | None = None
        self._whole = 0
        """Bytes of the part that are whole lines."""
        self.before: list[Record] = self._read_part()
        """What a former attempt recorded."""

    @property
    def resumed(self) -> bool:
        """Whether there was a former attempt."""
        return bool(self.before)

    def check_device(self, identity: list[Record]) -> None:
        """See that a former attempt is this device's.

        Raises OperatorError when it is another's.
        """
        now = {record.oid: record.value for record in identity}
        for record in self.before:
            if record.oid in IDENTITY and now.get(record.oid, record.value) != record.value:
                raise OperatorError(
                    f"{self.part} holds a part of another device. Remove it, or give another name with --out."
                )

    def write(self, record: Record) -> None:
        """One more object. Raises OperatorError when the disk does not take it."""
        try:
            if self._file is None:
                descriptor = os.open(self.part, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
                os.ftruncate(descriptor, self._whole)
                self._file = os.fdopen(descriptor, "a", encoding="ascii", newline="\n")
            self._file.write(line_of(record) + "\n")
        except OSError as error:
            raise OperatorError(f"{self.part} can't be written: {error.strerror}.") from None

    def pause(self) -> None:
        """Keep the part for another attempt."""
        if self._file is not None:
            try:
                self._file.close()
            except OSError as error:
                raise OperatorError(f"{self.part} can't be written: {error.strerror}.") from None
            self._file = None

    def finish(self, *, anonymous: bool) -> int:
        """Put the recording in its place, anonymised where it shall be, and remove the part; the number of objects.

        Raises OperatorError when the disk does not take it.
        """
        self.pause()
        records = sorted({record.oid: record for record in self._read_part()}.values(), key=lambda record: record.oid)
        if anonymous:
            records = anonymised(records, secrets.token_bytes(32))
        whole = self.path.with_name(self.path.name + ".new")
        try:
            descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644 if anonymous else 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii", newline="\n") as file:
                file.writelines(line_of(record) + "\n" for record in records)
                file.flush()
                os.fsync(file.fileno())
            whole.replace(self.path)
            self.part.unlink(missing_ok=True)
        except OSError as error:
            whole.unlink(missing_ok=True)
            raise OperatorError(f"{self.path} can't be written: {error.strerror}. {self.part} is kept.") from None
        return len(records)

    def _read_part(self) -> list[Record]:
        try:
            text = self.part.read_text(encoding="ascii")
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError):
            raise OperatorError(f"{self.part}, a recording begun before, can't be read. Remove it.") from None
        # A line without an end was cut off with the process that wrote it.
        self._whole = text.rfind("\n") + 1
        lines = text[: self._whole].splitlines()
        try:
            return [record_of(line) for line in lines]
        except ValueError:
            raise OperatorError(f"{self.part}, a recording begun before, is damaged. Remove it.") from None
