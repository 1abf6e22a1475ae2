"""Three other programs evaluate the reference cases beside Etalon.

    uncertainty_peers.py ETALON FOLDER [--change-one]

Every budget file with a model in FOLDER is evaluated by Etalon (`budget --method
gum`) and, from the same text, by GTC, uncertainties and MetroloPy. Value, combined
standard uncertainty and effective degrees of freedom are compared to 1e-9. A peer
that differs or refuses is listed in KNOWN with the reason; an entry of KNOWN that
no longer holds is a failure as well. `--change-one` shows the peers another number
than Etalon in one case, to prove that the comparison can fail.
"""

import json
import math
import pathlib
import subprocess
import sys
import tomllib
import warnings

warnings.simplefilter("ignore")

import GTC
import metrolopy
import numpy
import uncertainties
from uncertainties import umath

# Relative; every peer computes in doubles, by its own order of operations.
TOLERANCE = 1e-9

# (peer, case): reason why its answer differs or why it has none.
KNOWN = {}


def half_width_to_u(given):
    """Standard uncertainty of an input, from JCGM 101 table 1."""
    if "u" in given:
        return given["u"]
    if "U" in given:
        return given["U"] / given["k"]
    a = given.get("a", 0.0)
    return {
        "uniform": a / math.sqrt(3),
        "rectangular": a / math.sqrt(3),
        "triangular": a / math.sqrt(6),
        "arcsine": a / math.sqrt(2),
        "trapezoid": a * math.sqrt((1 + given.get("beta", 0.0) ** 2) / 6),
        "ctrap": math.sqrt(a**2 / 3 + given.get("d", 0.0) ** 2 / 9),
        "constant": 0.0,
    }[given["dist"]]


def inputs_of(case):
    """Name, estimate, standard uncertainty, degrees of freedom."""
    return [
        (i["name"], float(i["value"]), half_width_to_u(i), float(i.get("dof", math.inf)))
        for i in case["input"]
    ]


def results(case, functions, declared):
    """Values of all models, in order; a declared name wins over a function."""
    names = dict(functions, pi=math.pi, __builtins__={})
    names.update(declared)
    for model in case["model"]:
        # A name is evaluated as it stands; only the power is written differently.
        names[model["name"]] = eval(model["expr"].replace("^", "**"), names)
    return names


def by_gtc(case):
    declared = {}
    correlations = [(c["a"], c["b"], c["r"]) for c in case.get("correlation", [])]
    together = {name for pair in correlations for name in pair[:2]}
    for name, value, u, dof in inputs_of(case):
        if u == 0.0:
            declared[name] = value
        else:
            independent = name not in together
            declared[name] = GTC.ureal(value, u, dof, label=name, independent=independent)
    for a, b, r in correlations:
        GTC.set_correlation(r, declared[a], declared[b])
    functions = {f: getattr(GTC, f) for f in ("sqrt", "sin", "cos", "tan", "exp", "log", "log10", "atan2", "asin", "acos", "atan")}
    functions["abs"] = GTC.magnitude
    found = results(case, functions, declared)
    return lambda name: (GTC.value(found[name]), GTC.uncertainty(found[name]), GTC.dof(found[name]))


def by_uncertainties(case):
    known = inputs_of(case)
    values = {name: value for name, value, _, _ in known}
    names = [name for name, _, u, _ in known if u > 0.0]
    spread = {name: u for name, _, u, _ in known}
    matrix = numpy.eye(len(names))
    for c in case.get("correlation", []):
        i, j = names.index(c["a"]), names.index(c["b"])
        matrix[i, j] = matrix[j, i] = c["r"]
    if case.get("correlation"):
        pairs = [(values[name], spread[name]) for name in names]
        declared = dict(zip(names, uncertainties.correlated_values_norm(pairs, matrix)))
    else:
        declared = {name: uncertainties.ufloat(values[name], spread[name]) for name in names}
    declared.update({name: value for name, value, u, _ in known if u == 0.0})
    functions = {f: getattr(umath, f) for f in ("sqrt", "sin", "cos", "tan", "exp", "log", "log10", "atan2", "asin", "acos", "atan")}
    functions["abs"] = abs
    found = results(case, functions, declared)
    # It knows no degrees of freedom.
    return lambda name: (uncertainties.nominal_value(found[name]), uncertainties.std_dev(found[name]), None)


