"""Lists that refer back: "this includes the Turkish and American", "it does not include Russia"."""

from collections.abc import Iterator, Sequence
from typing import Final

from crawler.statements import whose
from crawler.statements.holder import holder_of
from crawler.statements.said import Context, Said
from crawler.statements.stance import LEAVING
from crawler.statements.voices import Scene
from crawler.statements.whose import Owner
from crawler.topic.lexicon import Hit
from crawler.topic.sentence import Sentence
from storage.records.claim import Stance

LISTS: Final = ("refers", "exempts", "meant")  # what a list that refers back begins or ends with
_ANSWERED: Final = 6
_LIST_REACH: Final = 14  # words from "includes" to the first of its list


def lists_in(scene: Scene, context: Context) -> Iterator[Said]:
    """Yield what a list says that refers back: "this includes the American and Iranian"."""
    sentence = scene.sentence
    exempts = sentence.terms("exempts")
    countries = [
        one for one in whose.candidates(sentence, scene.words) if one.concept != "force:foreign"
    ]
    for hit in exempts or (*sentence.terms("refers"), *sentence.terms("meant")):
        listed = _listed(hit, countries)
        if not listed or sentence.distance(hit, listed[0]) > _LIST_REACH:
            continue
        if not _is_about_all(sentence, hit, context, is_exempt=bool(exempts)):
            continue
        held = holder_of(scene, hit)
        chain = [listed[0], *whose.enumeration(sentence, scene.words, listed[0], listed)]
        for one in chain:
            yield Said(
                Owner(one.concept.removeprefix("force:"), one, "listed"),
                Stance.STAYS if exempts else _referred(context),
                "exempt" if exempts else "list",
                held.voice if held else None,
                hit,
                cue=held.cue.hit if held and held.cue else None,
            )


def _listed(list_word: Hit, countries: Sequence[Hit]) -> list[Hit]:
    """Return the forces that a word lists: those behind "includes", before "are meant"."""
    if list_word.concept == "meant":
        return [one for one in countries if one.after <= list_word.first]
    return [one for one in countries if one.first >= list_word.after]


def _is_about_all(
    sentence: Sentence,
    list_word: Hit,
    context: Context,
    *,
    is_exempt: bool,
) -> bool:
    """Whether a list continues a claim about all foreign forces, or what somebody called for."""
    moves = any(sentence.has(kind) for kind in (*LEAVING, "presence", "calls"))
    if not moves and not context.forces:
        return False
    if sentence.nearest(list_word, "untrue").distance <= _ANSWERED:
        return False
    is_of_all = "foreign" in context.forces or sentence.has("force:foreign")
    return is_exempt or is_of_all or sentence.has("calls")


def _referred(context: Context) -> Stance:
    """Return the stance that a list continues: what is done or under way, else a demand."""
    is_done = context.stance in (Stance.LEFT, Stance.LEAVING)
    if context.stance is not None and is_done and "foreign" in context.forces:
        return context.stance
    return Stance.SHOULD_LEAVE
