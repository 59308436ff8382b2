"""Errors: one shape everywhere, in one order, with nothing of their cause."""

import http.client
import json
import sqlite3
import threading

import httpx
import pytest
from harness.servers import Server

from contract.conftest import Launch
from contract.wire import JSON, UUID, Answer, ask, check_headers, check_problem, compose, read, send, signed

MEBIBYTE = 1024 * 1024
NOWHERE = "There is nothing at this address."
NOTES = "/api/v1/notes"
MISSING = f"{NOTES}/018f0000-0000-7000-8000-000000000000"
ROUTES = [
    ("/", "GET, HEAD, OPTIONS", {}),
    ("/home/style.css", "GET, HEAD, OPTIONS", {}),
    ("/health/live", "GET, HEAD, OPTIONS", {}),
    ("/health/ready", "GET, HEAD, OPTIONS", {}),
    ("/api/openapi.json", "GET, HEAD, OPTIONS", {"api": "rest"}),
    ("/api/docs", "GET, HEAD, OPTIONS", {"api": "rest"}),
    (NOTES, "GET, HEAD, OPTIONS, POST", {"api": "rest"}),
    (MISSING, "DELETE, GET, HEAD, OPTIONS, PATCH", {"api": "rest"}),
]
KINDS = ("session", "token")
"""The ways in which people stay signed in."""
ROUTES += [("/auth/me", "GET, HEAD, OPTIONS", {"auth": kind}) for kind in KINDS]
ROUTES += [("/auth/register", "OPTIONS, POST", {"auth": kind}) for kind in KINDS]
ROUTES += [(f"/auth/{name}", "OPTIONS, POST", {"auth": "session"}) for name in ("login", "logout")]
ROUTES += [(f"/auth/{name}", "OPTIONS, POST", {"auth": "token"}) for name in ("token", "token/refresh", "token/revoke")]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
UNKNOWN = ["/nothing", "/health", "/health/", "/health/live/", "/Health/live", "/health/LIVE", "/health//live"]
UNKNOWN += ["/api", "/api/", "/api/v1", "/api/v1/notes/", "/api/v1/Notes", "/api/v2/notes", f"{MISSING}/", "//"]
UNKNOWN += ["/health/live%2F", "/health%2Flive", "/favicon.ico", "/.env", "/health/live/../../etc/passwd"]
UNKNOWN += ["/%", "/%zz", "/a%", "/a%2", "/%ff", "/%c3%28", "/api/v1/notes/%", "/api/v1/notes/%ff", "/api/docs/%zz"]
UNKNOWN += ["/%00", "/a%0d%0ab", "/api/docs/..%2f..%2fpackage.json", "/api/docs/nothing.js"]


def routes(server: Server) -> list[tuple[str, str]]:
    """List the routes of a server with the methods that each allows."""
    return [
        (path, allow)
        for path, allow, with_ in ROUTES
        if all(server.project.answers.get(q) == a for q, a in with_.items())
    ]


@pytest.mark.parametrize("path", UNKNOWN)
def test_an_unknown_address_is_a_404_for_every_method(server: Server, path: str) -> None:
    """Case, slashes and bad percent-encoding matter; OPTIONS is no exception."""
    for method in METHODS:
        answer = ask(server, method, path, JSON, b"{}" if method in ("POST", "PUT", "PATCH") else b"")
        if method == "HEAD":
            assert (answer.status, answer.content) == (404, b"")
            check_headers(answer)
        else:
            check_problem(answer, 404, NOWHERE, path)


@pytest.mark.needs(api="none")
@pytest.mark.parametrize("path", [NOTES, MISSING, "/api/openapi.json", "/api/docs"])
def test_without_an_api_its_addresses_do_not_exist(server: Server, path: str) -> None:
    """What was not chosen is not there."""
    check_problem(ask(server, "GET", path), 404, NOWHERE, path)


def test_other_ways_of_being_signed_in_do_not_exist(server: Server) -> None:
    """Without accounts none of their addresses is there, and with one kind not those of the other."""
    own = [path for path, _ in routes(server)]
    for path in dict.fromkeys(path for path, _, _ in ROUTES if path.startswith("/auth/")):
        if path not in own:
            for method in METHODS[2:]:
                check_problem(ask(server, method, path, JSON, b"{}"), 404, NOWHERE, path)


