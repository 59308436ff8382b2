"""Pages: both stacks show the same words on the same screens, take the same forms and refuse the same people."""

import base64
import re
from collections.abc import Iterator
from contextlib import ExitStack
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import pytest
from _pytest.mark import ParameterSet
from harness import projects
from harness.servers import Server

from contract import people
from contract.conftest import ORIGINS, Combination, deployed, need
from contract.test_twins import HOP, TIME, UUID, told
from contract.wire import JSON, Answer, ask, check_headers, exchange

PLAIN: dict[str, object] = {
    "project_name": "Pages",
    "description": "Shows <what> it has.",
    "deploy": "none",
    "ci": "none",
}
PLAIN |= {"database": "sqlite", "api": "rest", "frontend": "pages", "chat": True, "live_data": True}
REASON = "pages of both stacks side by side, with Redis"
KINDS = [(auth, redis) for redis in (False, True) for auth in ("none", "session")]
FORM = "application/x-www-form-urlencoded"
PAGE = "text/html; charset=utf-8"
PROBLEM = "application/problem+json"
HTML = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
BROWSERS = (HTML["Accept"], "text/html", "TEXT/HTML", "application/json , text/html ;q=0.1", "text/html;q=0.01")
PROGRAMS = ("", "*/*", "text/*", "text/html;q=0", "text/html ; Q=0.00", "text/htmlx", "xtext/html", "application/json")
MISSING = "01932f0c-0000-7000-8000-000000000000"
WRITTEN = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4}, \d\d:\d\d UTC")
CURSOR = re.compile(r"/notes\?cursor=([\w-]{48})")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND")
Row = tuple[str, str, dict[str, str], bytes]


