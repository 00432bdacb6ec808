"""Replaces what would tell whose device a recording is, consistently, and keeps what tells how the device behaves."""

from collectors.recording.anonymous.recording import anonymised

__all__ = ["anonymised"]
