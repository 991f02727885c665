"""Files on requests: checked, kept, and given out as downloads to those who may see them."""

import io
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.core.uploads import OOXML
from stewards import workflow
from stewards.files import attachments_for, check_files
from stewards.models import Attachment
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import MembershipFactory
from tests.stewards.scene import PDF, Scene, pdf, uploads

AsUser = Callable[[Any], Client]


def zip_bomb() -> bytes:
    """40 MB of zeros in a Word document of a few kilobytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f"{OOXML}wordprocessingml.document.main+xml")
        archive.writestr("word/document.xml", bytes(40 * 1024 * 1024))
    return out.getvalue()


class TestChecking:
    def test_good_files_pass_with_their_facts(self) -> None:
        first, second = check_files([pdf("plan.pdf"), pdf("计划.pdf")])
        assert (first.facts.name, first.facts.content_type, first.facts.size) == (
            "plan.pdf",
            "application/pdf",
            len(PDF),
        )
        assert second.facts.name == "计划.pdf"

    @pytest.mark.parametrize(
        ("name", "content", "code"),
        [
            ("page.pdf", b"<!doctype html><script>alert(1)</script>", "mismatch"),
            ("page.html", b"<!doctype html>", "extension"),
            ("tool.exe", b"MZ\x90", "extension"),
            ("empty.pdf", b"", "empty"),
            ("no-extension", PDF, "extension"),
        ],
    )
    def test_bad_ones_are_named_with_the_reason(self, name: str, content: bytes, code: str) -> None:
        with pytest.raises(ValidationError) as refused:
            check_files([pdf(name, content)])
        (error,) = refused.value.error_list
        assert error.code == code
        assert name in error.messages[0]

    def test_a_zip_bomb(self) -> None:
        with pytest.raises(ValidationError, match="unpacks to far more"):
            check_files([pdf("bomb.docx", zip_bomb())])

    def test_too_large(self, settings: Any) -> None:
        settings.UPLOAD_MAX_BYTES = 1024
        with pytest.raises(ValidationError, match=r"“big\.pdf” was not taken: The file is larger"):
            check_files([pdf("big.pdf", PDF + bytes(1024))])

    def test_too_many(self) -> None:
        with pytest.raises(ValidationError, match="at most 5 files"):
            check_files([pdf(f"{n}.pdf") for n in range(6)])

    def test_one_bad_file_says_that_the_good_ones_must_be_chosen_again(self) -> None:
        with pytest.raises(ValidationError) as refused:
            check_files([pdf("good.pdf"), pdf("bad.pdf", b"no"), pdf("bad.exe")])
        messages = refused.value.messages
        assert len(messages) == 3
        assert messages[-1] == "Please choose the other files again as well; your text is kept."


class TestKeeping:
    def test_stored_under_a_name_that_tells_nothing(self, scene: Scene) -> None:
        asked = workflow.reply(scene.request(), by=scene.owner, text="Here.", files=uploads("secret plan.pdf"))
        kept = Attachment.objects.get()
        assert (kept.request, kept.name, kept.uploaded_by) == (asked, "secret plan.pdf", scene.owner)
        assert "secret" not in kept.file.name
        assert kept.file.read() == PDF
        kept.file.close()

    def test_the_same_file_twice_is_two_files(self, scene: Scene) -> None:
        workflow.reply(scene.request(), by=scene.owner, text="Here.", files=uploads("a.pdf", "a.pdf"))
        assert len({attachment.file.name for attachment in Attachment.objects.all()}) == 2


def download(client: Client, attachment: Attachment) -> Any:
    return client.get(f"/en/requests/files/{attachment.key}/")


@pytest.fixture
def public(scene: Scene) -> Attachment:
    workflow.reply(scene.request("accepted"), by=scene.owner, text="Here.", files=uploads("租赁合同 2026.pdf"))
    return Attachment.objects.get(internal=False)


@pytest.fixture
def internal(scene: Scene, public: Attachment) -> Attachment:
    workflow.note(public.request, by=scene.steward, text="Look.", files=uploads("note.pdf"))
    return Attachment.objects.get(internal=True)


class TestDownload:
    def test_always_a_download_never_shown(self, scene: Scene, public: Attachment, as_user: AsUser) -> None:
        response = download(as_user(scene.owner), public)
        assert response.status_code == 200
        assert b"".join(response.streaming_content) == PDF
        disposition = response["Content-Disposition"]
        assert disposition.startswith("attachment; filename*=utf-8''")
        assert "%E7%A7%9F%E8%B5%81" in disposition
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Type"] == "application/pdf"
        assert response["Cache-Control"] == "private, no-store"

    def test_who_may_have_it(self, scene: Scene, public: Attachment, internal: Attachment, as_user: AsUser) -> None:
        claimed = UserFactory()
        MembershipFactory(user=claimed, enterprise=scene.enterprise, state="claimed")
        for person, sees, sees_internal in (
            (scene.owner, True, False),
            (scene.colleague, True, False),
            (scene.steward, True, True),
            (scene.second, True, True),
            (scene.admin, True, True),
            (scene.handler, False, False),
            (scene.outsider, False, False),
            (claimed, False, False),
            (UserFactory(roles=["editor"]), False, False),
        ):
            codes = [download(as_user(person), each).status_code for each in (public, internal)]
            assert codes == [200 if sees else 404, 200 if sees_internal else 404], person

    def test_staff_of_an_enterprise_get_no_internal_files_of_it(self, scene: Scene, internal: Attachment) -> None:
        """A person may be both: as enterprise staff they see what the enterprise sees."""
        both = HandlerFactory()
        MembershipFactory(user=both, enterprise=scene.enterprise)
        assert [a.internal for a in attachments_for(both)] == [False]

    def test_files_of_a_draft_are_the_writer_s(self, scene: Scene, as_user: AsUser) -> None:
        scene.draft(uploads=uploads("draft.pdf"))
        attachment = Attachment.objects.get()
        codes = [download(as_user(p), attachment).status_code for p in (scene.owner, scene.colleague, scene.steward)]
        assert codes == [200, 404, 404]

    def test_visitors_sign_in_first(self, public: Attachment) -> None:
        response = download(Client(), public)
        assert response.status_code == 302
        assert "/accounts/login/" in response["Location"]

    def test_unknown_and_lost_files(self, scene: Scene, public: Attachment, as_user: AsUser) -> None:
        client = as_user(scene.owner)
        assert client.get(f"/en/requests/files/{uuid.uuid4()}/").status_code == 404
        assert client.get("/en/requests/files/plan.pdf/").status_code == 404
        public.file.storage.delete(public.file.name)
        assert download(client, public).status_code == 404

    def test_only_reading(self, scene: Scene, public: Attachment, as_user: AsUser) -> None:
        assert as_user(scene.owner).post(f"/en/requests/files/{public.key}/").status_code == 405


def test_sixty_megabytes_are_refused_and_nothing_is_kept(scene: Scene, as_user: AsUser) -> None:
    """The real size, streamed through the upload handlers; the words are kept."""
    big = SimpleUploadedFile("huge.pdf", PDF + bytes(60 * 1024 * 1024))
    data = {"type": "help", "subject": "Big", "body": "Kept words.", "language": "en", "files": big, "action": "send"}
    response = as_user(scene.owner).post("/en/requests/new/", data)
    assert response.status_code == 200
    page = response.content.decode()
    assert "“huge.pdf” was not taken: The file is larger than 20 MB." in page
    assert "Kept words." in page
    assert not Attachment.objects.exists()


def test_stewards_of_other_departments_see_no_files(public: Attachment) -> None:
    from tests.factories.accounts import DepartmentFactory

    stranger = StewardFactory(department=DepartmentFactory())
    assert not attachments_for(stranger).exists()
