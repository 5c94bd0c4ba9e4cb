import pytest

from cytovox.domain.errors import InputError
from cytovox.domain.reference_ranges import (
    ReferenceRange,
    ReferenceRanges,
    Standing,
    default_reference_ranges,
)


def test_every_shipped_range_names_its_source():
    ranges = default_reference_ranges()
    assert {"neutrophil", "lymphocyte", "monocyte", "eosinophil", "basophil"} <= set(ranges.blood)
    assert {"erythroid", "me_ratio"} <= set(ranges.marrow)
    assert all(len(r.source) > 10 for of in (ranges.blood, ranges.marrow) for r in of.values())


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        (30, 25, 35, Standing.WITHIN),
        (40, 40, 40, Standing.WITHIN),
        (41, 35, 45, Standing.MAY_BE_ABOVE),
        (41, 40, 45, Standing.MAY_BE_ABOVE),
        (50, 40.1, 60, Standing.ABOVE),
        (19, 15, 25, Standing.MAY_BE_BELOW),
        (10, 5, 19.9, Standing.BELOW),
    ],
)
def test_outside_only_where_the_whole_interval_is(value, low, high, expected):
    assert ReferenceRange("lymphocyte", 20, 40, "a book").standing(value, low, high) is expected


@pytest.mark.parametrize(
    ("low", "high", "source"),
    [(-1, 5, "s"), (6, 5, "s"), (5, 101, "s"), (0, 5, " "), (0, 5, "s" * 301), (float("nan"), 5, "s")],
)
def test_impossible_ranges_are_refused(low, high, source):
    with pytest.raises(InputError, match="reference range of 'monocyte'"):
        ReferenceRange("monocyte", low, high, source)


def test_only_rows_of_the_material_have_ranges():
    me_ratio = ReferenceRange("me_ratio", 2, 400, "a book")
    ReferenceRanges({}, {"me_ratio": me_ratio})
    with pytest.raises(InputError, match="reference ranges of blood"):
        ReferenceRanges({"me_ratio": me_ratio}, {})
    with pytest.raises(InputError, match="blood or marrow"):
        ReferenceRanges({}, {}).of("urine")
