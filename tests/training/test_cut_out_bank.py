import os
from pathlib import Path

import numpy as np
import pytest

from cytovox.domain.errors import TrainingDataError
from cytovox.io.cut_outs import cut_out_pictures, read_mask, read_picture
from cytovox.synth.cut_outs import CutOut, CutOutBank
from cytovox.training.cut_out_bank import BankLimits, build_bank, cached_bank
from cytovox.training.cut_out_file import load_bank, save_bank

DATA = os.environ.get("CYTOVOX_DATA")
needs_data = pytest.mark.skipif(not DATA, reason="CYTOVOX_DATA is not set")
FEW = BankLimits(white_cells=4, platelets=4, red_cells=6, infected=4, clumps=3)


def made_bank() -> CutOutBank:
    rng = np.random.default_rng(0)

    def cell(label: str, side: int, split: str = "val") -> CutOut:
        mask = np.zeros((side, side + 2), bool)
        mask[2:-2, 2:-2] = True
        infected = label == "infected_red_cell"
        return CutOut(
            density=rng.random((side, side + 2, 3)).astype(np.float16),
            mask=mask,
            outline=rng.random((side, 2)).astype(np.float32),
            label=label,
            um_per_px=0.1 + side / 100,
            reference=rng.random(3).astype(np.float32),
            light=rng.random(3).astype(np.float32),
            source="made",
            picture=f"p{side}",
            split=split,
            foreign=rng.integers(0, 255, mask.shape, dtype=np.uint8) if infected else None,
            nucleus=mask.copy() if label == "basophil" else None,
        )

    cells = (cell("red_cell", 9), cell("infected_red_cell", 12), cell("basophil", 10), cell("platelet", 7))
    return CutOutBank(cells, "val", {"made": "own"})


def test_a_bank_comes_back_from_its_file(tmp_path: Path) -> None:
    bank = made_bank()
    save_bank(bank, tmp_path / "bank.npz")
    again = load_bank(tmp_path / "bank.npz")
    assert again.digest == bank.digest
    assert (again.split, again.licences, again.counts) == (bank.split, bank.licences, bank.counts)
    for old, new in zip(bank.cut_outs, again.cut_outs, strict=True):
        assert np.array_equal(old.outline, new.outline)
        for name in ("foreign", "nucleus"):
            first, second = getattr(old, name), getattr(new, name)
            assert (first is None) == (second is None)
            assert first is None or np.array_equal(first, second)


def test_another_file_is_no_bank(tmp_path: Path) -> None:
    (tmp_path / "bank.npz").write_bytes(b"no")
    with pytest.raises(TrainingDataError, match="expected a bank"):
        load_bank(tmp_path / "bank.npz")


def test_a_missing_index_is_said(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match="expected an index CSV"):
        cut_out_pictures(tmp_path, "train")
    with pytest.raises(TrainingDataError, match="expected train, val or test"):
        cut_out_pictures(tmp_path, "all")


def test_a_file_that_is_no_picture_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"no")
    for read in (read_picture, read_mask):
        with pytest.raises(TrainingDataError, match="could not decode"):
            read(tmp_path / "a.png")


@needs_data
def test_no_picture_patient_or_field_is_in_two_splits() -> None:
    groups = {
        split: {picture.group for picture in cut_out_pictures(Path(DATA or ""), split)}
        for split in ("train", "val", "test")
    }
    assert min(map(len, groups.values())) > 100
    assert not groups["train"] & (groups["val"] | groups["test"])
    assert not groups["val"] & groups["test"]


@needs_data
def test_real_cells_are_cut_out_and_kept(tmp_path: Path) -> None:
    bank = build_bank(Path(DATA or ""), "test", limits=FEW)
    assert set(bank.counts) == {
        "basophil", "eosinophil", "infected_red_cell", "lymphocyte", "monocyte", "neutrophil",
        "platelet", "platelet_clump", "red_cell",
    }  # fmt: skip
    red = np.median([cell.area_um2 for cell in bank.by_label["red_cell"]])
    assert 2 * np.sqrt(red / np.pi) == pytest.approx(7.5, abs=0.8)
    for label in ("basophil", "neutrophil", "monocyte"):
        widths = [2 * np.sqrt(cell.area_um2 / np.pi) for cell in bank.by_label[label]]
        assert 10 < np.median(widths) < 19
    kept = cached_bank(Path(DATA or ""), "test", tmp_path, limits=FEW)
    assert kept.digest == bank.digest
    assert cached_bank(Path(DATA or ""), "test", tmp_path, limits=FEW).digest == bank.digest
