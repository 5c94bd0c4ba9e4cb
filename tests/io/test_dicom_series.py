import logging
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    MPEG2MPML,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from cytovox.domain.errors import CytovoxError, ImageFileError, InputError
from cytovox.domain.volume import Modality
from cytovox.io import dicom_codecs
from cytovox.io.reading_options import ReadingOptions
from cytovox.io.volume import list_series, open_volume

WriteSeries = Callable[..., list[Path]]
MakeSlice = Callable[..., FileDataset]
TILTED = [1, 0, 0, 0, np.cos(0.3), np.sin(0.3)]


def keys(volume: object) -> list[str]:
    return [warning.key for warning in volume.warnings]


def test_slices_come_in_order_of_their_places_with_true_distances(
    write_series: WriteSeries, tmp_path: Path
) -> None:
    write_series([40.0, 10.0, 20.0, 30.0], RescaleIntercept=-1000)
    volume = open_volume(tmp_path / "series")
    assert volume.voxels.dtype == np.int16
    assert volume.voxels[:, 2, 3].tolist() == [-987, -977, -967, -997]
    assert np.allclose(volume.grid.spacing_mm, (10, 0.8, 0.7))
    assert np.allclose(volume.grid.to_patient(np.array([[1, 2, 3]])), (-10 + 3 * 0.7, -20 + 2 * 0.8, 20))
    assert (volume.modality, volume.source, volume.day) == (Modality.CT, "abdomen", 738945)
    assert volume.warnings == ()


def test_turned_rows_are_stored_front_to_back(write_series: WriteSeries, tmp_path: Path) -> None:
    write_series([0.0, 5.0], ImageOrientationPatient=[0, -1, 0, -1, 0, 0])
    volume = open_volume(tmp_path / "series")
    assert volume.voxels.shape == (2, 6, 5)
    assert volume.voxels[0, :, 0].tolist() == [5, 4, 3, 2, 1, 0]
    assert np.allclose(volume.grid.to_patient(np.array([[1, 5, 4]])), (-10, -20, 5))


def test_gantry_tilt_stays_in_the_affine(write_series: WriteSeries, tmp_path: Path) -> None:
    write_series([0.0, 4.0, 8.0], ImageOrientationPatient=TILTED)
    volume = open_volume(tmp_path / "series")
    assert np.allclose(volume.grid.affine[:3, 0], (0, 0, 4))
    assert volume.grid.voxel_volume_mm3 == pytest.approx(0.7 * 0.8 * 4 * np.cos(0.3))
    assert keys(volume) == []


def test_a_missing_slice_is_interpolated_and_said(write_series: WriteSeries, tmp_path: Path) -> None:
    paths = write_series([2.0 * at for at in range(12)])
    paths[5].unlink()
    volume = open_volume(tmp_path / "series")
    assert volume.voxels[:, 0, 0].tolist() == [10 * at for at in range(12)]
    assert keys(volume) == ["missing_slices"]


def test_too_uneven_slices_are_refused(write_series: WriteSeries, tmp_path: Path) -> None:
    write_series([0.0, 1.0, 2.4, 7.7])
    with pytest.raises(ImageFileError, match="mm apart"):
        open_volume(tmp_path / "series")


def test_copies_are_read_once(write_series: WriteSeries, tmp_path: Path) -> None:
    paths = write_series([0.0, 2.0, 4.0])
    shutil.copy(paths[1], tmp_path / "series" / "again.dcm")
    write_series([4.0], pixels=np.full((1, 5, 6), 20, np.int16), InstanceNumber=3)
    volume = open_volume(tmp_path / "series")
    assert volume.voxels[:, 0, 0].tolist() == [0, 10, 20]
    assert keys(volume) == ["copied_slices"]
    assert ": 2." in volume.warnings[0].message


