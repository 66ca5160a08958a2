"""What a memo remembers, and that it always answers."""

import random
import sys
import threading

from storage.words.memo import Memo


def test_a_word_that_is_used_is_asked_for_once() -> None:
    asked: list[str] = []

    def upper(word: str) -> str:
        asked.append(word)
        return word.upper()

    memo = Memo(upper, limit=10)
    for number in range(100):
        assert memo["often"] == "OFTEN"
        assert memo[f"once {number}"] == f"ONCE {number}"
    assert asked.count("often") == 1


def test_any_words_in_any_order_are_answered_within_the_limit() -> None:
    chance = random.Random(1)
    for limit in (0, 1, 2, 7, 50):
        memo = Memo(str.upper, limit)
        for _ in range(500):
            word = f"word{chance.randrange(60)}"
            assert memo[word] == word.upper()
            assert len(memo) <= max(1, limit // 2)


def test_a_result_that_is_false_is_remembered() -> None:
    asked: list[str] = []
    memo = Memo(lambda word: asked.append(word), limit=4)

    for word in ("a", "b", "c", "a", "b", "c", "a"):
        assert memo[word] is None
    assert len(asked) < 7


def test_threads_that_share_a_memo_get_right_answers() -> None:
    memo, wrong = Memo(str.upper, limit=6), []

    def read(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(3000):
            word = f"w{chance.randrange(12)}"
            if memo[word] != word.upper():
                wrong.append(word)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=read, args=(seed,)) for seed in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert wrong == []
