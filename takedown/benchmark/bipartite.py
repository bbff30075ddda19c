"""Pairs of accounts that share more objects than in a random network with the same number of objects of each account."""

from dataclasses import dataclass

import numpy as np
from scipy import special

#: The fixed point is found when every expected degree differs by less than this share from the given one. A vertex that is
#: linked to all others has an infinite parameter, which is approached slowly.
PRECISION, STEPS = 1e-4, 100_000


@dataclass(frozen=True)
class Degrees:
    """Accounts and objects by degree: `account` and `object` (different degrees), and their numbers of vertices."""

    account: np.ndarray
    accounts: np.ndarray
    object: np.ndarray
    objects: np.ndarray


def fit_links(degrees: Degrees) -> np.ndarray:
    """Return the probability that an account of one degree is linked to an object of another (shape [account, object]).

    It is the network of greatest entropy whose expected degrees are those given, the bipartite configuration model. All
    vertices of a degree are alike, so one unknown a degree is enough. Source: F. Saracco, M. Straka, R. Di Clemente, A.
    Gabrielli, G. Caldarelli and T. Squartini, New Journal of Physics 19 (2017), equations 5 to 7, solved by fixed-point
    iteration. Raises ArithmeticError where it does not converge.
    """
    links = degrees.account @ degrees.accounts
    account, target = degrees.account / np.sqrt(links), degrees.object / np.sqrt(links)
    for _ in range(STEPS):
        weight = np.outer(account, target)
        probability = weight / (1 + weight)
        if np.abs(probability @ degrees.objects / degrees.account - 1).max() < PRECISION:
            return probability
        account = degrees.account / ((target / (1 + weight)) @ degrees.objects)
        weight = np.outer(account, target)
        target = degrees.object / (degrees.accounts @ (account[:, None] / (1 + weight)))
    raise ArithmeticError(f"the bipartite null did not converge in {STEPS} steps")


def shared_objects_tail(
    degrees: Degrees, degree_a: np.ndarray, degree_b: np.ndarray, shared: np.ndarray
) -> np.ndarray:
    """Return the probability that two accounts share this many objects or more by chance (shape [pairs]).

    `degree_a`, `degree_b` (shape [pairs]) are the numbers of objects of both accounts, `shared` those of both. The number
    shared by chance is a sum of many rare events, so its distribution is taken as Poisson's with the mean of `fit_links`.
    """
    probability = fit_links(degrees)
    expected = (probability * degrees.objects) @ probability.T
    mean = expected[np.searchsorted(degrees.account, degree_a), np.searchsorted(degrees.account, degree_b)]
    return special.pdtrc(shared - 1, mean)
