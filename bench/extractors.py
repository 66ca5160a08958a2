"""What an extractor costs a page beside its peers, interleaved page by page in one process.

    python -m bench.extractors [--repeat 2] [PAGE.html[.gz] ...]

Peers are measured where they are installed: trafilatura, resiliparse, readability-lxml,
newspaper4k. Without pages it makes its own. Quote the ratios: absolute times are the machine's.
"""

import argparse
import statistics
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from bench.stages import made_pages, milliseconds, read
from crawler.extract.article import extract
from crawler.text import charset

_URL = "https://outlet.example/a"
_Extractor = Callable[[bytes], object]


def _trafilatura(**options: bool) -> _Extractor:
    bare: Any = import_module("trafilatura").bare_extraction  # Any: the package has no types
    return lambda page: bare(page, url=_URL, include_comments=False, with_metadata=True, **options)


def _resiliparse() -> _Extractor:
    plain: Any = import_module("resiliparse.extract.html2text").extract_plain_text
    return lambda page: plain(charset.decode(page), main_content=True, comments=False)


def _readability() -> _Extractor:
    document: Any = import_module("readability").Document
    return lambda page: document(charset.decode(page)).summary()


def _newspaper() -> _Extractor:
    article: Any = import_module("newspaper").Article

    def work(page: bytes) -> None:
        read = article(_URL, fetch_images=False)
        read.download(input_html=charset.decode(page))
        read.parse()

    return work


_PEERS: dict[str, tuple[str, Callable[[], _Extractor]]] = {
    "trafilatura": ("trafilatura", _trafilatura),
    "trafilatura, precision": ("trafilatura", lambda: _trafilatura(favor_precision=True)),
    "resiliparse (text alone)": ("resiliparse", _resiliparse),
    "readability-lxml (text alone)": ("readability", _readability),
    "newspaper4k": ("newspaper", _newspaper),
}


def extractors() -> dict[str, _Extractor]:
    """Return parsing alone, ours, and the peers that are installed."""
    found: dict[str, _Extractor] = {
        "parsing alone": lambda page: LexborHTMLParser(page, scripting=True),
        "drawdown, every field": lambda page: extract(page, url=_URL),
    }
    found |= {name: make() for name, (module, make) in _PEERS.items() if find_spec(module)}
    return found


def main() -> None:
    """Print the mean CPU time of each, and how many times parsing and ours that is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", type=Path)
    parser.add_argument("--repeat", type=int, default=2, help="the best of so many")
    arguments = parser.parse_args()
    pages = [read(page) for page in arguments.pages] or made_pages(30)
    candidates = extractors()
    times: dict[str, list[float]] = {name: [] for name in candidates}
    for page in pages:
        for name, work in candidates.items():
            runs = [milliseconds(lambda w=work, p=page: w(p)) for _ in range(arguments.repeat)]  # type: ignore[misc]  # bound as defaults
            times[name].append(min(runs))
    size = statistics.fmean(map(len, pages)) / 1000
    print(f"{len(pages)} pages of {size:.0f} kB, CPU ms a page, best of {arguments.repeat}")
    ours = statistics.fmean(times["drawdown, every field"])
    for name, taken in sorted(times.items(), key=lambda item: statistics.fmean(item[1])):
        mean, median = statistics.fmean(taken), statistics.median(taken)
        print(f"{name:30} {mean:8.2f}  median {median:8.2f}  {mean / ours:6.2f} x ours")


if __name__ == "__main__":
    main()
