import cv2
import numpy as np
import pytest

from cytovox.domain.errors import CytovoxError
from cytovox.domain.image import ScaleOrigin
from cytovox.synth.camera import Camera
from cytovox.synth.optics import linear_light
from cytovox.synth.options import RenderOptions
from cytovox.synth.palettes import HAEMOGLOBIN_UNIT_UM, PALETTES, Dye
from cytovox.synth.red_cells import MEAN_THICKNESS_UM
from cytovox.synth.rendered import render_smear
from cytovox.synth.truth import SyntheticSmear

CLEAR = Camera(blur_um=0.0, noise=0.0, illumination_gradient=0.0, vignetting=0.0)
BUSY = RenderOptions(overlap_fraction=0.3, white_cells=("monocyte", "basophil"), platelet_clumps=1)


@pytest.fixture(scope="module")
def smear() -> SyntheticSmear:
    return render_smear(width=640, height=480, seed=2, options=BUSY)


def filled(polygon: np.ndarray, height: int, width: int) -> np.ndarray:
    """Pixels of a polygon at eightfold resolution, by majority: independent of the renderer's own mask."""
    fine = np.zeros((height * 8, width * 8), np.uint8)
    cv2.fillPoly(fine, [np.round((polygon * 8 - 0.5) * 16).astype(np.int32)], 1, shift=4)
    return fine.reshape(height, 8, width, 8).mean(axis=(1, 3)) >= 0.5


def test_masks_fit_their_polygons(smear: SyntheticSmear) -> None:
    for i, outline in enumerate(smear.outlines):
        mask, polygon = smear.mask(i), filled(outline, 480, 640)
        if mask.sum() < 150:  # slivers at the border have no meaningful ratio
            continue
        assert (mask & polygon).sum() / (mask | polygon).sum() > 0.98, smear.labels[i]


def test_boxes_are_the_extents_of_the_masks(smear: SyntheticSmear) -> None:
    for i, box in enumerate(smear.boxes):
        rows, columns = np.nonzero(smear.mask(i))
        expected = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        np.testing.assert_array_equal(box, expected)


def test_visible_fraction_is_one_away_from_the_border(smear: SyntheticSmear) -> None:
    inside = [(o.min() > 1) and (o < [639, 479]).all() for o in smear.outlines]
    assert (smear.visible_fraction[inside] == 1.0).all()
    assert (smear.visible_fraction > 0).all()
    assert smear.visible_fraction.min() < 0.9


def test_every_cell_stands_out_from_the_empty_slide(smear: SyntheticSmear) -> None:
    green = smear.image.pixels[..., 1].astype(float)
    covered = np.any([smear.mask(i) for i in range(len(smear))], axis=0)
    slide = np.median(green[~covered])
    for i, label in enumerate(smear.labels):
        if smear.visible_fraction[i] > 0.5:
            assert np.median(green[smear.mask(i)]) < slide - 15, label


def test_the_picture_knows_its_scale(smear: SyntheticSmear) -> None:
    assert smear.image.pixels.shape == (480, 640, 3)
    assert (smear.image.mpp_um, smear.image.scale_origin) == (0.1, ScaleOrigin.GIVEN)


@pytest.mark.parametrize("pallor", [0.0, 1.0])
def test_mean_absorbance_of_red_cells_is_proportional_to_their_mean_thickness(pallor: float) -> None:
    # Through the display encoding and back: in linear light a perfect camera keeps the Beer-Lambert law.
    options = RenderOptions(
        palette="blue_grey",
        white_cells=(),
        platelets_per_1000_um2=0,
        overlap_fraction=0.0,
        pallor=pallor,
        tilt=0.0,
        defocus=0.0,
        camera=CLEAR,
    )
    smear = render_smear(width=900, height=700, seed=5, options=options)
    palette = PALETTES["blue_grey"]
    light = linear_light(smear.image.pixels)[..., 1]
    covered = np.any([smear.mask(i) for i in range(len(smear))], axis=0)
    density = np.log10(np.median(light[~covered])) - np.log10(light)
    measured = [density[smear.mask(i)].mean() for i in range(len(smear)) if smear.visible_fraction[i] == 1]
    expected = palette.absorbance()[Dye.HAEMOGLOBIN, 1] * MEAN_THICKNESS_UM / HAEMOGLOBIN_UNIT_UM
    assert len(measured) > 25
    # Full biconcave cells have a wider pallor than the resting cell, so a little less haemoglobin.
    assert np.mean(measured) == pytest.approx(expected, rel=0.03 if pallor == 0 else 0.16)
    assert np.std(measured) / np.mean(measured) < 0.15


def test_where_cells_overlap_their_absorbances_add() -> None:
    options = RenderOptions(
        white_cells=(),
        platelets_per_1000_um2=0,
        overlap_fraction=0.6,
        pallor=0.0,
        tilt=0.0,
        defocus=0.0,
        camera=CLEAR,
    )
    smear = render_smear(width=800, height=600, seed=6, options=options)
    light = linear_light(smear.image.pixels)[..., 1]
    layers = np.sum([smear.mask(i) for i in range(len(smear))], axis=0)
    density = np.log10(np.median(light[layers == 0])) - np.log10(light)
    assert (layers == 2).sum() > 2000
    ratio = np.median(density[layers == 2]) / np.median(density[layers == 1])
    assert ratio == pytest.approx(2.0, rel=0.1)


