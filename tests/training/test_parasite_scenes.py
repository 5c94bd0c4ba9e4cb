from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from cytovox.io.lone_red_cells import LoneRedCell
from cytovox.training.augmentation import AppearanceOptions
from cytovox.training.parasite_cells import (
    CutOut,
    HealthyField,
    cut_out,
    density_of,
    held_out,
    parasite_patch,
    pixels_of,
    platelet_patch,
)
from cytovox.training.parasite_scenes import (
    FieldPlace,
    LonePlace,
    Overlays,
    Place,
    SceneDataset,
    SceneOptions,
)

UM, SIDE = 0.11, 96
CELL, GROUND = (190, 150, 160), (240, 238, 236)
PLAIN = AppearanceOptions(
    stain=0, mixing=0, illumination=0, gamma=0, blur=0, coarse=0, noise=0, jpeg=0, least_strength=0
)
STILL = SceneOptions(
    infect_healthy=0,
    infect_lone=0,
    mistaken=0,
    beside=0,
    black_outside=0,
    jitter_um=0,
    scale_spread=0,
    stretch=0,
)


def picture(*, infected: bool, outside: tuple[int, int, int] = GROUND) -> np.ndarray:
    pixels = np.full((80, 80, 3), outside, np.uint8)
    cv2.circle(pixels, (40, 40), 34, CELL, cv2.FILLED, cv2.LINE_AA)
    if infected:
        cv2.circle(pixels, (50, 36), 6, (90, 40, 110), cv2.FILLED, cv2.LINE_AA)
    return pixels


def cut(folder: Path, *, infected: bool, outside: tuple[int, int, int] = GROUND) -> CutOut:
    path = folder / f"{infected}.png"
    cv2.imwrite(str(path), picture(infected=infected, outside=outside)[..., ::-1])
    return cut_out(LoneRedCell(path, infected, "P"), 1.0)


def healthy_field() -> HealthyField:
    pixels = np.full((200, 200, 3), GROUND, np.uint8)
    cv2.circle(pixels, (60, 90), 34, CELL, cv2.FILLED, cv2.LINE_AA)
    cv2.circle(pixels, (150, 150), 10, (130, 90, 170), cv2.FILLED, cv2.LINE_AA)
    red, platelet = [[23.0, 53.0, 97.0, 127.0]], [[139.0, 139.0, 161.0, 161.0]]
    return HealthyField(pixels, UM, np.array(red, np.float32), np.array(platelet, np.float32))


def dataset(place: Place, options: SceneOptions = STILL, overlays: Overlays | None = None) -> SceneDataset:
    return SceneDataset([place], overlays or Overlays([], []), SIDE, UM, PLAIN, options)


def test_density_and_pixels_are_inverse() -> None:
    pixels = np.arange(256, dtype=np.uint8).reshape(16, 16)[..., None].repeat(3, axis=2)
    assert np.abs(pixels_of(density_of(pixels)).astype(int) - pixels).max() <= 1


@pytest.mark.parametrize("outside", [GROUND, (0, 0, 0)])
def test_the_cell_is_told_from_what_is_outside(tmp_path: Path, outside: tuple[int, int, int]) -> None:
    found = cut(tmp_path, infected=True, outside=outside)
    disc = np.hypot(*(np.mgrid[0:80, 0:80] - 40.0)) <= 34
    inside = found.mask > 127
    assert (inside & disc).sum() / (inside | disc).sum() > 0.82
    assert np.isfinite(found.ground).all() == (outside == GROUND)


def test_a_parasite_is_lifted_off_its_cell(tmp_path: Path) -> None:
    patch = parasite_patch(cut(tmp_path, infected=True))
    assert patch is not None
    added = patch.added.astype(np.float32)
    expected = density_of(np.array([[(90, 40, 110)]], np.uint8)) - density_of(np.array([[CELL]], np.uint8))
    assert added[..., 1].max() == pytest.approx(expected[0, 0, 1], rel=0.15)
    assert (added[..., 1] > 0.3).sum() == pytest.approx(np.pi * 36, rel=0.3)
    assert parasite_patch(cut(tmp_path, infected=False)) is None


