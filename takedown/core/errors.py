"""The exception whose message is written for the user of the study."""


class InputError(Exception):
    """One sentence for the user: what is wrong, in which file, and what to do.

    Scripts that called `takedown.core.log.start_log` print the sentence without a traceback.
    """
