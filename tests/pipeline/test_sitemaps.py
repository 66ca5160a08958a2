"""Which sitemaps of an index a poll reads."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.demo.server import Response
from crawler.pipeline.sitemaps import MOST_CHILDREN, chosen
from storage.crawl.children import Held
from storage.records.model import ChildSitemap
from tests.pipeline.test_backfill import sitemap
from tests.support.small_farm import Farm, story

START = datetime(2026, 11, 27, 8, tzinfo=UTC)


@dataclass
class Outlet:
    """An index of sitemaps, some of which get new articles; polled once an hour."""

    names: list[str]
    fruitful: set[str]
    modified: dict[str, datetime] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)
    hours: int = 0

    def poll(self) -> list[str]:
        self.hours += 1
        now = START + timedelta(hours=self.hours)
        listed = [ChildSitemap(url=name, modified=self.modified.get(name)) for name in self.names]
        read = chosen(listed, self.held)
        for name in read:
            before = self.held.get(name)
            has_new = name in self.fruitful and before is not None
            brought = now if has_new else (before.brought_at if before else None)
            self.held[name] = Held(read_at=now, brought_at=brought)
        return read


def test_the_first_poll_goes_by_the_order_of_promise() -> None:
    outlet = Outlet([f"{n}.xml" for n in range(9)], set())

    assert outlet.poll() == ["0.xml", "1.xml", "2.xml"]


@pytest.mark.parametrize("place", range(12))
def test_wherever_the_new_articles_are_they_are_found_and_then_read_at_each_poll(
    place: int,
) -> None:
    outlet = Outlet([f"{n}.xml" for n in range(12)], {f"{place}.xml"})
    for _ in range(2 * len(outlet.names)):
        outlet.poll()

    assert all(f"{place}.xml" in outlet.poll() for _ in range(20))


def test_every_sitemap_has_its_turn() -> None:
    outlet = Outlet([f"{n}.xml" for n in range(30)], {"0.xml", "7.xml", "9.xml"})
    polls = [outlet.poll() for _ in range(60)]

    assert {name for read in polls for name in read} == set(outlet.names)
    assert {len(read) for read in polls} == {MOST_CHILDREN}


def test_a_sitemap_that_is_new_in_the_index_is_read_at_the_next_poll() -> None:
    outlet = Outlet([f"{n}.xml" for n in range(9)], {"0.xml", "1.xml"})
    for _ in range(9):
        outlet.poll()
    outlet.names.insert(0, "december.xml")

    assert "december.xml" in outlet.poll()


def test_where_an_index_says_what_changed_that_is_read_and_the_rest_waits() -> None:
    names = [f"{n}.xml" for n in range(9)]
    long_ago = dict.fromkeys(names, START - timedelta(days=30))
    outlet = Outlet(names, {"1.xml", "2.xml"}, modified=long_ago)
    for _ in range(12):
        outlet.poll()
    outlet.modified["6.xml"] = START + timedelta(hours=12)

    assert "6.xml" in outlet.poll()


async def test_a_poll_remembers_what_each_sitemap_held(tmp_path: Path) -> None:
    """The fourth one alone has a new article at each round."""
    farm = Farm(tmp_path)
    farm.sources = '[[source]]\nname = "A"\nsitemap = "http://a.example/index.xml"\n'
    names = [f"/{n}.xml" for n in range(6)]
    paths = {"/index.xml": sitemap(*((name, "") for name in names), index=True)}
    paths |= {name: sitemap((f"/old{name}", "")) for name in names}
    farm.outlets["a.example"] = lambda request: paths.get(request.path, Response(b"no", 404))
    read: list[list[str]] = []
    for number in range(9):
        paths[f"/new{number}"] = story(f"/new{number}")
        paths["/3.xml"] = sitemap(*((f"/new{n}", "") for n in range(number + 1)))
        await farm.round()
        read.append([path for path in farm.paths() if path in names])
        farm.make_due()

    assert read[0] == ["/0.xml", "/5.xml", "/1.xml"]
    assert [("/3.xml" in round_) for round_ in read[6:]] == [True, True, True]


async def test_a_sitemap_that_cannot_be_read_has_had_its_turn(tmp_path: Path) -> None:
    farm = Farm(tmp_path)
    farm.sources = '[[source]]\nname = "A"\nsitemap = "http://a.example/index.xml"\n'
    names = [f"/{n}.xml" for n in range(8)]
    farm.serve_paths("a.example", {"/index.xml": sitemap(*((n, "") for n in names), index=True)})
    read: list[str] = []
    for _ in range(4):
        await farm.round()
        read += [path for path in farm.paths() if path in names]
        farm.make_due()

    assert set(read) == set(names)


async def test_what_has_not_changed_since_the_age_gate_is_too_old(tmp_path: Path) -> None:
    farm = Farm(tmp_path)
    farm.sources = '[[source]]\nname = "A"\nsitemap = "http://a.example/map.xml"\n'
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    listed = sitemap(("/2019", "2019-03-01"), ("/today", today), ("/undated", ""))
    farm.serve_paths("a.example", {"/map.xml": listed, "/today": story("/today")})

    await farm.round()

    assert farm.outcomes()["too_old"] == 1
    assert sorted(farm.paths()) == ["/map.xml", "/today", "/undated"]
