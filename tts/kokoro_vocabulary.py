"""The phonemes that Kokoro v1.0 knows, each with its number: `vocab` in the model's config.json.

https://huggingface.co/hexgrad/Kokoro-82M/blob/main/config.json
"""

from typing import Final

PAD: Final = 0
"""Stands before the first token and after the last."""
LIMIT: Final = 510
"""Tokens of one request, pads not counted."""

_BLOCKS: Final = (
    (1, ";:,.!?"), (9, '—…"()“” \u0303ʣʥʦʨᵝ\uab67AI'), (31, "O"), (33, "Q"), (35, "ST"), (39, "W"), (41, "Yᵊabcdef"),
    (50, "hijklmnopqrstuvwxyzɑɐɒæ"), (75, "βɔɕç"), (80, "ɖðʤə"), (85, "ɚɛɜ"), (90, "ɟ"), (92, "ɡ"), (99, "ɥ"),
    (101, "ɨɪʝ"), (110, "ɯɰŋɳɲɴø"), (118, "ɸθœ"), (123, "ɹ"), (125, "ɾɻ"), (128, "ʁɽʂʃʈʧ"), (135, "ʊʋ"),
    (138, "ʌɣɤ"), (142, "χʎ"), (147, "ʒʔ"), (156, "ˈˌː"), (162, "ʰ"), (164, "ʲ"), (169, "↓"), (171, "→↗↘"),
    (177, "ᵻ"),
)  # fmt: skip
"""(number of the first, phonemes that count up from it)."""

VOCABULARY: Final[dict[str, int]] = {
    phoneme: first + offset for first, phonemes in _BLOCKS for offset, phoneme in enumerate(phonemes)
}
"""Number by phoneme; numbers between the blocks are unused."""


def tokens(phonemes: str) -> list[int]:
    """Return the numbers of `phonemes`, pads left out; what the model does not know is skipped."""
    return [VOCABULARY[phoneme] for phoneme in phonemes if phoneme in VOCABULARY]
