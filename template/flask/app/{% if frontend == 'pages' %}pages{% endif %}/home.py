"""The first page: what the project offers, and whether it is well."""

from flask import Blueprint, Response, current_app

from app.pages.screens import screens, show

home = Blueprint("home", __name__, template_folder="templates")


@home.get("/")
def index() -> Response:
    """Return the page."""
    return show("home.html", cards=screens(current_app).cards())
