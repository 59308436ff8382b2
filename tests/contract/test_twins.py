"""Twins: a long conversation held with every stack side by side, answer for answer the same."""

import base64
import json
import re
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
from harness import databases, projects, servers
from harness.servers import Server

from contract.conftest import ORIGINS, Pair, deployed, production
from contract.test_errors import MISSING
from contract.test_errors import NOTES as LIST
from contract.test_notes import NO_SPACES, SPACES
from contract.wire import JSON, Answer, ask

HOP = {"connection", "keep-alive", "date"}
UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
CURSOR = re.compile(r'"next_cursor":"[\w-]+"')
Row = tuple[str, str, Mapping[str, str] | list[tuple[str, str]], bytes]


def rows() -> list[Row]:
    """List what is asked; {note} is the address of the last note made, {cursor} that of the last page."""
    return [*plain_rows(), *note_rows(), *written_rows()]


def plain_rows() -> list[Row]:
    """Ask what every project is asked."""
    paths = [
        "/",
        "/health",
        "/health/live",
        "/health/live/",
        "/health/ready?x=1",
        "/HEALTH/live",
        "/favicon.ico",
        "/%zz",
    ]
    paths += [
        "/a%20b",
        "/a+b",
        "/a;b",
        "/a?b?c",
        "/%2e%2e/x",
        "/./health/live",
        "/health/./live",
        "/health/../x",
    ]
    paths += [
        "/health%2flive",
        "/health/live%00",
        "/health/l%69ve",
        "/~x",
        "/a&b=c",
        "/|",
        '/"',
        "/<x>",
        "/{x}",
        "/\\x",
    ]
    paths += [
        "//health/live",
        "/health//live",
        "/health/live//",
        "/%F0%9F%91%8B",
        "/api",
        "/api/",
        "/api/v1/",
        "*",
        "//",
    ]
    paths += [
        "/api/docs",
        "/api/docs/",
        "/api/docs/x",
        "/api/docs/%2e%2e",
        "/api/docs?x",
        "/api/openapi.json/",
        "/api/Docs",
    ]
    methods = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
    asked: list[Row] = [
        (method, path, {}, b"") for path in paths for method in methods if path != "*" or method == "OPTIONS"
    ]
    for origin in (*ORIGINS, "https://evil.example", "null", "*", ""):
        for path in ("/health/live", "/nothing", LIST, MISSING, "/api/nothing"):
            asked += [("GET", path, {"Origin": origin}, b""), ("OPTIONS", path, {"Origin": origin}, b"")]
            for method in ("GET", "POST", "PROPFIND", ""):
                asked.append(("OPTIONS", path, {"Origin": origin, "Access-Control-Request-Method": method}, b""))
    for sent in ("a", "a b", "x" * 64, "x" * 65, "", "ä"):
        asked.append(("GET", "/health/live", {"X-Request-Id": sent}, b""))
    for header in (
        "Accept: text/plain",
        "Accept-Encoding: gzip, br",
        "Range: bytes=0-3",
        "If-None-Match: *",
        "Connection: close",
        "If-Modified-Since: Sat, 01 Jan 2050 00:00:00 GMT",
        "Expect: 100-continue",
        "X-HTTP-Method-Override: DELETE",
        "X-Forwarded-Proto: https",
        "Forwarded: proto=https",
        "Host: evil.example",
        "Cookie: a=b",
        "TE: trailers",
    ):
        name, value = header.split(": ", 1)
        asked += [
            ("GET", path, {name: value}, b"")
            for path in ("/health/live", LIST, "/api/docs", "/nothing")
            if name != "Expect"
        ]
    return asked


