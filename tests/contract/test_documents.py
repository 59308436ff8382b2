"""The OpenAPI document: valid, true, and the same in both stacks."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.servers import Server
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from contract import people
from contract.conftest import Combination, Pair, deployed
from contract.wire import ask, check_headers

pytestmark = pytest.mark.needs(api="rest")

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
OPERATIONS = {
    "live": ("get", "/health/live", "200", ""),
    "ready": ("get", "/health/ready", "200 503", ""),
    "openapi": ("get", "/api/openapi.json", "200", ""),
    "docs": ("get", "/api/docs", "200", ""),
    "listNotes": ("get", "/api/v1/notes", "200 422 500", "503"),
    "createNote": ("post", "/api/v1/notes", "201 400 413 415 422 500", "503"),
    "readNote": ("get", "/api/v1/notes/{id}", "200 304 404 500", "503"),
    "changeNote": ("patch", "/api/v1/notes/{id}", "200 400 404 412 413 415 422 500", "503"),
    "deleteNote": ("delete", "/api/v1/notes/{id}", "204 404 412 500", "503"),
}
CROSS_SITE = ["createNote", "register", "login", "logout"]
"""What a page elsewhere could have a browser do with somebody's cookie."""
ACCOUNTS = {
    "session": {
        "register": ("post", "/auth/register", "201 400 403 409 413 415 422 500", "503"),
        "me": ("get", "/auth/me", "200 401 500", "503"),
        "login": ("post", "/auth/login", "200 400 401 403 413 415 422 429 500", "503"),
        "logout": ("post", "/auth/logout", "204 403 500", "503"),
    },
    "token": {
        "register": ("post", "/auth/register", "201 400 409 413 415 422 500", "503"),
        "me": ("get", "/auth/me", "200 401 500", "503"),
        "issueTokens": ("post", "/auth/token", "200 400 401 413 415 422 429 500", "503"),
        "refreshTokens": ("post", "/auth/token/refresh", "200 400 401 413 415 422 500", "503"),
        "revokeTokens": ("post", "/auth/token/revoke", "204 400 413 415 422 500", "503"),
    },
}
SECURED = {"me", "listNotes", "createNote", "readNote", "changeNote", "deleteNote"}
SCHEMES = {
    "session": {"type": "apiKey", "in": "cookie", "name": "__Host-session"},
    "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
}
WRITES = {"createNote", "changeNote", "deleteNote"}
SCHEMAS = {"Note", "NewNote", "NoteChanges", "NotePage", "Problem", "ValidationProblem", "Liveness", "Readiness"}
SIGNED_SCHEMAS = {
    "none": set[str](),
    "session": {"Account", "NewAccount", "SignIn"},
    "token": {"Account", "NewAccount", "SignIn", "Tokens", "RefreshToken"},
}
PARAMETERS = {
    "listNotes": {("query", "limit", False), ("query", "cursor", False)},
    "readNote": {("path", "id", True), ("header", "If-None-Match", False)},
    "changeNote": {("path", "id", True), ("header", "If-Match", False)},
    "deleteNote": {("path", "id", True), ("header", "If-Match", False)},
}
EXAMPLES = {"quick": 40, "all": 300}


def document(server: Server) -> dict[str, Any]:
    """Ask a server for its document."""
    answer = ask(server, "GET", "/api/openapi.json")
    assert answer.status == 200, answer
    assert answer.headers["content-type"] == "application/json"
    check_headers(answer)
    loaded = answer.json()
    assert isinstance(loaded, dict)
    return loaded


