#!/usr/bin/env python3
"""Runs gongkai over the broken and hostile PDFs of `../shared/robust`, each in a process of its own under limits.

    python3 .ci/robust.py target/release/gongkai ../shared/robust

Every file must end by itself with exit code 0, 1 or 2, within 10 seconds and 1 GB; each crafted file within 2 seconds and 300 MB.
Text must be recovered from at least as many files as by the best of the reference readers listed in MANIFEST.tsv (those whose
text is counted there: pdftotext and mutool), and from at least as many as by pdfium, if pypdfium2 can be imported. Undecodable
glyphs do not count as text.
"""

import csv
import json
import re
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SECONDS, MEGABYTES = 10, 1024
CRAFTED_SECONDS, CRAFTED_MEGABYTES = 2, 300


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES << 21, MEGABYTES << 21))


def read(program, path):
    """Exit code or `timeout`, seconds, peak megabytes, characters that are known."""
    started = time.monotonic()
    command = ["/usr/bin/env", "python3", "-c", MEASURE, program, "inspect", str(path), "--json"]
    try:
        run = subprocess.run(command, capture_output=True, timeout=SECONDS + 5, check=False, preexec_fn=limit)
    except subprocess.TimeoutExpired:
        return "timeout", time.monotonic() - started, 0, 0
    code, seconds, megabytes = json.loads(run.stderr.splitlines()[-1])
    characters = 0
    for line in run.stdout.splitlines():
        for glyph in json.loads(line).get("glyphs", []):
            if glyph["source"] != "undecodable":
                characters += len(glyph["text"].strip())
    return code, seconds, megabytes, characters


# Runs the rest of its arguments and tells their cost on the last line of stderr.
MEASURE = """
import json, os, subprocess, sys, time
started = time.monotonic()
run = subprocess.Popen(sys.argv[1:], stderr=subprocess.DEVNULL)
_, status, usage = os.wait4(run.pid, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), time.monotonic() - started, usage.ru_maxrss / 1024]), file=sys.stderr)
"""


def pdfium_reads(path):
    """Whether pdfium finds text; in a process of its own, for it may not survive."""
    code = (
        "import sys, pypdfium2 as p\n"
        "d = p.PdfDocument(sys.argv[1])\n"
        "print(sum(len(d[i].get_textpage().get_text_range().split()) for i in range(len(d))))"
    )
    try:
        run = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=20, preexec_fn=limit, check=False)
    except subprocess.TimeoutExpired:
        return False
    return run.returncode == 0 and run.stdout.strip() not in ("", "0")


def count(detail):
    found = re.search(r"chars=(\d+)", detail or "")
    return int(found[1]) if found else 0


def main():
    program, folder = sys.argv[1], Path(sys.argv[2])
    with (folder / "MANIFEST.tsv").open(encoding="utf-8") as manifest:
        rows = list(csv.DictReader(manifest, delimiter="\t"))
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda row: read(program, folder / row["file"]), rows))
    wrong = []
    for at, (row, (code, seconds, megabytes, _)) in enumerate(zip(rows, results)):
        crafted = row["file"].startswith("crafted/")
        # A busy machine is not the file's fault: what took long is read again by itself.
        if code in (0, 1, 2) and seconds > (CRAFTED_SECONDS if crafted else SECONDS):
            results[at] = read(program, folder / row["file"])
            code, seconds, megabytes, _ = results[at]
        if code not in (0, 1, 2):
            wrong.append(f"{row['file']}: ended with {code}")
        if seconds > (CRAFTED_SECONDS if crafted else SECONDS) or megabytes > (CRAFTED_MEGABYTES if crafted else MEGABYTES):
            wrong.append(f"{row['file']}: {seconds:.1f} s, {megabytes:.0f} MB")
    with_text = {
        "gongkai": sum(result[3] > 0 for result in results),
        "pdftotext": sum(count(row["pdftotext_detail"]) > 0 for row in rows),
        "mutool": sum(count(row["mutool_detail"]) > 0 for row in rows),
    }
    try:
        import pypdfium2  # noqa: F401

        with ThreadPoolExecutor(2) as pool:
            with_text["pdfium"] = sum(pool.map(lambda row: pdfium_reads(folder / row["file"]), rows))
    except ImportError:
        pass
    for row, result in zip(rows, results):
        best = max(count(row["pdftotext_detail"]), count(row["mutool_detail"]))
        if best and not result[3]:
            print(f"  no text, where others have {best} characters: {row['file']}")
    print(f"{len(rows)} files; with text:", ", ".join(f"{name} {number}" for name, number in with_text.items()))
    print(f"longest {max(result[1] for result in results):.1f} s, most memory {max(result[2] for result in results):.0f} MB")
    if with_text["gongkai"] < max(with_text.values()):
        wrong.append("another reader has text from more files")
    for line in wrong:
        print("WRONG", line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
