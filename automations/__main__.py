"""`python -m automations` is the same as `kim`."""

from automations.cli import main

if __name__ == "__main__":
    main()
