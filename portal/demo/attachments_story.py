"""Attachments of the demo: a checklist made of a policy's own text, and a form that waits for its English name.

Neither says anything that the portal does not say itself.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from xml.sax.saxutils import escape

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from policies import workflow
from policies.attachments.keeping import renamed, take
from policies.attachments.names import rows_of
from policies.models import Policy, Revision
from portal.demo.clock import Clock
from portal.demo.story import Act, Story

CHECKED, DRAFT = "sh-mnc-rhq-fund-2025", "demo-research-space"
NAMES = ("申请材料核对清单（演示）", "Checklist of application materials (demo)")
NOTE = (
    "演示用：本清单摘自本页所列申请材料。 For the demonstration: taken from the materials listed on the policy's page."
)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="main" Target="word/document.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>',
}


def attachment_acts(story: Story, clock: Clock) -> Iterator[Act]:
    attaching = Attaching(story)
    yield Act(clock.moment(6, "09:40"), attaching.attach_checklist, "zheng")
    yield Act(clock.moment(5, "10:20"), attaching.publish, "xu")
    yield Act(clock.moment(2, "15:10"), partial(_attach_form, story), "zheng")


class Attaching:
    """A new version of a published policy, which brings a file."""

    def __init__(self, story: Story) -> None:
        self.story, self.revision = story, Revision()

    def attach_checklist(self) -> None:
        by, policy = self.story.people["zheng"], Policy.objects.get(slug=CHECKED)
        _public_since(policy, timezone.now() - timedelta(days=60))
        lines = [*NAMES, NOTE]
        for text in (policy.materials_zh_hans, policy.materials_en):  # type: ignore[attr-defined]
            lines += [f"☐ {line}" for line in (text or "").splitlines() if line.strip()]
        keys, _problems = take([SimpleUploadedFile(f"{NAMES[0]}.docx", docx(lines))], by=by)
        named = renamed(rows_of(keys)[0], name_zh_hans=NAMES[0], name_en=NAMES[1], by=by)
        revision = workflow.revise(policy, by=by)
        content = revision.content | {"attachments": [str(named.key)]}
        revision = workflow.save_revision(revision, by=by, content=content, seen=revision.lock_version)
        self.revision = workflow.send_to_review(revision, by=by)

    def publish(self) -> None:
        workflow.publish(self.revision, by=self.story.people["xu"], seen=self.revision.lock_version)


def _public_since(policy: Policy, moment: datetime) -> None:
    """The first version came with the data, today; the second must not have been there before it."""
    Policy.objects.filter(pk=policy.pk).update(published_at=moment)
    policy.revisions.filter(number=1).update(decided_at=moment)


def _attach_form(story: Story) -> None:
    """Named in Chinese only: a translator's work, and the reason why the draft can't go to review."""
    by, draft = story.people["zheng"], Revision.objects.get(policy__slug=DRAFT)
    lines = ["研发办公用房补贴申请表（演示草稿）", "企业名称", "租用面积", "研发人员人数"]
    keys, _problems = take([SimpleUploadedFile("申请表（演示草稿）.docx", docx(lines))], by=by)
    content = draft.content | {"attachments": keys}
    workflow.save_revision(draft, by=by, content=content, seen=draft.lock_version)


def docx(lines: list[str]) -> bytes:
    """The smallest Word file of these paragraphs."""
    text = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in PARTS.items():
            archive.writestr(name, part)
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body>{text}</w:body></w:document>')
    return out.getvalue()
