import pytest

from cytovox.domain.differential import differential
from cytovox.domain.flags import Weight, flags_of

HEALTHY = {
    "red_cell": 3000,
    "infected_red_cell": 0,
    "platelet": 150,
    "platelet_clump": 0,
    "neutrophil_segmented": 100,
    "neutrophil_band": 4,
    "lymphocyte": 64,
    "monocyte": 12,
    "eosinophil": 4,
    "basophil": 1,
    "metamyelocyte": 0,
    "promyelocyte": 0,
    "erythroblast": 0,
}
HEALTHY_MARROW = {
    "blast": 8,
    "promyelocyte": 25,
    "faggot_cell": 0,
    "hairy_cell": 0,
    "myelocyte": 70,
    "metamyelocyte": 60,
    "neutrophil_band": 60,
    "neutrophil_segmented": 75,
    "eosinophil": 15,
    "basophil": 1,
    "monocyte": 10,
    "lymphocyte": 70,
    "plasma_cell": 4,
    "proerythroblast": 5,
    "erythroblast": 120,
}
DIAGNOSES = ("leuk", "anaem", "malaria", "infection", "sepsis", "myelodys", "lymphoma", "diagnos")


def keys(counts, material="blood"):
    return [flag.key for flag in flags_of(differential(counts, material=material))]


def test_healthy_smears_raise_nothing():
    assert keys(HEALTHY) == []
    assert keys(HEALTHY_MARROW, "marrow") == []


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"infected_red_cell": 1}, "infected_red_cells"),
        ({"erythroblast": 1}, "nucleated_red_cells"),
        ({"promyelocyte": 1}, "immature:promyelocyte"),
        ({"immature_granulocyte": 1}, "immature:immature_granulocyte"),
        ({"metamyelocyte": 6}, "immature:metamyelocyte"),
        ({"platelet_clump": 1}, "platelet_clumps"),
        ({"unidentified": 12}, "unidentified"),
        ({"eosinophil": 30}, "above:eosinophil"),
        ({"lymphocyte": 10, "monocyte": 6, "neutrophil_segmented": 65}, "below:lymphocyte"),
    ],
)
def test_each_rule_raises_its_flag(change, key):
    assert key in keys(HEALTHY | change)


@pytest.mark.parametrize("change", [{"metamyelocyte": 2}, {"unidentified": 3}])
def test_below_its_threshold_a_rule_is_silent(change):
    assert keys(HEALTHY | change) == []


def test_what_may_be_chance_is_a_note_that_asks_for_more_cells():
    flags = {flag.key: flag for flag in flags_of(differential({"neutrophil": 66, "lymphocyte": 34}))}
    assert flags["may_be_above:neutrophil"].weight is Weight.NOTE
    assert "counting more cells" in flags["may_be_above:neutrophil"].text


def test_of_few_cells_one_flag_says_that_they_are_few():
    flags = flags_of(differential({"neutrophil": 14, "lymphocyte": 6, "monocyte": 0}))
    assert [flag.key for flag in flags] == ["few_cells"]
    assert "80 fewer than 100" in flags[0].text
    assert "above:neutrophil" in keys({"neutrophil": 40, "lymphocyte": 6})


def test_the_text_tells_the_interval_and_the_range():
    text = {f.key: f for f in flags_of(differential(HEALTHY | {"eosinophil": 30}))}["above:eosinophil"]
    assert text.text == (
        "Eosinophils 14.2 % (interval 9.8-19.7 %), above the reference range 1-4 %: suggest review."
    )
    assert "MedlinePlus" in text.rule


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"blast": 30}, "blasts"),
        ({"faggot_cell": 1}, "abnormal:faggot_cell"),
        ({"hairy_cell": 2}, "abnormal:hairy_cell"),
        ({"erythroblast": 300}, "below:me_ratio"),
        ({"erythroblast": 300}, "above:erythroid"),
    ],
)
def test_rules_of_marrow(change, key):
    assert key in keys(HEALTHY_MARROW | change, "marrow")


def test_every_flag_suggests_and_none_diagnoses():
    blood = dict.fromkeys(HEALTHY, 3) | {"unidentified": 9, "platelet_clump": 2}
    marrow = dict.fromkeys(HEALTHY_MARROW, 3) | {"unidentified": 9}
    flags = [*flags_of(differential(blood)), *flags_of(differential(marrow, material="marrow"))]
    assert len(flags) > 12
    for flag in flags:
        assert "suggest" in flag.text
        assert flag.rule
        assert not any(word in flag.text.lower() for word in DIAGNOSES)
    weights = [flag.weight for flag in flags_of(differential(blood))]
    assert weights == sorted(weights, key=lambda weight: weight is not Weight.LOOK)
