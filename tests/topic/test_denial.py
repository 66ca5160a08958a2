"""Whether a movement is denied: negations that deny it, and those that deny something else."""

import pytest

from crawler.topic.denial import RULES, VERB_LAST_RULES, Rule
from crawler.topic.rules import judge, load
from storage.records.verdict import Evidence


def _evidence(text: str, language: str) -> Evidence:
    return judge(load(), headline=text, body=[], language=language).evidence[0]


def _is_denied(text: str, language: str) -> bool:
    return _evidence(text, language).is_denied


AFFIRMED = {
    "en": [
        "All foreign soldiers in Syria, invited or not, would be told to withdraw",
        "Russian troops will pull out of Syria no later than Friday",
        "Not only the Turkish troops will leave Syria",
        "Not just Turkey will withdraw its forces from Syria",
        "There is no doubt that the American soldiers leave Syria",
        "Ankara did not say whether its soldiers would leave Syria",
        "Moscow does not rule out pulling its troops out of Syria",
        "Israel has no objection to a Turkish withdrawal from Syria",
        "Iran does not oppose the withdrawal of its forces from Syria",
        "US troops leave Syria without a farewell",
        "Turkish troops withdraw from Syria, not from Iraq",
        "Danish soldiers: Denmark withdraws them from Syria",
        "The opposition hails the American withdrawal from Syria",
        "No villagers were hurt during the Russian withdrawal from Syria",
        "American troops will not stay but leave Syria",
        "Syria rejects the treaty and demands that Turkish troops withdraw",
        "Senate condemns Trump's decision against advice to withdraw from Syria",
    ],
    "de": [
        "Nicht nur die Türken ziehen ihre Soldaten aus Syrien ab",
        "Moskau schließt den Abzug seiner Truppen aus Syrien nicht aus",
        "Die US-Soldaten verlassen Syrien, ob gewollt oder nicht",
        "Ankara teilt nicht mit, wann seine Truppen Syrien verlassen",
    ],
    "fr": [
        "Non seulement les Russes mais aussi les Turcs vont quitter la Syrie",
        "Ankara n'exclut pas le retrait de ses troupes de Syrie",
        "Sans doute les soldats américains vont quitter la Syrie",
    ],
    "ru": [
        "Не только турецкие, но и американские войска покинут Сирию",
        "Турецкие войска уйдут из Сирии не позднее мая",
        "Москва не исключает вывода своих войск из Сирии",
    ],
    "ar": [
        "لا شك أن القوات الروسية ستنسحب من سوريا",
        "أنقرة لا تستبعد سحب قواتها من سوريا",
    ],
    "fa": [
        "بدون شک نیروهای روسیه از سوریه خارج می‌شوند",
        "آنکارا خروج نیروهایش از سوریه را رد نکرد",
    ],
    "tr": [
        "Hiç şüphe yok, Rus askerleri Suriye'den çekilecek",
        "Sadece Rusya değil ABD askerleri de Suriye'den çekiliyor",
        "Ankara Suriye'den çekilmeyi reddetmedi",
    ],
    "he": [
        "לא רק הכוחות הרוסים אלא גם האמריקאים יעזבו את סוריה",
        "אנקרה לא שוללת נסיגה של כוחותיה מסוריה",
    ],
    "ku": [
        "Ne tenê hêzên Rûsyayê lê hêzên Tirkiyê jî ji Sûriyê vedikişin",
        "نەک تەنها ڕووسیا هێزەکانی تورکیاش لە سوریا دەکشێنەوە",
    ],
}
DENIED = {
    "en": [
        "Turkish troops will not withdraw from Syria",
        "Ankara denied that its soldiers would leave Syria",
        "Moscow has no plans to withdraw from Syria",
        "No American soldiers will leave Syria",
        "Iran refuses to pull its forces out of Syria",
        "Washington ruled out a withdrawal from Syria",
        "A withdrawal of the troops from Syria is not planned, Moscow says",
        "Turkish soldiers will not, the minister said, leave Syria",
        "Israel has never agreed to pull its troops out of Syria",
        "American troops will not stay in Syria",
    ],
    "de": [
        "Die russischen Truppen werden Syrien nicht verlassen",
        "Ankara lehnt den Abzug seiner Truppen aus Syrien ab",
        "Ein Abzug der US-Truppen aus Syrien ist nicht geplant",
    ],
    "fr": [
        "Les soldats turcs ne quitteront pas la Syrie",
        "Moscou refuse de retirer ses soldats de Syrie",
    ],
    "ru": [
        "Турецкие войска не покинут Сирию",
        "Вывод турецких войск из Сирии не планируется",
        "Москва опровергла сообщения о выводе войск из Сирии",
    ],
    "ar": ["القوات التركية لن تنسحب من سوريا", "موسكو تنفي انسحاب قواتها من سوريا"],
    "fa": ["نیروهای ترکیه از سوریه خارج نخواهند شد", "مسکو خروج نیروهایش از سوریه را رد کرد"],
    "tr": [
        "Rusya Suriye'den çekilmeyecek",
        "Ankara askerlerini Suriye'den çekme iddiasını yalanladı",
    ],
    "he": ["הכוחות הטורקיים לא יעזבו את סוריה", "אנקרה מסרבת לסגת מסוריה"],
    "ku": ["Hêzên Tirkiyê ji Sûriyê venakişin", "هێزەکانی ڕووسیا لە سوریا ناکشێنەوە"],
}


@pytest.mark.parametrize(
    ("language", "text"),
    [(language, text) for language, texts in AFFIRMED.items() for text in texts],
)
def test_what_denies_something_else_denies_no_movement(language: str, text: str) -> None:
    assert not _is_denied(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [(language, text) for language, texts in DENIED.items() for text in texts],
)
def test_a_denial_is_seen_in_nine_languages(language: str, text: str) -> None:
    assert _is_denied(text, language)


def test_a_departure_that_is_denied_is_shown_as_denied_and_not_as_a_stay() -> None:
    evidence = _evidence("Moscow has no plans to withdraw from Syria", "en")

    assert (evidence.movement, evidence.is_denied) == ("withdraw", True)


@pytest.mark.parametrize("rule", [*RULES, *VERB_LAST_RULES], ids=lambda rule: rule.name)
def test_each_example_is_what_its_rule_says(rule: Rule) -> None:
    assert _is_denied(rule.example, rule.language) is rule.denies
