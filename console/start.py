"""Where the program begins: it can be told to stop before the libraries behind its commands are loaded."""

from __future__ import annotations

import signal
import sys

_STOPPED = 128 + signal.SIGTERM


def main() -> None:
    """Run the program."""
    # As process 1 of a container, SIGTERM would not end it without this.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_STOPPED))
    from console.main import main as run_command

    run_command()
