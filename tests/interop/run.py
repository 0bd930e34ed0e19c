#!/usr/bin/env python3
"""psrpcore, an independent implementation of PSRP, against a server on stdin and stdout.

  run.py --server 'psrpd subsystem' [--only RE]

Each case of cases.py gets a server process of its own. The last line is 'N passed, M failed'.
"""
from __future__ import annotations

import argparse
import re
import shlex
import sys
import time
import traceback

import cases
from client import Session


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", required=True, help="the server's command line")
    parser.add_argument("--only", default="", help="only cases whose name matches this regular expression")
    parser.add_argument("--timeout", type=float, default=60, help="seconds for each step of a case")
    args = parser.parse_args()
    passed = failed = 0
    for case in cases.ALL:
        if not re.search(args.only, case.__name__):
            continue
        start = time.monotonic()
        try:
            with Session(shlex.split(args.server), args.timeout) as session:
                case(session)
        except Exception:
            failed += 1
            print(f"FAIL  {case.__name__}\n{traceback.format_exc()}", flush=True)
        else:
            passed += 1
            print(f"ok    {case.__name__} ({time.monotonic() - start:.1f} s)", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
