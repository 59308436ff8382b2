"""Notes: every promise about what is stored, in which order it comes back, and what is refused."""

import base64
import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from harness.servers import Server

from contract import people
from contract.conftest import Launch
from contract.test_errors import MISSING, NOTES
from contract.wire import JSON, UUID7, Answer, ask, check_headers, check_problem, compact

pytestmark = pytest.mark.needs(api="rest")

SPACES = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
NO_SPACES = "\x1c\x1d\x1e\x1f\u180e\u200b\u200c\u200d\u2060\ufeff\x08\x0e\x7f\u00ad"
FIELDS = ["id", "title", "body", "author_id", "created_at", "updated_at"]
REQUIRED, STRING, ONE = "This field is required.", "This must be a string.", "This must have at least 1 character."
TITLE_LENGTH, BODY_LENGTH = "This must have at most 200 characters.", "This must have at most 10000 characters."
UNKNOWN, NUL = "This field is not known.", "This must not contain the NUL character."
SURROGATE, CURSOR, ONCE = "This must be well-formed Unicode.", "This cursor is not valid.", "This must be given once."
INTEGER, LEAST, MOST = "This must be an integer.", "This must be at least 1.", "This must be at most 100."


def write(server: Server, body: object, path: str = NOTES, method: str = "POST", **headers: str) -> Answer:
    """Send a JSON body, or text that is to be taken as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ask(server, method, path, {**JSON, **{k.replace("_", "-"): v for k, v in headers.items()}}, content)


def add(server: Server, title: str = "A title", body: str | None = None) -> dict[str, Any]:
    """Add a note and return it."""
    answer = write(server, {"title": title} | ({} if body is None else {"body": body}))
    assert answer.status == 201, answer
    note = answer.json()
    assert isinstance(note, dict)
    return note


def author(server: Server) -> str | None:
    """Return the id of who asks when nothing else is said; without accounts nobody is known."""
    return people.known(server).person.id if people.has_accounts(server) else None


def address(note: dict[str, Any]) -> str:
    """Return the address of a note."""
    return f"{NOTES}/{note['id']}"


def check_refused(answer: Answer, *errors: tuple[str, str], instance: str = NOTES) -> None:
    """Check that exactly these fields are refused, in this order."""
    listed = [{"path": path, "message": message} for path, message in errors]
    check_problem(answer, 422, "The request is not valid.", instance, listed)


def millisecond(note: dict[str, Any]) -> int:
    """Read the time out of a note's id."""
    return int(note["id"].replace("-", "")[:12], 16)


def moment(text: str) -> int:
    """Read a time as it is written in a note, in milliseconds."""
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text), text
    seconds, thousandths = text[:-1].split(".")
    return int(datetime.fromisoformat(seconds).replace(tzinfo=UTC).timestamp()) * 1000 + int(thousandths)


def test_a_note_is_created(server: Server) -> None:
    """The answer is the note, to the byte, with its address and its version."""
    answer = write(server, {"title": "Grüße 👋", "body": "a\nb"})
    assert answer.status == 201
    note = answer.json()
    assert list(note) == FIELDS
    assert answer.content == compact(note)
    assert (note["title"], note["body"], note["author_id"]) == ("Grüße 👋", "a\nb", author(server))
    assert UUID7.fullmatch(note["id"]), note["id"]
    assert note["created_at"] == note["updated_at"]
    assert moment(note["created_at"]) == millisecond(note)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["location"] == address(note)
    assert answer.headers["etag"] == '"1"'
    check_headers(answer)


def test_a_created_note_is_read_and_listed_alike(server: Server) -> None:
    """Every way to a note shows the same note."""
    note = add(server, "Alike", "body")
    read, listed = ask(server, "GET", address(note)), ask(server, "GET", f"{NOTES}?limit=100")
    assert (read.status, read.json(), read.content) == (200, note, compact(note))
    assert note in listed.json()["items"]
    assert read.headers["etag"] == '"1"'
    assert read.headers["cache-control"] == "private, no-cache"
    assert "etag" not in listed.headers


