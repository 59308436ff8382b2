"""The chat: rooms, their messages, and who is here."""

from flask import Flask

from app.chat.delivery import Delivery
from app.chat.events import Chat
from app.chat.presence import Presence
from app.chat.store import open_store
from app.sockets import sockets


def init_app(app: Flask) -> None:
    """Open the store of messages and offer the chat."""
    messages = open_store(app)
    sockets(app).add(Chat(sockets(app), messages, Delivery(app, messages), Presence(app)))
