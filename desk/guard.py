"""In front of every page: a session, a role and, before anything changes, a form of ours."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desk import cookies
from desk.desk import Desk
from desk.phrases import LANGUAGES
from desk.roles import Role, may
from desk.visit import Visit, go_to, visit_of, with_form

Handler = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Page:
    """What stands at one path."""

    path: str
    needs: Role | None
    """None: open to whoever comes."""
    show: Handler | None = None
    """Answers GET, and changes nothing."""
    change: Handler | None = None
    """Answers POST."""
    with_first_password: bool = False
    """Whether it is open to a member who has not chosen a password yet."""
    most_bytes: int = 0
    """Of a form with files, all together; 0: the page takes none."""
    file_types: frozenset[str] = frozenset()
    """Such as 'audio/ogg', of the files that it takes."""

    def __post_init__(self) -> None:
        if bool(self.most_bytes) != bool(self.file_types):
            raise ValueError(f"{self.path}: say of files both how long and of which types they may be")


def guarded(desk: Desk, page: Page) -> Route:
    """Return the route of a page; there is no other way to make one."""

    async def answer(request: Request) -> Response:
        visit = await visit_of(desk, request)
        response = _not_theirs(page, visit)
        if response is None:
            # Not before: nobody else makes the desk read megabytes.
            visit = await with_form(visit, page.most_bytes) if request.method == "POST" else visit
            response = _refusal(page, visit) or await _answer(page, visit)
        if visit.is_new:
            cookies.write(response, "visitor", visit.secret, secure=desk.behind_proxy)
        return response

    methods = [name for name, handler in (("GET", page.show), ("POST", page.change)) if handler]
    return Route(page.path, answer, methods=methods)


def _not_theirs(page: Page, visit: Visit) -> Response | None:
    if page.needs is None:
        return None
    if visit.member is None:
        path = "/sign-in" if visit.session is None else "/sign-in/code"
        return _away(visit, path, "" if visit.request.method == "POST" else _with_query(visit.request))
    if not may(visit.member.role, page.needs):
        return visit.message("not-allowed", status=403)
    return None


def _refusal(page: Page, visit: Visit) -> Response | None:
    if visit.is_too_large:
        return visit.message("files-too-large", status=413)
    if visit.request.method == "POST" and not hmac.compare_digest(
        visit.form.get("token", "").encode(), visit.token.encode()
    ):
        return visit.message("form-too-old", status=403)
    if visit.member is not None and visit.member.password_since is None and not page.with_first_password:
        return _away(visit, "/password", "")
    if any(each.content_type not in page.file_types for each in visit.files.values()):
        return visit.message("files-of-another-kind", status=415)
    return None


async def _answer(page: Page, visit: Visit) -> Response:
    if visit.request.method == "POST":
        assert page.change is not None
        return await page.change(visit)
    assert page.show is not None
    chosen = visit.request.query_params.get("lang")
    if chosen in LANGUAGES:
        response = go_to(_with_query(visit.request, without="lang"))
        cookies.keep_language(response, chosen, secure=visit.desk.behind_proxy)
        return response
    return await page.show(visit)


def _away(visit: Visit, path: str, wanted: str) -> Response:
    query = {"next": wanted} if wanted not in ("", "/") else {}
    response = go_to(path, **query)
    if visit.request.headers.get("hx-request"):
        # htmx would put the other page into a corner of this one.
        return Response(headers={"HX-Redirect": response.headers["location"]})
    return response


def _with_query(request: Request, without: str = "") -> str:
    query = [(name, value) for name, value in request.query_params.multi_items() if name != without]
    return f"{request.url.path}?{urlencode(query)}" if query else request.url.path
