"""The loop closed: a strange camera, corrections in the application, a better classifier."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from tests.app.conftest import serving
from typer.testing import CliRunner

from cytovox.analysis.cell_classifier import CellClassifier
from cytovox.analysis.correction_crops import correction_crop
from cytovox.app.jobs import Progress
from cytovox.app.settings import Settings
from cytovox.cli.program import program
from cytovox.domain.best_class import best_class
from cytovox.domain.cells import CellTable
from cytovox.domain.errors import BundleError, TrainingDataError
from cytovox.domain.findings import Provenance, SmearFindings
from cytovox.domain.image import RgbPixels, Scale, ScaleOrigin, SmearImage
from cytovox.imaging.corruption import relight, stain
from cytovox.io.corrections import INDEX, CorrectedCell, corrections_index
from cytovox.io.plain_png import plain_png
from cytovox.synth.options import RenderOptions
from cytovox.synth.rendered import render_smear
from cytovox.synth.single_cells import render_cells
from cytovox.training.corrections import BIAS, Tuning, tune

# torch's optimiser warns of its own deprecated calls.
pytestmark = pytest.mark.filterwarnings("ignore")

TYPES = ("lymphocyte", "monocyte", "neutrophil_segmented", "eosinophil", "basophil")
MPP_UM = 0.2
CORRECTED, HELD_OUT = range(8), range(100, 108)
"""Seeds of the fields that somebody corrects, and of those that nobody shows to the program."""


@dataclass(frozen=True)
class Field:
    """A rendered field under the strange camera, and its white cells."""

    pixels: RgbPixels
    outlines: tuple[np.ndarray, ...]
    labels: tuple[str, ...]

    @property
    def middles(self) -> list[tuple[float, float]]:
        ends = [(o.min(axis=0), o.max(axis=0)) for o in self.outlines]
        return [tuple(((low + high) / 2).tolist()) for low, high in ends]


def shifted_field(seed: int) -> Field:
    """Weakly stained and under a dim yellow lamp."""
    options = replace(
        RenderOptions(),
        palette="blue_grey",
        red_cells_per_1000_um2=4.0,
        platelets_per_1000_um2=0.0,
        white_cells=tuple(TYPES[(seed + i) % len(TYPES)] for i in range(8)),
    )
    smear = render_smear(width=400, height=400, mpp_um=MPP_UM, seed=seed, options=options)
    rows = [i for i, label in enumerate(smear.labels) if label in TYPES]
    return Field(
        relight(stain(smear.image.pixels, 0.5), 2500),
        tuple(smear.outlines[i] for i in rows),
        tuple(smear.labels[i] for i in rows),
    )


def named(classifier: CellClassifier, field: Field) -> tuple[list[str], np.ndarray]:
    crops = [classifier.crop(field.pixels, middle, MPP_UM) for middle in field.middles]
    chances = classifier.classify(crops, refuse_rate=0).probabilities
    best = best_class(chances, classifier.classes, classifier.bundle.taxonomy)
    return [classifier.classes[i] for i in best], chances


def share_right(classifier: CellClassifier, fields: list[Field]) -> float:
    right = [
        said == true for f in fields for said, true in zip(named(classifier, f)[0], f.labels, strict=True)
    ]
    return float(np.mean(right))


def machine(fields: list[Field]) -> Callable[[SmearImage, Progress], SmearFindings]:
    """An analysis that finds the cells where they are and names them with the shipped classifier."""
    known = {hashlib.sha256(f.pixels.tobytes()).hexdigest(): f for f in fields}
    classifier = CellClassifier.load("blood")

    def analyze(image: SmearImage, progress: Progress) -> SmearFindings:
        field = known[hashlib.sha256(image.pixels.tobytes()).hexdigest()]
        progress(0.5, "naming cells")
        table = CellTable.from_outlines(
            field.outlines,
            classes=classifier.classes,
            score=np.ones(len(field.labels), np.float32),
            probabilities=named(classifier, field)[1].astype(np.float32),
            picture_size=(image.height, image.width),
            mpp_um=MPP_UM,
        )
        scale = Scale(MPP_UM, ScaleOrigin.GIVEN)
        about = Provenance("0", "2026-01-01T00:00:00Z", (), {"working_um_per_px": MPP_UM}, "0" * 64)
        return SmearFindings(image.source, image.width, image.height, table, scale, (), about)

    return analyze


def correct(client, case_id: str, field: Field) -> int:
    """What a reviewer does who knows: renames what is wrong, confirms what is right. Number of wrong ones."""
    cells = client.get(f"/api/cases/{case_id}/findings.json").json()["cells"]
    for cell, truth in zip(cells, field.labels, strict=True):
        wanted = {"kind": "confirm"} if cell["label"] == truth else {"kind": "classify", "label": truth}
        answer = client.post(f"/api/cases/{case_id}/edits", json={**wanted, "cell_id": cell["id"]})
        assert answer.status_code == 201, answer.text
    return sum(cell["label"] != truth for cell, truth in zip(cells, field.labels, strict=True))


@pytest.fixture(scope="module")
def corrections(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ZIP of corrections that the application hands out after somebody went over some fields."""
    fields = [shifted_field(seed) for seed in CORRECTED]
    path = tmp_path_factory.mktemp("corrections") / "corrections.zip"
    with serving(Settings(), machine(fields)) as client:
        for seed, field in enumerate(fields):
            upload = client.upload(plain_png(field.pixels), mpp_um=str(MPP_UM), specimen=f"smear {seed}")
            case = client.wait_for(upload.json()["id"], "done", "failed", timeout_s=60)
            correct(client, case["id"], field)
        path.write_bytes(client.get("/api/corrections.zip").content)
    return path


