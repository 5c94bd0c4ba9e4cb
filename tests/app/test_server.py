import sys
from dataclasses import dataclass
from types import ModuleType

import numpy as np
import pytest

from cytovox.app.jobs import analyze_with_map
from cytovox.domain.image import SmearImage
from cytovox.domain.material import Material


def test_cases_are_analysed_with_their_map(monkeypatch: pytest.MonkeyPatch, example_findings) -> None:
    @dataclass(frozen=True)
    class SmearOptions:
        smear_map: bool = False
        material: str = "blood"

    asked = []

    def analyze_smear(image, *, options, progress):
        asked.append((options.smear_map, options.material))
        return example_findings(image)

    fake = ModuleType("cytovox.analysis.smear")
    fake.SmearOptions, fake.analyze_smear = SmearOptions, analyze_smear
    monkeypatch.setitem(sys.modules, "cytovox.analysis.smear", fake)
    for material in Material:
        analyze_with_map(material)(SmearImage(np.zeros((60, 80, 3), np.uint8)), lambda *_: None)
    assert asked == [(True, "blood"), (True, "marrow")]
