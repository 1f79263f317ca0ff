"""A first look: `python -m playground.hello`."""

from prsm.models import write_text

if __name__ == "__main__":
    print(write_text("everything"))
