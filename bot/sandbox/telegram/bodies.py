"""Reads a call's parameters from an HTTP request."""

import json
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request

from bot.sandbox.telegram.errors import ApiError, bad_request
from bot.sandbox.telegram.model import Upload
from bot.sandbox.telegram.outgoing import MAX_UPLOAD_BYTES
from bot.sandbox.telegram.params import Params

MAX_BODY_BYTES = MAX_UPLOAD_BYTES + 1024 * 1024
MAX_FIELDS = 1000


class HungUpError(Exception):
    """The caller went away before the whole request was here."""


async def read_params(request: Request) -> Params:
    """Return what was sent in the query and in the body; ApiError, HungUpError."""
    values: dict[str, Any] = dict(request.query_params)
    if int(request.headers.get("content-length") or 0) > MAX_BODY_BYTES:
        raise ApiError(413, "Request Entity Too Large")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "application/json":
            return Params(values | _json_object(await request.body()))
        if kind in {"multipart/form-data", "application/x-www-form-urlencoded"}:
            async with request.form(
                max_files=MAX_FIELDS, max_fields=MAX_FIELDS, max_part_size=MAX_BODY_BYTES
            ) as form:
                return await _form_params(values, form)
        await request.body()
    except ClientDisconnect as gone:
        raise HungUpError from gone
    except (MultiPartException, HTTPException) as problem:
        raise bad_request("can't parse the multipart body") from problem
    return Params(values)


def _json_object(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        shape = json.loads(body)
    except ValueError:
        raise bad_request("can't parse request JSON object") from None
    if not isinstance(shape, dict):
        raise bad_request("request JSON must be an object")
    return shape


async def _form_params(values: dict[str, Any], form: FormData) -> Params:
    uploads: dict[str, Upload] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            uploads[name] = Upload(value.filename or name, await value.read(), value.content_type)
        else:
            values[name] = value
    return Params(values, uploads)
