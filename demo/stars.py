#!/usr/bin/env python3
"""What the brightest stars tell: neighbours, colours, numbers and clustering.

Reads a catalogue of stars (CSV, see brightest-stars.csv) and writes, in the output folder:

    nearest-neighbours.csv   for every star its nearest neighbour on the sky
    summary.txt              the findings, in words and figures
    sky-map.svg              the whole sky, every star joined to its nearest neighbour
    colour-magnitude.svg     absolute magnitude against colour (Hertzsprung-Russell diagram)
    magnitudes.svg           how many stars are brighter than a magnitude
    clustering.svg           do the stars cluster? the angular correlation against random skies
    report.html              all of it on one page that needs nothing else

The expensive part compares the sky with many random skies and is spread over the granted cores.
The results depend on the catalogue, --skies and --seed only, not on the number of cores.

Needs Python 3.9 or newer and nothing else: no packages, no network, no shared memory.
Exit codes: 0 done, 1 the results cannot be written, 2 bad input or usage, 128 + n stopped by signal n.
"""

from __future__ import annotations

import argparse
import csv
import html
import math
import os
import random
import signal
import sys
import time
from bisect import bisect_left
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import wait
from typing import Callable, Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple

Vector = Tuple[float, float, float]

# --------------------------------------------------------------------------------------------------
# The catalogue
# --------------------------------------------------------------------------------------------------

COLUMNS = (
    "name",
    "designation",
    "constellation",
    "hip",
    "ra_deg",
    "dec_deg",
    "v_mag",
    "b_v",
    "parallax_mas",
    "parallax_error_mas",
)


class BadInput(Exception):
    """The catalogue or an argument cannot be used; the text is for the user."""


class Stopped(Exception):
    """A signal asked the program to end; `number` is the signal's."""

    def __init__(self, number: int):
        super().__init__(number)
        self.number = number


class Star(NamedTuple):
    """One row of the catalogue. Angles in degrees (ICRS, J2000), parallaxes in milliarcseconds."""

    name: str
    designation: str
    constellation: str
    hip: int
    ra: float
    dec: float
    v: float
    bv: float
    parallax: Optional[float]
    parallax_error: Optional[float]

    @property
    def label(self) -> str:
        return self.name or self.designation

    @property
    def full(self) -> str:
        return f"{self.name} ({self.designation})" if self.name else self.designation

    @property
    def distance(self) -> Optional[float]:
        """Parsec; None where the parallax is unknown or less than three times its error."""
        if self.parallax is None or self.parallax_error is None:
            return None
        if self.parallax <= 0 or self.parallax < 3 * self.parallax_error:
            return None
        return 1000.0 / self.parallax

    @property
    def absolute(self) -> Optional[float]:
        """Absolute visual magnitude, without a correction for interstellar dust."""
        d = self.distance
        return None if d is None else self.v + 5 - 5 * math.log10(d)


def read_catalogue(path: str) -> List[Star]:
    """The stars of a CSV file, brightest first; lines that start with # are comments."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            lines = [(n, line) for n, line in enumerate(file, 1) if line.strip() and not line.startswith("#")]
    except OSError as e:
        raise BadInput(f"cannot read {path}: {e.strerror or e}") from None
    except UnicodeDecodeError:
        raise BadInput(f"cannot read {path}: it is not UTF-8 text") from None
    if not lines:
        raise BadInput(f"{path} holds no catalogue: there is no header line")
    rows = csv.reader(line for _, line in lines)
    header = next(rows)
    missing = [c for c in COLUMNS if c not in header]
    if missing:
        raise BadInput(f"{path}, line {lines[0][0]}: no column {', '.join(missing)}")
    at = {c: header.index(c) for c in COLUMNS}
    stars: List[Star] = []
    seen: Dict[int, int] = {}
    for (number, _), row in zip(lines[1:], rows):
        where = f"{path}, line {number}"
        if len(row) != len(header):
            raise BadInput(f"{where}: {len(row)} fields where the header has {len(header)}")

        def figure(column: str, low: float, high: float, optional: bool = False) -> Optional[float]:
            text = row[at[column]].strip()
            if optional and not text:
                return None
            try:
                value = float(text)
            except ValueError:
                raise BadInput(f"{where}: {column} is {text!r}, not a number") from None
            if not low <= value <= high:
                raise BadInput(f"{where}: {column} is {text}, outside {low:g} to {high:g}")
            return value

        hip = int(figure("hip", 1, 1e7) or 0)
        if hip in seen:
            raise BadInput(f"{where}: HIP {hip} is on line {seen[hip]} already")
        seen[hip] = number
        stars.append(
            Star(
                row[at["name"]].strip(),
                row[at["designation"]].strip() or f"HIP {hip}",
                row[at["constellation"]].strip(),
                hip,
                (figure("ra_deg", 0, 360) or 0.0) % 360.0,
                figure("dec_deg", -90, 90) or 0.0,
                figure("v_mag", -30, 30) or 0.0,
                figure("b_v", -1, 6) or 0.0,
                figure("parallax_mas", -100, 1000, optional=True),
                figure("parallax_error_mas", 0, 1000, optional=True),
            )
        )
    if len(stars) < 3:
        raise BadInput(f"{path} holds {len(stars)} stars: at least 3 are needed")
    return sorted(stars, key=lambda s: (s.v, s.hip))


# --------------------------------------------------------------------------------------------------
# The sphere
# --------------------------------------------------------------------------------------------------


def unit_vector(ra: float, dec: float) -> Vector:
    """Degrees to a vector of length 1."""
    a, d = math.radians(ra), math.radians(dec)
    return (math.cos(d) * math.cos(a), math.cos(d) * math.sin(a), math.sin(d))


def spherical(v: Vector) -> Tuple[float, float]:
    """A vector to degrees: longitude in [0, 360), latitude."""
    return math.degrees(math.atan2(v[1], v[0])) % 360.0, math.degrees(math.atan2(v[2], math.hypot(v[0], v[1])))


def separation(a: Vector, b: Vector) -> float:
    """Great-circle distance in degrees; exact for the closest pairs and for opposite points too."""
    cx = a[1] * b[2] - a[2] * b[1]
    cy = a[2] * b[0] - a[0] * b[2]
    cz = a[0] * b[1] - a[1] * b[0]
    return math.degrees(math.atan2(math.sqrt(cx * cx + cy * cy + cz * cz), a[0] * b[0] + a[1] * b[1] + a[2] * b[2]))


# Rotation from equatorial (ICRS) to Galactic axes: Hipparcos Catalogue, vol. 1, equation 1.5.11.
_GALACTIC = (
    (-0.0548755604, -0.8734370902, -0.4838350155),
    (0.4941094279, -0.4448296300, 0.7469822445),
    (-0.8676661490, -0.1980763734, 0.4559837762),
)


def to_galactic(v: Vector) -> Vector:
    x, y, z = (row[0] * v[0] + row[1] * v[1] + row[2] * v[2] for row in _GALACTIC)
    return (x, y, z)


def from_galactic(v: Vector) -> Vector:
    x, y, z = (sum(_GALACTIC[i][j] * v[i] for i in range(3)) for j in range(3))
    return (x, y, z)


def hammer(lon: float, lat: float) -> Tuple[float, float]:
    """Hammer's equal-area projection: longitude -180..180, latitude, to x in -2..2, y in -1..1."""
    l, b = math.radians(lon), math.radians(lat)
    w = math.sqrt(1 + math.cos(b) * math.cos(l / 2))
    return 2 * math.cos(b) * math.sin(l / 2) / w, math.sin(b) / w


class Neighbour(NamedTuple):
    index: int
    separation: float


def nearest_neighbours(vectors: Sequence[Vector]) -> List[Neighbour]:
    """For every point the nearest other one; of equally near ones the first."""
    found = []
    for i, a in enumerate(vectors):
        best = min((separation(a, b), j) for j, b in enumerate(vectors) if j != i)
        found.append(Neighbour(best[1], best[0]))
    return found


# --------------------------------------------------------------------------------------------------
# Clustering: the sky against random skies
# --------------------------------------------------------------------------------------------------

