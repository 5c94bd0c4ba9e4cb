"""Reference ranges of a differential: those that come with Cytovox, and where a figure stands to them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from cytovox.domain.differential_panels import PANELS, Panel, panel_of
from cytovox.domain.errors import InputError

ME_RATIO = "me_ratio"
"""Key of the range of the marrow's myeloid to erythroid ratio."""
ERYTHROID = "erythroid"
"""Key of the range of all erythroid cells of marrow together."""
LARGEST_RATIO = 1000.0
LONGEST_SOURCE = 300


class Standing(StrEnum):
    """Where a figure with its interval stands to its range."""

    WITHIN = "within"
    MAY_BE_BELOW = "may_be_below"
    BELOW = "below"
    MAY_BE_ABOVE = "may_be_above"
    ABOVE = "above"


MAYBE = frozenset({Standing.MAY_BE_ABOVE, Standing.MAY_BE_BELOW})
"""Outside by the figure itself, not by the whole of its interval."""


@dataclass(frozen=True, slots=True)
class ReferenceRange:
    """What is usual.

    Attributes:
        key: Key of a class, or `ME_RATIO` or `ERYTHROID`.
        low: Lower end, in percent (of the ratio, as it is).
        high: Upper end.
        source: Where the figures stand.
    """

    key: str
    low: float
    high: float
    source: str

    def __post_init__(self) -> None:
        most = LARGEST_RATIO if self.key == ME_RATIO else 100.0
        if not 0 <= self.low <= self.high <= most:
            raise InputError(
                f"reference range of '{self.key}': expected 0 <= low <= high <= {most:g}, got "
                f"{self.low:g} to {self.high:g}"
            )
        if not self.source.strip() or len(self.source) > LONGEST_SOURCE:
            raise InputError(
                f"reference range of '{self.key}': expected a source of 1 to {LONGEST_SOURCE} characters "
                "that says where the figures stand"
            )

    def standing(self, value: float, low: float, high: float) -> Standing:
        """Where a value with its interval stands: outside only where the whole interval is."""
        if low > self.high:
            return Standing.ABOVE
        if high < self.low:
            return Standing.BELOW
        if value > self.high:
            return Standing.MAY_BE_ABOVE
        return Standing.MAY_BE_BELOW if value < self.low else Standing.WITHIN


@dataclass(frozen=True, slots=True)
class ReferenceRanges:
    """All ranges of a laboratory.

    Attributes:
        blood: Ranges of blood, by key.
        marrow: Ranges of marrow, by key.
    """

    blood: Mapping[str, ReferenceRange]
    marrow: Mapping[str, ReferenceRange]

    def __post_init__(self) -> None:
        for panel in PANELS.values():
            allowed = keys_with_ranges(panel)
            if unknown := [key for key in self.of(panel.material) if key not in allowed]:
                raise InputError(
                    f"reference ranges of {panel.material}: expected some of {', '.join(allowed)}, got "
                    f"{', '.join(unknown)}"
                )

    def of(self, material: str) -> Mapping[str, ReferenceRange]:
        """The ranges of a material.

        Raises:
            InputError: There is no such material.
        """
        return {"blood": self.blood, "marrow": self.marrow}[panel_of(material).material]


def keys_with_ranges(panel: Panel) -> tuple[str, ...]:
    """Everything of a panel that may have a range: its rows, and the marrow's sums."""
    rows = [c.key for c in panel.taxonomy if set(panel.taxonomy.lineage(c.key)) & set(panel.counted)]
    return (*rows, *((ERYTHROID, ME_RATIO) if panel.erythroid else ()))


@cache
def default_reference_ranges() -> ReferenceRanges:
    """The ranges for adults that come with Cytovox, each with its source."""
    text = files("cytovox.domain").joinpath("reference_ranges.json").read_text(encoding="utf-8")
    data = json.loads(text)
    return ReferenceRanges(*({r["key"]: ReferenceRange(**r) for r in data[name]} for name in PANELS))