@pytest.mark.needs(chat=False, live_data=False)
@pytest.mark.parametrize("path", ["/socket.io/", "/socket.io", "/socket.io/?EIO=4&transport=polling"])
def test_without_real_time_there_is_no_socket_io(server: Server, path: str) -> None:
    """What was not chosen is not there."""
    check_problem(ask(server, "GET", path), 404, NOWHERE, path.partition("?")[0])


@pytest.mark.real_time
@pytest.mark.parametrize(
    "path", ["/socket.io", "/socket.io/x", "/socket.io/socket.io.js", "/socket.io//", "/Socket.io/"]
)
def test_socket_io_is_at_one_address(server: Server, path: str) -> None:
    """Case and slashes matter here too."""
    for query in ("", "?EIO=4&transport=polling"):
        check_problem(ask(server, "GET", f"{path}{query}"), 404, NOWHERE, path)


def test_a_wrong_method_is_a_405_that_names_the_allowed_ones(server: Server) -> None:
    """Every method that is not allowed, on every route, with a body or without."""
    for path, allow in routes(server):
        for method in [*METHODS, "TRACE", "PROPFIND"]:
            if method in allow.split(", "):
                continue
            answer = ask(server, method, path)
            if method == "HEAD":
                assert (answer.status, answer.content) == (405, b"")
            else:
                check_problem(answer, 405, f"This address does not answer to {method}.", path)
            assert answer.headers["allow"] == allow, (method, path)


def test_options_answers_with_the_allowed_methods(server: Server) -> None:
    """OPTIONS without an origin is a plain question."""
    for path, allow in routes(server):
        answer = ask(server, "OPTIONS", path)
        assert (answer.status, answer.content, answer.headers.get("allow")) == (204, b"", allow), path
        check_headers(answer)


def test_the_query_is_no_part_of_the_instance(server: Server) -> None:
    """A secret in a query is not repeated; the path is as it was sent."""
    check_problem(ask(server, "GET", "/no%20thing?token=secret"), 404, NOWHERE, "/no%20thing")


@pytest.mark.needs(api="rest")
@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/problem+json",
        "application/jsonx",
        "application/json; charset=latin-1",
        "application/json; charset=utf-16",
        "application/json; version=1",
        "application/json, text/plain",
        "json",
        "multipart/form-data; boundary=x",
    ],
)
@pytest.mark.parametrize(("method", "path"), [("POST", NOTES), ("PATCH", MISSING)])
def test_a_wrong_media_type_is_a_415(server: Server, method: str, path: str, content_type: str | None) -> None:
    """Only JSON is taken, before anything of the body is looked at."""
    headers = {} if content_type is None else {"Content-Type": content_type}
    for body in (b"{}", b"", b"{", b"x" * (MEBIBYTE + 1)):
        check_problem(ask(server, method, path, headers, body), 415, "The request body must be application/json.", path)


@pytest.mark.needs(api="rest")
@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "identity, gzip", "x"])
def test_a_coded_body_is_a_415(server: Server, coding: str) -> None:
    """A body is read as it is, never unpacked."""
    answer = ask(server, "POST", NOTES, {**JSON, "Content-Encoding": coding}, b"{}")
    check_problem(answer, 415, "The request body must be application/json.", NOTES)


@pytest.mark.needs(api="rest")
@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json; charset=utf-8"},
        {"Content-Type": "application/json;charset=UTF-8"},
        {"Content-Type": "APPLICATION/JSON"},
        {"Content-Type": 'application/json; charset="utf-8"'},
        {"Content-Type": "application/json", "Content-Encoding": "identity"},
    ],
)
def test_the_media_type_may_name_utf_8(server: Server, headers: dict[str, str]) -> None:
    """The ways in which clients write the same thing are all understood."""
    assert ask(server, "POST", NOTES, headers, b'{"title":"a"}').status == 201


@pytest.mark.needs(api="rest")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"}",
        b"{'title':'a'}",
        b'{"title":"a",}',
        b'{"title":"a"} x',
        b'{"title":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b"[1,]",
        b"nul",
        b"{\"a\":'b'}",
        b'{"a":"b\n"}',
        b'{"a":"\t"}',
        b'{"a":01}',
        b'{"a":.5}',
        b'{"a":+1}',
        b'\xef\xbb\xbf{"title":"a"}',
        b'{"title":"\xff"}',
        b'{"title":"\xc0\x80"}',
        b'{"title":"\xed\xa0\x80"}',
        b'{"title":"\\x41"}',
        b'{"title":"\\u12"}',
        b"/* */{}",
        b"\xff\xfe{\x00}\x00",
        b"{}\x00",
        b"\x0c{}",
        b"\xc2\xa0{}",
    ],
)
def test_malformed_json_is_a_400(server: Server, body: bytes) -> None:
    """JSON is strict: RFC 8259 in UTF-8, and nothing besides."""
    for method, path in (("POST", NOTES), ("PATCH", MISSING)):
        check_problem(ask(server, method, path, JSON, body), 400, "The request body is not valid JSON.", path)


