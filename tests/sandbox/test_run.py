"""The sandbox's runner, with a stand-in for the bot: what it starts, hides, says and stops."""

import fcntl
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from bot.sandbox.bot_process import SECONDS_TO_STOP, bot_environment, bot_settings
from bot.sandbox.run import _listen, run
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
START = "import sys; from bot.sandbox.run import run; sys.exit(run(sys.argv[1:]))"
REAL_TOKEN = f"{123456789}:" + "A" * 35

FAKE_BOT = """
import fcntl, json, os, pathlib, signal, sys, time, urllib.request
pathlib.Path("environment.json").write_text(json.dumps(dict(os.environ)))
alive = open("alive", "w")
fcntl.flock(alive, fcntl.LOCK_EX)
def stop(*_):
    pathlib.Path("stopped").touch()
    sys.exit(0)
signal.signal(signal.SIGTERM, {on_term})
print("fake bot speaking")
url = os.environ["TELEGRAM_API_URL"] + "/bot" + os.environ["TELEGRAM_BOT_TOKEN"] + "/getUpdates"
urllib.request.urlopen(url).read()
{then}
time.sleep(600)
"""


@pytest.fixture
def folder(tmp_path):
    """Return an operator's folder with real settings in it, where ``python -m bot`` is a stand-in."""
    write_bot(tmp_path)
    (tmp_path / ".env").write_text(f"TELEGRAM_BOT_TOKEN={REAL_TOKEN}\nFREE_CREDITS=99\n")
    return tmp_path


def write_bot(folder, on_term="stop", then=""):
    (folder / "bot").mkdir(exist_ok=True)
    (folder / "bot" / "__init__.py").touch()
    (folder / "bot" / "__main__.py").write_text(FAKE_BOT.format(on_term=on_term, then=then))


class Running:
    """One sandbox with its output in a file, so that it can be read while it runs."""

    def __init__(self, folder, arguments, environment, program):
        self.output = folder / f"output-{time.monotonic_ns()}"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-c", program, "--port", "0", *arguments],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
                stdout=output,
                stderr=subprocess.PIPE,
                text=True,
            )

    def url(self):
        """Wait for the line with the address and return that."""
        while self.process.poll() is None:
            found = re.search(r"ready.*(http://127\.0\.0\.1:\d+)/", self.output.read_text())
            if found:
                return found[1]
            time.sleep(0.02)
        raise AssertionError(self.process.stderr.read())

    def end(self):
        """Wait for its end; return its exit code, what it said and what it complained about."""
        _, errors = self.process.communicate(timeout=120)
        return self.process.returncode, self.output.read_text(), errors

    def stop(self, number=signal.SIGTERM):
        """Send a signal; return as ``end`` does, and the seconds it took."""
        before = time.monotonic()
        self.process.send_signal(number)
        return *self.end(), time.monotonic() - before


@pytest.fixture
def start(folder):
    """Return a starter of sandboxes; what it started is ended with the test."""
    started = []

    def start_one(*arguments, start=START, **environment):
        started.append(Running(folder, arguments, environment, start))
        return started[-1]

    yield start_one
    for sandbox in started:
        if sandbox.process.poll() is None:
            sandbox.stop()


@pytest.mark.network
def test_it_says_where_the_page_is_when_the_bot_asks_for_updates(start, folder):
    sandbox = start()
    url = sandbox.url()
    lines = sandbox.output.read_text().split("\n")
    assert [line.strip() for line in lines if line.strip()] == [
        "fake bot speaking",
        f"The bot is ready: open {url}/ in a browser. Ctrl-C stops it.",
    ]


@pytest.mark.network
def test_the_bot_gets_the_sandboxs_settings_and_none_of_the_operators(start, folder):
    operators = {
        "TELEGRAM_BOT_TOKEN": REAL_TOKEN,
        "TRYITON_API_KEY": "real-key",
        "FITROOM_API_KEY": "real-key",
        "WEBHOOK_URL": "https://example.com",
        "FREE_CREDITS": "50",
        "HTTP_PROXY": "",
    }
    url = start(**operators).url()
    seen = json.loads((folder / "environment.json").read_text())
    assert seen["TELEGRAM_BOT_TOKEN"] != REAL_TOKEN
    assert seen["TRYITON_API_KEY"].startswith("sandbox-")
    assert seen["FITROOM_API_KEY"].startswith("sandbox-")
    assert not {"WEBHOOK_URL", "FREE_CREDITS", "HTTP_PROXY"} & set(seen)
    expected = {
        "TELEGRAM_API_URL": f"{url}/telegram",
        "TRYITON_API_URL": f"{url}/tryiton/api/v1",
        "FITROOM_API_URL": f"{url}/fitroom",
        "RESULT_HOSTS": url.removeprefix("http://"),
        "DATABASE_URL": "sqlite:///data/sandbox/tryon.db",
        "TRYON_ENV_FILE": "",
    }
    assert {name: seen[name] for name in expected} == expected
    # One of the people is the operator, so that what only operators can do can be tried, too.
    assert seen["ADMIN_IDS"].isdigit()


