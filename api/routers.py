"""Every router of the application: the JSON API, then the pages. What each route asks for says api/access.py."""

from api import docs
from api.console import account as account_pages
from api.console import actions as action_pages
from api.console import agreement as agreement_pages
from api.console import appeals as appeal_pages
from api.console import assessments as assessment_pages
from api.console import assignments as assignment_pages
from api.console import audit as audit_pages
from api.console import calibrations as calibration_pages
from api.console import calls as call_pages
from api.console import cases as case_pages
from api.console import classifier as classifier_pages
from api.console import courses as course_pages
from api.console import definitions as definition_pages
from api.console import desk as desk_pages
from api.console import drafts as draft_pages
from api.console import effects as effect_pages
from api.console import exams as exam_pages
from api.console import feedback as feedback_pages
from api.console import home as home_pages
from api.console import ledger as ledger_pages
from api.console import levels as level_pages
from api.console import meetings as meeting_pages
from api.console import mine as mine_pages
from api.console import my_training as my_training_pages
from api.console import report_calls as report_call_pages
from api.console import reports as report_pages
from api.console import reports_issued as issued_report_pages
from api.console import rescore as rescore_pages
from api.console import results as result_pages
from api.console import review_page as review_pages
from api.console import roster as roster_pages
from api.console import sampling as sampling_pages
from api.console import session as session_pages
from api.console import simulation as simulation_pages
from api.console import standard_changes as standard_change_pages
from api.console import team as team_pages
from api.console import tokens as token_pages
from api.console import training as training_pages
from api.console import training_people as training_people_pages
from api.console import training_sessions as training_session_pages
from api.console import users as user_pages
from api.console import webhooks as webhook_pages
from api.routes import (
    account,
    actions,
    agreement,
    appeals,
    assessments,
    assignments,
    audio,
    audit,
    calibrations,
    calls,
    cases,
    classifiers,
    courses,
    definitions,
    drafts,
    effects,
    exam_sittings,
    exams,
    feedback,
    health,
    home,
    ledger,
    levels,
    meetings,
    my_training,
    queue,
    reports,
    rescore,
    results,
    reviews,
    roster,
    sampling,
    session,
    sharing,
    standard_changes,
    tokens,
    training_people,
    training_plans,
    training_sessions,
    uploads,
    users,
    webhooks,
)

API = (
    calls,
    audio,
    uploads,
    queue,
    definitions,
    drafts,
    rescore,
    assignments,
    sharing,
    reviews,
    sampling,
    session,
    account,
    users,
    tokens,
    roster,
    audit,
    webhooks,
    home,
    results,
    appeals,
    feedback,
    cases,
    classifiers,
    levels,
    calibrations,
    standard_changes,
    agreement,
    courses,
    training_plans,
    training_sessions,
    exams,
    exam_sittings,
    training_people,
    my_training,
    assessments,
    reports,
    actions,
    effects,
    ledger,
    meetings,
    health,
)

PAGES = (
    assignment_pages,
    home_pages,
    desk_pages,
    review_pages,
    team_pages,
    call_pages,
    draft_pages,
    definition_pages,
    rescore_pages,
    sampling_pages,
    session_pages,
    account_pages,
    user_pages,
    token_pages,
    roster_pages,
    audit_pages,
    webhook_pages,
    mine_pages,
    result_pages,
    appeal_pages,
    feedback_pages,
    classifier_pages,
    level_pages,
    agreement_pages,
    calibration_pages,
    standard_change_pages,
    simulation_pages,
    report_call_pages,
    issued_report_pages,
    report_pages,
    assessment_pages,
    case_pages,
    training_pages,
    training_session_pages,
    course_pages,
    exam_pages,
    training_people_pages,
    my_training_pages,
    action_pages,
    effect_pages,
    ledger_pages,
    meeting_pages,
    docs,
)

ROUTERS = tuple(module.router for module in (*API, *PAGES))
