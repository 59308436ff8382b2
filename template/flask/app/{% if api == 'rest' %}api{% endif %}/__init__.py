"""The API: a typed layer over its routes, the document that describes them, a page to try them."""

from app.api.docs import init_app

__all__ = ["init_app"]
