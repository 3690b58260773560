"""An emulator of the Google Sheets API v4 on loopback, for tests: `with Emulator() as google: google.url`."""

from tests.sheets_emulator.emulator import Service
from tests.sheets_emulator.errors import ApiError
from tests.sheets_emulator.faults import Call, Fault, Faults
from tests.sheets_emulator.people import Person
from tests.sheets_emulator.server import Emulator

__all__ = ["ApiError", "Call", "Emulator", "Fault", "Faults", "Person", "Service"]
