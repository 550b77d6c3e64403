"""One community that is to be made: of a ready type, or as its planners know it."""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from sim import catalogue
from sim.agents.residents import ADULT
from sim.bands import AGE_STARTS, LARGEST, Read, numbers_by_label, read_margin, size_of
from sim.community_types import (
    ORGANIZATION_SEATS,
    CommunityType,
    Organization,
    community_types,
    seated,
    type_of,
)
from sim.errors import InputError, closest
from sim.population import compositions_of

MISSED = 0.05  # by which counts by age may miss the residents: registers and counts differ by some per cent
MISSED_BY_HOUSEHOLDS = 0.1  # same for people in households: some live in dormitories
OPEN_SIZE = 3  # most people by which the mean of an open band of household sizes exceeds its smallest size

# What a planner gives as a share or in a unit of their own, and the number of the catalogue for it.
NUMBERS = {
    "owner": "population.owner",
    "migrant": "population.migrant",
    "party_member": "population.party_member",
    "staff": "population.staff_per_10k",
    "fund": "population.fund_per_resident",
    "property_company": "routing.property_company",
}
BUILDING_SIZE = "population.building_households"


class Assumption(NamedTuple):
    """What stands in for something that was not given, or was given in another form.

    Attributes
    ----------
    name : str
        ``age``, ``education``, ``household``, ``buildings``, ``organizations``, or a dotted name of the catalogue.
    value : Any
        The number or shares that are used; the label of a band that was split; people counted; names of organisations.
    why : str
        ``type``: taken over from the community type; ``split``: a band of the census lies across several of the
        model's; ``adults``: schooling was counted of more people than there are adults, as a census does, and stands
        for the adults'; ``merged``: more organisations than the model has seats, the last ones share one.
    detail : str
        The type, the bands, the number of adults, or the kind of organisation.
    """

    name: str
    value: Any
    why: str
    detail: str


@dataclass(frozen=True)
class Place:
    """One community that is to be made.

    Attributes
    ----------
    type : CommunityType
        Its margins, and the numbers that differ there.
    residents : int
        1 or more.
    name : str
        Shown in results.
    given : dict of str to Any
        What was given, by name: shares by band for margins; numbers by dotted name; buildings and organisations.
    assumed : tuple of Assumption
        What was not given, and what stands in for it.
    """

    type: CommunityType
    residents: int
    name: str
    given: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    assumed: tuple[Assumption, ...] = field(default=(), compare=False, repr=False)

    @classmethod
    def from_margins(
        cls,
        name: str,
        residents: int,
        *,
        based_on: str = "old_neighbourhood",
        age: Any = None,
        education: Any = None,
        household: Any = None,
        owner: float | None = None,
        migrant: float | None = None,
        party_member: float | None = None,
        staff: float | None = None,
        fund: float | None = None,
        property_company: bool | None = None,
        buildings: Sequence[int] | None = None,
        organizations: Sequence[Organization] | None = None,
        values: Mapping[str, float] | None = None,
        source: str = "",
    ) -> Place:
        """Make a community from what its planners know; the rest is as in a ready type.

        Parameters
        ----------
        name : str
        residents : int
            People who live there, 10 or more.
        based_on : str
            Ready type from which comes what is not given.
        age, education, household : mapping, Series or DataFrame of two columns, optional
            Count or share by band: of residents by age (``"0-4"``, ``"60+"``), of adults by level of education
            (``"junior"``, ``"初中"``), of households by size (``"3"``, ``"5人及以上"``). Shares add up to 1 or to 100.
        owner, migrant, party_member : float, optional
            Shares (0..1) of households that own their home, of households registered elsewhere, of adults in the Party.
        staff : float, optional
            Posts in the community.
        fund : float, optional
            Yuan a year for services and small projects.
        property_company : bool, optional
            Whether a property company looks after the buildings.
        buildings : sequence of int, optional
            Households of each building.
        organizations : sequence of Organization, optional
            Local units and social organisations. Of a kind that does not occur there are the usual ones.
        values : dict of str to float, optional
            Other numbers of the catalogue, by dotted name.
        source : str, optional
            Where the figures come from.

        Raises
        ------
        InputError
            If something does not fit; the message names the place, the field, the value and what would be right.
        """
        if not isinstance(name, str) or not name.strip():
            raise InputError(f"place: name: must be a text, got {name!r}")
        if not _is_whole(residents) or residents < 10:
            raise InputError(f"{name}: residents: must be a whole number, 10 or more, got {residents!r}")
        if based_on not in community_types():
            raise InputError(
                f"{name}: based_on: unknown community type {based_on!r}{closest(based_on, community_types())}"
            )
        people, base = int(residents), community_types()[based_on]
        cited = {"source": source or f"own figures of {name}", "grade": "A", "reason": ""}
        given: dict[str, Any] = {}
        assumed: list[Assumption] = []
        table: dict[str, Any] = {"based_on": based_on, "margins": {}, "values": {}}
        for kind, margin in (("age", age), ("education", education), ("household", household)):
            if margin is None:
                assumed.append(Assumption(kind, dict(base.margins[kind].shares), "type", based_on))
                continue
            where = f"{name}: {kind}"
            read = read_margin(kind, margin, base.margins[kind].shares, where)
            _check_people(kind, margin, read, people, where)
            given[kind] = read.shares
            table["margins"][kind] = {"shares": read.shares} | cited
            assumed += [Assumption(kind, one.label, "split", ", ".join(one.bands)) for one in read.splits]
            if kind == "education":
                assumed += _of_adults(read, given.get("age", base.margins["age"].shares), people)
        own = _numbers(
            {
                "owner": owner,
                "migrant": migrant,
                "party_member": party_member,
                "staff": staff,
                "fund": fund,
                "property_company": property_company,
            },
            values or {},
            people,
            name,
        )
        given |= own
        table["values"] = {number: {"value": value} | cited for number, value in own.items()}
        if buildings is not None:
            given["buildings"] = table["buildings"] = _buildings(buildings, people, name)
        if organizations is not None:
            table["organizations"] = [_plain(one, name) for one in organizations]
            given["organizations"] = tuple(organizations)
        kind_of_place = type_of(table, name)
        _check_fit(kind_of_place, name)
        assumed += _from_type(base, own, buildings is not None)
        assumed += _seats(kind_of_place)
        return cls(kind_of_place, people, name, given, tuple(assumed))

    def to_dict(self) -> dict[str, Any]:
        """Fields of a :class:`sim.CommunitySpec`: the ready type's name, or an own type as a table."""
        ready = community_types().get(self.type.name) == self.type
        what = {"type": self.type.name} if ready else {"margins": self.type.to_dict()}
        return {"name": self.name, "residents": self.residents} | what


