from typing import Any

import numpy as np
import pytest

from cytovox.analysis.cell_classifier import CellClassifier
from cytovox.analysis.smear import SmearModels, SmearOptions, analyze_smear
from cytovox.domain.errors import InputError
from cytovox.domain.image import ScaleOrigin, SmearImage
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.synth.truth import SyntheticSmear


def test_cells_are_counted_named_and_measured(models: SmearModels, smear: SyntheticSmear) -> None:
    findings = analyze_smear(SmearImage(smear.image.pixels, source="rendered"), models)
    truth = np.array(smear.labels)[smear.visible_fraction > 0.5]
    assert findings.counts["red_cell"] == pytest.approx(np.count_nonzero(truth == "red_cell"), rel=0.12)
    assert findings.scale.origin is ScaleOrigin.ESTIMATED
    assert findings.scale.mpp_um == pytest.approx(0.11, rel=0.12)
    assert findings.scale.red_cells > 20
    red = findings.cells.label == "red_cell"
    assert np.median(findings.cells.area_um2[red]) == pytest.approx(np.pi * 3.75**2, rel=0.12)
    assert findings.cells.probabilities.sum(axis=1) == pytest.approx(np.ones(len(findings.cells)), abs=1e-3)
    assert {use.name for use in findings.provenance.models} == {"finder", "blood", "white_cells", "malaria"}
    assert findings.provenance.options["working_um_per_px"] == pytest.approx(0.11, rel=0.12)


def test_nuclei_and_the_map_are_measured(models: SmearModels, smear: SyntheticSmear) -> None:
    image = SmearImage(smear.image.pixels, 0.11)
    findings = analyze_smear(image, models, options=SmearOptions(smear_map=True))
    assert findings.smear_map is not None
    told, true = findings.smear_map.classes > 0, smear.class_map() > 0
    assert (told & true).sum() / (told | true).sum() > 0.85
    white = [lineage_end(label) == "white_cell" for label in findings.cells.best]
    nuclei = [len(pieces) > 0 for pieces in findings.cells.nucleus_outlines]
    assert nuclei == white
    ratio = findings.cells.morphometry.nucleus_to_cytoplasm_ratio
    assert (ratio[white] > 0).all()
    assert np.isnan(ratio[~np.array(white)]).all()
    assert findings.parasitaemia is not None
    assert findings.parasitaemia.total > 20


def lineage_end(label: str) -> str:
    return load_taxonomy("blood").lineage(label)[-1]


def test_a_given_scale_is_used_as_it_is(models: SmearModels, smear: SyntheticSmear) -> None:
    findings = analyze_smear(SmearImage(smear.image.pixels, 0.11), models)
    assert findings.scale.origin is ScaleOrigin.GIVEN
    assert findings.scale.mpp_um == 0.11
    assert "scale_uncertain" not in [w.key for w in findings.warnings]


def test_a_scale_that_the_red_cells_contradict_is_doubted(models: SmearModels, smear: SyntheticSmear) -> None:
    findings = analyze_smear(SmearImage(smear.image.pixels, 0.17), models)
    assert "scale_uncertain" in [w.key for w in findings.warnings]


def test_a_picture_without_cells_gives_an_empty_table_and_says_so(models: SmearModels) -> None:
    findings = analyze_smear(SmearImage(np.full((200, 300, 3), 215, np.uint8)), models)
    assert len(findings.cells) == 0
    assert set(findings.counts.values()) == {0}
    assert findings.scale.origin is ScaleOrigin.UNKNOWN
    assert findings.warnings


def test_a_higher_least_score_keeps_fewer_and_surer_cells(models: SmearModels, smear: SyntheticSmear) -> None:
    image = SmearImage(smear.image.pixels, 0.11)
    many = analyze_smear(image, models, options=SmearOptions(min_score=0.2))
    few = analyze_smear(image, models, options=SmearOptions(min_score=0.7))
    assert 0 < len(few.cells) < len(many.cells)
    assert few.cells.score.min() >= 0.7


