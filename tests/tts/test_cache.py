"""Phrases that recur."""

from tts.cache import PhraseCache, PhraseKey


def key(text: str, voice: str = "v") -> PhraseKey:
    return PhraseKey("e", voice, "zh", 1.0, -20.0, text)


def test_a_phrase_is_kept_from_its_second_time_on() -> None:
    cache = PhraseCache(100)
    cache.offer(key("a"), b"1234")
    assert cache.get(key("a")) is None
    cache.offer(key("a"), b"1234")
    assert cache.get(key("a")) == b"1234"


def test_another_voice_is_another_phrase() -> None:
    cache = PhraseCache(100)
    cache.keep(key("a"), b"1")
    assert cache.get(key("a", "w")) is None


def test_the_least_recently_used_give_way_to_new_ones() -> None:
    cache = PhraseCache(10)
    cache.keep(key("a"), b"1234")
    cache.keep(key("b"), b"1234")
    cache.get(key("a"))
    cache.keep(key("c"), b"1234")
    assert [key(name) in cache for name in "abc"] == [True, False, True]
    assert cache.statistics().bytes == 8


def test_a_phrase_kept_again_counts_once() -> None:
    cache = PhraseCache(10)
    cache.keep(key("a"), b"1234")
    cache.keep(key("a"), b"12345")
    assert cache.statistics().bytes == 5
    assert cache.statistics().phrases == 1


def test_what_is_larger_than_the_cache_is_not_kept() -> None:
    cache = PhraseCache(3)
    cache.keep(key("a"), b"1234")
    assert key("a") not in cache


def test_first_times_are_forgotten_in_the_end() -> None:
    cache = PhraseCache(100)
    cache.offer(key("a"), b"1")
    for number in range(3000):
        cache.offer(key(str(number)), b"1")
    cache.offer(key("a"), b"1")
    assert key("a") not in cache


def test_hits_and_misses_are_counted() -> None:
    cache = PhraseCache(10)
    cache.get(key("a"))
    cache.keep(key("a"), b"1")
    cache.get(key("a"))
    assert (cache.statistics().hits, cache.statistics().misses) == (1, 1)
