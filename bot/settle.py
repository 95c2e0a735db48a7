"""What lives as long as a room is taken out of the garbage collector's way.

Models, word lists and templates are hundreds of thousands of objects. A full collection looks at each of them, which
stops every thread; `danmate bench chat` found such stops of 77 ms and more.
"""

import gc


def settle() -> None:
    """Collect once, and have later collections look only at what is made from now on. Takes a tenth of a second."""
    gc.unfreeze()  # a room that was started before may be garbage now
    gc.collect()
    gc.freeze()
