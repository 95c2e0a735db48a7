"""What the classifier reads of a text: runs of characters in Chinese, runs of words in English."""


def features(clean: str, language: str) -> set[str]:
    """Return the n-grams of a clean text: of one to three characters, or of one to four words."""
    units = list(clean.replace(" ", "")) if language == "zh" else clean.split()
    longest = 3 if language == "zh" else 4
    return {"\t".join(units[i : i + n]) for n in range(1, longest + 1) for i in range(len(units) - n + 1)}
