"""Tests of stars.py. Run: python3 -m unittest discover -s demo"""

import contextlib
import io
import math
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, HERE)

import stars  # noqa: E402

CATALOGUE = os.path.join(HERE, "brightest-stars.csv")
PROGRAM = os.path.join(HERE, "stars.py")
SKY = stars.read_catalogue(CATALOGUE)
BY_NAME = {s.name: s for s in SKY if s.name}
RESULTS = [
    "clustering.svg",
    "colour-magnitude.svg",
    "magnitudes.svg",
    "nearest-neighbours.csv",
    "report.html",
    "sky-map.svg",
    "summary.txt",
]


def vector(name):
    return stars.unit_vector(BY_NAME[name].ra, BY_NAME[name].dec)


def run(*arguments, catalogue=CATALOGUE, **more):
    return subprocess.run(
        [sys.executable, PROGRAM, catalogue, *arguments], capture_output=True, encoding="utf-8", timeout=120, **more
    )


class Catalogue(unittest.TestCase):
    def test_holds_every_star_brighter_than_3_80_once_brightest_first(self):
        self.assertEqual(406, len(SKY))
        self.assertEqual(406, len({s.hip for s in SKY}))
        self.assertEqual(406, len({s.designation for s in SKY}))
        names = [s.name for s in SKY if s.name]
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual(sorted(s.v for s in SKY), [s.v for s in SKY])
        self.assertLess(SKY[-1].v, 3.80)

    def test_rows_of_the_file_are_sorted_and_finite(self):
        with open(CATALOGUE, encoding="utf-8") as file:
            rows = [line.rstrip("\n").split(",") for line in file if not line.startswith("#")][1:]
        for row in rows:
            for cell in row[3:]:
                self.assertTrue(cell == "" or math.isfinite(float(cell)), row)
        self.assertEqual(
            [int(r[3]) for r in rows],
            [s.hip for s in sorted(SKY, key=lambda s: [int(r[3]) for r in rows].index(s.hip))],
        )

    def test_knows_the_famous_ones(self):
        # Right ascension, declination (degrees, J2000), V, B-V, distance (parsec).
        for name, ra, dec, v, bv, parsec in (
            ("Sirius", 101.2872, -16.7161, -1.44, 0.01, 2.64),
            ("Canopus", 95.9880, -52.6957, -0.62, 0.16, 95),
            ("Arcturus", 213.9153, 19.1824, -0.05, 1.24, 11.26),
            ("Vega", 279.2347, 38.7837, 0.03, 0.00, 7.68),
            ("Betelgeuse", 88.7929, 7.4071, 0.45, 1.50, 153),
            ("Polaris", 37.9546, 89.2641, 1.97, 0.64, 133),
        ):
            with self.subTest(name):
                star = BY_NAME[name]
                self.assertAlmostEqual(ra, star.ra, delta=0.0005)
                self.assertAlmostEqual(dec, star.dec, delta=0.0005)
                self.assertAlmostEqual(v, star.v, delta=0.01)
                self.assertAlmostEqual(bv, star.bv, delta=0.01)
                self.assertAlmostEqual(1, star.distance / parsec, delta=0.02)

    def test_has_88_constellations_at_most_and_a_designation_for_each(self):
        self.assertLessEqual(len({s.constellation for s in SKY}), 88)
        for s in SKY:
            self.assertTrue(s.designation.endswith(" " + s.constellation), s)


