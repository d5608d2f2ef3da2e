"""Who may ask what: one table, and the gate that reads it in front of every route.

A route without a line in the table cannot be served: the application does not start. Whose calls somebody sees is
not decided here but by the functions of pipeline/, which take the viewer.
"""

from collections.abc import Iterator, Mapping
from enum import Enum

from fastapi import FastAPI, Request
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from api import signed_in
from models.errors import Forbidden, NotSignedIn
from models.person import Right


class Open(Enum):
    """Where no right is asked for."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    """People and machines."""
    PERSON = "person"
    """Signed in with a password; also while it must be changed."""


ANYONE, SIGNED_IN, PERSON = Open

Access = Open | Right | frozenset[Right]
"""Of several rights one is enough."""

FILES = ("/static", "/docs/static")
"""Mounted folders of our own scripts, styles and pictures, for anyone."""

_SESSIONS = frozenset({Right.CALIBRATE, Right.REVIEW})
"""Sessions: who runs them, and whoever may take part; the functions of pipeline/calibration ask who does."""

_EFFECTS = frozenset({Right.REPORTS, Right.TRAIN, Right.CORRECT})
_LEDGERS = frozenset({Right.TEAM_RESULTS, Right.REWARD})

_TRAINERS = frozenset({Right.TRAIN, Right.APPROVE_TRAINING})

_FILES = frozenset({Right.TRAIN, Right.APPROVE_TRAINING, Right.TEAM_RESULTS})
"""Who may read files of agents; pipeline/training/person_file asks whose."""

ROUTES: Mapping[str, Access] = {
    # Signing in, one's own account
    "GET /login": ANYONE,
    "POST /login": ANYONE,
    "POST /logout": ANYONE,
    "POST /v1/session": ANYONE,
    "GET /v1/session": SIGNED_IN,
    "DELETE /v1/session": ANYONE,
    "GET /account": PERSON,
    "GET /v1/account": PERSON,
    "PUT /v1/account/password": PERSON,
    "PUT /v1/account/language": PERSON,
    "POST /v1/account/sign-out-everywhere": PERSON,
    # Accounts, the roster, tokens, the audit log
    "GET /users": Right.ADMINISTER,
    "GET /users/{user_id}": Right.ADMINISTER,
    "GET /v1/users": Right.ADMINISTER,
    "POST /v1/users": Right.ADMINISTER,
    "GET /v1/users/{user_id}": Right.ADMINISTER,
    "PUT /v1/users/{user_id}": Right.ADMINISTER,
    "POST /v1/users/{user_id}/password": Right.ADMINISTER,
    "GET /agents": frozenset({Right.ADMINISTER, Right.ASSIGN}),
    "GET /v1/agents": frozenset({Right.ADMINISTER, Right.ASSIGN}),
    "GET /v1/agents/{agent_id}": frozenset({Right.ADMINISTER, Right.ASSIGN}),
    "PUT /v1/agents/{agent_id}": Right.ADMINISTER,
    "POST /v1/agents/import": Right.ADMINISTER,
    "GET /tokens": Right.ADMINISTER,
    "GET /v1/tokens": Right.ADMINISTER,
    "POST /v1/tokens": Right.ADMINISTER,
    "POST /v1/tokens/{token_id}/revoke": Right.ADMINISTER,
    "GET /audit": Right.AUDIT,
    "GET /v1/audit": Right.AUDIT,
    # The service itself
    "GET /v1/health": ANYONE,
    "GET /openapi.json": SIGNED_IN,
    "GET /docs": SIGNED_IN,
    # First pages of a lead and of a team lead
    "GET /home": Right.OVERSEE,
    "GET /v1/home": Right.OVERSEE,
    "GET /team": Right.TEAM_RESULTS,
    "GET /v1/team": Right.TEAM_RESULTS,
    # The inspector's desk and the review page
    "GET /desk": Right.REVIEW,
    "POST /desk/next": Right.REVIEW,
    "GET /review/{assignment_id}": Right.REVIEW,
    "POST /review/{assignment_id}/give-back": Right.REVIEW,
    # Calls
    "GET /": SIGNED_IN,
    "GET /queue": Right.READ_CALLS,
    "GET /quarantine": Right.READ_CALLS,
    "GET /calls/{call_id}": Right.READ_CALLS,
    "GET /calls/{call_id}/scores": Right.READ_CALLS,
    "GET /v1/calls": Right.READ_CALLS,
    "POST /v1/calls": Right.UPLOAD,
    "GET /v1/calls/{call_id}": Right.READ_CALLS,
    "GET /v1/calls/{call_id}/audio": Right.READ_CALLS,
    "HEAD /v1/calls/{call_id}/audio": Right.READ_CALLS,
    "GET /v1/calls/{call_id}/findings": Right.READ_CALLS,
    "GET /v1/calls/{call_id}/peaks": Right.READ_CALLS,
    "GET /v1/calls/{call_id}/scores": Right.READ_CALLS,
    "GET /v1/calls/{call_id}/transcript": Right.READ_CALLS,
    "GET /v1/queue": Right.READ_CALLS,
    "GET /v1/quarantine": Right.READ_CALLS,
    # Scoring again
    "GET /rescore": Right.EDIT_RULES,
    "POST /rescore": Right.EDIT_RULES,
    "POST /v1/rescore": Right.EDIT_RULES,
    # Packs and scorecards
    "GET /rules": Right.READ_RULES,
    "GET /rules/{kinds}/{name}": Right.READ_RULES,
    "GET /rules/{kinds}/{name}/compare": Right.READ_RULES,
    "GET /rules/{kinds}/{name}/{version}": Right.READ_RULES,
    "GET /v1/packs": Right.READ_RULES,
    "GET /v1/packs/{name}/versions": Right.READ_RULES,
    "GET /v1/packs/{name}/versions/{version}": Right.READ_RULES,
    "GET /v1/packs/{name}/compare": Right.READ_RULES,
    "POST /v1/packs/{name}/versions/{version}/retire": Right.EDIT_RULES,
    "GET /v1/scorecards": Right.READ_RULES,
    "GET /v1/scorecards/{name}/versions": Right.READ_RULES,
    "GET /v1/scorecards/{name}/versions/{version}": Right.READ_RULES,
    "GET /v1/scorecards/{name}/compare": Right.READ_RULES,
    "POST /v1/scorecards/{name}/versions/{version}/retire": Right.EDIT_RULES,
    # Drafts
    "GET /rules/drafts/{draft_id}": Right.EDIT_RULES,
    "POST /rules/drafts/{draft_id}/check": Right.EDIT_RULES,
    "POST /rules/drafts/{draft_id}/try": Right.EDIT_RULES,
    "POST /rules/drafts/{draft_id}/replay": Right.EDIT_RULES,
    "POST /rules/drafts/{draft_id}/conflict": Right.EDIT_RULES,
    "GET /v1/drafts": Right.EDIT_RULES,
    "POST /v1/drafts": Right.EDIT_RULES,
    "POST /v1/drafts/check": Right.EDIT_RULES,
    "POST /v1/drafts/rule": Right.EDIT_RULES,
    "GET /v1/drafts/{draft_id}": Right.EDIT_RULES,
    "PUT /v1/drafts/{draft_id}": Right.EDIT_RULES,
    "DELETE /v1/drafts/{draft_id}": Right.EDIT_RULES,
    "POST /v1/drafts/{draft_id}/publish": Right.EDIT_RULES,
    "POST /v1/drafts/{draft_id}/rebase": Right.EDIT_RULES,
    "POST /v1/drafts/{draft_id}/replay": Right.EDIT_RULES,
    "POST /v1/drafts/{draft_id}/try": Right.EDIT_RULES,
    # Reviews: an inspector's work
    "GET /v1/desk": Right.REVIEW,
    "GET /v1/desk/next": Right.REVIEW,
    "POST /v1/desk/next": Right.REVIEW,
    "GET /v1/assignments": frozenset({Right.REVIEW, Right.ASSIGN}),
    "GET /v1/assignments/{assignment_id}": frozenset({Right.REVIEW, Right.ASSIGN, Right.PUBLISH}),
    "GET /v1/assignments/{assignment_id}/draft": Right.REVIEW,
    "PUT /v1/assignments/{assignment_id}/draft": Right.REVIEW,
    "POST /v1/assignments/{assignment_id}/hold": Right.REVIEW,
    "POST /v1/assignments/{assignment_id}/give-back": Right.REVIEW,
    "POST /v1/assignments/{assignment_id}/submit": Right.REVIEW,
    "GET /v1/reviews": frozenset({Right.REVIEW, Right.ASSIGN, Right.PUBLISH}),
    "GET /v1/reviews/{review_id}": frozenset({Right.REVIEW, Right.ASSIGN, Right.PUBLISH}),
    "GET /v1/calls/{call_id}/review": frozenset({Right.REVIEW, Right.ASSIGN, Right.PUBLISH}),
    "POST /v1/calls/{call_id}/review": Right.ASSIGN,
    "GET /v1/calls/{call_id}/corrections": Right.READ_CALLS,
    "POST /v1/calls/{call_id}/corrections": Right.REVIEW,
    "GET /v1/calls/{call_id}/rule-marks": Right.REVIEW,
    "POST /v1/calls/{call_id}/rule-marks": Right.REVIEW,
    "DELETE /v1/calls/{call_id}/rule-marks/{rule}": Right.REVIEW,
    "GET /v1/rule-precision": Right.READ_RULES,
    # Reviews: a lead's work
    "GET /assignments": Right.ASSIGN,
    "GET /v1/loads": Right.ASSIGN,
    "POST /v1/assignments/share-out": Right.ASSIGN,
    "POST /v1/assignments/reassign": Right.ASSIGN,
    "PATCH /v1/assignments/{assignment_id}": Right.ASSIGN,
    "POST /v1/assignments/{assignment_id}/cancel": Right.ASSIGN,
    "GET /v1/absences": Right.ASSIGN,
    "POST /v1/absences": Right.ASSIGN,
    "DELETE /v1/absences/{absence_id}": Right.ASSIGN,
    # Webhooks
    "GET /webhooks": Right.ADMINISTER,
    "GET /v1/webhooks": Right.ADMINISTER,
    "POST /v1/webhooks": Right.ADMINISTER,
    "PATCH /v1/webhooks/{webhook_id}": Right.ADMINISTER,
    "DELETE /v1/webhooks/{webhook_id}": Right.ADMINISTER,
    "POST /v1/webhooks/{webhook_id}/test": Right.ADMINISTER,
    "GET /v1/webhooks/{webhook_id}/deliveries": Right.ADMINISTER,
    "POST /v1/webhooks/{webhook_id}/deliveries/{delivery_id}/retry": Right.ADMINISTER,
    # Results, appeals, complaints and praise
    "GET /publishing": Right.PUBLISH,
    "GET /publishing/{review_id}": Right.PUBLISH,
    "GET /v1/publishing": Right.PUBLISH,
    "POST /v1/publishing": Right.PUBLISH,
    "GET /v1/publishing/{review_id}": Right.PUBLISH,
    "POST /v1/publishing/{review_id}/settle": Right.PUBLISH,
    "GET /results/{call_id}": Right.TEAM_RESULTS,
    "GET /v1/results": Right.TEAM_RESULTS,
    "GET /v1/results/{call_id}": Right.TEAM_RESULTS,
    "POST /v1/results/{call_id}/appeal": Right.TEAM_RESULTS,
    "GET /mine": Right.OWN_RESULTS,
    "GET /mine/{call_id}": Right.OWN_RESULTS,
    "GET /v1/mine": Right.OWN_RESULTS,
    "GET /v1/mine/overview": Right.OWN_RESULTS,
    "GET /v1/mine/{call_id}": Right.OWN_RESULTS,
    "GET /v1/mine/{call_id}/audio": Right.OWN_RESULTS,
    "HEAD /v1/mine/{call_id}/audio": Right.OWN_RESULTS,
    "GET /v1/mine/{call_id}/peaks": Right.OWN_RESULTS,
    "GET /v1/mine/{call_id}/transcript": Right.OWN_RESULTS,
    "POST /v1/mine/{call_id}/acknowledge": Right.OWN_RESULTS,
    "POST /v1/mine/{call_id}/appeal": Right.OWN_RESULTS,
    "GET /appeals": Right.JUDGE_APPEALS,
    "GET /appeals/{appeal_id}": Right.JUDGE_APPEALS,
    "GET /v1/appeals": Right.JUDGE_APPEALS,
    "GET /v1/appeals/rates": Right.JUDGE_APPEALS,
    "GET /v1/appeals/{appeal_id}": Right.JUDGE_APPEALS,
    "POST /v1/appeals/{appeal_id}/hearing": Right.JUDGE_APPEALS,
    "POST /v1/appeals/{appeal_id}/decision": Right.JUDGE_APPEALS,
    "POST /v1/appeals/{appeal_id}/withdraw": frozenset({Right.OWN_RESULTS, Right.TEAM_RESULTS}),
    "GET /feedback": Right.FEEDBACK,
    "GET /feedback/{feedback_id}": Right.FEEDBACK,
    "GET /v1/feedback": Right.FEEDBACK,
    "POST /v1/feedback": Right.FEEDBACK,
    "GET /v1/feedback/{feedback_id}": Right.FEEDBACK,
    "GET /v1/feedback/{feedback_id}/candidates": Right.FEEDBACK,
    "PUT /v1/feedback/{feedback_id}/call": Right.FEEDBACK,
    "POST /v1/feedback/{feedback_id}/hearing": Right.FEEDBACK,
    "POST /v1/feedback/{feedback_id}/decision": Right.FEEDBACK,
    "POST /v1/feedback/{feedback_id}/reopening": Right.JUDGE_APPEALS,
    # Calibration sessions and changes to the standard
    "GET /calibrations": _SESSIONS,
    "GET /calibrations/new": Right.CALIBRATE,
    "GET /calibrations/{calibration_id}": _SESSIONS,
    "GET /standard-changes": _SESSIONS,
    "GET /v1/calibrations": _SESSIONS,
    "POST /v1/calibrations": Right.CALIBRATE,
    "GET /v1/calibrations/suggestions": Right.CALIBRATE,
    "GET /v1/calibrations/{calibration_id}": _SESSIONS,
    "PATCH /v1/calibrations/{calibration_id}": Right.CALIBRATE,
    "PUT /v1/calibrations/{calibration_id}/calls": Right.CALIBRATE,
    "PUT /v1/calibrations/{calibration_id}/members": Right.CALIBRATE,
    "POST /v1/calibrations/{calibration_id}/talk": Right.CALIBRATE,
    "POST /v1/calibrations/{calibration_id}/close": Right.CALIBRATE,
    "POST /v1/calibrations/{calibration_id}/cancel": Right.CALIBRATE,
    "GET /v1/calibrations/{calibration_id}/calls/{call_id}": _SESSIONS,
    "PUT /v1/calibrations/{calibration_id}/calls/{call_id}/reference": Right.CALIBRATE,
    "GET /v1/calibrations/{calibration_id}/figures": _SESSIONS,
    "GET /v1/calibrations/{calibration_id}/notes": _SESSIONS,
    "POST /v1/calibrations/{calibration_id}/notes": _SESSIONS,
    "GET /v1/standard-changes": _SESSIONS,
    "POST /v1/standard-changes": _SESSIONS,
    "PATCH /v1/standard-changes/{change_id}": Right.CALIBRATE,
    # Sampling and estimates
    "GET /sampling": Right.SAMPLE,
    "GET /sampling/{plan_id}": Right.SAMPLE,
    "POST /sampling/{plan_id}/preview": Right.SAMPLE,
    "GET /sampling/draws/{draw_id}": Right.SAMPLE,
    "GET /estimates": Right.SAMPLE,
    "GET /simulation": Right.REPORTS,
    "GET /v1/sampling/plans": Right.SAMPLE,
    "POST /v1/sampling/plans": Right.SAMPLE,
    "GET /v1/sampling/plans/{plan_id}": Right.SAMPLE,
    "PUT /v1/sampling/plans/{plan_id}": Right.SAMPLE,
    "POST /v1/sampling/plans/{plan_id}/preview": Right.SAMPLE,
    "POST /v1/sampling/plans/{plan_id}/draw": Right.SAMPLE,
    "GET /v1/sampling/draws": Right.SAMPLE,
    "GET /v1/sampling/draws/{draw_id}": Right.SAMPLE,
    "GET /v1/sampling/draws/{draw_id}/calls": Right.SAMPLE,
    "GET /v1/estimates": Right.SAMPLE,
    # The classifier: what it learns from, its versions, which is in use
    "GET /classifier": Right.TEACH,
    "GET /v1/classifiers": Right.TEACH,
    "POST /v1/classifiers": Right.TEACH,
    "POST /v1/classifiers/use": Right.TEACH,
    "GET /v1/classifiers/{version}": Right.TEACH,
    # How much the machine decides of each item
    "GET /levels": Right.TEACH,
    "GET /v1/levels": Right.TEACH,
    "GET /v1/levels/{card}/{item}": Right.TEACH,
    "PUT /v1/levels/{card}/{item}": Right.TEACH,
    # The case library
    "GET /cases": Right.READ_CASES,
    "GET /cases/suggested": Right.EDIT_CASES,
    "GET /cases/new": Right.EDIT_CASES,
    "GET /cases/{case_id}": Right.READ_CASES,
    "GET /cases/{case_id}/edit": Right.EDIT_CASES,
    "GET /v1/cases": Right.READ_CASES,
    "POST /v1/cases": Right.EDIT_CASES,
    "GET /v1/cases/pack": Right.READ_CASES,
    "GET /v1/cases/{case_id}": Right.READ_CASES,
    "PUT /v1/cases/{case_id}": Right.EDIT_CASES,
    "GET /v1/cases/{case_id}/clip": Right.READ_CASES,
    "POST /v1/cases/{case_id}/withdraw": Right.EDIT_CASES,
    "POST /v1/cases/{case_id}/{move}": Right.EDIT_CASES,
    # How far people and the machine agree
    "GET /agreement": Right.CALIBRATE,
    "GET /agreement/inspectors": Right.CALIBRATE,
    "GET /agreement/rules": Right.CALIBRATE,
    "GET /agreement/mine": Right.REVIEW,
    "GET /v1/agreement": Right.CALIBRATE,
    "GET /v1/agreement/inspectors": Right.CALIBRATE,
    "GET /v1/agreement/mine": Right.REVIEW,
    # Reports, the calls behind their figures, and those that leads write
    "GET /reports": Right.REPORTS,
    "GET /reports/calls": Right.REPORTS,
    "GET /reports/issued": Right.REPORTS,
    "GET /reports/issued/{report_id}": Right.REPORTS,
    "GET /reports/print": Right.REPORTS,
    "GET /reports/{name}": Right.REPORTS,
    "GET /v1/reports/figures": Right.REPORTS,
    "GET /v1/reports/workbook": Right.REPORTS,
    "GET /v1/reports/calls": Right.REPORTS,
    "GET /v1/reports/issued": Right.REPORTS,
    "POST /v1/reports/issued": Right.OVERSEE,
    "GET /v1/reports/issued/{report_id}": Right.REPORTS,
    "PUT /v1/reports/issued/{report_id}": Right.OVERSEE,
    "PUT /v1/reports/issued/{report_id}/state": Right.OVERSEE,
    "GET /assessments": Right.ASSESS,
    "GET /assessments/mine": Right.REVIEW,
    "GET /v1/assessments": Right.ASSESS,
    "GET /v1/assessments/mine": Right.REVIEW,
    "PUT /v1/assessments/{month}/{user_id}": Right.ASSESS,
    "POST /v1/assessments/{assessment_id}/read": Right.REVIEW,
    # Training: courses, plans, sessions, exams, files, certificates, gates
    "GET /training": _TRAINERS,
    "GET /training/plans": _TRAINERS,
    "GET /training/plans/{plan_id}": _TRAINERS,
    "GET /training/sessions": _TRAINERS,
    "GET /training/sessions/new": Right.TRAIN,
    "GET /training/sessions/{session_id}": _TRAINERS,
    "GET /training/agents/{agent_id}": _FILES,
    "GET /certificates/{number}": _FILES | {Right.LEARN},
    "GET /courses": _TRAINERS,
    "GET /courses/{course_id}": _TRAINERS,
    "GET /exams": _TRAINERS,
    "GET /exams/{exam_id}": _TRAINERS,
    "GET /exams/{exam_id}/questions/new": Right.TRAIN,
    "GET /exams/sittings/{sitting_id}": _TRAINERS,
    "GET /v1/courses": _TRAINERS,
    "POST /v1/courses": Right.TRAIN,
    "GET /v1/courses/{course_id}": _TRAINERS,
    "PUT /v1/courses/{course_id}": Right.TRAIN,
    "GET /v1/training-plans": _TRAINERS,
    "POST /v1/training-plans": Right.TRAIN,
    "GET /v1/training-plans/{plan_id}": _TRAINERS,
    "PATCH /v1/training-plans/{plan_id}": Right.TRAIN,
    "POST /v1/training-plans/{plan_id}/entries": Right.TRAIN,
    "PUT /v1/training-plans/{plan_id}/entries/{entry_id}": Right.TRAIN,
    "DELETE /v1/training-plans/{plan_id}/entries/{entry_id}": Right.TRAIN,
    "POST /v1/training-plans/{plan_id}/submit": Right.TRAIN,
    "POST /v1/training-plans/{plan_id}/revise": Right.TRAIN,
    "POST /v1/training-plans/{plan_id}/decision": Right.APPROVE_TRAINING,
    "POST /v1/training-plans/{plan_id}/close": Right.TRAIN,
    "GET /v1/training-sessions": _TRAINERS,
    "POST /v1/training-sessions": Right.TRAIN,
    "GET /v1/training-sessions/{session_id}": _TRAINERS,
    "PUT /v1/training-sessions/{session_id}": Right.TRAIN,
    "PUT /v1/training-sessions/{session_id}/agents": Right.TRAIN,
    "PUT /v1/training-sessions/{session_id}/attendance/{agent_id}": Right.TRAIN,
    "POST /v1/training-sessions/{session_id}/record": Right.TRAIN,
    "PUT /v1/training-sessions/{session_id}/record": Right.TRAIN,
    "POST /v1/training-sessions/{session_id}/cancel": Right.TRAIN,
    "GET /v1/training-sessions/{session_id}/feedback": _TRAINERS,
    "GET /v1/exams": _TRAINERS,
    "POST /v1/exams": Right.TRAIN,
    "GET /v1/exams/{exam_id}": _TRAINERS,
    "PUT /v1/exams/{exam_id}": Right.TRAIN,
    "PUT /v1/exams/{exam_id}/state": Right.TRAIN,
    "POST /v1/exams/{exam_id}/questions": Right.TRAIN,
    "PUT /v1/exams/{exam_id}/questions/{question_id}": Right.TRAIN,
    "DELETE /v1/exams/{exam_id}/questions/{question_id}": Right.TRAIN,
    "GET /v1/exams/{exam_id}/results": _TRAINERS,
    "GET /v1/exams/references/{case_id}": Right.TRAIN,
    "POST /v1/exams/overdue": Right.TRAIN,
    "GET /v1/sittings/{sitting_id}/marking": _TRAINERS,
    "PUT /v1/sittings/{sitting_id}/marks": Right.TRAIN,
    "GET /v1/certificates": _TRAINERS,
    "POST /v1/certificates": Right.TRAIN,
    "POST /v1/certificates/{certificate_id}/revoke": Right.TRAIN,
    "GET /v1/stage-changes": _TRAINERS,
    "GET /v1/stage-changes/evidence/{agent_id}": _TRAINERS,
    "POST /v1/stage-changes": Right.APPROVE_TRAINING,
    # An agent's own training
    "GET /my-training": Right.LEARN,
    "GET /my-training/exams/{sitting_id}": Right.LEARN,
    "GET /v1/my-training": Right.LEARN,
    "POST /v1/my-training/sessions/{session_id}/sign-in": Right.LEARN,
    "POST /v1/my-training/sessions/{session_id}/feedback": Right.LEARN,
    "POST /v1/exams/{exam_id}/sittings": Right.LEARN,
    "GET /v1/sittings/{sitting_id}": Right.LEARN,
    "PUT /v1/sittings/{sitting_id}/answers": Right.LEARN,
    "POST /v1/sittings/{sitting_id}/submit": Right.LEARN,
    "GET /v1/sittings/{sitting_id}/questions/{question_id}/clip": Right.LEARN,
    # Corrective actions, their effects, ledgers and review meetings
    "GET /actions": Right.CORRECT,
    "GET /actions/new": Right.CORRECT,
    "GET /actions/{action_id}": Right.CORRECT,
    "GET /my-actions": Right.LEARN,
    "GET /v1/actions": Right.CORRECT,
    "POST /v1/actions": Right.CORRECT,
    "GET /v1/actions/{action_id}": Right.CORRECT,
    "PATCH /v1/actions/{action_id}": Right.CORRECT,
    "POST /v1/actions/{action_id}/moves": Right.CORRECT,
    "POST /v1/actions/{action_id}/notes": Right.CORRECT,
    "POST /v1/actions/{action_id}/steps": Right.CORRECT,
    "POST /v1/actions/{action_id}/steps/{step_id}/done": Right.CORRECT,
    "POST /v1/actions/{action_id}/again": Right.CORRECT,
    "GET /v1/my-actions": Right.LEARN,
    "POST /v1/my-actions/{action_id}/acknowledge": Right.LEARN,
    "GET /effects": _EFFECTS,
    "GET /effects/{effect_id}": _EFFECTS,
    "GET /v1/effects": _EFFECTS,
    "GET /v1/effects/{effect_id}": _EFFECTS,
    "GET /ledger": _LEDGERS,
    "GET /ledger/{agent_id}": _LEDGERS,
    "GET /ladder": _LEDGERS,
    "GET /v1/ledger": _LEDGERS | {Right.LEARN},
    "POST /v1/ledger": Right.REWARD,
    "POST /v1/ledger/{entry_id}/undo": Right.REWARD,
    "GET /v1/ledger/proposals": Right.REWARD,
    "POST /v1/ledger/proposals": Right.REWARD,
    "GET /v1/ladder": _LEDGERS | {Right.LEARN},
    "PUT /v1/ladder": Right.REWARD,
    "GET /meetings": Right.CORRECT,
    "GET /meetings/{meeting_id}": Right.CORRECT,
    "GET /v1/meetings": Right.CORRECT,
    "POST /v1/meetings": Right.CORRECT,
    "GET /v1/meetings/{meeting_id}": Right.CORRECT,
    "PUT /v1/meetings/{meeting_id}/minutes": Right.CORRECT,
    "POST /v1/meetings/{meeting_id}/refresh": Right.CORRECT,
    "POST /v1/meetings/{meeting_id}/points": Right.CORRECT,
    "PUT /v1/meetings/{meeting_id}/points/{point_id}": Right.CORRECT,
    "POST /v1/meetings/{meeting_id}/points/{point_id}/action": Right.CORRECT,
    "POST /v1/meetings/{meeting_id}/close": Right.CORRECT,
}
"""Method and path as the router has it → what is needed."""


def gate(request: Request) -> None:
    """Let the request through, or not; who asks is known as `request.state.viewer` from here on.

    Raises:
        NotSignedIn: nobody is signed in, or with a token that is not good.
        Forbidden: who asks may not.
    """
    needed = ROUTES[f"{request.method} {request.scope['route'].path}"]
    if needed is Open.ANYONE:
        return
    caller = signed_in.caller(request)
    if caller is None:
        raise NotSignedIn("api.not_signed_in")
    request.state.viewer, request.state.login_id = caller.viewer, caller.login_id
    if needed is Open.PERSON and caller.viewer.user_id is None:
        raise Forbidden("api.for_people")
    if caller.must_change and needed is not Open.PERSON:
        raise Forbidden("api.must_change")
    if not _is_enough(caller.viewer.rights, needed):
        raise Forbidden("api.forbidden")


def _is_enough(rights: frozenset[Right], needed: Access) -> bool:
    if isinstance(needed, Open):
        return True
    return bool(rights & needed) if isinstance(needed, frozenset) else needed in rights


def served(app: FastAPI) -> Iterator[str]:
    """Every method and path the application answers, as `ROUTES` spells them."""
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, Mount) and context.path in FILES:
            continue
        for method in sorted(context.methods or {"ANY"}):
            yield f"{method} {context.path}"


def check_table(app: FastAPI) -> None:
    """Raise where a route has no line in the table.

    Raises:
        LookupError: with the routes that have none.
    """
    missing = [route for route in served(app) if route not in ROUTES]
    if missing:
        raise LookupError(f"routes without a line in api/access.py: {', '.join(missing)}")
