from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, MediaStorageDirectoryStorage

from cytovox.domain.errors import ImageFileError
from cytovox.io import dicom_headers
from cytovox.io.volume import list_series, open_volume

# Lower-case names and dots are what real directories hold, against the standard.
pytestmark = pytest.mark.filterwarnings("ignore:Invalid value for VR")

WriteSeries = Callable[..., list[Path]]


def write_directory(folder: Path, listed: list[list[str]]) -> Path:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    meta.MediaStorageSOPInstanceUID = "1.2.3.4"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data = FileDataset(None, pydicom.Dataset(), file_meta=meta, preamble=b"\0" * 128)
    data.DirectoryRecordSequence = []
    for parts in listed:
        record = pydicom.Dataset()
        record.DirectoryRecordType = "IMAGE"
        record.ReferencedFileID = parts
        data.DirectoryRecordSequence.append(record)
    data.save_as(folder / "DICOMDIR", enforce_file_format=True)
    return folder / "DICOMDIR"


def test_the_files_it_lists_are_opened_and_no_others(write_series: WriteSeries, tmp_path: Path) -> None:
    paths = write_series([0.0, 2.0, 4.0], SeriesDescription="listed")
    write_series([0.0, 2.0, 4.0, 6.0], SeriesInstanceUID="7")
    (outside,) = write_series([9.0], folder="outside", SeriesInstanceUID="8")
    listed = [[path.name] for path in paths] + [["..", "outside", outside.name], ["absent"], ["."]]
    directory = write_directory(tmp_path / "series", listed)
    assert [entry.description for entry in list_series(directory)] == ["listed"]
    assert open_volume(directory).voxels.shape == (3, 5, 6)


def test_a_directory_of_nothing_says_so(tmp_path: Path) -> None:
    with pytest.raises(ImageFileError, match="without slices"):
        open_volume(write_directory(tmp_path, [["..", "secret"]]))


def test_a_deflated_file_is_inflated_only_to_a_bound(
    write_series: WriteSeries, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in write_series([0.0, 2.0]):
        data = pydicom.dcmread(path)
        data.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
        pydicom.dcmwrite(path, data, enforce_file_format=True)
    assert open_volume(tmp_path / "series").voxels.shape == (2, 5, 6)
    monkeypatch.setattr(dicom_headers, "_MOST_INFLATED", 400)
    with pytest.raises(ImageFileError, match="without slices"):
        open_volume(tmp_path / "series")