class Sphere(unittest.TestCase):
    def test_measures_known_separations(self):
        for a, b, degrees in (
            ("Sirius", "Canopus", 36.2),
            ("Castor", "Pollux", 4.51),
            ("Dubhe", "Merak", 5.37),
            ("Betelgeuse", "Rigel", 18.6),
            ("Vega", "Altair", 34.2),
        ):
            with self.subTest(f"{a} to {b}"):
                self.assertAlmostEqual(degrees, stars.separation(vector(a), vector(b)), delta=0.05)

    def test_is_exact_for_tiny_right_and_straight_angles(self):
        a = stars.unit_vector(10, 20)
        self.assertEqual(0, stars.separation(a, a))
        self.assertAlmostEqual(1e-6, stars.separation(a, stars.unit_vector(10, 20 + 1e-6)), delta=1e-12)
        self.assertAlmostEqual(90, stars.separation((1, 0, 0), (0, 1, 0)), places=12)
        self.assertAlmostEqual(180, stars.separation(a, tuple(-c for c in a)), places=12)

    def test_vector_and_angles_are_inverse(self):
        rng = random.Random(1)
        for _ in range(200):
            ra, dec = 360 * rng.random(), 178 * rng.random() - 89
            back = stars.spherical(stars.unit_vector(ra, dec))
            self.assertAlmostEqual(ra, back[0], places=9)
            self.assertAlmostEqual(dec, back[1], places=9)

    def test_galactic_pole_and_centre_are_where_they_are_defined(self):
        self.assertAlmostEqual(
            90, stars.spherical(stars.to_galactic(stars.unit_vector(192.85948, 27.12825)))[1], delta=1e-4
        )
        centre = stars.to_galactic(stars.unit_vector(266.40500, -28.93617))
        self.assertLess(stars.separation(centre, (1, 0, 0)), 1e-3)
        v = vector("Sirius")
        self.assertLess(stars.separation(v, stars.from_galactic(stars.to_galactic(v))), 1e-6)


class Projection(unittest.TestCase):
    def test_hammer_keeps_centre_poles_and_rim(self):
        self.assertEqual((0, 0), stars.hammer(0, 0))
        for latitude, y in ((90, 1), (-90, -1)):
            for longitude in (-180, 0, 77):
                x, at = stars.hammer(longitude, latitude)
                self.assertAlmostEqual(0, x, places=9)
                self.assertAlmostEqual(y, at, places=9)
        for latitude in range(-90, 91, 10):
            x, y = stars.hammer(180, latitude)
            self.assertAlmostEqual(1, (x / 2) ** 2 + y**2, places=12)

    def test_hammer_is_symmetric(self):
        x, y = stars.hammer(50, 30)
        self.assertEqual((-x, y), stars.hammer(-50, 30))
        self.assertEqual((x, -y), stars.hammer(50, -30))

    def test_hammer_keeps_areas(self):
        # The map's ellipse has the area 2 pi for the sphere's 4 pi: half, everywhere.
        h = 1e-4
        for longitude, latitude in ((0, 0), (100, 20), (-150, 60), (170, -75)):
            x1, y1 = stars.hammer(longitude + h, latitude)
            x2, y2 = stars.hammer(longitude - h, latitude)
            x3, y3 = stars.hammer(longitude, latitude + h)
            x4, y4 = stars.hammer(longitude, latitude - h)
            area = abs((x1 - x2) * (y3 - y4) - (x3 - x4) * (y1 - y2))
            self.assertAlmostEqual(0.5, area / (math.radians(2 * h) ** 2 * math.cos(math.radians(latitude))), places=4)


class Neighbours(unittest.TestCase):
    def setUp(self):
        self.vectors = [stars.unit_vector(s.ra, s.dec) for s in SKY]
        self.found = stars.nearest_neighbours(self.vectors)

    def test_nobody_is_nearer_than_the_nearest(self):
        for i, n in enumerate(self.found):
            self.assertNotEqual(i, n.index)
            nearest = min(stars.separation(self.vectors[i], v) for j, v in enumerate(self.vectors) if j != i)
            self.assertEqual(nearest, n.separation)

    def test_a_neighbours_own_neighbour_is_no_farther(self):
        for n in self.found:
            self.assertLessEqual(self.found[n.index].separation, n.separation)

    def test_finds_the_pairs_of_the_sky(self):
        index = {s.name: i for i, s in enumerate(SKY)}
        for a, b in (
            ("Rigil Kentaurus", "Toliman"),
            ("Shaula", "Lesath"),
            ("Xamidimura", "Pipirima"),
            ("Alcyone", "Atlas"),
        ):
            self.assertEqual(index[b], self.found[index[a]].index)
            self.assertEqual(index[a], self.found[index[b]].index)