def test_corrections_make_the_classifier_better_on_cells_that_nobody_corrected(
    corrections: Path, tmp_path: Path
) -> None:
    fields = [shifted_field(seed) for seed in HELD_OUT]
    before = share_right(CellClassifier.load("blood"), fields)
    command = ["train", "classifier", "--from-corrections", str(corrections), "-o", str(tmp_path / "tuned")]
    done = CliRunner().invoke(program, command)
    assert done.exit_code == 0, done.output
    tuned = CellClassifier.load(str(tmp_path / "tuned"))
    after = share_right(tuned, fields)
    # When this was written 0.66 and 0.94 of 64: the camera costs a third, 64 corrected cells bring most back.
    assert before < 0.8
    assert after > before + 0.15
    manifest = tuned.bundle.manifest
    assert manifest["name"] == "blood"
    assert manifest["version"].startswith("0.2.0+")
    measured = {row["metric"]: row["value"] for row in manifest["measured"]}
    assert measured["accuracy"] > measured["accuracy of blood before"]
    card = (tmp_path / "tuned" / "CARD.md").read_text(encoding="utf-8")
    assert "was fitted anew on" in card
    assert "people corrected or confirmed" in card


def test_the_new_network_is_the_old_one_with_another_last_layer(tmp_path: Path) -> None:
    """Its maps still are those of its own layer: their mean and the bias are the logits."""
    tuned = CellClassifier.load(str(tune(Tuning(one_smear(tmp_path), tmp_path / "tuned")).bundle))
    old, (field,) = CellClassifier.load("blood"), [shifted_field(HELD_OUT[0])]
    views = [old.crop(field.pixels, middle, MPP_UM) for middle in field.middles[:3]]
    np.testing.assert_array_equal(tuned.pooled_features(views), old.pooled_features(views))
    said = tuned.classify(views, with_maps=True)
    assert said.maps is not None
    means = said.maps.mean(axis=(2, 3))
    logits = np.log(said.probabilities) * tuned.bundle.manifest["temperature"]
    stored = {
        i.name: numpy_helper.to_array(i)
        for i in onnx.load(tuned.bundle.folder / "model.onnx").graph.initializer
    }
    off = logits - (means + stored[BIAS][:-1])
    np.testing.assert_allclose(off, off[:, :1] * np.ones(off.shape[1]), atol=1e-3)


def test_few_smears_are_cross_validated_and_it_says_so(tmp_path: Path) -> None:
    tuned = tune(Tuning(one_smear(tmp_path), tmp_path / "tuned"))
    assert not tuned.held_out
    assert tuned.trained == tuned.measured == 16
    assert "red_cell: 1 cells left out, the classifier has no such class" in tuned.notes
    card = (tuned.bundle / "CARD.md").read_text(encoding="utf-8")
    assert "cross-validation over 1 smears" in card


def test_replay_joins_in_and_is_named(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for label in ("lymphocyte", "monocyte"):
        (home / label).mkdir(parents=True)
        for number, pixels in enumerate(render_cells(label, 4)):
            (home / label / f"{number}.png").write_bytes(plain_png(pixels))
    asked = Tuning(one_smear(tmp_path), tmp_path / "tuned", replay=(home,), um_per_px=MPP_UM)
    bundle = tune(asked).bundle
    assert "with home replayed" in json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))["history"]


def test_an_earlier_bundle_is_replaced_and_other_files_are_not(tmp_path: Path) -> None:
    earlier = tmp_path / "tuned"
    earlier.mkdir()
    (earlier / "bundle.json").write_text("{}", encoding="utf-8")
    asked = Tuning(one_smear(tmp_path), earlier)
    assert CellClassifier.load(str(tune(asked).bundle)).bundle.name == "blood"
    assert not list(tmp_path.glob(".*part"))
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(BundleError, match="other files"):
        tune(replace(asked, output=tmp_path / "own"))
    assert (tmp_path / "own" / "notes.txt").is_file()


def test_too_few_corrections_and_none_at_all_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match="at least 10 cells"):
        tune(Tuning(one_smear(tmp_path, most=4), tmp_path / "tuned"))
    with pytest.raises(TrainingDataError, match="expected a folder or ZIP"):
        tune(Tuning(tmp_path / "nothing", tmp_path / "tuned"))
    assert not (tmp_path / "tuned").exists()


def test_a_classifier_without_a_layer_of_its_own_is_refused(write_colour_bundle, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="last layer"):
        tune(Tuning(one_smear(tmp_path), tmp_path / "tuned", start=str(write_colour_bundle())))


def one_smear(folder: Path, most: int = 16) -> Path:
    """A set of so many cells of two fields of one smear, and of a red cell."""
    listed = []
    for seed in (0, 1):
        field = shifted_field(seed)
        for number, (middle, label) in enumerate(zip(field.middles, field.labels, strict=True)):
            cell = CorrectedCell(label, "", "classify", "ann", f"case{seed}", number, "one smear", 0.14)
            listed.append((cell, correction_crop(field.pixels, middle, MPP_UM)))
    red = CorrectedCell("red_cell", "", "confirm", "ann", "case0", 99, "one smear", 0.14)
    chosen = [*listed[:most], (red, np.zeros((8, 8, 3), np.uint8))]
    for cell, pixels in chosen:
        (folder / "set" / cell.file).parent.mkdir(parents=True, exist_ok=True)
        (folder / "set" / cell.file).write_bytes(plain_png(pixels))
    (folder / "set" / INDEX).write_bytes(corrections_index(cell for cell, _ in chosen))
    return folder / "set"
