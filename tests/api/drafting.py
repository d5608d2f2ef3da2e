"""A small pack and scorecard that belong together, as a QA lead would write them."""

PACK = """\
# 热线规则
pack: hotline
version: 1
title: 热线规则
rules:
  - id: shirking
    name: 推诿
    why: 把客户推给别人，投诉就升级了。
    when:
      phrase: [不归我们管, 跟我们没关系]
      role: agent
    effect: violation
    fires:
      - "agent: 这个不归我们管，你找售后。"
    silent:
      - "customer: 你们说不归你们管。"
  - id: no-greeting
    name: 开头没有问候
    why: 第一句话决定印象。
    when:
      phrase: [您好, 你好]
      need: none
      role: agent
      seconds: {first: 15}
    effect: violation
    fires:
      - "agent: 喂？"
    silent:
      - "agent: 您好，请讲。"
"""

CARD = """\
scorecard: hotline
version: 1
title: 热线评分表
sections:
  - id: manner
    name: 服务态度
    items:
      - id: no-shirking
        name: 不推诿
        points: 60
        rules:
          - {rule: shirking, deduct: 60}
      - id: opening
        name: 开头语
        points: 40
        rules:
          - {rule: no-greeting, deduct: 40}
"""

NEW_RULE = {
    "kind": "forbidden",
    "id": "promise-refund",
    "name": "承诺退款",
    "why": "座席无权承诺退款。",
    "phrases": ["保证给您退款"],
    "fires": "客户：能退吗？\n座席：保证给您退款。",
    "silent": "座席：我给您登记退款申请。",
}
"""The form of a rule."""

LEAD = "管理员"
"""Who is signed in as `client`, and so writes drafts."""
