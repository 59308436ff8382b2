"""The routes of notes."""

from flask import Blueprint, Response

from app.api.cursors import Paging, decode, encode
from app.api.etags import etag, unchanged, wanted
from app.api.operations import Answer, operation, reply
from app.api.paths import id_in_path
from app.notes import changes
from app.notes.model import CHANGED, MISSING, not_found
from app.notes.model import Note as Kept
from app.notes.schemas import EXAMPLE, NewNote, Note, NoteChanges, NotePage
from app.notes.store import PROBLEMS

routes = Blueprint("notes", __name__, url_prefix="/api/v1/notes")


@routes.get("")
@operation(
    "notes",
    "List notes, newest first",
    {200: Answer("A page of notes.", NotePage, {"items": [EXAMPLE], "next_cursor": None})},
    query=Paging,
    problems=(422, *PROBLEMS),
    fault={"path": "/limit", "message": "This must be at least 1."},
)
def list_notes(query: Paging) -> Response:
    """Return a page; one note more than asked for tells whether there is another."""
    found = changes.store().page(query.limit + 1, decode(query.cursor))
    items, more = found[: query.limit], len(found) > query.limit
    page = NotePage(
        items=[Note.model_validate(kept) for kept in items],
        next_cursor=encode(items[-1].id) if more else None,
    )
    return reply(page)


@routes.post("")
@operation(
    "notes",
    "Create a note",
    {201: Answer("The new note.", Note, EXAMPLE, ("ETag", "Location"))},
    body=NewNote,
    example={"title": "Milk", "body": "Two bottles."},
    problems=(400, 413, 415, 422, *PROBLEMS),
    fault={"path": "/title", "message": "This field is required."},
)
def create_note(body: NewNote) -> Response:
    """Keep a note, and announce it."""
    kept = changes.create(body)
    return _reply(kept, 201, {"Location": f"/api/v1/notes/{kept.id}"})


@routes.get("/<id>")
@operation(
    "notes",
    "Read a note",
    {
        200: Answer("The note.", Note, EXAMPLE, ("ETag",)),
        304: Answer("The note is at a version that you have.", headers=("ETag",)),
    },
    headers=("If-None-Match",),
    problems=PROBLEMS,
    details={404: MISSING},
)
def read_note(id: str) -> Response:
    """Return a note, unless the client has it already."""
    kept = changes.store().get(_known(id))
    cached = {"Cache-Control": "private, no-cache"}
    if unchanged(kept.version):
        return Response(status=304, headers={**cached, "ETag": etag(kept.version)})
    return _reply(kept, 200, cached)


@routes.patch("/<id>")
@operation(
    "notes",
    "Change a note",
    {200: Answer("The note as it is now.", Note, EXAMPLE, ("ETag",))},
    body=NoteChanges,
    example={"body": "Three bottles."},
    headers=("If-Match",),
    problems=(400, 413, 415, 422, *PROBLEMS),
    details={404: MISSING, 412: CHANGED},
    fault={"path": "/title", "message": "This must have at least 1 character."},
)
def change_note(id: str, body: NoteChanges) -> Response:
    """Change what was sent, and announce it."""
    return _reply(changes.change(_known(id), body.model_dump(exclude_unset=True), wanted()))


@routes.delete("/<id>")
@operation(
    "notes",
    "Delete a note",
    {204: Answer("The note is gone.")},
    headers=("If-Match",),
    problems=PROBLEMS,
    details={404: MISSING, 412: CHANGED},
)
def delete_note(id: str) -> Response:
    """Forget a note, and announce it."""
    changes.remove(_known(id), wanted())
    return Response(status=204)


def _known(sent: str) -> str:
    found = id_in_path(sent)
    if found is None:
        raise not_found()
    return found


def _reply(kept: Kept, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return reply(Note.model_validate(kept), status, {**(headers or {}), "ETag": etag(kept.version)})
