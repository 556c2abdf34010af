import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.providers.base import Picture
from bot.providers.bodies import MultipartBody
from bot.sandbox.providers.fitroom.forms import parse_form
from bot.sandbox.providers.fitroom.orders import fingerprint
from bot.sandbox.providers.fitroom.replies import ApiError

TYPE = "multipart/form-data; boundary=b"
WHOLE = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--b--\r\n'


async def sent(fields):
    body = MultipartBody(fields)
    return body.headers["Content-Type"], b"".join([piece async for piece in body])


@given(picture=st.binary(max_size=500), word=st.sampled_from(["upper", "combo"]))
async def test_what_the_bots_client_writes_is_read_back_exactly(picture, word):
    form = parse_form(*await sent({"cloth_type": word, "model_image": Picture(picture)}))
    assert form == {"cloth_type": word, "model_image": picture}


async def test_the_same_form_has_one_fingerprint_whatever_its_boundary():
    fields = {"cloth_type": "upper", "model_image": Picture(b"abc")}
    one, other = parse_form(*await sent(fields)), parse_form(*await sent(fields))
    changed = parse_form(*await sent({**fields, "cloth_type": "lower"}))
    assert fingerprint(one) == fingerprint(other) != fingerprint(changed)


def test_a_form_is_read():
    assert parse_form(TYPE, WHOLE) == {"x": "1"}


@pytest.mark.parametrize(
    ("content_type", "raw"),
    [
        (None, WHOLE),
        ("application/json", b"{}"),
        ("multipart/form-data", WHOLE),
        (TYPE, b""),
        (TYPE, b"nonsense"),
        (TYPE, WHOLE[:-6]),
        (TYPE, WHOLE.replace(b"1", b"\xff")),
        (TYPE, b"x" * (40 * 1024 * 1024 + 1)),
    ],
    ids=["no type", "json", "no boundary", "empty", "nonsense", "cut off", "no text", "endless"],
)
def test_what_is_no_whole_form_is_refused(content_type, raw):
    with pytest.raises(ApiError) as caught:
        parse_form(content_type, raw)
    assert caught.value.reply().status == 400