def test_a_platelet_is_lifted_off_the_ground() -> None:
    field = healthy_field()
    patch = platelet_patch(field, field.platelet_boxes[0], UM)
    assert patch is not None
    assert (patch.added[..., 1] > 0.3).sum() == pytest.approx(np.pi * 100, rel=0.25)
    large = field.platelet_boxes[0] + np.array([-20, -20, 20, 20], np.float32)
    assert platelet_patch(field, large, UM) is None


def composed(place: Place, options: SceneOptions = STILL, seed: int = 3) -> tuple[np.ndarray, bool]:
    """Pixels of a scene as whole numbers, and whether its cell is infected."""
    scene = dataset(place, options).scene(0, np.random.default_rng(seed))
    return pixels_of(scene.density).astype(int), scene.infected


def test_the_cell_stands_in_the_middle_of_its_view(tmp_path: Path) -> None:
    lone = cut(tmp_path, infected=False)
    for place in (FieldPlace(healthy_field(), healthy_field().red_boxes[0]), LonePlace(lone, [lone])):
        pixels, infected = composed(place)
        assert not infected
        for row, column in ((48, 48), (48, 17), (48, 79), (17, 48), (79, 48)):  # up to 31 of 34 px away
            assert np.abs(pixels[row, column] - CELL).max() < 12


def test_a_parasite_laid_on_makes_the_cell_infected_and_changes_nothing_outside_it() -> None:
    place = FieldPlace(healthy_field(), healthy_field().red_boxes[0])
    outside = np.hypot(*(np.mgrid[0:SIDE, 0:SIDE] - 47.5)) > 36
    for seed in range(8):
        without, _ = composed(place, seed=seed)
        pixels, infected = composed(place, replace(STILL, infect_healthy=1.0), seed)
        assert infected
        assert np.abs(pixels - without).max() > 15
        assert np.abs(pixels - without)[outside].max() <= 1


def test_what_lies_beside_a_cell_leaves_it_as_it_was() -> None:
    place = FieldPlace(healthy_field(), healthy_field().red_boxes[0])
    inside = np.hypot(*(np.mgrid[0:SIDE, 0:SIDE] - 47.5)) < 32
    without, _ = composed(place)
    pixels, infected = composed(place, replace(STILL, beside=1.0))
    assert not infected
    assert np.abs(pixels - without).max() > 10
    assert np.abs(pixels - without)[inside].max() <= 1


def test_what_is_mistaken_for_a_parasite_infects_nothing() -> None:
    place = FieldPlace(healthy_field(), healthy_field().red_boxes[0])
    without, _ = composed(place)
    pixels, infected = composed(place, replace(STILL, mistaken=1.0))
    assert not infected
    assert np.abs(pixels - without).max() > 10


def test_nothing_is_laid_on_a_cell_that_is_hard_by_itself() -> None:
    place = FieldPlace(healthy_field(), healthy_field().red_boxes[0], hard=True)
    without, _ = composed(place)
    pixels, infected = composed(place, replace(STILL, infect_healthy=1.0, mistaken=1.0))
    assert not infected
    assert (pixels == without).all()


def test_an_example_is_what_the_network_takes(tmp_path: Path) -> None:
    ill = cut(tmp_path, infected=True)
    example = dataset(LonePlace(ill, [ill]))[0]
    assert example["input"].shape == (3, SIDE, SIDE)
    assert float(example["infected"]) == 1.0


def test_groups_are_held_out_by_name_alone() -> None:
    names = [f"patient {i}" for i in range(2000)]
    assert sum(held_out(name, 0.12) for name in names) == pytest.approx(240, abs=50)
    assert [held_out(name, 0.12) for name in names] == [held_out(name, 0.12) for name in names]
