"""What the program makes of its own files, once for a version: catalogues, packed styles, readings of Chinese.

python -m charity.cli.launch.making, by whoever owns the program's folder: the site's account need not be able to.
"""

from charity.adapters.assets import build_assets
from charity.adapters.locale import compile_catalogues
from charity.adapters.pinyin import write_readings


def make() -> None:
    """Make what is missing or older than what it is made of; quick when nothing is."""
    compile_catalogues()
    build_assets()
    write_readings()


if __name__ == "__main__":
    make()
