"""Forms clean what they get, limit it, and speak the reader's language."""

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from charity.web.kit.forms import LONGEST_LINE, BaseForm, clean_line, clean_text
from tests.look.samples import sample_app


class Plain(BaseForm):
    name = StringField("Name", validators=[InputRequired()])
    short = StringField("Short", validators=[Length(max=3)])
    text = TextAreaField("Text")
    secret = PasswordField("Secret")


def posted(language: str = "zh", **values: str) -> Plain:
    app = sample_app()
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(f"/?lang={language}", method="POST"):
        form = Plain(formdata=MultiDict(values))
        form.validate()
        form.errors  # noqa: B018 - texts are made while the language is known
        return form


def test_control_and_zero_width_characters_are_taken_out() -> None:
    form = posted(name="  李\u200b雷\x00 \u202e韩\ufeff梅\t梅 ", text="一行\r\n二\u2066行\x07\n", short="abc")
    assert form.name.data == "李雷 韩梅 梅"
    assert form.text.data == "一行\n二行"


def test_passwords_stay_as_typed() -> None:
    assert posted(secret="  a b\u200b ").secret.data == "  a b\u200b "


def test_lines_have_a_limit_and_fields_keep_their_own() -> None:
    form = posted(name="长" * (LONGEST_LINE + 1), short="abcd")
    assert list(form.name.errors) == [f"最多 {LONGEST_LINE} 个字。"]
    assert list(form.short.errors) == ["最多 3 个字。"]


@pytest.mark.parametrize(("language", "text"), [("zh", "这一项必须填写。"), ("en", "This field is required.")])
def test_messages_speak_the_readers_language(language: str, text: str) -> None:
    assert list(posted(language, name="").name.errors) == [text]


def test_every_showing_has_a_key_of_its_own_and_a_refused_one_keeps_it() -> None:
    with sample_app().test_request_context("/"):
        assert Plain().once.data != Plain().once.data
    assert posted(once="kept").once.data == "kept"


def test_cleaning_leaves_nothing_alone() -> None:
    assert clean_line(None) is None
    assert clean_text(None) is None
    assert clean_line("\u200b") == ""


class Lists(BaseForm):
    unit = SelectField("Unit", choices=[("piece", "piece"), ("pair", "pair")], validators=[InputRequired()])
    courier = SelectField("Courier", choices=[("", "Please choose"), ("sf", "SF")], validators=[InputRequired()])


def test_only_a_list_that_can_be_left_empty_is_marked_required() -> None:
    with sample_app().test_request_context("/"):
        form = Lists()
        assert " required" not in form.unit()
        assert " required" in form.courier()
