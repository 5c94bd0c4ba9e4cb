import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose front end was built at 100 s, from sources of 50 s."""
    monkeypatch.delenv("CYTOVOX_SKIP_WEB", raising=False)
    touch(tmp_path / "web/src/App.tsx", 50)
    touch(tmp_path / "web/package-lock.json", 50)
    touch(tmp_path / "src/cytovox/app/static/index.html", 100)
    return tmp_path


def touch(path: Path, time_s: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.utime(path, (time_s, time_s))


def put_program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_fresh_result_is_not_built_again(build: ModuleType, tree: Path) -> None:
    assert not build.must_build(tree)


@pytest.mark.parametrize("changed", ["web/src/App.tsx", "web/package-lock.json", "web/index.html"])
def test_changed_source_is_built(build: ModuleType, tree: Path, changed: str) -> None:
    touch(tree / changed, 101)
    assert build.must_build(tree)


@pytest.mark.parametrize("made", ["web/node_modules/x/index.js", "web/dist/index.html"])
def test_what_the_build_makes_is_no_source(build: ModuleType, tree: Path, made: str) -> None:
    touch(tree / made, 101)
    assert not build.must_build(tree)


def test_missing_result_is_built_unless_told_to_skip(
    build: ModuleType, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "src/cytovox/app/static/index.html").unlink()
    assert build.must_build(tree)
    monkeypatch.setenv("CYTOVOX_SKIP_WEB", "1")
    assert not build.must_build(tree)


def test_result_replaces_the_older_one_whole(
    build: ModuleType, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    static = tree / "src/cytovox/app/static"
    touch(static / "assets/older.js", 100)
    ran: list[list[str]] = []

    def fake_npm(arguments: list[str], web: Path) -> None:
        ran.append(arguments[:2])
        if arguments[0] == "run":
            touch(web / "dist/index.html", 10)
            touch(web / "dist/assets/newer.js", 10)

    monkeypatch.setattr(build, "run_npm", fake_npm)
    touch(tree / "web/src/App.tsx", 101)
    build.build_front_end(tree)
    assert [arguments[0] for arguments in ran] == ["ci", "run"]
    assert sorted(p.name for p in static.rglob("*") if p.is_file()) == ["index.html", "newer.js"]
    assert not build.must_build(tree)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins for node are shell scripts")
@pytest.mark.parametrize(
    ("version", "fits"),
    [("v20.19.0", True), ("v22.1.0", True), ("v20.18.3", False), ("v18.20.4", False), ("", False)],
)
def test_only_a_new_enough_node_is_taken(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, fits: bool
) -> None:
    put_program(tmp_path, "node", f"echo {version}")
    put_program(tmp_path, "npm", "true")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (build.machine_npm() is not None) is fits


def test_node_is_asked_for_only_where_it_is_needed(
    build: ModuleType, tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = build.WebBuildHook.__new__(build.WebBuildHook)
    monkeypatch.setattr(build, "ROOT", tree)
    monkeypatch.setattr(build, "machine_npm", lambda: None)
    assert hook.dependencies() == []
    touch(tree / "web/src/App.tsx", 101)
    assert hook.dependencies() == [build.NODE_REQUIREMENT]
    monkeypatch.setattr(build, "machine_npm", lambda: ["npm"])
    assert hook.dependencies() == []


def test_failing_npm_ends_the_build_with_its_status(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_program(tmp_path, "npm", "exit 3")
    monkeypatch.setattr(build, "machine_npm", lambda: [str(tmp_path / "npm")])
    with pytest.raises(SystemExit, match=r"npm run build failed with status 3"):
        build.run_npm(["run", "build"], tmp_path)
