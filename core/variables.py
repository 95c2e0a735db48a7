"""The variables of commands' replies: what `$(…)` may name."""

import difflib
import re
from typing import Final

VARIABLES: Final = (
    "user", "streamer", "count", "args", "product", "product.title", "product.price", "product.stock", "product.link",
)  # fmt: skip
"""What `$(…)` may name. `count` is how often the command was answered, `args` what stands after its name, `product`
the one that `args` names, or else the first."""
VARIABLE: Final = re.compile(r"\$\(([^()]*)\)")
"""A variable in a text, its name as the first group."""


def unknown(text: str) -> str:
    """Return a sentence on the first variable in `text` that does not exist, with the nearest that does, or nothing."""
    for name in VARIABLE.findall(text):
        if name.strip() not in VARIABLES:
            near = difflib.get_close_matches(name.strip(), VARIABLES, 1)
            hint = f"did you mean $({near[0]})? " if near else ""
            known = ", ".join(f"$({variable})" for variable in VARIABLES)
            return f"$({name}) is not a variable; {hint}known: {known}"
    return ""
