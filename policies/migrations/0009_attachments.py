import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
import policies.models.attachment
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("policies", "0008_imports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("file", models.FileField(max_length=200, upload_to=policies.models.attachment.attachment_path)),
                ("kind", models.CharField(max_length=5)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveIntegerField()),
                ("name_zh_hans", models.CharField(blank=True, max_length=150, verbose_name="name in Chinese")),
                ("name_en", models.CharField(blank=True, max_length=150, verbose_name="name in English")),
                ("text", models.TextField(blank=True)),
                (
                    "text_state",
                    models.CharField(
                        choices=[
                            ("waiting", "text not read yet"),
                            ("reading", "text being read"),
                            ("read", "text found by the search"),
                            ("none", "no text inside, probably a scan"),
                            ("failed", "text could not be read"),
                            ("picture", "a picture: no text to read"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("text_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("unnamed_since", models.DateTimeField(blank=True, null=True)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AttachmentEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("key", models.UUIDField(default=uuid.uuid4)),
                ("kind", models.CharField(max_length=5)),
                ("size", models.PositiveIntegerField()),
                ("name_zh_hans", models.CharField(blank=True, max_length=150, verbose_name="name in Chinese")),
                ("name_en", models.CharField(blank=True, max_length=150, verbose_name="name in English")),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="audit_rows",
                        to="policies.attachment",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(
                condition=models.Q(("text_state__in", ["waiting", "reading"])),
                fields=["text_at"],
                name="attachment_unread",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.UniqueConstraint(
                fields=("sha256", "kind", "name_zh_hans", "name_en"), name="attachment_once_by_its_names"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="attachment",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "policies_attachmentevent" ("id", "key", "kind", "name_en", "name_zh_hans", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "size", "uploaded_by_id") VALUES (NEW."id", NEW."key", NEW."kind", NEW."name_en", NEW."name_zh_hans", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."size", NEW."uploaded_by_id"); RETURN NULL;',
                    hash="ef4fc635ec127b33ae98b410aa29ccee98a7eb31",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_43e2a",
                    table="policies_attachment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="attachment",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "policies_attachmentevent" ("id", "key", "kind", "name_en", "name_zh_hans", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "size", "uploaded_by_id") VALUES (OLD."id", OLD."key", OLD."kind", OLD."name_en", OLD."name_zh_hans", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."size", OLD."uploaded_by_id"); RETURN NULL;',
                    hash="df9614b78f473097e38bce09afb45ce6eb3a25dd",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_6945d",
                    table="policies_attachment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="attachmentevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="35939f277e0156237473899c9ffc9779e8f31d7e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_4ae5e",
                    table="policies_attachmentevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
