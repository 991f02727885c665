from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stewards', '0013_wording'),
    ]

    operations = [
        migrations.AlterField(
            model_name='requestevent',
            name='kind',
            field=models.CharField(choices=[('submitted', 'Submitted'), ('assigned', 'Assigned'), ('accepted', 'Accepted'), ('contacted', 'Message to the enterprise'), ('asked_back', 'Question to the enterprise'), ('replied', 'Reply of the enterprise'), ('note', 'Internal note'), ('referred', 'Referred to a department'), ('handed_over', 'Handed over for a leave'), ('handed_back', 'Handed back after a leave'), ('given_back', 'Returned by a department'), ('decided', 'Department decided by the service centre'), ('part_added', 'Part for a department'), ('part_taken', 'Part accepted'), ('part_answer', 'Part done'), ('part_return', 'Part returned'), ('part_passed', 'Part passed on'), ('part_back', 'Part sent back for more'), ('part_gone', 'Part no longer needed'), ('part_given', 'Part given by the service centre'), ('part_due', 'New due date of a part'), ('answered', 'Answered'), ('rated', 'Rated'), ('reopened', 'Re-opened'), ('closed', 'Closed'), ('not_accepted', 'Not accepted'), ('withdrawn', 'Withdrawn'), ('undone', 'Taken back'), ('recomputed', 'Due date computed anew'), ('time_asked', 'More time asked for'), ('time_refused', 'More time refused'), ('extended', 'Due date extended'), ('complex', 'Approved as complex'), ('merged', 'Merged into another request'), ('joined', 'Another request merged into this one'), ('unmerged', 'Merge undone'), ('parted', 'Merge of another request undone'), ('linked', 'Linked to another request'), ('unlinked', 'Link removed'), ('sorted', 'Category changed'), ('instructed', 'Instruction of a leader'), ('reported', 'Report on an instruction'), ('supervised', 'Supervised handling'), ('released', 'Supervised handling ended'), ('renewed', 'New date'), ('unheard', 'Nobody has contacted me'), ('lasted', 'Whether it lasted'), ('rectifying', 'Rating to be put right'), ('called_back', 'Called back'), ('identified', 'Linked to whoever asked'), ('mistaken', 'Link to whoever asked taken back'), ('rectified', 'Rating put right')], max_length=12),
        ),
    ]
