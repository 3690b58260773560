"""`python -m tests.sheets_emulator --port N`: prints the address and answers until it is stopped."""

import argparse
import sys

from tests.sheets_emulator import Emulator


def main() -> None:
    """Serves; with --demo the id of a small spreadsheet is printed too."""
    parser = argparse.ArgumentParser(prog="python -m tests.sheets_emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--quota", type=int, help="reads and writes a user may make in a minute (Google: 60)")
    parser.add_argument("--demo", action="store_true", help="start with one small spreadsheet")
    asked = parser.parse_args()
    with Emulator(asked.port, asked.quota) as google:
        sys.stdout.write(f"{google.url}\n")
        if asked.demo:
            made = google.create("Demo", {"Team": [["Kürzel", "Name"], ["AB", "Anna Beispiel"]]}, locale="de_DE")
            sys.stdout.write(f"{google.url}/spreadsheets/d/{made}/edit\n")
        sys.stdout.flush()
        try:
            google.closing.wait()
        except KeyboardInterrupt:
            sys.stdout.write("stopped\n")


if __name__ == "__main__":
    main()