# Edges, in degrees, of the bins of separation.
EDGES = (0, 2, 4, 6, 8, 10, 12.5, 15, 20, 25, 30, 40, 50, 60, 75, 90, 110, 130, 150, 180)
# Pairs nearer than this count as "close" in the one-number test.
CLOSE = 10
# 1 - cos(edge), so that a bin is found without an arc cosine.
_CUTS = [1 - math.cos(math.radians(e)) for e in EDGES]

KINDS = ("isotropic", "milky-way")


class Count(NamedTuple):
    """What is measured on one sky: pairs per bin, and the mean distance to the nearest neighbour."""

    pairs: Tuple[int, ...]
    nearest: float


def count_pairs(vectors: Sequence[Vector]) -> Count:
    n = len(vectors)
    xs, ys, zs = zip(*vectors)
    below = [0] * len(EDGES)
    nearest = 0.0
    for i in range(n):
        x, y, z = vectors[i]
        row = sorted([1.0 - x * a - y * b - z * c for a, b, c in zip(xs, ys, zs)])
        # row[0] is the point itself.
        nearest += math.acos(max(-1.0, 1.0 - row[1]))
        for k in range(1, len(_CUTS) - 1):
            below[k] += bisect_left(row, _CUTS[k]) - 1
    below[-1] = n * (n - 1)
    # Every pair was met twice.
    pairs = tuple((below[k + 1] - below[k]) // 2 for k in range(len(EDGES) - 1))
    return Count(pairs, math.degrees(nearest / n))


def random_sky(kind: str, latitudes: Sequence[float], rng: random.Random) -> List[Vector]:
    """As many points as there are stars.

    isotropic: anywhere on the sphere with equal chance. milky-way: each star keeps its distance from
    the Galactic plane, given in radians, and gets any Galactic longitude; what clusters still is more
    than the band of the Milky Way.
    """
    sky = []
    for latitude in latitudes:
        longitude = 2 * math.pi * rng.random()
        z = 2 * rng.random() - 1 if kind == "isotropic" else math.sin(latitude)
        r = math.sqrt(max(0.0, 1 - z * z))
        sky.append((r * math.cos(longitude), r * math.sin(longitude), z))
    return sky


def count_sky(index: int, skies: int, seed: int, latitudes: Sequence[float]) -> Count:
    """Random sky number `index`; the first half of `skies` are isotropic. The same on every machine."""
    kind = KINDS[0] if index < (skies + 1) // 2 else KINDS[1]
    return count_pairs(random_sky(kind, latitudes, random.Random(f"{seed}/{index}")))


def hold_signals(on: bool) -> None:
    """Keeps SIGTERM and SIGINT waiting, so that a worker is born either wholly or not at all."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK if on else signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT})


def _work(pipe, inherited, skies: int, seed: int, latitudes: Sequence[float]) -> None:
    """A worker: receives ranges of sky numbers, answers with counts, ends with its parent."""
    # Stop: at once. Interrupt from a terminal: the parent decides.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    hold_signals(False)
    # A fork holds its elder siblings' pipes too, and would keep them alive past the parent's end.
    for other in inherited:
        other.close()
    try:
        while True:
            first, last = pipe.recv()
            pipe.send((first, [count_sky(i, skies, seed, latitudes) for i in range(first, last)]))
    except (EOFError, OSError):
        os._exit(0)


def count_skies(
    skies: int, seed: int, latitudes: Sequence[float], cores: int, progress: Callable[[int], None]
) -> List[Count]:
    """Counts all random skies on `cores` processes, in order. Pipes only: no semaphores, no /dev/shm.

    A worker that dies is replaced by the others, at last by this process.
    """
    done: List[Optional[Count]] = [None] * skies
    finished = 0
    step = max(1, min(10, skies // (4 * cores) or 1))
    ranges = [(i, min(i + step, skies)) for i in range(0, skies, step)]
    ranges.reverse()
    workers: Dict[object, Tuple[object, Tuple[int, int]]] = {}
    method = "fork" if "fork" in get_all_start_methods() else "spawn"
    context = get_context(method)

    def give(pipe, process) -> bool:
        """Hands the next range to a worker, or lets it go."""
        if ranges:
            work = ranges.pop()
            try:
                pipe.send(work)
                workers[pipe] = (process, work)
                return True
            except OSError:
                ranges.append(work)
        workers.pop(pipe, None)
        pipe.close()
        process.join()
        return False

    try:
        if cores > 1:
            for _ in range(min(cores, len(ranges))):
                hold_signals(True)
                try:
                    ours, theirs = context.Pipe()
                    inherited = [ours, *workers] if method == "fork" else []
                    process = context.Process(
                        target=_work, args=(theirs, inherited, skies, seed, latitudes), daemon=True
                    )
                    process.start()
                    theirs.close()
                    give(ours, process)
                except OSError as e:
                    say(f"        one worker less: {e.strerror or e}")
                    break
                finally:
                    hold_signals(False)
        while workers:
            for pipe in wait(list(workers)):
                process, work = workers[pipe]
                try:
                    first, counts = pipe.recv()
                except (EOFError, OSError):
                    say(f"        a worker was lost; skies {work[0] + 1} to {work[1]} are counted again")
                    ranges.append(work)
                    del workers[pipe]
                    pipe.close()
                    process.join()
                    continue
                done[first : first + len(counts)] = counts
                finished += len(counts)
                progress(finished)
                give(pipe, process)
        while ranges:
            first, last = ranges.pop()
            for i in range(first, last):
                done[i] = count_sky(i, skies, seed, latitudes)
            finished += last - first
            progress(finished)
    finally:
        for pipe, (process, _) in workers.items():
            process.terminate()
            process.join()
            pipe.close()
    return [c for c in done if c is not None]


class Clustering(NamedTuple):
    """Per bin: w = pairs seen / pairs expected on an even sky - 1, and the middle 95 % of random skies."""

    w: List[float]
    isotropic: List[Tuple[float, float]]
    milky_way: List[Tuple[float, float]]
    milky_way_mean: List[float]
    close: int
    close_random: Tuple[float, float]
    chance: Tuple[float, float]
    nearest: float
    nearest_random: Tuple[float, float]


def expected_pairs(n: int) -> List[float]:
    """Pairs per bin for n points spread evenly over the sphere."""
    return [n * (n - 1) / 2 * (_CUTS[k + 1] - _CUTS[k]) / 2 for k in range(len(EDGES) - 1)]


def quantile(values: Sequence[float], q: float) -> float:
    ordered = sorted(values)
    at = q * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def clustering(real: Count, counts: Sequence[Count], n: int) -> Clustering:
    half = (len(counts) + 1) // 2
    groups = (counts[:half], counts[half:])
    expected = expected_pairs(n)
    near = EDGES.index(CLOSE)
    bands, means, close_means, chances, nearest_means = [], [], [], [], []
    close = sum(real.pairs[:near])
    for group in groups:
        bands.append([])
        means.append([])
        for k, e in enumerate(expected):
            values = [c.pairs[k] / e - 1 for c in group]
            bands[-1].append((quantile(values, 0.025), quantile(values, 0.975)))
            means[-1].append(sum(values) / len(values))
        closes = [sum(c.pairs[:near]) for c in group]
        close_means.append(sum(closes) / len(closes))
        chances.append((1 + sum(c >= close for c in closes)) / (1 + len(closes)))
        nearest_means.append(sum(c.nearest for c in group) / len(group))
    return Clustering(
        [p / e - 1 for p, e in zip(real.pairs, expected)],
        bands[0],
        bands[1],
        means[1],
        close,
        (close_means[0], close_means[1]),
        (chances[0], chances[1]),
        real.nearest,
        (nearest_means[0], nearest_means[1]),
    )


# --------------------------------------------------------------------------------------------------
# Numbers and colours
# --------------------------------------------------------------------------------------------------


def count_slope(magnitudes: Sequence[float], limit: float) -> Tuple[float, float]:
    """Slope of log10 N(<V) against V by maximum likelihood, for a catalogue complete to `limit`,
    with its standard error. Stars spread evenly through space would give 0.6."""
    deeper = [limit - v for v in magnitudes if v < limit]
    mean = sum(deeper) / len(deeper)
    slope = math.log10(math.e) / mean
    return slope, slope / math.sqrt(len(deeper))


def temperature(bv: float) -> float:
    """Kelvin, from B-V, for a star that shines like a black body (Ballesteros 2012, EPL 97, 34008).

    Good to a tenth up to about 10,000 K; hotter stars are hotter than it says.
    """
    return 4600 * (1 / (0.92 * bv + 1.7) + 1 / (0.92 * bv + 0.62))


# What the eye would see, a little stronger: B-V and red, green, blue.
_TINTS = (
    (-0.40, (140, 172, 255)),
    (-0.10, (168, 194, 255)),
    (0.10, (203, 220, 255)),
    (0.35, (244, 245, 255)),
    (0.60, (255, 244, 214)),
    (0.85, (255, 226, 168)),
    (1.15, (255, 200, 124)),
    (1.50, (255, 164, 92)),
    (1.90, (255, 118, 72)),
)


def tint(bv: float) -> str:
    """The colour of a star, as #rrggbb."""
    if bv <= _TINTS[0][0]:
        rgb: Sequence[float] = _TINTS[0][1]
    elif bv >= _TINTS[-1][0]:
        rgb = _TINTS[-1][1]
    else:
        k = next(i for i in range(1, len(_TINTS)) if bv < _TINTS[i][0])
        (low, a), (high, b) = _TINTS[k - 1], _TINTS[k]
        t = (bv - low) / (high - low)
        rgb = [p + t * (q - p) for p, q in zip(a, b)]
    return "#" + "".join(f"{round(c):02x}" for c in rgb)


def angle(degrees: float) -> str:
    """An angle in the unit that suits it."""
    if degrees < 1 / 60:
        return f"{degrees * 3600:.1f}″"
    if degrees < 1:
        return f"{degrees * 60:.1f}′"
    return f"{degrees:.2f}°"


def light_years(parsec: float) -> str:
    ly = parsec * 3.261564
    return f"{ly:.1f} light-years" if ly < 100 else f"{round(ly, -1):,.0f} light-years"


# --------------------------------------------------------------------------------------------------
# Findings
# --------------------------------------------------------------------------------------------------


class Findings(NamedTuple):
    stars: List[Star]
    vectors: List[Vector]
    neighbours: List[Neighbour]
    clustering: Clustering
    slope: Tuple[float, float]
    limit: float
    plane: Tuple[int, float]
    skies: int
    seed: int

    def brightest(self) -> Star:
        return self.stars[0]

    def reddest(self) -> Star:
        return max(self.stars, key=lambda s: s.bv)

    def bluest(self) -> Star:
        return min(self.stars, key=lambda s: s.bv)

    def pairs(self) -> List[Tuple[int, int, float]]:
        """Pairs that are each other's nearest neighbour, closest first."""
        mutual = [
            (i, n.index, n.separation)
            for i, n in enumerate(self.neighbours)
            if i < n.index and self.neighbours[n.index].index == i
        ]
        return sorted(mutual, key=lambda p: p[2])

    def loneliest(self) -> int:
        return max(range(len(self.stars)), key=lambda i: self.neighbours[i].separation)

    def nearest_to_us(self) -> Star:
        """Only where the distance is known to a fiftieth or better."""
        sure = [s for s in self.stars if s.distance and (s.parallax or 0) >= 50 * (s.parallax_error or 0)]
        return min(sure, key=lambda s: s.distance or 0, default=self.stars[0])

    def most_luminous(self) -> Star:
        """Only where the distance is known to a fifth or better."""
        sure = [s for s in self.stars if s.absolute is not None and (s.parallax or 0) >= 5 * (s.parallax_error or 0)]
        return min(sure, key=lambda s: s.absolute or 0, default=self.stars[0])


def gap(a: Star, b: Star) -> Optional[float]:
    """Distance in space between two stars, in parsec."""
    if a.distance is None or b.distance is None:
        return None
    u, v = unit_vector(a.ra, a.dec), unit_vector(b.ra, b.dec)
    return math.sqrt(sum((a.distance * p - b.distance * q) ** 2 for p, q in zip(u, v)))


def facts(f: Findings) -> List[Tuple[str, str, str]]:
    """The findings as (what, who, how much)."""
    i, j, near = f.pairs()[0]
    a, b = f.stars[i], f.stars[j]
    lonely = f.loneliest()
    other = f.stars[f.neighbours[lonely].index]
    home, bright = f.nearest_to_us(), f.most_luminous()
    red, blue = f.reddest(), f.bluest()
    rows = [
        ("brightest", f.brightest().full, f"V = {minus(f.brightest().v, 2)}"),
        ("reddest", red.full, f"B−V = {minus(red.bv, 2)}"),
        ("bluest", blue.full, f"B−V = {minus(blue.bv, 2)}"),
        ("closest pair", f"{a.label} and {b.label}", f"{angle(near)} apart"),
        ("loneliest", f.stars[lonely].full, f"{angle(f.neighbours[lonely].separation)} to {other.label}"),
    ]
    if home.distance:
        rows.append(("nearest to us", home.full, light_years(home.distance)))
    if bright.absolute is not None and bright.distance is not None:
        power = 10 ** (0.4 * (4.83 - bright.absolute))
        rows.append(
            (
                "most luminous",
                bright.full,
                f"{float(f'{power:.2g}'):,.0f} Suns in visible light, {light_years(bright.distance)} away",
            )
        )
    return rows


def verdict(f: Findings) -> List[str]:
    """The numbers about numbers and clustering, in sentences."""
    c = f.clustering
    n = len(f.stars)
    count, share = f.plane
    half = (f.skies + 1) // 2

    def odds(chance: float, of: int) -> str:
        return f"in none of {of}" if chance <= 1.0000001 / (of + 1) else f"in {round(chance * (of + 1) - 1)} of {of}"

    return [
        f"Going one magnitude fainter multiplies the number of stars by {10 ** f.slope[0]:.2f}: "
        f"log N grows by {f.slope[0]:.3f} ± {f.slope[1]:.3f} per magnitude, "
        "where stars spread evenly through space would give 0.600.",
        f"{count} of {n} stars ({100 * count / n:.0f} %) lie within 15° of the plane of the Milky Way, "
        f"which covers {100 * share:.0f} % of the sky.",
        f"{c.close:,} pairs are nearer than {CLOSE}°; an even sky would have {c.close_random[0]:,.0f}. "
        f"As many came up {odds(c.chance[0], half)} random skies.",
        f"The Milky Way's band alone would give {c.close_random[1]:,.0f}; as many came up "
        f"{odds(c.chance[1], f.skies - half)} skies that keep it. "
        + (
            "What is left points to families of stars born together, as in Orion, Scorpius and the Hyades."
            if c.chance[1] < 0.05
            else "The band may be all there is to it."
        ),
        f"On average the nearest neighbour is {c.nearest:.2f}° away (even sky: {c.nearest_random[0]:.2f}°).",
    ]


def columns(rows: Sequence[Sequence[str]], gap_width: int = 3) -> List[str]:
    widths = [max(len(r[k]) for r in rows) for k in range(len(rows[0]))]
    return [(" " * gap_width).join(cell.ljust(w) for cell, w in zip(r, widths)).rstrip() for r in rows]


def write_summary(f: Findings) -> str:
    lines = [f"The {len(f.stars)} brightest stars of the sky, down to V = {f.stars[-1].v:.2f}", ""]
    lines += ["  " + line for line in columns(facts(f))]
    lines += ["", "Numbers", ""]
    for sentence in verdict(f):
        lines += wrap(sentence, 92, "  - ", "    ")
    lines += ["", "Closest pairs on the sky", ""]
    table = [("", "", "apart", "distance of each (pc)", "")]
    for i, j, s in f.pairs()[:12]:
        a, b = f.stars[i], f.stars[j]
        apart = gap(a, b)
        kin = ""
        if apart is not None:
            kin = "neighbours in space" if apart < 10 else "one far behind the other" if apart > 40 else ""
        both = [f"{x.distance:.1f}" if x.distance else "?" for x in (a, b)]
        table.append((a.full, b.full, angle(s), f"{both[0]} and {both[1]}", kin))
    lines += ["  " + line for line in columns(table)]
    lines += [
        "",
        f"From {f.skies} random skies, seed {f.seed}. Absolute magnitudes leave out interstellar dust.",
        "Distances from parallaxes with an error of a third or more are not used; a nearly equal",
        "distance of two far stars can hide a gap of many parsec.",
    ]
    return "\n".join(lines) + "\n"


def wrap(text: str, width: int, first: str, rest: str) -> List[str]:
    lines, line = [], first
    for word in text.split():
        if len(line) + len(word) > width and line.strip():
            lines.append(line.rstrip())
            line = rest
        line += word + " "
    return lines + [line.rstrip()]


def write_neighbours(f: Findings) -> str:
    out = [
        "hip,name,designation,constellation,v_mag,distance_pc,"
        "neighbour_hip,neighbour_name,neighbour_designation,separation_deg,mutual,gap_pc"
    ]
    for i, star in enumerate(f.stars):
        n = f.neighbours[i]
        other = f.stars[n.index]
        apart = gap(star, other)
        cells = [
            str(star.hip),
            star.name,
            star.designation,
            star.constellation,
            f"{star.v:.2f}",
            f"{star.distance:.2f}" if star.distance else "",
            str(other.hip),
            other.name,
            other.designation,
            f"{n.separation:.5f}",
            "yes" if f.neighbours[n.index].index == i else "no",
            "" if apart is None else f"{apart:.2f}",
        ]
        out.append(",".join('"' + c.replace('"', '""') + '"' if set(c) & set(',"\n') else c for c in cells))
    return "\n".join(out) + "\n"


# --------------------------------------------------------------------------------------------------
# Drawing
# --------------------------------------------------------------------------------------------------

NIGHT, PANEL, GRID, INK, DIM, ACCENT = "#0b1022", "#10172e", "#27314f", "#e8edf9", "#94a1c0", "#7fd1c7"
FONT = "'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif"

# Keeps a label readable where it crosses a line.
HALO = f'stroke="{PANEL}" stroke-width="2.5" stroke-linejoin="round" paint-order="stroke"'

Box = Tuple[float, float, float, float]


class Picture:
    """An SVG under construction, with a memory of where labels and marks are."""

    def __init__(self, width: float, height: float, title: str, description: str):
        self.width, self.height = width, height
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
            f'height="{height:g}" role="img" font-family="{FONT}">',
            f"<title>{html.escape(title)}</title>",
            f"<desc>{html.escape(description)}</desc>",
            f'<rect width="{width:g}" height="{height:g}" fill="{NIGHT}"/>',
        ]
        self.taken: List[Box] = []

    def add(self, part: str) -> None:
        self.parts.append(part)

    def text(
        self, x: float, y: float, text: str, size: float = 13, fill: str = INK, anchor: str = "start", more: str = ""
    ) -> None:
        self.add(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{fill}" text-anchor="{anchor}"'
            f"{' ' + more if more else ''}>{html.escape(text)}</text>"
        )

    def line(
        self, x1: float, y1: float, x2: float, y2: float, stroke: str = GRID, width: float = 1, more: str = ""
    ) -> None:
        self.add(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}" '
            f'stroke-width="{width:g}"{" " + more if more else ""}/>'
        )

    def path(self, points: Sequence[Tuple[float, float]], more: str) -> None:
        self.add(f'<path d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in points)}" {more}/>')

    def star(self, x: float, y: float, r: float, bv: float, tip: str, glow: bool = False) -> None:
        colour = tint(bv)
        halo = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r * 2.3:.1f}" fill="{colour}" opacity="0.16"/>' if glow else ""
        self.add(
            f'<g>{halo}<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.2f}" fill="{colour}"/>'
            f"<title>{html.escape(tip)}</title></g>"
        )

    def keep_off(self, x: float, y: float, r: float) -> None:
        self.taken.append((x - r, y - r, x + r, y + r))

    def label(
        self,
        x: float,
        y: float,
        r: float,
        text: str,
        inside: Callable[[Box], bool],
        size: float = 11,
        fill: str = INK,
        reach: Sequence[float] = (3, 8, 14),
    ) -> bool:
        """Writes a name beside a mark where nothing else is; False when there is no room."""
        w, h = text_width(text, size), size * 0.95
        for extra in reach:
            d = r + extra
            e = d * 0.72
            for left, top in (
                (x + d, y - h / 2),
                (x - d - w, y - h / 2),
                (x + e, y - e - h),
                (x + e, y + e),
                (x - e - w, y - e - h),
                (x - e - w, y + e),
                (x - w / 2, y - d - h),
                (x - w / 2, y + d),
            ):
                box = (left - 1.5, top - 1, left + w + 1.5, top + h + 1)
                if not inside(box) or any(overlap(box, other) for other in self.taken):
                    continue
                self.taken.append(box)
                if extra > 6:
                    tx = min(max(x, left), left + w)
                    ty = min(max(y, top), top + h)
                    far = math.hypot(tx - x, ty - y) or 1
                    k = (r + 1) / far
                    self.line(x + (tx - x) * k, y + (ty - y) * k, tx, ty, DIM, 0.6)
                self.text(left, top + h * 0.84, text, size, fill, more=HALO)
                return True
        return False

    def svg(self) -> str:
        return "\n".join(self.parts) + "\n</svg>\n"


def overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def text_width(text: str, size: float) -> float:
    """An upper estimate, for any of the fonts asked for."""
    narrow = sum(c in "iljtfr.,'I| ¹" for c in text)
    return size * (0.64 * len(text) - 0.24 * narrow)


def radius(v: float, scale: float = 1.0) -> float:
    """Of a star's disc on the map: each magnitude a fixed factor."""
    return scale * 1.25 * 10 ** (0.145 * (3.8 - max(v, -2.0)))


def tip(star: Star) -> str:
    far = f", {light_years(star.distance)}" if star.distance else ""
    return f"{star.full}: V {minus(star.v, 2)}, B−V {minus(star.bv, 2)}{far}"


def draw_sky(f: Findings) -> str:
    width, height = 1400, 830
    cx, cy, scale = 700.0, 442.0, 325.0
    # Right ascension 12 h in the middle, growing to the left, as the sky is seen from below.
    middle = 180.0

    def at(ra: float, dec: float) -> Tuple[float, float]:
        x, y = hammer((ra - middle + 180) % 360 - 180, dec)
        return cx - scale * x, cy - scale * y

    def runs(points: Iterable[Vector]) -> List[List[Tuple[float, float]]]:
        """Projects a curve and cuts it where it leaves the map on one side and returns on the other."""
        result: List[List[Tuple[float, float]]] = [[]]
        for v in points:
            p = at(*spherical(v))
            if result[-1] and math.hypot(p[0] - result[-1][-1][0], p[1] - result[-1][-1][1]) > 90:
                result.append([])
            result[-1].append(p)
        return [r for r in result if len(r) > 1]

    edge = [at(middle + 179.999, -90 + d) for d in range(0, 181, 2)]
    edge += [at(middle - 179.999, 90 - d) for d in range(0, 181, 2)]
    p = Picture(
        width,
        height,
        f"The {len(f.stars)} brightest stars and their nearest neighbours",
        "The whole sky in Hammer's equal-area projection; discs grow with brightness, colours follow B-V, "
        "lines lead to the nearest neighbour.",
    )
    outline = "L".join(f"{x:.1f} {y:.1f}" for x, y in edge)
    p.add(f'<clipPath id="sky"><path d="M{outline}Z"/></clipPath>')
    p.add(f'<path d="M{outline}Z" fill="{PANEL}"/>')
    p.add('<g clip-path="url(#sky)">')

    # The Milky Way: three bands about the Galactic equator, each a row of cells. Hammer's formula goes
    # on smoothly past the rim of the map, so a cell that crosses it is drawn on both sides.
    for half_width, opacity in ((15, 0.07), (9, 0.07), (4, 0.08)):
        cells = []
        for l in range(0, 360, 3):
            ring = [(l, -half_width), (l + 1.6, -half_width), (l + 3.2, -half_width)]
            ring += [(lon, -lat) for lon, lat in reversed(ring)]
            corners = [spherical(from_galactic(unit_vector(lon, lat))) for lon, lat in ring]
            first = (corners[0][0] - middle + 180) % 360 - 180
            turned = [(first + (ra - corners[0][0] + 180) % 360 - 180, dec) for ra, dec in corners]
            for shift in (0, 360, -360):
                moved = [(ra + shift, dec) for ra, dec in turned]
                if min(abs(ra) for ra, _ in moved) < 180:
                    points = [hammer(ra, dec) for ra, dec in moved]
                    cells.append("M" + "L".join(f"{cx - scale * x:.1f} {cy - scale * y:.1f}" for x, y in points) + "Z")
        p.add(f'<path d="{"".join(cells)}" fill="#b9c8f5" fill-opacity="{opacity}"/>')
    for dec in range(-60, 61, 30):
        for run in runs(unit_vector(middle - 179.99 + 359.98 * k / 180, dec) for k in range(181)):
            p.path(run, f'fill="none" stroke="{GRID}" stroke-width="{1.3 if dec == 0 else 0.8}"')
    for hour in range(0, 24, 3):
        ra = hour * 15 if hour else 0.001
        for run in runs(unit_vector(ra, -90 + k) for k in range(0, 181, 2)):
            p.path(run, f'fill="none" stroke="{GRID}" stroke-width="0.8"')
    obliquity = math.radians(23.4392911)
    ecliptic = [
        (math.cos(a), math.sin(a) * math.cos(obliquity), math.sin(a) * math.sin(obliquity))
        for a in (math.radians(k) for k in range(0, 361, 2))
    ]
    for run in runs(ecliptic):
        p.path(run, 'fill="none" stroke="#d9b35b" stroke-width="1.1" stroke-dasharray="2 5" stroke-opacity="0.75"')

    places = [at(s.ra, s.dec) for s in f.stars]
    for i, n in enumerate(f.neighbours):
        mutual = f.neighbours[n.index].index == i
        if mutual and n.index < i:
            continue
        a, b = f.vectors[i], f.vectors[n.index]
        steps = max(2, int(n.separation / 1.5))
        curve = []
        for k in range(steps + 1):
            v = tuple(s + (t - s) * k / steps for s, t in zip(a, b))
            curve.append((v[0], v[1], v[2]))
        for run in runs(curve):
            p.path(
                run,
                f'fill="none" stroke="{ACCENT}" stroke-width="{1.2 if mutual else 0.9}" '
                f'stroke-opacity="{0.8 if mutual else 0.42}"',
            )
    p.add("</g>")
    p.add(f'<path d="M{outline}Z" fill="none" stroke="{DIM}" stroke-width="1.2"/>')
    for star, (x, y) in reversed(list(zip(f.stars, places))):
        p.star(x, y, radius(star.v), star.bv, tip(star), glow=star.v < 1.6)
    for star, (x, y) in zip(f.stars, places):
        p.keep_off(x, y, max(radius(star.v) * 0.9, 1.6))

    # Coordinates.
    for hour in range(3, 24, 3):
        x, y = at(hour * 15, 0)
        for left, top in ((x + 3, y + 3), (x + 3, y - 15), (x - 22, y + 3), (x - 22, y - 15)):
            box = (left, top, left + 20, top + 13)
            if not any(overlap(box, other) for other in p.taken):
                p.taken.append(box)
                p.text(left + 1, top + 10.5, f"{hour}h", 10.5, DIM)
                break
    for dec in (-60, -30, 30, 60):
        x, y = at(middle + 179.99, dec)
        p.text(x - 8, y + 4, f"{dec:+d}°".replace("-", "−"), 11, DIM, "end")
        x, y = at(middle - 179.99, dec)
        p.text(x + 8, y + 4, f"{dec:+d}°".replace("-", "−"), 11, DIM)
    for side, anchor in ((179.99, "end"), (-179.99, "start")):
        x, y = at(middle + side, 0)
        p.text(x + (-8 if anchor == "end" else 8), y + 4, "0h", 11, DIM, anchor)

    def inside(box: Box) -> bool:
        """All of the box within the ellipse of the map."""
        return all(
            ((x - cx) / (2 * scale)) ** 2 + ((y - cy) / scale) ** 2 < 0.985
            for x in (box[0], box[2])
            for y in (box[1], box[3])
        )

    lonely = f.stars[f.loneliest()]
    named = [s for s in f.stars if s.name]
    wanted = (
        [lonely] + [s for s in named if s.v < 2.3] + [s for s in named if s.label in ("Albireo", "Alcyone", "Thuban")]
    )
    for star in dict.fromkeys(wanted):
        k = f.stars.index(star)
        x, y = places[k]
        first = star.v < 1.6
        p.label(x, y, radius(star.v), star.label, inside, 12 if first else 10, INK if first else "#b7c2dd", (3, 7))

    p.text(
        40,
        48,
        f"The {len(f.stars)} brightest stars, each joined to its nearest neighbour",
        23,
        INK,
        more='font-weight="600"',
    )
    i, j, near = f.pairs()[0]
    lonely_at = f.neighbours[f.loneliest()]
    p.text(
        40,
        72,
        f"Closest pair: {f.stars[i].label} and {f.stars[j].label}, {angle(near)}.  "
        f"Loneliest: {lonely.label}, {angle(lonely_at.separation)} from {f.stars[lonely_at.index].label}.",
        14,
        DIM,
    )
    # Legend.
    y = 803.0
    x = 40.0
    p.text(x, y, "V", 12, DIM)
    x += 20
    for v in (-1, 0, 1, 2, 3):
        r = radius(v)
        p.add(f'<circle cx="{x + r:.1f}" cy="{y - 4:.1f}" r="{r:.2f}" fill="{INK}"/>')
        p.text(x + 2 * r + 5, y, minus(v), 12, DIM)
        x += 2 * r + (32 if v < 0 else 26)
    x += 14
    p.text(x, y, "B−V", 12, DIM)
    x += 42
    for bv in (-0.2, 0.0, 0.4, 0.8, 1.2, 1.6):
        p.add(f'<circle cx="{x:.1f}" cy="{y - 4:.1f}" r="5" fill="{tint(bv)}"/>')
        p.text(x + 9, y, minus(bv, 1), 12, DIM)
        x += 42 if bv >= 0 else 48
    x += 12
    p.line(x, y - 4, x + 26, y - 4, ACCENT, 1.6)
    p.text(x + 33, y, "nearest to each other", 12, DIM)
    x += 178
    p.line(x, y - 4, x + 26, y - 4, ACCENT, 0.9, 'stroke-opacity="0.6"')
    p.text(x + 33, y, "nearest of one", 12, DIM)
    x += 140
    p.line(x, y - 4, x + 26, y - 4, "#b9c8f5", 12, 'stroke-opacity="0.22"')
    p.text(x + 33, y, "Milky Way", 12, DIM)
    x += 115
    p.line(x, y - 4, x + 26, y - 4, "#d9b35b", 1.3, 'stroke-dasharray="2 5"')
    p.text(x + 33, y, "ecliptic", 12, DIM)
    p.text(width - 40, y, "Hammer equal-area, ICRS J2000", 12, DIM, "end")
    return p.svg()


