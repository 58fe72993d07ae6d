"""Looking for codes in a picture that a telephone would read: payment codes, contacts, links, parcels."""

from typing import Final

from PIL import Image

# More pixels than the largest picture we show would hold nothing more that anybody could scan from a page.
WIDEST: Final = 1600
# Codes without a checksum (ITF, Codabar, Code 39) are left out: stripes of a jacket would be taken for one.
KINDS: Final = (
    "QRCode", "QRCodeModel1", "MicroQRCode", "RMQRCode", "Aztec", "DataMatrix", "PDF417", "MaxiCode",
    "EAN13", "EAN8", "UPCA", "UPCE", "Code128",
)  # fmt: skip


def has_code(image: Image.Image) -> bool:
    """Say whether a QR code, a bar code or one of their kin can be read in a picture, upright or turned."""
    import zxingcpp  # noqa: PLC0415  # only who takes pictures in pays for it: two megabytes of memory

    grey = image.convert("L")
    grey.thumbnail((WIDEST, WIDEST), Image.Resampling.BILINEAR)
    wanted = zxingcpp.barcode_formats_from_str(",".join(KINDS))
    return bool(zxingcpp.read_barcodes(grey, formats=wanted))
