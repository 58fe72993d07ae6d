"""Gentle names for families and children on public pages: a plant or a place and a number, never a family name."""

from charity.domain.errors import Invalid

# Chinese word and its English twin. None begins with a common family name; a test holds that.
WORDS: tuple[tuple[str, str], ...] = (
    ("青竹", "Green Bamboo"),
    ("晨露", "Morning Dew"),
    ("山泉", "Mountain Spring"),
    ("春禾", "Spring Sprout"),
    ("清溪", "Clear Brook"),
    ("远山", "Far Hills"),
    ("丹枫", "Red Maple"),
    ("稻香", "Rice Scent"),
    ("荷塘", "Lotus Pond"),
    ("星河", "River of Stars"),
    ("朝霞", "Dawn Glow"),
    ("暖阳", "Warm Sun"),
    ("谷雨", "Grain Rain"),
    ("微风", "Light Breeze"),
    ("晴空", "Clear Sky"),
    ("苔花", "Moss Flower"),
    ("山茶", "Camellia"),
    ("百合", "Lily"),
    ("海棠", "Crabapple"),
    ("茉莉", "Jasmine"),
    ("玉兰", "Magnolia"),
    ("银杏", "Ginkgo"),
    ("木槿", "Hibiscus"),
    ("芳草", "Sweet Grass"),
    ("翠柏", "Green Cypress"),
    ("绿萝", "Ivy"),
    ("松林", "Pine Wood"),
    ("野菊", "Wild Daisy"),
    ("新月", "New Moon"),
    ("小桥", "Little Bridge"),
    ("长亭", "Long Pavilion"),
    ("草原", "Grassland"),
    ("梯田", "Terraces"),
    ("浅滩", "Shallows"),
    ("彩云", "Bright Cloud"),
    ("细雨", "Fine Rain"),
    ("初雪", "First Snow"),
    ("秋实", "Autumn Fruit"),
    ("紫藤", "Wisteria"),
)
MOST = 9999


def alias_of(seed: int) -> str:
    """Give the alias of a seed, the same one every time: a word and a number like "青竹 217"."""
    if seed < 0:
        raise Invalid("alias-seed")
    word = WORDS[seed % len(WORDS)][0]
    return f"{word} {seed // len(WORDS) % MOST + 1}"


def alias_in_english(alias: str) -> str:
    """Give an alias in English words; an unknown one stays as it is."""
    word, _, number = alias.partition(" ")
    english = dict(WORDS).get(word)
    return f"{english} {number}".strip() if english else alias