class Axes:
    """A panel with a horizontal and a vertical scale."""

    def __init__(self, p: Picture, box: Box, x: Tuple[float, float], y: Tuple[float, float]):
        self.p, self.box, self.xs, self.ys = p, box, x, y
        p.add(
            f'<rect x="{box[0]:g}" y="{box[1]:g}" width="{box[2] - box[0]:g}" height="{box[3] - box[1]:g}" fill="{PANEL}"/>'
        )

    def x(self, v: float) -> float:
        return self.box[0] + (v - self.xs[0]) / (self.xs[1] - self.xs[0]) * (self.box[2] - self.box[0])

    def y(self, v: float) -> float:
        return self.box[3] - (v - self.ys[0]) / (self.ys[1] - self.ys[0]) * (self.box[3] - self.box[1])

    def holds(self, box: Box) -> bool:
        return (
            box[0] > self.box[0] + 3
            and box[2] < self.box[2] - 3
            and box[1] > self.box[1] + 3
            and box[3] < self.box[3] - 3
        )

    def ticks(
        self, xs: Sequence[Tuple[float, str]], ys: Sequence[Tuple[float, str]], x_title: str, y_title: str
    ) -> None:
        p, (left, top, right, bottom) = self.p, self.box
        for v, text in xs:
            p.line(self.x(v), top, self.x(v), bottom, GRID, 0.8)
            p.text(self.x(v), bottom + 20, text, 13, DIM, "middle")
        for v, text in ys:
            p.line(left, self.y(v), right, self.y(v), GRID, 0.8)
            p.text(left - 9, self.y(v) + 4.5, text, 13, DIM, "end")
        p.text((left + right) / 2, bottom + 46, x_title, 14, INK, "middle")
        x, y = left - 52, (top + bottom) / 2
        p.text(x, y, y_title, 14, INK, "middle", f'transform="rotate(-90 {x:.1f} {y:.1f})"')

    def frame(self) -> None:
        left, top, right, bottom = self.box
        self.p.add(
            f'<rect x="{left:g}" y="{top:g}" width="{right - left:g}" height="{bottom - top:g}" fill="none" stroke="{DIM}"/>'
        )


