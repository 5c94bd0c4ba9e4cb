from pathlib import Path

import pytest

from cytovox.domain.errors import InputError
from cytovox.io.atomic import write_whole


def test_writes_content_and_nothing_else(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.json", b"one")
    assert (tmp_path / "a.json").read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [tmp_path / "a.json"]


def test_replaces_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"older and longer")
    write_whole(tmp_path / "a.json", b"new")
    assert (tmp_path / "a.json").read_bytes() == b"new"


def test_file_can_be_read_by_whom_the_umask_allows(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.json", b"")
    (tmp_path / "ordinary").touch()
    assert (tmp_path / "a.json").stat().st_mode == (tmp_path / "ordinary").stat().st_mode


def test_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file or directory"):
        write_whole(tmp_path / "missing" / "a.json", b"")


def test_a_read_only_file_system_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(InputError, match="expected to write a file there, but: Read-only"):
        write_whole(tmp_path / "a.json", b"new")


def test_failure_leaves_old_file_and_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.json").write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(InputError, match="No space left on device"):
        write_whole(tmp_path / "a.json", b"new")
    assert list(tmp_path.iterdir()) == [tmp_path / "a.json"]
    assert (tmp_path / "a.json").read_bytes() == b"old"
