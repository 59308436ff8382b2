"""People: accounts of a running project, and what somebody shows to be known by it.

Where a project has accounts, tests that are about something else speak as somebody who is signed in: who that is, is
made when it is first needed, once for each store, and signed in once for each server.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import itertools
import json
import os
import secrets
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.servers import Server

SECRET_KEY = "the tests sign what they show with this key and with no other one"
DEFAULT_KEY = "for-development-only-and-never-in-production"
PASSWORD = "seven green bottles, hanging"
SOMEBODY = "Somebody"
FRESH = 600.0
"""Seconds for which an access token is used again; it is good for 900."""
_addresses = itertools.count(os.getpid() << 12)
_guard = threading.Lock()
_locks: dict[str, threading.Lock] = {}
_persons: dict[tuple[str, str], Person] = {}
_logins: dict[tuple[Server | str, str], Login] = {}


@dataclass(frozen=True)
class Person:
    """Somebody who has an account."""

    id: str
    email: str
    name: str
    password: str = PASSWORD


@dataclass(frozen=True)
class Login:
    """Somebody who is signed in, and what shows it: headers of a request, and what a handshake introduces."""

    person: Person
    headers: Mapping[str, str]
    auth: Mapping[str, str] | None = None
    refresh_token: str = ""
    began: float = field(default_factory=time.monotonic)

    @property
    def cookie(self) -> str:
        """Return the value of the session's cookie."""
        return self.headers["Cookie"].partition("=")[2]

    @property
    def access_token(self) -> str:
        """Return the access token."""
        return self.headers["Authorization"].removeprefix("Bearer ")


def kind(server: Server) -> str:
    """Say how people stay signed in: session, token or none."""
    return str(server.project.answers.get("auth", "none"))


def has_accounts(server: Server) -> bool:
    """Say whether a project has accounts."""
    return kind(server) != "none"


def variables(answers: Mapping[str, object]) -> dict[str, str]:
    """Return what accounts need in production."""
    return {"SECRET_KEY": SECRET_KEY} if answers.get("auth", "none") != "none" else {}


def key_of(server: Server) -> str:
    """Return the key that a server signs with."""
    return (server.env.get("SECRET_KEY") or DEFAULT_KEY).partition(",")[0]


def cookie_name(server: Server) -> str:
    """Name the cookie, which only production can keep to https."""
    return "__Host-session" if server.env.get("APP_ENV") == "production" else "session"


def cookie(server: Server, value: str) -> dict[str, str]:
    """Return the header that carries a cookie."""
    return {"Cookie": f"{cookie_name(server)}={value}"}


def bearer(token: str) -> dict[str, str]:
    """Return the header that carries a token."""
    return {"Authorization": f"Bearer {token}"}


def base64url(content: bytes) -> str:
    """Write bytes as cookies and tokens do."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def signed_cookie(session: str, key: str) -> str:
    """Sign the id of a session as the project does."""
    mac = hmac.new(key.encode(), f"session:{session}".encode(), hashlib.sha256).digest()
    return f"{session}.{base64url(mac)}"


def jwt(header: object, claims: object, key: bytes, digest: str = "sha256") -> str:
    """Write a token, whatever it says."""
    head = ".".join(base64url(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    return f"{head}.{jwt_mac(head, key, digest)}"


def jwt_mac(head: str, key: bytes, digest: str = "sha256") -> str:
    """Sign what a token says."""
    return base64url(hmac.new(key, head.encode(), digest).digest())


def claims_of(token: str) -> dict[str, Any]:
    """Read the claims of a token."""
    part = token.split(".")[1]
    loaded = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    assert isinstance(loaded, dict)
    return loaded


def new_claims(server: Server, **changed: Any) -> dict[str, Any]:
    """Return the claims of an access token for nobody in particular."""
    slug, now = str(server.project.answers["project_slug"]), int(time.time())
    claims = {"iss": slug, "aud": slug, "sub": str(uuid.uuid4()), "sid": str(uuid.uuid4())}
    return {**claims, "jti": base64url(secrets.token_bytes(16)), "iat": now, "exp": now + 900, **changed}


def unknown(server: Server) -> Login:
    """Return what looks like a login, and is signed as one, but that no store knows."""
    nobody = Person(str(uuid.uuid4()), "nobody@people.example", "Nobody")
    if kind(server) == "session":
        session = base64url(secrets.token_bytes(32))
        return Login(nobody, cookie(server, signed_cookie(session, key_of(server))))
    token = jwt({"alg": "HS256", "typ": "JWT"}, new_claims(server), key_of(server).encode())
    return Login(nobody, bearer(token), {"token": token})


def elsewhere() -> dict[str, str]:
    """Come from an address of which no failure was seen, where a proxy is believed."""
    number = next(_addresses)
    return {"X-Forwarded-For": f"172.{16 + (number >> 16 & 15)}.{number >> 8 & 255}.{number & 255}"}


def call(
    server: Server, method: str, path: str, headers: Mapping[str, str], body: object = None
) -> tuple[int, dict[str, str], Any]:
    """Ask, and return status, headers by their names in lower case and what the JSON says."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    given = {**(elsewhere() if server.env.get("TRUST_PROXY") == "1" else {}), **headers}
    content = None if body is None else json.dumps(body)
    try:
        connection.request(method, path, content, {**given, **({"Content-Type": "application/json"} if body else {})})
        response = connection.getresponse()
        told = {name.lower(): value for name, value in response.getheaders()}
        text = response.read()
    finally:
        connection.close()
    return response.status, told, json.loads(text) if text else None


