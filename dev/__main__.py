"""Entry point of bin/demo, bin/test, bin/lint and bin/faults."""

from __future__ import annotations

import importlib
import signal
import sys

from .steps import Failure, cause_in


def _interrupt(number: int, _frame: object) -> None:
    raise KeyboardInterrupt(number)


def main() -> int:
    # `kill` and a closed terminal end a command as Ctrl-C does, in order.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    command, *arguments = sys.argv[1:]
    module = importlib.import_module(f".{command}", __package__)
    try:
        return module.main(arguments)
    except Failure as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\n{cause_in(str(error)) or error}: remedy that and run the command again.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; the next run goes on from here.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