@pytest.mark.network
def test_it_begins_with_an_empty_state(start, folder):
    old = folder / "data" / "sandbox" / "tryon.db"
    old.parent.mkdir(parents=True)
    old.write_text("yesterday's")
    beside = folder / "data" / "tryon.db"
    beside.write_text("the real one")
    start().url()
    assert not old.exists()
    assert beside.read_text() == "the real one"


@pytest.mark.network
@pytest.mark.parametrize(
    ("then", "code"), [("sys.exit(7)", 7), ("os.kill(os.getpid(), signal.SIGKILL)", 137), ("sys.exit(0)", 0)]
)
def test_when_the_bot_ends_the_sandbox_says_so_and_ends_with_its_code(start, folder, then, code):
    write_bot(folder, then=then)
    ended_with, output, errors = start().end()
    assert (ended_with, errors) == (code, "")
    assert f"The bot ended by itself with exit code {code}" in output


@pytest.mark.network
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_the_bot_gently_and_then_the_sandbox(start, folder, number):
    sandbox = start()
    sandbox.url()
    code, _, errors, _ = sandbox.stop(number)
    assert (code, errors) == (0, "")
    assert (folder / "stopped").exists()


@pytest.mark.network
def test_a_bot_that_does_not_stop_is_killed_in_time(start, folder):
    assert SECONDS_TO_STOP < 10, "what platforms give after SIGTERM"
    write_bot(folder, on_term="signal.SIG_IGN")
    sandbox = start()
    sandbox.url()
    code, _, errors, seconds = sandbox.stop()
    assert (code, errors) == (0, "")
    assert seconds > 6


@pytest.mark.network
def test_a_second_signal_does_not_wait(start, folder):
    write_bot(folder, on_term='lambda *_: pathlib.Path("told").touch()')
    sandbox = start(start=f"from bot.sandbox import bot_process as one; one.SECONDS_TO_STOP = 600; {START}")
    sandbox.url()
    sandbox.process.send_signal(signal.SIGINT)
    while not (folder / "told").exists():
        time.sleep(0.02)
    code, _, _, _ = sandbox.stop(signal.SIGINT)
    assert code == 0


@pytest.mark.network
@pytest.mark.parametrize("on_term", ["stop", "signal.SIG_IGN"])
def test_a_killed_sandbox_takes_its_bot_with_it(start, folder, on_term):
    write_bot(folder, on_term=on_term)
    sandbox = start()
    sandbox.url()
    with (folder / "alive").open() as alive:
        with pytest.raises(BlockingIOError):
            fcntl.flock(alive, fcntl.LOCK_SH | fcntl.LOCK_NB)
        code, *_ = sandbox.stop(signal.SIGKILL)
        # Waits until the bot is gone.
        fcntl.flock(alive, fcntl.LOCK_SH)
    assert code == -signal.SIGKILL
    assert not (folder / "stopped").exists()


@pytest.mark.network
def test_an_open_page_does_not_keep_the_sandbox_from_stopping(start):
    sandbox = start("--no-bot")
    with httpx.stream("GET", f"{sandbox.url()}/page/api/events", timeout=60) as stream:
        assert stream.status_code == 200
        code, _, errors, _ = sandbox.stop()
    assert (code, errors) == (0, "")


@pytest.mark.network
def test_a_port_in_use_is_told_in_one_message(start):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, output, errors = start("--port", str(port)).end()
    assert (code, output, errors.count("\n")) == (2, "", 1)
    assert errors.startswith(f"Port {port} is in use.")


