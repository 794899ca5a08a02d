"""Keeps what the READMEs show of the program true: readme.py PROGRAM [--write]

The summary of the sample, the row of line 310 and its repair are run again and compared; --write puts the new ones in.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parent.parent
program = pathlib.Path(sys.argv[1]).resolve()
with tempfile.TemporaryDirectory() as folder:
    (pathlib.Path(folder) / "samples").symlink_to(root / "samples")
    run = subprocess.run([program, "convert", "samples/korla-2024.txt"], cwd=folder, capture_output=True, text=True, check=True)
    text = (pathlib.Path(folder) / "out" / "korla-2024.json").read_text(encoding="utf-8")
summary = run.stderr.rstrip("\n")
# The worked example: its summary, and the drafted table that the READMEs show.
with tempfile.TemporaryDirectory() as folder:
    (pathlib.Path(folder) / "samples").symlink_to(root / "samples")
    unknown = subprocess.run([program, "convert", "samples/unknown-form-2024.pdf"], cwd=folder, capture_output=True, text=True, check=True).stderr.rstrip("\n")
    draft = subprocess.run([program, "forms", "draft", "samples/unknown-form-2024.pdf", "--id", "my-county"], cwd=folder, capture_output=True, text=True, check=True).stdout
    subprocess.run([program, "forms", "export", "my-grammars"], cwd=folder, capture_output=True, check=True)
    (pathlib.Path(folder) / "my-grammars/forms/my-county.toml").write_text(draft, encoding="utf-8")
    subprocess.run([program, "--grammars", "my-grammars", "forms", "check"], cwd=folder, capture_output=True, check=True)
    known = subprocess.run([program, "--grammars", "my-grammars", "convert", "samples/unknown-form-2024.pdf"], cwd=folder, capture_output=True, text=True, check=True)
    if "form my-county" not in known.stderr:
        sys.exit("the drafted form does not read the document that it was drafted from")
drafted = re.search(r'\[\[table\]\]\nid = "table_2".*?\n\]\n', draft, flags=re.S)[0]
row = next(line for line in text.splitlines() if '"line":310}' in line and '"kind"' in line)
repair = next(repair for repair in json.loads(text)["repairs"] if repair["where"] == {"line": 310})
repair = json.dumps(repair, ensure_ascii=False, separators=(",", ":"))
failed = False
for name in ("README.md", "README.zh-CN.md"):
    path = root / name
    readme = path.read_text(encoding="utf-8")
    wanted = re.sub(r"```\nsamples/korla-2024\.txt →.*?\n```", lambda _: f"```\n{summary}\n```", readme, flags=re.S)
    wanted = re.sub(r"(\$ grep [^\n]*\n).*?(\n\n\$ jq [^\n]*\n).*?(\n```)", lambda m: m[1] + row + m[2] + repair + m[3], wanted, flags=re.S)
    wanted = re.sub(r"```\n\$ gongkai convert samples/unknown-form-2024\.pdf\n.*?\n```", lambda _: f"```\n$ gongkai convert samples/unknown-form-2024.pdf\n{unknown}\n```", wanted, flags=re.S)
    wanted = re.sub(r"```toml\n\[\[table\]\]\nid = \"table_2\".*?```", lambda _: f"```toml\n{drafted}```", wanted, flags=re.S)
    if wanted != readme:
        if "--write" in sys.argv:
            path.write_text(wanted, encoding="utf-8")
        else:
            failed = True
            print(f"{name} does not show what the program prints; hint: .ci/readme.py PROGRAM --write")
sys.exit(failed)
