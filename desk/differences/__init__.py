"""What a version changed, for people who read no unified differences: part by part, the words marked."""

from desk.differences.files import Change, FileChange, readable
from desk.differences.words import Piece, compared

__all__ = ["Change", "FileChange", "Piece", "compared", "readable"]
