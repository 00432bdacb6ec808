"""Records a device: its whole MIB, type by type, as a `.snmprec` file for a simulator; anonymised on request."""

from collectors.recording.file import IDENTITY, RecordingFile
from collectors.recording.recorder import Recorded, Recorder, RecordingLimits
from collectors.recording.records import Oid, dotted, oid_of
from collectors.recording.session import Session, SilentError, open_session
from collectors.recording.walk import ROOTS

__all__ = [
    "IDENTITY",
    "ROOTS",
    "Oid",
    "Recorded",
    "Recorder",
    "RecordingFile",
    "RecordingLimits",
    "Session",
    "SilentError",
    "dotted",
    "oid_of",
    "open_session",
]