def note_rows() -> list[Row]:
    """Ask for notes in every way that comes to mind."""
    asked: list[Row] = [("POST", LIST, JSON, b'{"title":"a"}')]
    etags = [
        '"1"',
        'W/"1"',
        "*",
        '"0", "1"',
        '"0",,"1"',
        ',"1"',
        '"1",',
        '"1" "2"',
        "1",
        '"1',
        '1"',
        "",
        '"',
        '""',
        '*, "1"',
        'w/"1"',
        'foo, "1"',
        '"1", foo',
        '"1";x',
        '  "1"  ',
        '"0",\t"1"',
        '"é", "1"',
        '"a\\"b", "1"',
        'W/ "1"',
        '"1"x',
        "* ",
    ]
    for etag in etags:
        asked += [("GET", "{note}", {"If-None-Match": etag}, b""), ("HEAD", "{note}", {"If-None-Match": etag}, b"")]
        asked += [("PATCH", "{note}", {**JSON, "If-Match": etag}, b"{}"), ("GET", "{note}", {"If-Match": etag}, b"")]
        asked += [("POST", LIST, JSON, b'{"title":"b"}'), ("DELETE", "{note}", {"If-Match": etag}, b"")]
        asked += [("POST", LIST, {**JSON, "If-Match": etag, "If-None-Match": etag}, b'{"title":"c"}')]
        asked += [("PATCH", "{note}", {**JSON, "If-None-Match": etag}, b"{}")]
    good = base64.urlsafe_b64encode(b"018f0000-0000-7000-8000-000000000000").decode()
    queries = [
        "",
        "limit=3",
        "limit=3&cursor={cursor}",
        "limit=2&limit=3",
        "limit=",
        "limit=%31",
        "limit=1%",
        "limit=1;cursor=x",
        "LIMIT=x",
    ]
    queries += [
        "limit=1+1",
        "limit=+1",
        "limit=1&amp;cursor=x",
        "limit%3D1",
        "li%6Dit=x",
        "limit=\u0661".encode().decode("latin-1"),
    ]
    queries += [
        f"cursor={good}",
        f"cursor={good.upper()}",
        f"cursor={good[:-1]}",
        f"cursor={good}==",
        f"cursor=+{good}",
        "cursor=%00",
    ]
    queries += [
        "cursor=" + base64.urlsafe_b64encode(text).decode()
        for text in (
            b"018F0000-0000-7000-8000-00000000000A",
            b"018f0000-0000-4000-8000-000000000000",
            b"ffffffff-ffff-ffff-ffff-ffffffffffff",
            b"00000000-0000-0000-0000-000000000000",
            b"\xff" * 36,
            b"-" * 36,
        )
    ]
    queries += [
        "?limit=0",
        "cursor={cursor}&cursor=",
        "limit=100000000000000000000000",
        "x" * 7000,
        "&",
        "=",
        "limit=5&x=%zz&y=%ff",
        "%",
        "%zz=1",
    ]
    asked += [("GET", f"{LIST}?{query}", {}, b"") for query in queries]
    ids = [
        "x",
        "0",
        "018f0000-0000-7000-8000-000000000000",
        "018F0000-0000-7000-8000-00000000000A",
        "{018f0000-0000-7000-8000-000000000000}",
        "urn:uuid:018f0000-0000-7000-8000-000000000000",
        "018f0000-0000-7000-8000-000000000000%20",
        "%30" + "18f0000-0000-7000-8000-000000000000",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "%00",
        "%ff",
        "%",
        "a%2Fb",
        "..",
        ".",
        "a" * 4000,
    ]
    for one in ids:
        for method, body in (
            ("GET", b""),
            ("PATCH", b"{}"),
            ("PATCH", b"[]"),
            ("DELETE", b""),
            ("PUT", b""),
            ("OPTIONS", b""),
        ):
            asked.append((method, f"{LIST}/{one}", JSON if body else {}, body))
        asked.append(("PATCH", f"{LIST}/{one}", {}, b"{}"))
    return asked


