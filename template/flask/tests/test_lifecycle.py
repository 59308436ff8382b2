"""What happens before the first request and after the last."""

from app.lifecycle import Lifecycle


def test_what_starts_first_stops_last() -> None:
    done: list[str] = []
    lifecycle = Lifecycle()
    for name in ("one", "two"):
        lifecycle.at_start(lambda name=name: done.append(f"start {name}"))  # type: ignore[misc]
        lifecycle.at_stop(lambda name=name: done.append(f"stop {name}"))  # type: ignore[misc]
    lifecycle.start()
    assert not lifecycle.stopping
    lifecycle.stop()
    assert lifecycle.stopping
    assert done == ["start one", "start two", "stop two", "stop one"]
