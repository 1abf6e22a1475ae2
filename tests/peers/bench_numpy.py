"""Times of numpy for the models of `uncertainty/benches/speed.rs`, and the ratios.

    bench_numpy.py BENCH        where BENCH is the built benchmark, or
    bench_numpy.py -            to read its lines from standard input

Ten million trials each with mean, standard deviation and the shortest 95 %
interval; the median of three runs. Both programs run on the same machine, one
after the other. Nothing fails here: the ratios are read by people.
"""

import statistics
import subprocess
import sys
import time

import numpy

TRIALS = 10_000_000
P = 0.95


def summed(y):
    """What JCGM 101 wants to know of a sample."""
    mean, u = y.mean(), y.std(ddof=1)
    y.sort()
    inside = int(P * len(y) + 0.5)
    widths = y[inside:] - y[: len(y) - inside]
    shortest = int(widths.argmin())
    return mean, u, y[shortest], y[shortest + inside]


def sum_of_4(draw):
    n = draw.standard_normal
    return [n(TRIALS) + n(TRIALS) + n(TRIALS) + n(TRIALS)]


def gum_h1(draw):
    """JCGM 101, 9.5: t, arc sine, curved trapezoid and rectangles."""
    t, uniform = draw.standard_t, draw.uniform
    ls, d = 50000623.0 + 25.0 * t(18, TRIALS), 215.0 + 6.0 * t(24, TRIALS)
    d1, d2 = 4.0 * t(5, TRIALS), 7.0 * t(8, TRIALS)
    alphas = uniform(9.5e-6, 13.5e-6, TRIALS)
    theta0 = -0.1 + 0.2 * draw.standard_normal(TRIALS)
    delta = 0.5 * numpy.sin(uniform(0.0, 2.0 * numpy.pi, TRIALS))

    def ctrap(a, e):
        low = -a + e * uniform(-1.0, 1.0, TRIALS)
        return low - 2.0 * low * uniform(0.0, 1.0, TRIALS)

    dalpha, dtheta = ctrap(1e-6, 1e-7), ctrap(0.05, 0.025)
    warm = theta0 + delta
    return [(ls * (1.0 + alphas * (warm - dtheta)) + d + d1 + d2) / (1.0 + (alphas + dalpha) * warm) - 50000000.0]


def nozzle(draw):
    def normal(mean, u):
        return mean + u * draw.standard_normal(TRIALS)

    d, alpha, t = normal(0.0025, 5e-7), normal(1.6e-5, 4e-7), normal(295.2, 0.03)
    cd, c = normal(0.9905, 4e-4), normal(0.6857, 1e-4)
    p, dp, m = normal(401325.0, 35.0), normal(0.0, 12.0), normal(0.0289635, 2e-7)
    z, t0 = normal(0.99945, 3e-5), normal(294.9, 0.04)
    gas = m / (z * 8.314462618 * t0 * (1 + 0.0034 * (t - t0)))
    return [numpy.pi / 4 * d**2 * (1 + 2 * alpha * (t - 293.15)) * cd * c * (p + dp) * numpy.sqrt(gas)]


def rxz(draw):
    mean = [4.999, 0.019661, 1.04446]
    u = numpy.array([0.0032, 0.0000095, 0.00075])
    r = numpy.array([[1.0, -0.36, 0.86], [-0.36, 1.0, -0.65], [0.86, -0.65, 1.0]])
    v, i, phi = draw.multivariate_normal(mean, r * numpy.outer(u, u), TRIALS, method="cholesky").T
    z = v / i
    return [z * numpy.cos(phi), z * numpy.sin(phi), z]


MODELS = {"sum-of-4": sum_of_4, "gum-h1-t": gum_h1, "nozzle": nozzle, "rxz-3": rxz}


def numpy_seconds(model):
    times = []
    for seed in range(3):
        draw = numpy.random.default_rng(seed)
        start = time.perf_counter()
        for y in model(draw):
            summed(y)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def ours():
    if sys.argv[1] == "-":
        return sys.stdin.read()
    return subprocess.run([sys.argv[1], "--bench"], capture_output=True, text=True, check=True).stdout


def main():
    seconds = {}
    for line in ours().splitlines():
        name, number, per = line.split()
        seconds[name] = float(number)
        if name not in MODELS:
            print(f"{name:18} {float(number):.3e} {per}")
    print(f"{'model':18} {'etalon s':>9} {'numpy s':>9} {'numpy/etalon':>13}")
    for name, model in MODELS.items():
        peer = numpy_seconds(model)
        print(f"{name:18} {seconds[name]:9.3f} {peer:9.3f} {peer / seconds[name]:13.1f}")


main()
