"""Signed sockets: who is not signed in does not connect, and who no longer is does not stay."""

import secrets
import time
from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from harness import databases
from harness.peers import LINKS, PLAIN, Link, Peer, RefusedError, UnreachableError
from harness.servers import Server

from contract import kept, people
from contract.conftest import Combination, Launch
from contract.people import Login, claims_of, jwt
from contract.talk import ANNOUNCEMENTS, CHAT, LIVE, UNAVAILABLE, asked, check_refused, enter, join, new_room, say
from contract.test_accounts import SIGN_IN_FIRST, ascii_json, me
from contract.test_sign_ins import check_silent
from contract.test_sockets import doors, lines_about
from contract.wire import JSON, exchange

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = [pytest.mark.real_time, pytest.mark.needs(auth="any")]

SENT_AWAY = ("io server disconnect", "server disconnect")
AT_ONCE = 3.0
LOOKS_EVERY = 30.0


def come(server: Server, login: Login, *namespaces: str, link: Link = PLAIN, **how: Any) -> Peer:
    """Connect as somebody."""
    shown: Mapping[str, str] = login.headers if login.auth is None else {}
    auth = {**(how.pop("auth", None) or {}), **(login.auth or {})} or None
    return link.open(server.url, *namespaces, headers={**shown, **how.pop("headers", {})}, auth=auth, **how)


def end(server: Server, login: Login) -> None:
    """Sign out."""
    if people.kind(server) == "session":
        answer = exchange(server, "POST", "/auth/logout", dict(login.headers))
    else:
        answer = exchange(
            server, "POST", "/auth/token/revoke", JSON, ascii_json({"refresh_token": login.refresh_token})
        )
    assert answer.status == 204, answer


def take_away(server: Server, login: Login) -> None:
    """End a login behind the server's back."""
    if people.kind(server) == "session":
        kept.Session(server, login).end()
    else:
        kept.remove(server, "refresh_tokens", family=claims_of(login.access_token)["sid"])


def check_sent_away(peer: Peer, timeout: float = AT_ONCE) -> None:
    """Check that the server has ended a connection, in every namespace."""
    peer.wait(lambda: len({where for where, _ in peer.ended}) == len(peer.call.namespaces), "the end", timeout)
    assert peer.ended[0][1] in SENT_AWAY, peer.told()
    time.sleep(0.2)
    with pytest.raises((UnreachableError, AssertionError)):
        peer.ask("nothing", {}, timeout=1)


def strangers(server: Server) -> list[tuple[dict[str, str], Any]]:
    """List what shows nothing: headers and introduction."""
    login = people.known(server)
    forged = people.unknown(server)
    rows: list[tuple[dict[str, str], Any]] = [
        ({}, None),
        ({}, {}),
        ({}, {"name": "Ada"}),
        (dict(forged.headers), forged.auth),
    ]
    wrong: list[Any] = [None, "", 5, "x", [], {"$ne": ""}, "\ud800", "x" * 9000]
    rows += [({}, {"token": value}) for value in wrong]
    if people.kind(server) == "session":
        rows += [({}, {"token": login.cookie}), (people.bearer(login.cookie), None), (people.cookie(server, "x"), None)]
        rows += [({"Cookie": f"session={login.cookie}"}, None), ({}, {"cookie": login.headers["Cookie"]})]
    else:
        token = login.access_token
        rows += [(dict(login.headers), None), (people.cookie(server, token), None), ({}, {"token": f"Bearer {token}"})]
        rows += [({}, {"token": login.refresh_token}), ({}, {"access_token": token}), ({}, {"token": f"{token}x"})]
        told = {**claims_of(token), "exp": int(time.time()) - 1}
        rows.append(({}, {"token": jwt({"alg": "HS256", "typ": "JWT"}, told, people.key_of(server).encode())}))
        rows.append(({}, {"token": jwt({"alg": "none", "typ": "JWT"}, claims_of(token), b"").rpartition(".")[0] + "."}))
    return rows


def test_who_is_not_signed_in_is_refused_at_every_door(server: Server, combination: Combination) -> None:
    """With a 401, by both clients and whatever is shown instead."""
    for number, (headers, auth) in enumerate(strangers(server)):
        link = LINKS[number % len(LINKS)]
        if link.client == "javascript" and auth and auth.get("token") == "\ud800":
            link = PLAIN
        for namespace in doors(combination):
            with pytest.raises(RefusedError) as refused:
                link.open(server.url, namespace, headers=headers, auth=auth)
            check_refused(refused.value, 401, SIGN_IN_FIRST, namespace)


def test_one_login_opens_every_door(server: Server, combination: Combination, link: Link) -> None:
    """What else is said in the handshake does not matter."""
    login = people.newcomer(server, "Ada 👋")
    with come(server, login, *doors(combination), link=link, auth={"name": "Eve", "zz": [1]}) as peer:
        room = new_room()
        assert join(peer, room)["members"] == ["Ada 👋"]
        assert asked(peer, "symbols", namespace=LIVE)["symbols"]


