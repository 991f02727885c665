"""What the desk's page of one question shows."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from policies import presenting
from policies.models import PolicyQuestion, QuestionEvent
from policies.questions import rules
from policies.questions.enums import QuestionAct, QuestionState
from policies.questions.forms import QuestionForm, ReasonForm, VerdictForm
from policies.questions.privacy import findings_of
from policies.questions.texts import BESIDE_A_FORM, shown_of

TONES = {"draft": "quiet", "in_review": "info", "returned": "warn", "published": "ok", "withdrawn": "quiet"}
ACT_TONES = {"published": "ok", "returned": "warn", "withdrawn": "warn", "sent": "info"}
VERDICTS = ("may_write", "may_publish", "may_send_back", "may_take_back", "may_withdraw", "may_take_up")


def context_of(user: User, question: PolicyQuestion, posted: Mapping[str, str]) -> dict[str, Any]:
    """`posted`: what was sent and refused; what can no longer be sent is shown to be copied."""
    verdicts = {name: getattr(rules, name)(user, question) for name in VERDICTS}
    labels = {name: str(field.label) for name, field in QuestionForm.base_fields.items()}
    comment = posted.get("text", "")
    lost = [] if verdicts["may_send_back"] or verdicts["may_withdraw"] else [comment]
    lost += [] if verdicts["may_write"] else [posted.get(column, "") for column in rules.TEXTS]
    return {
        "question": question,
        "tone": TONES[question.state],
        "title": presenting.text_of(question.policy, "title"),
        "complete": rules.is_complete(question),
        "findings": [(labels[finding.column], finding) for finding in findings_of(question)],
        "in_review": question.state == QuestionState.IN_REVIEW,
        "reason": ReasonForm(posted if comment else None),
        "verdict": VerdictForm(initial={"seen": question.lock_version, "version": question.policy.version}),
        "kept": "\n\n".join(filter(None, map(str.strip, lost))),
        "history": [_event(row) for row in question.events.select_related("author")],
        "others": shown_of(question.policy, BESIDE_A_FORM),
        **verdicts,
    }


def _event(row: QuestionEvent) -> dict[str, Any]:
    return {
        "title": QuestionAct(row.act).label,
        "at": row.created_at,
        "who": row.author.name if row.author else "",
        "text": row.text,
        "tone": ACT_TONES.get(row.act, "quiet"),
    }