@pytest.mark.network
def test_a_second_sandbox_does_not_wipe_the_first_ones_state(start, folder):
    start("--no-bot").url()
    (folder / "data" / "sandbox" / "kept").touch()
    code, _, errors = start("--no-bot").end()
    assert (code, errors.count("\n")) == (2, 1)
    assert "Another sandbox is running" in errors
    assert (folder / "data" / "sandbox" / "kept").exists()


@pytest.mark.network
def test_without_a_bot_everything_answers_on_one_port(start, folder):
    url = start("--no-bot").url()
    token = f"{123456789}:" + "A" * 35
    answers = {
        path: httpx.get(f"{url}{path}").status_code
        for path in (
            "/",
            f"/telegram/bot{token}/getMe",
            "/tryiton/api/v1/credits",
            "/control/tryiton/journal",
            "/control/calls",
        )
    }
    assert list(answers.values()) == [200, 200, 401, 200, 200]
    assert not (folder / "environment.json").exists()
    assert httpx.get(f"{url}/control/tryiton/journal", headers={"Host": "evil.example"}).status_code == 403


@pytest.mark.network
def test_without_a_bot_it_says_how_to_start_one(start):
    sandbox = start("--no-bot", "--speed", "10")
    url = sandbox.url()
    _, output, _, _ = sandbox.stop()
    assert f"TELEGRAM_API_URL={url}/telegram" in output
    assert "TRYITON_SUBMITS_PER_MINUTE=200" in output
    assert "python -m bot" in output


@pytest.mark.parametrize(
    "arguments", [["--speed", "0"], ["--speed", "nan"], ["--speed", "1000"], ["--port", "70000"], ["--what"]]
)
def test_what_it_does_not_understand_is_a_usage_error(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        run(arguments)
    assert caught.value.code == 2
    assert "error: " in capsys.readouterr().err


def test_it_listens_on_this_machine_only():
    with _listen(0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_a_folder_that_cannot_be_written_is_told_plainly(tmp_path, monkeypatch, capsys):
    (tmp_path / "data").write_text("a file where the folder should be")
    monkeypatch.chdir(tmp_path)
    assert run(["--port", "0"]) == 2
    assert capsys.readouterr().err.startswith("The sandbox can't write to data/")


def test_a_state_folder_that_leads_elsewhere_is_not_wiped(tmp_path, monkeypatch, capsys):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").touch()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sandbox").symlink_to(elsewhere)
    monkeypatch.chdir(tmp_path)
    assert run(["--port", "0"]) == 2
    assert (elsewhere / "precious").exists()
    assert capsys.readouterr().err.startswith("The sandbox can't clear data/sandbox/")


@pytest.mark.parametrize("speed", [0.01, 0.7, 3.0, 7.0, 100.0])
def test_bot_takes_its_settings_at_any_speed(speed):
    settings = bot_settings("http://127.0.0.1:8000", speed)
    read = Settings(_env_file=None, **{name.lower(): value for name, value in settings.items()})
    assert read.fitroom_seconds.typical == pytest.approx(9 / speed, abs=0.001)


@pytest.mark.parametrize(
    ("speed", "submits", "status"), [(1.0, "20", "300"), (10.0, "200", "3000"), (0.01, "1", "3")]
)
def test_limits_go_with_the_speed(speed, submits, status):
    settings = bot_settings("http://127.0.0.1:8000", speed)
    assert settings["TRYITON_SUBMITS_PER_MINUTE"] == submits
    assert settings["TRYITON_STATUS_PER_MINUTE"] == status


def test_each_bot_gets_a_token_of_the_right_shape_of_its_own():
    one, two = (bot_settings("http://127.0.0.1:8000", 1)["TELEGRAM_BOT_TOKEN"] for _ in range(2))
    assert re.fullmatch(r"\d{10}:[A-Za-z0-9_-]{35}", one)
    assert one != two


def test_only_what_a_process_needs_is_handed_on():
    given = {
        "PATH": "/bin",
        "PYTHONPATH": "x",
        "ADMIN_IDS": "1",
        "DATABASE_URL": "postgres://real",
        "LC_ALL": "C",
    }
    environment = bot_environment({"DATABASE_URL": "sqlite:///data/sandbox/tryon.db"}, given)
    assert environment == {
        "PATH": "/bin",
        "PYTHONPATH": "x",
        "LC_ALL": "C",
        "PYTHONUNBUFFERED": "1",
        "DATABASE_URL": "sqlite:///data/sandbox/tryon.db",
    }
