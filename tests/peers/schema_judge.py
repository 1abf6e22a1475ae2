"""Judges TOML files by a JSON Schema: one line a file, `yes` or `no` with the first reason.

    python schema_judge.py SCHEMA FILE…
"""

import json
import sys
import tomllib

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
for name in sys.argv[2:]:
    try:
        with open(name, "rb") as file:
            document = tomllib.load(file)
    except tomllib.TOMLDecodeError as error:
        print(f"no\t{name}\tnot TOML: {error}")
        continue
    found = best_match(validator.iter_errors(document))
    if found is None:
        print(f"yes\t{name}")
    else:
        place = "/".join(str(step) for step in found.absolute_path)
        print(f"no\t{name}\t{place}: {found.message[:200]}")