def written_rows() -> list[Row]:
    """Send bodies of every kind, both to make a note and to change one."""
    bodies = [
        b"",
        b" ",
        b"{}",
        b"[]",
        b"null",
        b'""',
        b"0",
        b"{",
        b"nul",
        b"{}x",
        b"{}\n\n",
        b"\xef\xbb\xbf{}",
        b"\xff",
        b'{"title":NaN}',
    ]
    bodies += [
        b'{"title":%s}' % value
        for value in (
            b"null",
            b"true",
            b"1",
            b"1e999",
            b"-0",
            b"[]",
            b"{}",
            b'""',
            b'" "',
            b'"a"',
            b'"\\u0000"',
            b'"\\ud800"',
            b'"\\udc00\\ud800"',
            b'"\\ud83d\\udc4b"',
            b'"\\u2028"',
            b'"\x7f"',
            b'"<&>"',
            b'"\\u001f"',
            b'"' + b"a" * 201 + b'"',
            '"👋"'.encode(),
            b"1" * 5000,
        )
    ]
    bodies += [json.dumps({"title": f"{c}a{c}", "body": c}).encode() for c in SPACES + NO_SPACES]
    bodies += [
        b'{"title":"a","body":%s}' % value
        for value in (b"null", b"1", b'""', b'"' + b"b" * 10_001 + b'"', b'"\\u0000"', b'"\\ud800"')
    ]
    bodies += [
        b'{"title":"a",%s}' % more
        for more in (
            b'"x":1',
            b'"":1',
            b'"a/b":1,"c~d":2',
            b'"__proto__":1',
            b'"constructor":1',
            b'"2":1,"1":1,"b":1,"a":1',
            b'"\\ud800":1',
            b'"\\u0000":1',
            b'"title":"b"',
            b'"title":1',
            b'"x":1,"x":2',
            b'"id":"x","created_at":"y","author_id":"z"',
            '"ключ 👋":1'.encode(),
            b'"\x7f\\n":1',
        )
    ]
    bodies += [
        b"[" * 100_000,
        b'{"title":"a","body":' + b"[" * 600 + b"]" * 600 + b"}",
    ]
    bodies += [b'{"title":"a"}' + b" " * (1_048_576 - 13), b'{"title":"a"}' + b" " * (1_048_577 - 13)]
    kinds: list[Mapping[str, str]] = [
        {"Content-Type": kind}
        for kind in (
            "application/json",
            "application/json;charset=utf-8",
            "application/json; charset=UTF-8",
            'application/json; charset="utf-8"',
            "application/json; charset='utf-8'",
            "application/json; charset=utf8",
            "application/json;",
            "application/json; ",
            "application/json;;",
            "application/json; charset=",
            "application/json; charset=utf-8; charset=utf-8",
            "application/json; charset=utf-8; x=y",
            "application/json; q=1",
            " application/json ",
            "Application/JSON",
            "application/json,application/json",
            "application / json",
            "application/json charset=utf-8",
            "application/json;\tcharset=utf-8",
            "application/merge-patch+json",
            "text/json",
            "*/*",
            "",
            ";",
            "application/json; charset = utf-8",
            "application/json; charset=iso-8859-1",
            "application/json; =",
            "application/json; charset",
        )
    ]
    kinds += [
        {**JSON, "Content-Encoding": coding}
        for coding in ("identity", "IDENTITY", "gzip", "", "identity, identity", "x", " identity ")
    ]
    kinds += [{}]
    asked: list[Row] = []
    for method, path in (("POST", LIST), ("PATCH", "{note}")):
        asked += [(method, path, JSON, body) for body in bodies]
        asked += [(method, path, kind, b'{"title":"kind"}') for kind in kinds]
    asked += [("GET", "{note}", JSON, b'{"title":"a body where none belongs"}'), ("DELETE", "{note}", JSON, b"{")]
    asked += [("GET", f"{LIST}?limit=100", {}, b"")]
    return asked


class Speaker:
    """One side of the conversation, with its own notes and cursors."""

    def __init__(self, server: Server) -> None:
        """Begin with a server."""
        self.server = server
        self.note, self.cursor = MISSING, ""

    def ask(self, row: Row) -> Answer | str:
        """Ask, with this side's own addresses."""
        method, path, headers, body = row
        target = path.replace("{note}", self.note).replace("{cursor}", self.cursor)
        sent = list(headers.items()) if isinstance(headers, Mapping) else headers
        try:
            answer = ask(self.server, method, target, sent, body)
        except Exception as error:
            return f"no answer: {type(error).__name__}"
        if answer.status == 201:
            self.note = answer.headers["location"]
        if found := re.search(rb'"next_cursor":"([^"]+)"', answer.content):
            self.cursor = found[1].decode()
        return answer


def normal(answer: Answer | str) -> object:
    """Take out of an answer what differs by nature: times, ids and what concerns one connection only."""
    if isinstance(answer, str):
        return answer
    page = answer.headers.get("content-type", "").startswith("text/html")
    text = "<page>" if page and answer.content else answer.content.decode("utf-8", "replace")
    for pattern, word in ((UUID, "<id>"), (TIME, "<time>"), (CURSOR, '"next_cursor":"<cursor>"')):
        text = pattern.sub(word, text)
    headers = {name: UUID.sub("<id>", value) for name, value in answer.headers.items() if name not in HOP}
    if page:
        headers["content-length"] = "<any>"
    return {"status": answer.status, "headers": dict(sorted(headers.items())), "body": text}


