"""Find pairs of accounts that did the same thing at the same time, in a file of events of any platform."""