def test_who_speaks_is_who_is_signed_in(server: Server, link: Link) -> None:
    """By the name of the account; the id of the author is kept with the message."""
    login = people.newcomer(server, "Zoë")
    room = new_room()
    with come(server, login, CHAT, link=link, auth={"name": "Eve"}) as peer, enter(server, "Listener") as other:
        join(peer, room)
        join(other, room)
        message = say(peer, room, "hello")
        assert message["author"] == "Zoë"
        assert other.wait_for("message") == message
    row = kept.rows(server, "messages", id=message["id"])[0]
    assert (row["author"], str(row["author_id"])) == ("Zoë", login.person.id)


def test_signing_out_ends_every_socket_of_the_login_at_once(server: Server, combination: Combination) -> None:
    """By whichever transport; other logins, also of the same person, stay."""
    login = people.newcomer(server)
    other = people.sign_in(server, login.person)
    with ExitStack() as stack:
        peers = [
            stack.enter_context(come(server, login, namespace, link=link))
            for link in LINKS
            for namespace in doors(combination)
        ]
        peers.append(stack.enter_context(come(server, login, *doors(combination))))
        staying = [stack.enter_context(come(server, other, LIVE)), stack.enter_context(enter(server, "Stays"))]
        end(server, login)
        for peer in peers:
            check_sent_away(peer)
        for namespace in doors(combination):
            with pytest.raises(RefusedError) as refused:
                come(server, login, namespace)
            check_refused(refused.value, 401, SIGN_IN_FIRST, namespace)
        asked(staying[0], "symbols")
        assert [peer.ended for peer in staying] == [[], []]


def test_who_has_signed_out_is_not_here_any_more(server: Server) -> None:
    """The others in the room are told."""
    login, room = people.newcomer(server, "Goes"), new_room()
    with enter(server, "Stays") as staying, come(server, login, CHAT) as going:
        join(staying, room)
        assert join(going, room)["members"] == ["Goes", "Stays"]
        staying.wait_for("presence", lambda told: len(told["members"]) == 2)
        staying.forget()
        end(server, login)
        staying.wait_for("presence", lambda told: told["members"] == ["Stays"], timeout=AT_ONCE)


@pytest.mark.needs(auth="session")
def test_a_new_login_ends_the_sockets_of_the_session_that_came_with_it(server: Server) -> None:
    """For that session has ended."""
    login = people.newcomer(server)
    with come(server, login, CHAT) as peer:
        body = ascii_json({"email": login.person.email, "password": login.person.password})
        assert exchange(server, "POST", "/auth/login", {**JSON, **login.headers}, body).status == 200
        check_sent_away(peer)


@pytest.mark.needs(auth="token")
def test_a_refresh_token_that_is_used_twice_ends_the_sockets_of_its_family(server: Server) -> None:
    """Whoever of the two it is that listens."""
    login = people.newcomer(server)
    with come(server, login, CHAT) as peer:
        for status in (200, 401):
            body = ascii_json({"refresh_token": login.refresh_token})
            assert exchange(server, "POST", "/auth/token/refresh", JSON, body).status == status
            if status == 200:
                time.sleep(0.3)
                assert peer.ended == []
        check_sent_away(peer)


@pytest.mark.needs(auth="token")
def test_a_socket_ends_when_its_token_expires(server: Server, link: Link) -> None:
    """Not before, and not long after."""
    login = people.newcomer(server)
    told = {**claims_of(login.access_token), "exp": int(time.time()) + 3}
    token = jwt({"alg": "HS256", "typ": "JWT"}, told, people.key_of(server).encode())
    with link.open(server.url, CHAT, auth={"token": token}) as peer, come(server, login, CHAT) as other:
        join(peer, new_room())
        check_sent_away(peer, 3 + AT_ONCE)
        assert time.time() >= told["exp"] - 0.1
        assert other.ended == []


@pytest.mark.needs(redis=True)
def test_signing_out_ends_the_sockets_at_every_process(processes: list[Server]) -> None:
    """At once, through whichever of them it was said."""
    for here, there in (processes, processes[::-1]):
        login, other = people.newcomer(here), people.newcomer(here)
        with (
            come(there, login, CHAT) as peer,
            come(here, login, LIVE, link=LINKS[2]) as near,
            come(there, other, CHAT) as staying,
        ):
            join(peer, new_room())
            end(here, login)
            for gone in (peer, near):
                check_sent_away(gone)
            join(staying, new_room())
            assert me(there, dict(login.headers)).status == 401