def new_email() -> str:
    """Return an address that nobody has registered."""
    return f"{uuid.uuid4().hex}@people.example"


def register(server: Server, name: str = SOMEBODY, password: str = PASSWORD, email: str | None = None) -> Person:
    """Make an account, which must succeed."""
    given = {"email": email or new_email(), "password": password, "name": name}
    status, _, told = call(server, "POST", "/auth/register", {}, given)
    assert status == 201, f"{status}: {told}"
    return Person(told["id"], told["email"], told["name"], password)


def sign_in(server: Server, person: Person) -> Login:
    """Sign somebody in, which must succeed."""
    login = attempt(server, person)
    assert login is not None, f"{person} cannot sign in: {server.told()}"
    return login


def attempt(server: Server, person: Person) -> Login | None:
    """Sign somebody in, or return nothing when the password is not theirs or the account is gone."""
    given = {"email": person.email, "password": person.password}
    path = "/auth/login" if kind(server) == "session" else "/auth/token"
    status, headers, told = call(server, "POST", path, {}, given)
    if status == 401:
        return None
    assert status == 200, f"{status}: {told}"
    if kind(server) == "session":
        return Login(person, {"Cookie": headers["set-cookie"].partition(";")[0]})
    token = told["access_token"]
    return Login(person, bearer(token), {"token": token}, told["refresh_token"])


def newcomer(server: Server, name: str = SOMEBODY) -> Login:
    """Make an account and sign in with it."""
    return sign_in(server, register(server, name))


def known(server: Server, name: str = SOMEBODY) -> Login:
    """Return who is known under a name: made for the store, signed in for the server, asked for when needed."""
    store = server.env.get("DATABASE_URL") or str(server.project.path)
    with _guard:
        lock = _locks.setdefault(f"{store} {name}", threading.Lock())
    with lock:
        held = _logins.get((server, name))
        if held and (kind(server) == "session" or time.monotonic() - held.began < FRESH):
            return held
        signed = f"{store} {key_of(server)} {server.env.get('REDIS_URL')} {cookie_name(server)}"
        login = held = _logins.get((signed, name))
        status = call(server, "GET", "/auth/me", (held or unknown(server)).headers)[0]
        if status >= 500:
            return held or unknown(server)
        if status == 401 or held is None or (kind(server) == "token" and time.monotonic() - held.began >= FRESH):
            person = _persons.get((store, name))
            login = attempt(server, person) if person else None
            if login is None:
                person = _persons[store, name] = register(server, name)
                login = sign_in(server, person)
        assert login is not None
        _logins[server, name] = _logins[signed, name] = login
        return login


def headers_for(server: Server, target: str, given: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what a request shows besides what is given, to be let in as somebody."""
    shown = {name.lower() for name, _ in given} & {"cookie", "authorization"}
    if not has_accounts(server) or shown or not target.startswith("/api/v1/"):
        return []
    return list(known(server).headers.items())
