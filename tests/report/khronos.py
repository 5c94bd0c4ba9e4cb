"""The Khronos glTF validator, from npm."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

WEB = Path(__file__).resolve().parents[2] / "web"
SCRIPT = (
    "const v = require('gltf-validator'); const fs = require('fs');"
    "v.validateBytes(new Uint8Array(fs.readFileSync(process.argv[1])))"
    ".then(r => console.log(JSON.stringify(r.issues)))"
)


def issues_of(glb: Path) -> dict[str, Any]:
    """What it finds in a file; skips the test where it is not installed."""
    node = shutil.which("node")
    if node is None or not (WEB / "node_modules" / "gltf-validator").is_dir():
        pytest.skip("needs node and gltf-validator in web/node_modules")
    run = subprocess.run([node, "-e", SCRIPT, glb], cwd=WEB, capture_output=True, text=True, check=True)
    return json.loads(run.stdout)
