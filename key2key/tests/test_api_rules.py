"""The rules for every endpoint, at doors that exist (api.md)."""

from __future__ import annotations

import json

import pytest
from django.db import connection, transaction

from accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def problem(response, status: int, code: str) -> dict:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    document = json.loads(response.content)
    assert (document["status"], document["code"]) == (status, code)
    assert document["type"].endswith(f"/problems/{code}")
    assert document["title"]
    assert document["detail"]
    assert document["request_id"] == response["X-Request-ID"]
    return document


def test_a_slash_at_the_end_is_accepted_without_a_redirect(api):
    assert api.get("/api/v1/locations/").status_code == 200
    assert api.get("/api/v1/locations").status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v2/listings", "/api", "/api/v1/listings/42"])
def test_unknown_routes_are_problems_too(api, path):
    problem(api.get(path), 404, "not_found")


def test_what_the_door_does_not_do_says_what_it_does(api):
    response = api.put("/api/v1/locations", {}, format="json")
    problem(response, 405, "method_not_allowed")
    assert "GET" in response["Allow"]


def test_only_json_is_served(api):
    problem(api.get("/api/v1/locations", HTTP_ACCEPT="text/html"), 406, "not_acceptable")
    assert api.get("/api/v1/locations", HTTP_ACCEPT="application/problem+json").status_code == 200


def test_without_a_token_it_is_401_and_says_how(api):
    response = api.get("/api/v1/users/me")
    problem(response, 401, "not_authenticated")
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_bad_token_is_401_even_where_none_is_needed(api):
    api.credentials(HTTP_AUTHORIZATION="Bearer nonsense")
    problem(api.get("/api/v1/locations"), 401, "token_not_valid")


@pytest.mark.parametrize(
    "body",
    [
        b"{", b'{"a": NaN}', b'{"title": "a\\u0000b"}', b'{"title": "\\ud800"}', b"\xff\xfe",
        b'{"a":1,"a":2}',
        b"[" * 60 + b"]" * 60, b'{"a": ' + b"9" * 5000 + b"}", b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_not_sound_json_is_400(sign_in, body):
    client = sign_in(UserFactory())
    response = client.generic("PATCH", "/api/v1/users/me", body, content_type="application/json")
    problem(response, 400, "malformed")


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"7", b"null"])
def test_a_body_that_is_no_object_is_400(sign_in, body):
    client = sign_in(UserFactory())
    response = client.generic("PATCH", "/api/v1/users/me", body, content_type="application/json")
    assert response.status_code == 400


def test_a_body_above_one_megabyte_is_413(sign_in):
    body = json.dumps({"full_name": "a" * 1_100_000})
    client = sign_in(UserFactory())
    response = client.generic("PATCH", "/api/v1/users/me", body, content_type="application/json")
    problem(response, 413, "too_large")


def test_another_format_is_415(sign_in):
    client = sign_in(UserFactory())
    response = client.generic("PATCH", "/api/v1/users/me", b"<a/>", content_type="application/xml")
    problem(response, 415, "unsupported_media_type")


def test_unknown_and_read_only_fields_are_refused_and_nothing_changes(sign_in):
    user = UserFactory(full_name="Almaz Bekele")
    client = sign_in(user)
    answer = client.patch("/api/v1/users/me", {"full_name": "Other", "is_staff": True}, format="json")
    document = problem(answer, 400, "unknown_field")
    assert document["errors"][0]["pointer"] == "/is_staff"
    answer = client.patch("/api/v1/users/me", {"full_name": "Other", "id": "x"}, format="json")
    assert problem(answer, 400, "read_only_field")["errors"][0]["pointer"] == "/id"
    user.refresh_from_db()
    assert user.full_name == "Almaz Bekele"


@pytest.mark.parametrize("value", [5, True, None, ["x"], {"a": 1}])
def test_a_value_of_another_type_is_refused(sign_in, value):
    answer = sign_in(UserFactory()).patch("/api/v1/users/me", {"full_name": value}, format="json")
    assert problem(answer, 400, "validation_error")["errors"][0]["pointer"] == "/full_name"


def test_a_well_formed_request_id_is_taken_and_another_replaced(api):
    assert api.get("/health/live", HTTP_X_REQUEST_ID="abc-12345678")["X-Request-ID"] == "abc-12345678"
    for bad in ("x", "a" * 65, "a b c d e f g", "évidemment"):
        made = api.get("/health/live", HTTP_X_REQUEST_ID=bad)["X-Request-ID"]
        assert made != bad
        assert len(made) == 32


def test_messages_come_in_the_callers_language(api):
    english = api.get("/api/v1/nothing", HTTP_ACCEPT_LANGUAGE="en").json()
    amharic = api.get("/api/v1/nothing", HTTP_ACCEPT_LANGUAGE="am").json()
    assert english["code"] == amharic["code"] == "not_found"
    assert english["title"] == "Not found"
    assert any("\u1200" <= letter <= "\u137f" for letter in amharic["title"])


