"""The shipped models, and smears that the project renders itself."""

import pytest

from cytovox.analysis.smear import SmearModels
from cytovox.synth.rendered import render_smear
from cytovox.synth.truth import SyntheticSmear


@pytest.fixture(scope="session")
def models() -> SmearModels:
    return SmearModels.shipped()


@pytest.fixture(scope="session")
def smear() -> SyntheticSmear:
    """Some 140 um across: larger than a tile of the finder."""
    return render_smear(width=1400, height=1050, mpp_um=0.11, seed=5)
