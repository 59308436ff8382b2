"""The headers that every answer carries."""

from flask import Flask, Response

from app.config import settings

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "img-src 'self' data:; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def standard(app: Flask) -> dict[str, str]:
    """Return the headers of this application; in production browsers are told to insist on HTTPS."""
    if settings(app).APP_ENV != "production":
        return SECURITY
    return {**SECURITY, "Strict-Transport-Security": "max-age=63072000; includeSubDomains"}


def init_app(app: Flask) -> None:
    """Add the headers to every answer; a route may have set its own `Cache-Control`."""
    headers = standard(app)

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if response.status_code in (204, 304):
            response.headers.pop("Content-Type", None)
        return response
