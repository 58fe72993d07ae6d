"""Reading a text or a search into what `charity.domain.search` finds: one writing, pinyin, initials."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from charity.adapters.pinyin import syllables
from charity.domain.search import Word, Written, as_spoken, by_initials, plainly

if TYPE_CHECKING:
    from opencc import OpenCC

MAX_QUERY: Final = 60
MAX_WORDS: Final = 8
MAX_SPOKEN: Final = 48
MAX_SPLITS: Final = 64
MAX_READINGS: Final = 4  # xianshi is found whether it is read xian-shi or xi-an-shi

HAN: Final = r"〇㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
HAN_RUN: Final = re.compile(rf"[{HAN}]+")
CHUNK: Final = re.compile(r"[^\W_]+")
MIXED: Final = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
# No syllable of Mandarin begins with i, u or v.
INITIALS: Final = re.compile(r"[a-hj-tw-z]{2,8}")

FINALS: Final = {
    "": "a ai an ang ao e ei en eng er o ou",
    "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
    "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
    "f": "a an ang ei en eng o ou u",
    "d": "a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo",
    "t": "a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo",
    "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan un uo v ve",
    "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu o ong ou u uan un uo v ve",
    "g": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "k": "a ai an ang ao e en eng ong ou u ua uai uan uang ui un uo",
    "h": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "j": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "q": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "x": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "zh": "a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo",
    "ch": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    "sh": "a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo",
    "r": "an ang ao e en eng i ong ou u ua uan ui un uo",
    "z": "a ai an ang ao e ei en eng i ong ou u uan ui un uo",
    "c": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "s": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "y": "a an ang ao e i in ing o ong ou u uan ue un",
    "w": "a ai an ang ei en eng o u",
}
SYLLABLES: Final = frozenset(start + end for start, ends in FINALS.items() for end in ends.split())


def normalise(text: str) -> str:
    """Bring a text to one writing: full width to half, capitals to small, traditional to simplified."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _simplified(plain) if re.search(rf"[{HAN}]", plain) else plain


def write_text(text: str) -> Written:
    """Write a text in the three ways in which it can be found."""
    plain = list(_chunks(text))
    spoken = [syllables for chunk in plain for run in HAN_RUN.findall(chunk) if (syllables := _pinyin(run))]
    return Written(
        plain=" ".join(plain),
        spoken=" ".join("'".join(["", *syllables, ""]) for syllables in spoken),
        initials=" ".join("".join(syllable[0] for syllable in syllables) for syllables in spoken),
    )


def read_words(q: str) -> tuple[Word, ...]:
    """Read the words of a search, every one of which must be there; none when it holds no word.

    Letters beside Chinese are words of their own: they may be pinyin.
    """
    chunks = _chunks(q[:MAX_QUERY])
    words = [word for chunk in chunks for word in (MIXED.findall(chunk) if _is_mixed(chunk) else [chunk])]
    return tuple(_ways(word) for word in list(dict.fromkeys(words))[:MAX_WORDS])


def _chunks(text: str) -> Iterator[str]:
    # xi'an is one word of two syllables, and so is a schoolchild's.
    joined = re.sub(r"(?<=[a-z])['’](?=[a-z])", "", normalise(text)).replace("ü", "v")
    yield from CHUNK.findall(joined)


def _is_mixed(chunk: str) -> bool:
    return HAN_RUN.search(chunk) is not None and re.search("[a-z]", chunk) is not None


def _ways(word: str) -> Word:
    """Give the ways in which a word may be there: as it stands; Latin letters also as pinyin, or else as initials."""
    ways = [plainly(word)]
    readings = read_syllables(word) if word.isascii() and word.isalpha() else []
    ways.extend(as_spoken(reading) for reading in readings)
    if not readings and INITIALS.fullmatch(word):
        ways.append(by_initials(word))
    return tuple(ways)


def read_syllables(word: str) -> list[tuple[str, ...]]:
    """Read a word as syllables of pinyin: in few ways, those with the fewest syllables; none when it is not pinyin."""
    return _splits(word)[:MAX_READINGS] if len(word) <= MAX_SPOKEN else []


@lru_cache(maxsize=4096)
def _splits(word: str) -> list[tuple[str, ...]]:
    """Cut a word into syllables of pinyin in every way, fewest first; none when it is not pinyin."""
    heads = _heads(word)
    found: list[tuple[str, ...]] = []
    open_ends: list[tuple[tuple[str, ...], int]] = [((), 0)]
    while open_ends and len(found) < MAX_SPLITS:
        done, at = open_ends.pop()
        if at == len(word):
            found.append(done)
        else:
            open_ends.extend(((*done, head), at + len(head)) for head in heads[at])
    return sorted(found, key=lambda split: (len(split), split))


def _heads(word: str) -> list[list[str]]:
    """Give the syllables that may begin at each place and leave a rest that can be cut, too: no way is a dead end."""
    heads: list[list[str]] = [[] for _ in word]
    for at in reversed(range(len(word))):
        ends = (end for end in range(at + 1, min(at + 6, len(word)) + 1) if end == len(word) or heads[end])
        heads[at] = [word[at:end] for end in ends if word[at:end] in SYLLABLES]
    return heads or [[]]


def _pinyin(run: str) -> list[str]:
    return [syllable for syllable in syllables(run) if syllable.isascii()]


def _simplified(text: str) -> str:
    return _converter().convert(text)


@cache
def _converter() -> "OpenCC":
    # Its tables take longer to load than all else here.
    from opencc import OpenCC  # noqa: PLC0415

    return OpenCC("t2s")
