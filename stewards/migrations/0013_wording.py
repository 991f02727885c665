
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from portal.core.together import Together


class Migration(migrations.Migration):

    dependencies = [
        ('policies', '0001_squashed_0013_upkeep'),
        ('stewards', '0012_rating'),
    ]

    operations = [
        Together([
        migrations.AlterField(
            model_name='callback',
            name='called_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='called'),
        ),
        migrations.AlterField(
            model_name='callback',
            name='content',
            field=models.BooleanField(null=True, verbose_name='the enterprise is content now'),
        ),
        migrations.AlterField(
            model_name='callback',
            name='reached',
            field=models.BooleanField(verbose_name='reached'),
        ),
        migrations.AlterField(
            model_name='callback',
            name='words',
            field=models.TextField(blank=True, max_length=2000, verbose_name='what was said'),
        ),
        migrations.AlterField(
            model_name='callbackevent',
            name='called_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='called'),
        ),
        migrations.AlterField(
            model_name='callbackevent',
            name='content',
            field=models.BooleanField(null=True, verbose_name='the enterprise is content now'),
        ),
        migrations.AlterField(
            model_name='callbackevent',
            name='reached',
            field=models.BooleanField(verbose_name='reached'),
        ),
        migrations.AlterField(
            model_name='callbackevent',
            name='words',
            field=models.TextField(blank=True, max_length=2000, verbose_name='what was said'),
        ),
        migrations.AlterField(
            model_name='dayfigures',
            name='type',
            field=models.CharField(choices=[('consultation', 'Consultation'), ('help', 'Help'), ('complaint', 'Complaint'), ('report', 'Report of a violation'), ('suggestion', 'Suggestion')], max_length=12),
        ),
        migrations.AlterField(
            model_name='helprequest',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('assigned', 'Assigned'), ('accepted', 'Accepted'), ('in_progress', 'In progress'), ('waiting', 'Waiting for the enterprise'), ('answered', 'Answered'), ('rated', 'Rated'), ('closed', 'Closed'), ('not_accepted', 'Not accepted'), ('withdrawn', 'Withdrawn'), ('merged', 'Merged into another request')], default='draft', max_length=12, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='helprequestevent',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('assigned', 'Assigned'), ('accepted', 'Accepted'), ('in_progress', 'In progress'), ('waiting', 'Waiting for the enterprise'), ('answered', 'Answered'), ('rated', 'Rated'), ('closed', 'Closed'), ('not_accepted', 'Not accepted'), ('withdrawn', 'Withdrawn'), ('merged', 'Merged into another request')], default='draft', max_length=12, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='monthfigures',
            name='type',
            field=models.CharField(blank=True, choices=[('consultation', 'Consultation'), ('help', 'Help'), ('complaint', 'Complaint'), ('report', 'Report of a violation'), ('suggestion', 'Suggestion')], max_length=12),
        ),
        migrations.AlterField(
            model_name='obstacle',
            name='category',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stewards.requestcategory', verbose_name='category'),
        ),
        migrations.AlterField(
            model_name='obstacle',
            name='did',
            field=models.TextField(blank=True, max_length=1000, verbose_name='what we did'),
        ),
        migrations.AlterField(
            model_name='obstacle',
            name='did_en',
            field=models.TextField(blank=True, max_length=1000, null=True, verbose_name='what we did'),
        ),
        migrations.AlterField(
            model_name='obstacle',
            name='did_zh_hans',
            field=models.TextField(blank=True, max_length=1000, null=True, verbose_name='what we did'),
        ),
        migrations.AlterField(
            model_name='obstacle',
            name='policy',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='policies.policy', verbose_name='policy'),
        ),
        migrations.AlterField(
            model_name='obstacle',
            name='published_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='published'),
        ),
        migrations.AlterField(
            model_name='obstacle',
            name='remark',
            field=models.TextField(blank=True, max_length=1000, verbose_name='remark'),
        ),
        migrations.AlterField(
            model_name='obstacle',
            name='said',
            field=models.TextField(blank=True, max_length=1000, verbose_name='what enterprises said'),
        ),
        migrations.AlterField(
            model_name='obstacle',
            name='said_en',
            field=models.TextField(blank=True, max_length=1000, null=True, verbose_name='what enterprises said'),
        ),
        migrations.AlterField(
            model_name='obstacle',
            name='said_zh_hans',
            field=models.TextField(blank=True, max_length=1000, null=True, verbose_name='what enterprises said'),
        ),
        migrations.AlterField(
            model_name='obstacle',
            name='state',
            field=models.CharField(choices=[('named', 'Named'), ('sent', "With the policy's owner"), ('answered', 'Answered, to be reviewed'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], default='named', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='obstacle',
            name='title',
            field=models.CharField(blank=True, max_length=120, verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='obstacle',
            name='title_en',
            field=models.CharField(blank=True, max_length=120, null=True, verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='obstacle',
            name='title_zh_hans',
            field=models.CharField(blank=True, max_length=120, null=True, verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='obstacleevent',
            name='category',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='stewards.requestcategory', verbose_name='category'),
        ),
        migrations.AlterField(
            model_name='obstacleevent',
            name='did',
            field=models.TextField(blank=True, max_length=1000, verbose_name='what we did'),
        ),
        migrations.AlterField(
            model_name='obstacleevent',
            name='did_en',
            field=models.TextField(blank=True, max_length=1000, null=True, verbose_name='what we did'),
        ),
        migrations.AlterField(
            model_name='obstacleevent',
            name='did_zh_hans',
            field=models.TextField(blank=True, max_length=1000, null=True, verbose_name='what we did'),
        ),
        migrations.AlterField(
            model_name='obstacleevent',
            name='policy',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='policies.policy', verbose_name='policy'),
        ),
        migrations.AlterField(
            model_name='obstacleevent',
            name='published_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='published'),
        ),
        migrations.AlterField(
            model_name='obstacleevent',
            name='remark',
            field=models.TextField(blank=True, max_length=1000, verbose_name='remark'),
        ),
        migrations.AlterField(
            model_name='obstacleevent',
            name='said',
            field=models.TextField(blank=True, max_length=1000, verbose_name='what enterprises said'),
        ),
        migrations.AlterField(
            model_name='obstacleevent',
            name='said_en',
            field=models.TextField(blank=True, max_length=1000, null=True, verbose_name='what enterprises said'),
        ),
        migrations.AlterField(
            model_name='obstacleevent',
            name='said_zh_hans',
            field=models.TextField(blank=True, max_length=1000, null=True, verbose_name='what enterprises said'),
        ),
        migrations.AlterField(
            model_name='obstacleevent',
            name='state',
            field=models.CharField(choices=[('named', 'Named'), ('sent', "With the policy's owner"), ('answered', 'Answered, to be reviewed'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], default='named', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='obstacleevent',
            name='title',
            field=models.CharField(blank=True, max_length=120, verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='obstacleevent',
            name='title_en',
            field=models.CharField(blank=True, max_length=120, null=True, verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='obstacleevent',
            name='title_zh_hans',
            field=models.CharField(blank=True, max_length=120, null=True, verbose_name='title'),
        ),
        migrations.AlterField(
            model_name='rectification',
            name='closed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='closed'),
        ),
        migrations.AlterField(
            model_name='rectification',
            name='content',
            field=models.BooleanField(null=True, verbose_name='the enterprise is content now'),
        ),
        migrations.AlterField(
            model_name='rectification',
            name='done',
            field=models.TextField(blank=True, max_length=2000, verbose_name='what was done'),
        ),
        migrations.AlterField(
            model_name='rectification',
            name='due_on',
            field=models.DateField(verbose_name='due'),
        ),
        migrations.AlterField(
            model_name='rectification',
            name='opened_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='opened'),
        ),
        migrations.AlterField(
            model_name='rectificationevent',
            name='closed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='closed'),
        ),
        migrations.AlterField(
            model_name='rectificationevent',
            name='content',
            field=models.BooleanField(null=True, verbose_name='the enterprise is content now'),
        ),
        migrations.AlterField(
            model_name='rectificationevent',
            name='done',
            field=models.TextField(blank=True, max_length=2000, verbose_name='what was done'),
        ),
        migrations.AlterField(
            model_name='rectificationevent',
            name='due_on',
            field=models.DateField(verbose_name='due'),
        ),
        migrations.AlterField(
            model_name='rectificationevent',
            name='opened_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='opened'),
        ),
        migrations.AlterField(
            model_name='requestevent',
            name='kind',
            field=models.CharField(choices=[('submitted', 'Submitted'), ('assigned', 'Assigned'), ('accepted', 'Accepted'), ('contacted', 'Message to the enterprise'), ('asked_back', 'Question to the enterprise'), ('replied', 'Reply of the enterprise'), ('note', 'Internal note'), ('referred', 'Referred to a department'), ('handed_over', 'Handed over for a leave'), ('handed_back', 'Handed back after a leave'), ('given_back', 'Returned by a department'), ('decided', 'Department decided by the service centre'), ('part_added', 'Part for a department'), ('part_taken', 'Part accepted'), ('part_answer', 'Part done'), ('part_return', 'Part returned'), ('part_passed', 'Part passed on'), ('part_back', 'Part sent back for more'), ('part_gone', 'Part no longer needed'), ('part_given', 'Part given by the service centre'), ('part_due', 'New due date of a part'), ('answered', 'Answered'), ('rated', 'Rated'), ('reopened', 'Re-opened'), ('closed', 'Closed'), ('not_accepted', 'Not accepted'), ('withdrawn', 'Withdrawn'), ('undone', 'Taken back'), ('recomputed', 'Due date computed anew'), ('time_asked', 'More time asked for'), ('time_refused', 'More time refused'), ('extended', 'Due date extended'), ('complex', 'Approved as complex'), ('merged', 'Merged into another request'), ('joined', 'Another request merged into this one'), ('unmerged', 'Merge undone'), ('parted', 'Merge of another request undone'), ('linked', 'Linked to another request'), ('unlinked', 'Link removed'), ('sorted', 'Category changed'), ('instructed', 'Instruction of a leader'), ('reported', 'Report on an instruction'), ('supervised', 'Supervised handling'), ('released', 'Supervised handling ended'), ('renewed', 'New date'), ('unheard', 'Nobody has contacted me'), ('lasted', 'Whether it lasted'), ('rectifying', 'Rating to be put right'), ('called_back', 'Called back'), ('rectified', 'Rating put right')], max_length=12),
        ),
            ]),
    ]
