"""Pages of parts: the department's lists, one part, asking a department; what each role sees of the words inside."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stewards import workflow
from stewards.models import Attachment, HelpRequest, RequestPart
from stewards.parts import dates, verbs
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.parts import RequestPartFactory, done, late, taken
from tests.factories.stewards import accepted
from tests.stewards.scene import Scene, pdf, uploads

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(scene: Scene) -> HelpRequest:
    return accepted(scene.steward, enterprise=scene.enterprise, asker=scene.owner, subject="A new lease")


@pytest.fixture
def other() -> Any:
    return HandlerFactory(name_en="Oleg Other")


def text(client: Any, url: str, status: int = 200, **data: Any) -> str:
    response = client.post(url, data, follow=True) if data else client.get(url)
    assert response.status_code == status, response.status_code
    return response.content.decode()


class TestLists:
    def test_the_department_s_by_due_date_with_what_is_late(self, scene: Scene, asked: Any, as_user: Any) -> None:
        RequestPartFactory(request=asked, department=scene.tax, asked="Check the lease")
        late(accepted(), scene.handler, asked="Check the tax")
        taken(accepted(), HandlerFactory(), asked="Somebody else's")
        page = text(as_user(scene.handler), "/en/desk/parts/")
        assert page.index("Check the tax") < page.index("Check the lease")
        assert "working days overdue" in page
        assert "Somebody else" not in page
        queue = text(as_user(scene.handler), "/en/desk/")
        assert '<a href="/en/desk/parts/">Parts <span class="number">2</span></a>' in queue

    def test_each_role_has_its_lists(self, scene: Scene, asked: Any, as_user: Any, other: Any) -> None:
        taken(asked, scene.handler, asked="At work")
        done(asked, other, asked="Finished")
        RequestPartFactory(request=accepted(), state="centre", asked="Whose is it")
        for who, name, seen in (
            (scene.steward, "requests", {"At work"}),
            (scene.admin, "decide", {"Whose is it"}),
            (scene.admin, "open", {"At work", "Whose is it"}),
            (other, "done", {"Finished"}),
            (other, "decide", set()),
        ):
            page = text(as_user(who), f"/en/desk/parts/?list={name}")
            assert {words for words in ("At work", "Finished", "Whose is it") if words in page} == seen, name

    def test_what_the_centre_decides_about_whole_requests(self, scene: Scene, asked: Any, as_user: Any) -> None:
        HelpRequest.objects.filter(pk=asked.pk).update(returns=3, state="assigned", handler=None, department=None)
        admin = as_user(scene.admin)
        assert "A new lease" in text(admin, "/en/desk/parts/?list=decide")
        sent = {"department": scene.tax.pk, "reason": "A tax matter.", "seen": asked.lock_version}
        text(admin, f"/en/desk/{asked.number}/decide/", **sent)
        asked.refresh_from_db()
        assert asked.department == scene.tax

    def test_as_many_queries_for_one_as_for_thirty(self, scene: Scene, as_user: Any) -> None:
        client, counted = as_user(scene.handler), []
        text(client, "/en/desk/parts/")
        dates.earliest()  # reads the calendar
        for number in (1, 2, 27):
            requests = [accepted(scene.steward) for _each in range(number)]
            due = timezone.localdate() + timedelta(days=3)
            RequestPart.objects.bulk_create(
                RequestPart(request=each, department=scene.tax, asked="Check", due_on=due) for each in requests
            )
            with CaptureQueriesContext(connection) as captured:
                text(client, "/en/desk/parts/")
            counted.append(len(captured))
        assert counted == [3, 3, 3]

    def test_a_department_s_parts_come_out_of_the_index(self, scene: Scene) -> None:
        from stewards.parts.queries import to_do

        RequestPartFactory(department=scene.tax)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        told = to_do(scene.handler).order_by("due_on", "id")[:31].explain()
        assert "part_live" in told
        desk = HelpRequest.objects.on_desk_of(scene.handler).order_by().explain()
        assert "InitPlan" in desk
        assert "Seq Scan" not in desk


class TestOnePart:
    def test_its_whole_way(self, scene: Scene, asked: Any, as_user: Any) -> None:
        steward, handler = as_user(scene.steward), as_user(scene.handler)
        page = text(steward, f"/en/desk/{asked.number}/")
        assert f'href="/en/desk/{asked.number}/parts/"' in page
        day = dates.proposed(asked)
        assert f'value="{day.isoformat()}"' in text(steward, f"/en/desk/{asked.number}/parts/")
        sent = {"department": scene.tax.pk, "asked": "Any taxes owed?", "due_on": day.isoformat()}
        page = text(steward, f"/en/desk/{asked.number}/parts/", seen=asked.lock_version, **sent)
        assert "was asked; the enterprise was told" in page
        part = RequestPart.objects.get()
        url = f"/en/desk/parts/{part.pk}/"
        page = text(handler, url)
        assert "Any taxes owed?" in page
        assert asked.body in page
        assert "Accept the part" in page
        assert "Withdraw the part" not in page
        assert "You have accepted the part" in text(handler, f"{url}accept_part/", seen=0)
        page = text(handler, f"{url}answer_part/", seen=1, text="It owes nothing.", uploads=pdf("proof.pdf"))
        assert "The steward has your answer" in page
        assert "proof.pdf" in page
        page = text(steward, f"/en/desk/{asked.number}/")
        assert "All departments have answered" in page
        assert f"{scene.tax.name}\nIt owes nothing.</textarea>" in page
        assert 'name="part_files"' in page
        key = Attachment.objects.get().key
        kept = {"text": "Mine.", "part_files": [str(key), "other"], "seen": 0}
        for button in ("insert", "look"):  # what was ticked is still ticked when the page comes back
            assert f'value="{key}" id="answer-part_files_0" checked' in text(
                steward, f"/en/desk/{asked.number}/answer/", **{button: "yes"}, **kept
            ).replace('"\n', '" ')
        sent = {"text": "It owes nothing.", "part_files": str(key), "seen": asked.lock_version + 1}
        text(steward, f"/en/desk/{asked.number}/answer/", **sent)
        page = text(as_user(scene.owner), f"/en/requests/{asked.number}/")
        assert "proof.pdf" in page
        assert "Any taxes owed" not in page

    def test_bad_input_comes_back_with_what_was_typed(self, scene: Scene, asked: Any, as_user: Any) -> None:
        steward, part = as_user(scene.steward), taken(asked, scene.handler)
        url = f"/en/desk/parts/{part.pk}/"
        page = text(steward, f"{url}move_part/", 422, seen=0, due_on="tomorrow", reason="A word of mine")
        assert "A word of mine" in page
        page = text(steward, f"{url}move_part/", 409, seen=0, due_on="2020-01-01", reason="A word of mine")
        assert "cannot be due before" in page
        page = text(steward, f"{url}withdraw_part/", 409, seen=7, reason="A word of mine")
        assert "This part has changed since you opened it" in page
        page = text(as_user(scene.handler), f"{url}move_part/", 409, seen=0, due_on="2030-01-01", reason="Kept words")
        assert "What you wrote was not sent" in page
        assert "Kept words" in page
        page = text(steward, f"/en/desk/{asked.number}/parts/", 422, department="x", asked="My words", seen=0)
        assert "My words" in page
        part.refresh_from_db()
        assert part.lock_version == 0

    def test_twice_in_a_row(self, scene: Scene, asked: Any, as_user: Any) -> None:
        sent = {"department": scene.tax.pk, "asked": "x", "due_on": dates.proposed(asked).isoformat(), "seen": 0}
        client, url = as_user(scene.steward), f"/en/desk/{asked.number}/parts/"
        text(client, url, **sent)
        assert "is at work on this request already" in text(client, url, 422, **sent | {"seen": 1})
        assert RequestPart.objects.count() == 1

    def test_a_part_passed_on_is_gone_from_the_desk(self, scene: Scene, asked: Any, as_user: Any, other: Any) -> None:
        part, client = taken(asked, scene.handler), as_user(scene.handler)
        sent = {"department": other.department.pk, "reason": "Rents.", "seen": 0}
        response = client.post(f"/en/desk/parts/{part.pk}/transfer_part/", sent)
        assert response.headers["Location"] == "/en/desk/parts/"
        assert client.get(f"/en/desk/parts/{part.pk}/").status_code == 404
        assert client.get(f"/en/desk/{asked.number}/").status_code == 404
        assert as_user(other).get(f"/en/desk/{asked.number}/").status_code == 200

    def test_asking_again_takes_the_words_over(self, scene: Scene, asked: Any, as_user: Any) -> None:
        part = verbs.give_back(taken(asked, scene.handler, asked="Mine & more"), by=scene.handler, reason="Not ours.")
        page = text(as_user(scene.steward), f"/en/desk/parts/{part.pk}/")
        assert f"/parts/?again={part.pk}" in page
        assert "Mine &amp; more" in text(as_user(scene.steward), f"/en/desk/{asked.number}/parts/?again={part.pk}")

    @pytest.mark.parametrize("path", ["parts/999999/", "parts/1/nonsense/", "T-0/parts/", "parts/1/note/"])
    def test_what_is_not_there(self, scene: Scene, as_user: Any, path: str) -> None:
        assert as_user(scene.admin).get(f"/en/desk/{path}").status_code == 404


class TestWhoReadsWhat:
    """Words of the steward to a department, of one department, and of the desk among itself."""

    @pytest.fixture
    def parts(self, scene: Scene, asked: Any, other: Any) -> Any:
        day = dates.proposed(asked)
        for handler, words in ((scene.handler, "WORDS-TO-TAX"), (other, "WORDS-TO-RENT")):
            verbs.add(asked, by=scene.steward, department=handler.department, asked=words, due_on=day)
        tax, rent = RequestPart.objects.order_by("pk")
        verbs.answer(verbs.accept(tax, by=scene.handler), by=scene.handler, text="TAX-ANSWER", files=uploads("t.pdf"))
        verbs.answer(verbs.accept(rent, by=other), by=other, text="RENT-ANSWER", files=uploads("r.pdf"))
        workflow.note(asked, by=scene.steward, text="STEWARD-NOTE")
        workflow.note(asked, by=other, text="RENT-NOTE")
        return tax, rent

    SECRETS = ("WORDS-TO-TAX", "WORDS-TO-RENT", "TAX-ANSWER", "RENT-ANSWER", "STEWARD-NOTE", "RENT-NOTE")

    def seen(self, page: str) -> set[str]:
        return {words for words in self.SECRETS if words in page}

    def test_on_the_request_s_page(self, scene: Scene, asked: Any, parts: Any, other: Any, as_user: Any) -> None:
        url = f"/en/desk/{asked.number}/"
        assert self.seen(text(as_user(scene.steward), url)) == set(self.SECRETS)
        assert self.seen(text(as_user(scene.handler), url)) == {"WORDS-TO-TAX", "TAX-ANSWER"}
        assert self.seen(text(as_user(other), url)) == {"WORDS-TO-RENT", "RENT-ANSWER", "RENT-NOTE"}
        assert str(other.department.name) in text(as_user(scene.handler), url)

    def test_the_enterprise_reads_who_and_until_when(self, scene: Scene, asked: Any, parts: Any, as_user: Any) -> None:
        page = text(as_user(scene.owner), f"/en/requests/{asked.number}/")
        assert self.seen(page) == set()
        assert f"{scene.tax.name} has done its part." in page
        assert "Stella Steward stays responsible and sends you one answer." in page
        assert f"Stella Steward asked {scene.tax.name} to work on a part" in page
        assert "t.pdf" not in page
        chinese = as_user(scene.owner).get(f"/zh-hans/requests/{asked.number}/").content.decode()
        assert scene.tax.name_zh_hans in chinese

    def test_pages_and_files_of_other_parts(
        self, scene: Scene, asked: Any, parts: Any, other: Any, as_user: Any, subtests: pytest.Subtests
    ) -> None:
        tax, rent = parts
        file = {each.name: f"/en/requests/files/{each.key}/" for each in Attachment.objects.all()}
        tries = [
            (scene.handler, f"/en/desk/parts/{tax.pk}/", 200),
            (scene.handler, f"/en/desk/parts/{rent.pk}/", 404),
            (scene.handler, file["t.pdf"], 200),
            (scene.handler, file["r.pdf"], 404),
            (scene.steward, file["r.pdf"], 200),
            (scene.admin, f"/en/desk/parts/{rent.pk}/", 200),
            (scene.second, f"/en/desk/parts/{rent.pk}/", 200),  # of the steward's department
            (StewardFactory(department=other.department), f"/en/desk/parts/{rent.pk}/", 404),
            (scene.owner, f"/en/desk/parts/{rent.pk}/", 404),
            (scene.owner, file["r.pdf"], 404),
            (UserFactory(roles=["auditor"]), f"/en/desk/parts/{rent.pk}/", 404),
            (HandlerFactory(), f"/en/desk/parts/{rent.pk}/", 404),
            (HandlerFactory(department=None), "/en/desk/parts/", 404),
        ]
        for person, url, status in tries:
            with subtests.test(url=url, who=person.name):
                assert as_user(person).get(url).status_code == status

    def test_while_we_wait_for_the_enterprise(self, scene: Scene, asked: Any, as_user: Any) -> None:
        taken(asked, scene.handler)
        workflow.ask_back(asked, by=scene.steward, text="Which year?")
        assert "its date moves on while we wait for you" in text(as_user(scene.owner), f"/en/requests/{asked.number}/")
        assert "the clock stands still" in text(as_user(scene.handler), "/en/desk/parts/")

    def test_the_page_of_a_request_asks_once_for_its_parts(
        self, scene: Scene, asked: Any, as_user: Any, parts: Any
    ) -> None:
        def counted() -> int:
            with CaptureQueriesContext(connection) as captured:
                text(client, f"/en/desk/{asked.number}/")
            return sum('"stewards_requestpart"."asked"' in (each["sql"] or "") for each in captured.captured_queries)

        client = as_user(scene.steward)
        assert counted() == 1
        RequestPart.objects.all().delete()
        assert counted() == 1