def test_red_cell_areas_are_those_of_the_blood_count() -> None:
    smear = render_smear(width=1280, height=960, seed=3)
    whole = [i for i in range(len(smear)) if smear.labels[i] == "red_cell" and smear.visible_fraction[i] == 1]
    diameter_um = [2 * np.sqrt(smear.mask(i).sum() / np.pi) * 0.1 for i in whole]
    assert np.mean(diameter_um) == pytest.approx(7.5, abs=0.2)
    assert np.std(diameter_um) / np.mean(diameter_um) == pytest.approx(0.06, abs=0.02)


def test_the_same_seed_gives_the_same_smear(smear: SyntheticSmear) -> None:
    again = render_smear(width=640, height=480, seed=2, options=BUSY)
    np.testing.assert_array_equal(smear.image.pixels, again.image.pixels)
    assert smear.labels == again.labels
    for first, second in zip(smear.outlines, again.outlines, strict=True):
        np.testing.assert_array_equal(first, second)


def test_another_seed_gives_another_smear(smear: SyntheticSmear) -> None:
    other = render_smear(width=640, height=480, seed=3, options=BUSY)
    assert np.abs(smear.image.pixels.astype(int) - other.image.pixels).mean() > 5


def test_the_stain_changes_the_picture_and_not_the_cells() -> None:
    warm, grey = (
        render_smear(width=320, height=240, seed=1, options=RenderOptions(palette=palette))
        for palette in ("warm", "blue_grey")
    )
    assert warm.labels == grey.labels
    np.testing.assert_array_equal(warm.boxes, grey.boxes)
    assert np.ptp(np.median(warm.image.pixels.reshape(-1, 3), axis=0)) > np.ptp(
        np.median(grey.image.pixels.reshape(-1, 3), axis=0)
    )


@pytest.mark.parametrize("palette", PALETTES)
def test_the_empty_slide_has_the_colour_of_its_palette(palette: str) -> None:
    options = RenderOptions(
        palette=palette, red_cells_per_1000_um2=0, platelets_per_1000_um2=0, white_cells=(), camera=CLEAR
    )
    smear = render_smear(width=200, height=100, options=options)
    assert len(smear) == 0
    assert smear.overlaps() == ()
    assert smear.boxes.shape == (0, 4)
    assert not smear.class_map().any()
    mean = smear.image.pixels.reshape(-1, 3).mean(axis=0)
    np.testing.assert_allclose(mean, PALETTES[palette].background, atol=4)


@pytest.mark.parametrize(
    ("width", "height", "mpp_um"), [(16, 16, 0.03), (16, 400, 0.1), (400, 16, 0.5), (120, 90, 1.0)]
)
def test_extreme_sizes_and_scales_come_out(width: int, height: int, mpp_um: float) -> None:
    smear = render_smear(width=width, height=height, mpp_um=mpp_um, options=BUSY)
    assert smear.image.pixels.shape == (height, width, 3)
    assert (smear.boxes[:, :2] < smear.boxes[:, 2:]).all()
    assert (smear.boxes[:, 2] <= width).all()
    assert (smear.boxes[:, 3] <= height).all()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("width", 15),
        ("height", 4097),
        ("mpp_um", 0.0),
        ("mpp_um", 1.01),
        ("mpp_um", float("nan")),
        ("seed", -1),
    ],
)
def test_a_field_out_of_range_is_refused(field: str, value: float) -> None:
    with pytest.raises(CytovoxError, match=f"{field}.*expected.*{value}"):
        render_smear(**{field: value})


def test_too_many_cells_are_refused() -> None:
    crowded = RenderOptions(red_cells_per_1000_um2=20.0)
    with pytest.raises(CytovoxError, match="at most 20000 cells"):
        render_smear(width=4096, height=4096, mpp_um=1.0, options=crowded)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("palette", "sepia", "warm, pink, blue_grey"),
        ("red_cells_per_1000_um2", -1.0, "0.0 to 20.0"),
        ("red_cells_per_1000_um2", 21.0, "0.0 to 20.0"),
        ("overlap_fraction", 1.1, "0.0 to 1.0"),
        ("infected_fraction", float("nan"), "0.0 to 1.0"),
        ("platelet_clumps", 21, "0 to 20"),
        ("stain_strength", 0.0, "0.3 to 2.0"),
        ("defocus", 1.0, "-0.05 to 0.05"),
        ("white_cells", ("red_cell",), "neutrophil_segmented"),
        ("white_cell_mix", {"blast": 1.0}, "neutrophil_segmented"),
        ("white_cell_mix", {}, "shares"),
        ("white_cell_mix", {"monocyte": 0.0}, "shares"),
        ("white_cell_mix", {"monocyte": -1.0, "lymphocyte": 2.0}, "shares"),
        ("camera", Camera(noise=0.5), "camera.noise: expected 0.0 to 0.2"),
        ("camera", Camera(blur_um=-1.0), "camera.blur_um"),
    ],
)
def test_an_option_out_of_range_is_refused(option: str, value: object, said: str) -> None:
    with pytest.raises(CytovoxError, match=said):
        RenderOptions(**{option: value})
