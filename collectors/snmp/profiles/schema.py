"""What a profile file may say. Every key is documented in docs/device-family.md; unknown ones are refused."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from collectors.snmp.kinds import KINDS, HealthKind
from collectors.snmp.profiles.fields import PLACEHOLDER, Capture, Conversion, Name, Oid, Regex, Scalar, State
from foundation.settings import StrictModel


def _listed(value: object) -> object:
    """One thing as a list of one."""
    return value if isinstance(value, list) or value is None else [value]


class Where(StrictModel):
    """Where a value stands: a column of the rule's table, at the row's index, or a scalar instance."""

    column: Oid | None = None
    object: Oid | None = None

    @model_validator(mode="after")
    def _one_place(self) -> "Where":
        if (self.column is None) == (self.object is None):
            raise ValueError("give either column or object")
        return self


class Requirement(StrictModel):
    """What another object, or the row's index, must say for a row to be a sensor."""

    column: Oid | None = None
    object: Oid | None = None
    index: Regex | None = None
    """Found in the row's index, such as `^3\\.` for a first arc of 3."""
    only: list[Scalar] | None = None
    excluded: list[Scalar] | None = Field(default=None, alias="not")
    matches: Regex | None = None
    not_matches: Regex | None = None
    optional: bool = False
    """An object that the agent does not have says yes; otherwise it says no."""

    @model_validator(mode="after")
    def _says_something(self) -> "Requirement":
        if (self.column is not None) + (self.object is not None) + (self.index is not None) != 1:
            raise ValueError("give one of column, object, index")
        conditions = (self.only, self.excluded, self.matches, self.not_matches)
        said = any(condition is not None for condition in conditions)
        if self.index is not None and (said or self.optional):
            raise ValueError("index is the condition itself: nothing goes with it")
        if self.index is None and not said:
            raise ValueError("say what the object must be: only, not, matches or not_matches")
        return self


def _number_as_limit(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"value": value}
    return value


class Limit(StrictModel):
    """One limit: the device's own threshold, a number of the profile, or the number where the device has none."""

    column: Oid | None = None
    object: Oid | None = None
    value: float | int | None = None
    """In the kind's unit."""
    factor: float | int | None = None
    """Of the device's threshold, where it is another than the value's."""
    divisor: float | int | None = Field(default=None, gt=0)
    absent: list[Scalar] | None = None
    """Thresholds that mean "none is set", besides the rule's own `absent`."""

    @model_validator(mode="after")
    def _some_place(self) -> "Limit":
        if self.column is not None and self.object is not None:
            raise ValueError("give either column or object")
        if self.column is None and self.object is None:
            if self.value is None:
                raise ValueError("give column, object or value")
            if self.factor is not None or self.divisor is not None or self.absent is not None:
                raise ValueError("a number alone takes no factor, divisor or absent")
        if self.factor is not None and self.divisor is not None:
            raise ValueError("give either factor or divisor")
        return self


AnyLimit = Annotated[Limit, BeforeValidator(_number_as_limit)]


class Limits(StrictModel):
    """From where on a value is a warning, or critical: at or above, and for the low ones at or below."""

    warning: AnyLimit | None = None
    critical: AnyLimit | None = None
    low_warning: AnyLimit | None = None
    low_critical: AnyLimit | None = None

    def each(self) -> Iterator[tuple[str, Limit]]:
        """Those that are given, by name."""
        for name in ("warning", "critical", "low_warning", "low_critical"):
            limit = getattr(self, name)
            if limit is not None:
                yield name, limit


class Verdict(Where):
    """The device's own verdict beside a value."""

    states: dict[int | str, State] = Field(min_length=1)
    otherwise: State | None = None


Sum = Annotated[list[Where], BeforeValidator(_listed), Field(min_length=1)]
"""Places whose values are added; one that is missing counts as 0, but for the first."""

FORMS = Literal["entity-sensor", "storage"]
"""Tables whose rows say themselves what they are."""

