"""Accounts, for administrators; passwords that are made up here are told once."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.database import ReadSession, WriteSession
from api.problems import declared
from api.revision import ExpectedRevision, tag
from api.viewer import CurrentViewer
from models.person import UserRole
from models.reason import Language
from pipeline.people import accounts
from pipeline.people.accounts import Profile
from pipeline.people.passwords import chosen, invented
from storage.people.accounts import UserFilter

router = APIRouter(prefix="/v1/users", tags=["users"], responses=declared(401, 403, 422, 503))

UserId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the account.")]
Name = Annotated[str, Field(max_length=60)]
SECRET = {"Cache-Control": "private, no-store"}


class UsersQuery(BaseModel):
    """A misspelt name is refused; a field left empty asks nothing."""

    model_config = ConfigDict(extra="forbid")

    text: str | None = Field(None, max_length=100, description="Part of a login, a name or an agent id.")
    role: UserRole | None = None
    team: str | None = Field(None, max_length=100)
    active: bool | None = None
    cursor: str | None = Field(None, max_length=100, description="`next` of the page before.")
    limit: int = Field(100, ge=1, le=200)
    lang: Language | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _empty_asks_nothing(cls, value: Any) -> Any:
        return None if value == "" else value

    def as_filter(self) -> UserFilter:
        return UserFilter(self.text, self.role, self.team, self.active)


class UserAnswer(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    login: str
    name: str
    role: UserRole
    team: str | None
    agent_id: str | None
    active: bool
    has_password: bool
    must_change: bool = Field(description="Signs in only to choose another password.")
    revision: int = Field(description="Give it as `If-Match` when you change the account.")
    created_at: datetime
    updated_at: datetime


class UsersAnswer(BaseModel):
    users: list[UserAnswer]
    next: str | None = Field(description="Give it as `cursor` for the next page; null on the last.")


class PasswordAnswer(BaseModel):
    password: str | None = Field(description="Told only now: to be changed at the first sign-in.")


class NewUserAnswer(UserAnswer, PasswordAnswer):
    """`password` is null where you chose it yourself."""


class UserBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name
    role: UserRole
    team: Name | None = None
    agent_id: Name | None = None
    active: bool = True

    def as_profile(self) -> Profile:
        return Profile(self.name, self.role, self.team, self.agent_id, self.active)


class NewUser(UserBody):
    """Without a password one is made up and told in the answer."""

    login: Annotated[str, Field(max_length=60)]
    password: Annotated[str, Field(max_length=200)] | None = None


class NewPassword(BaseModel):
    model_config = ConfigDict(extra="forbid")

    password: Annotated[str, Field(max_length=200)] | None = Field(None, description="Else one is made up.")


@router.get("")
def list_users(session: ReadSession, asked: Annotated[UsersQuery, Query()]) -> UsersAnswer:
    """Accounts by login."""
    page = accounts.list_users(session, asked.as_filter(), after=asked.cursor, limit=asked.limit)
    return UsersAnswer(users=[UserAnswer.model_validate(user) for user in page.users], next=page.next)


@router.post("", status_code=201, responses=declared(409))
def create(request: Request, response: Response, viewer: CurrentViewer, asked: NewUser) -> NewUserAnswer:
    """Make an account."""
    secret, told = _secret(asked.password, asked.login)
    with request.app.state.writing.begin() as session:  # not before: passwords are slow to hash
        now = datetime.now(UTC)
        user = accounts.create_user(session, viewer, asked.login, asked.as_profile(), now, secret=secret)
    response.headers.update(SECRET)
    return NewUserAnswer(**UserAnswer.model_validate(user).model_dump(), password=told)


@router.get("/{user_id}", responses=declared(404))
def read(session: ReadSession, response: Response, user_id: UserId) -> UserAnswer:
    """One account; its `ETag` is the revision."""
    user = accounts.read_user(session, user_id)
    tag(response, user.revision)
    return UserAnswer.model_validate(user)


@router.put("/{user_id}", responses=declared(404, 409, 412))
def edit(
    session: WriteSession,
    viewer: CurrentViewer,
    response: Response,
    *,
    user_id: UserId,
    revision: ExpectedRevision,
    asked: UserBody,
) -> UserAnswer:
    """Change an account. One that is made inactive is signed out at once."""
    now = datetime.now(UTC)
    user = accounts.edit_user(session, viewer, user_id, asked.as_profile(), revision=revision, now=now)
    tag(response, user.revision)
    return UserAnswer.model_validate(user)


@router.post("/{user_id}/password", responses=declared(404))
def reset_password(
    request: Request, response: Response, viewer: CurrentViewer, user_id: UserId, asked: NewPassword
) -> PasswordAnswer:
    """Give an account another password, which has to be changed at the next sign-in."""
    with request.app.state.reading() as session:
        login = accounts.read_user(session, user_id).login
    secret, told = _secret(asked.password, login)
    with request.app.state.writing.begin() as session:
        accounts.set_password(session, viewer, user_id, secret, datetime.now(UTC))
    response.headers.update(SECRET)
    return PasswordAnswer(password=told)


def _secret(password: str | None, login: str) -> Any:
    """The secret to keep, and the password to tell, if it is made up."""
    return invented() if password is None else (chosen(password, login, must_change=True), None)
