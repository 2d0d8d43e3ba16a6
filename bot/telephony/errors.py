"""What can go wrong with a phone system; the class says what the caller may do next.

``PhoneSystemError``
    ├── ``Unreachable``      nothing happened there; trying again later is safe
    ├── ``OutcomeUnknown``   it may have happened; look before doing it again
    ├── ``Refused``          the system said no; change the request
    │   └── ``NotSent``      the request makes no sense, so it was not even sent
    ├── ``BadCredentials``   the system does not accept our key; tell an admin
    ├── ``UnexpectedReply``  the system answered something nobody can read
    └── ``NotSupported``     this system cannot do that at all

``str()`` of each is one sentence that may be shown to people: it never holds a secret or a URL,
nor anything that cannot be printed, whatever the system said.
"""


class PhoneSystemError(Exception):
    """A phone system did not do what was asked."""

    def __str__(self) -> str:
        said = super().__str__()
        return "".join(letter if letter.isprintable() else " " for letter in said)


class Unreachable(PhoneSystemError):
    """No connection was made, or a mere question got no answer: nothing can have happened there."""


class OutcomeUnknown(PhoneSystemError):
    """The request was sent and no usable answer came back: it may have taken effect."""


class Refused(PhoneSystemError):
    """The system understood the request and said no."""


class NotSent(Refused):
    """We ourselves said no: the request could not have meant anything."""


class BadCredentials(PhoneSystemError):
    """The system does not accept the credentials it was given."""


class UnexpectedReply(PhoneSystemError):
    """The system answered a question with something that cannot be read."""


class NotSupported(PhoneSystemError):
    """This phone system has no such function."""


class UnknownEvent(Exception):
    """A well-formed event of a kind that the adapter does not know; it is counted, not failed."""


class UnparsableEvent(Exception):
    """Bytes that the adapter cannot read as an event; they are kept for a replay."""
