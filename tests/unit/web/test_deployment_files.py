"""The files of deployment fit the program: what they name exists, nobody is root, no secret is inside."""

import asyncio
import json
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.responses import Response
from starlette.routing import Route

from bot.__main__ import _parser
from bot.settings import Settings
from bot.web.server import serving
from tests.unit.web.plain_yaml import load

ROOT = Path(__file__).parents[3]
SECRETS = {"TELEGRAM_BOT_TOKEN", "TRYITON_API_KEY", "FITROOM_API_KEY", "WEBHOOK_SECRET"}
SETTINGS = {name.upper() for name in Settings.model_fields}


def dockerfile() -> list[tuple[str, str]]:
    """Return each instruction with its words."""
    text = "\n".join(line for line in (ROOT / "Dockerfile").read_text().splitlines() if line[:1] != "#")
    lines = [line.strip() for line in text.replace("\\\n", " ").splitlines() if line.strip()]
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]


def words_of(instruction: str) -> list[str]:
    return [words for name, words in dockerfile() if name == instruction]


def copied() -> list[str]:
    """Return what of the repository the image is made of."""
    return [words.split()[0] for words in words_of("COPY") if not words.startswith("--from")]


def kept() -> set[str]:
    lines = [line.strip() for line in (ROOT / ".dockerignore").read_text().splitlines()]
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*", "everything is out first"
    return {rule[1:] for rule in rules if rule.startswith("!")}


@pytest.fixture
def compose():
    return load((ROOT / "compose.yaml").read_text())


@pytest.fixture
def image(tmp_path):
    """What the image holds of the repository."""
    for name in copied():
        source, target = ROOT / name, tmp_path / "app" / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            target.parent.mkdir(exist_ok=True)
            shutil.copy(source, target)
    return tmp_path / "app"


# --- Dockerfile


def test_what_is_copied_exists_and_is_let_in():
    assert [name for name in copied() if not (ROOT / name).exists()] == []
    assert set(copied()) == kept()


def test_neither_settings_nor_data_can_get_in():
    assert not {".env", "data", ".git", ".", "tests"} & (kept() | set(copied()))
    assert words_of("ADD") == []


def test_images_are_named_with_a_version():
    for words in words_of("FROM"):
        assert re.fullmatch(r"python:3\.11-slim(@sha256:[0-9a-f]{64})?( AS \w+)?", words)


def test_packages_are_installed_by_hash_only():
    [install] = [words for words in words_of("RUN") if "pip install" in words]
    assert "--require-hashes --no-deps -r requirements.lock" in install
    assert sum("pip" in words for words in words_of("RUN")) == 1


def test_nobody_is_root_when_it_runs():
    instructions = dockerfile()
    [place] = [n for n, (name, _) in enumerate(instructions) if name == "USER"]
    user, group = instructions[place][1].split(":")
    assert (user.isdigit(), group.isdigit()) == (True, True)
    assert 0 not in {int(user), int(group)}
    assert place > max(n for n, (name, _) in enumerate(instructions) if name in {"RUN", "COPY"})
    assert any(f"--uid {user} " in words for words in words_of("RUN"))


def test_no_secret_is_built_in():
    built_in = {pair.split("=")[0] for words in words_of("ENV") for pair in words.split()}
    assert not built_in & SECRETS
    assert words_of("ARG") == []


def test_environment_of_the_image_is_known_to_the_program():
    built_in = {pair.split("=")[0] for words in words_of("ENV") for pair in words.split()}
    assert built_in - SETTINGS == {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "TRYON_ENV_FILE"}


def test_data_has_a_volume_that_the_user_may_write():
    assert words_of("VOLUME") == ['["/app/data"]']
    assert any("chown 10001:10001 /app/data" in words for words in words_of("RUN"))


def test_names_on_sheets_can_be_written(image):
    assert list((image / "bot").rglob("*.ttf")) != []
    assert list((image / "bot").rglob("OFL.txt")) != []
    runs = dockerfile()[max(n for n, (name, _) in enumerate(dockerfile()) if name == "FROM") :]
    assert any("libfribidi0" in words for name, words in runs if name == "RUN")


