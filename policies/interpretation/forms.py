"""Cleaning of what officials type, draw and film about policies."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policies.enums import InterpretationKind
from policies.interpretation.captions import LONGEST, normalised
from policies.interpretation.checking import longest
from policies.interpretation.content import FIELDS, LINK, SLOTS, columns_of, label_of
from policies.interpretation.files import PICTURE_ACCEPT, Upload, checked
from policies.models import Interpretation, Policy
from policies.publishing.worklists import named
from portal.core import bilingual
from portal.core.videos import ACCEPT as VIDEO_ACCEPT

LANGUAGE_ATTRS = {True: "zh-Hans", False: "en"}
ROWS = {"title": 2, "alt": 2, "body": 12, "description": 10, "captions": 12, "transcript": 10}
FILE = "captions_file_"
HINTS: Mapping[str, Any] = {
    "body": gettext_lazy(
        "Markdown: # for a heading, - for a list, **bold**, [words](https://…) for a link. HTML is shown as typed."
    ),
    "alt": gettext_lazy("For people who cannot see the picture, and where it does not load."),
    "description": gettext_lazy("All figures and words of the picture. Markdown, as in a text."),
    "captions": gettext_lazy("WebVTT: paste it here, or choose a file. It begins with WEBVTT."),
    "transcript": gettext_lazy("All that is said and shown. It can be made from the captions, and corrected."),
}


class BeginForm(forms.Form):
    """What kind it is to be, and of which policy."""

    kind = forms.ChoiceField(choices=InterpretationKind.choices, widget=forms.RadioSelect)
    policy = forms.CharField(max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].label = _("Kind")
        self.fields["policy"].label = _("Policy")
        self.fields["policy"].help_text = _("Title, document number or address. Others can be added later.")

    def clean_policy(self) -> Policy:
        return one_policy(str(self.cleaned_data["policy"]))


def one_policy(text: str) -> Policy:
    """The published policy that is called so."""
    found = list(named(Policy.objects.published().defer("search"), text.strip())[:6])
    if not found:
        raise forms.ValidationError(_("No published policy is called that."))
    if len(found) > 1:
        names = "; ".join(f"{policy.title} ({policy.slug})" for policy in found[:5])
        raise forms.ValidationError(_("Several policies fit. Give the address of one: %(names)s") % {"names": names})
    return found[0]


class Words(forms.CharField):
    """A text in one of the languages, with the line ends that are stored."""

    def __init__(self, kind: str, field: str, column: str) -> None:
        attrs = {"lang": LANGUAGE_ATTRS[column.endswith("_zh_hans")], "dir": "auto", "rows": ROWS.get(field, 5)}
        if field == "captions":
            attrs |= {"class": "captions", "spellcheck": "false"}
        super().__init__(
            label=label_of(column), required=False, max_length=longest(kind, field), widget=forms.Textarea(attrs=attrs)
        )
        self.one_line = field in ("title", "alt")
        self.captions = field == "captions"

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        return " ".join(text.split()) if self.one_line else text

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return normalised(text) if self.captions else text


class CaptionsFile(forms.FileField):
    """A WebVTT file, read as text in UTF-8 or the Chinese national encoding."""

    def clean(self, data: Any, initial: Any = None) -> str:
        file: UploadedFile | None = super().clean(data, initial)
        if not file:
            return ""
        if (file.size or 0) > LONGEST * 4:
            raise forms.ValidationError(_("Captions have at most %(count)s characters.") % {"count": f"{LONGEST:,}"})
        content = file.read()
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return normalised(content.decode(encoding))
            except UnicodeDecodeError:
                continue
        raise forms.ValidationError(_("This is no text file."))


class SlotField(forms.FileField):
    """A picture, poster or video, judged by its content."""

    def __init__(self, slot: str) -> None:
        video = slot == "video"
        attrs = {
            "accept": VIDEO_ACCEPT if video else PICTURE_ACCEPT,
            "data-max-bytes": settings.VIDEO_MAX_BYTES if video else settings.UPLOAD_MAX_BYTES,
        }
        super().__init__(label=label_of(slot), required=False, widget=forms.FileInput(attrs=attrs))
        self.slot = slot
        mega = (settings.VIDEO_MAX_BYTES if video else settings.UPLOAD_MAX_BYTES) // 2**20
        kinds = "MP4, WebM" if video else "PNG, JPEG, WebP"
        self.help_text = _("%(kinds)s, at most %(mega)s MB") % {"kinds": kinds, "mega": mega}

    def clean(self, data: Any, initial: Any = None) -> Upload | None:
        file: UploadedFile | None = super().clean(data, initial)
        return checked(self.slot, file) if file else None


class WritingForm(forms.Form):
    """Everything of one interpretation: texts of its kind in both languages, files, policies."""

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        found: Interpretation,
        content: Mapping[str, Any] | None = None,
    ) -> None:
        """`content`: shown instead of what is stored."""
        super().__init__(data, files, initial=dict(content if content is not None else found.content))
        self.found = found
        for field in FIELDS[found.kind]:
            for column in bilingual.columns(field):
                self.fields[column] = Words(found.kind, field, column)
        if found.kind == InterpretationKind.VIDEO:
            self._add_video_fields()
        for slot in SLOTS[found.kind]:
            self.fields[slot] = SlotField(slot)
        if found.kind != InterpretationKind.SUMMARY:
            hint = _("Title, document number or address of the policy.")
            self.fields["add_policy"] = forms.CharField(
                label=_("Add a policy"), help_text=hint, required=False, max_length=300
            )

    def _add_video_fields(self) -> None:
        self.fields[LINK] = forms.URLField(
            label=label_of(LINK),
            help_text=_("Shown as a link, beginning with https://; for a video that is not kept here."),
            required=False,
            max_length=500,
            assume_scheme="https",
        )
        for column in bilingual.columns("captions"):
            suffix = column.removeprefix("captions_")
            label = _("Captions from a file (Chinese)") if suffix == "zh_hans" else _("Captions from a file (English)")
            widget = forms.FileInput(attrs={"accept": ".vtt,text/vtt"})
            self.fields[f"{FILE}{suffix}"] = CaptionsFile(label=label, required=False, widget=widget)

    def clean_video_url(self) -> str:
        address = str(self.cleaned_data[LINK])
        if address and not address.startswith("https://"):
            raise forms.ValidationError(_("A video elsewhere needs an address that begins with https://."))
        return address

    def clean_add_policy(self) -> Policy | None:
        text = str(self.cleaned_data["add_policy"]).strip()
        return one_policy(text) if text else None

    def texts(self) -> dict[str, str]:
        """The texts as typed; a caption file takes the place of what stood in its field."""
        data = self.cleaned_data
        texts = {column: data[column] for column in columns_of(self.found.kind) if column in data}
        for column in bilingual.columns("captions"):
            if from_file := data.get(f"{FILE}{column.removeprefix('captions_')}"):
                texts[column] = from_file
        return texts | ({LINK: data[LINK]} if LINK in data else {})

    def uploads(self) -> dict[str, Upload]:
        kept = {slot: self.cleaned_data.get(slot) for slot in SLOTS[self.found.kind]}
        return {slot: upload for slot, upload in kept.items() if upload}


class WithdrawForm(forms.Form):
    text = forms.CharField(required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Why it is withdrawn")
        self.fields["text"].help_text = _("The author reads it.")
