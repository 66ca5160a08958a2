"""One page and one feed of our own, read before a worker takes its first job.

Libraries load models, tables and regular expressions at their first use: py3langid its model with
numpy (a second of CPU), the stemmers, feedparser, the detection of encodings. The limit of a job is
for its page alone, so all of that happens here.
"""

from crawler.topic.rules import Topic
from crawler.workers import read
from crawler.workers.jobs import PageJob, SourceJob
from storage.records.model import FeedEntry, Selectors, SourceKind

_URL = "https://www.press.example/world/the-last-convoy-leaves-the-valley-1"

# No declared encoding, and bytes that are not UTF-8: so the detection of encodings is loaded too.
_PAGE = """<!doctype html>
<html><head><title>The last convoy leaves the valley</title>
<script type="application/ld+json">
{"@type": "NewsArticle", "headline": "The last convoy leaves the valley",
 "datePublished": "2026-03-05T08:00:00+01:00", "author": {"name": "Renée Maître"}}
</script></head>
<body><article><h1>The last convoy leaves the valley</h1>
<p class="byline">By Renée Maître</p><time>5 March 2026, 08:00</time>
<p>The American troops will withdraw from Syria by the end of the month, the ministry said.</p>
<p>La dernière colonne a quitté la vallée à l'aube, ont rapporté des témoins.</p>
<p>Shopkeepers at the café near the bridge counted forty trucks, and then the road was empty.</p>
</article></body></html>
""".encode("cp1252")

_FEED = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Press</title>
<item><title>American troops will withdraw from Syria, ministry says</title><link>{_URL}</link>
<description>&lt;p&gt;The last convoy left the valley at dawn.&lt;/p&gt;</description>
<pubDate>Thu, 05 Mar 2026 08:00:00 +0100</pubDate></item>
<item><title>Die letzten Truppen verlassen Syrien bis Ende März</title><link>{_URL}-2</link></item>
</channel></rss>
""".encode()


def load_everything(topic: Topic) -> None:
    """Read the page and the feed, and throw away what comes out."""
    entry = FeedEntry(url=_URL, headline="The last convoy leaves the valley")
    page = PageJob(
        body=_PAGE, url=_URL, content_type="text/html", entry=entry, selectors=Selectors()
    )
    feed = SourceJob(
        kind=SourceKind.FEED, body=_FEED, url="https://www.press.example/feed",
        content_type="application/rss+xml", cap=10,
    )  # fmt: skip
    read.read_source(feed, topic)
    read.read_page(page, topic)
