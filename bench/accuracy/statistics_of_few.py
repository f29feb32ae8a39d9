"""Intervals and bins for few cases; standard library only, the same figures in every run."""

import dataclasses
import math
import random

# 97.5 % quantile of the normal distribution.
Z = 1.959963984540054


def wilson(hits, number):
    """Wilson's score interval of a share, 95 % (JASA 1927, doi:10.1080/01621459.1927.10502953)."""
    if not number:
        return (0.0, 1.0)
    share, square = hits / number, Z * Z
    centre = (share + square / (2 * number)) / (1 + square / number)
    half = Z * math.sqrt(share * (1 - share) / number + square / (4 * number * number)) / (1 + square / number)
    return (max(0.0, centre - half), min(1.0, centre + half))


def bootstrap(items, figure, draws=2000):
    """Percentile interval, 95 %, of a figure of cases that are drawn again with replacement (Efron, Annals of
    Statistics 1979). A fixed seed and `random()` alone, which Python keeps the same between versions."""
    generator = random.Random(20260101)
    number = len(items)
    found = sorted(figure([items[int(generator.random() * number)] for _ in items]) for _ in range(draws))
    return (found[int(0.025 * draws)], found[int(0.975 * draws) - 1])


def sign_test(gained, lost):
    """Two-sided exact probability that as few as the fewer of two kinds of change come by chance."""
    number = gained + lost
    if not number:
        return 1.0
    tail = sum(math.comb(number, k) for k in range(min(gained, lost) + 1)) / 2**number
    return min(1.0, 2 * tail)


@dataclasses.dataclass
class Bin:
    """Answers whose confidence lies between two bounds."""

    low: float
    high: float
    answers: list

    @property
    def hits(self):
        return sum(right for _, right in self.answers)

    @property
    def mean(self):
        return sum(confidence for confidence, _ in self.answers) / len(self.answers)


def bins(answers, number=5):
    """Bins of equal width; empty ones are left out."""
    for place in range(number):
        low, high = place / number, (place + 1) / number
        inside = sorted(answer for answer in answers if low <= answer[0] and (answer[0] < high or place + 1 == number))
        if inside:
            yield Bin(low, high, inside)


def calibration(answers):
    """Mean confidence, share right, Brier score, and calibration error: the distance of confidence from the share
    right, weighted by the answers of a bin."""
    number = len(answers)
    error = sum(abs(sum(c for c, _ in part.answers) - part.hits) for part in bins(answers)) / number
    return {
        "number": number,
        "confidence": sum(confidence for confidence, _ in answers) / number,
        "hits": sum(right for _, right in answers),
        "brier": sum((confidence - right) ** 2 for confidence, right in answers) / number,
        "error": error,
    }
