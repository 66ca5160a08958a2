"""What is left out of a body, each for a reason that `--explain` shows."""

from collections import Counter
from collections.abc import Sequence

import pytest

from crawler.extract import embeds
from crawler.extract.article import read_page
from crawler.extract.blocks import Block, Element
from crawler.extract.body import Body
from crawler.extract.explain import report
from storage.records.article import Insert, InsertKind

FIRST = "The council agreed on Monday to mend the old sea wall before the winter storms arrive."
SECOND = "Work begins in a week, said the engineer, who has waited for the decision since spring."
THIRD = "The wall was last mended in 1961, when the stone still came from the quarry by boat."
LAST = "The harbour stays open while the masons work, though only for boats with a shallow draught."


def page(extra: str) -> bytes:
    paragraphs = "".join(f"<p>{text}</p>" for text in (SECOND, THIRD))
    return (
        f'<html><body><h1>Sea wall to be mended</h1><div class="story"><p>{FIRST}</p>'
        f"{extra}{paragraphs}<p>{LAST}</p></div></body></html>"
    ).encode()


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ('<p><a href="/b">READ MORE: What the wall cost in 1961</a></p>', "leads elsewhere"),
        ('<div class="related-stories"><p>The lighthouse gets a coat of paint.</p></div>',
         "furniture: related"),
        ('<div aria-hidden="true"><p>This is shown to nobody at all.</p></div>',
         "furniture: hidden"),
        ("<figure><img><figcaption>The wall at low tide.</figcaption></figure>", "caption"),
        ("<p>Photo: Ana Sol / Harbour Post</p>", "caption by its wording"),
        ("<div>Anzeige</div>", "label"),
        ("<p>* * *</p>", "label"),
        ("<p>Sea wall to be mended</p>", "headline"),
        ("<p>By Ida Holm</p>", "byline or date"),
        ('<ul><li><a href="/c">Storm of the century</a> in pictures</li>'
         '<li><a href="/d">The boats of the harbour</a></li></ul>', "only links"),
        (f"<p>{FIRST}</p>", "repeated"),
        ("<div>Save</div>", "stray line"),
        ("<table><tr><th>Year<th>Cost<tr><td>1961<td>9</table>", "table"),
        ('<blockquote class="twitter-tweet"><p>The wall, the wall! — a sailor</p></blockquote>',
         "post"),
    ],
)  # fmt: skip
def test_what_is_no_text_of_the_article_is_left_out(extra: str, reason: str) -> None:
    extraction = read_page(page(extra), url="https://outlet.example/a")

    dropped = {block.signal for block in report(extraction.body) if not block.is_taken}
    assert extraction.article.body == (FIRST, SECOND, THIRD, LAST)
    assert reason in dropped


@pytest.mark.parametrize(
    "extra",
    ["<h2>What is planned</h2>", "<blockquote><p>“We waited so long.”</p></blockquote>",
     '<p class="paywall" id="x-2f3ad0c4-ad">The stone is cut in the village itself this time.</p>',
     "<ul><li>The west wall, in spring, with new stone.</li><li>The east wall later.</li></ul>"],
)  # fmt: skip
def test_headings_quotes_and_lists_stay_in_the_text(extra: str) -> None:
    article = read_page(page(extra), url="https://outlet.example/a").article

    assert len(article.body) > 4
    assert article.body[0] == FIRST


@pytest.mark.parametrize(
    "last",
    ["Ida Holm is a reporter for the Harbour Post.",
     "Reach her at ida@harbour.example.",
     "This article was originally published in Stone Monthly."],
)  # fmt: skip
def test_what_tells_of_the_author_is_cut_off_the_end(last: str) -> None:
    html = page("").replace(b"</div>", f"<p>{last}</p></div>".encode())

    article = read_page(html, url="https://outlet.example/a").article

    assert article.body[-1] == LAST


def test_inserts_keep_their_kind_their_text_and_their_place() -> None:
    table = "<table><tr><th>Year<th>Cost<tr><td>1961<td>9</table>"
    tweet = '<div class="twitter-tweet"><p>The wall, the wall!</p><p>A sailor</p></div>'

    article = read_page(page(table + tweet), url="https://outlet.example/a").article

    assert article.inserts == (
        Insert(kind=InsertKind.TABLE, text="Year\tCost\n1961\t9", after=1),
        Insert(kind=InsertKind.POST, text="The wall, the wall!\nA sailor", after=1),
    )


def test_of_a_page_built_of_tables_only_the_first_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each is placed among all paragraphs, so thousands would take time by their square."""
    read = Counter[str]()
    original = embeds.read_embed

    def counted(element: Element, inside: Sequence[Block], body: Body) -> Insert:
        read["embeds"] += 1
        return original(element, inside, body)

    monkeypatch.setattr(embeds, "read_embed", counted)
    tables = "".join(f"<p>{THIRD} {n}.</p><table><tr><td>{n}</table>" for n in range(200))

    article = read_page(page(tables), url="https://outlet.example/a").article

    assert [insert.text for insert in article.inserts] == [str(n) for n in range(50)]
    assert read["embeds"] == 50


def test_where_everything_is_named_like_furniture_no_name_says_it() -> None:
    html = page("").replace(b'class="story"', b'class="modal-popup"')

    assert read_page(html, url="https://outlet.example/a").article.body[0] == FIRST


def test_a_standfirst_is_kept_apart_and_a_first_paragraph_is_not() -> None:
    above = page("").replace(
        b"</h1>", b'</h1><p class="standfirst">The sea has waited long enough for it.</p>'
    )
    within = page("").replace(b"<p>The council", b'<p class="intro">The council')

    apart = read_page(above, url="https://outlet.example/a").article
    inside = read_page(within, url="https://outlet.example/a").article

    assert (apart.standfirst, apart.body[0]) == ("The sea has waited long enough for it.", FIRST)
    assert (inside.standfirst, inside.body[0]) == (None, FIRST)


def test_a_text_too_short_for_an_article_is_not_reported_as_taken() -> None:
    extraction = read_page(b"<h1>Sea wall</h1><div>Soon.</div>", url="https://outlet.example/a")

    blocks = report(extraction.body)
    assert extraction.article.body == ()
    assert [block.is_taken for block in blocks] == [False, False]