def told(row: Row, one: object, other: object) -> str:
    """Say briefly what was asked and in what the answers differ."""
    method, path, headers, body = row
    asked = f"{method} {path[:120]} {dict(headers) if headers else ''} {body[:80]!r}"
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return f"{asked}\n    {str(one)[:300]}\n    {str(other)[:300]}"
    lines = [f"    {n}: {one[n]!s:.300} | {other[n]!s:.300}" for n in ("status", "body") if one[n] != other[n]]
    names = sorted({*one["headers"], *other["headers"]})
    lines += [
        f"    {name}: {one['headers'].get(name)!r} | {other['headers'].get(name)!r}"
        for name in names
        if one["headers"].get(name) != other["headers"].get(name)
    ]
    return "\n".join([asked, *lines])


@pytest.mark.parametrize("kind", ["plain", "notes", "written"])
def test_the_twins_answer_alike(pair: Pair, tmp_path: Path, kind: str) -> None:
    """Status, headers and body of every answer, apart from ids and times."""
    asked = {"plain": plain_rows, "notes": note_rows, "written": written_rows}[kind]()
    with ExitStack() as stack:
        sides = [
            Speaker(stack.enter_context(deployed(project, tmp_path / name))) for name, project in pair.projects.items()
        ]
        differing = []
        for row in asked:
            one, other = (normal(side.ask(row)) for side in sides)
            if one != other:
                differing.append(told(row, one, other))
        for side in sides:
            assert ask(side.server, "GET", "/health/live").status == 200
    assert not differing, (
        f"{len(differing)} of {len(asked)} answers differ ({' | '.join(pair.projects)}):\n" + "\n".join(differing)
    )


ODD = {
    "APP_ENV": ["", "test", "TEST", " test", "test "],
    "HOST": [
        "localhost",
        "0.0.0.0",
        "::1",
        "[::1]",
        "127.0.0.1 ",
        "-a",
        "a_b",
        "a..b",
        "a.",
        "127.1",
        "256.1.1.1",
        "ä",
        "a" * 300,
    ],
    "PORT": ["+{port}", " {port}", "{port} ", "0{port}", "{port}.0", "{port}\t", "0x50", "1e4", "00", "65536"],
    "LOG_LEVEL": ["debug", " info", "Info", "warning,error"],
    "TRUST_PROXY": ["0", "10", "00", "+1", " 1", "1 ", "-0", "01"],
    "CORS_ORIGINS": [
        ",",
        "*",
        "*,*",
        "https://a.example,",
        "https://a.example,,https://b.example",
        "https://A.example",
        "https://a.example:0",
        "https://a.example:443",
        "https://a.example:99999",
        "https://a.example:",
        "http://[::1]:80",
        "https://ä.example",
        "https://a_b",
        "https://-a",
        "HTTPS://a.example",
        "https://a.example#",
        "https://*.example",
        "*, https://a.example",
        "https://a%20b",
    ],
    "DATABASE_URL": [
        "sqlite:",
        "sqlite:/x.db",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:////",
        "sqlite://host/x.db",
        "SQLITE:///a.db",
        "sqlite:///a.db?mode=ro",
        "sqlite:///a b.db",
        "sqlite:///a%20b.db",
        "sqlite+pysqlite:///a.db",
        " sqlite:///a.db",
        "sqlite:///x/../y.db",
    ],
}


def outcome(place: projects.Project, folder: Path, env: dict[str, str]) -> object:
    """Start with an odd value and say whether it lives or how it ends."""
    server = servers.spawn(place, folder, env)
    try:
        server.wait_for("listening")
    except servers.StartFailedError:
        return (server.process.poll(), server.stderr)
    finally:
        server.kill()
    return "listening"


@pytest.mark.all("odd values of every variable, in both stacks")
@pytest.mark.parametrize("name", ODD)
def test_the_twins_take_and_refuse_the_same_environment(pair: Pair, tmp_path: Path, name: str) -> None:
    """Values at the edge of what is allowed end in the same line, or in a server."""
    places = [projects.sandbox(project, tmp_path / stack) for stack, project in pair.projects.items()]
    if name not in {"APP_ENV", "HOST", "PORT", "LOG_LEVEL", "TRUST_PROXY", *production(places[0], tmp_path)}:
        pytest.skip(f"{name} is no variable of this project")
    differing = []
    for number, value in enumerate(ODD[name]):
        port = str(servers.free_port())
        given = {"PORT": port, name: value.format(port=port)}
        needed = [databases.variables(place.answers, tmp_path / place.stack) for place in places]
        one, other = (
            outcome(place, tmp_path / f"{place.stack}-{number}", {**env, **given})
            for place, env in zip(places, needed, strict=True)
        )
        if one != other:
            differing.append(f"{name}={value!r}: {one} | {other}")
    assert not differing, "\n".join(differing)