OWN_KINDS: dict[str, tuple[HealthKind, ...]] = {
    "entity-sensor": (
        "temperature", "voltage", "current", "power_draw", "fan_speed", "humidity", "optical_rx", "optical_tx",
        "optical_bias", "contact",
    ),
    "storage": ("memory", "disk"),
}  # fmt: skip
"""Which kinds a form finds."""


class SensorRule(StrictModel):
    """One rule that finds sensors: a scalar, the rows of a table, or a form."""

    kind: HealthKind | None = None
    form: FORMS | None = None
    table: Oid | None = None
    """Of a form: its entry's OID, where it is another than the standard's with the same columns."""
    thresholds: Oid | None = None
    """Of the form entity-sensor: a threshold table's entry (index sensor.n; .2 severity, .3 relation, .4 value)."""
    column: Oid | None = None
    object: Oid | None = None
    used: Sum | None = None
    free: Sum | None = None
    total: Sum | None = None
    name: Name | None = None
    require: Annotated[list[Requirement], BeforeValidator(_listed)] = Field(default_factory=list)
    absent: list[Scalar] = Field(default_factory=list)
    factor: float | int | None = None
    divisor: float | int | None = Field(default=None, gt=0)
    scale: Where | None = None
    precision: Where | None = None
    convert: Conversion | None = None
    parse: Capture | None = None
    unit: str | None = None
    states: dict[int | str, State] | None = Field(default=None, min_length=1)
    otherwise: State | None = None
    status: Verdict | None = None
    limits: Limits | None = None
    mean_over: int | None = Field(default=None, ge=1)
    fallback: bool = False

    @property
    def kinds(self) -> tuple[HealthKind, ...]:
        """The kinds that it may find."""
        if self.form is not None:
            return OWN_KINDS[self.form]
        assert self.kind is not None
        return (self.kind,)

    @property
    def shares(self) -> tuple[list[Where] | None, list[Where] | None, list[Where] | None]:
        """`used`, `free` and `total`."""
        return self.used, self.free, self.total

    @property
    def walked(self) -> str | None:
        """The column whose rows are the sensors; None for a scalar."""
        if self.column is not None:
            return self.column
        for part in (self.total, self.used, self.free):
            if part is not None and part[0].column is not None:
                return part[0].column
        return None

    @model_validator(mode="after")
    def _whole(self) -> "SensorRule":
        if self.form is not None:
            return self._check_form()
        if self.kind is None:
            raise ValueError("the key kind is missing")
        shared = sum(part is not None for part in self.shares)
        places = (self.column is not None) + (self.object is not None) + (shared > 0)
        if places != 1:
            raise ValueError("give one of column, object, or two of used, free and total")
        if shared not in (0, 2):
            raise ValueError("give two of used, free and total: the percentage is worked out from them")
        if self.table is not None or self.thresholds is not None:
            raise ValueError("table and thresholds belong to a form")
        self._check_kind(KINDS[self.kind].is_state, bool(shared))
        if self.factor is not None and self.divisor is not None:
            raise ValueError("give either factor or divisor")
        if self.unit is not None and self.unit != KINDS[self.kind].unit:
            unit = KINDS[self.kind].unit or "none"
            raise ValueError(f'{self.kind} is measured in {unit}, not "{self.unit}": convert by factor or divisor')
        if self.walked is None:
            self._check_scalar()
        return self

    def _check_form(self) -> "SensorRule":
        given = {
            name
            for name in self.model_fields_set
            if name not in ("form", "table", "thresholds", "fallback", "require", "name")
        }
        if given:
            raise ValueError(f"the form {self.form} takes no {', '.join(sorted(given))}")
        if self.thresholds is not None and self.form != "entity-sensor":
            raise ValueError(f"the form {self.form} has no thresholds")
        return self

    def _check_kind(self, is_state: bool, shared: bool) -> None:
        numeric: dict[str, Any] = {
            "factor": self.factor,
            "divisor": self.divisor,
            "scale": self.scale,
            "precision": self.precision,
            "convert": self.convert,
            "limits": self.limits,
            "status": self.status,
            "mean_over": self.mean_over,
        }
        if is_state:
            if self.states is None:
                raise ValueError(f"{self.kind} is a state: list its states")
            wrong = [name for name, value in numeric.items() if value is not None]
            if wrong or shared:
                raise ValueError(f"{self.kind} is a state and takes no {wrong[0] if wrong else 'used, free or total'}")
            return
        if self.states is not None or self.otherwise is not None:
            raise ValueError(f"{self.kind} is a number and takes no states; the verdict beside it is status")
        if shared:
            if KINDS[self.kind].unit != "%":  # type: ignore[index]
                raise ValueError(f"{self.kind} is no percentage: used, free and total don't make one")
            wrong = [
                name for name in ("factor", "divisor", "scale", "precision", "convert", "mean_over") if numeric[name]
            ]
            if wrong:
                raise ValueError(f"used, free and total must be in one unit; {wrong[0]} does not go with them")
        if self.mean_over is not None and (self.limits or self.status or self.object):
            raise ValueError("mean_over goes with a plain column, without limits and status")

    def _check_scalar(self) -> None:
        if any(requirement.index is not None for requirement in self.require):
            raise ValueError("a scalar has no index to require")
        inner: list[Where | Limit | Requirement | None] = [self.scale, self.precision, self.status, *self.require]
        inner.extend(part for sums in self.shares for part in sums or ())
        inner.extend(limit for _, limit in (self.limits.each() if self.limits else ()))
        if any(place is not None and place.column is not None for place in inner):
            raise ValueError("a scalar has no row: give object, not column, throughout")
        if self.name is not None and PLACEHOLDER.search(self.name):
            raise ValueError("a scalar has no row: its name takes no placeholder")