def by_metrolopy(case):
    known = inputs_of(case)
    declared = {name: value for name, value, u, _ in known if u == 0.0}
    uncertain = [entry for entry in known if entry[2] > 0.0]
    if case.get("correlation"):
        names = [entry[0] for entry in uncertain]
        matrix = numpy.eye(len(names))
        for c in case["correlation"]:
            i, j = names.index(c["a"]), names.index(c["b"])
            matrix[i, j] = matrix[j, i] = c["r"]
        dof = {e[3] for e in uncertain}
        made = metrolopy.gummy.create(
            [e[1] for e in uncertain], u=[e[2] for e in uncertain], correlation_matrix=matrix,
            **({} if dof == {math.inf} else {"dof": [e[3] for e in uncertain]}),
        )
        declared.update(zip(names, made))
    else:
        for name, value, u, dof in uncertain:
            declared[name] = metrolopy.gummy(value, u=u, dof=dof)
    functions = {f: getattr(numpy, f) for f in ("sqrt", "sin", "cos", "tan", "exp", "log", "log10")}
    functions |= {"atan2": numpy.arctan2, "asin": numpy.arcsin, "acos": numpy.arccos, "atan": numpy.arctan, "abs": abs}
    found = results(case, functions, declared)
    return lambda name: (float(found[name].x), float(found[name].u), float(found[name].dof))


PEERS = {"GTC": by_gtc, "uncertainties": by_uncertainties, "MetroloPy": by_metrolopy}


def ours(etalon, path):
    command = [etalon, "budget", str(path), "--method", "gum", "--format", "json"]
    answer = subprocess.run(command, capture_output=True, text=True)
    if answer.returncode != 0:
        sys.exit(f"{path.name}: {answer.stderr}")
    return json.loads(answer.stdout)


def difference(mine, theirs, u):
    """What differs, in words; empty where nothing does."""
    value, spread, dof = theirs
    words = []
    if abs(value - mine["value"]) > TOLERANCE * max(abs(mine["value"]), u):
        words.append(f"value {value!r}, ours {mine['value']!r}")
    if abs(spread - mine["u"]) > TOLERANCE * max(mine["u"], spread):
        words.append(f"u {spread!r}, ours {mine['u']!r}")
    known = mine["dof_eff"] if mine["dof_eff"] is not None else math.inf
    # MetroloPy rounds what is close to a whole number; beyond 1e6 all are infinite.
    if dof is not None and mine["u"] > 0.0 and min(dof, known) < 1e6 and abs(dof / known - 1.0) > 1e-6:
        words.append(f"dof {dof!r}, ours {known!r}")
    return "; ".join(words)


def main():
    etalon, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    compared, agreed, faults = 0, {peer: 0 for peer in PEERS}, []
    for path in sorted(folder.glob("*.toml")):
        case = tomllib.loads(path.read_text(encoding="utf-8"))
        if "model" not in case or "input" not in case or any("component" in i for i in case["input"]):
            continue
        compared += 1
        if "--change-one" in sys.argv and compared == 1:
            case["input"][0]["value"] *= 1.001
        outputs = ours(etalon, path)["outputs"]
        for peer, evaluate in PEERS.items():
            try:
                found = evaluate(case)
                words = "; ".join(filter(None, (difference(o, found(o["name"]), o["u"]) for o in outputs)))
            except Exception as refusal:
                words = f"refused: {type(refusal).__name__}: {refusal}"
            known = KNOWN.get((peer, path.stem))
            if not words:
                agreed[peer] += 1
                if known:
                    faults.append(f"{peer} on {path.stem} agrees, against what KNOWN says: {known}")
            elif known:
                print(f"{path.stem}: {peer} differs, as known ({known}): {words}")
            else:
                faults.append(f"{peer} on {path.stem}: {words}")
    print(f"{compared} cases; agreed: {agreed}")
    for fault in faults:
        print(fault)
    if faults or compared < 20 or min(agreed.values()) < 20:
        sys.exit(1)


main()
