"""Words that give away a feature, and the answers that allow each of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

Allowed = Callable[[Mapping[str, Any]], bool]


def given(question: str, *values: Any) -> Allowed:
    """Allow a word when a question has one of these answers; never while there is no such question or answer."""
    return lambda answers: answers.get(question) in values


def either(*conditions: Allowed) -> Allowed:
    """Allow a word when one of several conditions does."""
    return lambda answers: any(condition(answers) for condition in conditions)


SQL = given("database", "sqlite", "postgresql", "mysql")
REAL_TIME = either(given("chat", True), given("live_data", True))
ACCOUNTS = given("auth", "session", "token")
CONTAINERS = given("deploy", "compose", "kubernetes")
SERVERS = either(given("database", "postgresql", "mysql", "mongodb"), given("redis", True))

BROWSER = given("frontend", "react", "angular")

WORDS: dict[str, Allowed] = {
    # databases
    r"sqlite": given("database", "sqlite"),
    r"postgres|psycopg|\bpg\b": given("database", "postgresql"),
    r"mysql|mariadb": given("database", "mysql"),
    r"mongo": given("database", "mongodb"),
    r"sqlalchemy|alembic|kysely": SQL,
    r"migrat": either(SQL, given("database", "mongodb")),
    r"database": either(SQL, given("database", "mongodb")),
    r"redis": given("redis", True),
    # the API
    r"\bnotes?_|\bnotes\b": either(given("api", "rest"), given("frontend", "pages", "react", "angular")),
    r"openapi|swagger": given("api", "rest"),
    r"\bcors": either(given("api", "rest"), REAL_TIME, ACCOUNTS),
    # real time and accounts
    r"socket\.?io|websocket": REAL_TIME,
    r"\bchat\b": given("chat", True),
    r"\bticks?\b|live_data": given("live_data", True),
    r"argon2|secret_key|\bauth\b": ACCOUNTS,
    r"password_hash|sign_in_failures|\baccounts?\b": ACCOUNTS,
    r"\bjwt\b|jsonwebtoken|refresh_token": given("auth", "token"),
    r"\bcookies?\b|sec-fetch-site|allow-credentials": given("auth", "session"),
    # what people see in the browser
    r"\breact\b|react-dom": given("frontend", "react"),
    r"angular": given("frontend", "angular"),
    # how it is shipped
    r"kubernetes|kubectl|kustom": given("deploy", "kubernetes"),
    r"docker": either(CONTAINERS, SERVERS, given("ci", "gitlab")),
    r"\bcompose\b": either(CONTAINERS, SERVERS),
    r"gitlab": given("ci", "gitlab"),
    r"\.github|github actions|github\.com/actions": given("ci", "github"),
    # the stack
    r"\byarn": lambda answers: answers["stack"] == "node" and answers["package_manager"] == "yarn",
    r"\bpnpm": lambda answers: answers["stack"] == "node" and answers["package_manager"] == "pnpm",
    r"\bnpm\b|package\.json|typescript|\bnode\b": either(given("stack", "node"), BROWSER),
    r"express\b": given("stack", "node"),
    r"flask|python|pyproject|\buv\b": given("stack", "flask"),
}
EXEMPT = re.compile(r"docs/decisions/.*|\.copier-answers\.yml|.*/socket\.io\.esm\.min\.js")
"""Files that speak of what was not chosen, or are not ours."""
KNOWN: dict[tuple[str, str], str] = {
    ("database", r"README\.md"): "it says that nothing is kept without one",
}
"""Pairs of (word, path pattern) that are right where they stand, each with the reason."""

SAID: tuple[tuple[str, str], ...] = (
    # Socket.IO calls what a client introduces itself with `auth`.
    (r"README\.md|(app|src)/home/page/index\.html", r"auth`?: \{ ?\"?name\"?:"),
    (
        r"app/(chat/(events|guests)|sockets/server)\.py",
        r"auth: object|auth is None|else auth\b|introduce\((client, )?auth\)|, auth\)",
    ),
    (r"src/chat/(events|guests)\.ts", r"socket\.handshake\.auth\b"),
    (r"tests/(talk|people|test_chat|test_guests)\.py|tests/(people|sockets)\.ts", r"\bauth\b"),
    (r"tests/(chat|guests|strangers|sockets|delivery|presence)\.test\.ts", r"\bauth\b"),
    (
        r"(app|src)/pages/static/sockets\.js|frontend/src/.*(sockets|chat|guests?|talk|live|news)[\w.-]*\.tsx?",
        r"\bauth\b",
    ),
    # What the server answers itself is no screen, whatever was chosen.
    (
        r"(app|src)/browsers\.(py|ts)|tests/(test_)?(frontend|pages)(\.test)?\.(py|ts)",
        r"\|auth\||/auth\b|socket\.io",
    ),
    (r"frontend/(proxy\.config|api)\.js", r"'/(auth|socket\.io)'|\|auth\\/"),
    # What was done is said once, on the page that follows.
    (r"(app|src)/pages/notes\.(py|ts)|tests/(test_)?(note_)?pages\w*(\.test)?\.(py|ts)", r"(?i)\w*cookies?\b"),
    # What a page is made of.
    (r"(app|src)/pages/static/\w+\.js", r"\bnode\b"),
    # One stylesheet for every screen.
    (r"(app/pages/static|src/pages/static|frontend/src)/style\.css", r"(?i)\bchat\b"),
    # Types of what is asked for come from it, and the lock file of any manager stays as it is.
    (r"frontend/.*", r"openapi-(fetch|typescript)"),
    (r"frontend/\.prettierignore", r"pnpm-lock|yarn\.lock"),
    # Redis has databases of its own, by numbers.
    (r"(app|src)/redis/channels\.(py|ts)", r"number of the database|channels know no databases"),
    # Some stores are shared by all who open them.
    (r"tests/test_messages\.py", r"\"engine\", \"collections\", \"redis\""),
    (r"tests/messages\.test\.ts", r"'database' in one\.app \|\| 'redis' in one\.app"),
    # A second process is refused with what it would take.
    (r"README\.md", r"only Redis could tell it"),
    (r"\.env\.example", r"needs Redis, through which they would tell|needs a database, for notes live in the memory"),
    (
        r"(app|src)/sockets/(processes|concurrency)\.(py|ts)|tests/(test_)?(config|sockets|processes|chat)(\.test)?\.(py|ts)",
        r"without (Redis(, through which several processes| they could not| several could not)|a database, for notes)",
    ),
)
"""Phrases that are right where they stand: file, and words that are not looked at there."""

_patterns = {word: re.compile(word, re.IGNORECASE) for word in WORDS}


@cache
def found(path: str, content: bytes) -> frozenset[str]:
    """The words that one file holds, but for what it is free to say."""
    if EXEMPT.fullmatch(path):
        return frozenset()
    text = content.decode()
    if path == "README.md":
        text = text.partition("\n## Update\n")[0]
    for place, phrase in SAID:
        if re.fullmatch(place, path):
            text = re.sub(phrase, "", text)
    excused = {word for word, place in KNOWN if re.fullmatch(place, path)}
    text = f"{path}\n{text}"
    return frozenset(word for word, pattern in _patterns.items() if word not in excused and pattern.search(text))


def forbidden(answers: Mapping[str, Any]) -> frozenset[str]:
    """The words that a project with these answers must not hold."""
    return frozenset(word for word, allowed in WORDS.items() if not allowed(answers))