class Match(StrictModel):
    """What tells the family: the longest sysObjectID prefix wins; without one, the first sysDescr expression."""

    objects: list[Oid] = Field(default_factory=list)
    also: list[Regex] = Field(default_factory=list, alias="and")
    """Besides the prefix, one of these must be found in sysDescr; such a profile goes before one of the same prefix."""
    description: list[Regex] = Field(default_factory=list)

    @model_validator(mode="after")
    def _something(self) -> "Match":
        if not self.objects and not self.description:
            raise ValueError("give objects, description, or both")
        if self.also and not self.objects:
            raise ValueError("and needs objects beside it")
        return self


class Fact(StrictModel):
    """Where a fact of the identity stands: in sysDescr, or in an instance."""

    description: Capture | None = None
    object: Oid | None = None
    parse: Capture | None = None
    """Which part of the instance's text it is."""
    value: str | None = None
    """The fact itself, where it is the same for the whole family."""

    @model_validator(mode="after")
    def _one_place(self) -> "Fact":
        if sum(place is not None for place in (self.description, self.object, self.value)) != 1:
            raise ValueError("give one of description, object, value")
        if self.parse is not None and self.object is None:
            raise ValueError("parse goes with object")
        return self


Facts = Annotated[list[Fact], BeforeValidator(_listed)]
"""The first that tells something counts."""


class IdentityRule(StrictModel):
    """Who the device is. What is not told here comes from ENTITY-MIB where there is one."""

    vendor: Facts = Field(default_factory=list)
    model: Facts = Field(default_factory=list)
    serial: Facts = Field(default_factory=list)
    version: Facts = Field(default_factory=list)


class ProfileFile(StrictModel):
    """One device family."""

    profile: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    """Its name, which is the file's too."""
    vendor: str
    title: str
    match: Match | None = None
    """Missing only in `standard`."""
    without: list[HealthKind] = Field(default_factory=list)
    """Kinds that are not taken from the standard MIBs, since the vendor's own objects are better."""
    identity: IdentityRule = IdentityRule()
    sensors: list[SensorRule] = Field(default_factory=list)
