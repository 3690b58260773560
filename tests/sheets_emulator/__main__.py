"""`python -m tests.sheets_emulator --port N`: prints the address and answers until it is stopped."""

import argparse
import sys
from pathlib import Path

from tests.sheets_emulator import Emulator
from tests.sheets_emulator.model import new_spreadsheet


def main() -> None:
    """Serves; with --demo the id of a small spreadsheet is printed too."""
    parser = argparse.ArgumentParser(prog="python -m tests.sheets_emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--quota", type=int, help="reads and writes a user may make in a minute (Google: 60)")
    parser.add_argument("--demo", action="store_true", help="start with one small spreadsheet")
    parser.add_argument(
        "--require-token", action="store_true", help="refuse calls without a bearer token, as Google does"
    )
    parser.add_argument("--private", metavar="ID", action="append", default=[], help="a spreadsheet nobody may see")
    parser.add_argument(
        "--certificate",
        metavar="FILE",
        type=Path,
        help="write the emulator's certificate there and print the variables that make other programs take the "
        "emulator for Google",
    )
    asked = parser.parse_args()
    with Emulator(asked.port, asked.quota) as google:
        google.anonymous = not asked.require_token
        for spreadsheet_id in asked.private:
            google.library[spreadsheet_id] = new_spreadsheet(spreadsheet_id, "Private", "somebody@else.test")
            google.library[spreadsheet_id].writers = set()
        sys.stdout.write(f"{google.url}\n")
        if asked.demo:
            made = google.create("Demo", {"Team": [["Kürzel", "Name"], ["AB", "Anna Beispiel"]]}, locale="de_DE")
            sys.stdout.write(f"{google.url}/spreadsheets/d/{made}/edit\n")
        if asked.certificate:
            shown = google.environment(asked.certificate.resolve())
            sys.stdout.writelines(f"export {name}='{value}'\n" for name, value in shown.items())
        sys.stdout.flush()
        try:
            google.closing.wait()
        except KeyboardInterrupt:
            sys.stdout.write("stopped\n")


if __name__ == "__main__":
    main()