class Clustering(unittest.TestCase):
    def test_counts_every_pair_once_in_its_bin(self):
        rng = random.Random(7)
        sky = stars.random_sky("isotropic", [0.0] * 60, rng)
        slow = [0] * (len(stars.EDGES) - 1)
        nearest = [180.0] * len(sky)
        for i, a in enumerate(sky):
            for j, b in enumerate(sky):
                if i == j:
                    continue
                d = stars.separation(a, b)
                nearest[i] = min(nearest[i], d)
                if i < j:
                    slow[next(k for k in range(len(slow)) if d < stars.EDGES[k + 1])] += 1
        count = stars.count_pairs(sky)
        self.assertEqual(slow, list(count.pairs))
        self.assertAlmostEqual(sum(nearest) / len(nearest), count.nearest, places=6)

    def test_an_even_sky_has_no_excess(self):
        total = [0] * (len(stars.EDGES) - 1)
        n, skies = 80, 60
        for i in range(skies):
            for k, p in enumerate(stars.count_sky(i, 2 * skies, 5, [0.0] * n).pairs):
                total[k] += p
        expected = stars.expected_pairs(n)
        self.assertAlmostEqual(n * (n - 1) / 2, sum(expected), places=6)
        for t, e in zip(total, expected):
            self.assertLess(abs(t - skies * e), 5 * math.sqrt(skies * e))

    def test_a_milky_way_sky_keeps_the_latitudes(self):
        latitudes = [-1.2, -0.1, 0.0, 0.3, 1.5]
        sky = stars.random_sky("milky-way", latitudes, random.Random(3))
        for b, v in zip(latitudes, sky):
            self.assertAlmostEqual(b, math.asin(v[2]), places=9)

    def test_the_slope_of_an_even_space_is_found(self):
        rng = random.Random(11)
        magnitudes = [6 + math.log10(1 - rng.random()) / 0.6 for _ in range(20000)]
        slope, error = stars.count_slope(magnitudes, 6.0)
        self.assertLess(abs(slope - 0.6), 4 * error)

    def test_the_bright_stars_do_cluster(self):
        real = stars.count_pairs([stars.unit_vector(s.ra, s.dec) for s in SKY])
        near = stars.EDGES.index(10)
        self.assertGreater(sum(real.pairs[:near]), 1.25 * sum(stars.expected_pairs(len(SKY))[:near]))

    def test_a_lost_worker_costs_time_only(self):
        if "fork" not in stars.get_all_start_methods():
            self.skipTest("needs fork")
        latitudes = [0.1 * k for k in range(-10, 11)]
        alone = stars.count_skies(40, 1, latitudes, 1, lambda done: None)
        parent, original, lost = os.getpid(), stars.count_sky, io.StringIO()

        def dies(index, *more):
            if index == 10 and os.getpid() != parent:
                os._exit(9)
            return original(index, *more)

        stars.count_sky = dies
        try:
            with contextlib.redirect_stdout(lost):
                together = stars.count_skies(40, 1, latitudes, 2, lambda done: None)
        finally:
            stars.count_sky = original
        self.assertEqual(alone, together)
        self.assertIn("a worker was lost", lost.getvalue())


class Colours(unittest.TestCase):
    def test_the_suns_temperature(self):
        self.assertAlmostEqual(5770, stars.temperature(0.65), delta=60)

    def test_blue_is_blue_and_red_is_red(self):
        def channels(bv):
            text = stars.tint(bv)
            return [int(text[k : k + 2], 16) for k in (1, 3, 5)]

        for bv in (-0.5, -0.2, 0.0):
            self.assertGreater(channels(bv)[2], channels(bv)[0])
        for bv in (0.8, 1.4, 2.5):
            self.assertGreater(channels(bv)[0], channels(bv)[2])

    def test_angles_have_their_unit(self):
        self.assertEqual(["16.5″", "5.8′", "15.49°"], [stars.angle(a) for a in (16.5 / 3600, 5.8 / 60, 15.49)])


