"""What a differential suggests that a person look at. Suggestions with their rule, never a diagnosis."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from cytovox.domain.differential import Differential, DifferentialRow
from cytovox.domain.exact_binomial import CountRatio
from cytovox.domain.proportion import Proportion
from cytovox.domain.reference_ranges import MAYBE, ReferenceRange, Standing
from cytovox.domain.taxonomy import UNIDENTIFIED

BLASTS_OF_NOTE = 0.05
"""Share of marrow blasts from which on a look is suggested."""
UNNAMED_OF_NOTE = 0.05
"""Share of unidentified cells, among these and the counted ones, from which on a look is suggested."""
METAMYELOCYTES_OF_NOTE = 0.02
"""Share of metamyelocytes in blood above which a look is suggested."""
_OUTSIDE = {Standing.ABOVE, Standing.BELOW}

REVIEW_CRITERIA = (
    "Barnes and others, International Consensus Group for Hematology Review, Lab Hematol 11 (2005) 83-90"
)
ICSH_MARROW = "ICSH: Lee and others, Int J Lab Hematol 30 (2008) 349-364"


class Weight(StrEnum):
    """How much a flag matters."""

    LOOK = "look"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Flag:
    """One suggestion.

    Attributes:
        key: Stable identifier.
        weight: `LOOK` where a person should look at cells or act, `NOTE` where a figure may just be chance.
        text: A sentence for a person.
        rule: The rule and where it stands.
    """

    key: str
    weight: Weight
    text: str
    rule: str


def flags_of(found: Differential) -> tuple[Flag, ...]:
    """Everything that a differential suggests, what matters most first.

    Rules that count cells of a kind go by cells seen, because a smear holds few of them; ranges go by the
    whole 95 % interval.
    """
    flags = [
        *_parasites(found),
        *_abnormal(found),
        *_blasts(found),
        *_immature(found),
        *_nucleated(found),
        *_clumps(found),
        *_ranges(found),
        *_few(found),
        *_unnamed(found),
    ]
    return tuple(sorted(flags, key=lambda flag: flag.weight is not Weight.LOOK))


def interval_text(share: Proportion) -> str:
    """An interval in percent, "12.1-20.3 %"; of rare things with two decimals."""
    places = 2 if share.high < 0.01 else 1
    return f"{100 * share.low:.{places}f}-{100 * share.high:.{places}f} %"


def percent_text(share: Proportion) -> str:
    """A share in percent, "15.8 %"; of rare things with two decimals; "-" of nothing."""
    if not share.total:
        return "–"
    places = 2 if share.high < 0.01 else 1
    return f"{100 * share.share:.{places}f} %"


def ratio_text(ratio: CountRatio, *, per: int = 1, places: int = 1) -> str:
    """A ratio and its interval, "2.5 (interval 2.0-3.1)"; "–" where nothing was counted below the line."""
    if not ratio.second:
        return "–"
    value, low, high = (f"{per * end:.{places}f}" for end in (ratio.ratio, ratio.low, ratio.high))
    return f"{value} (interval {low}-{high})"


def range_text(reference: ReferenceRange) -> str:
    """A range as people write it, "40-60"."""
    return f"{reference.low:g}-{reference.high:g}"


def standing_text(standing: Standing) -> str:
    """Where a figure stands to its range, in words."""
    return {
        Standing.WITHIN: "within the reference range",
        Standing.MAY_BE_BELOW: "may be below the reference range",
        Standing.BELOW: "below the reference range",
        Standing.MAY_BE_ABOVE: "may be above the reference range",
        Standing.ABOVE: "above the reference range",
    }[standing]


def _ranges(found: Differential) -> Iterator[Flag]:
    told = _OUTSIDE | MAYBE
    marrow = found.marrow
    for row in (*found.rows, *((marrow.erythroid,) if marrow else ())):
        if row.standing in told:
            yield _of_row(row)
    enough = found.total >= found.panel.targets[0]
    if marrow and marrow.reference and marrow.standing in (told if enough else _OUTSIDE):
        assert marrow.standing is not None  # noqa: S101 - for the type checker
        ratio = marrow.me_ratio
        text = f"M:E ratio {ratio_text(ratio) if ratio.second else f'above {ratio.low:.1f}'}"
        yield _of_range("me_ratio", text, marrow.standing, marrow.reference, "")


def _of_row(row: DifferentialRow) -> Flag:
    assert row.reference is not None  # noqa: S101 - for the type checker: it has a standing
    assert row.standing is not None  # noqa: S101
    text = f"{_named(row.name)} {percent_text(row.share)} (interval {interval_text(row.share)})"
    return _of_range(row.key, text, row.standing, row.reference, " %")


def _of_range(key: str, text: str, standing: Standing, reference: ReferenceRange, unit: str) -> Flag:
    sure = standing in _OUTSIDE
    usual = f"{range_text(reference)}{unit}"
    advice = (
        "suggest review." if sure else "the interval reaches into the range; suggest counting more cells."
    )
    return Flag(
        f"{standing}:{key}",
        Weight.LOOK if sure else Weight.NOTE,
        f"{text}, {standing_text(standing)} {usual}: {advice}",
        f"Reference range {usual}: {reference.source}",
    )


def _parasites(found: Differential) -> Iterator[Flag]:
    seen = found.red_cells.parasitaemia
    if seen is not None and seen.count:
        cells = _cells(seen.count, "red cell")
        yield Flag(
            "infected_red_cells",
            Weight.LOOK,
            f"{cells} of {seen.total} may hold parasites ({percent_text(seen)}, interval "
            f"{interval_text(seen)}): suggest that a person look at them, and a thick film. Stain and "
            "platelets on red cells can look like parasites.",
            f"Parasites seen: {REVIEW_CRITERIA}",
        )


def _abnormal(found: Differential) -> Iterator[Flag]:
    for row in found.rows:
        if row.key in found.panel.abnormal and row.share.count:
            yield Flag(
                f"abnormal:{row.key}",
                Weight.LOOK,
                f"{_cells(row.share.count, row.name)} suggested ({percent_text(row.share)}, interval "
                f"{interval_text(row.share)}): suggest that a haematologist look at them without delay.",
                "Classes of Matek and others, Blood 138 (2021) 1917-1927, that are not part of usual marrow",
            )


def _blasts(found: Differential) -> Iterator[Flag]:
    if found.marrow is None or not found.total or found.marrow.blasts.share < BLASTS_OF_NOTE:
        return
    blasts = found.marrow.blasts
    yield Flag(
        "blasts",
        Weight.LOOK,
        f"Blasts {percent_text(blasts)} of nucleated cells (interval {interval_text(blasts)}): suggest that "
        "a haematologist look at them.",
        "Marrow blasts of 5 % or more; remission asks for fewer: Döhner and others, Blood 129 (2017) 424-447",
    )


def _immature(found: Differential) -> Iterator[Flag]:
    early = ("promyelocyte", "myelocyte")
    for row in found.rows:
        if not set(found.panel.immature) & {row.key, row.parent} or not row.share.count:
            continue
        below = [other for other in found.rows if other.parent == row.key]
        counted_below = sum(other.share.count for other in below)
        late = row.key == "metamyelocyte" and row.share.share <= METAMYELOCYTES_OF_NOTE
        if counted_below == row.share.count or late:
            continue
        yield Flag(
            f"immature:{row.key}",
            Weight.LOOK,
            f"{_cells(row.share.count, row.name)} seen ({percent_text(row.share)}, interval "
            f"{interval_text(row.share)}): suggest that a person confirm them.",
            ("1 or more " if row.key in early or not row.parent else "more than 2 % ")
            + f"in blood: {REVIEW_CRITERIA}",
        )


def _nucleated(found: Differential) -> Iterator[Flag]:
    ratio = found.nucleated_red_cells
    if ratio is None or not ratio.first:
        return
    per = f", {ratio_text(ratio, per=100)} per 100 white cells" if ratio.second else ""
    yield Flag(
        "nucleated_red_cells",
        Weight.LOOK,
        f"{_cells(ratio.first, 'nucleated red cell')} seen{per}: suggest that a person confirm them. They "
        "are no part of the white-cell count.",
        f"1 or more in blood: {REVIEW_CRITERIA}; apart from the differential: CLSI H20-A2",
    )


def _clumps(found: Differential) -> Iterator[Flag]:
    if found.platelets.clumps:
        yield Flag(
            "platelet_clumps",
            Weight.LOOK,
            f"{_cells(found.platelets.clumps, 'platelet clump')} seen: counts of platelets may be too low; "
            "suggest a look at the edges of the smear, and citrated blood.",
            f"Clumps seen: {REVIEW_CRITERIA}",
        )


def _few(found: Differential) -> Iterator[Flag]:
    fewest = found.panel.targets[0]
    if found.total < fewest:
        yield Flag(
            "few_cells",
            Weight.NOTE,
            f"{_cells(found.total, found.panel.counted_cells.removesuffix('s'))} counted, "
            f"{fewest - found.total} fewer than {fewest}: "
            "suggest further pictures of this smear, counted together.",
            "CLSI H20-A2" if found.marrow is None else f"At least 500 cells: {ICSH_MARROW}",
        )


def _unnamed(found: Differential) -> Iterator[Flag]:
    count = found.count(UNIDENTIFIED)
    if count and count >= UNNAMED_OF_NOTE * (count + found.total):
        yield Flag(
            "unidentified",
            Weight.LOOK,
            f"{_cells(count, 'cell')} could not be named and stand apart from the percentages: suggest that "
            "a person name them before sign-off.",
            "5 % or more of the cells without a name",
        )


def _cells(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"


def _named(name: str) -> str:
    return f"{name[:1].upper()}{name[1:]}s"