def test_echoes_are_volumes_to_choose_from(write_series: WriteSeries, tmp_path: Path) -> None:
    for echo in (11.5, 4.6):
        for at in range(3):
            pixels = np.full((1, 5, 6), round(10 * echo) + at, np.int16)
            write_series([3.0 * at], pixels, Modality="MR", EchoTime=echo, InstanceNumber=1)
    found = list_series(tmp_path / "series")
    assert [entry.description for entry in found] == ["abdomen, echo time 4.6", "abdomen, echo time 11.5"]
    assert open_volume(tmp_path / "series", series=2).voxels[:, 0, 0].tolist() == [115, 116, 117]
    volume = open_volume(tmp_path / "series")
    assert (volume.voxels[0, 0, 0], volume.modality) == (46, Modality.MR)
    assert keys(volume) == ["other_series"]


def test_times_without_a_word_in_the_header_go_by_instance_number(
    write_series: WriteSeries, tmp_path: Path
) -> None:
    for time in range(2):
        for at in range(3):
            pixels = np.full((1, 5, 6), 100 * time + at, np.int16)
            write_series([3.0 * at], pixels, InstanceNumber=3 * time + at + 1)
    assert [entry.description for entry in list_series(tmp_path / "series")] == [
        "abdomen, turn 1",
        "abdomen, turn 2",
    ]
    assert open_volume(tmp_path / "series", series="abdomen, turn 2").voxels[:, 0, 0].tolist() == [
        100,
        101,
        102,
    ]


def test_the_largest_series_is_chosen_and_a_localiser_is_not(
    write_series: WriteSeries, tmp_path: Path
) -> None:
    scout = np.zeros((3, 50, 60), np.int16)
    overview = {
        "SeriesInstanceUID": "9",
        "SeriesDescription": "scout",
        "ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"],
    }
    write_series([0.0, 30.0, 60.0], scout, **overview)
    write_series([0.0, 2.0, 4.0])
    write_series([0.0, 2.0], SeriesInstanceUID="8", SeriesDescription="thin")
    volume = open_volume(tmp_path / "series")
    assert volume.source == "abdomen"
    assert keys(volume) == ["other_series"]
    assert {entry.description for entry in list_series(tmp_path / "series")} == {"scout", "abdomen", "thin"}
    assert open_volume(tmp_path / "series", series="scout").voxels.shape == (3, 50, 60)
    with pytest.raises(InputError, match=r"no series 7.*'thin' \(2 slices of 5 x 6\)"):
        open_volume(tmp_path / "series", series=7)
    with pytest.raises(InputError, match="no series 'liver'"):
        open_volume(tmp_path / "series", series="liver")


def test_slope_and_intercept_of_each_slice_count(write_series: WriteSeries, tmp_path: Path) -> None:
    write_series([0.0, 2.0], each=[{"RescaleSlope": 0.5}, {"RescaleSlope": 2, "RescaleIntercept": 1}])
    volume = open_volume(tmp_path / "series")
    assert volume.voxels.dtype == np.float32
    assert volume.voxels[:, 0, 3].tolist() == [1.5, 27]


def test_monochrome1_is_turned_and_padding_becomes_air(write_series: WriteSeries, tmp_path: Path) -> None:
    stored = np.array([[[0, 1], [4095, 7]]] * 2, np.uint16)
    write_series(
        [0.0, 2.0], stored, BitsStored=12, HighBit=11, PhotometricInterpretation="MONOCHROME1",
        PixelPaddingValue=7, RescaleIntercept=-1024,
    )  # fmt: skip
    assert open_volume(tmp_path / "series").voxels[0].tolist() == [[3071, 3070], [-1024, -1024]]


def test_padding_of_mr_becomes_the_darkest_value_and_overlay_bits_go(
    write_series: WriteSeries, tmp_path: Path
) -> None:
    stored = np.array([[[5, 9], [0x8000 + 30, 0x0FFF]]] * 2, np.uint16)
    write_series(
        [0.0, 2.0], stored, Modality="MR", BitsStored=12, HighBit=11, PixelPaddingValue=4000,
        PixelPaddingRangeLimit=4095,
    )  # fmt: skip
    assert open_volume(tmp_path / "series").voxels[0].tolist() == [[5, 9], [30, 5]]


