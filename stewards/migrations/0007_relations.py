import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from portal.core.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("stewards", "0006_parts"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="TagEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("name", models.CharField(max_length=40, verbose_name="name")),
                        ("name_zh_hans", models.CharField(max_length=40, null=True, verbose_name="name")),
                        ("name_en", models.CharField(max_length=40, null=True, verbose_name="name")),
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
                                to="stewards.tag",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="UsualSteps",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "type",
                            models.CharField(
                                choices=[
                                    ("consultation", "Consultation"),
                                    ("help", "Help"),
                                    ("complaint", "Complaint"),
                                    ("report", "Report of a violation"),
                                    ("suggestion", "Suggestion"),
                                ],
                                max_length=12,
                                unique=True,
                                verbose_name="type",
                            ),
                        ),
                        ("steps", models.TextField(blank=True, max_length=4000, verbose_name="steps")),
                        (
                            "steps_zh_hans",
                            models.TextField(blank=True, max_length=4000, null=True, verbose_name="steps"),
                        ),
                        ("steps_en", models.TextField(blank=True, max_length=4000, null=True, verbose_name="steps")),
                    ],
                ),
                migrations.CreateModel(
                    name="UsualStepsEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "type",
                            models.CharField(
                                choices=[
                                    ("consultation", "Consultation"),
                                    ("help", "Help"),
                                    ("complaint", "Complaint"),
                                    ("report", "Report of a violation"),
                                    ("suggestion", "Suggestion"),
                                ],
                                max_length=12,
                                verbose_name="type",
                            ),
                        ),
                        ("steps", models.TextField(blank=True, max_length=4000, verbose_name="steps")),
                        (
                            "steps_zh_hans",
                            models.TextField(blank=True, max_length=4000, null=True, verbose_name="steps"),
                        ),
                        ("steps_en", models.TextField(blank=True, max_length=4000, null=True, verbose_name="steps")),
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
                                to="stewards.usualsteps",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Watch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("since", models.DateTimeField(default=django.utils.timezone.now)),
                        ("late_told_for", models.DateField(null=True)),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "request",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="watches",
                                to="stewards.helprequest",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("request", "person"), name="a_person_watches_once")
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="RequestLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "note",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="what they have to do with each other"
                            ),
                        ),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "one",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="stewards.helprequest"
                            ),
                        ),
                        (
                            "other",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="stewards.helprequest"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("one", "other"), name="a_pair_is_linked_once"),
                            models.CheckConstraint(
                                condition=models.Q(("one__lt", models.F("other"))),
                                name="the_older_request_stands_first",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="Step",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.CharField(max_length=200, verbose_name="step")),
                        ("text_zh_hans", models.CharField(max_length=200, null=True, verbose_name="step")),
                        ("text_en", models.CharField(max_length=200, null=True, verbose_name="step")),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("done_at", models.DateTimeField(null=True, verbose_name="done")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "done_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="done by",
                            ),
                        ),
                        (
                            "request",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="stewards.helprequest",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("done_at__isnull", True), ("done_by__isnull", True)),
                                    models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="a_step_is_done_by_somebody",
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="StepEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("text", models.CharField(max_length=200, verbose_name="step")),
                        ("text_zh_hans", models.CharField(max_length=200, null=True, verbose_name="step")),
                        ("text_en", models.CharField(max_length=200, null=True, verbose_name="step")),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("done_at", models.DateTimeField(null=True, verbose_name="done")),
                        (
                            "by",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "done_by",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="done by",
                            ),
                        ),
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
                                to="stewards.step",
                            ),
                        ),
                        (
                            "request",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="stewards.helprequest",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Tag",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=40, verbose_name="name")),
                        ("name_zh_hans", models.CharField(max_length=40, null=True, verbose_name="name")),
                        ("name_en", models.CharField(max_length=40, null=True, verbose_name="name")),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("name_zh_hans"),
                                name="one_tag_of_a_name_in_chinese",
                            ),
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("name_en"), name="one_tag_of_a_name_in_english"
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="RequestTag",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "request",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tagged",
                                to="stewards.helprequest",
                            ),
                        ),
                        (
                            "tag",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="stewards.tag"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("request", "tag"), name="a_tag_once_on_a_request")
                        ]
                    },
                ),
            ]
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tag",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "stewards_tagevent" ("id", "name", "name_en", "name_zh_hans", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."id", NEW."name", NEW."name_en", NEW."name_zh_hans", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                    hash="db084ca66aaa2d479ba5aaa5a340352b3275afa7",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_a460e",
                    table="stewards_tag",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tag",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "stewards_tagevent" ("id", "name", "name_en", "name_zh_hans", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."id", NEW."name", NEW."name_en", NEW."name_zh_hans", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                    hash="af2d0a70ec7e3c1102df44534bc4ec1f4957f31c",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_aeb9d",
                    table="stewards_tag",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="usualsteps",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "stewards_usualstepsevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "steps", "steps_en", "steps_zh_hans", "type") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."steps", NEW."steps_en", NEW."steps_zh_hans", NEW."type"); RETURN NULL;',
                    hash="1e52c0ecbe1a94471e856c5a784ac1e6900225e3",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_5a861",
                    table="stewards_usualsteps",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="usualsteps",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "stewards_usualstepsevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "steps", "steps_en", "steps_zh_hans", "type") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."steps", NEW."steps_en", NEW."steps_zh_hans", NEW."type"); RETURN NULL;',
                    hash="eec4131a33de9092bc04d57d39998601ea9c9e9e",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_8a3a4",
                    table="stewards_usualsteps",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="step",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "stewards_stepevent" ("at", "by_id", "done_at", "done_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "text", "text_en", "text_zh_hans") VALUES (NEW."at", NEW."by_id", NEW."done_at", NEW."done_by_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."request_id", NEW."text", NEW."text_en", NEW."text_zh_hans"); RETURN NULL;',
                    hash="b14be45d03677bdb35f45ecdbda0ceec5a286280",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_8b272",
                    table="stewards_step",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="step",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "stewards_stepevent" ("at", "by_id", "done_at", "done_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "text", "text_en", "text_zh_hans") VALUES (NEW."at", NEW."by_id", NEW."done_at", NEW."done_by_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."request_id", NEW."text", NEW."text_en", NEW."text_zh_hans"); RETURN NULL;',
                    hash="cf2a809fd4314ee2339aa0f7917db84b82874604",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c8276",
                    table="stewards_step",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="stepevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="4567544d81d488c971ec7d56d12a81af56c4edde",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_c85b4",
                    table="stewards_stepevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tagevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e0aeaf4aeabfe0dd17a2ec340bb0723402b4254e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_0c579",
                    table="stewards_tagevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="usualstepsevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="8580a3f7276c5e57d21b50d8304deccd80e83520",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_f9fe9",
                    table="stewards_usualstepsevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
