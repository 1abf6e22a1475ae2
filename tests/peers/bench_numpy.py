"""Times of numpy for the models of `uncertainty/benches/speed.rs`, and the ratios.

    bench_numpy.py BENCH        where BENCH is the built benchmark

Ten million trials each with mean, standard deviation and the shortest 95 %
interval; the median of three runs. Both programs run on the same machine, one
after the other. Beside the time on the wall stands that of the processors, which
other programs disturb less: numpy's as it is, half of Etalon's, which has two
threads. Nothing fails here: the ratios are read by people.
"""

import resource
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
    """On the wall and of the processor."""
    walls, processors = [], []
    for seed in range(3):
        draw = numpy.random.default_rng(seed)
        wall, processor = time.perf_counter(), time.process_time()
        for y in model(draw):
            summed(y)
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return statistics.median(walls), statistics.median(processors)


def ours(name):
    """On the wall, and half of what both threads took of the processors."""

    def spent():
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    before = spent()
    command = [sys.argv[1], "--bench", name]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    # Three runs that count and one before them, on two threads.
    return float(answer.split()[1]), (spent() - before) / 4 / 2


def main():
    print(f"{'':18} {'wall':^29}   {'processor':^29}")
    print(f"{'model':18}" + 2 * f" {'etalon s':>9} {'numpy s':>9} {'ratio':>9}  ")
    for name, model in MODELS.items():
        pairs = zip(ours(name), numpy_seconds(model))
        print(f"{name:18}" + "".join(f" {we:9.3f} {peer:9.3f} {peer / we:9.1f}  " for we, peer in pairs), flush=True)


main()
