"""Puts the application together."""

from flask import Flask

from app import config, errors, events, headers, incoming, lifecycle, logs
from app.features import FEATURES


def create_app() -> Flask:
    """Return a new application, made for the environment that it finds."""
    app = Flask("app", static_folder=None)
    config.init_app(app)
    logs.init_app(app)
    lifecycle.init_app(app)
    events.init_app(app)
    incoming.init_app(app)
    errors.init_app(app)
    for feature in FEATURES:
        feature.init_app(app)
    headers.init_app(app)
    lifecycle.start_for_flask_run(app)
    return app
