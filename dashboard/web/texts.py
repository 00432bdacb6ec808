"""Texts in the language of the request. The message id is the Chinese text itself."""

from flask_babel import gettext as _translated  # type: ignore[import-untyped]


def gettext(text: str, **values: object) -> str:
    """The text, with `%(name)s` filled in."""
    return str(_translated(text, **values))
