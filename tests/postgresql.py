"""A PostgreSQL server of the tests' own: made in a temporary folder, gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda each: each.parts[4])
_OWNER = "hotline"
_UNPRIVILEGED = "nobody"
_PATIENCE_SECONDS = 180


class Server:
    """One cluster on loopback, with trust for everybody: it holds nothing but what tests write."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._data = folder / "data"
        self._socket = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = 0
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._run("initdb", "-D", self._data, "-U", _OWNER, "--auth=trust", "--no-sync", "--encoding=UTF8")

    def start(self) -> None:
        """Start, and return when it answers."""
        folders: list[str | Path] = ["-D", self._data, "-k", self._socket]
        self._process = subprocess.Popen(
            [self._programs / "postgres", *folders, *self._at(), "-c", "fsync=off"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=_unprivileged(),
        )
        until = time.monotonic() + _PATIENCE_SECONDS
        while self._call("pg_isready", *self._at()).returncode:
            assert time.monotonic() < until, "the PostgreSQL server does not answer"
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop, whoever is connected; what was committed is there after the next start."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Stop without putting anything in order."""
        self._end(signal.SIGQUIT)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the server and to all that work for it."""
        assert self._process is not None
        for process in (psutil.Process(self._process.pid), *psutil.Process(self._process.pid).children()):
            process.send_signal(number)

    def new_database(self) -> str:
        """Return the address of a new, empty database."""
        self._databases += 1
        name = f"hotline{self._databases}"
        self._run("createdb", *self._at(), "-U", _OWNER, name)
        return f"postgresql://{_OWNER}@127.0.0.1:{self.port}/{name}"

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(_PATIENCE_SECONDS)
            self._process = None

    def _at(self) -> tuple[str, ...]:
        return ("-h", "127.0.0.1", "-p", str(self.port))

    def _run(self, program: str, *arguments: str | Path) -> None:
        done = self._call(program, *arguments)
        assert done.returncode == 0, f"{program}: {done.stderr.decode()}"

    def _call(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
        command = [self._programs / program, *arguments]
        return subprocess.run(command, user=_unprivileged(), capture_output=True, check=False)


def _unprivileged() -> str | None:
    # PostgreSQL refuses to run as root.
    return _UNPRIVILEGED if os.geteuid() == 0 else None


@contextmanager
def postgresql_server() -> Iterator[Server]:
    """Run a server of one's own; skip the test where the programs are missing, if they may be."""
    if not _PROGRAMS:
        word = "PostgreSQL's server programs are not installed (Debian: apt-get install postgresql)"
        if os.environ.get("HOTLINE_REQUIRE_POSTGRESQL") == "1":
            pytest.fail(word)
        pytest.skip(word)
    folder = Path(tempfile.mkdtemp(prefix="hotline-postgresql-"))
    if os.geteuid() == 0:
        shutil.chown(folder, user=_UNPRIVILEGED)
    try:
        server = Server(_PROGRAMS[-1].parent, folder)
        server.start()
        try:
            yield server
        finally:
            server.kill()
    finally:
        shutil.rmtree(folder)
