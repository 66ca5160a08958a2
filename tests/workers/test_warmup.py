"""A worker loads everything before it is ready, so that no page pays for it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

TESTS = Path(__file__).parents[1]

# What pages and feeds import after the warm-up, and how often the language model is loaded.
AFTER = """
import json, sys
from pathlib import Path
from crawler.workers import read, warmup
from crawler.workers.jobs import PageJob, SourceJob
from crawler.topic import language, rules
from storage.records.model import Selectors, SourceKind

topic = rules.load(None)
warmup.load_everything(topic)
modules = set(sys.modules)
made = language._identifier.cache_info().misses
folder = Path(sys.argv[1])
for file in sorted(folder.glob("extract/pages/*.html")):
    read.read_page(PageJob(body=file.read_bytes(), url="https://a.example/1-x",
                              content_type=None, entry=None, selectors=Selectors()), topic)
for file in sorted(folder.glob("feeds/cases/*.xml")):
    read.read_source(SourceJob(kind=SourceKind.FEED, body=file.read_bytes(), cap=100,
                                  url="https://a.example/feed", content_type=None), topic)
later = {name for name in set(sys.modules) - modules if not name.startswith("encodings.")}
again = language._identifier.cache_info().misses
print(json.dumps({"modules": sorted(later), "made": made, "again": again}))
"""


def test_no_page_or_feed_loads_anything_after_the_warm_up() -> None:
    done = subprocess.run(
        [sys.executable, "-c", AFTER, str(TESTS)], capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)

    assert found == {"modules": [], "made": 1, "again": 1}
