import re
from itertools import combinations

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from cytovox.domain.errors import InputError
from cytovox.domain.taxonomies import TAXONOMY_KEYS, load_taxonomy
from cytovox.domain.taxonomy import COARSE

# Machado, Oliveira and Fernandes, IEEE TVCG 15 (2009) 1291-1298, severity 1, on linear RGB.
VISIONS = {
    "normal": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
DRAWN_TOGETHER = (
    "red_cell", "infected_red_cell", "platelet", "white_cell", "neutrophil", "eosinophil", "basophil",
    "lymphocyte", "monocyte", "immature_granulocyte", "erythroblast", "unidentified",
)  # fmt: skip
MAP_COLOURS = {
    "eosinophil": "#00ffff", "basophil": "#008080", "neutrophil": "#fbbebe", "lymphocyte": "#808000",
    "monocyte": "#000080", "platelet": "#ffff00", "platelet_clump": "#ff00ff", "infected_red_cell": "#ff0000",
    "red_cell": "#00ff00", "background": "#000000",
}  # fmt: skip
MARROW_CODES = "ABE ART BAS BLA EBO EOS FGC HAC KSC LYI LYT MMZ MON MYB NGB NGS NIF OTH PEB PLM PMO"


def linear(colour: str) -> np.ndarray:
    v = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def seen(colour: str, vision: str) -> np.ndarray:
    light = np.clip(np.asarray(VISIONS[vision]) @ linear(colour), 0, 1)
    return rgb2lab(np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055))


@pytest.mark.parametrize("key", TAXONOMY_KEYS)
def test_files_are_well_formed(key: str) -> None:
    taxonomy = load_taxonomy(key)
    assert taxonomy.key == key
    assert load_taxonomy(key) is taxonomy
    for cell_class in taxonomy:
        assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", cell_class.key)
        assert re.fullmatch(r"#[0-9a-f]{6}", cell_class.colour)
        assert re.fullmatch(r"[A-Z][A-Z0-9]{1,3}", cell_class.short)
        assert cell_class.aliases == tuple(alias.lower() for alias in cell_class.aliases)
        patterns = {"SNOMED CT": r"\d{6,18}", "Cell Ontology": r"CL:\d{7}", "LOINC": r"\d{1,5}-\d"}
        assert all(re.fullmatch(patterns[code.system], code.code) for code in cell_class.codes)
    for values in ("key", "short", "colour", "name"):
        found = [getattr(cell_class, values) for cell_class in taxonomy]
        assert len(set(found)) == len(found), values


