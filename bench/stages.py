"""What the pure stages cost a page, as multiples of parsing it alone, interleaved page by page.

    python -m bench.stages [PAGE.html[.gz] ...]

Without pages it makes its own. Quote the ratios: absolute times are the machine's.
"""

import argparse
import gzip
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from crawler.dedupe.shingles import fingerprint
from crawler.extract.article import extract
from crawler.topic import rules
from crawler.topic.language import identify
from tests.support.farm import make_page, make_text

_URL = "https://outlet.example/a"


def read(file: Path) -> bytes:
    """Return a page from disk."""
    body = file.read_bytes()
    return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body


def made_pages(count: int) -> list[bytes]:
    """Return pages of our own, of the size of a news page."""
    rng = random.Random(1)
    furniture = b"<!-- furniture -->" + b"<div class='x'><a href='/y'>z</a></div>" * 1500
    return [
        make_page("A headline", make_text(rng, on_topic=n % 2 == 0, paragraphs=20), _URL)
        + furniture
        for n in range(count)
    ]


def milliseconds(work: Callable[[], object]) -> float:
    """Return the CPU time of one call."""
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def main() -> None:
    """Measure each stage on each page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", type=Path)
    asked = parser.parse_args()
    pages = [read(file) for file in asked.pages] or made_pages(100)
    topic = rules.load()
    identify("The identifier loads its model at its first call, which is not measured here, so.")
    spent: dict[str, list[float]] = {}
    for page in pages:
        article = extract(page, url=_URL)
        body, text = article.body, " ".join(article.body)
        stages: dict[str, Callable[[], object]] = {
            "parse (selectolax)": lambda page=page: LexborHTMLParser(page),  # type: ignore[misc]  # bound now
            "extract": lambda page=page: extract(page, url=_URL),  # type: ignore[misc]  # bound now
            "judge": lambda body=body, headline=article.headline: rules.judge(  # type: ignore[misc]  # bound now
                topic, headline=headline, body=body, language="en"
            ),
            "identify language": lambda text=text: identify(text),  # type: ignore[misc]  # bound now
            "fingerprint": lambda body=body: fingerprint(body),  # type: ignore[misc]  # bound now
        }
        for name, work in stages.items():
            spent.setdefault(name, []).append(milliseconds(work))
    base = statistics.fmean(spent["parse (selectolax)"])
    print(f"{len(pages)} pages, mean {statistics.fmean(map(len, pages)) / 1024:.0f} KiB")
    for name, times in spent.items():
        mean = statistics.fmean(times)
        print(f"{name:22}{mean:8.2f} ms mean{statistics.median(times):8.2f} ms median"
              f"{mean / base:8.2f} x parse")  # fmt: skip


if __name__ == "__main__":
    main()