def test_the_body_may_be_left_out(server: Server) -> None:
    """It is then empty."""
    assert add(server)["body"] == ""


@pytest.mark.parametrize("space", SPACES, ids=[f"U+{ord(space):04X}" for space in SPACES])
def test_a_title_is_trimmed_of_white_space(server: Server, space: str) -> None:
    """White space is what Unicode says it is; within a title it stays, and a body is left alone."""
    note = add(server, f"{space}{space}a{space}b{space}", f"{space}c{space}")
    assert (note["title"], note["body"]) == (f"a{space}b", f"{space}c{space}")
    check_refused(write(server, {"title": space * 3}), ("/title", ONE))


@pytest.mark.parametrize("other", NO_SPACES, ids=[f"U+{ord(other):04X}" for other in NO_SPACES])
def test_a_title_is_trimmed_of_nothing_else(server: Server, other: str) -> None:
    """What only looks empty is kept."""
    assert add(server, f"{other}a{other}")["title"] == f"{other}a{other}"
    assert add(server, other)["title"] == other


@pytest.mark.parametrize("letter", ["a", "é", "漢", "👋", "e\u0301"])
def test_lengths_are_counted_in_code_points(server: Server, letter: str) -> None:
    """An emoji is one character; white space around a title does not count."""
    half = len(letter)
    note = add(server, " " * 50 + letter * (200 // half) + " " * 50, letter * (10_000 // half))
    assert (note["title"], note["body"]) == (letter * (200 // half), letter * (10_000 // half))
    assert ask(server, "GET", address(note)).json() == note
    check_refused(write(server, {"title": letter * (200 // half) + "b"}), ("/title", TITLE_LENGTH))
    check_refused(write(server, {"title": "a", "body": letter * (10_000 // half) + "b"}), ("/body", BODY_LENGTH))


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        (b"{}", [("/title", REQUIRED)]),
        (b'{"body":"b"}', [("/title", REQUIRED)]),
        (b'{"title":null}', [("/title", STRING)]),
        (b'{"title":5,"body":null}', [("/title", STRING), ("/body", STRING)]),
        (b'{"body":[],"title":{}}', [("/title", STRING), ("/body", STRING)]),
        (b'{"title":true,"body":1.5}', [("/title", STRING), ("/body", STRING)]),
        (b'{"title":""}', [("/title", ONE)]),
        (b'{"title":"a","color":"red"}', [("/color", UNKNOWN)]),
        (
            b'{"title":"a","id":"x","author_id":null,"created_at":1}',
            [("/author_id", UNKNOWN), ("/created_at", UNKNOWN), ("/id", UNKNOWN)],
        ),
        (
            b'{"zz":1,"body":5,"aa":2,"title":7}',
            [("/title", STRING), ("/body", STRING), ("/aa", UNKNOWN), ("/zz", UNKNOWN)],
        ),
        (
            b'{"b":1,"1":2,"a":3,"0":4,"title":"a"}',
            [("/0", UNKNOWN), ("/1", UNKNOWN), ("/a", UNKNOWN), ("/b", UNKNOWN)],
        ),
        (
            b'{"title":"a","a/b":1,"m~n":2,"~1":3,"/":4,"":5}',
            [("/", UNKNOWN), ("/~1", UNKNOWN), ("/a~1b", UNKNOWN), ("/m~0n", UNKNOWN), ("/~01", UNKNOWN)],
        ),
        (b'{"title":"a","__proto__":{"x":1}}', [("/__proto__", UNKNOWN)]),
        (
            b'{"title":"a","constructor":1,"toString":2,"hasOwnProperty":3}',
            [("/constructor", UNKNOWN), ("/hasOwnProperty", UNKNOWN), ("/toString", UNKNOWN)],
        ),
        (b'{"__proto__":{"title":"a"}}', [("/title", REQUIRED), ("/__proto__", UNKNOWN)]),
        (b'{"title":"a","Title":"b"}', [("/Title", UNKNOWN)]),
        ('{"title":"a","Schlüssel 👋":1}'.encode(), [("/Schlüssel 👋", UNKNOWN)]),
        (b'{"title":"a\\u0000b"}', [("/title", NUL)]),
        (b'{"title":"a","body":"\\u0000"}', [("/body", NUL)]),
        (b'{"title":"\\ud800"}', [("/title", SURROGATE)]),
        (b'{"title":"\\udc00\\ud800","body":"x\\udfff"}', [("/title", SURROGATE), ("/body", SURROGATE)]),
        (b'{"title":"\\u0000\\ud800"}', [("/title", SURROGATE)]),
        (b'{"title":"' + b"\\u0000" * 300 + b'"}', [("/title", NUL)]),
        (b'{"title":"' + b"\\ud800" * 300 + b'"}', [("/title", SURROGATE)]),
    ],
)
def test_every_wrong_field_has_its_own_pointer(server: Server, body: bytes, errors: list[tuple[str, str]]) -> None:
    """Known fields in their order, then unknown ones by name; one message a field."""
    check_refused(write(server, body), *errors)


@pytest.mark.parametrize("key", [b"\\ud800", b"\\u0000", b"a\\u0000\\ud800/"])
def test_a_strange_field_name_is_refused_like_any_other(server: Server, key: bytes) -> None:
    """Even a name that cannot be written in UTF-8 is answered in JSON."""
    answer = write(server, b'{"title":"a","' + key + b'":1}')
    assert answer.status == 422, answer
    assert len(answer.json()["errors"]) == 1


def test_the_last_of_several_equal_names_wins(server: Server) -> None:
    """As in every JSON parser people use."""
    assert write(server, b'{"title":5,"title":"a","title":"b"}').json()["title"] == "b"


def test_escapes_are_read_and_surrogate_pairs_are_joined(server: Server) -> None:
    """How a character was written does not matter."""
    assert write(server, b'{"title":"\\ud83d\\udc4b\\u0041\\n\\/"}').json()["title"] == "👋A\n/"


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "'; DROP TABLE notes; --", "\\", '"', "%s {0} ${x}", "\x7f\x01"]
)
def test_a_note_comes_back_as_it_was_sent(server: Server, text: str) -> None:
    """Nothing is interpreted on the way."""
    note = add(server, text, text)
    assert (note["title"], note["body"]) == (text, text)
    assert ask(server, "GET", address(note)).json() == note


CODE = [
    "'; drop table notes; --",
    '"; drop table notes; --',
    "' OR '1'='1",
    "\\'; drop table notes; --",
    "\\",
    "\\\\%",
    "%",
    "_",
    "%s %(x)s :x ? $1 @x",
    "`notes`",
    '{"$ne": null}',
    '{"$gt": ""}',
    "$where",
    "$ne",
    "/*",
    "0; select pg_sleep(9)",
]


@pytest.mark.parametrize("text", CODE)
def test_no_value_reaches_a_store_as_code(server: Server, text: str) -> None:
    """In whatever place a value stands, it is a value: kept as it is, or refused."""
    note, other = add(server, text, text), add(server)
    assert (note["title"], note["body"]) == (text, text)
    changed = write(server, {"title": f"{text}!", "body": text}, address(other), "PATCH", If_Match='"1"')
    assert (changed.status, changed.json()["title"]) == (200, f"{text}!")
    assert ask(server, "GET", address(note)).json() == note
    quoted = quote(text, safe="")
    check_refused(ask(server, "GET", f"{NOTES}?limit={quoted}"), ("/limit", INTEGER))
    check_refused(ask(server, "GET", f"{NOTES}?cursor={quoted}"), ("/cursor", CURSOR))
    cursor = base64.urlsafe_b64encode(text.ljust(36)[:36].encode()).decode().rstrip("=")
    check_refused(ask(server, "GET", f"{NOTES}?cursor={cursor}"), ("/cursor", CURSOR))
    for method in ("GET", "PATCH", "DELETE"):
        path = f"{NOTES}/{quoted}"
        answer = write(server, {"title": "b"}, path, "PATCH") if method == "PATCH" else ask(server, method, path)
        assert answer.status == 404, answer
    for header in ("If-Match", "If-None-Match"):
        sent = f'"{text}"'
        read = ask(server, "GET", address(note), {header: sent})
        assert (read.status, read.json()) == (200, note)
    stale = write(server, {"title": "b"}, address(note), "PATCH", If_Match=f'"{text}"')
    assert stale.status == 412, stale
    assert ask(server, "DELETE", address(note), {"If-Match": f'"{text}"'}).status == 412
    assert ask(server, "GET", f"{NOTES}?limit=100").status == 200


OPERATORS: list[Any] = [{"$ne": None}, {"$gt": ""}, {"$set": {"title": "x"}}, {"$exists": True}, ["a"], {"toString": 1}]


@pytest.mark.parametrize("value", OPERATORS, ids=map(str, OPERATORS))
def test_an_operator_is_no_value(server: Server, value: object) -> None:
    """Objects where texts belong are refused, in a body, a query or an address."""
    note = add(server)
    for sent in ({"title": value}, {"title": "a", "body": value}):
        field = "/body" if "body" in sent else "/title"
        check_refused(write(server, sent), (field, STRING))
        check_refused(write(server, sent, address(note), "PATCH"), (field, STRING), instance=address(note))
    text = quote(json.dumps(value), safe="")
    check_refused(ask(server, "GET", f"{NOTES}?limit={text}&cursor={text}"), ("/limit", INTEGER), ("/cursor", CURSOR))
    assert ask(server, "GET", f"{NOTES}?limit[$ne]=1&cursor[$gt]=&limit[$gt]=x").status == 200
    assert ask(server, "GET", f"{NOTES}/{text}").status == 404
    assert ask(server, "DELETE", f"{NOTES}/{text}").status == 404
    assert ask(server, "GET", address(note)).json() == note


def test_ids_rise_and_hold_the_time_of_creation(server: Server) -> None:
    """Notes made one after the other have rising ids, also within a millisecond."""
    notes = [add(server) for _ in range(60)]
    ids = [note["id"] for note in notes]
    assert ids == sorted(set(ids))
    assert all(moment(note["created_at"]) == millisecond(note) for note in notes)


def test_notes_made_at_the_same_moment_have_ids_of_their_own(server: Server) -> None:
    """Two clients never share a note."""
    with ThreadPoolExecutor(8) as pool:
        notes = list(pool.map(lambda _: add(server), range(80)))
    assert len({note["id"] for note in notes}) == 80
    assert all(moment(note["created_at"]) == millisecond(note) for note in notes)


def pages(server: Server, limit: int, between: Any = lambda: None) -> list[str]:
    """Walk through all pages and return the ids as they come."""
    found: list[str] = []
    query = f"limit={limit}"
    while True:
        answer = ask(server, "GET", f"{NOTES}?{query}")
        assert answer.status == 200, answer
        page = answer.json()
        assert list(page) == ["items", "next_cursor"]
        assert answer.content == compact(page)
        assert len(page["items"]) <= limit
        found += [note["id"] for note in page["items"]]
        if page["next_cursor"] is None:
            return found
        assert len(page["items"]) == limit
        query = f"limit={limit}&cursor={page['next_cursor']}"
        between()


def test_an_empty_list_and_full_pages(deploy: Launch) -> None:
    """The last page says that it is the last, also when it is full."""
    with deploy() as server:
        assert ask(server, "GET", NOTES).content == b'{"items":[],"next_cursor":null}'
        made = [add(server)["id"] for _ in range(25)]
        assert pages(server, 100) == made[::-1]
        assert pages(server, 25) == made[::-1]
        assert pages(server, 5) == made[::-1]
        assert pages(server, 1) == made[::-1]
        first = ask(server, "GET", NOTES).json()
        assert [note["id"] for note in first["items"]] == made[:-21:-1]
        cursor = first["next_cursor"]
        assert base64.urlsafe_b64decode(cursor).decode() == made[-20]
        assert ask(server, "DELETE", f"{NOTES}/{made[-20]}").status == 204
        rest = ask(server, "GET", f"{NOTES}?cursor={cursor}").json()
        assert [note["id"] for note in rest["items"]] == made[4::-1]
        assert rest["next_cursor"] is None
        for note in pages(server, 100):
            assert ask(server, "DELETE", f"{NOTES}/{note}").status == 204
        assert ask(server, "GET", NOTES).content == b'{"items":[],"next_cursor":null}'


def test_pages_never_repeat_or_skip_a_note_while_others_are_added(server: Server) -> None:
    """Notes are added all the time between and during the calls."""
    made = [add(server)["id"] for _ in range(20)]
    stop = threading.Event()

    def keep_adding() -> None:
        for _ in range(400):
            if stop.is_set():
                return
            add(server)

    with ThreadPoolExecutor(2) as pool:
        adding = [pool.submit(keep_adding) for _ in range(2)]
        try:
            found = pages(server, 3, between=lambda: add(server))
        finally:
            stop.set()
        for one in adding:
            one.result()
    assert found == sorted(set(found), reverse=True)
    assert set(made) <= set(found)
    assert [note for note in found if made[0] <= note <= made[-1]] == made[::-1]


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("limit=0", [("/limit", LEAST)]),
        ("limit=-1", [("/limit", LEAST)]),
        ("limit=-0", [("/limit", LEAST)]),
        ("limit=101", [("/limit", MOST)]),
        ("limit=" + "9" * 6000, [("/limit", MOST)]),
        ("limit=-" + "9" * 6000, [("/limit", LEAST)]),
        ("limit=x", [("/limit", INTEGER)]),
        ("limit=", [("/limit", INTEGER)]),
        ("limit", [("/limit", INTEGER)]),
        ("limit=1.0", [("/limit", INTEGER)]),
        ("limit=1e1", [("/limit", INTEGER)]),
        ("limit=+5", [("/limit", INTEGER)]),
        ("limit=%2B5", [("/limit", INTEGER)]),
        ("limit=%205", [("/limit", INTEGER)]),
        ("limit=5%0A", [("/limit", INTEGER)]),
        ("limit=0x10", [("/limit", INTEGER)]),
        ("limit=1_0", [("/limit", INTEGER)]),
        ("limit=%D9%A3", [("/limit", INTEGER)]),
        ("limit=%zz", [("/limit", INTEGER)]),
        ("limit=--1", [("/limit", INTEGER)]),
        ("limit=5&limit=5", [("/limit", ONCE)]),
        ("limit=x&limit=y&cursor=", [("/limit", ONCE), ("/cursor", CURSOR)]),
        ("cursor=", [("/cursor", CURSOR)]),
        ("cursor=x", [("/cursor", CURSOR)]),
        ("cursor=%ff", [("/cursor", CURSOR)]),
        ("cursor=a&cursor=b", [("/cursor", ONCE)]),
        ("cursor=x&limit=x", [("/limit", INTEGER), ("/cursor", CURSOR)]),
        ("cursor=" + "A" * 48, [("/cursor", CURSOR)]),
        ("cursor=" + "A" * 6000, [("/cursor", CURSOR)]),
        ("cursor=018f0000-0000-7000-8000-000000000000", [("/cursor", CURSOR)]),
        ("cursor=" + base64.urlsafe_b64encode(b"018f0000-0000-7000-8000-00000000000g").decode(), [("/cursor", CURSOR)]),
        (
            "cursor=" + base64.urlsafe_b64encode(b"018f0000-0000-7000-8000-000000000000").decode() + "%3D",
            [("/cursor", CURSOR)],
        ),
        (
            "cursor=" + base64.urlsafe_b64encode(b"018f0000-0000-7000-8000-000000000000").decode() + "A",
            [("/cursor", CURSOR)],
        ),
        (
            "cursor=" + base64.urlsafe_b64encode(b"018f0000-0000-7000-8000-000000000000").decode() + "%0A",
            [("/cursor", CURSOR)],
        ),
        (
            "cursor=%20" + base64.urlsafe_b64encode(b"018f0000-0000-7000-8000-000000000000").decode(),
            [("/cursor", CURSOR)],
        ),
        (
            "cursor=" + base64.urlsafe_b64encode(b"018f000000007000800000000000000000000").decode(),
            [("/cursor", CURSOR)],
        ),
        ("limit[]=5&cursor[]=x&limit=101", [("/limit", MOST)]),
    ],
)
def test_a_bad_limit_or_cursor_is_a_422(server: Server, query: str, errors: list[tuple[str, str]]) -> None:
    """Each wrong parameter is named; the limit comes first."""
    check_refused(ask(server, "GET", f"{NOTES}?{query}"), *errors)


@pytest.mark.parametrize(
    "query",
    [
        "limit=5",
        "limit=005",
        "limit=%35",
        "limit=5&x=y",
        "x=1&x=2&limit=5&Limit=9",
        "limit=5&",
        "&&limit=5",
        "limit[]=x&limit=5",
    ],
)
def test_a_limit_is_plain_digits_and_other_parameters_are_ignored(server: Server, query: str) -> None:
    """Unknown names are none of our business."""
    for _ in range(6):
        add(server)
    answer = ask(server, "GET", f"{NOTES}?{query}")
    assert (answer.status, len(answer.json()["items"])) == (200, 5)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PATCH", "DELETE"])
def test_a_missing_note_is_a_404(server: Server, method: str) -> None:
    """An id that nobody has and one that is no id at all are the same thing."""
    ids = [MISSING, f"{NOTES}/x", f"{NOTES}/1", f"{NOTES}/{'a' * 5000}", f"{NOTES}/%F0%9F%91%8B", f"{NOTES}/null"]
    ids += [f"{NOTES}/018f0000000070008000000000000000", f"{NOTES}/%7B018f0000-0000-7000-8000-000000000000%7D"]
    ids += [f"{NOTES}/018f0000-0000-7000-8000-00000000000", f"{NOTES}/018f0000-0000-7000-8000-000000000000%0A"]
    for path in ids:
        answer = write(server, {}, path, "PATCH") if method == "PATCH" else ask(server, method, path)
        if method == "HEAD":
            assert (answer.status, answer.content) == (404, b"")
        else:
            check_problem(answer, 404, "There is no note with this id.", path)


def test_an_id_may_be_written_in_capitals(server: Server) -> None:
    """UUIDs are the same in both cases; what comes back is in lower case."""
    note = add(server)
    path = f"{NOTES}/{note['id'].upper()}"
    assert ask(server, "GET", path).json() == note
    assert write(server, {"title": "b"}, path, "PATCH").json()["id"] == note["id"]
    assert ask(server, "DELETE", path).status == 204


def test_a_note_is_changed_in_part(server: Server) -> None:
    """What is not mentioned stays, the version rises, the time of change follows."""
    note = add(server, "first", "body")
    answer = write(server, {"title": "  second "}, address(note), "PATCH")
    changed = answer.json()
    assert (answer.status, answer.headers["etag"]) == (200, '"2"')
    assert answer.headers["content-type"] == "application/json"
    assert list(changed) == FIELDS
    assert changed == {**note, "title": "second", "updated_at": changed["updated_at"]}
    assert moment(changed["updated_at"]) >= moment(note["updated_at"])
    third = write(server, {"body": ""}, address(note), "PATCH")
    assert (third.headers["etag"], third.json()["body"], third.json()["title"]) == ('"3"', "", "second")
    assert ask(server, "GET", address(note)).json() == third.json()
    assert "location" not in third.headers


def test_a_change_that_sets_what_is_there_already_is_a_change(server: Server) -> None:
    """The version counts writes, not differences."""
    note = add(server, "same")
    assert write(server, {"title": "same"}, address(note), "PATCH").headers["etag"] == '"2"'


def test_an_empty_change_changes_nothing(server: Server) -> None:
    """The note, its times and its version stay."""
    note = add(server)
    answer = write(server, {}, address(note), "PATCH")
    assert (answer.status, answer.json(), answer.headers["etag"]) == (200, note, '"1"')


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        (b'{"title":null}', [("/title", STRING)]),
        (b'{"body":null}', [("/body", STRING)]),
        (b'{"title":"  "}', [("/title", ONE)]),
        (b'{"title":"\\u0000"}', [("/title", NUL)]),
        (b'{"id":"x"}', [("/id", UNKNOWN)]),
        (b'{"author_id":null,"body":1}', [("/body", STRING), ("/author_id", UNKNOWN)]),
        (b'{"title":"' + b"a" * 201 + b'"}', [("/title", TITLE_LENGTH)]),
        (b'{"body":"' + b"a" * 10_001 + b'"}', [("/body", BODY_LENGTH)]),
    ],
)
def test_a_wrong_change_is_a_422_and_changes_nothing(
    server: Server, body: bytes, errors: list[tuple[str, str]]
) -> None:
    """The same rules as for a new note, without required fields."""
    note = add(server)
    check_refused(write(server, body, address(note), "PATCH"), *errors, instance=address(note))
    assert ask(server, "GET", address(note)).json() == note


def test_a_note_is_deleted(server: Server) -> None:
    """Afterwards it is nowhere."""
    note = add(server)
    answer = ask(server, "DELETE", address(note))
    assert (answer.status, answer.content) == (204, b"")
    check_headers(answer)
    for method in ("GET", "DELETE"):
        check_problem(ask(server, method, address(note)), 404, "There is no note with this id.", address(note))
    assert write(server, {}, address(note), "PATCH").status == 404
    assert note["id"] not in pages(server, 100)


LONG = ", " * 200
READING = [
    (['"1"'], 304),
    (['W/"1"'], 304),
    (["*"], 304),
    (['"0", "1"'], 304),
    (['"0","1"'], 304),
    (['"0"', '"1"'], 304),
    (['"2"'], 200),
    (['"0", W/"3"'], 200),
    (["1"], 200),
    (["'1'"], 200),
    (['"01"'], 200),
    (['"1'], 200),
    (['w/"1"'], 200),
    (['" 1"'], 200),
    (['"1,2"'], 200),
    (["x"], 200),
    (['"a,b", "1"'], 304),
    (['W/"0" , W/"1"'], 304),
    ([LONG + '"1"'], 304),
    # A pattern that could read these commas in two ways each would never end, and no one else would be answered.
    ([LONG + "x"], 200),
]


@pytest.mark.parametrize(("sent", "status"), READING, ids=["+".join(sent)[-24:] for sent, _ in READING])
def test_an_unchanged_note_is_a_304(server: Server, sent: list[str], status: int) -> None:
    """If-None-Match: a star, or a list, compared weakly; what cannot be read never matches."""
    note = add(server)
    for method in ("GET", "HEAD"):
        answer = ask(server, method, address(note), [("If-None-Match", one) for one in sent])
        assert (answer.status, answer.headers["etag"]) == (status, '"1"')
        assert answer.headers["cache-control"] == "private, no-cache"
        if status == 304 or method == "HEAD":
            assert answer.content == b""
        check_headers(answer)


WRITING = [
    (['"1"'], True),
    (["*"], True),
    (['"0", "1"'], True),
    (['"0","1"'], True),
    (['"0"', '"1"'], True),
    (['W/"0", "1"'], True),
    (['W/"1"'], False),
    (['"2"'], False),
    (["1"], False),
    (["'1'"], False),
    (['"01"'], False),
    (['"1'], False),
    (["x"], False),
    (['" 1"'], False),
    (['"1,2"'], False),
    (['"99999999999999999999999"'], False),
    (['"-1"'], False),
    (['"1e0"'], False),
    ([LONG + '"1"'], True),
    ([LONG + "x"], False),
]


@pytest.mark.parametrize(("sent", "holds"), WRITING, ids=["+".join(sent)[-24:] for sent, _ in WRITING])
def test_a_stale_etag_is_a_412(server: Server, sent: list[str], holds: bool) -> None:
    """If-Match: a star, or a list, compared strongly; what cannot be read never matches."""
    headers = [("If-Match", one) for one in sent]
    for method in ("PATCH", "DELETE"):
        note = add(server)
        given = [*headers, *(JSON.items() if method == "PATCH" else ())]
        answer = ask(server, method, address(note), given, b'{"title":"b"}' if method == "PATCH" else b"")
        if holds:
            assert answer.status == (200 if method == "PATCH" else 204), answer
        else:
            check_problem(answer, 412, "The note has changed since you read it.", address(note))
            assert ask(server, "GET", address(note)).json() == note
        empty = add(server)
        unchanged = ask(server, "PATCH", address(empty), [*headers, *JSON.items()], b"{}")
        assert unchanged.status == (200 if holds else 412)


def test_the_etag_follows_the_note(server: Server) -> None:
    """Reading, changing and deleting by version fit together."""
    note = add(server)
    for version in range(1, 12):
        answer = write(server, {"body": str(version)}, address(note), "PATCH", If_Match=f'"{version}"')
        assert (answer.status, answer.headers["etag"]) == (200, f'"{version + 1}"')
        assert ask(server, "GET", address(note), {"If-None-Match": f'"{version}"'}).status == 200
        assert ask(server, "GET", address(note), {"If-None-Match": f'"{version + 1}"'}).status == 304
    assert ask(server, "DELETE", address(note), {"If-Match": '"1"'}).status == 412
    assert ask(server, "DELETE", address(note), {"If-Match": '"12"'}).status == 204


def test_simultaneous_changes_are_never_lost(server: Server) -> None:
    """Without If-Match every change is applied, each to the result of another."""
    note = add(server, "start", "start")

    def change(number: int) -> str:
        field = "title" if number % 2 else "body"
        answer = write(server, {field: f"{field} {number}"}, address(note), "PATCH")
        assert answer.status == 200, answer
        return answer.headers["etag"]

    with ThreadPoolExecutor(8) as pool:
        etags = list(pool.map(change, range(40)))
    assert sorted(int(etag.strip('"')) for etag in etags) == list(range(2, 42))
    final = ask(server, "GET", address(note))
    assert final.headers["etag"] == '"41"'
    assert final.json()["title"].startswith("title ")
    assert final.json()["body"].startswith("body ")


def test_of_simultaneous_changes_to_one_version_exactly_one_wins(server: Server) -> None:
    """With If-Match the others are told that they came too late."""
    note = add(server)
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda n: write(server, {"title": f"t{n}"}, address(note), "PATCH", If_Match='"1"'), range(16))
        )
    assert sorted(answer.status for answer in answers) == [200] + [412] * 15
    winner = next(answer for answer in answers if answer.status == 200)
    assert ask(server, "GET", address(note)).json() == winner.json()


def test_a_note_can_be_deleted_only_once(server: Server) -> None:
    """Of simultaneous deletions one succeeds."""
    note = add(server)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(server, "DELETE", address(note)).status, range(8)))
    assert sorted(answers) == [204] + [404] * 7
