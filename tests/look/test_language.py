"""Every sentence is in every language, with the same places to fill; fragments do not contradict each other."""

from collections import defaultdict

import pytest

from charity.adapters.locale import fragments, merged, speaking
from charity.web.kit.sentences import sentence, sentences
from tests.look.messages import Said, first, others, placeholders, said, translated
from tests.look.samples import sample_app

SAID: list[Said] = list(said())


def test_sentences_are_found_in_code_templates_and_libraries() -> None:
    places = {item.place.split("/")[0] for item in SAID}
    assert places == {"charity", "templates", "wtforms", "flask_wtf"}


@pytest.mark.parametrize("language", others())
def test_every_sentence_is_translated(language: str) -> None:
    known = translated(language)
    missing = [
        f"{item.place}: {item.id}" for item in SAID if _is_missing(known.get((first(item.id), item.context)), item)
    ]
    assert not missing, "\n".join(missing)


def _is_missing(message: object, item: Said) -> bool:
    if message is None or not getattr(message, "string", None) or getattr(message, "fuzzy", True):
        return True
    is_plural = isinstance(item.id, tuple)
    given = message.string  # type: ignore[attr-defined]
    return is_plural != (not isinstance(given, str)) or not all([given] if isinstance(given, str) else given)


@pytest.mark.parametrize("language", others())
def test_translations_fill_the_same_places(language: str) -> None:
    wrong: list[str] = []
    for message in translated(language).values():
        asked = placeholders(first(message.id)) | placeholders(
            message.id if isinstance(message.id, str) else message.id[1]
        )
        for text in [message.string] if isinstance(message.string, str) else message.string:
            if not placeholders(text) <= asked or (isinstance(message.id, str) and placeholders(text) != asked):
                wrong.append(f"{first(message.id)} -> {text}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", others())
def test_fragments_agree(language: str) -> None:
    heard: dict[tuple[str, str | None], dict[str, str]] = defaultdict(dict)
    for path, fragment in fragments(language):
        for message in fragment:
            if message.id:
                heard[first(message.id), message.context][str(message.string)] = path.name
    differing = {key: texts for key, texts in heard.items() if len(texts) > 1}
    assert not differing, "\n".join(f"{key[0]}: {texts}" for key, texts in differing.items())


@pytest.mark.parametrize("language", others())
def test_no_fragment_says_what_nobody_asks(language: str) -> None:
    asked = {(first(item.id), item.context) for item in SAID}
    spare = [first(key[0]) for key in translated(language) if key not in asked]
    assert not spare, "\n".join(spare)


@pytest.mark.parametrize("language", others())
def test_catalogues_hold_every_fragment(language: str) -> None:
    assert len(merged(language)) == len(translated(language))


def test_words_that_insult_are_never_used() -> None:
    banned = ("贫困户", "贫困生", "席位", "结对圈", "账目", "检查点", "兑现", "核查单", "审计员")
    texts = [str(message.string) for message in translated("zh").values()]
    assert not [text for text in texts for word in banned if word in text]


def test_every_sentence_of_a_refusal_speaks_both_languages() -> None:
    with sample_app().test_request_context("/"):
        for code in sentences():
            with speaking("zh"):
                chinese = str(sentences()[code])
            with speaking("en"):
                english = str(sentences()[code])
            assert chinese != english, code
        assert sentence("no-such-code")
