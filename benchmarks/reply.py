"""How the house T5 replies: `python -m benchmarks.reply [COUNT]` prints scores on held-out prompts and times as JSON.

The scores are those of the model card, computed again from the packaged weights (`training/score.py`). The times are
those of one prompt after the other, from plan to reply: drafts, choice and checks; the first clause can be spoken when
the reply is whole, so both have the same time. They are taken with one and with two threads.
"""

import json
import sys
import time
from typing import Any

from training.corpus import load, split
from training.score import REPLIES, Examiner, figures, measured, prompts

TIMED = 200


def run(count: int) -> dict[str, Any]:
    """Return scores of `count` replies, and milliseconds a reply with one and with two threads."""
    everything = load()
    trained, held = split(everything)
    results = figures(measured(prompts(held, count)), Examiner(everything, trained))
    asked = prompts(held, TIMED, seed=6)
    for threads in (1, 2):
        begun = time.process_time()
        taken = sorted(1000 * sample.seconds for sample in measured(asked, threads=threads) if sample.route == "t5")
        results[f"threads_{threads}"] = {
            "first_clause_ms_p50": round(taken[len(taken) // 2], 1),
            "whole_ms_p50": round(taken[len(taken) // 2], 1),
            "whole_ms_p95": round(taken[int(0.95 * len(taken))], 1),
            "processor_ms_a_prompt": round(1000 * (time.process_time() - begun) / TIMED, 1),
        }
    return results


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]) if len(sys.argv) > 1 else REPLIES), ensure_ascii=False, indent=1))
