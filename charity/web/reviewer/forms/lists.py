"""Form of the second look at a list: why it is turned down."""

from wtforms import RadioField
from wtforms.validators import InputRequired

from charity.web.kit.forms import BaseForm
from charity.web.kit.lazy import lazy as _l
from charity.web.kit.list_words import LIST_REJECTIONS
from charity.web.kit.pledge_words import choices


class RejectListForm(BaseForm):
    """Why a list is turned down."""

    reason = RadioField(_l("Why"), choices=choices(LIST_REJECTIONS), validators=[InputRequired()])
