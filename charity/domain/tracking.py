"""Couriers, and what their tracking numbers look like."""

import re
import unicodedata
from dataclasses import dataclass

from charity.domain.errors import Invalid


@dataclass(frozen=True, slots=True)
class Courier:
    """A courier by its stable code, its names and the shape of its numbers."""

    code: str
    chinese: str
    english: str
    shape: str


_ANY = r"[A-Z0-9]{8,30}"
COURIERS: tuple[Courier, ...] = (
    Courier("ems", "中国邮政EMS", "China Post EMS", r"(?:[A-Z]{2}\d{9}[A-Z]{2}|\d{13})"),
    Courier("post", "中国邮政包裹", "China Post parcel", r"(?:[A-Z]{2}\d{9}[A-Z]{2}|\d{13})"),
    Courier("sf", "顺丰速运", "SF Express", r"(?:SF\d{12,15}|\d{12,15})"),
    Courier("zto", "中通快递", "ZTO Express", r"\d{12,15}"),
    Courier("yto", "圆通速递", "YTO Express", r"(?:YT\d{13,15}|[A-Z]\d{11,13}|\d{12,18})"),
    Courier("sto", "申通快递", "STO Express", r"\d{12,15}"),
    Courier("yunda", "韵达速递", "Yunda Express", r"\d{13,15}"),
    Courier("jd", "京东物流", "JD Logistics", r"(?:JD[A-Z0-9]{10,20}(?:-\d+)*(?:-)?|\d{11,15})"),
    Courier("jt", "极兔速递", "J&T Express", r"(?:JT\d{13}|\d{12,15})"),
    Courier("deppon", "德邦快递", "Deppon Express", r"(?:DPK\d{9,15}|\d{8,15})"),
    Courier("best", "百世快运", "Best Freight", r"\d{11,16}"),
    Courier("other", "其他快递", "Another courier", _ANY),
)
BY_CODE = {courier.code: courier for courier in COURIERS}


def get_courier(code: str) -> Courier:
    """Give a courier by its code."""
    try:
        return BY_CODE[code]
    except KeyError:
        raise Invalid("courier-unknown", field="courier") from None


def normal_tracking(courier: str, number: str) -> str:
    """Bring a tracking number to capitals without spaces and check that it can be this courier's."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", number)).upper()
    if not re.fullmatch(get_courier(courier).shape, plain, re.ASCII):
        raise Invalid("tracking-shape", field="tracking")
    return plain


_ORDER = re.compile(r"[A-Z0-9-]{6,40}", re.ASCII)


def normal_order(number: str) -> str:
    """Bring a shop's order number to capitals without spaces; empty when none is given."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", number)).upper()
    if plain and not _ORDER.fullmatch(plain):
        raise Invalid("order-shape", field="shop_order")
    return plain
