"""A fast analysis in place of the networks, for tests of what the commands do around it."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from cytovox.cli.program import program
from cytovox.domain.errors import BundleError
from cytovox.domain.image import SmearImage
from cytovox.domain.predictions import CellPredictions
from cytovox.domain.smear_map import SmearMap
from cytovox.domain.taxonomies import load_taxonomy


@dataclass
class Analysis:
    """What the commands asked of the analysis."""

    images: list[SmearImage]
    min_scores: list[float | None]
    refuse_rates: list[float | None] = field(default_factory=list)
    smear_maps: list[bool] = field(default_factory=list)
    materials: list[str] = field(default_factory=list)
    infected: bool = False
    fail_on: str = ""
    error: Exception = field(default_factory=lambda: ZeroDivisionError("defect"))


@pytest.fixture
def analysis(monkeypatch: pytest.MonkeyPatch, make_findings: Any) -> Analysis:
    """`cytovox.analysis.smear` with an analysis that finds the same three cells in any picture."""
    seen = Analysis([], [])

    @dataclass(frozen=True)
    class SmearOptions:
        min_score: float | None = None
        refuse_rate: float | None = None
        smear_map: bool = False
        material: str = "blood"

    def analyze_smear(
        image: SmearImage, *, options: SmearOptions, progress: Callable[[float, str], None]
    ) -> Any:
        if seen.fail_on and seen.fail_on in image.source:
            raise seen.error
        seen.images.append(image)
        seen.min_scores.append(options.min_score)
        seen.refuse_rates.append(options.refuse_rate)
        seen.smear_maps.append(options.smear_map)
        seen.materials.append(options.material)
        progress(0.5, "looking")
        findings = make_findings(
            width=image.width, height=image.height, mpp_um=image.mpp_um, source=image.source
        )
        if seen.infected:
            classes = ("infected_red_cell", *findings.cells.classes[1:])
            findings = replace(findings, cells=replace(findings.cells, classes=classes))
        if options.material == "marrow":
            named = {"neutrophil": "neutrophil_segmented", "immature_granulocyte": "myelocyte"}
            classes = tuple(named.get(key, key) for key in findings.cells.classes)
            marrow = load_taxonomy("marrow")
            findings = replace(findings, cells=replace(findings.cells, classes=classes, taxonomy=marrow))
        if options.smear_map:
            classes = np.zeros((image.height, image.width), np.uint8)
            findings = replace(findings, smear_map=SmearMap(classes, classes + 9))
        return findings

    fake = ModuleType("cytovox.analysis.smear")
    fake.SmearOptions, fake.analyze_smear = SmearOptions, analyze_smear  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "cytovox.analysis.smear", fake)
    return seen


@pytest.fixture
def cytovox() -> Callable[..., Any]:
    """Runs the program on some arguments; gives exit code, standard output and standard error."""
    runner = CliRunner()
    return lambda *arguments: runner.invoke(program, [str(a) for a in arguments])


CLASSES = ("neutrophil", "lymphocyte", "platelet")


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Size of each batch asked of a classifier that calls every third picture by another name.

    At a refuse rate of 0.1 it names none.
    """
    sizes: list[int] = []

    def classify_cells(
        images: Sequence[Any], model: str = "blood", *, refuse_rate: float | None = None
    ) -> CellPredictions:
        if model != "blood":
            raise BundleError(f"no bundle '{model}'; installed: blood")
        rows = [np.roll([0.7, 0.2, 0.1], sum(sizes) + i) for i in range(len(images))]
        sizes.append(len(images))
        probabilities = np.array(rows, np.float32).reshape(-1, 3)
        return CellPredictions(
            CLASSES,
            probabilities,
            probabilities > 0.15,
            np.full(len(images), 2.5, np.float32),
            np.full(len(images), refuse_rate == 0.1),
            level=0.9,
        )

    fake = ModuleType("cytovox.analysis.classify")
    fake.classify_cells = classify_cells  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "cytovox.analysis.classify", fake)
    return sizes
