import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cytovox.domain.differential import differential, differential_of
from cytovox.domain.errors import InputError
from cytovox.domain.reference_ranges import Standing
from cytovox.domain.taxonomies import load_taxonomy

BLOOD = {
    "red_cell": 990,
    "infected_red_cell": 10,
    "platelet": 55,
    "platelet_clump": 2,
    "neutrophil_segmented": 50,
    "neutrophil_band": 6,
    "neutrophil": 4,
    "lymphocyte": 30,
    "monocyte": 5,
    "eosinophil": 3,
    "basophil": 0,
    "metamyelocyte": 2,
    "erythroblast": 4,
    "unidentified": 7,
    "white_cell": 1,
}
MARROW = {
    "blast": 10,
    "promyelocyte": 20,
    "faggot_cell": 5,
    "myelocyte": 65,
    "metamyelocyte": 70,
    "neutrophil_segmented": 120,
    "abnormal_eosinophil": 10,
    "monocyte": 10,
    "lymphocyte": 60,
    "plasma_cell": 5,
    "proerythroblast": 5,
    "erythroblast": 120,
    "smudge_cell": 9,
    "artefact": 8,
    "not_identifiable": 3,
    "unidentified": 11,
    "red_cell": 400,
}


def rows_of(found):
    return {row.key: row for row in found.rows}


def test_types_hold_their_subtypes_and_percentages_are_of_white_cells():
    found = differential(BLOOD)
    rows = rows_of(found)
    assert found.total == 100
    assert rows["neutrophil"].share.count == 60
    assert rows["neutrophil_band"].parent == "neutrophil"
    assert rows["immature_granulocyte"].share.share == pytest.approx(0.02)
    assert rows["basophil"].share.count == 0
    assert sum(row.share.count for row in found.rows if row.parent is None) == found.total
    assert [row.key for row in found.rows][:3] == ["neutrophil", "neutrophil_segmented", "neutrophil_band"]


def test_nucleated_red_cells_and_what_has_no_name_stand_apart():
    found = differential(BLOOD)
    assert {cells.key: cells.count for cells in found.apart} == {
        "erythroblast": 4,
        "white_cell": 1,
        "unidentified": 7,
    }
    assert 100 * found.nucleated_red_cells.ratio == pytest.approx(4.0)
    assert found.count("erythroblast") == 4


def test_red_cells_and_platelets():
    found = differential(BLOOD)
    assert (found.red_cells.count, found.red_cells.parasitaemia.count) == (1000, 10)
    assert found.platelets.to_red_cells.ratio == pytest.approx(0.055)
    assert found.platelets.clumps == 2
    assert differential({"red_cell": 5}).red_cells.parasitaemia is None


@pytest.mark.parametrize(
    ("cells", "target", "missing"),
    [(0, 100, 100), (99, 100, 1), (100, 200, 100), (250, 400, 150), (400, 400, 0)],
)
def test_progress(cells, target, missing):
    progress = differential({"lymphocyte": cells, "monocyte": 0}).progress
    assert (progress.counted, progress.target, progress.missing) == (cells, target, missing)
    assert (progress.half_width is None) == (cells == 0)


def test_where_shares_stand_to_their_ranges():
    rows = rows_of(differential({"neutrophil": 75, "lymphocyte": 18, "monocyte": 6, "eosinophil": 1}))
    assert rows["neutrophil"].standing is Standing.ABOVE
    assert rows["lymphocyte"].standing is Standing.MAY_BE_BELOW
    assert rows["monocyte"].standing is Standing.WITHIN
    assert rows_of(differential({"neutrophil": 0}))["neutrophil"].standing is None
    # Of eight cells one is 13 %, which says nothing against 20 to 40 %.
    assert rows_of(differential({"neutrophil": 7, "lymphocyte": 1}))["lymphocyte"].standing is None


def test_marrow_counts_nucleated_cells_and_leaves_smudged_ones_apart():
    found = differential(MARROW, material="marrow")
    assert found.total == 500
    assert found.progress.missing == 0
    assert {cells.key for cells in found.apart} == {
        "smudge_cell",
        "artefact",
        "not_identifiable",
        "unidentified",
    }
    assert rows_of(found)["promyelocyte"].share.count == 25
    assert rows_of(found)["faggot_cell"].parent == "promyelocyte"
    assert found.nucleated_red_cells is None


def test_myeloid_to_erythroid_ratio_and_blasts():
    marrow = differential(MARROW, material="marrow").marrow
    assert marrow.myeloid.count == 10 + 20 + 5 + 65 + 70 + 120 + 10 + 10
    assert marrow.me_ratio.ratio == pytest.approx(310 / 125)
    assert marrow.me_ratio.low < 310 / 125 < marrow.me_ratio.high
    assert marrow.standing is Standing.WITHIN
    assert marrow.blasts.share == pytest.approx(0.02)
    assert marrow.erythroid.share.share == pytest.approx(0.25)
    nothing = differential({"blast": 0}, material="marrow").marrow
    assert math.isnan(nothing.me_ratio.ratio)
    assert nothing.standing is None


@given(
    counts=st.dictionaries(st.sampled_from(load_taxonomy("blood").keys), st.integers(0, 500)),
    marrow=st.dictionaries(st.sampled_from(load_taxonomy("marrow").keys), st.integers(0, 500)),
)
def test_no_cell_is_lost(counts, marrow):
    for material, given_counts in (("blood", counts), ("marrow", marrow)):
        found = differential(given_counts, material=material)
        told = found.total + sum(cells.count for cells in found.apart)
        told += found.red_cells.count + found.platelets.count + found.platelets.clumps
        assert told == sum(given_counts.values())
        assert found.total == sum(row.share.count for row in found.rows if row.parent is None)


def test_pictures_are_counted_together(make_findings):
    one = make_findings([("neutrophil", 40, 40, 10), ("red_cell", 80, 40, 10)])
    both = differential_of([one, one])
    assert (both.pictures, both.total, both.red_cells.count) == (2, 2, 2)
    assert rows_of(both)["neutrophil"].share.count == 2


def test_bad_input_is_refused(make_findings):
    with pytest.raises(InputError, match="no picture"):
        differential_of([])
    blood = make_findings()
    marrow = replace(blood, cells=replace(blood.cells, taxonomy=load_taxonomy("marrow")))
    with pytest.raises(InputError, match="blood and marrow"):
        differential_of([blood, marrow])
    with pytest.raises(InputError, match="blood or marrow"):
        differential({}, material="urine")