def check_digit(digits: str) -> int:
    """Luhn's check digit, which LOINC uses."""
    doubled = [int(d) * (2 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits))]
    return -sum(d // 10 + d % 10 for d in doubled) % 10


def verhoeff(digits: str) -> int:
    """Verhoeff's checksum, which SNOMED CT identifiers end with; 0 for a whole identifier."""
    permutation = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
    for _ in range(6):
        permutation.append([permutation[-1][permutation[1][i]] for i in range(10)])

    def product(a: int, b: int) -> int:
        turned = (a + b) % 5 if b < 5 else (a + b - 5) % 5 + 5
        mirrored = (a - b - 5) % 5 + 5 if b < 5 else (a - b) % 5
        return turned if a < 5 else mirrored

    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = product(check, permutation[place % 8][int(digit)])
    return check


def test_codes_have_valid_check_digits() -> None:
    codes = {code for key in TAXONOMY_KEYS for cell_class in load_taxonomy(key) for code in cell_class.codes}
    snomed = [code.code for code in codes if code.system == "SNOMED CT"]
    loinc = [code.code.split("-") for code in codes if code.system == "LOINC"]
    assert len(snomed) > 10
    assert len(loinc) > 4
    assert verhoeff("73211009") == 0  # diabetes mellitus, for the checksum's own sake
    assert [code for code in snomed if verhoeff(code) != 0] == []
    assert [number for number, digit in loinc if check_digit(number) != int(digit)] == []


def test_a_code_means_one_thing() -> None:
    meaning: dict[tuple[str, str], set[str]] = {}
    for key in TAXONOMY_KEYS:
        for cell_class in load_taxonomy(key):
            for code in cell_class.codes:
                meaning.setdefault((code.system, code.code), set()).add(code.display)
    assert all(len(displays) == 1 for displays in meaning.values())


def test_lineages_of_blood() -> None:
    blood = load_taxonomy("blood")
    assert blood.lineage("neutrophil_band") == ("neutrophil_band", "neutrophil", "white_cell")
    assert blood.lineage("metamyelocyte") == ("metamyelocyte", "immature_granulocyte", "white_cell")
    assert blood.lineage("erythroblast") == ("erythroblast", "white_cell")
    assert blood.lineage("platelet_clump") == ("platelet_clump", "platelet")
    assert blood.lineage("infected_red_cell") == ("infected_red_cell", "red_cell")
    assert len(blood.keys) == 18


def test_marrow_has_the_21_classes_and_what_lies_about_them() -> None:
    marrow, blood = load_taxonomy("marrow"), load_taxonomy("blood")
    codes = [c.short for c in marrow]
    assert codes[:21] == MARROW_CODES.split()
    shared = ("red_cell", "platelet", "white_cell", "platelet_clump", "infected_red_cell", "unidentified")
    assert marrow.keys[21:] == shared
    for key in shared:
        assert (marrow[key].colour, marrow[key].short, marrow[key].codes, marrow[key].parent) == (
            blood[key].colour, blood[key].short, blood[key].codes, blood[key].parent
        )  # fmt: skip


def test_coarse_classes() -> None:
    blood, marrow = load_taxonomy("blood"), load_taxonomy("marrow")
    assert {blood.coarse(key) for key in blood.keys} == set(COARSE)
    assert {marrow.coarse(key) for key in marrow.keys} == set(COARSE)
    assert blood.coarse("neutrophil_band") == marrow.coarse("faggot_cell") == "white_cell"
    assert marrow.coarse("infected_red_cell") == "red_cell"
    unnamed = [key for key in marrow.keys if marrow.coarse(key) == "unidentified"]
    assert unnamed == ["artefact", "not_identifiable", "unidentified"]


def test_marrow_counts_each_class_under_itself_and_finer_ones_under_theirs() -> None:
    marrow = load_taxonomy("marrow")
    groups = {key: marrow.group(key) for key in marrow.keys if marrow.group(key) != key}
    assert groups == {
        "abnormal_eosinophil": "eosinophil",
        "faggot_cell": "promyelocyte",
        "platelet_clump": "platelet",
        "infected_red_cell": "red_cell",
    }


def test_map_has_its_fixed_colours_and_background_is_label_0() -> None:
    smear_map = load_taxonomy("smear_map")
    assert {c.key: c.colour for c in smear_map} == MAP_COLOURS
    assert smear_map.keys[0] == "background"


@pytest.mark.parametrize("vision", VISIONS)
def test_classes_that_are_drawn_together_stay_apart_in_every_vision(vision: str) -> None:
    blood = load_taxonomy("blood")
    for first, second in combinations(DRAWN_TOGETHER, 2):
        difference = deltaE_ciede2000(seen(blood[first].colour, vision), seen(blood[second].colour, vision))
        assert difference >= 9, (first, second)


def test_colours_show_on_a_dark_surround_and_on_a_pink_smear() -> None:
    luminance = np.array([0.2126, 0.7152, 0.0722])
    surround = linear("#14171a") @ luminance
    for cell_class in load_taxonomy("blood"):
        contrast = (linear(cell_class.colour) @ luminance + 0.05) / (surround + 0.05)
        assert contrast >= 2.8, cell_class.key
        for stain in ("#e9d3dc", "#d9a9b5", "#c58f9f", "#7b4f9a"):
            difference = deltaE_ciede2000(seen(cell_class.colour, "normal"), seen(stain, "normal"))
            assert difference >= 11, (cell_class.key, stain)


def test_organs_of_other_tools_meet() -> None:
    organs = load_taxonomy("organs")
    assert organs.keys[:3] == ("stomach", "small_bowel", "large_bowel")
    by_name = {name: c.key for c in organs for name in (c.key.replace("_", " "), c.name, *c.aliases)}
    assert by_name["right kidney"] == by_name["kidney right"] == "kidney_right"
    assert by_name["postcava"] == by_name["inferior vena cava"] == "inferior_vena_cava"
    assert by_name["bladder"] == "urinary_bladder"
    assert by_name["vertebra l5"] == "vertebrae_l5"
    assert by_name["left rib 10"] == "rib_left_10"


def test_an_organ_of_one_side_has_its_structure_above_it() -> None:
    organs = load_taxonomy("organs")
    sides = {"7771000": "left", "24028007": "right"}
    sided = [c for c in organs if any(code.code in sides for code in c.codes)]
    assert len(sided) == 2 * (22 + 12) - 1  # of the atrial appendages only the left one is drawn
    for organ in sided:
        (side,) = organ.codes
        assert sides[side.code] in organ.key
        assert organ.name.startswith(sides[side.code])
        assert organ.parent is not None
    assert [code.code for code in organs["kidney"].codes] == ["64033007"]


def test_an_organ_name_means_one_organ() -> None:
    meaning: dict[str, set[str]] = {}
    for organ in load_taxonomy("organs"):
        for name in {organ.key.replace("_", " "), organ.name, *organ.aliases}:
            meaning.setdefault(name, set()).add(organ.key)
    assert {name: keys for name, keys in meaning.items() if len(keys) > 1} == {}


def test_unknown_taxonomy_is_refused() -> None:
    with pytest.raises(InputError, match="blood, marrow, smear_map, organs"):
        load_taxonomy("bones")