@pytest.mark.needs(api="rest")
@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"a"', b"true", b"1.5e3", b"[{}]", b' "a" '])
def test_a_body_that_is_no_object_is_a_422(server: Server, body: bytes) -> None:
    """The pointer to the whole document is empty."""
    errors = [{"path": "", "message": "This must be an object."}]
    for method, path in (("POST", NOTES), ("PATCH", MISSING)):
        check_problem(ask(server, method, path, JSON, body), 422, "The request is not valid.", path, errors)


@pytest.mark.needs(api="rest")
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"title":"a","body":' + b"[" * 300_000 + b"]" * 300_000 + b"}",
        b"[" * 400_000 + b"]" * 400_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    ],
    ids=["open", "nested-in-an-object", "nested", "objects"],
)
def test_deep_nesting_is_refused_and_breaks_nothing(server: Server, body: bytes) -> None:
    """A document that is all brackets is a client's mistake, not the server's."""
    answer = ask(server, "POST", NOTES, JSON, body)
    assert answer.status in (400, 422), answer
    assert answer.headers["content-type"] == "application/problem+json"
    assert ask(server, "GET", "/health/live").status == 200


@pytest.mark.needs(api="rest")
@pytest.mark.parametrize("number", ["1" * 5000, "-" + "9" * 100_000, "1e400", "-1e99999", "0." + "1" * 5000, "1E+2"])
def test_a_number_of_any_size_is_only_of_the_wrong_type(server: Server, number: str) -> None:
    """No number is too long to be refused properly."""
    errors = [{"path": "/title", "message": "This must be a string."}]
    answer = ask(server, "POST", NOTES, JSON, f'{{"title":{number}}}')
    check_problem(answer, 422, "The request is not valid.", NOTES, errors)


def padded(size: int) -> bytes:
    """Write a valid note of exactly so many bytes."""
    start, end = b'{"title":"a","body":"b"', b"}"
    return start + b" " * (size - len(start) - len(end)) + end


@pytest.mark.needs(api="rest")
def test_a_body_of_one_mebibyte_is_taken_and_one_byte_more_is_a_413(server: Server) -> None:
    """The limit is on the bytes, and it is exact."""
    assert ask(server, "POST", NOTES, JSON, padded(MEBIBYTE)).status == 201
    answer = ask(server, "POST", NOTES, JSON, padded(MEBIBYTE + 1))
    check_problem(answer, 413, "The request body is larger than 1 MiB.", NOTES)


@pytest.mark.needs(api="rest")
def test_a_body_that_announces_its_size_is_refused_before_it_is_sent(server: Server) -> None:
    """A client that waits for the answer gets it."""
    with server.connect() as connection:
        length = str(10 * MEBIBYTE)
        connection.sendall(
            compose("POST", NOTES, signed(server, NOTES, {**JSON, "Content-Length": length}), b"") + b'{"title":'
        )
        check_problem(read(connection), 413, "The request body is larger than 1 MiB.", NOTES)


def chunked(body: bytes, size: int = 60_000) -> bytes:
    """Write a body in chunks."""
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@pytest.mark.needs(api="rest")
def test_a_chunked_body_has_the_same_limit(server: Server) -> None:
    """Without an announced length the bytes are counted as they come."""
    headers = {**JSON, "Transfer-Encoding": "chunked"}
    assert ask(server, "POST", NOTES, headers, chunked(padded(MEBIBYTE))).status == 201
    answer = ask(server, "POST", NOTES, headers, chunked(padded(MEBIBYTE + 1)))
    check_problem(answer, 413, "The request body is larger than 1 MiB.", NOTES)