class Reader(HTMLParser):
    """Reads a page as a browser does: white space between words counts once, in a text of several lines as it is."""

    def __init__(self) -> None:
        """Begin before the first tag."""
        super().__init__()
        self.seen: list[object] = []
        self._words: list[str] = []
        self._exact = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and what it says, in whatever order."""
        self._end_of_words()
        given = {name: " ".join((value or "").split()) if name == "class" else value for name, value in attrs}
        self.seen.append((tag, dict(sorted(given.items()))))
        self._exact = tag == "textarea"

    def handle_endtag(self, tag: str) -> None:
        """Note where it ends."""
        self._end_of_words()
        self.seen.append(f"/{tag}")
        self._exact = False

    def handle_data(self, data: str) -> None:
        """Collect what is written."""
        self._words.append(data)

    def _end_of_words(self) -> None:
        text = "".join(self._words)
        self._words = []
        if said := text if self._exact else " ".join(text.split()):
            self.seen.append(said)


def screen_of(content: bytes) -> list[object]:
    """Read a page: its tags with what they say, and its words."""
    reader = Reader()
    text = content.decode()
    for pattern, word in ((UUID, "[id]"), (TIME, "[time]"), (WRITTEN, "[written]"), (CURSOR, "/notes?cursor=[cursor]")):
        text = pattern.sub(word, text)
    reader.feed(text)
    reader.close()
    return reader.seen


def normal(answer: Answer) -> dict[str, object]:
    """Take out of an answer what differs by nature: times, ids, white space, the order of attributes."""
    page = answer.headers.get("content-type", "").startswith("text/html")
    body: object = screen_of(answer.content) if page else UUID.sub("<id>", answer.content.decode("utf-8", "replace"))
    headers = {name: UUID.sub("<id>", value) for name, value in answer.headers.items() if name not in HOP}
    if page:
        headers["content-length"] = "<any>"
    if "set-cookie" in headers:
        headers["set-cookie"] = str([sorted(attributes(cookie)) for cookie in cookies(answer)])
    return {"status": answer.status, "headers": dict(sorted(headers.items())), "body": body}


def cookies(answer: Answer) -> list[str]:
    """List the cookies that an answer sets."""
    return re.split(r", (?=[\w-]+=)", answer.headers.get("set-cookie", ""))


def attributes(cookie: str) -> set[str]:
    """Read what is said of a cookie; when it ends is said by its age, and an old browser may be told a date, too."""
    own, *others = (part.strip() for part in cookie.split(";"))
    name, _, value = own.partition("=")
    said = {part.lower() for part in others if not part.lower().startswith("expires=")}
    return {f"{name}={'<session>' if value and name.endswith('session') else value}", *said}


class Visitor:
    """Somebody who reads the pages of one server, keeps its cookies and follows its links."""

    def __init__(self, server: Server) -> None:
        """Begin as nobody."""
        self.server = server
        self.cookies: dict[str, str] = {}
        self.known = {"note": MISSING, "cursor": "", "foreign": MISSING}

    def ask(self, row: Row) -> Answer:
        """Ask, with what is known of the server in the place of names."""
        method, path, headers, body = row
        for name, value in self.known.items():
            path = path.replace(f"{{{name}}}", value)
        shown = [f"{name}={value}" for name, value in self.cookies.items()]
        shown += [value for name, value in headers.items() if name == "Cookie"]
        answer = exchange(
            self.server, method, path, {**headers, **({"Cookie": "; ".join(shown)} if shown else {})}, body
        )
        for cookie in filter(None, cookies(answer)):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
            if not value:
                del self.cookies[name]
        if found := re.search(rf'"/notes/({UUID.pattern})/edit"', answer.content.decode("utf-8", "replace")):
            self.known["note"] = found[1]
        if found := CURSOR.search(answer.content.decode("utf-8", "replace")):
            self.known["cursor"] = found[1]
        return answer


def get(path: str, **headers: str) -> Row:
    """Open an address as a browser does."""
    return "GET", path, {**HTML, **headers}, b""


def post(path: str, fields: dict[str, str] | bytes = b"", kind: str | None = FORM, **headers: str) -> Row:
    """Send a form as a browser does."""
    body = urlencode(fields).encode() if isinstance(fields, dict) else fields
    named = {"Content-Type": kind} if kind is not None else {}
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return "POST", path, {**HTML, "Sec-Fetch-Site": "same-origin", **named, **given}, body


def address_rows() -> list[Row]:
    """Ask for every screen and what is none, by every method, as a browser and as a program."""
    paths = ["/", "/?notice=saved", "/notes", "/notes/", "/Notes", "/notes/new", "/notes/new/", "/notes/x", "/sign-in"]
    paths += [f"/notes/{name}/{to}" for name in ("{note}", MISSING, "x", "%zz", "%2e") for to in ("edit", "delete")]
    paths += ["/sign-up", "/sign-out", "/chat", "/chat/", "/live", "/nothing", "/a%20b", "/%zz", "/<x>", "//", "/a&b"]
    paths += [f"/assets/{name}" for name in ("style.css", "status.js", "icon.svg", "socket.io.esm.min.js")]
    paths += ["/assets", "/assets/", "/assets/nothing", "/assets/../home.ts", "/ASSETS/style.css", "/assets/style.css/"]
    paths += ["/api", "/api/nothing", "/apis", "/auth", "/auth/nothing", "/health", "/health/nothing"]
    paths += ["/socket.io", "/socket.io/nothing"]
    return [
        (method, path, {**headers, "Sec-Fetch-Site": "same-origin"}, b"")
        for path in paths
        for method in METHODS
        for headers in (HTML, {})
        if not (method == "DELETE" and "{note}" in path)
    ]


def header_rows() -> list[Row]:
    """Ask with headers that say who asks, for what is refused and for what is not."""
    paths = ("/nothing", f"/notes/{MISSING}/edit", "/notes", "/api/nothing")
    asked = [get(path, Accept=accept) for path in paths for accept in (*BROWSERS, *PROGRAMS)]
    asked += [post("/notes/new", {"title": ""}, Accept=accept) for accept in (*BROWSERS, *PROGRAMS)]
    asked += [post("/notes/new", b"\xff", Accept=accept) for accept in (*BROWSERS, *PROGRAMS)]
    for site in ("same-origin", "none", "same-site", "cross-site", "", "SAME-ORIGIN", "x"):
        asked += [post(path, {"title": "a"}, Sec_Fetch_Site=site) for path in ("/notes/new", "/sign-out", "/nothing")]
        asked += [
            post("/sign-up", b"", Sec_Fetch_Site=site, Accept="*/*"),
            get("/notes/new", **{"Sec-Fetch-Site": site}),
        ]
    for origin in (*ORIGINS, "https://evil.example", "null", "", "http://127.0.0.1"):
        asked += [
            ("POST", "/sign-up", {**HTML, "Content-Type": FORM, "Origin": origin}, b""),
            ("POST", "/notes/new", {**HTML, "Content-Type": FORM, "Origin": origin}, b""),
            ("OPTIONS", "/notes/new", {**HTML, "Origin": origin, "Access-Control-Request-Method": "POST"}, b""),
            get("/notes", Origin=origin),
        ]
    files = ("/assets/style.css", "/assets/status.js", "/")
    for name, value in (
        ("If-None-Match", "*"),
        ("If-Modified-Since", "Sat, 01 Jan 2050 00:00:00 GMT"),
        ("Range", "bytes=0-3"),
        ("Accept-Encoding", "gzip, br"),
    ):
        asked += [get(path, **{name: value}) for path in files]
    return asked


def query_rows() -> list[Row]:
    """Ask with queries that mean something, and with those that do not."""
    good = base64.urlsafe_b64encode(b"018f0000-0000-7000-8000-000000000000").decode()
    cursors = [
        "",
        "x",
        "{cursor}",
        "{cursor}=",
        "{cursor}&cursor=x",
        "x&cursor={cursor}",
        good,
        good.upper(),
        "%00",
        "%zz",
    ]
    cursors += ["%ff", good[:-1] + "%41", "?cursor={cursor}", "{cursor}?", "{cursor};x", "{cursor}+", "{cursor}%20"]
    asked = [get(f"/notes?cursor={cursor}") for cursor in cursors]
    queries = ["", "?", "notice=saved", "cursor", "=", "&", "limit=1", "%zz=%zz", "%ff=%ff", "Cursor={cursor}"]
    queries += ["?cursor={cursor}", "&cursor={cursor}", "c%75rsor={cursor}", "x=1&cursor={cursor}", "x;cursor={cursor}"]
    asked += [get(f"/notes?{query}") for query in queries]
    wanted = ["", "/", "/chat", "//evil.example", "/%5Cevil.example", "/\\evil.example", "https://evil.example", "chat"]
    wanted += ["/%09/evil.example", "/%C3%A4", "/%ff", "/%25ff", "/a?b", "/a%3Fb", "/a?b?c", "/a%26b", "/a&b", "/a+b"]
    wanted += ["/a%20b", "/a%2Bb", "/a%0Ab", "/a%0A", "/a%22b", "/a%3Cb", "/chat&next=/live", "%zz", "/%zz", "/;b"]
    asked += [get(f"/sign-in?next={path}") for path in wanted]
    asked += [
        get("/sign-in?NEXT=/chat"),
        get("/sign-in?next"),
        get("/sign-in??next=/chat"),
        get("/sign-in?&next=/chat"),
    ]
    asked += [
        get(f"/notes/{odd}/edit") for odd in ("a&b=c", "a!*'()~", "a;b,c", "a@b:c$", "a+b", "a%26b", "<x>", "a|b")
    ]
    for notice in ("saved", "deleted", "x", "", "saved2", "SAVED", "saved; notice=deleted", "x; notice=saved"):
        asked.append(get("/notes", Cookie=f"notice={notice}"))
    return asked


def form_rows() -> list[Row]:
    """Send every form that comes to mind to the form of a note."""
    kinds: list[str | None] = [
        FORM,
        f"{FORM}; charset=utf-8",
        f"{FORM};charset=iso-8859-1",
        FORM.upper(),
        f"{FORM} ;x",
        f"{FORM}x",
        f"{FORM},",
    ]
    kinds += [
        "multipart/form-data; boundary=x",
        "application/json",
        "text/plain",
        "",
        "x",
        f"x; {FORM}",
        f"{FORM};",
        None,
    ]
    asked = [post("/notes/new", {"title": "kind"}, kind) for kind in kinds]
    codings = ("identity", "IDENTITY", "gzip", "br", "", "x")
    asked += [post("/notes/new", {"title": "coding"}, Content_Encoding=coding) for coding in codings]
    bodies = [
        "",
        "title=a",
        "title=a&title=b",
        "title=&title=b",
        "title=a&unknown=b&__proto__=c",
        "title=a&author_id=x",
    ]
    bodies += [
        "title=%zz",
        "title=%",
        "title=%4",
        "title=a+b",
        "title=a%2Bb",
        "title=a;body=b",
        "title=%00",
        "title=%ff",
    ]
    bodies += ["title=%ED%A0%80", "title=%ED%A0%BD%ED%B8%80", "title=%F0%9F%91", "title=%C0%AF", "title=%EF%BB%BFa"]
    bodies += [
        "=a",
        "title",
        "title=a&&body=b",
        "&title=a&",
        "ti%74le=a",
        "title=a=b",
        "?title=a",
        "??title=a",
        "#title=a",
    ]
    bodies += ["title=%u0041", "title=a\r\n", "title=a%0D%0Ab", "title=a&body=a%0D%0Ab%0Dc%0Ad", "title=a&body=%0A%0Aa"]
    bodies += ["title=" + "a" * 200, "title=" + "a" * 201, "title=" + "%F0%9F%91%8B" * 200, "title=+++", "title=%C2%A0"]
    bodies += [
        "title=%E2%80%8B",
        "title=%E3%80%80a%E3%80%80",
        "title=%EF%BB%BF",
        "title=%1F",
        "title=%0B+a+%0C",
        "title=%85",
    ]
    bodies += ["title=a&body=" + "b" * 10_000, "title=a&body=" + "b" * 10_001, "title=a&body=%0D%0A" + "b" * 9_999]
    bodies += [
        "title=a&body=+b+",
        "title=%3Cb%3E%26%22%27%60",
        "title=a&body=%3C/textarea%3E%26amp;",
        "TITLE=a",
        "title[]=a",
    ]
    bodies += [
        "title=a&body=" + "b=&" * 30_000,
        "&" * 50_000 + "title=a",
        "{}",
        '{"title":"a"}',
        "title=é",
        "title=\ufeffa",
    ]
    asked += [post("/notes/new", body.encode()) for body in bodies]
    asked += [
        post("/notes/new", body)
        for body in (b"title=\xff", b"\xff=a", b"\xef\xbb\xbftitle=a", b"title=\xed\xa0\x80", b"\0")
    ]
    asked += [post("/notes/new", b"title=a&body=" + b"b" * (1024 * 1024 - 13 + more)) for more in (0, 1)]
    chunked = {"Transfer-Encoding": "chunked"}
    for raw in (b"7\r\ntitle=a\r\n0\r\n\r\n", b"3\r\ntit\r\n4\r\nle=a\r\n0\r\n\r\n"):
        asked.append(post("/notes/new", raw, **chunked))
    return asked


def note_rows() -> list[Row]:
    """Write notes and change them, go on to older ones, and lose one meanwhile."""
    asked = [get("/notes"), get("/notes/new")]
    written = [{"title": f"Note {number} <b>", "body": "One\r\nTwo & three" * (number % 2)} for number in range(25)]
    asked += [post("/notes/new", fields) for fields in written]
    asked += [get("/notes"), get("/notes"), get("/notes?cursor={cursor}"), get("/notes")]
    edit, delete = "/notes/{note}/edit", "/notes/{note}/delete"
    asked += [
        get(edit),
        get(delete),
        post(edit, {"title": "Tea", "body": "\nHot", "version": "1"}),
        get("/notes"),
        get(edit),
    ]
    for version in ("1", "", "x", "0", "02", "+2", " 2", "2.0", "9" * 15, "9" * 16, "9" * 30, "\u0662", "2\n", "<2>"):
        asked.append(post(edit, {"title": "Late", "body": "", "version": version}))
    asked += [post(edit, {"title": "", "version": "1"}), post(edit, {"title": "", "version": "2"}), post(edit, b"\xff")]
    asked += [
        post(edit, {"title": "a"}),
        post(edit, {"title": "Two", "version": "2"}, Accept="*/*"),
        get(edit),
        get("/notes"),
    ]
    asked += [
        post(edit, b"title=Three&version=3&version=9"),
        get("/notes"),
        post(edit, b"", "text/plain"),
        post(delete, b"", None),
    ]
    asked += [
        get("/notes"),
        get("/notes"),
        post(delete, b"x" * 100),
        get("/notes"),
        post(delete, b"\xff", "x/y"),
        get("/notes"),
    ]
    for name in ("{foreign}", MISSING, "x"):
        asked += [get(f"/notes/{name}/{to}") for to in ("edit", "delete")]
        asked += [post(f"/notes/{name}/{to}", {"title": ""}) for to in ("edit", "delete")]
        asked += [
            post(f"/notes/{name}/edit", b"\xff"),
            post(f"/notes/{name}/edit", b"", "x/y"),
            get(f"/notes/{name}/edit", Accept=""),
        ]
    return asked


def account_rows() -> list[Row]:
    """Sign up, sign in and sign out, rightly and wrongly."""
    good = {"name": "Ann & Co", "email": "ann@people.example", "password": people.PASSWORD}
    asked = [
        get("/"),
        get("/sign-up"),
        get("/sign-in"),
        post("/sign-up", {}),
        post("/sign-up", {"name": " ", "email": "x", "password": "s"}),
    ]
    asked += [post("/sign-up", b"", kind) for kind in (None, "application/json")]
    asked += [post("/sign-up", b"\xff"), post("/sign-up", {**good, "password": "passwordpassword"})]
    asked += [
        post("/sign-up", {**good, "password": f"{good['email']}"}),
        post("/sign-up", {**good, "email": "Käse@x.example"}),
    ]
    asked += [
        post("/sign-up", {**good, "name": "a\r\nb"}),
        post("/sign-up", {**good, "password": "a\r\n" * 5, "name": "\x00"}),
    ]
    asked += [
        post("/sign-up", {**good, "next": "/chat"}),
        get("/"),
        get("/chat"),
        get("/sign-in"),
        post("/sign-up", good),
    ]
    asked += [
        post("/sign-out"),
        post("/sign-out"),
        get("/"),
        get("/notes"),
        get("/chat"),
        get("/live", Accept="*/*"),
        get("/nothing"),
    ]
    asked += [
        post("/sign-up", {**good, "email": "ANN@people.example"}),
        post("/notes/new", {"title": "a"}),
        post("/notes", b""),
    ]
    asked += [
        post("/sign-in", {}),
        post("/sign-in", {"email": "x", "password": "y", "next": "/chat"}),
        post("/sign-in", b"", "x/y"),
    ]
    asked += [
        post("/sign-in", {"email": "Ann@people.example", "password": "wrong <b>", "next": "/chat?a=b"}),
        post("/sign-in", b"\xff"),
    ]
    asked += [
        post("/sign-in", {**good, "email": f"{number}@x.example", "next": "//x"}, Accept="*/*") for number in range(2)
    ]
    for wanted in (
        "/chat",
        "",
        "//evil.example",
        "/\\x",
        "https://evil.example",
        "/a\n",
        "/a\r\nX: y",
        "/ä",
        "/a?b=c&d",
        "/%0d%0a",
        "/;b",
    ):
        asked.append(post("/sign-in", {**good, "next": wanted}))
    asked += [
        post("/sign-in", urlencode(good).encode() + b"&next=/live&next=/chat"),
        get("/"),
        post("/sign-out", b"x", "x/y"),
        get("/"),
    ]
    asked += [
        post("/sign-out", b"", None, Sec_Fetch_Site="cross-site"),
        post("/sign-in", good, Sec_Fetch_Site="cross-site"),
    ]
    asked += [
        get("/", Cookie="__Host-session=x.y"),
        get("/notes", Cookie="__Host-session=x.y"),
        get("/nothing", Cookie="__Host-session=x"),
    ]
    return [*asked, post("/sign-in", good)]


ALWAYS = {"addresses": address_rows, "headers": header_rows, "queries": query_rows}
INSIDE = {**ALWAYS, "forms": form_rows, "notes": note_rows}


def kinds(*auths: str) -> list[ParameterSet]:
    """List the kinds of projects that a test is about; the tests of each share two servers."""
    return [
        pytest.param(
            {"auth": auth, "redis": redis},
            id=f"{auth}{'-redis' * redis}",
            marks=[pytest.mark.xdist_group(f"pages-{auth}-{redis}"), *([pytest.mark.all(REASON)] if redis else [])],
        )
        for auth, redis in KINDS
        if auth in auths
    ]


@pytest.fixture(scope="module")
def running() -> Iterator[ExitStack]:
    """Return what ends the servers of all kinds."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="module")
