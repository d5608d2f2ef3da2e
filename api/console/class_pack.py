"""A class pack: one HTML file with its sound, style and script in it, or an outline for slides."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources

from api.console.case_views import Stretch, pieces
from api.console.page import html_of
from api.console.wording import wording
from models.case import CaseKind, CaseTurn
from models.clock import CHINA_TIME, clock
from models.reason import Language
from pipeline.cases.class_pack import PackedCase


@dataclass(frozen=True, slots=True)
class ShownTurn:
    turn: CaseTurn
    plain: tuple[Stretch, ...]
    marked: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class ShownCase:
    """`sound` is a data: URI."""

    packed: PackedCase
    sound: str
    turns: tuple[ShownTurn, ...]


@dataclass(frozen=True, slots=True)
class PackPage:
    title: str
    made_at: datetime
    made_by: str
    cases: tuple[ShownCase, ...]
    style: str
    script: str


def pack_html(
    packed: Sequence[PackedCase], sounds: Sequence[bytes], language: Language, *, title: str, by: str, now: datetime
) -> str:
    """A page that needs nothing but a browser. `sounds` are the cases' MP3s."""
    shown = tuple(
        ShownCase(
            one,
            "data:audio/mpeg;base64," + base64.b64encode(sound).decode(),
            tuple(ShownTurn(turn, pieces(turn, marked=False), pieces(turn)) for turn in one.case.turns),
        )
        for one, sound in zip(packed, sounds, strict=True)
    )
    page = PackPage(title, now.astimezone(CHINA_TIME), by, shown, _own("class_pack.css"), _own("class_pack.js"))
    asked = {kind: questions(kind, language) for kind in CaseKind}
    return html_of("class_pack.html", language, page=page, questions=asked)


def pack_outline(packed: Sequence[PackedCase], language: Language, *, title: str, by: str, now: datetime) -> str:
    """Markdown with a slide for each case, `---` between them, as Marp, pandoc and most others read it."""
    t = wording(language)
    day = now.astimezone(CHINA_TIME).date().isoformat()
    slides = [f"# {_line(title)}\n\n{_line(t('case_pack_made', by=by, day=day, n=len(packed)))}\n"]
    for number, one in enumerate(packed, 1):
        line = one.case.line
        agent = t("case_agent_letter", letter=one.letter) if one.letter else t("unknown")
        facts = [t(f"case_kind_{line.kind}"), line.call_type or t("unknown"), agent, clock(line.seconds)]
        slides.append(f"## {number}. {_line(line.title)}\n\n{_line(' · '.join(facts))}\n\n{t('case_pack_hear')}\n")
        slides.append(f"## {number}. {t('case_pack_discuss')}\n\n{_list(questions(line.kind, language))}\n")
        about = [t("case_items_are", items="、".join(name for _, name in line.items))] if line.items else []
        said = [paragraph for paragraph in one.case.teaching.splitlines() if paragraph.strip()]
        slides.append(f"## {number}. {t('case_teaching')}\n\n{_list([*said, *about])}\n")
    return "\n---\n\n".join(slides)


def questions(kind: str, language: Language) -> list[str]:
    """What a class may talk over before it hears what was thought of the call."""
    t = wording(language)
    return [t("case_ask_1"), t(f"case_ask_2_{kind}"), t("case_ask_3")]


def _list(lines: Sequence[str]) -> str:
    return "\n".join(f"- {_line(line)}" for line in lines)


def _line(text: str) -> str:
    """Text as Markdown shows it letter for letter."""
    plain = " ".join(text.split())
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|~" else sign for sign in plain)


def _own(name: str) -> str:
    return resources.files("api").joinpath("console", "templates", name).read_text("utf8")
