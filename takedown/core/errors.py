"""The one exception that a user of the study is meant to read."""


class InputError(Exception):
    """One sentence for the user: what is wrong, in which file, what to do.

    A script that has called `takedown.core.log.start_log` prints the sentence alone, without a traceback.
    """
