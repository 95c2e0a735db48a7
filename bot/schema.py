"""`python -m bot.schema [--check]`: writes configs/schema.json for editors, or says that it is out of date."""

import json
import sys
from pathlib import Path

from core.settings import Settings

FILE = Path(__file__).parent.parent / "configs" / "schema.json"


def main() -> int:
    """Write the schema, or with --check compare it; return the exit code."""
    schema = json.dumps(Settings.model_json_schema(), indent=1, ensure_ascii=False) + "\n"
    if "--check" not in sys.argv:
        FILE.write_text(schema, encoding="utf-8")
        return 0
    if FILE.read_text(encoding="utf-8") != schema:
        sys.stderr.write("configs/schema.json is out of date: run `make format`\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
