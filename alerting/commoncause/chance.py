"""How likely it is that so many fail at once by chance."""

from math import exp, lgamma, log, log1p


def chance_of(failed: int, of: int, rate: float) -> float:
    """The probability that `failed` or more of `of` sites fail when each fails with the probability `rate`.

    The upper tail of the binomial distribution: 10 of 20 sites at a rate of 12 % is 3e-5, at 0.1 % it is 2e-25.
    """
    if failed <= 0:
        return 1.0
    if failed > of or rate <= 0:
        return 0.0
    if rate >= 1:
        return 1.0
    whole = lgamma(of + 1)
    terms = (
        exp(whole - lgamma(k + 1) - lgamma(of - k + 1) + k * log(rate) + (of - k) * log1p(-rate))
        for k in range(failed, of + 1)
    )
    return min(1.0, sum(terms))