def minus(value: float, digits: int = 0) -> str:
    return f"{value:.{digits}f}".replace("-", "−")


def draw_colours(f: Findings) -> str:
    p = Picture(
        1000,
        960,
        "Colour and true brightness of the brightest stars",
        "Hertzsprung-Russell diagram: absolute visual magnitude against B-V for the stars with a known distance.",
    )
    shown = [s for s in f.stars if s.absolute is not None]
    heights = [s.absolute or 0.0 for s in shown] + [5.0]
    low, high = math.floor(min(heights)) - 0.6, math.ceil(max(heights)) + 0.6
    colours = [s.bv for s in shown] + [0.65]
    left, right = min(colours) - 0.12, max(colours) + 0.16
    a = Axes(p, (92, 128, 908, 872), (left, right), (high, low))
    a.ticks(
        [(k / 10, minus(k / 10, 1)) for k in range(-4, 30, 2) if left < k / 10 < right],
        [(k, minus(k)) for k in range(-12, 20, 2) if low < k < high],
        "colour index B−V  (blue to red)",
        "absolute magnitude, visual  (bright is up)",
    )
    for kelvin in (10000, 8000, 6000, 5000, 4000, 3500):
        # Invert the falling function temperature(bv) by halving.
        lo, hi = -0.6, 4.0
        for _ in range(50):
            mid = (lo + hi) / 2
            lo, hi = (mid, hi) if temperature(mid) > kelvin else (lo, mid)
        if left < lo < right:
            p.line(a.x(lo), 128, a.x(lo), 122, DIM)
            p.text(a.x(lo), 116, f"{kelvin:,} K", 11.5, DIM, "middle")
    for power in range(-1, 7):
        m = 4.83 - 2.5 * power
        if low < m < high:
            p.line(908, a.y(m), 914, a.y(m), DIM)
            text = "1 Sun" if power == 0 else f"{10 ** power:,}" if power > 0 else "0.1"
            p.text(918, a.y(m) + 4, text, 11.5, DIM)
    sun = (a.x(0.65), a.y(4.83))

    def radius_at(s: Star) -> float:
        return radius(s.v, 1.1)

    for s in reversed(shown):
        p.star(a.x(s.bv), a.y(s.absolute or 0), radius_at(s), s.bv, tip(s) + f", M {s.absolute:.2f}", glow=s.v < 1.6)
    for s in shown:
        p.keep_off(a.x(s.bv), a.y(s.absolute or 0), radius_at(s) * 0.85)
    p.add(f'<circle cx="{sun[0]:.1f}" cy="{sun[1]:.1f}" r="6.5" fill="none" stroke="{INK}" stroke-width="1.4"/>')
    p.add(f'<circle cx="{sun[0]:.1f}" cy="{sun[1]:.1f}" r="1.6" fill="{INK}"/>')
    p.keep_off(sun[0], sun[1], 7)
    p.label(sun[0], sun[1], 7, "Sun (for comparison)", a.holds, 12)
    # The regions, named where the diagram is empty enough.
    for bv, m, text, turn in (
        (0.27, 4.05, "main sequence", 38),
        (1.42, 1.35, "red giants", 0),
        (0.66, -7.35, "supergiants", 0),
    ):
        if left < bv < right and low < m < high:
            x, y = a.x(bv), a.y(m)
            w = text_width(text, 15) / 2
            if turn == 0:
                p.taken.append((x - w, y - 14, x + w, y + 5))
            p.text(
                x,
                y,
                text,
                15,
                "#8ea0d0",
                "middle",
                f'font-style="italic" transform="rotate({turn} {x:.1f} {y:.1f})"' if turn else 'font-style="italic"',
            )
    extremes = [f.reddest(), f.bluest(), f.most_luminous(), f.nearest_to_us()]
    extremes += sorted(shown, key=lambda s: -(s.absolute or 0))[:3]
    known = (
        "Polaris",
        "Deneb",
        "Mirach",
        "Albireo",
        "Alcyone",
        "Algol",
        "Mizar",
        "Scheat",
        "Enif",
        "Naos",
        "Gacrux",
        "Achird",
    )
    wanted = extremes + [s for s in shown if s.name and (s.v < 1.7 or s.name in known)]
    for s in dict.fromkeys(w for w in wanted if w.absolute is not None):
        p.label(a.x(s.bv), a.y(s.absolute or 0), radius_at(s), s.label, a.holds, 12, INK, (3, 8, 15, 24))
    a.frame()
    p.text(40, 46, "What the brightest stars are", 23, INK, more='font-weight="600"')
    p.text(
        40,
        70,
        f"{len(shown)} stars with a known distance; the larger the disc, the brighter it looks from Earth.",
        14,
        DIM,
    )
    p.text(
        40,
        89,
        f"Not drawn: {len(f.stars) - len(shown)} without a sure parallax. Dust between the stars is not corrected for.",
        12,
        DIM,
    )
    p.text(918, 116, "× Sun", 11.5, DIM)
    return p.svg()


