"""The page in a real browser. Skipped where none is found; `SCREENSHOTS=FOLDER` keeps six pages."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from storage.articles import labels, revisions
from storage.records.verdict import Evidence, Mark
from tests.support.filling import visit
from tests.web.conftest import PARAGRAPHS, add, filled

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
                None)  # fmt: skip
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: install chromium"),
]
SENTENCE = "The last convoy left the base before noon."
ARABIC = ["غادر آخر رتل القاعدة قبل الظهر.", "قال متحدث إن موعد المرحلة الثانية لم يحدد بعد."]
PAGES = ("/", "/search", "/search?q=convoy", "/search?q=%28", "/articles/1", "/articles/3",
         "/articles/1/revisions", "/articles/1/revisions/2", "/articles/2/copies/1?view=side",
         "/alerts", "/review", "/sources", "/sources/The%20Ledger", "/gaps?all=1",
         "/changes?all=1", "/movements", "/help", "/nothing")  # fmt: skip
SHOWN = {"overview": "/", "search": "/search?q=convoy", "article": "/articles/1",
         "article-ar": "/articles/3", "revision": "/articles/1/revisions/2",
         "mistake": "/search?q=%28"}  # fmt: skip


def evidence() -> tuple[Evidence, ...]:
    return (
        Evidence(
            terms=("leave",), place="lead", sentence=SENTENCE, weight=1.1, probability=0.9,
            paragraph=0, start=0, movement="leave", mover="foreign",
            marks=(Mark("convoy", 9, 15), Mark("leave", 16, 20)), reasons=("a base +0.4",),
        ),
        Evidence(
            terms=("withdraw",), place="body", sentence=PARAGRAPHS[1], weight=0.4,
            paragraph=1, start=0, movement="withdraw", mover="foreign", is_denied=True,
        ),
    )  # fmt: skip


def fill(file: Path) -> None:
    """Store articles in two scripts: revised, copied, doubtful."""
    with filled(file, ("Meridian Wire", "The Ledger", "نهر المدينة")) as connection:
        first = add(connection, "a", headline="A convoy leaves the base")
        seen = visit("https://host0.example/a", [*PARAGRAPHS[:2], "The market was closed."],
                     headline="A convoy has left the base")  # fmt: skip
        verdict = seen.reading.verdict
        assert verdict is not None
        judged = replace(verdict, evidence=evidence(), probability=0.93)
        revisions.add(
            connection, first, replace(seen, reading=replace(seen.reading, verdict=judged)),
            number=2, change="body", changes=("headline", "removal"),
        )  # fmt: skip
        add(connection, "b", 2, headline="The same convoy elsewhere")
        add(connection, "c", 3, headline="رتل يغادر القاعدة", body=ARABIC, language="ar")
        for number in range(30):
            add(connection, f"n{number}", headline=f"Convoy number {number}",
                body=[f"Of convoy {number} nothing else was known than its number."])  # fmt: skip
        connection.execute(
            "UPDATE verdict SET relevant = 0, probability = 0.41 WHERE article_id = 5"
        )
        connection.execute(
            "UPDATE poll_state SET failing_since = '2026-11-20T00:00:00.000Z',"
            " last_poll_at = '2026-11-25T00:00:00.000Z', last_outcome = 'server_error'"
            " WHERE source_id = 2"
        )


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("browser") / "corpus.db"
    fill(file)
    return file


@pytest.fixture(scope="module")
def place(store: Path) -> Iterator[str]:
    """The address of a running page."""
    config = store.with_name("sources.toml")
    config.write_text('[drawdown]\ncontact = "me@example.org"\nstore = "corpus.db"\n', "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    call = [sys.executable, "-m", "crawler", "--config", str(config), "web", "--port", str(port)]
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser, place: str) -> Iterator[BrowserContext]:
    opened = browser.new_context(base_url=place, viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_for_everybody(browser: Browser, place: str, width: int, scheme: str) -> None:
    opened = browser.new_context(
        base_url=place, viewport={"width": width, "height": 844}, bypass_csp=True,
        color_scheme=scheme,  # type: ignore[arg-type]  # one of its words
    )  # fmt: skip
    page = opened.new_page()
    found = {}
    for address in PAGES:
        page.goto(address)
        for details in page.locator("details:not(.menu)").all():
            details.evaluate("one => { one.open = true }")
        response = Axe().run(page).response
        faults = [f"{one['id']}: {one['nodes'][0]['html']}" for one in response["violations"]
                  if one["impact"] in ("serious", "critical")]  # fmt: skip
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            faults.append(f"{wide} pixels wide")
        if faults:
            found[address] = faults
    opened.close()

    assert found == {}


def test_no_page_asks_elsewhere_or_says_anything_to_the_console(page: Page, place: str) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for address in PAGES:
        page.goto(address)
        assert page.locator("html[lang=en]").count() == 1
        assert page.locator("h1").count() == 1
        assert page.locator("main").count() == 1
        assert page.locator("nav").count() >= 1
        assert "Drawdown" in page.title()

    assert [url for url in asked if not url.startswith(place)] == []
    assert [text for text in said if "Failed to load resource" not in text] == []


def test_every_link_leads_to_a_page(page: Page, place: str) -> None:
    found: set[str] = set()
    for address in set(PAGES) - {"/nothing", "/search?q=%28"}:
        page.goto(address)
        found |= set(page.evaluate("[...document.links].map(one => one.href.split('#')[0])"))
    ours = sorted(url for url in found if url.startswith(place))
    answers = {url: page.request.get(url).status for url in ours}

    assert {url: status for url, status in answers.items() if status >= 400} == {}


def test_the_keys_go_through_a_list_and_open(page: Page) -> None:
    page.goto("/search?q=convoy&order=oldest")
    page.keyboard.press("/")
    box = page.get_by_role("searchbox")
    expect(box).to_be_focused()
    expect(box).to_have_value("convoy")
    page.keyboard.press("j")  # a letter of the query
    expect(page.locator("li.current")).to_have_count(0)
    box.evaluate("one => one.blur()")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(".results > li").first).to_have_class("current")
    page.keyboard.press("Enter")

    expect(page.locator("article h1")).to_be_visible()
    assert "/articles/" in page.url
    assert "q=convoy" in page.url


def test_the_keys_go_through_evidence_and_pages(page: Page) -> None:
    page.goto("/articles/1")
    page.keyboard.press("n")
    expect(page.locator("#e1")).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator("#e2")).to_be_focused()
    page.keyboard.press("p")
    expect(page.locator("#e1")).to_be_focused()
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url("**/search")
    page.keyboard.press("Control+j")
    expect(page.locator("li.current")).to_have_count(0)
    page.keyboard.press("?")
    page.wait_for_url("**/help")


def test_a_chart_is_read_by_arrow_keys_and_narrowed_by_dragging(page: Page) -> None:
    page.goto("/?days=21")
    chart = page.locator(".chart.wide").first
    readout = page.locator(".readout").first
    chart.focus()
    page.keyboard.press("Home")
    before = readout.inner_text()
    page.keyboard.press("ArrowRight")
    assert "texts" in before
    expect(readout).not_to_have_text(before)
    box = chart.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 20, middle, steps=4)
    page.mouse.up()
    page.wait_for_url("**/search?*")

    assert "after" in page.get_by_role("searchbox").input_value()
    assert "before" in page.get_by_role("searchbox").input_value()


def test_the_first_stop_skips_to_the_content(page: Page) -> None:
    page.goto("/search")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


def test_text_runs_as_its_script_does(page: Page) -> None:
    page.goto("/articles/3")
    assert page.locator("#p1").evaluate("one => getComputedStyle(one).direction") == "rtl"
    assert page.locator("article").get_attribute("lang") == "ar"
    page.goto("/articles/1")
    assert page.locator("#p1").evaluate("one => getComputedStyle(one).direction") == "ltr"


def test_everything_works_without_a_script(browser: Browser, place: str, store: Path) -> None:
    opened = browser.new_context(base_url=place, java_script_enabled=False)
    page = opened.new_page()
    page.goto("/")
    page.get_by_role("searchbox").fill("convoy")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("h1")).to_contain_text("articles")
    page.locator(".facets a", has_text="The Ledger").first.click()
    assert "source" in page.get_by_role("searchbox").input_value()
    page.goto("/review")
    page.get_by_role("button", name="Yes").first.click()
    expect(page.get_by_text("is stored")).to_be_visible()
    opened.close()

    assert [one.relevant for one in labels.read(labels.file_for(store))] == [True]


def test_it_is_dark_where_the_system_is(browser: Browser, place: str) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        opened = browser.new_context(base_url=place, color_scheme=scheme)
        page = opened.new_page()
        page.goto("/")
        grounds.append(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
        opened.close()

    assert grounds == ["rgb(251, 250, 247)", "rgb(20, 23, 26)"]


def test_print_leaves_out_the_navigation(page: Page) -> None:
    page.goto("/articles/1")
    page.emulate_media(media="print")

    expect(page.locator(".top")).to_be_hidden()
    expect(page.locator("#p1")).to_be_visible()


def test_what_is_stored_meanwhile_is_announced(page: Page, store: Path) -> None:
    page.goto("/")
    expect(page.locator("#news")).to_be_empty()
    connection = sqlite3.connect(store, isolation_level=None)
    connection.row_factory = sqlite3.Row
    add(connection, "later", headline="A later one")
    connection.close()

    expect(page.locator("#news")).to_contain_text("1 article has come", timeout=40_000)


@pytest.mark.skipif("SCREENSHOTS" not in os.environ, reason="SCREENSHOTS names no folder")
def test_six_pages_are_kept_as_pictures(browser: Browser, place: str) -> None:
    folder = Path(os.environ["SCREENSHOTS"])
    folder.mkdir(parents=True, exist_ok=True)
    for name, address in SHOWN.items():
        for width, scheme in ((1280, "light"), (1280, "dark"), (390, "light")):
            opened = browser.new_context(
                base_url=place, viewport={"width": width, "height": 900},
                color_scheme=scheme,  # type: ignore[arg-type]  # one of its words
            )  # fmt: skip
            page = opened.new_page()
            page.goto(address)
            page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
            opened.close()
