"""Print, as fragment text, every sentence that a language's fragments do not say yet."""

import sys
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from charity.adapters.locale import locale_of
from tests.look.messages import first, said, translated


def main(language: str) -> None:
    known = translated(language)
    catalogue = Catalog(locale=locale_of(language), charset="utf-8")
    for item in said():
        if (first(item.id), item.context) not in known:
            file, _, line = item.place.rpartition(":")
            catalogue.add(item.id, context=item.context, locations=[(file, int(line))])
    out = BytesIO()
    write_po(out, catalogue, sort_by_file=True)
    sys.stdout.write(out.getvalue().decode())


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "zh")
