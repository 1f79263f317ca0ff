"""Reference values for compiler/stats: scipy and statsmodels, or the definition itself where they have none.

    python -m venv venv && venv/bin/pip install scipy==1.17.1 statsmodels==0.15.0
    venv/bin/python tests/stats/reference.py > tests/stats/reference.json

Each case is {"what": ..., "in": [...], "out": [...]}; compiler/stats/tests.rs reads them. Root finding
is done here to 1e-14 where a library stops earlier.
"""

import itertools
import json
import math
import sys

import numpy as np
from scipy import optimize, special, stats
from statsmodels.stats import contingency_tables, multitest, proportion

cases = []
rng = np.random.default_rng(20240917)


def case(what, given, out):
    out = [float(v) for v in np.atleast_1d(out)]
    cases.append({"what": what, "in": given, "out": out})


COUNTS = [(k, n) for n in (1, 2, 5, 20, 59, 100, 1000) for k in sorted({0, 1, n // 3, n // 2, n - 1, n})]
COUNTS += [(k, 10**6) for k in (0, 1, 17, 1000, 500_000, 850_000, 999_999, 10**6)]


def special_functions():
    for z in (-30.0, -8.0, -2.5, -1.0, 0.0, 0.3, 1.0, 3.0, 9.0):
        case("normal_cdf", [z], stats.norm.cdf(z))
    for p in (1e-300, 1e-12, 0.001, 0.025, 0.05, 0.3, 0.5, 0.8, 0.95, 0.999, 1 - 1e-12):
        case("normal_quantile", [p], stats.norm.ppf(p))
    for a, b in itertools.product((0.5, 1.0, 3.0, 15.9, 16.1, 250.0, 1e4, 1e6), repeat=2):
        case("ln_beta", [a, b], special.betaln(a, b))
        mean = a / (a + b)
        sd = math.sqrt(mean * (1 - mean) / (a + b + 1))
        for off in (-2.0, 0.0, 1.5):
            x = mean + off * sd
            if 0 < x < 1:
                case("beta_cdf", [a, b, x], special.betainc(a, b, x))
        for p in (1e-6, 0.025, 0.5, 0.95):
            case("beta_quantile", [a, b, p], special.betaincinv(a, b, p))
    for freedom, p in itertools.product((1.0, 2.0, 5.0, 29.0, 1000.0), (0.005, 0.05, 0.4, 0.5, 0.9, 0.975)):
        case("student_quantile", [freedom, p], stats.t.ppf(p, freedom))


def rates():
    for (k, n), confidence in itertools.product(COUNTS, (0.8, 0.95, 0.999)):
        low, high = proportion.proportion_confint(k, n, 1 - confidence, "beta")
        case("clopper_pearson", [k, n, confidence, "both"], [low, high])
        one = stats.binomtest(k, n, alternative="greater").proportion_ci(confidence, "exact")
        # binomtest finds the root only to about 1e-12 of a bracket; the definition is as short.
        low = 0.0 if k == 0 else special.betaincinv(k, n - k + 1, 1 - confidence)
        assert abs(low - one.low) < 1e-9
        case("clopper_pearson", [k, n, confidence, "low"], [low, 1.0])
        high = 1.0 if k == n else 1 - special.betaincinv(n - k, k + 1, 1 - confidence)
        case("clopper_pearson", [k, n, confidence, "high"], [0.0, high])
        case("wilson", [k, n, confidence, "both"], proportion.proportion_confint(k, n, 1 - confidence, "wilson"))
    for n, rate, confidence in itertools.product((5, 19, 20, 58, 59, 100, 500, 2000), (0.5, 0.85, 0.95), (0.9, 0.95)):
        tails = stats.binom.sf(np.arange(n + 1) - 1, n, rate)
        good = np.flatnonzero(tails <= 1 - confidence + 1e-12)
        case("passes_needed", [n, rate, confidence], int(good[0]) if len(good) else -1)
        lower = stats.binom.cdf(np.arange(n + 1), n, 1 - rate)
        good = np.flatnonzero(lower <= 1 - confidence + 1e-12)
        case("failures_allowed", [n, 1 - rate, confidence], int(good[-1]) if len(good) else -1)


def differences():
    # Published: Newcombe 1998, table II, row 56/70 - 48/80, methods 6 and 10.
    assert np.allclose(miettinen(56, 70, 48, 80, 0.95), [0.0528, 0.3382], atol=5e-5)
    assert np.allclose(proportion.confint_proportions_2indep(56, 70, 48, 80, method="newcomb"), [0.0524, 0.3339], atol=5e-5)
    pairs = [((56, 70), (48, 80)), ((9, 10), (3, 10)), ((0, 10), (0, 10)), ((10, 10), (0, 20)), ((10, 10), (20, 20))]
    pairs += [((5, 56), (0, 29)), ((0, 20), (3, 40)), ((850, 1000), (870, 1000)), ((1, 1), (0, 1)), ((99_000, 10**5), (98_900, 10**5))]
    for _ in range(20):
        n1, n2 = (int(v) for v in rng.integers(5, 400, 2))
        pairs.append(((int(rng.integers(0, n1 + 1)), n1), (int(rng.integers(0, n2 + 1)), n2)))
    for ((x1, n1), (x2, n2)), confidence in itertools.product(pairs, (0.9, 0.95)):
        low, high = proportion.confint_proportions_2indep(x1, n1, x2, n2, method="newcomb", alpha=1 - confidence)
        case("newcombe", [x1, n1, x2, n2, confidence], [low, high])
        case("miettinen_nurminen", [x1, n1, x2, n2, confidence], miettinen(x1, n1, x2, n2, confidence))


def miettinen(x1, n1, x2, n2, confidence):
    """By its definition: statsmodels 0.15 misses the maximum of the likelihood (.3440 for the published .3382)."""
    z, d = stats.norm.ppf((1 + confidence) / 2), x1 / n1 - x2 / n2

    def statistic(delta):
        p1, p2 = restricted(x1, n1, x2, n2, delta)
        n = n1 + n2
        return (d - delta) ** 2 - z * z * (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * n / (n - 1)

    return [edge(statistic, end, d) for end in (-1.0, 1.0)]


def edge(statistic, end, inside):
    """Where the statistic turns positive on the way out; at the estimate itself it may be 0."""
    inside += (end - inside) * 1e-9
    return end if statistic(end) <= 0 else optimize.brentq(statistic, end, inside, xtol=1e-15, rtol=1e-14)


def restricted(x1, n1, x2, n2, delta):
    """The likeliest rates that differ by delta, as a root of the cubic that the likelihood gives."""
    n = n1 + n2
    cubic = [n, (n1 + 2 * n2) * delta - n - x1 - x2, (n2 * delta - n - 2 * x2) * delta + x1 + x2, x2 * delta * (1 - delta)]
    low, high = max(0.0, -delta), min(1.0, 1 - delta)

    def likelihood(p2):
        return special.xlogy(x1, p2 + delta) + special.xlogy(n1 - x1, 1 - p2 - delta) + special.xlogy(x2, p2) + special.xlogy(n2 - x2, 1 - p2)

    roots = [low, high] + [min(max(r.real, low), high) for r in np.roots(cubic) if abs(r.imag) < 1e-6]
    p2 = max(roots, key=lambda p: np.nan_to_num(likelihood(p), nan=-np.inf))
    for _ in range(3):  # np.roots is good to about 1e-10 near a double root
        slope = np.polyval(np.polyder(cubic), p2)
        if low < p2 < high and slope != 0:
            p2 = min(max(p2 - np.polyval(cubic, p2) / slope, low), high)
    return min(max(p2 + delta, 0.0), 1.0), p2


def paired():
    for gained, lost in ((0, 0), (1, 0), (0, 5), (5, 5), (12, 3), (1, 7), (40, 22), (500, 430)):
        case("mcnemar", [gained, lost], contingency_tables.mcnemar([[0, gained], [lost, 0]], exact=True).pvalue)
        case("sign_test", [gained, lost], stats.binom.sf(gained - 1, gained + lost, 0.5))
    for (b, c, n), confidence in itertools.product(((1, 7, 25), (0, 0, 20), (12, 3, 50), (5, 5, 10), (3, 0, 3), (8, 0, 40), (40, 22, 500), (430, 500, 10_000)), (0.9, 0.95)):
        case("tango", [b, c, n, confidence], tango(b, c, n, confidence))


def tango(b, c, n, confidence):
    """Inverts the score test; the share of losses maximises the likelihood given the difference."""
    z, d = stats.norm.ppf((1 + confidence) / 2), (b - c) / n

    def statistic(delta):
        quadratic = [2 * n, (2 * n - b + c) * delta - b - c, -c * delta * (1 - delta)]
        q = max(0.0, max(r.real for r in np.roots(quadratic)))
        check_is_likeliest(b, c, n, delta, q)
        return (b - c - n * delta) ** 2 - z * z * n * (2 * q + delta * (1 - delta))

    return [edge(statistic, end, d) for end in (-1.0, 1.0)]


def check_is_likeliest(b, c, n, delta, q):
    def likelihood(v):
        if v < 0 or v + delta < 0 or 2 * v + delta > 1:
            return -math.inf
        return special.xlogy(b, v + delta) + special.xlogy(c, v) + special.xlogy(n - b - c, 1 - 2 * v - delta)

    best = likelihood(q)
    for off in (1e-4, -1e-4):
        assert not (math.isfinite(best) and likelihood(q + off) > best + 1e-9), (b, c, n, delta, q)


def quantiles():
    for n, q in itertools.product((1, 2, 7, 30), (0.0, 0.1, 0.5, 0.95, 1.0)):
        values = [float(v) for v in rng.normal(size=n).round(3)]
        case("sample_quantile", [values, q], np.quantile(values, q))
    for n, q, confidence, side in itertools.product((1, 5, 6, 20, 59, 299, 300, 5000), (0.05, 0.5, 0.9, 0.99), (0.9, 0.95), ("low", "high", "both")):
        case("quantile_ranks", [n, q, confidence, side], quantile_ranks(n, q, confidence, side))


def quantile_ranks(n, q, confidence, side):
    error = (1 - confidence) / (2 if side == "both" else 1) + 1e-12
    ranks = np.arange(1, n + 1)
    low = ranks[stats.binom.cdf(ranks - 1, n, q) <= error]
    high = ranks[stats.binom.sf(ranks - 1, n, q) <= error]
    low = int(low[-1]) if len(low) else -1
    high = int(high[0]) if len(high) else -1
    ends = {"low": (low, n), "high": (1, high), "both": (low, high)}[side]
    return [-1, -1] if -1 in ends else ends


def two_samples():
    for n, m in ((1, 1), (3, 3), (4, 7), (8, 8), (15, 12), (30, 30), (1, 20)):
        for shift in (0.0, 0.7):
            x, y = rng.normal(shift, 1, n), rng.normal(0, 1, m)
            case("mann_whitney", [list(x), list(y)], stats.mannwhitneyu(x, y, alternative="greater", method="exact").pvalue)
    for n, m in ((5, 5), (10, 20), (40, 50), (200, 300)):
        for top in (2, 10, 1000):
            x, y = rng.integers(0, top, n) * 1.0, rng.integers(0, top, m) * 1.0
            ties = len(set(x) | set(y)) < n + m
            if ties or n * m > 900:
                p = stats.mannwhitneyu(x, y, alternative="greater", method="asymptotic").pvalue
                case("mann_whitney", [list(x), list(y)], p)
    for n, m in ((3, 3), (4, 4), (5, 9), (12, 12), (30, 30), (35, 40), (100, 80)):
        for decimals, side in itertools.product((6, 0), ("low", "both")):
            x, y = rng.normal(51, 3, n).round(decimals), rng.normal(50, 3, m).round(decimals)
            case("shift", [list(x), list(y), 0.95, side], hodges_lehmann(x, y, 0.95, side, np.subtract))
            rise = [v if math.isinf(v) else v - 1 for v in hodges_lehmann(x, y, 0.95, side, np.divide)]
            case("rise", [list(x), list(y), 0.95, side], rise)


def hodges_lehmann(x, y, confidence, side, of):
    n, m = len(x), len(y)
    pairs = np.sort(of.outer(x, y).ravel())
    error = (1 - confidence) / (2 if side == "both" else 1)
    if n * m <= 900:
        c = int(np.sum(np.cumsum(u_counts(n, m)) / math.comb(n + m, n) <= error + 1e-12))
    else:
        c = math.floor(n * m / 2 + stats.norm.ppf(error) * math.sqrt(n * m * (n + m + 1) / 12) - 0.5) + 1
    if c == 0:
        return [math.nan] * 3
    high = math.inf if side == "low" else pairs[-c]
    return [pairs[c - 1], high, np.median(pairs)]


def u_counts(n, m):
    """Coefficients of the Gaussian binomial, in whole numbers."""
    counts = [1]
    for i in range(1, n + 1):
        up = counts + [0] * (m + i)
        for j, v in enumerate(counts):
            up[j + m + i] -= v
        for j in range(i, len(up)):
            up[j] += up[j - i]
        counts = up[: i * m + 1]
    assert sum(counts) == math.comb(n + m, n)
    return [float(c) for c in counts]


def means():
    for n in (2, 5, 30, 200):
        values = rng.lognormal(0, 0.6, n)
        low, high = stats.t.interval(0.95, n - 1, values.mean(), stats.sem(values))
        case("student", [list(values), 0.95], [low, high])
    for n, name in itertools.product((10, 30, 80), ("mean", "median", "p90", "ratio")):
        bootstrap(n, name)


def bootstrap(n, name):
    """An end and its own Monte-Carlo error: the spread of scipy's over seeds."""
    values = rng.lognormal(1, 0.5, n)
    if name == "ratio":
        below = rng.uniform(1, 3, n)
        data, statistic = (values, below), lambda a, b, axis=-1: a.sum(axis) / b.sum(axis)
        given = [list(values), list(below)]
    else:
        functions = {"mean": np.mean, "median": np.median, "p90": lambda v, axis=-1: np.quantile(v, 0.9, axis=axis)}
        data, statistic, given = (values,), functions[name], [list(values)]
    runs = []
    for seed in range(12):
        found = stats.bootstrap(data, statistic, n_resamples=4000, confidence_level=0.9, method="BCa", paired=True, rng=np.random.default_rng(seed))
        runs.append(found.confidence_interval)
    runs = np.array(runs)
    case("bca_" + name, given, [*runs.mean(axis=0), *runs.std(axis=0, ddof=1)])


def clusters():
    for items, repeats in ((5, 3), (20, 5), (50, 2)):
        skill = rng.beta(4, 1, items)
        table = [[float(v) for v in rng.binomial(1, p, repeats)] for p in skill]
        values = np.array(table)
        off = values - values.mean()
        error = math.sqrt((off.sum(axis=1) ** 2).sum()) / values.size
        effect = error**2 / ((off**2).sum() / values.size**2)
        case("design", table, [error, effect, values.size / effect])
        passed = float(values.mean(axis=1).sum())
        case("clustered_rate", table, [special.betaincinv(passed, items - passed + 1, 0.05)])


def sequences():
    for (k, n), confidence in itertools.product(((0, 1), (1, 1), (0, 30), (69, 69), (19, 20), (92, 100), (450, 500), (850_000, 10**6)), (0.9, 0.95)):
        def out(p):
            return special.betaln(1 + k, 1 + n - k) - special.xlogy(k, p) - special.xlog1py(n - k, -p) + math.log(1 - confidence)
        low = 0.0 if k == 0 else optimize.brentq(out, 1e-300, k / n, xtol=1e-16, rtol=1e-14) if out(1e-300) > 0 else 0.0
        high = 1.0 if k == n else optimize.brentq(out, k / n, 1 - 1e-16, xtol=1e-16, rtol=1e-14)
        case("confidence_sequence", [k, n, confidence], [low, high])
    for rate, confidence in itertools.product((0.5, 0.85, 0.9, 0.95, 0.99), (0.9, 0.95)):
        n = next(n for n in range(1, 10_000) if (n + 1) * rate**n <= 1 - confidence)
        case("always_valid_samples", [rate, confidence], n)


def several():
    for n in (1, 2, 5, 20):
        p = rng.uniform(0, 1, n) ** 3
        case("holm", list(p), multitest.multipletests(p, method="holm")[1])
    case("holm", [0.01, 0.01, 0.5, 0.0], multitest.multipletests([0.01, 0.01, 0.5, 0.0], method="holm")[1])


def drift():
    for bins in (2, 5, 10):
        for _ in range(3):
            a, b = ([int(v) for v in rng.integers(0, 60, bins)] for _ in range(2))
            pa, pb = ((np.array(v) + 0.5) / (sum(v) + bins / 2) for v in (a, b))
            case("psi", [a, b], stats.entropy(pa, pb) + stats.entropy(pb, pa))
            from scipy.spatial import distance
            case("jensen_shannon", [a, b], distance.jensenshannon(a, b, base=2))


for part in (special_functions, rates, differences, paired, quantiles, two_samples, means, clusters, sequences, several, drift):
    part()
lines = ",\n".join(json.dumps(c) for c in cases)
# JSON knows neither infinity nor NaN; none is needed as a number.
sys.stdout.write("[\n" + lines.replace("Infinity", "null").replace("NaN", "null") + "\n]\n")
