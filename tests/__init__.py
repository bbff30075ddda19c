"""The tests, as a package: a library that they compare with also installs a package `tests`."""
