"""Messages in, replies out; knows no channel."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from bot import commands, message, news, pressing, uzbek
from bot.actions import parse, unmarked
from bot.alerts import Alert
from bot.answer import Answer, answer
from bot.clerk import Clerk
from bot.contacts import replies as contact_replies
from bot.cyrillic import in_cyrillic, offer_in_cyrillic
from bot.dates import flow as dates_flow
from bot.handover import replies as handover_replies
from bot.hotline import Hotline, Live
from bot.offers import Offer, offers_for, offers_of_menu
from bot.question import Question
from bot.reply import Reading, Reply, language_of
from bot.turn import Known, Medium, Turn
from index.language import detect
from knowledge.model import Hours, Language

log = logging.getLogger(__name__)


class Conversation:
    """The one way in which every channel talks.

    None of its methods raises: whatever fails, the reply names the contacts, and the log has one line that
    never holds what was written.
    """

    def __init__(self, hotline: Hotline, retention_days: int = 90, staff_hours: Hours | None = None) -> None:
        """retention_days: how long questions and ratings without any id are kept, for /privacy to say.

        staff_hours: when a person answers who can be written to; None: nobody can be.
        """
        self._hotline = hotline
        self._retention_days = retention_days
        self._staff_hours = staff_hours

    def hear(self, question: Question, known: Known) -> Turn:
        """Return what a message leads to; the reply is in the message's own language, if it has words.

        The subject is the question's, or else what is known of the chat.
        """
        begun = time.perf_counter()
        live = self._hotline.live()
        asked = replace(question, subject=question.subject or known.subject)
        try:
            desk_in = partial(self._desk, live, known=known)
            turn = message.hear(asked, known, live, self._hotline.encoder, desk_in)
            if known.handover is not None and known.for_person:
                clerk = desk_in(known.language if turn.reply is None else turn.reply.language)
                turn = handover_replies.in_thread(turn, clerk, known.handover)
        except Exception as error:  # noqa: BLE001 - a citizen must get the numbers whatever went wrong
            log.error("question.failed", extra={"error": type(error).__name__, "snapshot": live.snapshot.id})
            return Turn(self._desk(live, detect(question.text)).with_hotline("failed"), failed=True)
        if turn.answer is not None:
            _log(turn.answer, begun, live.snapshot.id)
        return turn

    def press(self, action: str, known: Known) -> Turn:
        """Return what a pressed button leads to; `action` is what Button.action says.

        known.language: that of the reply in which the button stood. A button of an older snapshot whose topic
        is gone is answered with a sentence.
        """
        return self._turn(known, lambda clerk: _pressed(action, clerk, known))

    def command(self, name: str, known: Known, argument: str = "") -> Turn:
        """Return what a command leads to; name: without its slash. One that nobody knows gets the help."""
        live = self._hotline.live()

        def run(clerk: Clerk) -> Turn:
            if name in handover_replies.COMMANDS and handover_replies.available(clerk, known):
                return handover_replies.command(name, clerk, known)
            return commands.run(name, argument, clerk, live.places, self._retention_days)

        return self._turn(known, run)

    def receive(self, medium: Medium, known: Known) -> Turn:
        """Return what something leads to that came instead of words."""
        if known.with_person:
            return self._turn(known, handover_replies.only_text)
        return self._turn(known, lambda clerk: Turn(clerk.remark(f"medium-{medium}")))

    def locate(self, latitude: float, longitude: float, known: Known) -> Turn:
        """Return the missions nearest to where the person is; degrees, nothing of it is kept."""
        return self._turn(known, lambda clerk: Turn(contact_replies.near(latitude, longitude, clerk)))

    def offers(self, text: str, known: Known) -> tuple[Offer, ...]:
        """Return at most five sections that may answer, to be shared; for no words those asked most."""
        try:
            live = self._hotline.live()
            library = live.snapshot.library
            if not any(letter.isalpha() for letter in text) or live.small_talk.recognise(text):
                return offers_of_menu(self._desk(live, known.language))
            question = Question(live.small_talk.question_in(text))
            answered = answer(question, live.snapshot, self._hotline.encoder)
            found = offers_for(answered, self._desk(live, answered.language))
            if answered.language == "uz" and uzbek.script_of(text) == "cyrillic":
                return tuple(offer_in_cyrillic(each, library) for each in found)
            return found
        except Exception as error:  # noqa: BLE001 - nothing to share is better than a traceback
            log.error("offers.failed", extra={"error": type(error).__name__})
            return ()

    def apologise(self, known: Known) -> Reply:
        """Return the sentence for a failure of ours, with the contacts."""
        return self._desk(self._hotline.live(), known.language).with_hotline("failed")

    def slow_down(self, known: Known) -> Reply:
        """Return the sentence for somebody who writes too much too fast."""
        return self._desk(self._hotline.live(), known.language).say("slow-down")

    def too_late(self, known: Known) -> Reply:
        """Return the apology for a message that waited too long, with the contacts."""
        return self._desk(self._hotline.live(), known.language).with_hotline("too-late")

    def alert(self, alert: Alert, language: Language) -> str:
        """Return a line for the operator's chat, plain text.

        Raises BotError, and so do no others, if the snapshot is older than the sentence.
        """
        voice = self._desk(self._hotline.live(), language).voice
        return voice.say(f"alert-{alert.kind}", **alert.values)

    def announce(self, text: str, section: str | None, reading: Reading) -> Reply:
        """Return an announcement as those who asked for it see it; see news.announced.

        text: in Latin letters where it is Uzbek; it is shown in the alphabet of the reading.

        Raises BotError, and so do no others, if the snapshot is older than its sentences.
        """
        clerk = self._desk(self._hotline.live(), language_of(reading))
        announced = news.announced(text, section, clerk)
        return in_cyrillic(announced, clerk.library) if reading == "uz-Cyrl" else announced

    def staff_says(self, text: str, language: Language) -> str:
        """Return what a person of the staff writes as the citizen sees it, in plain text.

        text: '' where the staff have ended the conversation, which a sentence says.

        Raises BotError, and so do no others, if the snapshot is older than its sentences.
        """
        voice = self._desk(self._hotline.live(), language).voice
        return f"{voice.say('person-says')}\n{text}" if text else voice.say("person-closed")

    def commands(self, language: Language) -> tuple[tuple[str, str], ...]:
        """Return (name without slash, description) of each command, in the order to show them."""
        return commands.described(self._desk(self._hotline.live(), language))

    def place_button(self, language: Language) -> str:
        """Return what stands on the button that sends the place where somebody is, at most 40 characters."""
        return self._desk(self._hotline.live(), language).voice.say("send-place")

    def describe(self, language: Language) -> str:
        """Return in plain text what this is, at most 512 characters; the first sentence can stand alone."""
        return self._desk(self._hotline.live(), language).voice.say("about")

    def _turn(self, known: Known, make: Callable[[Clerk], Turn]) -> Turn:
        live = self._hotline.live()
        clerk = self._desk(live, known.language, known=known)
        try:
            return make(clerk)
        except Exception as error:  # noqa: BLE001 - a citizen must get the numbers whatever went wrong
            log.error("reply.failed", extra={"error": type(error).__name__, "snapshot": live.snapshot.id})
            return Turn(clerk.with_hotline("failed"), failed=True)

    def _desk(self, live: Live, language: Language, known: Known | None = None) -> Clerk:
        clerk = self._hotline.clerk(live, language)
        if known is not None and known.in_group:
            clerk = replace(clerk, in_group=True)
        # A snapshot may be older than these sentences; and in a group nobody is alone with the staff.
        offered = live.phrases.knows("person-offer") and (known is None or known.handover is not None)
        return replace(clerk, staff_hours=self._staff_hours) if offered else clerk


def _pressed(action: str, clerk: Clerk, known: Known) -> Turn:
    plain, cyrillic = unmarked(action)
    turn = _leads_to(plain, clerk, known)
    if cyrillic and turn.reply is not None and turn.reply.language == "uz":
        return replace(turn, reply=in_cyrillic(turn.reply, clerk.library))
    return turn


def _leads_to(action: str, clerk: Clerk, known: Known) -> Turn:
    if action.startswith(dates_flow.START) and dates_flow.available(clerk.library):
        return Turn(dates_flow.press(action, clerk.library, clerk.voice, clerk.today))
    pressed = parse(action)
    if pressed is None:
        return Turn(pressing.outdated(clerk))
    if pressed.verb == "person" and handover_replies.available(clerk, known):
        return handover_replies.press(pressed.names, clerk, known)
    return pressing.press(pressed, clerk)


def _log(answered: Answer, begun: float, snapshot: str) -> None:
    log.info(
        "question.answered",
        extra={
            "outcome": answered.outcome,
            "topic": answered.topics[0].id if answered.topics else None,
            "confidence": round(answered.confidence, 3),
            "language": answered.language,
            "ms": round((time.perf_counter() - begun) * 1000, 1),
            "snapshot": snapshot,
        },
    )