def test_values_beyond_16_bits_are_kept(write_series: WriteSeries, tmp_path: Path) -> None:
    write_series([0.0, 2.0], np.full((2, 5, 6), 60_000, np.uint16), RescaleIntercept=10)
    volume = open_volume(tmp_path / "series")
    assert (volume.voxels.dtype, int(volume.voxels.max())) == (np.int32, 60_010)


def compressed(data: FileDataset, pixels: np.ndarray, syntax: str) -> FileDataset:
    encoders = {
        JPEG2000Lossless: lambda values: imagecodecs.jpeg2k_encode(values, level=0, codecformat="j2k"),
        JPEGLSLossless: imagecodecs.jpegls_encode,
        JPEGLosslessSV1: lambda values: imagecodecs.ljpeg_encode(values, bitspersample=12),
        JPEGBaseline8Bit: lambda values: imagecodecs.jpeg8_encode(values, level=100),
        JPEGExtended12Bit: lambda values: imagecodecs.jpeg8_encode(values, level=100, bitspersample=12),
    }
    data.PixelData = encapsulate([encoders[syntax](pixels)])
    data["PixelData"].VR = "OB"
    data.file_meta.TransferSyntaxUID = syntax
    return data


@pytest.mark.parametrize(
    ("syntax", "off", "bits"),
    [
        (JPEG2000Lossless, 0, 12),
        (JPEGLSLossless, 0, 12),
        (JPEGLosslessSV1, 0, 12),
        (JPEGExtended12Bit, 4, 12),
        (JPEGBaseline8Bit, 4, 8),
    ],
)
def test_compressed_slices_hold_the_same_values(
    make_slice: MakeSlice, tmp_path: Path, syntax: str, off: int, bits: int
) -> None:
    steep = 100 if bits == 12 else 4
    pixels = np.add.outer(np.arange(32), steep * np.arange(40)).astype(np.uint16 if bits == 12 else np.uint8)
    for at in range(2):
        data = make_slice(pixels + at, (0, 0, 3.0 * at), BitsStored=bits, HighBit=bits - 1, InstanceNumber=at)
        compressed(data, pixels + at, syntax).save_as(tmp_path / f"{at}", enforce_file_format=True)
    volume = open_volume(tmp_path)
    assert np.abs(volume.voxels[1].astype(int) - pixels - 1).max() <= off


