"""A drawing made fit for our pages: inline, without styles, named for those who cannot see it, its links our own."""

import xml.etree.ElementTree as ET

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
OURS = "https://here.invalid"
"""Put before our own addresses while Vega has them, since it takes `/path` for a place of its own."""

NEEDLESS = ("role", "aria-roledescription", "aria-hidden", "font-family", "font-size", "pointer-events", "class")
"""Of Vega's: words about marks in English, and what the pages' styles say."""


def inlined(svg: str, title: str, description: str) -> str:
    """What Vega drew as an element of a page.

    Marks that lead somewhere are links with their words as name and hover text; other marks keep the hover text. The
    drawing scales with the room it is given.
    """
    root = ET.fromstring(svg)  # noqa: S314 - our own drawing
    _free(root)
    size = root.get("viewBox", "")
    root.attrib.clear()
    root.attrib.update({"viewBox": size, "class": "drawing", "role": "group", "aria-label": title})
    words = ET.Element(f"{{{SVG}}}desc")
    words.text = description
    root.insert(0, words)
    ET.register_namespace("", SVG)
    return ET.tostring(root, encoding="unicode")


def _free(element: ET.Element) -> None:
    for child in list(element):
        if _is_empty(child):
            element.remove(child)
            continue
        _free(child)
    name = element.attrib.pop("aria-label", None)
    for needless in NEEDLESS:
        if needless != "font-size" or element.get("font-size") == "12px":
            element.attrib.pop(needless, None)
    address = element.attrib.pop(f"{{{XLINK}}}href", None)
    if address is not None:
        element.set("href", address.removeprefix(OURS))
        words = next((one.text for one in element.iter(f"{{{SVG}}}title")), None)
        if words:
            element.set("aria-label", words)
    elif name and not len(element) and element.tag == f"{{{SVG}}}path":
        ET.SubElement(element, f"{{{SVG}}}title").text = name


def _is_empty(element: ET.Element) -> bool:
    """Grounds without a colour, and fronts without a shape."""
    if element.tag == f"{{{SVG}}}rect":
        return True  # the paper behind everything; marks are paths
    is_ground = element.get("class") in {"background", "foreground"}
    return is_ground and element.get("stroke") is None and element.get("fill") is None
