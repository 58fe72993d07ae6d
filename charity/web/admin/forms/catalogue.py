"""Form of a thing of the catalogue."""

from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from charity.domain.catalogue import Necessity, SizeOf
from charity.domain.errors import Invalid
from charity.domain.items import LONGEST_CODE, LONGEST_NAME, ItemChange, ItemNames, NewItem
from charity.domain.money import parse_yuan, plain_yuan
from charity.domain.wishes import BeneficiaryKind
from charity.web.kit.forms import BaseForm, CheckboxesField
from charity.web.kit.item_words import MONTH_NAMES, SIZES_OF
from charity.web.kit.labels import BENEFICIARIES
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.register import as_choices
from charity.web.kit.wish_words import NECESSITIES


class ItemForm(BaseForm):
    """What one thing is from now on, and why."""

    low_fen = StringField(_l("A piece costs at least, in yuan"), validators=[InputRequired(), Length(max=12)])
    top_fen = StringField(
        _l("A piece costs at most, in yuan"),
        description=_l("A dearer piece needs a second reviewer; it is not forbidden."),
        validators=[InputRequired(), Length(max=12)],
    )
    necessity = SelectField(_l("Class of necessity"), choices=as_choices(NECESSITIES), validators=[InputRequired()])
    size = SelectField(_l("Size a giver must know"), choices=as_choices(SIZES_OF), validators=[InputRequired()])
    season = CheckboxesField(
        _l("Needed in these months (none: all the year)"),
        choices=as_choices(MONTH_NAMES),
        description=_l("A wish for it ends with its season, unless the volunteer writes another day."),
    )
    is_offered = BooleanField(_l("Can be asked for"))
    reason = StringField(_l("Why it changes"), validators=[InputRequired(), Length(max=200)])
    was = HiddenField()

    def show(self, item: ItemChange) -> None:
        """Fill in how the thing stands."""
        self.low_fen.data, self.top_fen.data = plain_yuan(item.low_fen), plain_yuan(item.top_fen)
        self.necessity.data, self.size.data = item.necessity.value, item.size.value
        self.season.data = [str(month) for month in item.season]
        self.is_offered.data = item.is_offered
        self.was.data = written(item)

    def change(self) -> ItemChange:
        """Read what was filled in."""
        return ItemChange(
            low_fen=parse_yuan(self.low_fen.data or "", field="low_fen"),
            top_fen=parse_yuan(self.top_fen.data or "", field="top_fen"),
            necessity=Necessity(self.necessity.data),
            size=SizeOf(self.size.data),
            season=tuple(sorted(int(month) for month in self.season.data or ())),
            is_offered=bool(self.is_offered.data),
        )

    def shown(self) -> ItemChange:
        """Read how the thing stood when the form was shown."""
        return read(str(self.was.data or ""))


class NamesForm(BaseForm):
    """What a thing is called from now on, in both languages, and why."""

    zh = StringField(_l("Its name in Chinese"), validators=[InputRequired(), Length(max=LONGEST_NAME)])
    en = StringField(_l("Its name in English"), validators=[InputRequired(), Length(max=LONGEST_NAME)])
    why = StringField(_l("Why it is called so"), validators=[InputRequired(), Length(max=200)])

    def names(self) -> ItemNames:
        """Read the names."""
        return ItemNames(self.zh.data or "", self.en.data or "")


class NewItemForm(ItemForm):
    """A thing that the catalogue lacks."""

    code = StringField(
        _l("Its code, for ever"),
        description=_l("Small letters, digits and hyphens, like rain-coat. Nobody sees it on pages."),
        validators=[InputRequired(), Length(max=LONGEST_CODE)],
    )
    zh = StringField(_l("Its name in Chinese"), validators=[InputRequired(), Length(max=LONGEST_NAME)])
    en = StringField(_l("Its name in English"), validators=[InputRequired(), Length(max=LONGEST_NAME)])
    beneficiaries = CheckboxesField(_l("Who may ask for it"), choices=as_choices(BENEFICIARIES))
    asks_interest = BooleanField(_l("An interest helps to choose it well"))

    def new(self) -> NewItem:
        """Read the whole thing."""
        return NewItem(
            code=(self.code.data or "").strip(),
            beneficiaries=frozenset(BeneficiaryKind(each) for each in self.beneficiaries.data or ()),
            asks_interest=bool(self.asks_interest.data),
            names=ItemNames(self.zh.data or "", self.en.data or ""),
            item=self.change(),
        )


def written(item: ItemChange) -> str:
    """Write a thing down in one line, to see at the answer whether it is still the same."""
    season = "-".join(str(month) for month in item.season)
    return f"{item.low_fen}.{item.top_fen}.{item.necessity.value}.{item.size.value}.{season}.{int(item.is_offered)}"


def read(text: str) -> ItemChange:
    """Read such a line; Invalid when it is none."""
    try:
        low, top, necessity, size, season, offered = text.split(".")
        return ItemChange(
            low_fen=int(low),
            top_fen=int(top),
            necessity=Necessity(necessity),
            size=SizeOf(size),
            season=tuple(int(month) for month in season.split("-") if month),
            is_offered=offered == "1",
        )
    except ValueError:
        raise Invalid("item-changed-meanwhile") from None
