"""Each warning that an analysis can give has words of its own in the web application."""

import ast
import re
from pathlib import Path

from cytovox.imaging import quality

ROOT = Path(__file__).parents[1]
WORDS = ROOT / "web" / "src" / "explain" / "warningWords.ts"


def warnings_of(source: str) -> set[str]:
    """Keys that a module gives to `QualityWarning` in plain words."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id == "QualityWarning"
        and isinstance(call.args[0], ast.Constant)
    }


def test_every_warning_is_put_into_words() -> None:
    modules = (ROOT / "src" / "cytovox").rglob("*.py")
    given = set().union(*(warnings_of(path.read_text(encoding="utf-8")) for path in modules))
    given |= quality._MESSAGES.keys()
    told = set(re.findall(r"^  (\w+): \{$", WORDS.read_text(encoding="utf-8"), re.MULTILINE))
    assert told == given
