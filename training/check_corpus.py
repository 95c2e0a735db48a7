"""`python -m training.check_corpus`: prints what is wrong with the corpus; exit 1 if anything is."""

import sys

from training.corpus import load, problems


def main() -> int:
    """Print the corpus's size and its problems; return the exit code."""
    corpus = load()
    found = list(problems(corpus))
    for problem in found:
        print(problem)
    print(f"{len(corpus.patterns)} patterns, {len(corpus.utterances)} utterances, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
