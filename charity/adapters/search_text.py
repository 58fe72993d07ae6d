"""Words for finding: one small vocabulary that both databases store as rows, for Chinese, pinyin, initials and Latin.

A wish is indexed by all its tokens; a query matches when the wish has every token of the query. Chinese is cut into
single characters and pairs, because neither database cuts Chinese by itself. `query_tokens` never yields a token that
`index_tokens` of the same text lacks.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from opencc import OpenCC

MAX_QUERY: Final = 60
MAX_QUERY_TOKENS: Final = 12
MAX_WORD: Final = 24
MAX_SPLITS: Final = 64
# So many syllables in a row are indexed as one token: xianshi is found whether it is read xian-shi or xi-an-shi.
WHOLE: Final = 3

HAN: Final = r"〇㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
RUNS: Final = re.compile(rf"(?P<han>[{HAN}]+)|(?P<word>[^\W_{HAN}]+)")
# No syllable of Mandarin begins with i, u or v.
INITIALS: Final = re.compile(r"[a-hj-tw-z]{3,8}")

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


def index_tokens(text: str) -> set[str]:
    """Give every token under which a text is found."""
    tokens: set[str] = set()
    for kind, run in _runs(text):
        tokens.update(_han_index(run) if kind == "han" else _word_index(run))
    return tokens


def query_tokens(q: str) -> list[str]:
    """Give the tokens of which a text must have every one; none when the query holds no word."""
    tokens: list[str] = []
    for kind, run in _runs(q[:MAX_QUERY]):
        tokens.extend(_pairs_or_one(run) if kind == "han" else _word_query(run))
    return list(dict.fromkeys(tokens))[:MAX_QUERY_TOKENS]


def _runs(text: str) -> Iterator[tuple[str, str]]:
    # xi'an is one word of two syllables, and so is a schoolchild's.
    joined = re.sub(r"(?<=[a-z])['’](?=[a-z])", "", normalise(text)).replace("ü", "v")
    for match in RUNS.finditer(joined):
        yield str(match.lastgroup), match.group()


def _han_index(run: str) -> set[str]:
    syllables = _pinyin(run)
    initials = [syllable[0] for syllable in syllables]
    spoken = {
        "".join(syllables[at : at + width]) for width in (1, 2, WHOLE) for at in range(len(syllables) - width + 1)
    }
    return {*run, *_pairs_or_one(run), *spoken, *(a + b for a, b in pairwise(initials))}


def _word_index(word: str) -> set[str]:
    """Give a word and its beginnings, and whatever a query for one of these would ask for."""
    short = word[:MAX_WORD]
    beginnings = {short[:length] for length in range(min(2, len(short)), len(short) + 1)}
    return beginnings.union(*(_word_query(beginning) for beginning in beginnings))


def _pairs_or_one(run: str) -> list[str]:
    return [a + b for a, b in pairwise(run)] or [run]


def _word_query(word: str) -> list[str]:
    short = word[:MAX_WORD]
    if len(short) < 3 or not (short.isascii() and short.isalpha()):
        return [short]
    splits = _splits(short)
    if splits:
        return _spoken_query(short, splits)
    return _pairs_or_one(short) if INITIALS.fullmatch(short) else [short]


def _spoken_query(word: str, splits: list[tuple[str, ...]]) -> list[str]:
    """Ask for a short word as it stands; of a longer one, for the pairs that all its shortest readings share."""
    fewest = len(splits[0])
    if fewest <= WHOLE:
        return [word]
    readings = [[a + b for a, b in pairwise(split)] for split in splits if len(split) == fewest]
    common = set(readings[0]).intersection(*readings[1:])
    return [pair for pair in readings[0] if pair in common] or [word]


@lru_cache(maxsize=4096)
def _splits(word: str) -> list[tuple[str, ...]]:
    """Cut a word into syllables of pinyin in every way, fewest first; none when it is not pinyin."""
    found: list[tuple[str, ...]] = []
    open_ends: list[tuple[tuple[str, ...], str]] = [((), word)]
    while open_ends and len(found) < MAX_SPLITS:
        done, rest = open_ends.pop()
        if not rest:
            found.append(done)
            continue
        heads = (rest[:length] for length in range(1, min(6, len(rest)) + 1))
        open_ends.extend(((*done, head), rest[len(head) :]) for head in heads if head in SYLLABLES)
    return sorted(found, key=len)


def _pinyin(run: str) -> list[str]:
    # Half a second and 20 MB of dictionary: only a process that indexes Chinese pays for it.
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    return [syllable for syllable in lazy_pinyin(run, errors="ignore") if syllable]


def _simplified(text: str) -> str:
    return _converter().convert(text)


@cache
def _converter() -> "OpenCC":
    # Its tables take longer to load than all else here.
    from opencc import OpenCC  # noqa: PLC0415

    return OpenCC("t2s")
