"""Saved queries: `@NAME` is the query of this name, as if it were in brackets."""

import pytest

from storage.search.nodes import QueryError
from storage.search.query import parse
from storage.search.saved import expand

_SAVED = {"north": "idlib OR aleppo", "state": "alignment:state", "both": "@north @state"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("@north lang:ar", "(idlib OR aleppo) lang:ar"),
        ("-@north", "-(idlib OR aleppo)"),
        ("(@north)", "((idlib OR aleppo))"),
        ("@both", "((idlib OR aleppo) (alignment:state))"),
        ('"@north" desk@north.example', '"@north" desk@north.example'),
    ],
)
def test_a_name_is_replaced_by_its_query(query: str, expected: str) -> None:
    assert expand(query, _SAVED) == expected
    parse(expand(query, _SAVED))


@pytest.mark.parametrize(
    ("query", "saved", "said", "position"),
    [
        ("a @nroth", _SAVED, "did you mean @north? there are @north, @state, @both", 3),
        ("@north", {}, "write [[query]] in sources.toml", 1),
        ("@a", {"a": "@b", "b": "@a"}, "@a leads to itself", 1),
        ("@a", {"a": "x @a"}, "@a leads to itself", 3),
    ],
)
def test_a_name_that_cannot_be_replaced_is_refused(
    query: str, saved: dict[str, str], said: str, position: int
) -> None:
    with pytest.raises(QueryError) as caught:
        expand(query, saved)

    assert said in str(caught.value)
    assert caught.value.position == position
