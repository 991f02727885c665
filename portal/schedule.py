"""What beat asks for, and how often; every task may run late, twice, or in two workers at once."""

from typing import Any

PERIODIC = (  # name, task, seconds
    ("heartbeat", "portal.core.tasks.heartbeat", 20.0),
    ("deliver", "notices.tasks.deliver_due", 30.0),
    ("hooks", "notices.tasks.deliver_hooks", 30.0),
    ("remind", "stewards.tasks.sweep_reminders", 300.0),
    ("digest", "notices.tasks.compose_digests", 600.0),
    ("reach", "policies.tasks.tell_reached", 600.0),
    ("publish", "policies.tasks.publish_due", 300.0),
    ("followers", "policies.tasks.tell_followers", 300.0),
    ("matches", "policies.tasks.refresh_matches", 300.0),
    ("views", "policies.tasks.keep_views", 300.0),
    ("attachments", "policies.tasks.sweep_attachments", 600.0),
    ("imports", "policies.tasks.carry_out_imports", 600.0),
    ("figures", "stewards.tasks.refresh_figures", 300.0),
    ("upkeep", "policies.tasks.open_due_tasks", 600.0),
    ("visits", "engagement.tasks.chase_visits", 600.0),
    ("contact", "engagement.tasks.remind_of_contact", 3_600.0),
    ("missing", "policies.tasks.tell_missing", 3_600.0),
    ("leaves", "stewards.tasks.keep_leaves", 600.0),
    ("coverage", "stewards.tasks.watch_coverage", 3_600.0),
    ("mandates", "enterprises.tasks.end_mandates", 3_600.0),
    ("extracts", "enterprises.tasks.carry_on_extracts", 600.0),
    ("titles", "enterprises.tasks.remind_of_titles", 3_600.0),
    ("tiers", "stewards.tasks.adjust_tiers", 600.0),
    ("occasions", "outreach.tasks.keep_occasions", 600.0),
    ("bulletins", "outreach.tasks.send_bulletins", 300.0),
    ("packages", "outreach.tasks.keep_packages", 300.0),
    ("partners", "outreach.tasks.keep_partners", 600.0),
    ("resources", "investment.tasks.keep_resources", 3_600.0),
    ("map", "insights.tasks.count_map", 3_600.0),
    ("flow", "insights.tasks.count_flow", 3_600.0),
    ("report", "insights.tasks.compose_report", 3_600.0),
    ("callers", "stewards.tasks.forget_callers", 43_200.0),
)


def beat_schedule(speed: float) -> dict[str, Any]:
    """The schedule for Celery; with a `speed` of 2 everything is done twice as often."""
    return {
        name: {"task": task, "schedule": seconds / speed, "options": {"expires": max(seconds, 60.0)}}
        for name, task, seconds in PERIODIC
    }
