import base64
import json

import pytest

from bot.sandbox.providers.tryiton.orders import HAIRCUTS, Endpoint, Region, parse_order
from bot.sandbox.providers.tryiton.replies import ApiError, ErrorName


def refusal(endpoint, raw):
    with pytest.raises(ApiError) as caught:
        parse_order(endpoint, raw)
    assert caught.value.name is ErrorName.BAD_REQUEST
    return caught.value.message


def hairstyle(picture_url, **changes):
    return json.dumps({"face_image": picture_url, "haircut": "BuzzCut"} | changes).encode()


def tattoo(picture_url, **changes):
    return json.dumps({"body_image": picture_url, "design_image": picture_url} | changes).encode()


@pytest.mark.parametrize("raw", [b"", b"nonsense", b"[1]", b'"x"', b"null", b"\xff\xfe"])
def test_a_body_that_is_no_object_gets_the_documented_message(raw):
    assert refusal(Endpoint.CLOTHES, raw) == "Invalid request body"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model_image": None}, "model_image is required"),
        ({"garment_image": None}, "garment_image is required"),
        ({"garment_image": 5}, "garment_image must be a non-empty string"),
        ({"garment_image": "shirt.jpg"}, "garment_image must be a public URL or a base64 data URL"),
        ({"garment_image": "ftp://example.com/a.jpg"}, "garment_image must be a public URL"),
        ({"garment_image": "data:text/plain;base64,AAAA"}, "garment_image must be a public URL"),
        ({"garment_image": "data:image/png;base64,AA*A"}, "garment_image is not valid base64"),
        ({"garment_image": "data:image/png;base64,AAAA"}, "garment_image could not be decoded"),
        ({"garment_image": "data:image/png;base64,"}, "garment_image could not be decoded"),
        ({"category": "hats"}, "category must be one of"),
        ({"category": "clothing"}, "subcategory is required when category is 'clothing'"),
        ({"category": "jewelry"}, "subcategory is required when category is 'jewelry'"),
        ({"category": "accessories"}, "subcategory is required when category is 'accessories'"),
        ({"category": "clothing", "subcategory": "socks"}, "subcategory must be one of"),
        ({"mode": "turbo"}, "mode must be one of"),
        ({"num_samples": 0}, "num_samples must be an integer from 1 to 4"),
        ({"num_samples": 5}, "num_samples must be an integer from 1 to 4"),
        ({"num_samples": "2"}, "num_samples must be an integer from 1 to 4"),
        ({"num_samples": True}, "num_samples must be an integer from 1 to 4"),
        ({"output_format": "gif"}, "output_format must be one of"),
        ({"moderation_level": "lax"}, "moderation_level must be one of"),
    ],
)
def test_what_is_wrong_with_a_clothes_body_is_said(clothes_body, changes, message):
    assert refusal(Endpoint.CLOTHES, clothes_body(**changes)).startswith(message)


def test_a_picture_that_was_cut_off_is_refused(clothes_body, cut_off_picture_url):
    message = refusal(Endpoint.CLOTHES, clothes_body(model_image=cut_off_picture_url))
    assert message == "model_image could not be decoded"


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(clothes_body):
    header_alone = base64.b64encode(b"P4 8000 8000\n").decode()
    bomb = f"data:image/x-portable-bitmap;base64,{header_alone}"
    assert refusal(Endpoint.CLOTHES, clothes_body(model_image=bomb)) == "model_image has too many pixels"


def test_a_body_may_not_be_endless():
    assert refusal(Endpoint.CLOTHES, b" " * (40 * 1024 * 1024 + 1)) == "Request body is too large"


@pytest.mark.parametrize(
    "changes",
    [
        {"category": "auto"},
        {"category": "clothing", "subcategory": "dresses"},
        {"category": "one-pieces"},
        {"category": "eyewear"},
        {"category": "jewelry", "subcategory": "rings"},
        {"model_image": "https://example.com/model.jpg", "garment_image": "http://example.com"},
        {"mode": "quality", "num_samples": 4, "output_format": "png", "moderation_level": "none"},
        {"something_else": 1},
    ],
)
def test_documented_clothes_bodies_are_taken(clothes_body, changes):
    assert parse_order(Endpoint.FASHION, clothes_body(**changes)).endpoint is Endpoint.FASHION


def test_an_order_keeps_what_was_asked(clothes_body):
    order = parse_order(
        Endpoint.CLOTHES,
        clothes_body(category="clothing", subcategory="tops", num_samples=2, output_format="jpeg"),
    )
    assert (order.category, order.subcategory, order.samples) == ("clothing", "tops", 2)
    assert (order.mode, order.output_format) == ("balanced", "jpeg")


def test_there_are_34_haircuts_and_each_is_taken(picture_url):
    assert len(HAIRCUTS) == 34
    assert {
        parse_order(Endpoint.HAIRSTYLE, hairstyle(picture_url, haircut=name)).haircut for name in HAIRCUTS
    } == HAIRCUTS


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"haircut": "Mullet"}, "haircut 'Mullet' is not supported"),
        ({"haircut": "buzzcut"}, "haircut 'buzzcut' is not supported"),
        ({"haircut": None}, "haircut is required"),
        ({"face_image": None}, "face_image is required"),
        ({"num_samples": 9}, "num_samples must be"),
    ],
)
def test_what_is_wrong_with_a_hairstyle_body_is_said(picture_url, changes, message):
    assert refusal(Endpoint.HAIRSTYLE, hairstyle(picture_url, **changes)).startswith(message)


@pytest.mark.parametrize(
    ("region", "message"),
    [
        ("left", "region must be an object"),
        ({"x": 0.1, "y": 0.1, "w": 0.2}, "region.h must be a number from 0 to 1"),
        ({"x": 0.1, "y": 0.1, "w": True, "h": 0.2}, "region.w must be a number from 0 to 1"),
        ({"x": -0.1, "y": 0.1, "w": 0.2, "h": 0.2}, "region.x must be a number from 0 to 1"),
        ({"x": 0.1, "y": 0.1, "w": 0.059, "h": 0.2}, "region is too small"),
        ({"x": 0.1, "y": 0.1, "w": 0.2, "h": 0.059}, "region is too small"),
        ({"x": 0.9, "y": 0.1, "w": 0.2, "h": 0.2}, "region must lie within the image"),
    ],
)
def test_what_is_wrong_with_a_region_is_said(picture_url, region, message):
    assert refusal(Endpoint.TATTOO, tattoo(picture_url, region=region)).startswith(message)


def test_the_smallest_region_is_taken_up_to_the_very_edge(picture_url):
    order = parse_order(
        Endpoint.TATTOO, tattoo(picture_url, region={"x": 0.94, "y": 0, "w": 0.06, "h": 0.06})
    )
    assert order.region == Region(0.94, 0, 0.06, 0.06)