def draw_numbers(f: Findings) -> str:
    p = Picture(
        1000,
        680,
        "How many stars are brighter",
        "Number of stars brighter than a visual magnitude, on a logarithmic scale, with the fitted slope.",
    )
    n = len(f.stars)
    decades = max(1.0, math.log10(n) + 0.25)
    low, high = math.floor(f.stars[0].v * 2) / 2 - 0.5, math.ceil(f.limit * 2) / 2 + 0.5
    a = Axes(p, (92, 104, 960, 596), (low, high), (-0.15, decades))
    a.ticks(
        [(k, minus(k)) for k in range(math.ceil(low), math.floor(high) + 1)],
        [(math.log10(c), f"{c:,}") for c in (1, 3, 10, 30, 100, 300, 1000, 3000) if math.log10(c) < decades],
        "visual magnitude V  (bright to faint)",
        "number of stars brighter than V",
    )
    p.add(f'<clipPath id="panel"><rect x="92" y="104" width="868" height="492"/></clipPath><g clip-path="url(#panel)">')
    end = math.log10(n)
    lines = ((0.6, "#d9b35b", "6 5", "stars spread evenly through space"), (f.slope[0], ACCENT, "", "fit"))
    for slope, colour, dash, _ in lines:
        p.line(
            a.x(low),
            a.y(end - slope * (f.limit - low)),
            a.x(high),
            a.y(end + slope * (high - f.limit)),
            colour,
            2,
            f'stroke-dasharray="{dash}"' if dash else "",
        )
    steps = []
    for k, s in enumerate(f.stars):
        steps += [(a.x(s.v), a.y(math.log10(max(k, 0.5)))), (a.x(s.v), a.y(math.log10(k + 1)))]
    p.path(steps, f'fill="none" stroke="{DIM}" stroke-width="1.2"')
    p.add("</g>")
    for k, s in enumerate(f.stars):
        p.star(a.x(s.v), a.y(math.log10(k + 1)), 5 if k < 12 else 3.2 if k < 60 else 2, s.bv, f"{k + 1}: {tip(s)}")
    # Names to the upper left of the steps, where there is nothing.
    for k, s in enumerate(f.stars[:12]):
        x, y = a.x(s.v), a.y(math.log10(k + 1))
        p.keep_off(x, y, 4)
    for k, s in list(enumerate(f.stars))[:12] + [
        (f.stars.index(s), s) for s in f.stars if s.name in ("Polaris", "Albireo")
    ]:
        x, y = a.x(s.v), a.y(math.log10(k + 1))
        w = text_width(s.label, 12)
        for side, up in ((-1, 0), (-1, 7), (-1, 14), (-1, -7), (1, -12), (1, -18), (-1, 21), (-1, 28)):
            box = (
                (x - 10 - w, y - 7 - up, x - 9, y + 6 - up) if side < 0 else (x + 7, y - 7 - up, x + 8 + w, y + 6 - up)
            )
            if a.holds(box) and not any(overlap(box, t) for t in p.taken):
                p.taken.append(box)
                p.text(
                    x - 10 if side < 0 else x + 8, y + 4 - up, s.label, 12, INK, "end" if side < 0 else "start", HALO
                )
                break
    a.frame()
    p.text(40, 46, "How many stars are brighter", 23, INK, more='font-weight="600"')
    p.text(40, 72, f"Each magnitude fainter shows {10 ** f.slope[0]:.2f} times as many stars.", 14, DIM)
    x, y = 600.0, 528.0
    p.line(x, y, x + 34, y, ACCENT, 2)
    p.text(x + 44, y + 4.5, f"fit: log N grows by {f.slope[0]:.3f} ± {f.slope[1]:.3f} per mag", 13)
    p.line(x, y + 26, x + 34, y + 26, "#d9b35b", 2, 'stroke-dasharray="6 5"')
    p.text(x + 44, y + 30.5, "0.600: stars spread evenly through space", 13)
    return p.svg()


