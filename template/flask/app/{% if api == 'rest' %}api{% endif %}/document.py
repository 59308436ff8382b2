"""The OpenAPI document, made from the routes themselves."""

import re
from collections.abc import Iterable
from typing import Annotated, Any

from flask import Flask
from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import models_json_schema

from app import errors
from app.api.health import operations as health_operations
from app.api.operations import Answer, Operation
from app.config import About
from app.errors import Problem
from app.health import checks

REFERENCE = "#/components/schemas/{model}"

_EXAMPLE_ID = "0192f0c4-7f8a-7c3e-9d1b-2a6f5e4d3c2b"

_STRING: dict[str, object] = {"schema": {"type": "string"}}
_HEADERS: dict[str, dict[str, object]] = {
    "ETag": {"description": "The version of what is answered.", "schema": {"type": "string"}},
    "Location": {"description": "The address of the new one.", "schema": {"type": "string", "format": "uri-reference"}},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
    "X-Request-Id": {"description": "The id of the request.", "schema": {"type": "string"}},
}
_PARAMETERS: dict[str, dict[str, object]] = {
    "If-Match": {"description": "Act only on one of these versions, or on any with *.", "schema": {"type": "string"}},
    "If-None-Match": {"description": "Answer 304 to one of these versions.", "schema": {"type": "string"}},
    "id": {"description": "The id.", "schema": {"type": "string", "format": "uuid"}},
}
_WRITES = ("post", "put", "patch", "delete")
_DETAILS = {
    400: "The request body is not valid JSON.",
    404: None,
    413: None,
    415: "The request body must be application/json.",
    422: "The request is not valid.",
    500: "Something went wrong on our side.",
    503: None,
}


class ProblemModel(BaseModel):
    """What went wrong, as RFC 9457 has it."""

    model_config = ConfigDict(extra="forbid", title="Problem")

    type: Annotated[str, Field(json_schema_extra={"format": "uri-reference"})]
    title: str
    status: int
    detail: str
    instance: Annotated[str, Field(json_schema_extra={"format": "uri-reference"})]
    request_id: str


class WrongField(BaseModel):
    """A wrong field."""

    model_config = ConfigDict(extra="forbid", title="FieldError")

    path: str
    message: str


class ValidationProblem(ProblemModel):
    """A problem that names the wrong fields."""

    model_config = ConfigDict(extra="forbid", title="ValidationProblem")

    errors: list[WrongField]


def build(app: Flask, about: About) -> dict[str, object]:
    """Return the document of this application."""
    found = list(_operations(app))
    writes: dict[int, str | None] = app.extensions.get("write problems", {})
    models: set[type[BaseModel]] = {ProblemModel, ValidationProblem}
    for _, _, operation in found:
        models.update(answer.model for answer in operation.answers.values() if answer.model)
        models.update(model for model in (operation.body,) if model)
    ordered = sorted(models, key=lambda model: model.__name__)
    _, definitions = models_json_schema([(model, "validation") for model in ordered], ref_template=REFERENCE)
    paths: dict[str, dict[str, object]] = {}
    for path, method, operation in found:
        paths.setdefault(path, {})[method] = _describe(path, operation, writes if method in _WRITES else {})
    return {
        "openapi": "3.1.1",
        "info": {"title": about.name, "version": about.version, "description": about.description},
        "tags": [{"name": tag} for tag in dict.fromkeys(operation.tag for _, _, operation in found)],
        "paths": paths,
        "components": {"schemas": _named(definitions["$defs"], ordered)},
    }


def _operations(app: Flask) -> Iterable[tuple[str, str, Operation]]:
    described = health_operations(checks(app))
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        view = app.view_functions[rule.endpoint]
        operation: Operation | None = described.get(rule.endpoint) or getattr(view, "operation", None)
        for method in sorted((rule.methods or set()) - {"HEAD"}):
            if operation:
                yield re.sub(r"<(\w+)>", r"{\1}", rule.rule), method.lower(), operation


def _describe(path: str, operation: Operation, more: dict[int, str | None]) -> dict[str, object]:
    details = {status: _DETAILS.get(status) for status in operation.problems} | dict(operation.details) | more
    problems = {status: _problem(path, status, detail, operation.fault) for status, detail in details.items()}
    answers = {**operation.answers, **problems}
    described: dict[str, object] = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "responses": {str(status): _answer(status, answers[status]) for status in sorted(answers)},
    }
    if parameters := list(_parameters(path, operation)):
        described["parameters"] = parameters
    if operation.body:
        content = {"schema": _reference(operation.body), "example": operation.example}
        described["requestBody"] = {"required": True, "content": {"application/json": content}}
    return described


def _parameters(path: str, operation: Operation) -> Iterable[dict[str, object]]:
    for name in re.findall(r"{(\w+)}", path):
        yield {"name": name, "in": "path", "required": True, **_PARAMETERS.get(name, _STRING)}
    if operation.query:
        for name, schema in _plain(operation.query.model_json_schema())["properties"].items():
            text = {"description": schema.pop("description")} if "description" in schema else {}
            yield {"name": name, "in": "query", "required": False, **text, "schema": schema}
    for name in operation.headers:
        yield {"name": name, "in": "header", "required": False, **_PARAMETERS.get(name, _STRING)}


def _problem(path: str, status: int, detail: str | None, fault: errors.FieldError | None) -> Answer:
    wrong = ([fault] if fault else []) if status == 422 else None
    problem = Problem(status, detail, errors=wrong)
    example: dict[str, object] = {
        "type": "about:blank",
        "title": errors.title(status),
        "status": status,
        "detail": problem.detail,
        "instance": re.sub(r"{\w+}", _EXAMPLE_ID, path),
        "request_id": "3f1c9f0e-6c1e-4a53-9c0a-8a5d0a0f7b11",
    }
    if wrong is not None:
        example["errors"] = wrong
    model = ValidationProblem if status == 422 else ProblemModel
    headers = ("Retry-After",) if status in (429, 503) else ()
    return Answer(problem.detail, model, example, headers, errors.MEDIA_TYPE)


def _answer(status: int, answer: Answer) -> dict[str, object]:
    described: dict[str, object] = {
        "description": answer.description,
        "headers": {name: _HEADERS.get(name, _STRING) for name in sorted({*answer.headers, "X-Request-Id"})},
    }
    schema = _reference(answer.model) if answer.model else answer.schema
    if schema is not None:
        content: dict[str, object] = {"schema": schema}
        if answer.example is not None:
            content["example"] = answer.example
        described["content"] = {answer.media_type: content}
    return described


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": REFERENCE.format(model=_name(model))}


def _name(model: type[BaseModel]) -> str:
    return str(model.model_config.get("title") or model.__name__)


def _named(definitions: dict[str, Any], models: list[type[BaseModel]]) -> dict[str, Any]:
    """Return the schemas of these models under their names; what they are made of is written out in place."""
    names = {model.__name__: _name(model) for model in models}

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "$ref" not in value:
            return {key: walk(item) for key, item in value.items()}
        name = value["$ref"].rpartition("/")[2]
        return {"$ref": REFERENCE.format(model=names[name])} if name in names else walk(definitions[name])

    return {names[name]: _plain(walk(definitions[name])) for name in sorted(names, key=names.__getitem__)}


def _plain(schema: Any) -> Any:
    """Leave out the titles that pydantic makes from names; a property may still be called `title`."""
    if isinstance(schema, dict):
        return {key: _plain(value) for key, value in schema.items() if not (key == "title" and isinstance(value, str))}
    return [_plain(item) for item in schema] if isinstance(schema, list) else schema
