"""A server with slow workers: `slow_server.py PORT DATA_FOLDER`."""

import sys
from pathlib import Path

from cytovox.app.server import serve
from cytovox.app.settings import Settings

if __name__ == "__main__":
    settings = Settings(port=int(sys.argv[1]), data_folder=Path(sys.argv[2]), uploads_per_minute=100_000)
    serve(settings, worker_command=(sys.executable, str(Path(__file__).with_name("slow_worker.py"))))
