"""What tests about versions share: texts of packs and scorecards, and what it means to be refused."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from models.errors import CallqaError
from pipeline.rulebook.definitions import Version

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)

Publish = Callable[..., Version]

PACK = """\
# 客户服务规则，质检组维护
pack: {name}
version: {version}   # 只增不减
title: {title}

rules:
{rules}"""

RULE = """\
  - id: {id}
    name: {name}
    why: 客户会投诉
    when: {{phrase: [{phrase}], role: agent}}
    effect: violation
    fires:
      - "agent: 这个{phrase}。"
    silent:
      - "customer: {phrase}。"
"""

CARD = """\
scorecard: {name}
version: {version}
title: {title}
sections:
  - id: manner
    name: 服务态度
    items:
{items}"""

ITEM = """\
      - id: {id}-item
        name: 不说“{id}”
        points: 10
        rules:
          - {{rule: {id}, deduct: {deduct}}}
"""

SHIRKING = {"id": "desk-shirking", "name": "推诿", "phrase": "不归我们管"}
IMPATIENT = {"id": "desk-impatient", "name": "不耐烦", "phrase": "你听不懂吗"}
CASUAL = {"id": "desk-casual", "name": "随意应答", "phrase": "应该大概可能吧"}


def pack_text(*rules: dict[str, str], name: str = "desk", version: int = 1, title: str = "柜台规则") -> str:
    listed = "".join(RULE.format(**rule) for rule in rules)
    return PACK.format(name=name, version=version, title=title, rules=listed)


def card_text(*rules: str, name: str = "desk", version: int = 1, title: str = "柜台评分表", deduct: int = 4) -> str:
    items = "".join(ITEM.format(id=rule, deduct=deduct) for rule in rules)
    return CARD.format(name=name, version=version, title=title, items=items)


def refused(kind: type[CallqaError], act: Callable[[], object]) -> CallqaError:
    with pytest.raises(kind) as refusal:
        act()
    error = refusal.value
    for language in ("zh", "en"):
        assert error.say(language)
        assert all(detail.say(language) for detail in error.details)
    return error
