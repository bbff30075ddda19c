"""The exception whose message is written for the user of the study."""


class InputError(Exception):
    """One sentence for the user: what is wrong, in which file, and what to do.

    Scripts that called `takedown.core.log.start_log` print the sentence without a traceback.
    """


def missing_part(library: str, part: str, tried: str) -> InputError:
    """Return the error to raise where a library has lost a private part; `tried` is the version that has it."""
    from importlib.metadata import version

    return InputError(
        f"{library} {version(library)} has no {part}, which this study takes from {library} {tried}; "
        "install the versions of requirements.txt."
    )
