"""Uses the official SDK, unchanged, against a sandbox and prints what came of it as JSON.

Run by test_sdk.py in a process that sees nothing but the SDK and what it needs:

    python -S use_sdk.py http://127.0.0.1:PORT
"""

import base64
import json
import sys
import zlib
from collections.abc import Callable
from struct import pack

import requests
import tryiton

ROOT = sys.argv[1]
FAST = {"poll_interval": 0.05, "timeout": 60.0}
FACE = "https://example.com/face.jpg"


def png() -> str:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    picture = (
        b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0\xaa\x88\x66")) + chunk(b"IEND", b"")
    )
    return "data:image/png;base64," + base64.b64encode(picture).decode()


def client(key: str) -> tryiton.TryItOn:
    return tryiton.TryItOn(api_key=key, base_url=f"{ROOT}/tryiton/api/v1")


def control(path: str, **fields: object) -> None:
    requests.post(f"{ROOT}/control/tryiton/{path}", json=fields, timeout=60).raise_for_status()


def slow_job() -> None:
    """Let the next job take three seconds, so that it is seen at work."""
    control("fates", kind="complete", seconds=600)


def wear(sdk: tryiton.TryItOn, **fields: object) -> str:
    """Submit a garment by the name this version of the SDK has for it."""
    method = sdk.try_on_fashion if hasattr(sdk, "try_on_fashion") else sdk.try_on_clothes
    return method(**{"model_image": png(), "garment_image": png(), **fields})


def error_of(act: Callable[[], object]) -> dict[str, object]:
    try:
        act()
    except tryiton.TryItOnError as exc:
        return {"status": exc.status, "name": exc.error_name, "message": str(exc)}
    return {"name": "none"}


def pictures(sdk: tryiton.TryItOn, job_id: str) -> list[str]:
    urls = sdk.wait_for_result(job_id, **FAST)
    answers = [requests.get(url, timeout=60) for url in urls]
    return [answer.headers["content-type"] if len(answer.content) > 1000 else "tiny" for answer in answers]


def tries_on() -> dict[str, object]:
    sdk = client("sandbox-tries")
    full = {"category": "clothing", "subcategory": "tops", "mode": "performance", "num_samples": 2}
    spot = {"x": 0.32, "y": 0.18, "w": 0.28, "h": 0.34}
    return {
        "garment": pictures(sdk, wear(sdk)),
        "garment with everything": pictures(
            sdk, wear(sdk, **full, output_format="png", moderation_level="permissive")
        ),
        "garment by address": pictures(sdk, wear(sdk, model_image=FACE, garment_image=FACE)),
        "hairstyle": pictures(
            sdk, sdk.try_on_hairstyle(face_image=png(), haircut="BuzzCut", hair_color="ash blonde")
        ),
        "tattoo by words": pictures(
            sdk,
            sdk.try_on_tattoo(body_image=png(), design_image=png(), placement="on the right forearm, small"),
        ),
        "tattoo by region": pictures(
            sdk, sdk.try_on_tattoo(body_image=png(), design_image=png(), region=spot, output_format="jpeg")
        ),
        "haircuts": [
            error_of(
                lambda name=name: client(f"sandbox-{name}").try_on_hairstyle(face_image=FACE, haircut=name)
            )
            for name in tryiton.HAIRCUTS
        ],
    }


def balances() -> dict[str, object]:
    sdk = client("sandbox-credits")
    control("accounts", key="sandbox-credits", credits=10)
    before = vars(sdk.get_credits())
    slow_job()
    job_id = wear(sdk, num_samples=3)
    during = vars(sdk.get_credits())
    sdk.wait_for_result(job_id, **FAST)
    return {"before": before, "during": during, "after": vars(sdk.get_credits())}


def states() -> dict[str, object]:
    sdk = client("sandbox-states")
    slow_job()
    job_id = wear(sdk)
    processing = vars(sdk.get_status(job_id))
    sdk.wait_for_result(job_id, **FAST)
    completed = sdk.get_status(job_id)
    return {"processing": processing, "completed": [completed.status, len(completed.output), completed.error]}


def errors() -> dict[str, object]:
    found = {
        "BadRequest": error_of(lambda: wear(client("sandbox-bad"), num_samples=9)),
        "UnauthorizedAccess": error_of(lambda: client("live-key").get_credits()),
        "NotFound": error_of(lambda: client("sandbox-lost").get_status("64b7f1a9d9a3b8e5c7f9a123")),
    }
    fast = client("sandbox-fast")
    for _ in range(20):
        error_of(lambda: wear(fast, num_samples=9))
    found["RateLimitExceeded"] = error_of(lambda: wear(fast))
    control("fates", kind="complete", seconds=1e6, times=6)
    for _ in range(6):
        wear(client("sandbox-busy"))
    found["ConcurrencyLimitExceeded"] = error_of(lambda: wear(client("sandbox-busy")))
    control("accounts", key="sandbox-poor", credits=0)
    found["OutOfCredits"] = error_of(lambda: wear(client("sandbox-poor")))
    control("faults", place="submit", manner="error", error="InternalServerError")
    found["InternalServerError"] = error_of(lambda: wear(client("sandbox-down")))
    control("fates", kind="fail")
    failing = wear(client("sandbox-fail"))
    found["ProcessingError"] = error_of(lambda: client("sandbox-fail").wait_for_result(failing, **FAST))
    control("faults", place="credits", manner="close")
    found["NetworkError"] = error_of(lambda: client("sandbox-gone").get_credits())
    return found


sys.stdout.write(
    json.dumps({"tries_on": tries_on(), "credits": balances(), "states": states(), "errors": errors()})
)
