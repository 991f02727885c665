"""PostgreSQL and Valkey for a machine that has neither, and the demo that runs on them.

The server programs come from Python packages, so nothing has to be installed by hand. Standard library only
(honcho runs the demo's processes); Django is never imported here.
"""
