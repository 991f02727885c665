"""manage.py seed: the demo's policies, people and history. Can be run at every start."""

from collections.abc import Iterator
from contextlib import contextmanager
from operator import attrgetter
from typing import Any

import pghistory
from celery import current_app
from django.core.management.base import BaseCommand
from django.db import transaction

from enterprises.loading import load_taxonomies
from outreach.loading import load_all
from policies.exchange.loading import DATA, load_file
from portal.demo import messenger
from portal.demo.assignment_story import assignment_acts
from portal.demo.attachments_story import attachment_acts
from portal.demo.cast import seeded
from portal.demo.clock import Clock
from portal.demo.consultation_story import consultation_acts
from portal.demo.criteria_story import criteria_acts
from portal.demo.deskwork_story import deskwork_acts
from portal.demo.engagement_story import engagement_acts
from portal.demo.escalation_story import escalation_acts
from portal.demo.import_story import import_acts
from portal.demo.interpretation_story import interpretation_acts
from portal.demo.investment_story import investment_acts
from portal.demo.map_story import map_acts
from portal.demo.matches_story import matches_acts
from portal.demo.outreach_story import outreach_acts
from portal.demo.parts_story import parts_acts
from portal.demo.people_story import create_people, enterprise_acts
from portal.demo.policy_story import policy_acts
from portal.demo.questions_story import question_acts
from portal.demo.rating_story import rating_acts
from portal.demo.records_story import records_acts
from portal.demo.recurring_story import recurring_acts
from portal.demo.registry_story import registry_acts
from portal.demo.relations_story import relations_acts
from portal.demo.report_story import report_acts
from portal.demo.request_story import daily_acts, request_acts
from portal.demo.silence_story import silence_acts
from portal.demo.standard_story import standard_acts
from portal.demo.story import Story
from portal.demo.survey_story import survey_acts
from portal.demo.upkeep_story import upkeep_acts
from stewards.models import HelpRequest


class Command(BaseCommand):
    help = "Fill the demonstration: real policies, fictional enterprises and people, a history up to today."

    def handle(self, *args: Any, **options: Any) -> None:
        load_taxonomies()
        policies = load_file(DATA)
        load_all()
        if seeded().exists():
            self.stdout.write(f"The demo data is there ({sum(policies.values())} policies); nothing to do.")
            return
        with _without_worker(), transaction.atomic():
            story = play()
            messenger.connect()
        self.stdout.write(
            f"{sum(policies.values())} policies, {len(story.people)} people, {len(story.enterprises)} enterprises, "
            f"{HelpRequest.objects.count()} requests."
        )


def play() -> Story:
    """The whole history, every act at its moment, in the order of time."""
    clock, story = Clock(), Story()
    create_people(story)
    acts = [
        *enterprise_acts(story, clock),
        *policy_acts(story, clock),
        *criteria_acts(story, clock),
        *matches_acts(story, clock),
        *attachment_acts(story, clock),
        *import_acts(story, clock),
        *interpretation_acts(story, clock),
        *question_acts(story, clock),
        *consultation_acts(story, clock),
        *upkeep_acts(story, clock),
        *standard_acts(story, clock),
        *escalation_acts(story, clock),
        *engagement_acts(story, clock),
        *silence_acts(story, clock),
        *survey_acts(story, clock),
        *daily_acts(clock),
        *request_acts(story, clock),
        *assignment_acts(story, clock),
        *recurring_acts(story, clock),
        *deskwork_acts(story, clock),
        *relations_acts(story, clock),
        *parts_acts(story, clock),
        *rating_acts(story, clock),
        *outreach_acts(story, clock),
        *investment_acts(story, clock),
        *map_acts(story, clock),
        *report_acts(story, clock),
        *registry_acts(story, clock),
        *records_acts(story, clock),
    ]
    for act in sorted(acts, key=attrgetter("moment")):
        with clock.at(act.moment), pghistory.context(user=story.people[act.by].pk if act.by else None):
            act.happen()
    return story


@contextmanager
def _without_worker() -> Iterator[None]:
    """What the verbs hand to a worker is done here, so that no task of the past waits in the broker."""
    before = current_app.conf.task_always_eager
    current_app.conf.task_always_eager = True
    try:
        yield
    finally:
        current_app.conf.task_always_eager = before
