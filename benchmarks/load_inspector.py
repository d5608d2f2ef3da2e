"""An inspector as locust plays fifty of them at once for benchmarks/load.py, which says where and for how long.

Most hear a call to the end. Some close the browser half-way and never come back, some hang up while they hand in, some
press twice, some save from a window that is behind, some hand in a second time with other words. All they did and were
answered is written down for benchmarks/load.py to compare with the database.
"""

import json
import os
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4

import gevent
from locust import HttpUser, between, events, task
from locust.env import Environment
from locust.exception import StopUser

PLAN: dict[str, Any] = json.loads(Path(os.environ["CALLQA_LOAD"]).read_text())
LEASE: float = PLAN["lease"]
LEAVES, HANGS_UP, PRESSES_TWICE, IS_BEHIND, CHANGES_ITS_MIND = 0.02, 0.03, 0.1, 0.1, 0.1
SOUND_BYTES = 65536
NO_ANSWER, REFUSED = 0, 409

free = list(PLAN["inspectors"])
working: set[int] = set()
statuses: Counter[str] = Counter()
signs: list[tuple[int, int, float, float]] = []
"""Assignment, user, when it was asked, when it was answered that it is theirs."""
submits: list[dict[str, Any]] = []
broken: list[str] = []
"""What went wrong in here."""


class Refused(Exception):
    """The lease ran out and somebody else has the call, or it went wrong: on to the next one."""


class Inspector(HttpUser):
    wait_time = between(0, 2 * PLAN["think"])

    def on_start(self) -> None:
        self.user_id, key = free.pop()
        self.client.headers.update({"Cookie": f"callqa_session={key}", "Sec-Fetch-Site": "same-origin"})
        self.idle_since: float | None = None
        self.left: set[int] = set()
        working.add(self.user_id)

    def on_stop(self) -> None:
        working.discard(self.user_id)
        if not working:
            gevent.spawn(self.environment.runner.quit)

    @task
    def hear(self) -> None:
        try:
            self.hear_next()
        except Refused:
            return

    def hear_next(self) -> None:
        asked = time.monotonic()
        taken = self.ask("next", "POST", "/v1/desk/next", {200, 204})
        if taken.status_code != 200:
            self.look_again_later(asked)
            return
        self.idle_since = None
        self.assignment, call = taken.json()["assignment_id"], taken.json()["call_id"]
        self.seen(asked)
        self.ask("page", "GET", f"/review/{self.assignment}", {200}, may_be_lost=True)
        sound = {"Range": f"bytes=0-{SOUND_BYTES - 1}"}
        self.ask("sound", "GET", f"/v1/calls/{call}/audio", {206}, headers=sound)
        self.hand_in(self.fill_in())

    def look_again_later(self, asked: float) -> None:
        """Until longer than any lease there has been nothing: then all is judged that this person may hear."""
        self.idle_since = self.idle_since or asked
        if asked - self.idle_since > 2 * LEASE:
            raise StopUser
        gevent.sleep(LEASE / 4)

    def fill_in(self) -> dict[str, Any]:
        """The whole form, saved three times on the way."""
        draft = self.ask("form", "GET", f"{self.own}/draft", {200}, may_be_lost=True).json()
        form, revision = draft["judgement"], draft["revision"]
        form["comment"] = uuid4().hex
        items = form["items"]
        for part in (1, 2, 3):
            for item in items[: len(items) * part // 3]:
                item["state"] = "judged"
            self.wait()
            revision = self.save(form, revision)
            if chance(LEAVES):
                raise StopUser
        if chance(IS_BEHIND):
            behind = {"If-Match": f'"{revision - 1}"'}
            self.ask("save behind", "PUT", f"{self.own}/draft", {412}, may_be_lost=True, json=form, headers=behind)
        self.sign("hold", "POST", f"{self.own}/hold")
        return form

    def save(self, form: dict[str, Any], revision: int) -> int:
        given = {"json": form, "headers": {"If-Match": f'"{revision}"'}}
        return int(self.sign("save", "PUT", f"{self.own}/draft", **given).json()["revision"])

    def hand_in(self, form: dict[str, Any]) -> None:
        if chance(HANGS_UP):
            self.left.add(self.assignment)  # it may come back, and then be handed in after all
            self.submit(form, expected={200, NO_ANSWER}, timeout=(5, random.uniform(0.001, 0.05)))
            return
        if chance(PRESSES_TWICE):
            both = [gevent.spawn(self.submit, form, expected={200}) for _ in range(2)]
            gevent.joinall(both)
            return
        self.submit(form, expected={200})
        if chance(CHANGES_ITS_MIND):
            self.submit({**form, "comment": uuid4().hex}, expected={409})

    def submit(self, form: dict[str, Any], *, expected: set[int], **how: Any) -> None:
        """What was sent is noted before, what was answered after: who is stopped in between had gone."""
        told = {"assignment": self.assignment, "user": self.user_id, "form": json.loads(json.dumps(form))}
        submits.append(told)
        try:
            answer = self.ask("submit", "POST", f"{self.own}/submit", expected, may_be_lost=True, json=form, **how)
        except Refused:
            told["status"] = REFUSED
        else:
            told["status"] = answer.status_code

    @property
    def own(self) -> str:
        return f"/v1/assignments/{self.assignment}"

    def may_have_lost(self) -> bool:
        return time.monotonic() - self.last_sign > LEASE or self.assignment in self.left

    def sign(self, step: str, method: str, path: str, **how: Any) -> Any:
        """Ask something that renews the lease."""
        asked = time.monotonic()
        answer = self.ask(step, method, path, {200}, may_be_lost=True, **how)
        self.seen(asked)
        return answer

    def seen(self, asked: float) -> None:
        self.last_sign = asked
        signs.append((self.assignment, self.user_id, asked, time.monotonic()))

    def ask(
        self, step: str, method: str, path: str, expected: set[int], *, may_be_lost: bool = False, **how: Any
    ) -> Any:
        """Anything but an expected status is a failure, which ends this call."""
        with self.client.request(method, path, name=step, catch_response=True, **how) as answer:
            status = answer.status_code
            statuses[f"{step} {status}"] += 1
            lost = may_be_lost and status == 409 and self.may_have_lost()
            if status in expected or lost:
                answer.success()
            else:
                answer.failure(f"{status} {answer.text[:300]}")
        if status not in expected:
            raise Refused
        return answer


def chance(share: float) -> bool:
    return random.random() < share


@events.user_error.add_listener
def note(exception: Exception, **_: Any) -> None:
    broken.append(repr(exception))


@events.quitting.add_listener
def tell(environment: Environment, **_: Any) -> None:
    total = environment.stats.total
    steps = {
        name: {
            "count": entry.num_requests,
            "failed": entry.num_failures,
            "p50": entry.get_response_time_percentile(0.5),
            "p95": entry.get_response_time_percentile(0.95),
        }
        for (name, _), entry in environment.stats.entries.items()
    }
    told = {
        "steps": steps,
        "per_second": total.total_rps,
        "failures": [
            *(f"{one.name}: {one.error} ({one.occurrences}×)" for one in environment.stats.errors.values()),
            *broken,
        ],
        "statuses": statuses,
        "signs": signs,
        "submits": submits,
    }
    Path(PLAN["told"]).write_text(json.dumps(told))
