"""What is announced reaches whoever listens."""

from flask import Flask

from app.events import events


def test_an_event_reaches_its_listeners(app: Flask) -> None:
    heard: list[object] = []
    leave = events(app).subscribe("made", heard.append)
    events(app).publish("made", 1)
    events(app).publish("other", 2)
    leave()
    events(app).publish("made", 3)
    assert heard == [1]


def test_a_listener_that_fails_disturbs_nobody(app: Flask) -> None:
    heard: list[object] = []

    def fail(_payload: object) -> None:
        raise ValueError

    events(app).subscribe("made", fail)
    events(app).subscribe("made", heard.append)
    events(app).publish("made", 1)
    assert heard == [1]