def resolved(node: Any, root: dict[str, Any]) -> Any:
    """Replace every reference by what it stands for."""
    if isinstance(node, list):
        return [resolved(one, root) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target: Any = root
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        return resolved({**target, **{name: value for name, value in node.items() if name != "$ref"}}, root)
    return {name: resolved(value, root) for name, value in node.items()}


def operations(root: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Go through all operations of a resolved document."""
    for path, item in root["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


@pytest.fixture
def root(server: Server) -> dict[str, Any]:
    """Return the document with its references resolved."""
    raw = document(server)
    found = resolved(raw, raw)
    assert isinstance(found, dict)
    return found


def test_the_document_is_valid_openapi_3_1(server: Server) -> None:
    """By the schema of the specification."""
    raw = document(server)
    assert raw["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(raw).validate()
    about = json.loads(next(server.project.path.glob("*/about.json")).read_text(encoding="utf-8"))
    assert {name: raw["info"].get(name) for name in ("version", "description")} == {
        k: about[k] for k in ("version", "description")
    }
    assert raw["info"]["title"] == about["name"]
    assert set(raw["components"]["schemas"]) == SCHEMAS | SIGNED_SCHEMAS[people.kind(server)]


def test_the_document_describes_every_route(root: dict[str, Any], combination: Combination) -> None:
    """Exactly the operations and statuses of the contract."""
    found = {o["operationId"]: (method, path, set(o["responses"])) for path, method, o in operations(root)}
    limited = combination["redis"] is True
    stored = combination["database"] != "none"
    expected: dict[str, tuple[str, str, set[str]]] = {}
    kind = str(combination["auth"])
    for name, (method, path, always, down) in {**OPERATIONS, **ACCOUNTS.get(kind, {})}.items():
        statuses = set(always.split())
        if kind != "none" and name in SECURED:
            statuses |= {"401"} | ({"403"} if name in ("changeNote", "deleteNote") else set())
        if kind == "session" and name in CROSS_SITE:
            statuses.add("403")
        writes = limited and name in WRITES
        statuses |= {down} - {""} if stored or writes else set()
        expected[name] = (method, path, statuses | ({"429"} if writes else set()))
    assert found == expected
    for path, _, operation in operations(root):
        areas = {"/api/v1": "notes", "/health": "health", "/auth": "auth"}
        area = next((name for start, name in areas.items() if path.startswith(start)), "api")
        assert operation["tags"] == [area]


def test_parameters_and_headers_are_described(root: dict[str, Any]) -> None:
    """Everything a client may send and will get."""
    for path, _, operation in operations(root):
        item = root["paths"][path]
        name = operation["operationId"]
        parameters = [*item.get("parameters", []), *operation.get("parameters", [])]
        found = {(one["in"], one["name"], one.get("required", False)) for one in parameters}
        assert found == PARAMETERS.get(name, set()), name
        for status, response in operation["responses"].items():
            headers = {header.lower() for header in response.get("headers", {})}
            wanted = {"x-request-id"}
            if (name, status) in {
                ("createNote", "201"),
                ("readNote", "200"),
                ("readNote", "304"),
                ("changeNote", "200"),
            }:
                wanted |= {"etag"}
            wanted |= {"location"} if status == "201" else set()
            wanted |= {"retry-after"} if status in ("429", "503") and name != "ready" else set()
            wanted |= {"www-authenticate"} if status == "401" else set()
            wanted -= {"location"} if name == "register" else set()
            free = {"retry-after", "set-cookie"}
            assert headers - free == wanted - free, (name, status)
            assert wanted <= headers, (name, status)
            content = set(response.get("content", {}))
            if status in ("204", "304"):
                assert not content, (name, status)
            elif int(status) >= 400 and name != "ready":
                assert content == {"application/problem+json"}, (name, status)
            else:
                assert content == {"text/html" if name == "docs" else "application/json"}, (name, status)


def test_every_object_is_closed_and_every_text_bounded_on_the_way_in(root: dict[str, Any]) -> None:
    """What is not described is not accepted."""
    schemas = root["components"]["schemas"]
    for name in schemas:
        assert schemas[name]["additionalProperties"] is False, name
    for name in ("NewNote", "NoteChanges"):
        title, body = schemas[name]["properties"]["title"], schemas[name]["properties"]["body"]
        assert (title["type"], title["minLength"], title["maxLength"]) == ("string", 1, 200)
        assert (body["type"], body["maxLength"]) == ("string", 10_000)
        assert re.compile(title["pattern"]).search(" a ")
        assert not re.compile(title["pattern"]).search("\u2003\u3000")
    assert schemas["NewNote"]["required"] == ["title"]
    assert "required" not in schemas["NoteChanges"]
    note = schemas["Note"]
    assert list(note["properties"]) == ["id", "title", "body", "author_id", "created_at", "updated_at"]
    assert sorted(note["required"]) == sorted(note["properties"])
    assert note["properties"]["author_id"]["type"] == ["string", "null"]
    assert sorted(schemas["ValidationProblem"]["required"]) == sorted([*schemas["Problem"]["required"], "errors"])


@pytest.mark.needs(auth="any")
def test_who_has_to_be_signed_in_is_described(root: dict[str, Any], combination: Combination) -> None:
    """How, and for which operations; what anybody may ask says nothing of it."""
    kind = str(combination["auth"])
    found = {name: {k: v for k, v in s.items() if k != "description"} for name, s in schemes(root).items()}
    assert found == {kind: SCHEMES[kind]}
    assert not root.get("security")
    for _, _, operation in operations(root):
        expected: list[dict[str, list[str]]] | None = [{kind: []}] if operation["operationId"] in SECURED else None
        assert (operation.get("security") or None) == expected, operation["operationId"]
    account = root["components"]["schemas"]["NewAccount"]
    assert list(account["properties"]) == ["email", "password", "name"]
    assert sorted(account["required"]) == ["email", "name", "password"]
    password = account["properties"]["password"]
    assert (password["minLength"], password["maxLength"]) == (12, 128)
    assert account["properties"]["email"]["maxLength"] == 254
    assert "password" not in root["components"]["schemas"]["Account"]["properties"]


def schemes(root: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the ways of being signed in."""
    found = root["components"]["securitySchemes"]
    assert isinstance(found, dict)
    return found


def examples(media: dict[str, Any]) -> list[Any]:
    """List the examples of a media type."""
    found = [media["example"]] if "example" in media else []
    return found + [one["value"] for one in media.get("examples", {}).values()]


def test_every_example_is_valid(root: dict[str, Any]) -> None:
    """Every body has an example, and it is what its schema says."""
    for path, method, operation in operations(root):
        bodies = [("request", operation["requestBody"])] if "requestBody" in operation else []
        bodies += list(operation["responses"].items())
        for status, body in bodies:
            for kind, media in body.get("content", {}).items():
                where = f"{method} {path} {status} {kind}"
                if kind == "text/html" or operation["operationId"] == "openapi":
                    continue
                assert examples(media), f"{where} has no example"
                for example in examples(media):
                    Draft202012Validator(media["schema"], format_checker=FormatChecker()).validate(example)
                    if status.isdigit() and int(status) >= 400 and kind.endswith("problem+json"):
                        assert example["status"] == int(status), where
        for parameter in operation.get("parameters", []):
            assert parameter["schema"], parameter
    for schema in root["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
        for example in schema.get("examples", []):
            Draft202012Validator(schema, format_checker=FormatChecker()).validate(example)


def test_what_is_answered_is_what_is_described(server: Server, root: dict[str, Any]) -> None:
    """A note, a page, a problem and both health answers fit their schemas."""
    body = {"Content-Type": "application/json"}
    schemas = root["components"]["schemas"]
    made = ask(server, "POST", "/api/v1/notes", body, b'{"title":"a"}')
    for name, answer in {
        "Note": made,
        "NotePage": ask(server, "GET", "/api/v1/notes"),
        "Problem": ask(server, "GET", "/nothing"),
        "ValidationProblem": ask(server, "POST", "/api/v1/notes", body, b"{}"),
        "Liveness": ask(server, "GET", "/health/live"),
        "Readiness": ask(server, "GET", "/health/ready"),
    }.items():
        Draft202012Validator(schemas[name], format_checker=FormatChecker()).validate(answer.json())


def test_schemathesis_finds_no_answer_outside_the_document(
    server: Server, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Every check, every phase, one seed: no 5xx and nothing that is not described."""
    whole = request.config.getoption("--all", default=False) and server.project.answers["database"] == "postgresql"
    settings = Path(__file__).with_name("schemathesis.toml")
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings), "run"]
    command += [f"{server.url}/api/openapi.json", "--checks", "all", "--seed", "1", "--generation-deterministic"]
    command += ["--max-examples", str(EXAMPLES["all" if whole else "quick"]), "--no-color"]
    command += ["--workers", "1", "--suppress-health-check", "all", "--request-timeout", "30"]
    env = {**os.environ, "SCHEMATHESIS_HOOKS": "strangers", "PYTHONPATH": str(Path(__file__).parent)}
    if people.has_accounts(server):
        login = people.newcomer(server)
        command += ["--generation-with-security-parameters", "false"]
        if login.auth is None:
            env["SESSION_COOKIE"] = login.headers["Cookie"]
            command += ["--exclude-checks", "ignored_auth"]  # it would be signed in again
        else:
            command += ["--header", f"Authorization: {login.headers['Authorization']}"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=1800)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-4000:]
    assert "No issues found" in done.stdout or " passed" in done.stdout, done.stdout[-3000:]


WORDS = ("description", "example", "examples", "externalDocs")
NOTHING: dict[str, tuple[Any, ...]] = {"properties": ({},), "additionalProperties": ({}, True)}
UNORDERED = ("required", "enum", "type", "tags")


def meaning(node: Any, *, names: bool = False) -> Any:
    """Keep what a client relies on, in one order, without explanations, examples and what says nothing."""
    if isinstance(node, list):
        listed = [meaning(one) for one in node]
        if listed and all(isinstance(one, dict) and "in" in one for one in listed):
            return sorted(listed, key=lambda one: (one["in"], one["name"]))
        return listed
    if not isinstance(node, dict):
        return node
    kept = {}
    for name, value in node.items():
        if not names and (name in WORDS or value in NOTHING.get(name, ())):
            continue
        if not names and name in UNORDERED and isinstance(value, list):
            kept[name] = sorted(value, key=str)
        else:
            kept[name] = meaning(value, names=not names and name in ("properties", "paths", "schemas", "headers"))
    return kept


def differences(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Say where two documents part."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in [*one, *(name for name in other if name not in one)]:
            yield from differences(one.get(name, "(absent)"), other.get(name, "(absent)"), f"{path}/{name}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, pair in enumerate(zip(one, other, strict=True)):
            yield from differences(*pair, f"{path}/{number}")
    elif one != other:
        yield f"{path}: {json.dumps(one)[:300]} | {json.dumps(other)[:300]}"


def test_the_documents_of_both_stacks_say_the_same(pair: Pair, tmp_path: Path) -> None:
    """References resolved, they describe the same API under the same names."""
    found = []
    for stack, project in pair.projects.items():
        with deployed(project, tmp_path / stack) as server:
            raw = document(server)
            found.append(meaning(resolved(raw, raw)))
    parted = list(differences(*found))
    assert not parted, "\n".join(parted)