def draw_clustering(f: Findings) -> str:
    p = Picture(
        1000,
        680,
        "Do the brightest stars cluster?",
        "Angular two-point correlation of the stars against random skies, per separation.",
    )
    c = f.clustering
    # The square root of the angle spreads the small separations.
    tops = [c.w[k] for k in range(len(c.w))] + [b[1] for b in c.isotropic]
    bottoms = [c.w[k] for k in range(len(c.w))] + [b[0] for b in c.isotropic]
    low, high = math.floor(min(bottoms) * 2) / 2, math.ceil(max(tops) * 2 + 0.2) / 2
    a = Axes(p, (92, 104, 960, 596), (0, math.sqrt(180)), (low, high))
    a.ticks(
        [(math.sqrt(d), f"{d}°") for d in (0, 2, 5, 10, 20, 30, 45, 60, 90, 120, 150, 180)],
        [(k / 2, minus(k / 2, 1)) for k in range(round(low * 2), round(high * 2) + 1)],
        "separation of two stars on the sky",
        "excess of pairs over an even sky",
    )
    p.line(a.x(0), a.y(0), a.x(math.sqrt(180)), a.y(0), DIM, 1.2)

    def band(bounds: Sequence[Tuple[float, float]], fill: str, opacity: float) -> None:
        up, down = [], []
        for k, (lo, hi) in enumerate(bounds):
            x1, x2 = a.x(math.sqrt(EDGES[k])), a.x(math.sqrt(EDGES[k + 1]))
            up += [(x1, a.y(hi)), (x2, a.y(hi))]
            down += [(x1, a.y(lo)), (x2, a.y(lo))]
        p.path(up + down[::-1], f'fill="{fill}" fill-opacity="{opacity}" stroke="none"')

    band(c.milky_way, "#b08cff", 0.28)
    band(c.isotropic, "#d7def0", 0.24)
    points = []
    for k, w in enumerate(c.w):
        x1, x2 = a.x(math.sqrt(EDGES[k])), a.x(math.sqrt(EDGES[k + 1]))
        p.line(x1 + 1, a.y(w), x2 - 1, a.y(w), ACCENT, 2.2)
        points.append(((x1 + x2) / 2, a.y(w)))
    p.path(points, f'fill="none" stroke="{ACCENT}" stroke-width="1" stroke-opacity="0.5"')
    for (x, y), k in zip(points, range(len(points))):
        p.add(
            f'<g><circle cx="{x:.1f}" cy="{y:.1f}" r="4.2" fill="{ACCENT}"/>'
            f"<title>{EDGES[k]:g}° to {EDGES[k + 1]:g}°: {c.w[k]:+.2f}</title></g>"
        )
    a.frame()
    p.text(40, 46, "Do the brightest stars cluster?", 23, INK, more='font-weight="600"')
    p.text(
        40,
        72,
        f"{c.close:,} pairs are nearer than {CLOSE}°; an even sky has {c.close_random[0]:,.0f}, "
        f"one with the Milky Way's band {c.close_random[1]:,.0f}.",
        14,
        DIM,
    )
    x, y = 560.0, 138.0
    half = (f.skies + 1) // 2
    p.line(x, y, x + 34, y, ACCENT, 2.2)
    p.add(f'<circle cx="{x + 17:g}" cy="{y:g}" r="4.2" fill="{ACCENT}"/>')
    p.text(x + 46, y + 4.5, f"the {len(f.stars)} stars", 13)
    p.add(f'<rect x="{x:g}" y="{y + 18:g}" width="34" height="14" fill="#d7def0" fill-opacity="0.24"/>')
    p.text(x + 46, y + 29.5, f"95 % of {half} even random skies", 13)
    p.add(f'<rect x="{x:g}" y="{y + 43:g}" width="34" height="14" fill="#b08cff" fill-opacity="0.28"/>')
    p.text(x + 46, y + 54.5, f"95 % of {f.skies - half} random skies with the Milky Way's band", 13)
    return p.svg()


