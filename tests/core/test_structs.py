"""Structs may be decoded for the first time by several threads at once."""

import subprocess
import sys

THREADS = """
import sys, threading
import msgspec
from core.structs import ready

sys.setswitchinterval(1e-6)
WRITTEN = '''
class Inner{n}(msgspec.Struct):
    a: int
    b: str = ""

class Middle{n}(msgspec.Struct):
    one: Inner{n}
    many: tuple[Inner{n}, ...] = ()

@ready
class Outer{n}(msgspec.Struct):
    one: Middle{n}
    many: tuple[Middle{n}, ...] = ()
'''
TEXT = b'{"one": {"one": {"a": 1}, "many": [{"a": 2}]}, "many": [{"one": {"a": 1}}]}'

for number in range(300):
    exec(WRITTEN.format(n=number))
    kind, together = globals()[f"Outer{number}"], threading.Barrier(4)

    def decode():
        together.wait()
        msgspec.json.decode(TEXT, type=kind)

    threads = [threading.Thread(target=decode) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def test_several_threads_may_be_the_first_to_decode_a_struct() -> None:
    assert subprocess.run([sys.executable, "-c", THREADS], check=False, timeout=60).returncode == 0
