"""What an engine asks a container every half minute, so it loads little: are bot and desk ready?"""

from __future__ import annotations

import os
import sys
from http.client import HTTPConnection, HTTPException
from typing import Final

_SECONDS: Final = 8


def main(service: str = "bot") -> int:
    """Ask the bot or the desk of this machine; say in one line what it said, and return the exit code."""
    if service == "desk":
        path, port = "/healthz", int(os.environ.get("HOTLINE_DESK_PORT") or 8090)
    else:
        path, port = "/readyz", int(os.environ.get("HOTLINE_LISTEN_PORT") or 8080)
    connection = HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        print(answer.read().decode("utf-8", "replace"))
    except (OSError, HTTPException) as error:
        print(f"nothing answers at 127.0.0.1:{port}: {type(error).__name__}")
        return 1
    finally:
        connection.close()
    return 0 if answer.status == 200 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
