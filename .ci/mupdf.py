#!/usr/bin/env python3
"""Compares every character and origin that gongkai reads with MuPDF's, on whole PDF files.

    python3 .ci/mupdf.py target/release/gongkai FILE.pdf…

Needs PyMuPDF (`pip install pymupdf`). Characters are compared where they stand: for each of gongkai's there must be one of
MuPDF's within 0.05 points, and the other way round. Justified differences are counted by kind and listed in the sum:

* `space`: spaces of any kind, which MuPDF adds and drops by its own rules;
* `radical`: gongkai folds a Kangxi or CJK radical to its ideograph and keeps the radical as `original`;
* `normalised`: other normal forms whose original is MuPDF's character;
* `presentation`: MuPDF gives the vertical presentation form of the same punctuation;
* `private`: MuPDF gives a private-use character or U+FFFD, gongkai says that nothing tells;
* `unseen`: what gongkai marks as outside the page or in a hidden layer, which MuPDF leaves out.
"""

import collections
import json
import subprocess
import sys
import unicodedata

import pymupdf

NEAR = 0.05
FLAGS = pymupdf.TEXT_PRESERVE_LIGATURES | pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_INHIBIT_SPACES


def mupdf_characters(page):
    matrix = page.rotation_matrix
    for block in page.get_text("rawdict", flags=FLAGS)["blocks"]:
        for line in block.get("lines", []):
            for span in line["spans"]:
                for char in span["chars"]:
                    point = pymupdf.Point(char["origin"]) * matrix
                    yield char["c"], point.x, point.y


def is_space(text):
    return not text.strip("\u00a0\u2002\u200b\u3000 \t\r\n\x0b\x0c\x00") if text else True


def kind_of(ours, theirs):
    text, original = ours["text"], ours.get("original")
    if text == theirs:
        return "same"
    if original == theirs:
        return "radical" if 0x2E80 <= ord(original) <= 0x2FDF else "normalised"
    if ours["source"] == "undecodable":
        return "private" if theirs == "\ufffd" or 0xE000 <= ord(theirs) <= 0xF8FF else "unknown"
    if unicodedata.normalize("NFKC", theirs) == unicodedata.normalize("NFKC", text):
        return "presentation"
    if len(text) > 1 and theirs in text:
        return "several"
    if theirs == "\ufffd":
        return "more"
    return "different"


def compare(program, path, details):
    run = subprocess.run([program, "inspect", path, "--json"], capture_output=True, text=True, check=False)
    counts = collections.Counter()
    worst = 0.0
    if run.returncode:
        return counts, run.stderr.strip(), worst
    document = pymupdf.open(path)
    if document.needs_pass:
        return counts, "needs a password", worst
    _, *pages = [json.loads(line) for line in run.stdout.splitlines()]
    if len(pages) != document.page_count:
        counts["pages differ"] += abs(len(pages) - document.page_count)
    for ours, page in zip(pages, document):
        cells = collections.defaultdict(list)
        theirs = []
        for text, x, y in mupdf_characters(page):
            if is_space(text):
                counts["space"] += 1
                continue
            entry = [text, x, y, False]
            theirs.append(entry)
            cells[round(x), round(y)].append(entry)
        for glyph in ours["glyphs"]:
            if is_space(glyph["text"]) or is_space(glyph.get("original", "x")):
                continue
            x, y = glyph["origin"]
            best = None
            for cell_x in (round(x) - 1, round(x), round(x) + 1):
                for cell_y in (round(y) - 1, round(y), round(y) + 1):
                    for entry in cells[cell_x, cell_y]:
                        distance = max(abs(entry[1] - x), abs(entry[2] - y))
                        if entry[3] or distance > NEAR:
                            continue
                        rank = (kind_of(glyph, entry[0]) == "different", distance)
                        if best is None or rank < best[0]:
                            best = (rank, entry)
            if best is None:
                unseen = {"outside", "hidden_layer"} & set(glyph.get("unseen", []))
                kind = "unseen" if unseen else "only ours"
                counts[kind] += 1
                if not unseen:
                    details.append(f"{path} page {ours['page']}: only ours {glyph['text']!r} at {x:.2f} {y:.2f} [{glyph['source']} {glyph['font']}]")
                continue
            best[1][3] = True
            worst = max(worst, best[0][1])
            kind = kind_of(glyph, best[1][0])
            counts[kind] += 1
            if kind in ("different", "unknown", "several", "more"):
                details.append(f"{path} page {ours['page']}: {kind} {glyph['text']!r}, MuPDF {best[1][0]!r} at {x:.2f} {y:.2f} [{glyph['source']} {glyph['font']}]")
        for text, x, y, found in theirs:
            if not found:
                counts["only MuPDF"] += 1
                details.append(f"{path} page {ours['page']}: only MuPDF {text!r} at {x:.2f} {y:.2f}")
    return counts, "", worst


def main():
    program, *paths = sys.argv[1:]
    bad = 0
    for path in paths:
        details = []
        counts, error, worst = compare(program, path, details)
        wrong = sum(counts[kind] for kind in ("different", "unknown", "only ours", "only MuPDF", "pages differ"))
        bad += bool(wrong)
        summary = ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))
        print(f"{'BAD ' if wrong else 'ok  '} {path.rsplit('/', 1)[-1]:55} {error or summary}; origins within {worst:.3f}")
        for line in details[:8]:
            print("      ", line)
    print(f"{len(paths)} files, {bad} with differences that are not justified")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