def test_progress_goes_from_nought_to_one(models: SmearModels, smear: SyntheticSmear) -> None:
    shares: list[float] = []
    analyze_smear(
        SmearImage(smear.image.pixels[:300, :300]), models, progress=lambda share, _: shares.append(share)
    )
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    assert shares == sorted(shares)


def test_the_same_picture_gives_the_same_findings(models: SmearModels, smear: SyntheticSmear) -> None:
    image = SmearImage(smear.image.pixels[:400, :400])
    first, second = analyze_smear(image, models), analyze_smear(image, models)
    assert np.array_equal(first.cells.box, second.cells.box)
    assert np.array_equal(first.cells.probabilities, second.cells.probabilities)


def test_wrong_arguments_are_explained(models: SmearModels) -> None:
    with pytest.raises(InputError, match="expected a SmearImage"):
        analyze_smear(np.zeros((5, 5, 3), np.uint8), models)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="min_score"):
        SmearOptions(min_score=1.5)
    with pytest.raises(InputError, match="refuse_rate"):
        SmearOptions(refuse_rate=-0.1)


def test_only_white_cells_are_typed_and_refused(
    models: SmearModels, smear: SyntheticSmear, write_colour_bundle: Any
) -> None:
    """A classifier that finds everything strange refuses every white cell, and nothing else."""
    everything = {"rates": [0.01, 0.1], "thresholds": [-2.0, -2.0], "default_rate": 0.01}
    colour = CellClassifier.load(str(write_colour_bundle(familiarity=everything)))
    image = SmearImage(smear.image.pixels[:500, :700], 0.11)
    strict = SmearModels(models.finder, colour)
    findings = analyze_smear(image, strict)
    cells = findings.cells
    coarse = np.isin(cells.best, ["red_cell", "platelet"])
    assert cells.unidentified.tolist() == (~coarse).tolist()
    assert findings.counts["unidentified"] == np.count_nonzero(~coarse) > 0
    assert sum(findings.counts.values()) == len(cells)
    assert findings.level == 0.9
    assert np.isnan(cells.unfamiliarity).tolist() == coarse.tolist()
    assert all(cells.predictions.prediction_set(i) == (cells.best[i],) for i in np.flatnonzero(coarse))
    named = analyze_smear(image, strict, options=SmearOptions(refuse_rate=0))
    assert "unidentified" not in named.counts
    assert named.cells.best.tolist() == cells.best.tolist()
    assert named.provenance.options["refuse_rate"] == 0


def test_nucleated_cells_of_marrow_are_named_by_its_classes(smear: SyntheticSmear) -> None:
    image = SmearImage(smear.image.pixels[:500, :700], 0.11)
    findings = analyze_smear(image, options=SmearOptions(smear_map=True, material="marrow"))
    assert findings.material == findings.provenance.options["material"] == "marrow"
    assert "marrow" in {use.name for use in findings.provenance.models}
    assert {"blast", "proerythroblast", "red_cell", "platelet"} <= set(findings.counts)
    assert not {"neutrophil", "immature_granulocyte"} & set(findings.counts)
    assert findings.parasitaemia is None
    blood = analyze_smear(image)
    assert blood.material == "blood"
    assert np.array_equal(findings.cells.box, blood.cells.box)
    red = blood.cells.label == "red_cell"
    assert np.array_equal(findings.cells.label[red], blood.cells.label[red])


def test_a_classifier_of_another_material_is_refused(models: SmearModels, smear: SyntheticSmear) -> None:
    image = SmearImage(smear.image.pixels[:300, :300], 0.11)
    with pytest.raises(InputError, match="expected a classifier of 'marrow', got 'blood'"):
        analyze_smear(image, models, options=SmearOptions(material="marrow"))
    with pytest.raises(InputError, match="expected one of blood, marrow, got 'urine'"):
        SmearOptions(material="urine")
