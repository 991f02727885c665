"""Repealing a policy, and two people at once."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from policies import workflow
from policies.enums import Act, Validity
from policies.models import Policy, Revision
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories import publishing as make
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory
from tests.policies.test_workflow import acts

pytestmark = pytest.mark.django_db


class TestRepeal:
    def test_marked_on_its_own_page(self) -> None:
        policy = make.published().policy
        new = PolicyFactory()
        policy = workflow.repeal(policy, on=local_day(), by=make.reviewer(), replaced_by=new)
        assert policy.validity == Validity.REPLACED
        assert acts(policy.revisions.get())[-1] == Act.REPEALED
        assert policy not in Policy.objects.in_force()

    def test_a_mistake_is_undone(self) -> None:
        reviewer, policy = make.reviewer(), make.published().policy
        workflow.repeal(policy, on=local_day(), by=reviewer)
        policy = workflow.reinstate(policy, by=reviewer)
        assert (policy.repealed_on, policy.validity) == (None, Validity.IN_FORCE)
        assert acts(policy.revisions.get())[-1] == Act.REINSTATED

    def test_policies_without_a_recorded_version_too(self) -> None:
        assert workflow.repeal(PolicyFactory(), on=local_day(), by=make.reviewer()).validity == Validity.REPEALED

    @pytest.mark.parametrize(
        ("days", "told"), [(4_100, "more than ten years ahead"), (-400, "before the policy came into force")]
    )
    def test_days_that_cannot_be(self, days: int, told: str) -> None:
        policy = PolicyFactory(effective_from=local_day() - timedelta(days=300))
        with pytest.raises(Refused, match=told):
            workflow.repeal(policy, on=local_day() + timedelta(days=days), by=make.reviewer())
        assert Policy.objects.get(pk=policy.pk).repealed_on is None

    def test_no_circles_and_nothing_unpublished(self) -> None:
        reviewer = make.reviewer()
        one, two, three = PolicyFactory.create_batch(3)
        workflow.repeal(one, on=local_day(), by=reviewer, replaced_by=two)
        workflow.repeal(two, on=local_day(), by=reviewer, replaced_by=three)
        for circle in (three, one):
            with pytest.raises(Refused, match="cannot replace itself"):
                workflow.repeal(three, on=local_day(), by=reviewer, replaced_by=circle)
        with pytest.raises(Refused, match="has not been published"):
            workflow.repeal(three, on=local_day(), by=reviewer, replaced_by=make.draft().policy)

    @pytest.mark.parametrize("by", [make.editor, make.translator, UserFactory])
    def test_only_reviewers(self, by: Any) -> None:
        with pytest.raises(Refused, match="Only policy reviewers"):
            workflow.repeal(PolicyFactory(), on=local_day(), by=by())


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Two people, two connections, the same moment."""

    @pytest.fixture(autouse=True)
    def _clean(self, transactional_db: None) -> Iterator[None]:
        yield
        connection.close()

    def race(self, *acts: Any) -> list[str]:
        barrier, said = threading.Barrier(len(acts)), []

        def run(act: Any) -> None:
            try:
                barrier.wait(timeout=10)
                with translation.override("en"):
                    act()
                said.append("done")
            except Refused as refused:
                with translation.override("en"):
                    said.append(str(refused))
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=20)
        return sorted(said, key=lambda text: text != "done")

    def test_two_reviewers_publish(self) -> None:
        revision = make.in_review()
        people = [make.reviewer(name_en=f"Reviewer {n}") for n in (1, 2)]
        said = self.race(*(lambda p=p: workflow.publish(revision, by=p, seen=0) for p in people))
        winner = Revision.objects.get(pk=revision.pk).reviewer
        assert winner is not None
        assert said == ["done", f"{winner.name} has already published it."]
        assert Policy.objects.get().version == 1

    def test_one_publishes_while_the_author_takes_it_back(self) -> None:
        editor = make.editor()
        revision = make.in_review(editor)
        reviewer = make.reviewer()
        said = self.race(
            lambda: workflow.publish(revision, by=reviewer, seen=0), lambda: workflow.take_back(revision, by=editor)
        )
        assert said[0] == "done"
        assert said[1] != "done"

    def test_two_begin_a_new_version(self) -> None:
        policy = make.published().policy
        people = [make.editor(), make.editor()]
        assert self.race(*(lambda p=p: workflow.revise(policy, by=p) for p in people)) == ["done", "done"]
        assert Revision.objects.filter(state="draft").count() == 1

    def test_two_save(self) -> None:
        revision = make.draft()
        people = [make.editor(), make.editor()]
        said = self.race(
            *(
                lambda p=p: workflow.save_revision(revision, by=p, content={"summary_en": p.email}, seen=0)
                for p in people
            )
        )
        assert said[0] == "done"
        assert "saved this draft after you had opened it" in said[1]
        assert Revision.objects.get(pk=revision.pk).lock_version == 1

    def test_two_begin_policies_of_one_name(self) -> None:
        people = [make.editor(), make.editor()]
        said = self.race(*(lambda p=p: workflow.begin(by=p, content=make.CONTENT) for p in people))
        assert said[0] == "done"
        assert Policy.objects.values("slug").distinct().count() == Policy.objects.count()
