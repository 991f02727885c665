"""Running a script in another mode of the portal, in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def in_mode(mode: str, script: str, static_root: Path, **more: str) -> Any:
    """What a script beside this file prints as JSON."""
    environment = {**os.environ, "PORTAL_MODE": mode, "STATIC_ROOT": str(static_root), "SECRET_KEY": "s" * 60}
    environment |= {"DJANGO_SETTINGS_MODULE": "portal.settings", **more}
    run = f"import django, runpy; django.setup(); runpy.run_path({str(HERE / script)!r})"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", run],
        cwd=HERE.parents[1],
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])