@pytest.mark.all("waiting for the next look at who is still signed in")
def test_a_login_that_was_taken_away_ends_its_sockets_within_half_a_minute(processes: list[Server]) -> None:
    """Also where nobody has said so: by another process without Redis, by hand, by time."""
    by_hand, elsewhere, stays = (people.newcomer(processes[0]) for _ in range(3))
    with (
        come(processes[0], by_hand, CHAT) as one,
        come(processes[0], elsewhere, LIVE) as two,
        come(processes[0], stays, CHAT) as three,
    ):
        begun = time.monotonic()
        take_away(processes[0], by_hand)
        end(processes[1], elsewhere)
        for peer in (one, two):
            check_sent_away(peer, LOOKS_EVERY + 2 * AT_ONCE)
        time.sleep(max(0.0, LOOKS_EVERY + AT_ONCE - (time.monotonic() - begun)))
        join(three, new_room())


@pytest.mark.needs(auth="session")
@pytest.mark.all("waiting for the next look at who is still signed in")
def test_a_session_that_has_ended_by_time_ends_its_sockets(server: Server) -> None:
    """An open socket is no use of a session."""
    login = people.newcomer(server)
    with come(server, login, CHAT) as peer:
        kept.Session(server, login).leave(timedelta(seconds=1))
        check_sent_away(peer, LOOKS_EVERY + 2 * AT_ONCE)


@pytest.mark.needs(redis=True, auth="session")
def test_while_redis_is_away_nobody_is_turned_away_for_good(deploy: Launch) -> None:
    """A 503 for those who come, and those who are there stay."""
    daemon = databases.server("redis", durable=True)
    try:
        with deploy(REDIS_URL=daemon.address(secrets.token_hex(8))) as server:
            login = people.newcomer(server)
            with come(server, login, LIVE) as peer:
                daemon.stop()
                with pytest.raises(RefusedError) as refused:
                    come(server, login, LIVE)
                check_refused(refused.value, 503, UNAVAILABLE, LIVE)
                with pytest.raises(RefusedError) as refused:
                    PLAIN.open(server.url, LIVE)
                check_refused(refused.value, 401, SIGN_IN_FIRST, LIVE)
                time.sleep(1)
                assert peer.ended == []
                daemon.start()
            server.stop()
            check_silent(server, login.person, login)
    finally:
        daemon.start()


@pytest.mark.all("waiting for looks at a store that is away")
def test_a_store_that_is_away_ends_nobodys_socket(deploy: Launch, combination: Combination) -> None:
    """Only who is known to be signed out is sent away."""
    in_redis = combination["auth"] == "session" and combination["redis"] is True
    if not in_redis and combination["database"] == "sqlite":
        pytest.skip("a file is not away")
    kind = "redis" if in_redis else str(combination["database"])
    daemon = databases.server(kind, durable=True)
    address = daemon.address(f"t{secrets.token_hex(8)}")
    try:
        with deploy(**{"REDIS_URL" if in_redis else "DATABASE_URL": address}) as server:
            login = people.newcomer(server)
            with come(server, login, LIVE) as peer:
                daemon.stop()
                time.sleep(LOOKS_EVERY + AT_ONCE)
                assert peer.ended == []
                daemon.start()
                time.sleep(LOOKS_EVERY + AT_ONCE)
                assert peer.ended == []
                take_away(server, login) if in_redis else end(server, login)
                check_sent_away(peer, LOOKS_EVERY + 2 * AT_ONCE)
            server.stop()
    finally:
        daemon.start()


def test_who_comes_and_goes_is_logged_without_what_was_shown(deploy: Launch, combination: Combination) -> None:
    """One line each, as without accounts; the end of a login is a reason like others."""
    with deploy() as server:
        login = people.newcomer(server, "Secret Name")
        with come(server, login, *doors(combination)) as peer:
            end(server, login)
            check_sent_away(peer)
        time.sleep(0.3)
        server.stop()
        began, ended = lines_about(server, "connected"), lines_about(server, "disconnected")
        assert len(began) == len(ended) == len(doors(combination)), server.told()
        for line in ended:
            assert set(line) - {"request_id"} == {"time", "level", "message", "namespace", "socket", "reason"}, line
        check_silent(server, login.person, login)


def test_announcements_are_for_those_who_are_signed_in(server: Server, combination: Combination) -> None:
    """They carry whole notes."""
    if combination["api"] == "none":
        pytest.skip("there are no notes")
    with pytest.raises(RefusedError) as refused:
        PLAIN.open(server.url, ANNOUNCEMENTS)
    check_refused(refused.value, 401, SIGN_IN_FIRST, ANNOUNCEMENTS)
    with come(server, people.known(server), ANNOUNCEMENTS) as peer:
        made = exchange(
            server, "POST", "/api/v1/notes", {**JSON, **people.known(server).headers}, b'{"title":"a"}'
        ).json()
        told = peer.wait_for("note:created", lambda note: note["id"] == made["id"])
        assert told["author_id"] == people.known(server).person.id
