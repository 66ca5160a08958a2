"""What a paragraph is by its words: each row has its example, and ordinary sentences have none."""

import json

import pytest

from crawler.extract import notices, pointers, vocabulary, wording
from crawler.extract.article import read_page
from crawler.extract.date_lines import is_date_line

ALTERNATIVES = [(row, words) for row in notices.NOTICES for words in row.alternatives]
YEARS = (1961, 1964, 1975, 1988, 1999)
# Sentences of news, in which one word is that of a notice or a pointer.
NEWS = (
    "The ministry said in its weekly newsletter that the radar had left.",
    "Soldiers were asked to sign in to the register before they boarded.",
    "He broke the terms of service of the base, the court found.",
    "Related talks between the two sides began in Muscat in May.",
    "Also on Monday, a second column of lorries crossed the bridge.",
    "Follow-up talks on the smaller base begin in the spring.",
    "Sponsored by the province, the guards drove to the border.",
    "Advertisement revenue of the port fell by a third.",
    "Ayrıca iki küçük kışla bu hafta boşaltıldı.",
    "Подписание второго соглашения прошло в порту.",
    "Подробнее о сроках министр не сказал ничего.",
    "المزيد من الشاحنات عبرت الجسر صباح الثلاثاء.",
    "بیشتر سربازان پیش از ظهر از پل گذشتند.",
    "עוד חיילים עזבו את הנמל ביום שלישי.",
    "Mehr dazu wollte der Minister am Dienstag nicht sagen.",
    "À lire les accords, rien ne change avant le printemps.",
)


@pytest.mark.parametrize("row", pointers.POINTERS, ids=lambda row: row.language)
def test_a_line_that_leads_elsewhere_is_recognised(row: pointers.Pointer) -> None:
    assert pointers.is_pointer(row.example)


@pytest.mark.parametrize("row", notices.NOTICES, ids=lambda row: row.example[:20])
def test_a_notice_is_recognised(row: notices.Notice) -> None:
    assert notices.is_notice(row.example)


@pytest.mark.parametrize("row", notices.PAYWALLS, ids=lambda row: row.language)
def test_a_paywall_is_recognised(row: notices.Notice) -> None:
    page = f"<h1>Sea wall</h1><div><p>{'The wall was mended in a week. ' * 9}</p></div>"
    read = read_page(f"{page}<div><p>{row.example}</p></div>".encode(), url="https://a.example/b")

    assert notices.is_paywall(row.example)
    assert read.article.access == "partial"


@pytest.mark.parametrize("words", [words for _, words in ALTERNATIVES])
def test_words_are_in_lower_case(words: tuple[str, ...]) -> None:
    assert all(word == word.lower() for word in words)


@pytest.mark.parametrize("sentence", NEWS)
def test_a_sentence_of_the_news_is_neither(sentence: str) -> None:
    assert not wording.is_aside(sentence)


@pytest.mark.parametrize("weak", notices.WEAK)
def test_a_word_of_the_news_is_a_notice_where_the_reader_is_addressed(weak: str) -> None:
    assert notices.is_notice(f"Here is our {weak} for you.")
    assert not notices.is_notice(f"The court read the {weak} of the port aloud.")


@pytest.mark.parametrize(
    ("classes", "word"),
    [
        ("related-articles", "related"),
        ("md:hidden", None),
        ("scroll-mt-[calc(theme(spacing.sticky-header))]", None),
        ("post-7 type-post status-publish hentry category-podcast tag-poll", None),
        ("tag-list", "tag"),
        ("hidden", "display none"),
        ("hidden md:block", "hidden"),
    ],
)
def test_a_utility_class_is_no_name(classes: str, word: str | None) -> None:
    assert vocabulary.kind_of("div", classes).boilerplate == word


def test_a_note_on_the_author_is_left_out_and_one_on_a_person_of_the_news_stays() -> None:
    lines = [
        f"The wall was mended in {year}, and the boats stayed in." for year in (1961, 1975, 1988)
    ]
    about = "Ida Holm is a professor of history at the university of the harbour."
    text = "".join(f"<p>{line}</p>" for line in [*lines, about])

    of_news = read_page(f"<h1>Wall</h1><div>{text}</div>".encode(), url="https://a.example/b")
    signed = f"<h1>Wall</h1><div>Ida Holm</div><div>{text}</div>"
    of_author = read_page(signed.encode(), url="https://a.example/b")

    assert of_news.article.body[-1] == about
    assert of_author.article.body == tuple(lines)


def test_a_former_reporter_is_a_person_of_the_news() -> None:
    assert wording.is_sign_off("Ida Holm is a reporter for the Harbour Post.")
    assert not wording.is_sign_off("Hakan Demir is a former reporter and led the talks in May.")
    assert not wording.is_sign_off("Shelling was reported from the hills on Monday.")


@pytest.mark.parametrize(
    "line",
    [
        "Published 2 January 2026",
        "15/04/2026 Updated at 17:30h.",
        "Stand: 2. Januar 2026, 14:05 Uhr",
        "Опубликовано 2 января 2026 в 14:05",
        "آخر تحديث: ٢ يناير ٢٠٢٦ الساعة ٠٩:١٠ (بتوقيت بيروت)",
        "Son güncelleme: 2 Ocak 2026 14:05",
        "Vadsø, 2 January 2026",
    ],
)
def test_a_line_of_a_date_is_no_text(line: str) -> None:
    assert is_date_line(line)


@pytest.mark.parametrize(
    "line",
    ["Syria after 2024", "12.5 %", "The wall broke on 2 January 2026", "Nine boats, 40 guests"],
)
def test_a_line_with_numbers_is_no_date(line: str) -> None:
    assert not is_date_line(line)


def test_a_text_of_scripts_is_read_where_the_page_shows_none() -> None:
    lines = [f"The wall was mended in {year}, and the boats stayed in the bay." for year in YEARS]
    other = [{"text": "The ferry sails again after a winter in dock. " * 9}]
    state = {
        "more": [{"headline": "Ferry sails again", "body": other}],
        "article": {"headline": "Sea wall mended at last", "body": [{"text": x} for x in lines]},
    }
    script = f'<script type="application/json">{json.dumps(state)}</script>'
    page = f"<title>Sea wall mended at last</title><h1>Sea wall mended at last</h1>{script}"

    read = read_page(page.encode(), url="https://a.example/b").article

    assert read.body == tuple(lines)
    assert read.origins["body"] == "script"
