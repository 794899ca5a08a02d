"""Planted errors: how many are found, at the right cell, and how many findings are false: planted.py PROGRAM SHARED [FOLDER]

Of the documents with truth in FOLDER, or of some made on the spot with what the generator of SHARED does by the standard library alone. Fails where
fewer than 95 % are found, fewer than 90 % of those at the right cell, or a finding is false.
"""
import collections
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile
from decimal import Decimal

program, shared = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
spec = importlib.util.spec_from_file_location("score", shared / "score" / "score.py")
score = importlib.util.module_from_spec(spec)
spec.loader.exec_module(score)


def at_right_cell(product, truth, error):
    """Does a finding that is no consequence of another stand where the error was planted?"""
    findings = [check for check in product["checks"] if check["holds"] is False and check.get("because_of") is None]
    scopes = [check["scope"] for check in findings]
    codes = {str(error[key]) for key in ("code", "code_correct") if error.get(key)}
    name = score.norm(error.get("name"))

    def is_row(pieces):
        return any(piece in codes or score.norm(piece) == name for piece in pieces)

    for scope in scopes:
        pieces = scope.split("/")
        if error.get("row") is not None:
            row = next(t for t in truth["tables"] if t["table"] == error["table"])["rows"][error["row"]]
            of_row = {str(row.get("code") or ""), score.norm(row["name"])} - {""}
            if pieces[0] != error["table"] or not (is_row(pieces[1:]) or any(piece in of_row or score.norm(piece) in of_row for piece in pieces[1:])):
                continue
            if error.get("column") in (None, pieces[-1]) or error["found_by"] in ("code", "name"):
                return True
        elif "line_item" in error and pieces[0] == "line_items" and is_row(pieces[1:]):
            return True
        elif "target" in error and pieces[0] == "targets" and is_row(pieces[1:]):
            return True
        elif pieces[0] == "sections" and "line_item" not in error and "target" not in error:
            return True
    return False


def measure(documents):
    sums, missed, by_kind = collections.Counter(), [], collections.Counter()
    for document in documents:
        truth = score.load(document.with_suffix(".truth.json"))
        run = subprocess.run([program, "convert", document, "--out", "-", "--quiet"], capture_output=True)
        if run.returncode != 0:
            print(f"FAIL {document.name}: {run.stderr.decode()[:200]}")
            sums["broken"] += 1
            continue
        product = json.loads(run.stdout, parse_float=Decimal)
        report = score.score(product, truth)
        planted = report["planted"]
        lost = set(planted["missed"])
        found = [e for e in truth["planted_errors"] if f"{e['id']} {e['kind']}" not in lost]
        right = [e for e in found if at_right_cell(product, truth, e)]
        for part in report["tables"]:
            sums["cells"] += part["cells"].total
            sums["cells right"] += part["cells"].right
        sums.update({"planted": planted["planted"], "found": len(found), "right cell": len(right), "false alarms": planted["false_alarms"],
                     "silent": report["summary"]["silent"], "documents": 1})
        for error in truth["planted_errors"]:
            if f"{error['id']} {error['kind']}" in lost:
                missed.append(f"missed {document.name}: {error['id']} {error['kind']}")
        missed += [f"wrong cell {document.name}: {e['id']} {e['kind']}" for e in found if e not in right]
        missed += [f"false alarm {document.name}: {text}" for text in planted["false_alarm_examples"]]
        missed += [f"silent {document.name}: {e}" for e in report["silent"][:3]]
    print("\n".join(missed))
    print(" ".join(f"{name} {sums[name]}" for name in ("documents", "planted", "found", "right cell", "false alarms", "silent", "cells", "cells right", "broken")))
    is_found = sums["found"] >= 0.95 * sums["planted"] and sums["right cell"] >= 0.9 * sums["found"]
    return is_found and not (sums["false alarms"] or sums["silent"] or sums["broken"])


def documents(folder):
    return sorted(path for path in pathlib.Path(folder).iterdir() if path.suffix in (".pdf", ".txt"))


def make(folder):
    """Twenty documents of the renderers that need no library."""
    for number in range(20):
        render, size = ("gbk", "ocr-text:light")[number % 2], "medium" if number % 5 == 4 else "small"
        command = [sys.executable, shared / "corpus" / "make.py", "--seed", str(8501 + number), "--size", size, "--render", render, "--errors", "6", "--out", folder]
        subprocess.run(command, check=True, capture_output=True)


if len(sys.argv) > 3:
    passed = measure(documents(sys.argv[3]))
else:
    with tempfile.TemporaryDirectory() as folder:
        make(folder)
        passed = measure(documents(folder))
sys.exit(not passed)
