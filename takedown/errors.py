"""The one exception that a user of the study is meant to read."""


class InputError(SystemExit):
    """One sentence for the user: what is wrong, in which file, what to do.

    A `SystemExit`, so that a script in which it is raised prints the sentence alone, without a
    traceback, and ends with exit code 1.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
