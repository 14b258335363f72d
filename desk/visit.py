"""One request, as the pages see it: who asks, in which language, with which form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.phrases import Voice
from bot.store import Session, StaffMember
from desk import cookies
from desk.desk import Desk
from desk.phrases import DeskLanguage, preferred
from desk.roles import needs_codes
from desk.staff_clock import StaffClock
from desk.templating import render
from desk.uploads import UploadedFile, read_form


@dataclass(frozen=True, slots=True)
class Visit:
    """Made anew for each request."""

    desk: Desk
    request: Request
    language: DeskLanguage
    session: Session | None
    """Also one whose code is still missing; see `member`."""
    secret: str
    """Of the session, or else of the visitor."""
    is_new: bool
    """Whether the visitor has no cookie yet."""
    form: Mapping[str, str]
    files: Mapping[str, UploadedFile] = field(default_factory=dict)
    """By the name of their field; only on a page that takes files."""
    is_too_large: bool = False
    """Whether the form was longer than the page takes; it is empty then."""

    @property
    def member(self) -> StaffMember | None:
        """Who is signed in, with everything that the role asks for."""
        if self.session is None or not self.session.complete:
            return None
        member = self.session.member
        return None if needs_codes(member.role) and member.code_key is None else member

    @property
    def token(self) -> str:
        """What each form on a page says back."""
        return cookies.form_token(self.secret)

    @property
    def voice(self) -> Voice:
        """The desk in this language."""
        return Voice(self.desk.phrases, self.language)

    @property
    def clock(self) -> StaffClock:
        """Says moments as the staff read them."""
        return StaffClock(ZoneInfo(self.desk.options.time_zone), self.voice, self.desk.clock())

    @property
    def address(self) -> str:
        """Where the browser is, as far as that is known."""
        if self.desk.behind_proxy:
            # The last one is what the proxy itself saw; those before it anybody can invent.
            told = self.request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
            if told:
                return told
        return self.request.client.host if self.request.client else ""

    def page(self, template: str, *, status: int = 200, **values: object) -> Response:
        """Return a page."""
        names = {"say": self.voice.say, "day": self.voice.date, "clock": self.clock}
        text = render(template, visit=self, **names, **values)
        return HTMLResponse(text, status)

    def message(self, phrase: str, *, status: int) -> Response:
        """Return a page that says one sentence."""
        return self.page("message.html", status=status, sentence=self.voice.say(phrase))

    def let_in(self, secret: str) -> Response:
        """Go on to where the visitor wanted to, in the session with this secret."""
        response = go_to(self.wanted)
        cookies.write(response, "session", secret, secure=self.desk.behind_proxy)
        return response

    @property
    def wanted(self) -> str:
        """The page of ours that somebody wanted who had to sign in first."""
        path = self.form.get("next") or self.request.query_params.get("next") or "/"
        # A browser reads '//host' and '/\\host' as another site, and leaves out control characters.
        ours = path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable()
        return path if ours else "/"


async def visit_of(desk: Desk, request: Request) -> Visit:
    """Return the visit that this request is, its form not read yet. Raises StoreError."""
    secret = cookies.read(request.cookies, "session", secure=desk.behind_proxy)
    session = await desk.store.session(secret) if secret else None
    visitor = cookies.read(request.cookies, "visitor", secure=desk.behind_proxy)
    return Visit(
        desk,
        request,
        language_of(request),
        session,
        secret if session is not None and secret else visitor or cookies.new_visitor(),
        session is None and visitor is None,
        {},
    )


async def with_form(visit: Visit, most_bytes: int) -> Visit:
    """Return the visit with its form. most_bytes: as uploads.read_form has it."""
    form = await read_form(visit.request, most_bytes)
    return replace(visit, form=form.fields, files=form.files, is_too_large=form.is_too_large)


def language_of(request: Request) -> DeskLanguage:
    """Return the language for whoever sent this request."""
    return preferred(request.cookies.get(cookies.LANGUAGE), request.headers.get("accept-language", ""))


def go_to(path: str, **query: str) -> Response:
    """Send the browser to a page of ours."""
    return RedirectResponse(f"{path}?{urlencode(query)}" if query else path, 303)
