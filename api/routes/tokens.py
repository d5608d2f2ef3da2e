"""Tokens for machines: made, listed, revoked. A token's text is told once."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.database import ReadSession, WriteSession
from api.problems import declared
from api.viewer import CurrentViewer
from models.clock import CHINA_TIME
from models.person import Right
from pipeline.people import tokens

router = APIRouter(prefix="/v1/tokens", tags=["tokens"], responses=declared(401, 403, 422, 503))

TokenId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the token.")]


class NewToken(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=60, description="Which system uses it.")
    scopes: list[Right] = Field(max_length=len(Right), description="What it may do; only rights of `tokens.scopes`.")
    expires_at: datetime | None = Field(None, description="A time without a zone is China's; null never expires.")

    @field_validator("expires_at")
    @classmethod
    def _in_china(cls, value: datetime | None) -> datetime | None:
        return value.replace(tzinfo=CHINA_TIME) if value is not None and value.tzinfo is None else value


class TokenAnswer(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    start: str = Field(description="Its first characters, to know it by.")
    name: str
    scopes: list[Right]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None = Field(description="When it was last used, to the minute.")
    revoked_at: datetime | None


class NewTokenAnswer(TokenAnswer):
    token: str = Field(description="Send it as `Authorization: Bearer …`. Told only now.")


@router.get("")
def list_tokens(session: ReadSession) -> list[TokenAnswer]:
    """All tokens, the newest first, without their texts."""
    return [TokenAnswer.model_validate(token) for token in tokens.list_tokens(session)]


@router.post("", status_code=201)
def create(session: WriteSession, viewer: CurrentViewer, response: Response, asked: NewToken) -> NewTokenAnswer:
    """Make a token."""
    now = datetime.now(UTC)
    token, text = tokens.make_token(
        session, viewer, name=asked.name, scopes=asked.scopes, now=now, expires_at=asked.expires_at
    )
    response.headers["Cache-Control"] = "private, no-store"
    return NewTokenAnswer(**TokenAnswer.model_validate(token).model_dump(), token=text)


@router.post("/{token_id}/revoke", responses=declared(404, 409))
def revoke(session: WriteSession, viewer: CurrentViewer, token_id: TokenId) -> TokenAnswer:
    """Refuse the token from now on."""
    return TokenAnswer.model_validate(tokens.revoke_token(session, viewer, token_id, datetime.now(UTC)))
