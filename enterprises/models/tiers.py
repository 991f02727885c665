"""Rounds of re-adjustment of the tiers, and saved segments."""
