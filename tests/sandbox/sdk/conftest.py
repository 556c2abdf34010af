"""Installs each official SDK apart from everything else, and lets it run against a sandbox of its own."""

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox.providers.clock import SystemClock
from bot.sandbox.providers.tryiton.accounts import Limits
from bot.sandbox.providers.tryiton.control import control_routes
from bot.sandbox.providers.tryiton.routes import TryItOnHttp
from bot.sandbox.providers.tryiton.server import TryItOnServer

HERE = Path(__file__).parent
CACHE = HERE.parents[2] / ".cache" / "sdk"
SPEED = 200
UNREACHABLE = ("NewConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "Could not find a version")


@pytest.fixture(scope="session", params=["1.1.0", "2.0.0"])
def sdk_report(request: pytest.FixtureRequest) -> Any:
    """Return what use_sdk.py says with one version of the SDK."""
    target = installed(HERE / f"tryiton-{request.param}.txt")
    with running_sandbox() as url:
        done = subprocess.run(
            [sys.executable, "-S", "-W", "error", str(HERE / "use_sdk.py"), url],
            env={"PYTHONPATH": str(target), "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            timeout=220,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class running_sandbox:  # noqa: N801 - read as a phrase after "with"
    """Serve a TryItOn whose jobs take about 0.05 s while its windows keep their 60 s."""

    def __enter__(self) -> str:
        self.listener = socket.create_server(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        limits = Limits(window=60.0 * SPEED)
        model = TryItOnServer(clock=SystemClock(), public_url=url, speed=SPEED, limits=limits)
        http = TryItOnHttp(model)
        app = Starlette(routes=[*http.routes(), Mount("/control", routes=control_routes(http))])
        self.runner = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="warning"))
        self.thread = threading.Thread(target=self.runner.run, kwargs={"sockets": [self.listener]})
        self.thread.start()
        return url

    def __exit__(self, *exc: object) -> None:
        self.runner.should_exit = True
        self.thread.join(timeout=60)
        self.listener.close()


def installed(requirements: Path) -> Path:
    """Return a folder with the packages of a requirements file, installed once for each content of it."""
    content = requirements.read_bytes() + sys.version.encode()
    target = CACHE / f"{requirements.stem}-{hashlib.sha256(content).hexdigest()[:16]}"
    if target.exists():
        return target
    CACHE.mkdir(parents=True, exist_ok=True)
    # Another test process may be doing the same: the first to rename wins.
    fresh = Path(tempfile.mkdtemp(dir=CACHE))
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", "--only-binary", ":all:", "--target", str(fresh), "-r", str(requirements)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        shutil.rmtree(fresh)
        if "CI" not in os.environ and any(sign in done.stderr for sign in UNREACHABLE):
            pytest.skip("the official SDK could not be downloaded: no package index within reach")
        pytest.fail(f"pip could not install {requirements.name}:\n{done.stderr}")
    try:
        fresh.rename(target)
    except OSError:
        shutil.rmtree(fresh)
    return target
