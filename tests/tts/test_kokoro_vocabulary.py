"""Kokoro's phonemes and their numbers."""

from tts.kokoro_vocabulary import LIMIT, PAD, VOCABULARY, tokens


def test_the_table_is_that_of_the_models_configuration() -> None:
    assert len(VOCABULARY) == 114
    assert len(set(VOCABULARY.values())) == 114
    assert PAD not in VOCABULARY.values()
    spots = {
        ";": 1,
        "?": 6,
        " ": 16,
        "ꭧ": 23,
        "A": 24,
        "O": 31,
        "ᵊ": 42,
        "z": 68,
        "ɡ": 92,
        "ˈ": 156,
        "↓": 169,
        "ᵻ": 177,
    }
    assert {phoneme: VOCABULARY[phoneme] for phoneme in spots} == spots


def test_unknown_phonemes_are_skipped() -> None:
    assert tokens("a☃b") == [43, 44]


def test_a_request_fits_the_voices_rows() -> None:
    assert LIMIT == 510