@pytest.mark.needs(api="rest")
def test_a_chunked_body_without_end_is_cut_off(server: Server) -> None:
    """A client that never stops sending is answered and not waited for."""
    with server.connect() as connection:
        connection.sendall(compose("POST", NOTES, signed(server, NOTES, {**JSON, "Transfer-Encoding": "chunked"}), b""))

        def pour() -> None:
            piece = b"%x\r\n%s\r\n" % (60_000, b" " * 60_000)
            try:
                for _ in range(64):
                    connection.sendall(piece)
            except OSError:
                return

        pouring = threading.Thread(target=pour)
        pouring.start()
        answer = read(connection)
        connection.close()
        pouring.join()
    check_problem(answer, 413, "The request body is larger than 1 MiB.", NOTES)


@pytest.mark.needs(api="rest")
def test_the_checks_come_in_one_order(server: Server) -> None:
    """The route first, then type, size, syntax, fields, the note itself, and what the client has read of it."""
    large, stale = b"x" * (MEBIBYTE + 1), {"If-Match": '"99"'}
    wrong = b'{"title":5}'
    assert ask(server, "PATCH", "/api/v1/nothing", {}, large).status == 404
    assert ask(server, "PUT", MISSING, {}, large).status == 405
    assert ask(server, "PATCH", MISSING, {"Content-Type": "text/plain"}, large).status == 415
    assert ask(server, "PATCH", MISSING, JSON, large).status == 413
    assert ask(server, "PATCH", MISSING, {**JSON, **stale}, b"{").status == 400
    assert ask(server, "PATCH", MISSING, {**JSON, **stale}, wrong).status == 422
    assert ask(server, "PATCH", MISSING, {**JSON, **stale}, b"{}").status == 404
    assert ask(server, "DELETE", MISSING, stale).status == 404
    assert ask(server, "GET", MISSING, {"If-None-Match": "*"}).status == 404
    made = ask(server, "POST", NOTES, JSON, b'{"title":"a"}').headers["location"]
    assert ask(server, "PATCH", made, {**JSON, **stale}, wrong).status == 422
    assert ask(server, "PATCH", made, {**JSON, **stale}, b"{}").status == 412
    assert ask(server, "DELETE", made, stale).status == 412


MALFORMED = {
    "not-http": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200,
    "space-in-the-target": b"GET /health /live HTTP/1.1\r\nHost: a\r\n\r\n",
    "bad-header": b"GET /health/live HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
    "control-in-a-header": b"GET /health/live HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n",
    "header-name-with-a-space": b"GET /health/live HTTP/1.1\r\nHost: a\r\nX A: b\r\n\r\n",
    "bad-length": b"POST /api/v1/notes HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
    "negative-length": b"POST /api/v1/notes HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    "two-lengths": b"POST /api/v1/notes HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "bad-chunk": b"POST /api/v1/notes HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "no-host": b"GET /health/live HTTP/1.1\r\n\r\n",
    "byte-that-is-no-ascii": b"GET /health/li\xe9 HTTP/1.1\r\nHost: a\r\n\r\n",
    "unknown-version": b"GET /health/live HTTP/9.9\r\nHost: a\r\n\r\n",
}


