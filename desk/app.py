"""The application: every page that there is, and what is said when one fails."""

from __future__ import annotations

import logging
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.errors import BotError
from desk.desk import Desk
from desk.errors import DeskError
from desk.figures import CountingRequests
from desk.guard import Page, guarded
from desk.headers import SecureHeaders, secure_headers
from desk.pages import (
    announcement,
    announcements,
    article,
    contact,
    contacts,
    conversation,
    conversations,
    history,
    importing,
    new_topic,
    password,
    publish,
    question,
    questions,
    recordings,
    sign_in,
    staff,
    today,
    topic,
    topics,
    trying,
)
from desk.sound import FILE_TYPES, MOST_WAV_BYTES
from desk.static_files import static_file
from desk.visit import Visit, language_of
from knowledge.errors import ContentError

log = logging.getLogger(__name__)

PAGES: Final = (
    Page("/sign-in", None, sign_in.show, sign_in.enter, with_first_password=True),
    Page("/sign-in/code", None, sign_in.show_code, sign_in.enter_code, with_first_password=True),
    Page("/sign-out", "reader", change=sign_in.leave, with_first_password=True),
    Page("/password", "reader", password.show, password.choose, with_first_password=True),
    Page("/", "reader", today.show),
    Page("/topics", "reader", topics.show),
    Page("/topics/new", "editor", new_topic.show, new_topic.create),
    Page("/topics/{topic}/history", "reader", history.show),
    Page("/topics/{topic}/history/{version}", "reader", history.show_version),
    Page("/topics/{topic}/history/{version}/restore", "editor", change=history.restore),
    Page("/questions", "reader", questions.show),
    Page("/questions/unhelpful", "reader", questions.show_unhelpful),
    Page("/questions/{question}", "reader", question.show),
    Page("/questions/{question}/example", "editor", change=question.teach),
    Page("/questions/{question}/not-ours", "editor", change=question.set_aside),
    Page("/questions/{question}/done", "editor", change=question.finish),
    Page("/try", "reader", trying.show, trying.answer),
    Page("/try/example", "editor", change=trying.add),
    Page("/publish", "editor", publish.show),
    Page("/publish/progress", "editor", publish.progress),
    Page("/publish/change", "publisher", change=publish.change),
    Page("/conversations", "editor", conversations.show),
    Page("/conversations/{number}", "editor", conversation.show, conversation.change),
    Page("/announcements", "editor", announcements.show, announcements.write),
    Page("/announcements/{announcement}", "editor", announcement.show, announcement.save),
    Page("/announcements/{announcement}/preview", "editor", change=announcement.preview),
    Page("/announcements/{announcement}/progress", "editor", announcement.progress),
    Page("/announcements/{announcement}/approve", "publisher", change=announcement.approve),
    Page("/announcements/{announcement}/send", "publisher", change=announcement.send),
    Page("/announcements/{announcement}/stop", "editor", change=announcement.stop),
    Page("/announcements/{announcement}/remove", "editor", change=announcement.remove),
    Page("/contacts", "reader", contacts.show),
    Page("/contacts/new", "editor", contact.show_new, contact.add),
    Page("/contacts/{id}", "editor", contact.show, contact.save),
    Page("/contacts/{id}/called", "editor", change=contacts.call),
    Page("/topics/{id}", "reader", topic.show),
    Page("/topics/{id}/compared", "publisher", change=topic.compare),
    Page("/topics/{id}/approved", "publisher", change=topic.approve),
    Page("/topics/{id}/followed", "editor", change=topic.follow),
    Page("/topics/{id}/examples", "editor", article.show_examples),
    Page("/topics/{id}/{language}", "editor", article.show, article.change),
    Page("/topics/{id}/{language}/draft", "editor", change=article.keep),
    Page(
        "/topics/{id}/{language}/recordings",
        "editor",
        recordings.show,
        recordings.add,
        most_bytes=MOST_WAV_BYTES + 16 * 1024,  # the form around it
        file_types=FILE_TYPES,
    ),
    Page("/topics/{id}/{language}/recordings/remove", "editor", change=recordings.take_away),
    Page("/topics/{id}/{language}/recordings/{section}/sound", "editor", recordings.play),
    Page(
        "/import",
        "editor",
        importing.show,
        importing.change,
        most_bytes=importing.MOST_BYTES,
        file_types=importing.FILE_TYPES,
    ),
    Page("/staff", "admin", staff.show, staff.change),
)


def desk_app(desk: Desk) -> Starlette:
    """Return the application."""

    async def failed(request: Request, error: Exception) -> Response:
        visit = Visit(desk, request, language_of(request), None, "", is_new=False, form={})
        if isinstance(error, HTTPException):
            return visit.message("no-such-page", status=error.status_code)
        if isinstance(error, DeskError):
            return visit.message(error.phrase, status=404 if error.phrase == "no-such-page" else 503)
        if isinstance(error, BotError | ContentError):
            log.error("page.failed", extra={"reason": str(error)})
            return visit.message("not-now", status=503)
        response = visit.message("failed", status=500)
        secure_headers(response.headers, tls=desk.behind_proxy)  # this one is made outside of all middleware
        return response

    routes = [
        Route("/healthz", _alive),
        Route("/static/{name}", static_file),
        *(guarded(desk, page) for page in PAGES),
    ]
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(CountingRequests, figures=desk.options.figures, routes=routes),
            Middleware(SecureHeaders, tls=desk.behind_proxy),
        ],
        exception_handlers=dict.fromkeys((HTTPException, DeskError, BotError, ContentError, 500), failed),
    )


async def _alive(_: Request) -> Response:
    return JSONResponse({"status": "alive"})
