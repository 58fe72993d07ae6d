import pytest

from charity.adapters import fonts


def test_the_subset_draws_the_common_script_rare_surnames_and_places():
    for text in (
        "同心圆 N+1：湖南省湘西土家族苗族自治州",
        "龑䶮赟堃璟喆垚",
        "㛃𠅤䶮桼毐劉張",
        "垟塆垱墕塅鄠",
        "Hello, ¥120.50 ①②③ “你好”…—",
    ):
        assert fonts.faces_for(text, system=[]) == [fonts.subset()]


def test_the_subset_is_small_and_carries_its_licence_and_its_own_name():
    from fontTools.ttLib import TTFont

    assert fonts.SUBSET.stat().st_size < 4_200_000
    assert "SIL OPEN FONT LICENSE" in (fonts.SUBSET.parent / "OFL.txt").read_text("utf-8")
    with TTFont(fonts.SUBSET) as font:
        assert font["name"].getDebugName(1) == "Circle Kai"
        assert "LXGW" in font["name"].getDebugName(0)


def test_a_rare_character_takes_a_system_font():
    rare = fonts.Face(fonts.SUBSET, 0, frozenset({ord("㑺")}))
    assert fonts.faces_for("王㑺", system=[rare]) == [fonts.subset(), rare]


def test_characters_nobody_draws_are_named():
    with pytest.raises(fonts.MissingCharacters, match=r"U\+3A7A") as caught:
        fonts.faces_for("王㩺", system=[])
    assert caught.value.characters == "㩺"


def test_pictographs_and_joiners_go_and_letters_stay():
    assert fonts.without_pictographs("大米10㎏，地垫5㎡，㊙ 油500㏄\n") == "大米10㎏，地垫5㎡，秘 油500cc "
    assert fonts.without_pictographs("运动鞋👟\ufe0f36码\u200d😀 《书》") == "运动鞋36码 《书》"


def test_what_has_no_ink_is_nobodys_missing_character():
    marks = "\r\n\t\u2028\u2029\u00ad\u202d\u2066\ufe0f\U000e0100\u200b\ufeff"
    assert fonts.faces_for(f"先治病{marks}再养羊", system=[]) == [fonts.subset()]
    assert fonts.visible(f"先治病{marks}再养羊") == "先治病     再养羊"
    with pytest.raises(fonts.MissingCharacters):  # what has ink and no font is still told
        fonts.faces_for("先治病\n再养\U0001f411", system=[])


def test_words_of_things_can_always_be_printed_and_names_only_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "system_faces", lambda: ())
    fonts._drawable.cache_clear()
    try:
        assert fonts.printable("足球👟 བོད 㩺\ue170") == f"足球 {3 * fonts.NOT_DRAWN} {2 * fonts.NOT_DRAWN}"
        for text in ("足球👟", "བོད་ཡིག", "ئۇيغۇر", "\u202d书", "😀", "高\ue170村"):
            fonts.faces_for(fonts.printable(text), system=[])
        # With a font for them, letters and the dots between their syllables are printed.
        monkeypatch.setattr(
            fonts,
            "system_faces",
            lambda: (
                fonts.Face(
                    fonts.SUBSET,
                    0,
                    frozenset(map(ord, "བོད་")),
                ),
            ),
        )
        fonts._drawable.cache_clear()
        assert fonts.printable("བོད་") == "བོད་"
    finally:
        fonts._drawable.cache_clear()