def _check_people(kind: str, margin: Any, read: Read, people: int, where: str) -> None:
    """Counts must fit the number of residents."""
    if read.total is None:
        return
    told = f"but there are {people:,} residents (shares would add up to 1 or 100)"
    if kind == "age" and abs(read.total - people) > MISSED * people:
        raise InputError(f"{where}: the counts add up to {read.total:,.0f}, {told}")
    if kind == "education" and read.total > (1.0 + MISSED) * people:
        raise InputError(f"{where}: the counts add up to {read.total:,.0f}, {told}")
    if kind == "household":
        counts = numbers_by_label(margin, where)
        sizes = {label: size_of(label, where) for label in counts}
        low = math.fsum(sizes[label][0] * count for label, count in counts.items())
        top = max(size for size, _ in sizes.values())
        high = low + math.fsum(
            OPEN_SIZE * count
            for label, count in counts.items()
            if sizes[label][1] is None or sizes[label][0] == top >= LARGEST
        )
        if not low * (1.0 - MISSED_BY_HOUSEHOLDS) <= people <= high * (1.0 + MISSED_BY_HOUSEHOLDS):
            raise InputError(
                f"{where}: {read.total:,.0f} households of these sizes are {_about(low, high)} people "
                f"({low / read.total:.2f} a household), {told}"
            )


def _of_adults(read: Read, ages: Mapping[str, float], people: int) -> list[Assumption]:
    """Censuses count schooling from 3 or 15 years; that of children is taken for that of adults and has to be told."""
    adults = people * math.fsum(share for start, share in zip(AGE_STARTS, ages.values(), strict=True) if start >= ADULT)
    if read.total is None or read.total <= (1.0 + MISSED) * adults:
        return []
    return [Assumption("education", read.total, "adults", f"{adults:.0f}")]


def _about(low: float, high: float) -> str:
    return f"{low:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"


