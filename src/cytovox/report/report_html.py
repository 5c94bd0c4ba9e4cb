"""A report as one HTML file that needs no other: for a screen, a phone and paper."""

import base64
from functools import cache
from importlib.resources import files

import jinja2

from cytovox.domain.colour import rgb
from cytovox.report.report_document import Figure, ReportDocument

_MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg", "svg": "image/svg+xml"}


def report_to_html(report: ReportDocument) -> bytes:
    """The report as HTML (UTF-8), its pictures within it. It loads nothing and runs no script."""
    return _template().render(report=report).encode()


@cache
def _template() -> jinja2.Template:
    # StrictUndefined: a name that is misspelt in the template is an error, not an empty place in a report.
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(
            lambda name: files("cytovox.report").joinpath("templates", name).read_text("utf-8")
        ),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["source"] = _source
    environment.filters["colour"] = _colour
    environment.filters["kind"] = lambda block: type(block).__name__.lower()
    return environment.get_template("report.html.jinja")


def _source(figure: Figure) -> str:
    return f"data:{_MEDIA_TYPES[figure.kind]};base64,{base64.b64encode(figure.data).decode()}"


def _colour(colour: str) -> str:
    return "#{:02x}{:02x}{:02x}".format(*rgb(colour))  # nothing else may come into a style
