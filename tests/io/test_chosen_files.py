import io
import stat
import zipfile
from pathlib import Path

import pytest

from cytovox.domain.errors import ImageFileError
from cytovox.io.chosen_files import chosen_files, enough_memory
from cytovox.io.reading_options import ReadingOptions

PLAIN = ReadingOptions()


def names(path: Path, options: ReadingOptions = PLAIN) -> list[str]:
    with chosen_files(path, options) as files:
        return [file.name for file in files]


def archive(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def test_a_folder_gives_all_files_below_it_but_not_those_of_file_managers(tmp_path: Path) -> None:
    for name in ("b.dcm", "in/a", ".DS_Store", "__MACOSX/._a"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert names(tmp_path) == ["b.dcm", "in/a"]


def test_links_out_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"s")
    chosen = tmp_path / "chosen"
    chosen.mkdir()
    (chosen / "own").write_bytes(b"o")
    (chosen / "out").symlink_to(tmp_path / "secret")
    (chosen / "in").symlink_to(chosen / "own")
    (chosen / "folder").symlink_to(tmp_path)
    assert names(chosen) == ["in", "own"]


def test_an_archive_is_read_member_by_member(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"case\\b": b"bee", "case/a": b"ay", "__MACOSX/c": b""})
    with chosen_files(path, PLAIN) as files:
        assert [file.name for file in files] == ["case/a", "case/b"]
        with files[0].open() as stream:
            assert stream.read() == b"ay"
        beside = files[0].beside("b")
        assert beside is not None
        assert beside.start(2) == b"be"
        assert files[0].beside("../case/b") is None


@pytest.mark.parametrize("name", ["../out", "/etc/out", "a/../../out", "..\\out", "C:/out"])
def test_paths_that_lead_out_of_an_archive_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ImageFileError, match="leads out"):
        names(archive(tmp_path / "a.zip", {name: b"x"}))


def test_links_in_an_archive_are_passed_over(tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("link")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr(entry, "/etc/passwd")
        file.writestr("own", "x")
    assert names(tmp_path / "a.zip") == ["own"]


def test_bombs_and_crowds_are_refused(tmp_path: Path) -> None:
    bomb = archive(tmp_path / "bomb.zip", {"a": bytes(400_000), "b": bytes(400_000)})
    assert bomb.stat().st_size < 2000
    with pytest.raises(ImageFileError, match="unpacks to 800,000 bytes"):
        names(bomb, ReadingOptions(max_unpacked_bytes=500_000))
    with pytest.raises(ImageFileError, match="400,000 bytes in one file"):
        names(bomb, ReadingOptions(max_file_bytes=300_000))
    with pytest.raises(ImageFileError, match="more than the 1 files"):
        names(bomb, ReadingOptions(max_files=1))


def test_an_archive_that_lies_about_a_size_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"a": bytes(5000)})
    data = path.read_bytes().replace((5000).to_bytes(4, "little"), (50).to_bytes(4, "little"))
    path.write_bytes(data)
    with chosen_files(path, PLAIN) as files, pytest.raises(ImageFileError, match="damaged"):
        files[0].open()


def test_damaged_locked_and_absent_files_say_so(tmp_path: Path) -> None:
    with pytest.raises(ImageFileError, match="nothing there"):
        names(tmp_path / "absent")
    whole = archive(tmp_path / "a.zip", {"a": b"x" * 100}).read_bytes()
    (tmp_path / "half.zip").write_bytes(whole[:60])
    with pytest.raises(ImageFileError, match="damaged or cut short"):
        names(tmp_path / "half.zip")
    locked = (
        io.BytesIO(whole)
        .getvalue()
        .replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")
    )
    (tmp_path / "locked.zip").write_bytes(locked)
    with pytest.raises(ImageFileError, match="password"):
        names(tmp_path / "locked.zip")


def test_running_out_of_memory_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(ImageFileError, match="not enough memory"), enough_memory(tmp_path):
        raise MemoryError
