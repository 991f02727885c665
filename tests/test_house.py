"""The numbers the house keeps (docs/architecture.md)."""

import ast
import itertools
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = (
    *("portal", "accounts", "notices", "enterprises", "policies", "stewards"),
    *("engagement", "outreach", "investment", "insights"),
)


def tracked(*suffixes: str) -> list[Path]:
    """The project's own files, whether or not git knows them yet."""
    found = itertools.chain.from_iterable(
        ROOT.glob(f"{top}/**/*{suffix}") for top in (*APPS, "tests") for suffix in suffixes
    )
    return sorted(path for path in found if "migrations" not in path.parts and "__pycache__" not in path.parts)


CODE = [path for path in tracked(".py") if "tests" not in path.parts]
TESTS = [path for path in tracked(".py") if "tests" in path.parts]


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def percentile(values: list[int], share: float) -> int:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def functions() -> list[tuple[str, int]]:
    sizes = []
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                sizes.append((f"{path.relative_to(ROOT)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1))
    return sizes


def test_functions_are_short() -> None:
    sizes = functions()
    assert [name for name, size in sizes if size > 50] == []
    assert percentile([size for _name, size in sizes], 0.9) <= 22


def test_files_are_short() -> None:
    sizes = [(str(path.relative_to(ROOT)), line_count(path)) for path in CODE]
    assert [name for name, size in sizes if size > 400] == []
    assert percentile([size for _name, size in sizes], 0.9) <= 200


def test_settings_fit_on_a_few_screens() -> None:
    assert line_count(ROOT / "portal" / "settings.py") <= 250


def test_own_javascript_is_small() -> None:
    assert sum(line_count(path) for path in (ROOT / "static").rglob("*.js")) <= 1500


def test_tests_are_in_proportion_to_the_code() -> None:
    """docs/architecture.md says why the lower bound is 1.0 and not 1.2."""
    ratio = sum(map(line_count, TESTS)) / sum(map(line_count, CODE))
    assert 1.0 <= ratio <= 1.8, f"{ratio:.2f}"


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda p: p.name)
def test_no_inline_script_or_style(path: Path) -> None:
    """The content security policy has no unsafe-inline, so such code would be dead anyway."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/(ld\+)?json)", text)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=[\"']|\|\s*safe\b", text)


def test_every_dependency_has_its_line() -> None:
    documented = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    names = re.findall(
        r'"([A-Za-z][\w.-]*)(?:\[[^\]]*\])?[~><=]', (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    )
    assert [name for name in names if name.lower() not in documented] == []


def test_templates_are_used() -> None:
    """Each of our templates is named somewhere: by a view, another template, or allauth's own naming."""
    sources = "\n".join(
        path.read_text(encoding="utf-8") for path in [*CODE, *(ROOT / "templates").rglob("*.html"), *TESTS]
    )
    own = [path.relative_to(ROOT / "templates").as_posix() for path in (ROOT / "templates").rglob("*.html")]
    special = re.compile(r"^(\d{3}(_csrf)?\.html|allauth/|account/|mfa/)")
    assert [name for name in own if not special.match(name) and name not in sources] == []


def test_repository_speaks_of_the_product_alone() -> None:
    """No machine's paths and no package registry's host in what is committed."""
    files = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    bad = re.compile(
        "|".join([r"/ro" + "ot/", r"pythonhosted" + r"\.org", r"pypi" + r"\.org", r"registry\.npm" + "js"])
    )
    hits = []
    for name in files.stdout.splitlines():
        path = ROOT / name
        if (
            path.is_file()
            and path.suffix not in {".png", ".jpg", ".ico"}
            and bad.search(path.read_text("utf-8", "ignore"))
        ):
            hits.append(name)
    assert hits == []
