from charity.adapters import typeset


def test_lines_break_where_readers_expect():
    def wrap(text: str, width: int) -> list[str]:
        return typeset.wrap(text, width, len)

    assert wrap("一二三四五六，七", 6) == ["一二三四五六，", "七"]
    assert wrap("一二三四五《六》", 6) == ["一二三四五", "《六》"]
    assert wrap("two words more", 9) == ["two words", "more"]
    assert wrap("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert wrap("ab cdefghij", 4) == ["ab", "cdef", "ghij"]  # what must break begins on a line of its own
    assert wrap("  ", 4) == []