class Html(HTMLParser):
    """Counts what a page refers to outside itself."""

    def __init__(self):
        super().__init__()
        self.outside, self.pictures, self.ids = [], 0, []

    def handle_starttag(self, tag, attributes):
        self.pictures += tag == "svg"
        for name, value in attributes:
            if name in ("src", "href") or tag in ("script", "link", "iframe"):
                self.outside.append((tag, name, value))
            if name == "id":
                self.ids.append(value)


class Program(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.one, cls.two = os.path.join(cls.folder.name, "one"), os.path.join(cls.folder.name, "two")
        cls.alone = run("--out", cls.one, "--cores", "1", "--skies", "12")
        cls.together = run("--out", cls.two, "--cores", "3", "--skies", "12")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def read(self, name, folder=None):
        with open(os.path.join(folder or self.one, name), encoding="utf-8") as file:
            return file.read()

    def test_writes_its_results_and_nothing_else(self):
        for done, folder in ((self.alone, self.one), (self.together, self.two)):
            self.assertEqual((0, ""), (done.returncode, done.stderr))
            self.assertEqual(RESULTS, sorted(os.listdir(folder)))

    def test_results_do_not_depend_on_the_number_of_cores(self):
        for name in RESULTS:
            self.assertEqual(self.read(name), self.read(name, self.two), name)

    def test_another_seed_gives_another_sky(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(0, run("--out", folder, "--skies", "12", "--seed", "1").returncode)
            self.assertNotEqual(self.read("clustering.svg"), self.read("clustering.svg", folder))
            self.assertEqual(self.read("nearest-neighbours.csv"), self.read("nearest-neighbours.csv", folder))

    def test_says_how_far_it_is_and_names_stars(self):
        lines = self.together.stdout.splitlines()
        percents = [int(line[1:4]) for line in lines if line.startswith("[")]
        self.assertEqual(sorted(percents), percents)
        self.assertEqual((0, 100), (percents[0], percents[-1]))
        self.assertIn("correlation: 12 of 12 random skies", self.together.stdout)
        for name in ("Sirius (α CMa)", "Antares", "Rigil Kentaurus and Toliman"):
            self.assertIn(name, self.together.stdout)
            self.assertIn(name, self.read("summary.txt"))

    def test_pictures_are_well_formed_and_named(self):
        for name in RESULTS:
            if name.endswith(".svg"):
                root = ElementTree.fromstring(self.read(name))
                space = "{http://www.w3.org/2000/svg}"
                self.assertEqual(space + "svg", root.tag)
                self.assertTrue(root.find(space + "title").text)
                self.assertNotRegex(self.read(name), r"\bnan\b|\binf\b")
        for star in ("Sirius", "Betelgeuse", "Fomalhaut", "Achernar", "Polaris"):
            self.assertIn(f">{star}</text>", self.read("sky-map.svg"))

    def test_the_report_needs_nothing_from_outside(self):
        page = Html()
        page.feed(self.read("report.html"))
        self.assertEqual([], page.outside)
        self.assertEqual(4, page.pictures)
        self.assertEqual(len(page.ids), len(set(page.ids)))

    def test_every_star_has_its_row(self):
        rows = self.read("nearest-neighbours.csv").splitlines()
        self.assertEqual(1 + len(SKY), len(rows))
        self.assertTrue(rows[1].startswith("32349,Sirius,α CMa,CMa,-1.44,2.64,30324,Mirzam,β CMa,5.498"), rows[1])

    def test_takes_the_granted_cores_from_the_environment(self):
        with tempfile.TemporaryDirectory() as folder:
            done = run("--out", folder, "--skies", "4", env={**os.environ, "PLANISPHERE_CORES": "2"})
            self.assertIn("on 2 cores", done.stdout)
            done = run("--out", folder, "--skies", "4", env={**os.environ, "PLANISPHERE_CORES": "many"})
            self.assertEqual((2, 1), (done.returncode, len(done.stderr.splitlines())))
            self.assertIn("PLANISPHERE_CORES", done.stderr)

    def test_works_in_a_bare_environment(self):
        with tempfile.TemporaryDirectory() as folder:
            done = run("--out", folder, "--skies", "4", "--cores", "2", env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"})
            self.assertEqual((0, ""), (done.returncode, done.stderr))
            self.assertIn("α CMa", done.stdout)

    def test_bad_input_is_one_line_and_exit_2(self):
        header = ",".join(stars.COLUMNS) + "\n"
        row = "Sirius,α CMa,CMa,32349,101.28716,-16.71612,-1.44,0.009,379.21,1.58\n"
        cases = (
            ("", "holds no catalogue"),
            ("name,hip\n", "no column designation"),
            (header + row, "at least 3"),
            (header + row + row, "HIP 32349 is on line 2 already"),
            (header + row.replace("-16.71612", "-96"), "dec_deg is -96"),
            (header + row.replace("-1.44", "nan"), "v_mag is nan"),
            (header + row.replace("-1.44", "bright"), "line 2: v_mag is 'bright'"),
            (header + "Sirius\n", "line 2: 1 fields"),
            (b"\xff\xfe\x00", "not UTF-8"),
        )
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "stars.csv")
            for content, message in cases:
                with self.subTest(message):
                    with open(path, "wb") as file:
                        file.write(content if isinstance(content, bytes) else content.encode())
                    done = run("--out", os.path.join(folder, "out"), catalogue=path)
                    self.assertEqual((2, ""), (done.returncode, done.stdout))
                    self.assertEqual(1, len(done.stderr.splitlines()), done.stderr)
                    self.assertIn(message, done.stderr)
            for arguments in (("--skies", "1"), ("--cores", "0"), ("--seed", "x"), ("--colour",), ("two",)):
                with self.subTest(arguments):
                    done = run(*arguments, cwd=folder)
                    self.assertEqual((2, 1), (done.returncode, len(done.stderr.splitlines())), done.stderr)
            self.assertEqual(2, run(catalogue=os.path.join(folder, "none.csv")).returncode)
            self.assertEqual(["stars.csv"], os.listdir(folder))

    def test_results_that_cannot_be_written_are_exit_1(self):
        done = run("--out", CATALOGUE, "--skies", "2")
        self.assertEqual((1, 1), (done.returncode, len(done.stderr.splitlines())))

    @unittest.skipUnless(os.name == "posix", "needs signals")
    def test_ends_at_once_when_told_and_leaves_nobody(self):
        with tempfile.TemporaryDirectory() as folder:
            program = subprocess.Popen(
                [sys.executable, PROGRAM, CATALOGUE, "--out", folder, "--cores", "2", "--skies", "100000"],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                start_new_session=True,
            )
            with program:
                while "correlation" not in program.stdout.readline():
                    pass
                told = time.monotonic()
                program.send_signal(signal.SIGTERM)
                # The pipe ends when the last worker has ended.
                _, errors = program.communicate(timeout=20)
            self.assertLess(time.monotonic() - told, 10)
            self.assertEqual(128 + signal.SIGTERM, program.returncode)
            self.assertEqual("stars.py: stopped by SIGTERM\n", errors)
            self.assertEqual([], os.listdir(folder))

    @unittest.skipUnless(os.name == "posix", "needs signals")
    def test_workers_end_with_a_parent_that_was_killed(self):
        program = subprocess.Popen(
            [sys.executable, PROGRAM, CATALOGUE, "--out", tempfile.gettempdir(), "--cores", "3", "--skies", "100000"],
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        with program:
            while "correlation" not in program.stdout.readline():
                pass
            program.kill()
            # As above: this ends only with the last holder of the pipe.
            program.communicate(timeout=20)
        self.assertEqual(-signal.SIGKILL, program.returncode)


if __name__ == "__main__":
    unittest.main()
