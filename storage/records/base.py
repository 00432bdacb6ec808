"""The declarative base of every room's tables."""

from sqlalchemy import BigInteger, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase

_NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Constraint names are fixed, so that migrations can name them on every database.

    Every whole number is 64 bits wide, since instants are; SQLite's INTEGER is that already, and only a column of that
    very name can be its row id.
    """

    metadata = MetaData(naming_convention=_NAMING)
    type_annotation_map = {int: BigInteger().with_variant(Integer, "sqlite")}  # noqa: RUF012 - read as a class attribute
