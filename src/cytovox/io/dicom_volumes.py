"""The volumes within a DICOM series: by plane, echo, b-value or time, each with its slices once."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cytovox.domain.volume import Float64Array
from cytovox.io.dicom_headers import TRAIT_NAMES, SliceHeader
from cytovox.io.slice_ladder import SliceLadder, place_ranks

_SAME_DIRECTION = 1e-3
_AXES = ("sagittal", "coronal", "axial")


@dataclass(frozen=True, slots=True)
class SliceGroup:
    """Slices that make one volume.

    Attributes:
        slices: One a place, ascending along the normal.
        told_by: What tells this volume from others of its series ("echo time 4.6", "axial"), or "".
        copies: How many slices were left out because they stood there twice.
    """

    slices: tuple[SliceHeader, ...]
    told_by: str = ""
    copies: int = 0


def normal_of(header: SliceHeader) -> Float64Array | None:
    """Unit vector across a slice, shape (3,), or None where its orientation is unknown or oblique-angled."""
    if header.orientation is None:
        return None
    across = np.cross(header.orientation[:3], header.orientation[3:])
    length = float(np.linalg.norm(across))
    return np.asarray(across / length, np.float64) if abs(length - 1) < 0.01 else None


def stack_affine(header: SliceHeader, ladder: SliceLadder) -> Float64Array:
    """From slice, row and column of a stack to LPS, mm, shape (4, 4).

    PS3.3 C.7.6.2.1.1, with (slice, row, column) in place of (column, row).

    Args:
        header: Any of its slices; one without an orientation makes no stack.
        ladder: Where its slices lie.
    """
    affine = np.eye(4)
    orientation = np.array(header.orientation, np.float64)
    row_mm, column_mm = header.spacing_mm or (1.0, 1.0)
    affine[:3, 0] = ladder.step_mm
    affine[:3, 1] = orientation[3:] * row_mm
    affine[:3, 2] = orientation[:3] * column_mm
    affine[:3, 3] = ladder.first_mm
    return affine


def split_volumes(slices: Sequence[SliceHeader]) -> list[SliceGroup]:
    """The volumes of one series; slices without a place in the patient make one group of their own.

    Args:
        slices: All slices of a series, in any order, copies included.
    """
    once = list({header.instance: header for header in slices}.values())
    planes: list[list[SliceHeader]] = []
    for header in once:
        members = next((plane for plane in planes if _in_one_plane(plane[0], header)), None)
        if members is None:
            planes.append([header])
        else:
            members.append(header)
    groups: list[SliceGroup] = []
    for members in planes:
        name = _plane_name(members[0]) if len(planes) > 1 else ""
        groups += _by_traits(members, name)
    if len(groups) == 1:
        groups = [SliceGroup(groups[0].slices, "", groups[0].copies + len(slices) - len(once))]
    return groups


def _in_one_plane(first: SliceHeader, second: SliceHeader) -> bool:
    # Whether two slices are parallel, turned alike and of one size, but for what scanners round.
    if (first.rows, first.columns) != (second.rows, second.columns):
        return False
    places = [header.position_mm is not None and normal_of(header) is not None for header in (first, second)]
    if not all(places):
        return not any(places)
    return _alike(first.orientation, second.orientation) and _alike(first.spacing_mm, second.spacing_mm)


def _alike(first: Sequence[float] | None, second: Sequence[float] | None) -> bool:
    if first is None or second is None:
        return first is second
    return bool(np.abs(np.subtract(first, second)).max() < _SAME_DIRECTION)


def _plane_name(header: SliceHeader) -> str:
    normal = normal_of(header)
    if header.position_mm is None or normal is None:
        return "no place in the patient"
    return f"{_AXES[int(np.abs(normal).argmax())]} {header.rows} x {header.columns}"


def _by_traits(slices: list[SliceHeader], name: str) -> list[SliceGroup]:
    places = _places(slices)
    most = max(Counter(places).values())
    if most == 1:
        return [SliceGroup(_ascending(slices), name)]
    for at, trait in enumerate(TRAIT_NAMES):
        values = dict.fromkeys(header.traits[at] for header in slices)
        if 1 < len(values) <= most:
            return [
                group
                for value in sorted(values, key=_as_number)
                for group in _by_traits(
                    [header for header in slices if header.traits[at] == value],
                    " ".join(part for part in (name, trait, value) if part),
                )
            ]
    return _by_turn(slices, places, name)


def _by_turn(slices: list[SliceHeader], places: list[int], name: str) -> list[SliceGroup]:
    # Nothing in the header tells them apart. The same instance number at the same place is a copy under
    # another identity; different ones at every place are volumes that were taken one after another.
    first: dict[tuple[int, int], SliceHeader] = {}
    for header, place in zip(slices, places, strict=True):
        first.setdefault((place, header.number), header)
    at_place: dict[int, list[SliceHeader]] = defaultdict(list)
    for (place, _), header in sorted(first.items(), key=lambda item: item[0]):
        at_place[place].append(header)
    turns = {len(headers) for headers in at_place.values()}
    if len(turns) == 1 and (count := turns.pop()) > 1:
        return [
            SliceGroup(
                _ascending([headers[turn] for headers in at_place.values()]),
                f"{name} turn {turn + 1}".strip(),
            )
            for turn in range(count)
        ]
    kept = [headers[0] for headers in at_place.values()]
    return [SliceGroup(_ascending(kept), name, len(slices) - len(kept))]


def _places(slices: Sequence[SliceHeader]) -> list[int]:
    # Rank of each slice's place along the normal.
    normal = normal_of(slices[0])
    if normal is None or slices[0].position_mm is None:
        return list(range(len(slices)))
    distances = np.array([header.position_mm for header in slices], np.float64) @ normal
    return [int(place) for place in place_ranks(distances)]


def _ascending(slices: Sequence[SliceHeader]) -> tuple[SliceHeader, ...]:
    places = _places(slices)
    return tuple(slices[at] for at in sorted(range(len(slices)), key=lambda at: places[at]))


def _as_number(value: str) -> tuple[float, str]:
    try:
        return float(value), value
    except ValueError:
        return math.inf, value
