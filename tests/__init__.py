"""A package of its own, since a library that the tests compare with brings a `tests` too."""
