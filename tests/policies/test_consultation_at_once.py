"""Two at the same moment: a form sent twice, the same words from two windows, two publications of one name."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from policies.consultation import workflow
from policies.consultation.responding import Voice, respond
from policies.models import Consultation, ConsultationComment, Submission
from tests.factories import consultations as made
from tests.factories.publishing import reviewer


def at_once(*acts: Callable[[], object]) -> list[object]:
    def run(act: Callable[[], object]) -> object:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_what_happens_at_once_happens_once() -> None:
    row, key = made.opened(), uuid.uuid4()

    def send(form: uuid.UUID, text: str) -> int:
        return respond(row, by=None, visitor="v", voice=Voice(), words={0: text}, form_key=form)

    assert sorted(at_once(*[lambda: send(key, "The same form")] * 3)) == [0, 0, 1]  # type: ignore[type-var]
    assert sorted(at_once(*[lambda: send(uuid.uuid4(), "Same words")] * 3)) == [0, 0, 1]  # type: ignore[type-var]
    assert (Submission.objects.count(), ConsultationComment.objects.count()) == (2, 2)
    judge, twins = reviewer(), [made.consultation("in_review") for _n in range(2)]
    at_once(*[lambda each=each: workflow.publish(each, by=judge, seen=0) for each in twins])
    slugs = Consultation.objects.filter(pk__in=[each.pk for each in twins]).values_list("slug", flat=True)
    base = "fictional-measures-draft-for-comment"
    assert sorted(slugs) == [base, f"{base}-2"]
