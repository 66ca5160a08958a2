"""Other articles on a page are left out of its article, and lists of things are not."""

from crawler.extract.article import read_page
from crawler.extract.explain import report

URL = "https://harbour.example/news/wall"
HEADLINE = "Sea wall to be mended"
TEXT = (
    "The council agreed on Monday to mend the old sea wall before the winter storms arrive.",
    "Work begins in a week, said the engineer, who has waited for the decision since spring.",
    "The wall was last mended in 1961, when the stone still came from the quarry by boat.",
    "The harbour stays open while the masons work, though only for boats with a shallow draught.",
    "Nobody has said what becomes of the nine houses that were built against the wall itself.",
)
OTHERS = (
    "A ferry that lay in dock for the whole winter has sailed again with forty guests on board.",
    "The lighthouse gets its first coat of paint in a decade, and the keeper chose the colour.",
    "Two boys have found a bell from the monastery in the mud below the bridge at low tide.",
)


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def body(html: str, url: str = URL) -> tuple[str, ...]:
    return read_page(f"<html><body>{html}</body></html>".encode(), url=url).article.body


def reasons(html: str) -> dict[str, str]:
    read = read_page(f"<html><body>{html}</body></html>".encode(), url=URL)
    return {block.text: block.signal for block in report(read.body) if not block.is_taken}


def card(number: int, site: str = "") -> str:
    return (
        f'<li><h3><a href="{site}/news/{number}">What happened at the harbour, {number}</a></h3>'
        f"<p>{OTHERS[number]}</p></li>"
    )


def test_the_article_below_is_not_part_of_the_one_above() -> None:
    html = (
        f"<main><article><h1>{HEADLINE}</h1>{paragraphs(*TEXT)}</article>"
        f"<article><h2>The next one</h2>{paragraphs(*OTHERS)}</article></main>"
    )

    assert body(html) == TEXT
    assert reasons(html)[OTHERS[0]] in {
        "outside the article's element",
        "paragraph of another article",
    }


def test_an_article_inside_the_article_is_its_own() -> None:
    html = (
        f"<article><h1>{HEADLINE}</h1>{paragraphs(*TEXT[:3])}"
        f"<article>{paragraphs(TEXT[3])}</article>{paragraphs(TEXT[4])}</article>"
    )

    assert body(html) == TEXT


def test_a_short_article_around_the_headline_is_not_the_whole() -> None:
    html = (
        f"<main><article><h1>{HEADLINE}</h1><p>Ida Holm</p></article>"
        f"<article>{paragraphs(*TEXT)}</article></main>"
    )

    assert body(html) == TEXT


def test_cards_after_the_text_are_other_articles() -> None:
    cards = "".join(card(number) for number in range(3))
    html = f"<h1>{HEADLINE}</h1><div>{paragraphs(*TEXT)}<ul>{cards}</ul></div>"

    assert body(html) == TEXT
    assert reasons(html)[OTHERS[2]] == "teaser of another article"


def test_a_list_of_other_sites_is_text() -> None:
    cards = "".join(card(number, "https://guide.example") for number in range(3))
    html = f"<h1>{HEADLINE}</h1><div>{paragraphs(*TEXT)}<ul>{cards}</ul></div>"

    assert set(OTHERS) <= set(body(html))


def test_cards_between_paragraphs_are_the_article_itself() -> None:
    cards = "".join(card(number) for number in range(3))
    html = (
        f"<h1>{HEADLINE}</h1><div>{paragraphs(*TEXT[:2])}<ul>{cards}</ul>{paragraphs(*TEXT[2:])}"
        "</div>"
    )

    assert set(OTHERS) <= set(body(html))


def test_a_name_of_boilerplate_around_headline_and_text_says_nothing() -> None:
    html = (
        f'<div class="modal"><h1>{HEADLINE}</h1>{paragraphs(*TEXT)}</div>'
        f"<div>{paragraphs(OTHERS[0])}</div>"
    )

    assert set(TEXT) <= set(body(html))


def test_an_h1_in_an_article_of_its_own_ends_the_text() -> None:
    html = (
        f"<div><h1>{HEADLINE}</h1>{paragraphs(*TEXT[:3])}"
        f"<article><h1>The next one</h1>{paragraphs(*OTHERS)}</article></div>"
    )

    assert body(html) == TEXT[:3]


def test_parts_with_h1_headings_are_one_article() -> None:
    parts = "".join(
        f'<section><div><h1 class="part">Part {number}</h1></div>'
        f"<div>{paragraphs(*TEXT[number : number + 1], OTHERS[number % 3])}</div></section>"
        for number in range(5)
    )
    html = f"<article><h1>{HEADLINE}</h1>{parts}</article>"

    assert set(TEXT) <= set(body(html))


def test_an_article_in_a_footer_is_found() -> None:
    html = (
        f"<main><article><h1>{HEADLINE}</h1><div></div>"
        f"<footer>{paragraphs(*TEXT)}</footer></article></main><footer><p>Harbour Post</p></footer>"
    )

    assert body(html) == TEXT


def test_the_footer_of_an_article_with_a_text_is_none_of_it() -> None:
    html = (
        f"<article><h1>{HEADLINE}</h1>{paragraphs(*TEXT)}"
        f"<footer>{paragraphs(OTHERS[0])}</footer></article>"
    )

    assert body(html) == TEXT


def test_a_body_goes_on_in_a_sibling_of_its_name() -> None:
    lead = "Photographs by both agencies, taken from one hill above the harbour"
    html = (
        f'<article><h1>{HEADLINE}</h1><div>{lead}</div><div class="story-body a">'
        f'{paragraphs(TEXT[0])}</div><div>More below</div><div class="story-body b">'
        f"{paragraphs(*TEXT[1:], *OTHERS)}</div><div>{lead}</div></article>"
    )

    assert body(html) == (*TEXT, *OTHERS)


def test_the_text_once_more_in_one_block_is_left_out() -> None:
    html = f"<h1>{HEADLINE}</h1><div>{paragraphs(*TEXT)}</div><div>{' '.join(TEXT)}</div>"

    assert body(f"<article>{html}</article>") == TEXT
