"""Drawings as pages show them: in the page's colours, with links, without anything our policy refuses."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from shutil import which

import pytest

from api.charts.dots import Dot, dots
from api.charts.grades import Part, Whole, grades
from api.charts.histogram import Bin, histogram
from api.charts.labels import shortened, width, wrapped
from api.charts.multiples import Panel, multiples
from api.charts.pareto import Bar, pareto
from api.charts.trend import Line, Point, trend

SVG = "{http://www.w3.org/2000/svg}"


def point(number: int, value: float | None = 80.0) -> Point:
    reach = (None, None) if value is None else (value - 2, value + 2)
    return Point(f"11-{number:02}", value, *reach, f"/reports/calls?from={number}&what=all", f"{number} 日 {value}")


BARS = [
    Bar("标准开场白", 40, 0.5, "/reports/calls?what=error:a:b&by=machine", "标准开场白：40 通"),
    Bar("不推诿 <b>", 40, 1.0, '/reports/calls?what="><script>', "不推诿", "red"),
]
DRAWINGS: dict[str, Callable[[], str]] = {
    "pareto": lambda: pareto(BARS, "差错项", "共 2 项", calls="通话", cumulative="累计占比"),
    "trend": lambda: trend([Line([point(1), point(2), point(3, None), point(4)], "blue")], "趋势", "d"),
    "grades": lambda: grades(
        [Whole("服务一组", [Part(3, "green", "/a", "优秀 3 通"), Part(1, "red", "/b", "1")])], "等级", "d"
    ),
    "histogram": lambda: histogram([Bin("0", 9, "/c", "9 通"), Bin("5", 1, "/d", "1 通")], "静音", "d", unit="秒"),
    "dots": lambda: dots(
        [Dot("一组", 82, 80, 84, "/e", "82"), Dot("二组", None, None, None, "/f", "", lack="样本不足")], "组", "d"
    ),
    "multiples": lambda: multiples([Panel("一组", [point(1), point(2)]), Panel("二组", [point(1, None)])], "各组", "d"),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_one_named_element_without_styles_scripts_or_fixed_colours(name: str) -> None:
    svg = DRAWINGS[name]()
    root = ET.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert root.get("aria-label")
    assert root.get("viewBox")
    assert "style" not in svg
    assert "script" not in {one.tag.removeprefix(SVG) for one in root.iter()}
    assert not re.search(r"#[0-9a-f]{3,6}\b|rgb\(|\"(white|black)\"", svg)
    assert "here.invalid" not in svg
    assert "vega" not in svg.lower()


@pytest.mark.parametrize("name", DRAWINGS)
def test_marks_are_links_of_ours_that_say_what_they_are(name: str) -> None:
    links = list(ET.fromstring(DRAWINGS[name]()).iter(f"{SVG}a"))
    assert links
    assert all(str(link.get("href")).startswith("/") for link in links)
    assert all(link.get("aria-label") for link in links)


def test_addresses_and_names_come_out_as_they_went_in() -> None:
    links = list(ET.fromstring(DRAWINGS["pareto"]()).iter(f"{SVG}a"))
    assert {link.get("href") for link in links} == {bar.href for bar in BARS}
    assert "不推诿 <b>" in {text.text for text in ET.fromstring(DRAWINGS["pareto"]()).iter(f"{SVG}text")}


def test_a_gap_is_not_drawn_across() -> None:
    lines = [
        one
        for one in ET.fromstring(DRAWINGS["trend"]()).iter(f"{SVG}path")
        if one.get("fill") is None and one.get("stroke")
    ]
    ends = [re.findall(r"[\d.]+,[\d.]+", str(line.get("d"))) for line in lines]
    assert max(map(len, ends)) == 2  # the first two days; the fourth stands alone


def test_what_is_not_known_says_so_and_has_no_dot() -> None:
    root = ET.fromstring(DRAWINGS["dots"]())
    assert "样本不足" in {text.text for text in root.iter(f"{SVG}text")}
    assert len(list(root.iter(f"{SVG}a"))) == 1


ALONE = "from api.charts.grades import *; print(grades([Whole('三组', [Part(1, 'blue', '/', '1')])], 't', 'd'))"


@pytest.mark.skipif(not which("unshare"), reason="no way to take the network away")
def test_drawing_asks_nobody_on_the_network() -> None:
    alone = ("unshare", "--map-root-user", "--net")
    if subprocess.run([*alone, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let go of its network")
    done = subprocess.run([*alone, sys.executable, "-c", ALONE], check=True, capture_output=True, text=True, timeout=60)
    assert "三组" in done.stdout


def test_the_same_chart_is_drawn_once() -> None:
    again = pareto(BARS, "差错项", "共 2 项", calls="通话", cumulative="累计占比")
    assert again is DRAWINGS["pareto"]()


def test_names_are_fitted_by_the_width_of_chinese() -> None:
    assert width("服务一组") == 4
    assert width("abcd") < 2.5
    assert shortened("催收班组超长名称", 5) == "催收班组…"
    assert wrapped("专业术语解释清楚准确", 6) == ["专业术语解释", "清楚准确"]
    assert wrapped("Hold and transfer phrase", 7) == ["Hold and", "transfer ph…"]
    assert wrapped("", 5) == []