def _numbers(
    scalars: Mapping[str, float | bool | None], values: Mapping[str, float], people: int, where: str
) -> dict[str, float]:
    """Numbers of the catalogue by dotted name, from what planners give."""
    known = {one.name: one for one in catalogue.entries()}
    found: dict[str, float] = {}
    for name, given in scalars.items():
        if given is None:
            continue
        entry = known[NUMBERS[name]]
        if name == "property_company":
            if not isinstance(given, bool):
                raise InputError(f"{where}: {name}: must be true or false, got {given!r}")
            found[entry.name] = float(given)
            continue
        number = _number(given, f"{where}: {name}")
        if name == "staff":
            value, told = number * 10_000.0 / people, f"{number:g} posts for {people:,} residents"
        elif name == "fund":
            value, told = number / people, f"{number:,.0f} yuan a year for {people:,} residents"
        else:
            value, told = number, f"{number:g}"
            if number > 1.0:
                raise InputError(f"{where}: {name}: must be a share from 0 to 1, got {number:g}{_as_share(number)}")
        _check_range(entry, value, told, f"{where}: {name}")
        found[entry.name] = value
    for name, given in values.items():
        if name not in known:
            raise InputError(f"{where}: values: no parameter {name!r}{closest(name, known)}")
        if name in found:
            raise InputError(f"{where}: values: {name} is given twice, also as {_scalar_of(name)}")
        number = _number(given, f"{where}: values: {name}")
        _check_range(known[name], number, f"{number:g}", f"{where}: values: {name}")
        found[name] = number
    return found


def _is_whole(given: Any) -> bool:
    return isinstance(given, numbers.Integral) and not isinstance(given, bool)


def _number(given: Any, where: str) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float | numbers.Real) or not math.isfinite(given):
        raise InputError(f"{where}: must be a number, got {given!r}")
    return float(given)


def _as_share(percent: float) -> str:
    return f"; {percent:g} % is {percent / 100.0:g}" if percent <= 100.0 else ""


def _scalar_of(name: str) -> str:
    return next(scalar for scalar, number in NUMBERS.items() if number == name)


def _check_range(entry: catalogue.Entry, value: float, told: str, where: str) -> None:
    if not entry.low <= value <= entry.high:
        unit = "" if entry.unit == "share" else f" {catalogue.units()[entry.unit].en}"
        same = told == f"{value:g}"
        raise InputError(
            f"{where}: {told}{'' if same else f' is {value:.4g}{unit}'}: "
            f"outside the range of the model, {entry.low:g} to {entry.high:g}{unit}"
        )


def _buildings(sizes: Sequence[int], people: int, where: str) -> list[int]:
    found = []
    for number, one in enumerate(sizes, start=1):
        if not _is_whole(one) or one < 1:
            raise InputError(
                f"{where}: buildings: building {number} needs a whole number of households, 1 or more, got {one!r}"
            )
        found.append(int(one))
    if not found:
        raise InputError(f"{where}: buildings: is empty; leave it out to have buildings of the usual size")
    if sum(found) > people:
        raise InputError(f"{where}: buildings: they hold {sum(found):,} households, but there are {people:,} residents")
    return found


def _plain(organization: Organization, where: str) -> dict[str, Any]:
    if not isinstance(organization, Organization):
        raise InputError(f"{where}: organizations: must be a list of Organization, got {organization!r}")
    return asdict(organization) | {"fields": list(organization.fields)}


def _check_fit(kind: CommunityType, where: str) -> None:
    """Some mix of households must have this age structure and these sizes."""
    try:
        compositions_of(kind)
    except InputError:
        ages = kind.margins["age"].shares.values()
        children = math.fsum(share for start, share in zip(AGE_STARTS, ages, strict=True) if start < ADULT)
        raise InputError(
            f"{where}: age and household contradict each other: no mix of households of "
            f"{kind.mean_household:.2f} people on average has {100.0 * children:.1f} % under 18 and these other "
            f"ages; check both, or give only one"
        ) from None


def _from_type(base: CommunityType, own: Mapping[str, float], own_buildings: bool) -> list[Assumption]:
    """Numbers that come from the type, or through it from the catalogue."""
    names = [*NUMBERS.values(), *(() if own_buildings else (BUILDING_SIZE,)), *base.values]
    return [
        Assumption(
            name,
            base.values[name].value if name in base.values else catalogue.default(name),
            "type",
            base.name,
        )
        for name in dict.fromkeys(names)
        if name not in own and not (own_buildings and name == BUILDING_SIZE)
    ]


def _seats(kind: CommunityType) -> list[Assumption]:
    """Kinds of organisation of which there are the usual ones, and those that share a seat."""
    found = []
    for one in ORGANIZATION_SEATS:
        seats = seated(kind.organizations, one)
        if not seats:
            found.append(Assumption("organizations", None, "type", one))
        elif len(seats[-1]) > 1:
            found.append(Assumption("organizations", [unit.name for unit in seats[-1]], "merged", one))
    return found
