"""Stories as people read them: a name with its houses and texts, and why each article is there."""

from dataclasses import asdict
from typing import Any

from crawler.commands.render.prose import say
from crawler.commands.render.text import plain
from crawler.stories.reason import in_words
from crawler.text.counting import counted
from storage.records.story import FOUNDED, READER, UNSURE
from storage.stories.reading import Member, Story, Suggestion

_INDENT = 4


def carried(story: Story) -> str:
    """Return how many houses carry a story, and how many independent texts tell it."""
    return f"{counted(story.families, 'house')}, {counted(story.texts, 'text')}"


def print_story(story: Story) -> None:
    """Print a story in two lines."""
    language = f" ({story.name_language})" if story.name_language else ""
    say(f"{story.id}  {plain(story.name)}{language}", bold=True, hanging=_INDENT)
    first, last = story.first_report[:10], story.last_report[:10]
    days = first if first == last else f"{first} to {last}"
    languages = " ".join(story.languages)
    say(f"{days}  {carried(story)}  {languages}", indent=_INDENT)


def print_story_of(story: Story | None) -> None:
    """Print the story of an article in one line."""
    if story is not None:
        say(f"story {story.id}: {plain(story.name)}: {carried(story)}", hanging=_INDENT)


def print_member(member: Member) -> None:
    """Print an article of a story, with the reason why it is there."""
    day = (member.published or member.first_seen)[:10]
    mark = " ?" if member.method == UNSURE else ""
    house = f"{member.source} ({member.language or 'unknown language'})"
    say(
        f"{member.article_id}  {day}  {plain(house)}  {plain(member.headline)}{mark}",
        hanging=_INDENT,
    )
    say(plain(why(member)), indent=_INDENT)


def why(member: Member) -> str:
    """Return why an article is in its story."""
    if member.method == READER:
        return "a reader put it here"
    if member.method == FOUNDED:
        return "first of its story"
    if member.copy_of is not None and member.reason is None:
        return f"copy of {member.copy_of}"
    if member.reason is None:
        return "its reason was removed with the article that it was like"
    return f"like {member.reason['other']}: {in_words(member.reason)}"


def print_suggestion(suggestion: Suggestion) -> None:
    """Print a suggestion with the command that follows it."""
    if suggestion.kind == "merge":
        what = f"stories {suggestion.a} and {suggestion.b} may be one"
        command = f"drawdown story {suggestion.a} --merge {suggestion.b}"
    else:
        what = f"article {suggestion.a} may belong to story {suggestion.b}"
        command = f"drawdown story {suggestion.b} --move {suggestion.a}"
    say(f"suggestion: {what}: {command}", hanging=_INDENT)
    if suggestion.reason is not None:
        say(plain(in_words(suggestion.reason)), indent=_INDENT)


def facts(story: Story) -> dict[str, Any]:
    """Return a story as JSON values. Any: JSON values."""
    return asdict(story)