def write_report(f: Findings, pictures: Dict[str, str]) -> str:
    e = html.escape
    cards = "\n".join(
        f"<div><dt>{e(what)}</dt><dd><b>{e(who)}</b><span>{e(much)}</span></dd></div>" for what, who, much in facts(f)
    )
    sentences = "\n".join(f"<li>{e(s)}</li>" for s in verdict(f))
    rows = []
    for i, star in enumerate(f.stars[:25]):
        n = f.neighbours[i]
        far = light_years(star.distance).replace(" light-years", "") if star.distance else "–"
        rows.append(
            f'<tr><td><i style="background:{tint(star.bv)}"></i>{e(star.full)}</td>'
            f"<td>{minus(star.v, 2)}</td><td>{minus(star.bv, 2)}</td><td>{far}</td>"
            f"<td>{e(f.stars[n.index].full)}</td><td>{angle(n.separation)}</td></tr>"
        )
    # Ids must stay apart within one page.
    figures = "\n".join(
        f'<figure id="{e(name)}">{svg.replace("id=" + chr(34), "id=" + chr(34) + name + "-").replace("url(#", "url(#" + name + "-")}</figure>'
        for name, svg in ((n.rsplit(".", 1)[0], s) for n, s in pictures.items())
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The {len(f.stars)} brightest stars</title>
<style>
body {{ margin: 0; background: {NIGHT}; color: {INK}; font: 16px/1.55 {FONT}; }}
main {{ max-width: 1080px; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }}
h1 {{ font-size: 2.1rem; line-height: 1.2; margin: 0 0 .3rem; }}
h2 {{ font-size: 1.25rem; margin: 2.6rem 0 .8rem; }}
p, .note {{ color: {DIM}; margin: 0 0 1.6rem; }}
dl {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(15.5rem, 1fr)); gap: .8rem; margin: 0; }}
dl div {{ background: {PANEL}; border: 1px solid {GRID}; border-radius: 10px; padding: .8rem 1rem; }}
dt {{ color: {ACCENT}; font-size: .82rem; letter-spacing: .04em; text-transform: uppercase; }}
dd {{ margin: .15rem 0 0; }}
dd b, dd span {{ display: block; }}
dd span {{ color: {DIM}; font-size: .92rem; }}
li {{ margin: .35rem 0; }}
figure {{ margin: 1.2rem 0; border: 1px solid {GRID}; border-radius: 10px; overflow: hidden; }}
figure svg {{ display: block; width: 100%; height: auto; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; width: 100%; font-size: .95rem; }}
th, td {{ text-align: left; padding: .38rem .7rem; border-bottom: 1px solid {GRID}; white-space: nowrap; }}
th {{ color: {DIM}; font-weight: 500; }}
td:nth-child(2), td:nth-child(3), td:nth-child(4), td:nth-child(6) {{ font-variant-numeric: tabular-nums; }}
td i {{ display: inline-block; width: .75em; height: .75em; border-radius: 50%; margin-right: .6em; }}
</style>
</head>
<body>
<main>
<h1>The {len(f.stars)} brightest stars</h1>
<p>Every star down to V = {f.stars[-1].v:.2f}: who is next to whom, what they are, how many there are, and whether they keep company.</p>
<dl>
{cards}
</dl>
<h2>Numbers</h2>
<ul>
{sentences}
</ul>
{figures}
<h2>The 25 brightest</h2>
<div class="wide"><table>
<thead><tr><th>star</th><th>V</th><th>B−V</th><th>light-years</th><th>nearest neighbour on the sky</th><th>apart</th></tr></thead>
<tbody>
{chr(10).join(rows)}
</tbody>
</table></div>
<h2>How this was made</h2>
<p>Positions, magnitudes and parallaxes after the Hipparcos catalogue. Separations are great-circle distances.
The clustering test counts pairs of stars by separation and compares them with {f.skies} random skies (seed {f.seed}):
half of them even, half keeping every star's distance from the plane of the Milky Way. All neighbours are in <code>nearest-neighbours.csv</code>.</p>
</main>
</body>
</html>
"""


# --------------------------------------------------------------------------------------------------
# The program
# --------------------------------------------------------------------------------------------------


def say(line: str = "") -> None:
    print(line, flush=True)


def granted_cores() -> int:
    """PLANISPHERE_CORES where it is set, else the processors this process may run on."""
    text = os.environ.get("PLANISPHERE_CORES", "").strip()
    if text:
        return whole_number(1, 1024)(text, "PLANISPHERE_CORES")
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def whole_number(low: int, high: int) -> Callable[..., int]:
    def parse(text: str, what: str = "") -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise BadInput(f"{what + ' ' if what else ''}{text!r} is not a whole number from {low} to {high}")
        return value

    return parse


class Arguments(argparse.ArgumentParser):
    def error(self, message: str):  # type: ignore[override]
        raise BadInput(message)


def save(folder: str, name: str, text: str) -> None:
    """Whole or not at all."""
    path = os.path.join(folder, name)
    part = path + ".part"
    try:
        with open(part, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.replace(part, path)
    except BaseException:
        try:
            os.unlink(part)
        except OSError:
            pass
        raise


def investigate(stars: List[Star], skies: int, seed: int, cores: int) -> Findings:
    """All that is computed; prints its progress."""

    def progress(percent: float, text: str) -> None:
        say(f"[{percent:3.0f}%] {text}")

    vectors = [unit_vector(s.ra, s.dec) for s in stars]
    progress(1, f"neighbours: the nearest of {len(stars)} stars")
    neighbours = nearest_neighbours(vectors)
    progress(4, "magnitudes: slope of the counts")
    limit = stars[-1].v + 0.005
    slope = count_slope([s.v for s in stars], limit)
    latitudes = [math.radians(spherical(to_galactic(v))[1]) for v in vectors]
    plane = (sum(abs(b) < math.radians(15) for b in latitudes), math.sin(math.radians(15)))
    real = count_pairs(vectors)
    half = (skies + 1) // 2
    shown = [0]

    def counted(done: int) -> None:
        # A line for every twentieth.
        if done * 20 // skies > shown[0]:
            shown[0] = done * 20 // skies
            progress(5 + 90 * done / skies, f"correlation: {done} of {skies} random skies")

    progress(
        5, f"correlation: {half} even skies and {skies - half} with a Milky Way, on {cores} core{'s' * (cores > 1)}"
    )
    counts = count_skies(skies, seed, latitudes, cores, counted)
    return Findings(stars, vectors, neighbours, clustering(real, counts, len(stars)), slope, limit, plane, skies, seed)


def arguments() -> argparse.ArgumentParser:
    p = Arguments(prog="stars.py", description="What the brightest stars tell.", allow_abbrev=False)
    p.add_argument("catalogue", help="CSV file of stars")
    p.add_argument("--out", default=".", metavar="DIR", help="where the results go; made if missing (default: here)")
    p.add_argument("--cores", metavar="N", help="processes to use (default: PLANISPHERE_CORES, else what is granted)")
    p.add_argument("--skies", metavar="N", default="500", help="random skies, 2 to 1000000 (default: 500)")
    p.add_argument("--seed", metavar="N", default="2000", help="of the random numbers (default: 2000)")
    return p


def run(argv: Sequence[str]) -> None:
    started = time.monotonic()
    options = arguments().parse_args(argv)
    skies = whole_number(2, 1000000)(options.skies, "--skies")
    seed = whole_number(0, 2**62)(options.seed, "--seed")
    cores = granted_cores() if options.cores is None else whole_number(1, 1024)(options.cores, "--cores")
    stars = read_catalogue(options.catalogue)
    os.makedirs(options.out, exist_ok=True)
    say(f"[  0%] catalogue: {len(stars)} stars, {stars[0].label} to {stars[-1].label}")
    f = investigate(stars, skies, seed, cores)
    say("[ 96%] drawing")
    pictures = {
        "sky-map.svg": draw_sky(f),
        "colour-magnitude.svg": draw_colours(f),
        "magnitudes.svg": draw_numbers(f),
        "clustering.svg": draw_clustering(f),
    }
    files = {"nearest-neighbours.csv": write_neighbours(f), "summary.txt": write_summary(f), **pictures}
    files["report.html"] = write_report(f, pictures)
    for name, text in files.items():
        save(options.out, name, text)
    took = time.monotonic() - started
    say(f"[100%] done in {took:.1f} s on {cores} core{'s' * (cores > 1)}: {', '.join(files)}")
    say()
    for line in columns(facts(f)):
        say("  " + line)
    c = f.clustering
    company = "the stars keep company" if c.chance[0] < 0.05 else "no more company than by chance"
    say(f"  {c.close:,} pairs are nearer than {CLOSE}°, where an even sky has {c.close_random[0]:,.0f}: {company}.")
    say()
    table = [("star", "V", "nearest neighbour", "apart")]
    for star, n in list(zip(f.stars, f.neighbours))[:8]:
        table.append((star.full, f"{minus(star.v, 2):>5}", f.stars[n.index].full, angle(n.separation)))
    for line in columns(table):
        say("  " + line)


def main(argv: Optional[Sequence[str]] = None) -> int:
    for stream in (sys.stdout, sys.stderr):
        # A bare environment may promise ASCII only; the stars have Greek letters.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")

    def stop(number, _frame):
        raise Stopped(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        run(sys.argv[1:] if argv is None else argv)
        return 0
    except BadInput as e:
        print(f"stars.py: {e}", file=sys.stderr, flush=True)
        return 2
    except Stopped as e:
        print(f"stars.py: stopped by {signal.Signals(e.number).name}", file=sys.stderr, flush=True)
        return 128 + e.number
    except BrokenPipeError:
        # Nobody reads any more; keep the interpreter from complaining about it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as e:
        print(f"stars.py: cannot write {e.filename or 'the results'}: {e.strerror or e}", file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
