from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from models.errors import Conflict, NotFound
from models.person import RIGHTS, UserRole, Viewer
from pipeline import webhooks
from storage.database import sessions
from storage.webhooks import announce

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
ADMIN = Viewer(None, "管理员", UserRole.ADMIN, RIGHTS[UserRole.ADMIN])


@pytest.fixture
def listening(session: Session) -> int:
    made, _ = webhooks.add_webhook(session, ADMIN, "http://127.0.0.1:9/told", ["score.published"], NOW)
    return made.id


def states(session: Session, webhook_id: int) -> list[tuple[str, str, int]]:
    found = webhooks.list_deliveries(session, webhook_id, before=None, limit=10)
    return [(one.event, one.state, one.attempts) for one in found]


def test_only_what_was_asked_for_is_told(session: Session, listening: int) -> None:
    announce(session, "score.published", {"call": 7}, NOW)
    announce(session, "call.flagged", {"call": 8}, NOW)
    assert states(session, listening) == [("score.published", "waiting", 0)]


def test_nothing_is_told_that_did_not_happen(engine: Engine) -> None:
    make = sessions(engine)
    with make.begin() as session:
        hook, _ = webhooks.add_webhook(session, ADMIN, "http://127.0.0.1:9/", ["score.published"], NOW)
    with make() as session:
        announce(session, "score.published", {}, NOW)
        session.rollback()
    with make() as session:
        assert states(session, hook.id) == []


def test_a_misspelt_event_is_our_mistake(session: Session) -> None:
    with pytest.raises(ValueError, match=r"score\.publishd"):
        announce(session, "score.publishd", {}, NOW)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/",
        "http://",
        "javascript:alert(1)",
        "http://me:secret@a.example/",
        "http://a.example/ b",
        "http://[::1",
    ],
)
def test_only_addresses_one_can_post_to(session: Session, url: str) -> None:
    with pytest.raises(Conflict) as refused:
        webhooks.add_webhook(session, ADMIN, url, ["score.published"], NOW)
    assert refused.value.reason.code == "pipeline.bad_webhook_address"


def test_what_fails_is_tried_again_later_and_later_until_it_is_given_up(session: Session, listening: int) -> None:
    announce(session, "score.published", {"call": 7}, NOW)
    now, waits = NOW, []
    while parcels := webhooks.take_due(session, now, 5):
        webhooks.settle(session, parcels[0].id, now, status=503, problem="Service Unavailable")
        (delivery,) = webhooks.list_deliveries(session, listening, before=None, limit=5)
        if delivery.next_at is None:
            break
        waits.append(delivery.next_at - now)
        now = delivery.next_at
    assert waits == webhooks.WAITS
    assert (delivery.state, delivery.status, delivery.problem) == ("given_up", 503, "Service Unavailable")
    webhooks.try_again(session, listening, delivery.id, now)
    assert [one.attempts for one in webhooks.take_due(session, now, 5)] == [1]


def test_what_arrived_is_not_sent_again(session: Session, listening: int) -> None:
    announce(session, "score.published", {}, NOW)
    (parcel,) = webhooks.take_due(session, NOW, 5)
    webhooks.settle(session, parcel.id, NOW, status=204, problem=None)
    assert states(session, listening) == [("score.published", "delivered", 1)]
    assert not webhooks.is_anything_due(session, NOW + timedelta(days=3))
    with pytest.raises(Conflict):
        webhooks.try_again(session, listening, parcel.id, NOW)


def test_a_sender_that_dies_leaves_its_deliveries_to_the_next(session: Session, listening: int) -> None:
    announce(session, "score.published", {}, NOW)
    assert len(webhooks.take_due(session, NOW, 5)) == 1
    assert webhooks.take_due(session, NOW + timedelta(seconds=59), 5) == []
    assert len(webhooks.take_due(session, NOW + timedelta(seconds=60), 5)) == 1


def test_two_senders_never_take_the_same(engine: Engine) -> None:
    make = sessions(engine)
    with make.begin() as session:
        webhooks.add_webhook(session, ADMIN, "http://127.0.0.1:9/", ["score.published"], NOW)
        for call in range(12):
            announce(session, "score.published", {"call": call}, NOW)

    def take(_: int) -> list[int]:
        with make.begin() as session:
            return [one.id for one in webhooks.take_due(session, NOW, 4)]

    with ThreadPoolExecutor(4) as pool:
        taken = [one for some in pool.map(take, range(4)) for one in some]
    assert taken
    assert len(taken) == len(set(taken))


def test_switched_off_it_waits_and_removed_it_is_gone(session: Session, listening: int) -> None:
    webhooks.switch_webhook(session, ADMIN, listening, NOW, active=False)
    announce(session, "score.published", {}, NOW)
    assert states(session, listening) == []
    webhooks.switch_webhook(session, ADMIN, listening, NOW, active=True)
    announce(session, "score.published", {}, NOW)
    webhooks.remove_webhook(session, ADMIN, listening, NOW)
    session.flush()
    assert webhooks.list_webhooks(session) == ()
    with pytest.raises(NotFound):
        webhooks.list_deliveries(session, listening, before=None, limit=5)


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The worked example of the specification's reference libraries."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    signed = webhooks.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
