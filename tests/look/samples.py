"""A page with every macro of the kit on it, filled with invented data, for tests and for people's eyes."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from flask import Flask
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional

from charity.adapters.assets import build_assets
from charity.adapters.locale import init_locale
from charity.adapters.settings import ROOT, Operator
from charity.domain.actors import VISITOR, Actor, Grant, Role
from charity.web.kit.figures import bars_of
from charity.web.kit.formats import init_formats
from charity.web.kit.forms import ActForm, BaseForm, CheckboxesField
from charity.web.kit.headers import init_headers
from charity.web.kit.journey import Mark, Station
from charity.web.kit.labels import CASE_STATES, KINDS, OFFER_STATES, PLEDGE_STATES, SCHOOL_STAGES, WISH_STATES
from charity.web.kit.page import init_pages, page
from charity.web.kit.refusals import init_refusals

PLACES = {"990101": ("云溪县", "Yunxi County"), "990102": ("石岭县", "Shiling County")}
OPERATOR = Operator(
    name="云溪县爱心志愿服务中心", registration="慈善组织 0000", filing="备案号 0000", contact="0000-1234567"
)
DONOR = Actor(account_id=7, ref="r", grants=(Grant(role=Role.DONOR, region=""), Grant(role=Role.VOLUNTEER, region="9")))


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCard:
    """A wish card as the macro asks for it."""

    url: str = "/wishes/abc"
    title: str = "冬季棉鞋一双,34 码"
    kind: str = "goods"
    beneficiary_kind: str = "child"
    county: str = "990101"
    school_stage: str | None = "primary"
    unit_price: int | None = 8900
    units_wanted: int = 1
    units_left: int = 1
    committed: int = 0
    in_transit: int = 0
    fulfilled: int = 0
    state: str = "approved"
    waiting_days: int = 12
    photo_url: str | None = None
    reason: str = "每天走山路上学,冬天鞋子容易湿。"


CARD = SampleCard()
CARDS = [
    CARD,
    replace(CARD, title="村小图书角:自然科学读物", beneficiary_kind="site", school_stage=None, units_wanted=40,
            units_left=14, committed=26, in_transit=6, fulfilled=14, unit_price=10000, waiting_days=41),
    replace(CARD, title="老人护膝和热水袋", beneficiary_kind="household", county="990102", school_stage=None,
            units_wanted=5, units_left=1, committed=4, in_transit=1, fulfilled=2, waiting_days=1, reason=""),
    replace(CARD, title="A warm coat, size 140", school_stage="junior", units_wanted=9, units_left=0, committed=9,
            in_transit=3, fulfilled=4, reason="The old one no longer fits."),
    replace(CARD, title="书桌和台灯", state="closed", units_wanted=2, units_left=0, committed=2, fulfilled=2),
    replace(CARD, title="蜂蜜 20 公斤", kind="produce", beneficiary_kind="household", school_stage=None,
            units_wanted=12, units_left=5, committed=7, in_transit=2, fulfilled=3, unit_price=4550),
]  # fmt: skip
WHEN = datetime(2026, 5, 3, 6, 5, tzinfo=UTC)
STATIONS = [
    Station(label=_l("Claimed, not yet arranged"), mark=Mark.DONE, who="山间明月", at=WHEN),
    Station(label=_l("To be posted"), mark=Mark.DONE, who="山间明月", at=WHEN),
    Station(label=_l("On the way"), mark=Mark.NOW, due=WHEN, note="SF 1234 5678 9012"),
    Station(label=_l("At the service point"), mark=Mark.AHEAD),
    Station(label=_l("Handed over, to be confirmed"), mark=Mark.AHEAD),
    Station(label=_l("Wish come true (confirmed by several sides)"), mark=Mark.AHEAD),
]


class SampleForm(BaseForm):
    """One field of each type."""

    name = StringField("收件人", validators=[InputRequired()], render_kw={"autocomplete": "name"})
    units = IntegerField("份数", validators=[InputRequired()])
    password = PasswordField("密码", validators=[InputRequired()], render_kw={"autocomplete": "new-password"})
    text = TextAreaField("说明", validators=[Optional()], description="不要写姓名、电话或住址。")
    kind = SelectField("类型", choices=[("a", "棉鞋"), ("b", "书包")])
    display = RadioField(
        "署名方式", choices=[("name", "显示姓名"), ("anonymous", "匿名")], validators=[InputRequired()]
    )
    checks = CheckboxesField("照片检查", choices=[("thing", "照片里是物品"), ("person", "没有人脸")])
    day = DateField("约定日期", validators=[Optional()])
    photo = FileField("照片", render_kw={"accept": "image/*"})
    agree = BooleanField("我已阅读并同意用户协议", validators=[InputRequired()])


def sample_app(viewer: Actor = VISITOR) -> Flask:
    """Make an application with the kit and two sample pages, without a database."""
    app = Flask("charity", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.secret_key = "sample-" * 8
    app.config["TESTING"] = True
    assets = build_assets()
    init_locale(app, account_language=lambda: None)
    init_formats(app, place_names=_place_name)
    init_headers(app, assets)
    init_refusals(app)
    init_pages(app, assets=assets, operator=OPERATOR, viewer=lambda: viewer, demo=lambda: True, unread=lambda _: 3)
    app.jinja_env.loader = _with_samples(app)
    app.add_url_rule("/wishes", "wall", lambda: page("wall.html", cards=CARDS * 4))
    app.add_url_rule("/sample", "sample", _sample, methods=["GET", "POST"])
    for path in ("/boards", "/book", "/figures", "/sign-in", "/inbox", "/account", "/pledges", "/households"):
        app.add_url_rule(path, path, lambda: "")
    return app


def _place_name(code: str) -> str:
    from flask_babel import get_locale

    return PLACES[code][0 if get_locale().language == "zh" else 1]


def _with_samples(app: Flask):
    from jinja2 import ChoiceLoader, FileSystemLoader

    return ChoiceLoader([app.jinja_loader, FileSystemLoader(str(ROOT / "tests" / "look" / "pages"))])


def _sample() -> str:
    form = SampleForm()
    if form.is_submitted():
        form.validate()
        form.form_errors = ["A sentence about the whole form."]
    rows = [("云溪县", 128), ("石岭县", 64), ("青坪县", 3)]
    return page(
        "sample.html",
        form=form,
        act=ActForm(),
        pictured=replace(CARD, photo_url="/static/icons/sign.svg"),
        stations=STATIONS,
        rows=rows,
        when=WHEN,
        day=date(2026, 5, 3),
        states={"wish": WISH_STATES, "pledge": PLEDGE_STATES, "offer": OFFER_STATES, "case": CASE_STATES},
        stages=SCHOOL_STAGES,
        kinds=KINDS,
        longest=bars_of(rows)[0],
    )
