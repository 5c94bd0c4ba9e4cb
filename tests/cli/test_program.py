import os
import subprocess
import sys
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from importlib.metadata import version
from typing import Any

import pytest

from cytovox.cli import program as program_module
from cytovox.domain.errors import BundleError

Run = Callable[..., Any]


def test_version(cytovox: Run) -> None:
    assert cytovox("--version").stdout.strip() == f"cytovox {version('cytovox')}"


def test_help_names_every_command(cytovox: Run) -> None:
    shown = cytovox("--help").stdout
    for command in ("analyze", "classify", "serve", "models", "train", "evaluate"):
        assert command in shown


def test_starting_needs_no_heavy_library() -> None:
    heavy = "{'torch', 'onnxruntime', 'fastapi', 'sklearn', 'matplotlib', 'scipy', 'skimage'}"
    code = f"import sys, cytovox.cli; print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def fail_with(error: Exception) -> Callable[[], None]:
    def command() -> None:
        raise error

    return command


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """Adds a command `fail` and leaves it on the command line of the process."""

    def add(error: Exception) -> None:
        commands = list(program_module.program.registered_commands)
        monkeypatch.setattr(program_module.program, "registered_commands", commands)
        program_module.program.command("fail")(fail_with(error))
        monkeypatch.setattr(sys, "argv", ["cytovox", "fail"])

    return add


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (BundleError("bundle 'x' is damaged"), 2, "error: bundle 'x' is damaged\n"),
        (ValueError("odd\nvalue"), 70, "error: ValueError: odd value (a defect in Cytovox"),
    ],
)
def test_error_is_one_line_without_a_traceback(
    failing: Callable[[Exception], None],
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    status: int,
    message: str,
) -> None:
    failing(error)
    with pytest.raises(SystemExit) as left:
        program_module.run()
    printed = capsys.readouterr()
    assert left.value.code == status
    assert printed.out == ""
    assert message in printed.err
    assert printed.err.count("\n") == 1


def test_debug_variable_shows_where(
    failing: Callable[[Exception], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CYTOVOX_DEBUG", "1")
    failing(ValueError("odd"))
    with pytest.raises(ValueError, match="odd"):
        program_module.run()


class NotInstalled(MetaPathFinder):
    """Finds that there is no PyTorch."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname.partition(".")[0] == "torch":
            raise ModuleNotFoundError(f"No module named '{fullname}'", name=fullname)


def test_missing_extra_says_what_to_install(
    cytovox: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    # Not None in sys.modules: SciPy takes a "torch" that stands there for the library itself.
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    monkeypatch.setattr(sys, "meta_path", [NotInstalled(), *sys.meta_path])
    for name in [n for n in sys.modules if n.startswith("cytovox.training")]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("finder", "classifier"):
        result = cytovox("train", name, "--data", tmp_path)
        assert result.exit_code == 2
        assert "pip install 'cytovox[train]'" in result.stderr


def test_train_without_a_data_folder_is_a_usage_error(cytovox: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CYTOVOX_DATA", raising=False)
    result = cytovox("train", "finder")
    assert result.exit_code == 2
    assert "--data" in result.stderr


def test_port_in_use_is_said(cytovox: Run) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = cytovox("serve", "--port", taken.getsockname()[1])
    assert result.exit_code == 2
    assert "choose another with --port" in result.stderr
    assert os.linesep not in result.stderr.rstrip()
