"""Entry point of bin/demo, bin/test and bin/lint."""

from __future__ import annotations

import importlib
import sys

from .steps import Failure


def main() -> int:
    command, *arguments = sys.argv[1:]
    module = importlib.import_module(f".{command}", __package__)
    try:
        return module.main(arguments)
    except Failure as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; the next run goes on from here.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
