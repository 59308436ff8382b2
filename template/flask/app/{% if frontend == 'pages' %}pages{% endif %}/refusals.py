"""What went wrong, as a page for people: programs are told in the shape of every other error."""

from flask import Flask, Response

from app.browsers import wants_page
from app.errors import MEDIA_TYPE
from app.pages.screens import show


def init_app(app: Flask) -> None:
    """Turn problems into pages."""

    @app.after_request
    def explain(response: Response) -> Response:
        if response.mimetype != MEDIA_TYPE or not is_navigation():
            return response
        tell(response, "error.html")
        return response


def tell(response: Response, template: str, **values: object) -> None:
    """Turn a problem into a page, of which the template is given what is wrong."""
    problem = response.get_json(force=True)
    said = {**problem, "title": problem["title"].capitalize(), **values}
    try:
        page = show(template, **said)
    except Exception:
        # Who asks may be what cannot be found out.
        page = show(template, bare=True, **said)
    response.set_data(page.get_data())
    response.content_type = page.content_type


def is_navigation() -> bool:
    """Tell whether somebody opens a page or sends a form."""
    return wants_page("GET", "HEAD", "POST")
