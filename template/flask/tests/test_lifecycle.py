"""What happens before the first request and after the last."""

import time

from app.lifecycle import Lifecycle


def test_what_starts_first_stops_last() -> None:
    done: list[str] = []
    lifecycle = Lifecycle()
    for name in ("one", "two"):
        lifecycle.at_start(lambda name=name: done.append(f"start {name}"))  # type: ignore[misc]
        lifecycle.at_serve(lambda name=name: done.append(f"serve {name}"))  # type: ignore[misc]
        lifecycle.at_stop(lambda name=name: done.append(f"stop {name}"))  # type: ignore[misc]
    lifecycle.start()
    lifecycle.serve()
    assert not lifecycle.stopping
    lifecycle.stop()
    assert lifecycle.stopping
    assert done == ["start one", "start two", "serve one", "serve two", "stop two", "stop one"]


def test_what_is_done_at_the_stop_waits_for_what_runs_beside_the_requests() -> None:
    done: list[str] = []
    lifecycle = Lifecycle()

    def work() -> None:
        lifecycle.wait()
        time.sleep(0.1)
        done.append("worked")

    lifecycle.at_stop(lambda: done.append("closed"))
    lifecycle.beside("work", work)
    assert not lifecycle.stopping
    lifecycle.stop()
    assert done == ["worked", "closed"]