def test_an_object_read_again_is_304_and_a_changed_one_is_not(sign_in):
    client = sign_in(UserFactory())
    first = client.get("/api/v1/users/me")
    assert first["ETag"].startswith('"')
    assert "Accept-Language" in first["Vary"]
    again = client.get("/api/v1/users/me", HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    client.patch("/api/v1/users/me", {"full_name": "Somebody New"}, format="json")
    assert client.get("/api/v1/users/me", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


def test_if_match_of_an_older_version_changes_nothing(sign_in):
    user = UserFactory(full_name="Almaz Bekele")
    client = sign_in(user)
    read = client.get("/api/v1/users/me")["ETag"]
    answer = client.patch("/api/v1/users/me", {"full_name": "First"}, format="json", HTTP_IF_MATCH=read)
    assert answer.status_code == 200
    answer = client.patch("/api/v1/users/me", {"full_name": "Second"}, format="json", HTTP_IF_MATCH=read)
    problem(answer, 412, "stale")
    user.refresh_from_db()
    assert user.full_name == "First"
    answer = client.patch("/api/v1/users/me", {"full_name": "Third"}, format="json", HTTP_IF_MATCH="*")
    assert answer.status_code == 200


def test_the_limit_is_told_and_then_kept(api, settings):
    from key2key.common import rates

    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "anonymous": "2/minute"}
    rates._item.cache_clear()
    try:
        first = api.get("/api/v1/locations", REMOTE_ADDR="10.9.8.7")
        assert first["RateLimit-Policy"] == '"anonymous";q=2;w=60'
        assert first["RateLimit"].startswith('"anonymous";r=1;t=')
        api.get("/api/v1/locations", REMOTE_ADDR="10.9.8.7")
        refused = api.get("/api/v1/locations", REMOTE_ADDR="10.9.8.7", HTTP_X_FORWARDED_FOR="1.2.3.4")
        problem(refused, 429, "rate_limited")
        assert 1 <= int(refused["Retry-After"]) <= 60
    finally:
        rates._item.cache_clear()


def test_pages_go_forth_and_back_without_loss(api):
    seen, url = [], "/api/v1/locations?limit=7"
    pages = []
    while url and len(pages) < 6:
        page = api.get(url).json()
        pages.append([row["slug"] for row in page["results"]])
        seen += pages[-1]
        url = page["next"]
    assert len(seen) == len(set(seen)) == 42
    back = api.get(page["previous"]).json()
    assert [row["slug"] for row in back["results"]] == pages[-2]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "limit=-1", "count=1", "cursor=rubbish", "cursor=e30", "colour=red"],
)
def test_a_list_refuses_what_it_does_not_understand(api, query):
    response = api.get(f"/api/v1/locations?{query}")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


def test_a_cursor_belongs_to_its_question(api):
    cursor = api.get("/api/v1/locations?limit=2").json()["next"].partition("cursor=")[2]
    problem(api.get(f"/api/v1/locations?limit=2&level=region&cursor={cursor}"), 400, "invalid_cursor")


def test_a_count_is_given_when_asked_for(api):
    page = api.get("/api/v1/locations?count=true&limit=1").json()
    assert page["count"] > 500
    assert page["count_is_capped"] is False
    assert "count" not in api.get("/api/v1/locations").json()


def test_pages_outside_the_api_name_no_traces(api):
    response = api.get("/nowhere", HTTP_ACCEPT="text/html")
    assert response.status_code == 404
    assert b"Traceback" not in response.content


def test_security_headers_are_on_every_answer(api):
    response = api.get("/api/v1/locations")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


def test_only_named_origins_may_read(api, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://app.key2key.example"]
    good = api.get("/api/v1/locations", HTTP_ORIGIN="https://app.key2key.example")
    assert good["Access-Control-Allow-Origin"] == "https://app.key2key.example"
    assert "ETag" in good["Access-Control-Expose-Headers"] or "etag" in good["Access-Control-Expose-Headers"]
    for origin in (
        "https://evil.example",
        "null",
        "https://app.key2key.example.evil.example",
        "http://app.key2key.example",
    ):
        assert not api.get("/api/v1/locations", HTTP_ORIGIN=origin).has_header("Access-Control-Allow-Origin")


def test_the_product_is_not_connected_as_the_owner():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone()[0].endswith("_app")


def test_a_database_that_takes_no_writes_is_503_and_reading_goes_on(sign_in):
    client = sign_in(UserFactory())
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_read_only = on")
        response = client.patch("/api/v1/users/me", {"full_name": "Hana Tesfaye"}, format="json")
        assert client.get("/api/v1/locations").status_code == 200
        transaction.set_rollback(True)
    problem(response, 503, "database_unavailable")
    assert int(response["Retry-After"]) > 0