@pytest.mark.parametrize("syntax", [JPEG2000Lossless, JPEGLSLossless, JPEGExtended12Bit, JPEGLosslessSV1])
def test_a_compressed_picture_larger_than_its_header_says_is_not_decoded(
    make_slice: MakeSlice, tmp_path: Path, syntax: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = make_slice(np.zeros((8, 8), np.uint16), (0, 0, 0), BitsStored=12, HighBit=11)
    large = compressed(data, np.zeros((300, 400), np.uint16), syntax)
    large.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    unused = dict.fromkeys(dicom_codecs.DECODED, pytest.fail)
    monkeypatch.setattr(dicom_codecs, "_DECODERS", unused)
    with pytest.raises(ImageFileError, match="damaged"):
        open_volume(tmp_path / "a.dcm")


@pytest.mark.parametrize(
    "syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian, RLELossless]
)
def test_other_transfer_syntaxes_hold_the_same_values(
    make_slice: MakeSlice, tmp_path: Path, syntax: str
) -> None:
    pixels = np.arange(-300, 300, dtype=np.int16).reshape(20, 30)
    for at in range(2):
        data = make_slice(pixels, (0, 0, 3.0 * at))
        if syntax == RLELossless:
            data.compress(RLELossless, generate_instance_uid=False)
        elif syntax == ExplicitVRBigEndian:
            data.PixelData = pixels.astype(">i2").tobytes()
        data.file_meta.TransferSyntaxUID = syntax
        pydicom.dcmwrite(tmp_path / f"{at}", data, enforce_file_format=True)
    assert (open_volume(tmp_path).voxels[1] == pixels).all()


def test_a_compression_that_is_not_read_is_named(make_slice: MakeSlice, tmp_path: Path) -> None:
    data = make_slice(np.zeros((4, 4), np.uint8), (0, 0, 0))
    data.PixelData = encapsulate([b"film"])
    data["PixelData"].VR = "OB"
    data.file_meta.TransferSyntaxUID = MPEG2MPML
    data.save_as(tmp_path / "film.dcm", enforce_file_format=True)
    with pytest.raises(ImageFileError, match="compressed as MPEG2"):
        open_volume(tmp_path / "film.dcm")


def test_a_file_without_meta_information_is_read(make_slice: MakeSlice, tmp_path: Path) -> None:
    data = make_slice(np.full((4, 4), 7, np.int16), (0, 0, 0))
    data.preamble = None
    data.file_meta = FileMetaDataset()
    pydicom.dcmwrite(tmp_path / "bare", data, implicit_vr=True, little_endian=True)
    volume = open_volume(tmp_path / "bare")
    assert (volume.voxels == 7).all()
    assert keys(volume) == ["single_slice"]
    assert volume.grid.spacing_mm[0] == 9


def enhanced(make_slice: MakeSlice, heights: list[float], slopes: list[float]) -> FileDataset:
    """An enhanced MR file: place, slope and echo time of each frame in functional groups."""
    pixels = np.stack([np.full((4, 5), at + 1, np.int16) for at in range(len(heights))])
    data = make_slice(pixels, (0, 0, 0), ImagePositionPatient=None, RescaleSlope=None, PixelSpacing=None,
                      ImageOrientationPatient=None, Modality="MR", NumberOfFrames=len(heights))  # fmt: skip

    def item(**tags: object) -> pydicom.Dataset:
        found = pydicom.Dataset()
        for keyword, value in tags.items():
            setattr(found, keyword, value)
        return found

    data.SharedFunctionalGroupsSequence = [
        item(
            PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
            PixelMeasuresSequence=[item(PixelSpacing=[0.5, 0.4], SliceThickness=8)],
        )
    ]
    data.PerFrameFunctionalGroupsSequence = [
        item(
            PlanePositionSequence=[item(ImagePositionPatient=[0, 0, height])],
            PixelValueTransformationSequence=[item(RescaleSlope=slope, RescaleIntercept=0)],
        )
        for height, slope in zip(heights, slopes, strict=True)
    ]
    return data


def test_an_enhanced_file_is_a_stack(make_slice: MakeSlice, tmp_path: Path) -> None:
    data = enhanced(make_slice, [6.0, 0.0, 3.0], [1, 2, 3])
    data.save_as(tmp_path / "enhanced.dcm", enforce_file_format=True)
    volume = open_volume(tmp_path / "enhanced.dcm")
    assert volume.voxels[:, 0, 0].tolist() == [4, 9, 1]
    assert np.allclose(volume.grid.spacing_mm, (3, 0.5, 0.4))


def test_directions_that_a_scanner_rounded_apart_are_one_plane(
    write_series: WriteSeries, tmp_path: Path
) -> None:
    slant = 0.0345
    for at in range(6):
        turn = slant + 1e-6 * (-1) ** at
        write_series(
            [2.0 * at],
            ImageOrientationPatient=[np.cos(turn), np.sin(turn), 0, -np.sin(turn), np.cos(turn), 0],
        )
    assert open_volume(tmp_path / "series").voxels.shape == (6, 5, 6)


def test_planes_of_one_series_are_volumes_of_their_own(write_series: WriteSeries, tmp_path: Path) -> None:
    write_series([0.0, 5.0, 10.0])
    write_series([(0.0, 0.0, 0.0), (0.0, 4.0, 0.0)], ImageOrientationPatient=[1, 0, 0, 0, 0, -1])
    assert {entry.description for entry in list_series(tmp_path / "series")} == {
        "abdomen, axial 5 x 6",
        "abdomen, coronal 5 x 6",
    }
    coronal = open_volume(tmp_path / "series", series="abdomen, coronal 5 x 6")
    assert np.allclose(coronal.grid.affine[:3, 0], (0, 4, 0))
    assert coronal.grid.affine[2, 1] < 0


def test_a_series_in_an_archive_is_the_same(write_series: WriteSeries, tmp_path: Path) -> None:
    paths = write_series([0.0, 2.0, 4.0])
    with zipfile.ZipFile(tmp_path / "s.zip", "w") as file:
        for path in paths:
            file.write(path, f"study/{path.name}")
        file.writestr("readme.txt", "nothing")
    assert (open_volume(tmp_path / "s.zip").voxels == open_volume(tmp_path / "series").voxels).all()


def test_damaged_files_are_named_by_their_place_or_left_out(
    write_series: WriteSeries, tmp_path: Path
) -> None:
    paths = write_series([0.0, 2.0, 4.0])
    whole = paths[1].read_bytes()
    paths[1].write_bytes(whole[:-20])
    with pytest.raises(ImageFileError, match="slice 2 of 3 is damaged"):
        open_volume(tmp_path / "series")
    paths[1].write_bytes(whole)
    (tmp_path / "series" / "broken").write_bytes(whole[:400])
    assert keys(open_volume(tmp_path / "series")) == ["unreadable_files"]


def test_a_stack_above_the_bound_is_refused_before_its_pixels_are_read(
    write_series: WriteSeries, tmp_path: Path
) -> None:
    write_series([0.0, 2.0, 4.0])
    with pytest.raises(ImageFileError, match="3 x 5 x 6 voxels are more than the 80"):
        open_volume(tmp_path / "series", options=ReadingOptions(max_voxels=80))


def test_one_person_has_one_pseudonym_that_needs_the_key(write_series: WriteSeries, tmp_path: Path) -> None:
    write_series([0.0, 2.0])
    write_series([0.0, 2.0], folder="later", StudyDate="20240302")
    write_series([0.0, 2.0], folder="other", PatientID="4712")
    now, later, other = (open_volume(tmp_path / name) for name in ("series", "later", "other"))
    assert now.subject == later.subject != other.subject
    assert (now.day, later.day) == (738945, 738947)
    keyed = open_volume(tmp_path / "series", options=ReadingOptions(pseudonym_key=b"another"))
    assert keyed.subject != now.subject
    write_series([0.0, 2.0], folder="nobody", PatientID="", PatientName=None)
    assert open_volume(tmp_path / "nobody").subject is None


def test_no_identifier_in_any_word_of_ours(
    write_series: WriteSeries,
    tmp_path: Path,
    identifiers: tuple[str, str],
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    paths = write_series([0.0, 2.0, 9.0], AcquisitionNumber=1)
    said = []
    for number, path in enumerate(paths):
        data = path.read_bytes().replace(b"20240229", b"Doe^Jane")  # a name where a date belongs
        path.write_bytes(data[:-9] if number == 1 else data)
    for series in (None, "x"):
        try:
            open_volume(tmp_path / "series", series=series)
        except CytovoxError as error:
            said.append(f"{error} {error.__cause__}")
    said.append(str(list_series(tmp_path / "series")))
    write_series([0.0, 2.0], folder="good")
    said.append(repr(open_volume(tmp_path / "good")))
    said += [caplog.text, *capsys.readouterr()]
    assert len(said) == 7
    assert all(word not in text for word in identifiers for text in said)


def test_colour_and_unplaced_pictures_are_no_stack(make_slice: MakeSlice, tmp_path: Path) -> None:
    colour = make_slice(np.zeros((4, 12), np.uint8), (0, 0, 0), Columns=4, SamplesPerPixel=3,
                        PhotometricInterpretation="RGB", PlanarConfiguration=0)  # fmt: skip
    colour.save_as(tmp_path / "colour.dcm", enforce_file_format=True)
    with pytest.raises(InputError, match="found colour pictures"):
        open_volume(tmp_path / "colour.dcm")
    make_slice(np.zeros((4, 4), np.uint8), (0, 0, 0), ImagePositionPatient=None).save_as(tmp_path / "x.dcm")
    with pytest.raises(InputError, match="Image Position"):
        open_volume(tmp_path / "x.dcm")
