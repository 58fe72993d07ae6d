"""My account: what is known of me, what I may change, my data to take away, and the way out."""

from flask import Blueprint, Response, flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug import Response as Redirect

from charity.domain.documents import VERSIONS, Document
from charity.queries import accounts as read
from charity.services import accounts
from charity.services.wishes.objecting import object_to_name_down
from charity.web.account.forms.profile import (
    CloseForm,
    LanguageForm,
    NamesForm,
    NoticesForm,
    ObjectionForm,
    PasswordForm,
)
from charity.web.account.sign_in import target
from charity.web.kit import sessions
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.forms import ActForm, BaseForm
from charity.web.kit.page import page
from charity.web.kit.pledge_words import say
from charity.web.kit.submit import form_status, say_refusal, submit
from charity.web.kit.viewer import viewer

bp = Blueprint("account_profile", __name__, url_prefix="/account")
DOORS = dict.fromkeys(
    (
        "show",
        "show_names",
        "rename",
        "object_to_name",
        "show_language",
        "choose_language",
        "show_notices",
        "choose_notices",
        "show_password",
        "change_password",
        "show_close",
        "close",
        "download",
        "accept_terms",
    ),
    SIGNED_IN,
)
Shown = str | tuple[str, int]


@bp.get("")
def show() -> str:
    """Show what the account is and where each thing is changed."""
    return page(
        "account/profile/show.html",
        own=read.get_own_account(viewer()),
        grants=read.list_own_grants(viewer()),
        version=VERSIONS[Document.TERMS],
        asks_for_terms=read.has_terms_to_accept(viewer()),
        accept_url=url_for("account_profile.accept_terms", next=request.args.get("next")),
        out=ActForm(),
    )


@bp.post("/terms")
def accept_terms() -> Redirect | Shown:
    """Accept the documents in force, and go on to where signing in would have led."""
    wanted, form = request.args.get("next"), ActForm()
    if submit(form, lambda: accounts.accept_terms(viewer())) is None:
        say_refusal(form)
        return show(), form_status()
    flash(_("Thank you. You have accepted the documents in force."), "good")
    return redirect(target(wanted, viewer()) if wanted else url_for(".show"))


@bp.get("/names")
def show_names() -> str:
    """Show the names as they are."""
    own = read.get_own_account(viewer())
    return _names(NamesForm(nickname=own.nickname, public_name=own.public_name))


def _names(form: NamesForm, objection: ObjectionForm | None = None) -> str:
    return page(
        "account/profile/names.html",
        form=form,
        taken=read.find_name_taken(viewer()),
        objection=objection or ObjectionForm(formdata=None),
        say=say,
    )


@bp.post("/names")
def rename() -> Redirect | Shown:
    """Change the names."""
    form = NamesForm()
    done = submit(
        form,
        lambda: accounts.rename(viewer(), nickname=form.nickname.data or "", public_name=form.public_name.data or ""),
    )
    if done is None:
        return _names(form), form_status()
    flash(_("Changed."), "good")
    return redirect(url_for(".show"))


@bp.post("/names/object")
def object_to_name() -> Redirect | Shown:
    """Say why one's names should be shown again."""
    form, own = ObjectionForm(), read.get_own_account(viewer())
    if submit(form, lambda: object_to_name_down(viewer(), words=form.words.data or "")) is None:
        return _names(NamesForm(formdata=None, nickname=own.nickname, public_name=own.public_name), form), form_status()
    flash(_("Somebody of the level above decides about it, and you are told."), "good")
    return redirect(url_for(".show_names"))


@bp.get("/language")
def show_language() -> str:
    """Show the language as it is."""
    form = LanguageForm(language=read.get_own_account(viewer()).language)
    return page("account/profile/language.html", form=form)


@bp.post("/language")
def choose_language() -> Redirect | Shown:
    """Choose the language."""
    form = LanguageForm()
    done = submit(form, lambda: accounts.choose_language(viewer(), form.language.data))
    return _after(done, "account/profile/language.html", form, language=form.language.data)


@bp.get("/notices")
def show_notices() -> str:
    """Show the ways of notices as they are."""
    own = read.get_own_account(viewer())
    return page("account/profile/notices.html", form=NoticesForm(by_mail=own.by_mail, by_sms=own.by_sms))


@bp.post("/notices")
def choose_notices() -> Redirect | Shown:
    """Choose the ways of notices."""
    form = NoticesForm()
    done = submit(form, lambda: accounts.choose_notices(viewer(), by_mail=form.by_mail.data, by_sms=form.by_sms.data))
    return _after(done, "account/profile/notices.html", form)


@bp.get("/password")
def show_password() -> str:
    """Ask for the old and the new password."""
    return page("account/profile/password.html", form=PasswordForm())


@bp.post("/password")
def change_password() -> Redirect | Shown:
    """Change the password."""
    form = PasswordForm()
    done = submit(
        form, lambda: accounts.change_password(viewer(), old=form.old.data or "", new=form.password.data or "")
    )
    return _after(done, "account/profile/password.html", form)


def _after(done: object, template: str, form: BaseForm, *, language: str = "") -> Redirect | Shown:
    if done is None:
        return page(template, form=form), form_status()
    flash(_("Changed."), "good")
    return redirect(url_for(".show", lang=language or None))


@bp.get("/close")
def show_close() -> str:
    """Tell what closing means, and ask for the password."""
    return page("account/profile/close.html", form=CloseForm())


@bp.post("/close")
def close() -> Redirect | Shown:
    """Close the account."""
    form = CloseForm()
    if submit(form, lambda: accounts.close(viewer(), password=form.password.data or "")) is None:
        return page("account/profile/close.html", form=form), form_status()
    sessions.forget()
    flash(_("Your account is closed. Thank you for every wish you helped with."), "good")
    return redirect("/")


@bp.get("/data.json")
def download() -> Response:
    """Give everything that is kept about the reader, and of nobody else."""
    answer = jsonify(read.get_own_data(viewer()))
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
