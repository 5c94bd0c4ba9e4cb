"""`python -m cytovox.app.openapi`: the API's description, from which the front end's types are made."""

import json
import sys

from cytovox.app.server import create_app
from cytovox.app.settings import Settings


def openapi_text() -> str:
    """OpenAPI document as JSON text, the same for every version of the package."""
    app = create_app(Settings())
    document = app.openapi()
    app.state.lifespan.close()
    document["info"]["version"] = "0"
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(openapi_text())
