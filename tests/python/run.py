"""Checks a running Wirephoto server from the outside: python3 run.py HOST PORT [--corpus DIR]

One line per check, a count at the end, exit code 0 when all passed. What it stores begins with a random folder name, so that it can run again.
"""
import argparse
import os
import sys
import traceback

import checks_errors
import checks_images
import checks_uploads
import checks_vectors


def main():
    parser = argparse.ArgumentParser(description="Checks a running Wirephoto server.")
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("--corpus", help="a folder of images (png, jpeg inside) to be put and fetched as well")
    options = parser.parse_args()

    passed = failed = 0
    for module in (checks_images, checks_uploads, checks_errors, checks_vectors):
        subject = module.Checks(options.host, options.port, options.corpus)
        for name in [name for name in vars(module.Checks) if name.startswith("check_")]:
            title = name.removeprefix("check_").replace("_", " ")
            try:
                note = getattr(subject, name)()
                passed += 1
                print(f"ok    {title}{f' ({note})' if note else ''}", flush=True)
            except Exception as problem:  # each check stands alone: the rest still says something
                failed += 1
                where = traceback.extract_tb(problem.__traceback__)
                line = next((frame for frame in reversed(where) if os.path.basename(frame.filename).startswith("checks_")), where[-1])
                print(f"FAIL  {title}: {type(problem).__name__}: {problem} [{os.path.basename(line.filename)}:{line.lineno}]", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
