"""What may be asked of the chat."""

from app.chat.delivery import NAME, Delivery
from app.chat.guests import introduce
from app.chat.model import shown
from app.chat.presence import Presence
from app.chat.schemas import Join, Leave, Send
from app.chat.store import Messages
from app.errors import Problem
from app.sockets.limits import ROOMS
from app.sockets.server import Answer, Client, Namespace, Sockets

LAST = 50
MISSED = 200


class Chat(Namespace):
    """Rooms, and the people in them who write to each other."""

    def __init__(self, sockets: Sockets, messages: Messages, delivery: Delivery, presence: Presence) -> None:
        """Use these."""
        super().__init__(NAME)
        self._sockets = sockets
        self._messages = messages
        self._delivery = delivery
        self._presence = presence
        self.on("join", Join, self._join)
        self.on("leave", Leave, self._leave)
        self.on("send", Send, self._send)

    def connect(self, client: Client, auth: object) -> None:
        """Let in who has a name."""
        introduce(client, auth)

    def disconnect(self, client: Client) -> None:
        """Take somebody who is gone out of every room."""
        client.gone = True
        for room in tuple(client.rooms):
            self._go(client, room)

    def _join(self, client: Client, sent: Join) -> Answer:
        room, new = sent.room, sent.room not in client.rooms
        if new and len(client.rooms) >= ROOMS:
            raise Problem(403, f"You are in {ROOMS} rooms; leave one first.")
        try:
            # Whoever is in the room before its past is read misses nothing.
            client.rooms.add(room)
            self._sockets.enter_room(client.sid, room, NAME)
            self._delivery.begin(room)
            members = self._presence.join(room, client.sid, client.name)
            found = (
                self._messages.after(room, sent.after, MISSED + 1) if sent.after else self._messages.last(room, LAST)
            )
        except Exception:
            if new or client.gone:
                self._go(client, room)
            raise
        if client.gone:
            # The connection ended meanwhile, and what was done since then nobody else undoes.
            self._go(client, room)
        return {
            "room": room,
            "messages": [shown(message) for message in found[:MISSED]],
            "members": members,
            "more": len(found) > MISSED,
        }

    def _leave(self, client: Client, sent: Leave) -> Answer:
        if sent.room in client.rooms:
            self._go(client, sent.room)
        return {}

    def _send(self, client: Client, sent: Send) -> Answer:
        if sent.room not in client.rooms:
            raise Problem(403, "Join the room first.")
        self._sockets.processes.reach()
        message = self._messages.add(sent.room, client.name, sent.text, client.user)
        self._delivery.send(message)
        return {"message": shown(message)}

    def _go(self, client: Client, room: str) -> None:
        client.rooms.discard(room)
        self._sockets.leave_room(client.sid, room, NAME)
        self._delivery.end(room)
        self._presence.leave(room, client.sid)
