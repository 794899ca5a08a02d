"""Peak memory of one conversion against a bound: memory.py PROGRAM INPUT MEGABYTES"""
import resource
import subprocess
import sys
import tempfile

program, sample, bound = sys.argv[1], sys.argv[2], int(sys.argv[3])
with tempfile.TemporaryDirectory() as out:
    subprocess.run([program, "convert", sample, "--out", out, "--quiet"], check=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(f"peak memory {peak:.1f} MB, bound {bound} MB")
sys.exit(peak > bound)
