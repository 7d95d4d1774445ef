"""Run by ocfl-py's own Python: ``ocfl_runner.py PATH`` prints its verdict on a storage root or an object as JSON.

Imports by name at run time, because only that environment holds the package.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path


def main(path: str) -> None:
    is_object = any(Path(path).glob("0=ocfl_object_*"))
    sys.stdout.write(json.dumps(judge_object(path) if is_object else judge_root(path)))


def judge_object(path: str) -> dict[str, object]:
    validator = importlib.import_module("ocfl.validator").Validator(log_warnings=True)
    passed = validator.validate_object(path)
    return {"passed": passed, "objects": 1, "messages": list(validator.log.messages)}


def judge_root(path: str) -> dict[str, object]:
    root = importlib.import_module("ocfl").StorageRoot(path)
    passed = root.validate(log_warnings=True, max_errors=1_000_000)
    messages = [line for _, lines in getattr(root, "errors", []) for line in lines.splitlines()]
    messages += root.log.messages
    objects, good = getattr(root, "num_objects", 0), getattr(root, "good_objects", 0)
    return {"passed": passed and good == objects, "objects": objects, "messages": messages}


if __name__ == "__main__":
    main(sys.argv[1])
