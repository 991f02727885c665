"""Imports of the business registry's extract."""
