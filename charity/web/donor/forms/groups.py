"""Forms of groups: founding one, joining by code, and acting for a young member."""

from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from charity.domain.groups import YOUNG_WORDS
from charity.web.kit.formats import alias
from charity.web.kit.forms import BaseForm
from charity.web.kit.group_words import GROUP_KINDS
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.pledge_words import choices

LONGEST_CODE = 20


class FoundForm(BaseForm):
    """What the group is, and that its founder is grown up; its name is drawn."""

    kind = RadioField(
        _l("What kind of group it is"), choices=choices(GROUP_KINDS), default="class", validators=[InputRequired()]
    )
    is_adult = BooleanField(
        _l("I am 18 or older, and I answer for what the group promises."), validators=[DataRequired()]
    )


class JoinForm(BaseForm):
    """The code of a group, as it was read out."""

    code = StringField(
        _l("The code of the group"),
        description=_l("Ten letters and numbers, from whoever founded the group."),
        validators=[DataRequired(), Length(max=LONGEST_CODE)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    is_adult = BooleanField(
        _l("I am 18 or older. (Who is younger takes part through a grown-up member.)"), validators=[DataRequired()]
    )


class YoungForm(BaseForm):
    """A young member: a word of the list, and that the guardian agrees; nothing can be typed."""

    word = SelectField(_l("What the young member is called here"), validators=[InputRequired()])
    has_leave = BooleanField(
        _l("I am the guardian, or I have the guardian's yes, and I act for the young member."),
        validators=[DataRequired()],
    )

    def offer(self) -> "YoungForm":
        """Offer the words in the reader's language."""
        self.word.choices = [("", _l("Please choose")), *((word, alias(word)) for word in YOUNG_WORDS)]
        return self
