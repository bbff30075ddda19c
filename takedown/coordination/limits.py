"""What is told of every network of coordinated accounts, in measures and in figures."""

#: What timing cannot tell from a plan: the rows of the role `limit` in the calibration table.
CANNOT_TELL = (
    "timing cannot tell a plan from people who react to the same outside signal within a minute: an account that they follow, "
    "a source of their own or a moment on television"
)
#: Accounts of a large cluster, of which the sensitivity is told, and the sensitivity that claims ask for.
CLUSTER, LEAST_SENSITIVITY = 10, 2
