"""What outlives a process: preferences, messages that wait, opinions, unanswered questions, the staff."""

from bot.store.announcements import Announcement
from bot.store.audit import Audited
from bot.store.deliveries import Delivery, Outcome
from bot.store.drafts import Draft, Fields
from bot.store.errors import StoreError
from bot.store.findings import Asked, Count, Opinion
from bot.store.inbox import Received, Waiting
from bot.store.members import StaffMember
from bot.store.paces import KeptPace
from bot.store.sessions import Session
from bot.store.settling import OpinionTotal, Settled
from bot.store.store import Store, keep_purging, open_store

__all__ = [
    "Announcement",
    "Asked",
    "Audited",
    "Count",
    "Delivery",
    "Draft",
    "Fields",
    "KeptPace",
    "Opinion",
    "OpinionTotal",
    "Outcome",
    "Received",
    "Session",
    "Settled",
    "StaffMember",
    "Store",
    "StoreError",
    "Waiting",
    "keep_purging",
    "open_store",
]