def test_what_is_copied_is_enough_to_run(image, tmp_path):
    command = json.loads(words_of("CMD")[0])
    assert command[:1] == ["python"]
    environment = {
        "TELEGRAM_BOT_TOKEN": f"{123456789}:" + "A" * 35,
        "TRYITON_API_KEY": "key",
        "DATABASE_URL": f"sqlite:///{tmp_path}/tryon.db",
        "TRYON_ENV_FILE": "",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    run = [sys.executable, "-W", "error", *command[1:], "migrate"]
    ended = subprocess.run(
        run, cwd=image, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    listing = "import bot.app, bot.check, bot.operator; print(bot.app.__file__)"
    ended = subprocess.run(
        [sys.executable, "-c", listing],
        cwd=image,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.stdout.strip() == str(image / "bot" / "app" / "__init__.py")


def health_command() -> list[str]:
    [words] = words_of("HEALTHCHECK")
    command = json.loads(words[words.index("CMD") + 4 :])
    assert command[:2] == ["python", "-c"]
    return [sys.executable, *command[1:]]


@pytest.mark.network
@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
async def test_health_check_of_the_image_works(status, code):
    async def answer(_):
        return Response(status_code=status)

    async with serving([Route("/healthz", answer)], port=0, host="127.0.0.1") as port:
        process = await asyncio.create_subprocess_exec(*health_command(), env={"PORT": str(port)})
        assert await process.wait() == code


def test_health_check_fails_where_nothing_listens():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            health_command(), env={"PORT": port}, capture_output=True, timeout=30, check=False
        )
    assert ended.returncode == 1


# --- compose.yaml


def test_bot_is_built_here_and_configured_from_a_file_that_is_not_published(compose):
    bot = compose["services"]["bot"]
    assert (bot["build"], bot["env_file"]) == (".", ".env")
    assert ".env" in (ROOT / ".gitignore").read_text().split()
    assert set(bot["environment"]) <= SETTINGS
    assert not set(bot["environment"]) & SECRETS


def test_passwords_come_from_outside(compose):
    text = (ROOT / "compose.yaml").read_text()
    assert len(re.findall(r"\$\{POSTGRES_PASSWORD:\?", text)) == 2
    assert compose["services"]["database"]["environment"]["POSTGRES_PASSWORD"].startswith("${")
    assert re.search(
        r"://tryon:\$\{POSTGRES_PASSWORD:\?\}@database:5432/tryon$",
        compose["services"]["bot"]["environment"]["DATABASE_URL"],
    )


def test_the_address_of_the_database_is_the_one_that_is_made(compose):
    made = compose["services"]["database"]["environment"]
    address = compose["services"]["bot"]["environment"]["DATABASE_URL"]
    assert address.startswith(f"postgresql://{made['POSTGRES_USER']}:")
    assert address.endswith(f"@database:5432/{made['POSTGRES_DB']}")


def test_images_are_pinned_and_volumes_declared(compose):
    for service in compose["services"].values():
        if "image" in service:
            assert re.fullmatch(r"[a-z]+:\d+", service["image"])
        for volume in service.get("volumes", ()):
            assert volume.split(":")[0] in compose["volumes"]
        for name in service.get("depends_on", ()):
            assert name in compose["services"]
            assert "healthcheck" in compose["services"][name]


def test_only_this_machine_reaches_the_bot_and_nobody_the_database(compose):
    [port] = compose["services"]["bot"]["ports"]
    inside = compose["services"]["bot"]["environment"]["PORT"]
    assert port == f"127.0.0.1:{inside}:{inside}"
    assert "ports" not in compose["services"]["database"]


def test_bot_may_do_no_more_than_it_needs(compose):
    bot = compose["services"]["bot"]
    assert bot["read_only"] is True
    assert bot["cap_drop"] == ["ALL"]
    assert bot["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in bot
    assert int(bot["stop_grace_period"].removesuffix("s")) > 10


# --- Procfile


def test_procfile_names_what_a_platform_asks_for():
    lines = (ROOT / "Procfile").read_text().splitlines()
    assert dict(line.split(": ", 1) for line in lines) == {
        "web": "python -m bot",
        "release": "python -m bot migrate",
        "worker": "python -m bot",
    }
    for line in lines:
        assert _parser().parse_args(line.split()[4:]).command
