"""Docs move with code: what a user meets is named where the user looks."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from crawler import config
from crawler.cli import cli
from crawler.commands.reference import reference
from crawler.commands.sections import COMMANDS
from crawler.dedupe.revisions import Change
from storage.articles.corpus import CORPUS_FIELDS
from storage.monitoring.notices import Kind
from storage.records.model import RelationKind
from storage.records.outcome import Outcome
from storage.search.fields import FIELDS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SECTIONS = (config.General, config.Limits, config.Network, config.Topic, config.Outlet,
            config.Alert, config.Web)  # fmt: skip


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_in_the_operators_page(command: str) -> None:
    assert f"`drawdown {command}`" in read("docs/operations.md")


def test_the_help_and_exit_codes_of_every_command_are_in_the_docs() -> None:
    page = read("docs/commands.md")
    assert page == reference(cli), "write it anew: drawdown help --reference > docs/commands.md"
    assert "Exit codes: 0 ok; 1 something failed" in page


@pytest.mark.parametrize("key", sorted({key for s in SECTIONS for key in s.model_fields}))
def test_every_key_is_in_the_sources_page(key: str) -> None:
    if key != "limits":  # a table of its own
        assert re.search(rf"`{key}`", read("docs/sources.md"))


def test_every_default_of_the_limits_is_stated_as_it_is() -> None:
    page = read("docs/sources.md")
    for key, field in config.Limits.model_fields.items():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{key}`"))
        default = field.default
        if isinstance(default, str):
            assert f'`"{default}"`' in row, row
            continue
        stated = {
            10 * 1024 * 1024: "10 MiB", 5 * 1024 * 1024: "5 MiB", 50 * 1024 * 1024: "50 MiB",
            2 * 1024**3: "2 GiB", 512 * 1024**2: "512 MiB",
        }.get(default) if isinstance(default, int) else f"{default.total_seconds():g}s"  # fmt: skip

        assert (stated or f"`{default}`") in row, row


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_is_explained(outcome: Outcome) -> None:
    assert f"`{outcome.value}`" in read("docs/operations.md")


def logged(source: str) -> Iterator[str]:
    """Yield the events that a module logs, also those that it hands to a function of its own."""
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        names = [argument.arg for argument in function.args.args]
        for call in (node for node in ast.walk(function) if node in calls):
            event = call.args[0]
            if not ast.unparse(call.func).startswith("_log."):
                continue
            yield from constants(event)
            if isinstance(event, ast.Name) and event.id in names:
                place = names.index(event.id)
                ours = [c for c in calls if ast.unparse(c.func) == function.name]
                for given in ours:
                    yield from constants(given.args[place])


def constants(node: ast.expr) -> list[str]:
    """Return the texts that an expression may be: a constant, or either side of a condition."""
    if isinstance(node, ast.IfExp):
        return [*constants(node.body), *constants(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def test_every_log_event_is_in_the_docs_and_no_other() -> None:
    section = re.search(r"^## Log events\n(.*?)^## ", read("docs/operations.md"), re.M | re.S)
    assert section is not None
    rows = re.findall(r"^\| (`[^|]*`) \|", section[1], re.M)
    named = {event for row in rows for event in re.findall(r"`([^`]+)`", row)}

    files = (ROOT / "crawler").rglob("*.py")
    events = {event for file in files for event in logged(file.read_text("utf-8"))}

    assert sorted(events | set(get_args(Kind))) == sorted(named)


@pytest.mark.parametrize("field", CORPUS_FIELDS)
def test_every_field_of_the_corpus_is_defined(field: str) -> None:
    assert f"| `{field}` |" in read("docs/corpus.md")


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_of_a_query_is_in_the_docs(field: str) -> None:
    assert f"`{field}:" in read("docs/operations.md")


@pytest.mark.parametrize("kind", RelationKind)
def test_every_relation_is_defined(kind: RelationKind) -> None:
    assert f"`{kind.value}`" in read("docs/corpus.md")


@pytest.mark.parametrize("change", Change)
def test_every_kind_of_change_is_defined(change: Change) -> None:
    assert f"`{change.value}`" in read("docs/corpus.md")


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    reasons = read("docs/decisions/0002-dependencies.md")
    names = [re.split(r"[<>=\[]", line)[0] for line in project["dependencies"]]

    assert [name for name in names if name not in reasons] == []


def pages() -> list[Path]:
    """Return every page of the documentation, without what a build of the site left."""
    return [*ROOT.glob("*.md"), *(p for p in DOCS.rglob("*.md") if "_build" not in p.parts)]


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings as GitHub and the site make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), flags=re.M)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in headings}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target, _, anchor in re.findall(r"\]\(([^)#\s]*)(#([^)\s]+))?\)", page.read_text("utf-8")):
        if target.startswith("http"):
            continue
        file = page.parent / target if target else page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), f"{target}#{anchor}"


def test_every_page_is_in_the_navigation_of_the_site() -> None:
    listed = {DOCS / "index.md"}
    for index in DOCS.rglob("index.md"):
        for tree in re.findall(r"^```{toctree}\n(.*?)^```", index.read_text("utf-8"), re.M | re.S):
            names = [line for line in tree.splitlines() if line and not line.startswith(":")]
            listed |= {file for name in names for file in index.parent.glob(f"{name}.md")}

    assert [
        page for page in DOCS.rglob("*.md") if page not in listed and "_build" not in page.parts
    ] == []


def test_every_room_is_on_the_page_of_the_architecture() -> None:
    page = read("docs/architecture.md")
    rooms = [
        file.parent for top in ("crawler", "storage") for file in (ROOT / top).glob("*/__init__.py")
    ]

    assert [room.name for room in rooms if f"{room.name}/`" not in page] == []


@pytest.mark.parametrize("folder", ["", "tests/", "docs/"])
def test_the_pins_have_hashes_and_no_address(folder: str) -> None:
    lock = read(f"{folder}requirements.lock")

    assert "://" not in lock
    assert "--index-url" not in lock
    for requirement in re.split(r"\n(?=[a-z])", lock.strip()):
        assert "--hash=sha256:" in requirement, requirement[:80]


@pytest.mark.slow
def test_no_lock_of_uv_is_kept() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "uv.lock"],  # noqa: S607 - git from the path, as a contributor has it
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert tracked.stdout == ""


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_the_files_that_a_page_names_are_there(page: Path) -> None:
    text = page.read_text("utf-8")
    named = re.findall(r"`((?:crawler|storage|tests|bench|docs)/[\w./-]*|[\w/]+\.py)`", text)
    scripts = re.findall(r"python -m bench\.([a-z_]+)", text)

    made = ("OUTLET", "FORMAT", "NAME", "_build")  # by the reader or a build
    lost = [name for name in named if not any(word in name for word in made) and not is_file(name)]
    assert lost == []
    assert [name for name in scripts if not (ROOT / "bench" / f"{name}.py").is_file()] == []


def is_file(name: str) -> bool:
    """Whether a name in the docs is a file or folder: from the root, or the end of a path."""
    if (ROOT / name).exists():
        return True
    tops = [ROOT / top for top in ("crawler", "storage", "tests", "bench", "docs")]
    return "." in name and any(next(top.rglob(name), None) for top in tops)
