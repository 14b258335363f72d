"""A new version's content meets a folder that people edited: theirs stays, the rest follows it."""

from knowledge.upgrade.folder import NEW_VERSION, Upgrade, upgrade
from knowledge.upgrade.wording import describe

__all__ = ["NEW_VERSION", "Upgrade", "describe", "upgrade"]
