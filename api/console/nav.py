"""What the bar on top leads to: what the viewer may open, in groups where that is much."""

from dataclasses import dataclass

from models.person import Right, Viewer

FLAT = 7
"""So many links stand side by side at 1280 pixels; more are put away in menus."""


@dataclass(frozen=True, slots=True)
class Link:
    """`name` says its words (`nav_<name>`); `below` are other addresses that belong to it."""

    name: str
    address: str
    right: Right
    below: tuple[str, ...] = ()

    def is_here(self, path: str) -> bool:
        if path == self.address:
            return True
        places = self.below if self.address == "/" else (self.address, *self.below)
        return any(path == place or path.startswith(place + "/") for place in places)


@dataclass(frozen=True, slots=True)
class Group:
    """A group of one link is shown as that link; `name` says the words of a menu (`nav_<name>`)."""

    name: str
    links: tuple[Link, ...]

    def is_here(self, path: str) -> bool:
        return any(link.is_here(path) for link in self.links)


GROUPS = (
    Group("home", (Link("home", "/home", Right.OVERSEE),)),
    Group("desk", (Link("desk", "/desk", Right.REVIEW, ("/review",)),)),
    Group("mine", (Link("mine", "/mine", Right.OWN_RESULTS),)),
    Group("team", (Link("team", "/team", Right.TEAM_RESULTS),)),
    Group("my_training", (Link("my_training", "/my-training", Right.LEARN),)),
    Group("my_actions", (Link("my_actions", "/my-actions", Right.LEARN),)),
    Group(
        "recordings",
        (
            Link("calls", "/", Right.READ_CALLS, ("/calls", "/rescore")),
            Link("queue", "/queue", Right.READ_CALLS),
            Link("quarantine", "/quarantine", Right.READ_CALLS),
        ),
    ),
    Group(
        "work",
        (
            Link("assignments", "/assignments", Right.ASSIGN),
            Link("sampling", "/sampling", Right.SAMPLE),
            Link("estimates", "/estimates", Right.SAMPLE),
        ),
    ),
    Group(
        "results",
        (
            Link("publishing", "/publishing", Right.PUBLISH),
            Link("appeals", "/appeals", Right.JUDGE_APPEALS),
            Link("feedback", "/feedback", Right.FEEDBACK),
        ),
    ),
    Group("reports", (Link("reports", "/reports", Right.REPORTS), Link("assessments", "/assessments", Right.ASSESS))),
    Group(
        "improving",
        (
            Link("cases", "/cases", Right.READ_CASES),
            Link("training", "/training", Right.TRAIN, ("/courses", "/exams")),
            Link("effects", "/effects", Right.CORRECT),
            Link("actions", "/actions", Right.CORRECT),
            Link("ledger", "/ledger", Right.TEAM_RESULTS, ("/ladder",)),
            Link("meetings", "/meetings", Right.CORRECT),
        ),
    ),
    Group(
        "calibration",
        (
            Link("calibrations", "/calibrations", Right.REVIEW),
            Link("agreement", "/agreement", Right.CALIBRATE),
            Link("standard_changes", "/standard-changes", Right.CALIBRATE),
        ),
    ),
    Group("learning", (Link("classifier", "/classifier", Right.TEACH), Link("levels", "/levels", Right.TEACH))),
    Group("rules", (Link("rules", "/rules", Right.READ_RULES),)),
    Group(
        "manage",
        (
            Link("users", "/users", Right.ADMINISTER),
            Link("agents", "/agents", Right.ADMINISTER),
            Link("tokens", "/tokens", Right.ADMINISTER),
            Link("webhooks", "/webhooks", Right.ADMINISTER),
            Link("audit", "/audit", Right.AUDIT),
        ),
    ),
)


def nav(viewer: Viewer | None) -> tuple[Group, ...]:
    """The groups with the links this viewer may follow; nothing for who has not signed in."""
    if viewer is None:
        return ()
    groups = (Group(group.name, tuple(link for link in group.links if viewer.may(link.right))) for group in GROUPS)
    seen = tuple(group for group in groups if group.links)
    if sum(len(group.links) for group in seen) > FLAT:
        return seen
    return tuple(Group(link.name, (link,)) for group in seen for link in group.links)