def started() -> dict[str, dict[str, Server]]:
    """Return a place for the servers of each kind."""
    return {}


@pytest.fixture
def sides(
    request: pytest.FixtureRequest,
    running: ExitStack,
    started: dict[str, dict[str, Server]],
    workshop: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Server]:
    """Return a server of each stack with the same answers."""
    kind = str(request.param)
    if kind not in started:
        answers = {**PLAIN, **request.param}
        need(Combination(tuple(answers.items())))
        folder, started[kind] = tmp_path_factory.mktemp("pages"), {}
        for stack in map(str, projects.values("stack")):
            project = projects.prepared({**answers, "stack": stack}, workshop)
            started[kind][stack] = running.enter_context(deployed(project, folder / stack))
    return started[kind]


def visitors(sides: dict[str, Server], *, known: bool = True) -> list[Visitor]:
    """Return somebody at each server: signed in where people can be, and with a note of somebody else at hand."""
    found = [Visitor(server) for server in sides.values()]
    for visitor in found:
        server = visitor.server
        foreign = ask(server, "POST", "/api/v1/notes", JSON, b'{"title":"Foreign"}')
        visitor.known["foreign"] = foreign.json()["id"]
        if known and people.has_accounts(server):
            login = people.newcomer(server, "Visitor")
            visitor.cookies[people.cookie_name(server)] = login.cookie
    return found


