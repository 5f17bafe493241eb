"""The one exception of the package."""

from __future__ import annotations


class AuralisError(ValueError):
    """An argument, a signal or the machine did not allow a result.

    The message names the argument, what was given and what is allowed.

    Attributes
    ----------
    status : int or None
        The negative ``AURALIS_ERROR_*`` number of the C API, or None if the error was found
        before the library was called.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status
