"""Who asks, as the gate in front of every route has found out (api/access.py)."""

from typing import Annotated

from fastapi import Depends, Request

from models.person import Viewer


def current_viewer(request: Request) -> Viewer:
    viewer: Viewer = request.state.viewer
    return viewer


CurrentViewer = Annotated[Viewer, Depends(current_viewer)]