def apart(one: dict[str, object], other: dict[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    """Leave out of two pages what both show."""
    mine, theirs = one["body"], other["body"]
    if isinstance(mine, list) and isinstance(theirs, list):
        one = {**one, "body": [each for each in mine if each not in theirs]}
        other = {**other, "body": [each for each in theirs if each not in mine]}
    return one, other


def check_alike(asking: list[Visitor], rows: list[Row]) -> None:
    """Ask all of them the same, and compare what they are answered."""
    differing = []
    for row in rows:
        one, other = (normal(visitor.ask(row)) for visitor in asking)
        if one != other:
            differing.append(told(row, *apart(one, other)))
    assert not differing, f"{len(differing)} of {len(rows)} answers differ:\n" + "\n".join(differing)


@pytest.mark.parametrize("sides", kinds("none", "session"), indirect=True)
@pytest.mark.parametrize("group", INSIDE)
def test_both_stacks_show_and_take_the_same(sides: dict[str, Server], group: str) -> None:
    """Status, headers, tags and words of every answer, apart from ids and times."""
    check_alike(visitors(sides), [row for row in INSIDE[group]() if row[1] != "/sign-out"])


@pytest.mark.parametrize("sides", kinds("session"), indirect=True)
@pytest.mark.parametrize("group", [*ALWAYS, "accounts"])
def test_both_stacks_let_the_same_people_in(sides: dict[str, Server], group: str) -> None:
    """The same of whom nobody knows, and of all that makes somebody known."""
    check_alike(visitors(sides, known=False), {**ALWAYS, "accounts": account_rows}[group]())


@pytest.mark.parametrize("sides", kinds("none", "session"), indirect=True)
def test_a_problem_is_a_page_for_browsers_alone(sides: dict[str, Server]) -> None:
    """Who opens a page or sends a form is told on a page; who does neither, or accepts none, as everywhere else."""
    for visitor in visitors(sides):
        for accept, kind in [(accept, PAGE) for accept in BROWSERS] + [(accept, PROBLEM) for accept in PROGRAMS]:
            for row, status in (
                (get("/nothing", Accept=accept), 404),
                (get(f"/notes/{MISSING}/edit", Accept=accept), 404),
                (post("/nothing", Accept=accept), 404),
                (post("/notes/new", b"\xff", Accept=accept), 400),
                (post("/notes/new", b"{}", "application/json", Accept=accept), 415),
                (post("/notes/new", b"x" * (1024 * 1024 + 1), Accept=accept), 413),
                (post("/", Accept=accept), 405),
            ):
                answer = visitor.ask(row)
                assert (answer.status, answer.headers["content-type"]) == (status, kind), (
                    row[:3],
                    visitor.server.project,
                )
                assert answer.headers["cache-control"] == "no-store"
                check_headers(answer)
        for method, path in (("PUT", "/notes/new"), ("DELETE", "/nothing"), ("PROPFIND", "/"), ("GET", "/api/nothing")):
            answer = visitor.ask((method, path, {**HTML, "Sec-Fetch-Site": "same-origin"}, b""))
            assert answer.headers["content-type"] == PROBLEM, (method, path)


@pytest.mark.parametrize("sides", kinds("none", "session"), indirect=True)
def test_success_of_a_form_is_a_303(sides: dict[str, Server]) -> None:
    """The first of each field counts and unknown ones do not; what was done is said once; nothing is in the answer."""
    for visitor in visitors(sides):
        answer = visitor.ask(post("/notes/new", b"title=First&title=Second&body=a%0D%0Ab&unknown=x"))
        assert (answer.status, answer.content, answer.headers["location"]) == (303, b"", "/notes")
        assert "content-type" not in answer.headers
        check_headers(answer)
        shown = screen_of(visitor.ask(get("/notes")).content)
        assert {"The note was saved.", "First"} <= {one for one in shown if isinstance(one, str)}
        assert "The note was saved." not in screen_of(visitor.ask(get("/notes?notice=saved")).content)


@pytest.mark.parametrize("sides", kinds("session"), indirect=True)
def test_who_is_not_signed_in_is_led_there_and_back(sides: dict[str, Server]) -> None:
    """A browser is led, with all headers; programs are refused, and so is what another site has a browser do."""
    for visitor in visitors(sides, known=False):
        for row in (get("/notes"), get("/chat"), post("/notes/new", b"")):
            answer = visitor.ask(row)
            assert (answer.status, answer.headers["location"]) == (303, f"/sign-in?next={row[1]}")
            check_headers(answer)
            assert visitor.ask((*row[:2], {**row[2], "Accept": "*/*"}, row[3])).status == 401
        person = people.register(visitor.server)
        for form in ("/sign-in", "/sign-up"):
            other = {"/sign-in": "/sign-up", "/sign-up": "/sign-in"}[form]
            shown = visitor.ask(get(f"{form}?next=/chat%3Fa%3Db")).content.decode()
            assert f'href="{other}?next=/chat%3Fa%3Db"' in shown
        for wanted, led in (
            ("/chat?a=b", "/chat?a=b"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("chat", "/"),
        ):
            fields = {"email": person.email, "password": person.password, "next": wanted}
            refused = visitor.ask(post("/sign-in", fields, Sec_Fetch_Site="cross-site"))
            assert (refused.status, refused.headers["content-type"]) == (403, PAGE)
            answer = visitor.ask(post("/sign-in", fields))
            assert (answer.status, answer.headers["location"]) == (303, led)


@pytest.mark.parametrize("sides", kinds("session"), indirect=True)
def test_a_form_that_came_without_a_login_is_given_back(sides: dict[str, Server]) -> None:
    """What was typed when the session ended is not lost: it comes back, and is taken after the next sign-in."""
    for visitor in visitors(sides):
        assert visitor.ask(post("/notes/new", {"title": "First"})).status == 303
        visitor.ask(get("/notes"))
        edit = f"/notes/{visitor.known['note']}/edit"
        person = people.register(visitor.server)
        sent = {"title": 'Milk & <b>"more"</b>', "body": "one\r\ntwo"}
        for path, form in (("/notes/new", sent), (edit, {**sent, "title": "Second", "version": "1"})):
            stranger = Visitor(visitor.server)
            answer = stranger.ask(post(path, form))
            assert (answer.status, answer.headers["content-type"]) == (401, PAGE)
            check_headers(answer)
            given = [tag for tag in screen_of(answer.content) if isinstance(tag, tuple)]
            assert ("form", {"action": UUID.sub("[id]", path), "method": "post"}) in given
            back = {of["name"]: of["value"] for tag, of in given if (tag, of.get("type")) == ("input", "hidden")}
            assert back == {**form, "body": "one\ntwo"}
            assert stranger.ask(post(path, back)).status == 401
            owner = visitor if path == edit else stranger
            if owner is stranger:
                stranger.ask(post("/sign-in", {"email": person.email, "password": person.password}))
            assert owner.ask(post(path, back)).status == 303
            assert sent["title"] in screen_of(owner.ask(get("/notes")).content) or path == edit
        assert visitor.ask(post(edit, {**sent, "version": "1"})).status == 412


@pytest.mark.parametrize("sides", kinds("none", "session"), indirect=True)
def test_what_pages_load_is_asked_for_each_time(sides: dict[str, Server]) -> None:
    """Scripts, styles and pictures, each with its type, and nothing that lies beside them."""
    types = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
    for visitor in visitors(sides):
        pages = "".join(visitor.ask(get(path)).content.decode() for path in ("/", "/notes", "/chat", "/live"))
        for path in sorted(set(re.findall(r'(?:href|src)="(/assets/[^"]+)"', pages))):
            answer = visitor.ask(get(path))
            assert (answer.status, answer.headers["cache-control"]) == (200, "no-cache"), path
            assert answer.headers["content-type"] == types[path.rpartition(".")[2]]
            check_headers(answer)
        for path in ("/assets", "/assets/", "/assets/nothing.js", "/assets/../home.ts", "/assets/%2e%2e/home.ts"):
            answer = visitor.ask(get(path))
            assert (answer.status, answer.headers["content-type"]) == (404, PROBLEM)
