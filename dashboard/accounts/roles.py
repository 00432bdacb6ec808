"""Who may do what in the console."""

from enum import StrEnum


class Role(StrEnum):
    """What an account is for. Duties are kept apart: an auditor reads the audit trail and changes nothing."""

    ADMIN = "admin"
    OPERATOR = "operator"
    VIEWER = "viewer"
    AUDITOR = "auditor"

    @property
    def may_act(self) -> bool:
        """Acknowledge, assign, note, tick, close, plan maintenance."""
        return self in {Role.ADMIN, Role.OPERATOR}

    @property
    def may_audit(self) -> bool:
        """Read the audit trail."""
        return self in {Role.ADMIN, Role.AUDITOR}
