"""The words beside a picture are its caption, though no name says so."""

from crawler.extract.article import read_page

FIRST = "The council agreed on Monday to mend the old sea wall before the winter storms arrive."
SECOND = "Work begins in a week, said the engineer, who has waited for the decision since spring."
THIRD = "The wall was last mended in 1961, when the stone still came from the quarry by boat."
CAPTION = "The old wall at low tide, seen from the roof of the customs house."


def article(extra: str) -> bytes:
    text = f"<p>{FIRST}</p>{extra}<p>{SECOND} {FIRST}</p><p>{THIRD} {SECOND}</p>"
    return f"<body><h1>Sea wall to be mended</h1><div>{text}</div></body>".encode()


def test_words_beside_a_picture_are_its_caption() -> None:
    page = article(f'<div class="lead"><img src="wall.jpg"><div>{CAPTION}</div></div>')

    read = read_page(page, url="https://harbour.example/wall").article

    assert CAPTION not in read.body
    assert read.captions == (CAPTION,)


def test_a_paragraph_of_the_text_with_a_picture_stays() -> None:
    page = article(f"<p><img src='wall.jpg'>{CAPTION}</p>")

    assert CAPTION in read_page(page, url="https://harbour.example/wall").article.body


def test_a_list_of_things_with_pictures_stays() -> None:
    things = "".join(f"<li><img src='{n}.jpg'><div>{n}. {CAPTION}</div></li>" for n in range(4))
    page = article(f"<ul>{things}</ul>")

    assert f"2. {CAPTION}" in read_page(page, url="https://harbour.example/wall").article.body


def test_a_portrait_does_not_hide_the_day() -> None:
    byline = '<div class="x1"><img src="ida.jpg"><div>By Ida Holm, 2 January 2026</div></div>'
    page = f"<body><h1>Sea wall to be mended</h1>{byline}<p>{FIRST}</p><p>{SECOND}</p></body>"

    read = read_page(page.encode(), url="https://harbour.example/wall").article

    assert str(read.published)[:10] == "2026-01-02"
    assert not read.captions