@pytest.mark.parametrize("raw", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_http_is_refused_and_breaks_nothing(server: Server, raw: bytes) -> None:
    """What is no HTTP gets a 400 or a closed door; the next client notices nothing."""
    answer = send(server, raw)
    if answer is not None:
        assert answer.status in (400, 401, 404, 415, 505), answer
        assert "server" not in answer.headers
        if answer.content:
            assert answer.headers["content-type"] == "application/problem+json", answer
    assert ask(server, "GET", "/health/live").status == 200


def test_huge_headers_are_refused_and_break_nothing(server: Server) -> None:
    """A request whose head never ends is not read to its end."""
    head = "GET /health/live HTTP/1.1\r\nHost: a\r\n"
    for raw in (f"{head}X-Long: {'a' * 2_000_000}\r\n\r\n", f"GET /{'a' * 2_000_000} HTTP/1.1\r\nHost: a\r\n\r\n"):
        answer = send(server, raw.encode())
        assert answer is None or answer.status in (400, 404, 414, 431), answer
    assert ask(server, "GET", "/health/live").status == 200


def test_a_head_request_to_an_unknown_address_leaves_the_connection_usable(server: Server) -> None:
    """Several requests on one connection are answered in order, errors among them."""
    with server.connect() as connection:
        for method, path, status in [
            ("HEAD", "/nothing", 404),
            ("GET", "/health/live", 200),
            ("PUT", "/health/live", 405),
            ("OPTIONS", "/health/live", 204),
            ("GET", "/health/live", 200),
        ]:
            connection.sendall(compose(method, path, None, b""))
            assert read(connection, method).status == status


@pytest.mark.needs(api="rest")
@pytest.mark.parametrize(("method", "path"), [("POST", NOTES), ("PUT", NOTES), ("POST", "/nothing"), ("GET", NOTES)])
def test_a_body_that_is_not_read_is_never_taken_for_a_request(server: Server, method: str, path: str) -> None:
    """After a refusal the connection is closed, or the next request on it is the one that is answered."""
    hidden = b"GET /api/v1/notes/smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
    for size in (0, 100_000):
        body = hidden + b"x" * size
        with server.connect() as connection:
            try:
                connection.sendall(
                    compose(method, path, signed(server, path, {"Content-Length": str(len(body))}), body)
                )
                assert read(connection, method).status in (200, 404, 405, 415)
                connection.sendall(compose("GET", "/health/live", {"X-Request-Id": "the-next-one"}, b""))
                answer = read(connection)
            except (http.client.HTTPException, ConnectionError):
                continue
        assert answer.content == b'{"status":"ok"}', answer
        assert answer.headers["x-request-id"] == "the-next-one"


@pytest.mark.needs(api="rest")
def test_a_client_may_ask_before_it_sends_a_body(server: Server) -> None:
    """Expect: 100-continue is answered by the answer itself, or by leave to go on."""
    expecting = {**JSON, "Expect": "100-continue"}
    assert ask(server, "POST", NOTES, expecting, b'{"title":"a"}').status == 201
    with server.connect() as connection:
        connection.sendall(
            compose("POST", NOTES, signed(server, NOTES, {**expecting, "Content-Length": str(10 * MEBIBYTE)}), b"")
        )
        assert read(connection).status == 413


@pytest.mark.parametrize("sent", ["a", "A-Z._09", "x" * 64, "0190b2c4-9d1f-7c3a-8f00-000000000001"])
def test_a_well_formed_request_id_is_kept(server: Server, sent: str) -> None:
    """A caller can follow its own request through the logs."""
    answers = [ask(server, "GET", path, {"X-Request-Id": sent}) for path in ("/health/live", "/nothing")]
    assert [answer.headers["x-request-id"] for answer in answers] == [sent, sent]
    assert answers[1].json()["request_id"] == sent


@pytest.mark.parametrize("sent", ["", "x" * 65, "a b", "a;b", "ä", "<script>", "a,b", '"a"', "a\tb", "a/b"])
def test_a_malformed_request_id_is_replaced(server: Server, sent: str) -> None:
    """Nothing unchecked reaches a log."""
    given = ask(server, "GET", "/health/live", {"X-Request-Id": sent}).headers["x-request-id"]
    assert given != sent
    assert UUID.fullmatch(given), given


def test_two_request_ids_are_not_trusted(server: Server) -> None:
    """A header that is given twice is no well-formed one."""
    given = ask(server, "GET", "/health/live", [("X-Request-Id", "a"), ("X-Request-Id", "b")]).headers["x-request-id"]
    assert UUID.fullmatch(given), given


def test_every_request_has_its_own_id(client: httpx.Client) -> None:
    """Ids are never shared."""
    ids = {client.get("/health/live").headers["x-request-id"] for _ in range(50)}
    assert len(ids) == 50


@pytest.mark.needs(api="rest", database="sqlite")
def test_a_failure_says_nothing_of_its_cause(launch: Launch) -> None:
    """The table is gone, the answer is a 5xx problem, and the log has the reason under the same id."""
    with launch(APP_ENV="development") as server:
        with sqlite3.connect(server.project.path / "data" / "app.db") as connection:
            connection.execute("ALTER TABLE notes RENAME TO lost")
        connection.close()
        for method, path, body in [("GET", NOTES, b""), ("POST", NOTES, b'{"title":"a"}'), ("GET", MISSING, b"")]:
            answer: Answer = ask(server, method, path, {**JSON, "X-Request-Id": "follow-me"}, body)
            detail = {500: "Something went wrong on our side.", 503: "The service is temporarily unavailable."}
            assert answer.status in detail, answer
            check_problem(answer, answer.status, detail[answer.status], path, production=False)
        assert "follow-me" in server.stdout
        assert "no such table" in server.stdout
        assert json.dumps("Traceback") not in server.stderr
        assert ask(server, "GET", "/health/live").status == 200
