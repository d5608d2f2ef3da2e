"""`python -m batch` is `callqa`."""

from batch.cli import main

if __name__ == "__main__":
    main()
