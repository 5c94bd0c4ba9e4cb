import sys
from dataclasses import dataclass
from types import ModuleType

import numpy as np
import pytest

from cytovox.app.jobs import analyze_with_map
from cytovox.domain.image import SmearImage


def test_cases_are_analysed_with_their_map(monkeypatch: pytest.MonkeyPatch, example_findings) -> None:
    @dataclass(frozen=True)
    class SmearOptions:
        smear_map: bool = False

    asked = []

    def analyze_smear(image, *, options, progress):
        asked.append(options.smear_map)
        return example_findings(image)

    fake = ModuleType("cytovox.analysis.smear")
    fake.SmearOptions, fake.analyze_smear = SmearOptions, analyze_smear
    monkeypatch.setitem(sys.modules, "cytovox.analysis.smear", fake)
    analyze_with_map(SmearImage(np.zeros((60, 80, 3), np.uint8)), lambda *_: None)
    assert asked == [True]
