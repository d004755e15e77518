# Recognition of misused patterns beside its peers: PDQ with eight symmetries, ORB and SIFT with geometry.
#
# usage: matching.py SELVAGE [--patterns FOLDER] [--set FOLDER] [--seed N] [--each N]
#
# Without --set the queries are drawn here from the patterns: nine kinds of misuse, and negatives that
# show none of them. With --set they are a folder's, with a truth.jsonl as `selvage catalogue eval` reads it.
import argparse, collections, datetime, json, os, platform, random, statistics, subprocess, tempfile, time

import cv2, numpy, pdqhash

HERE = os.path.dirname(os.path.abspath(__file__))
DEMO = os.path.normpath(os.path.join(HERE, "../../Signatures/Catalogues/demo/images"))
cv2.setNumThreads(1)


# MARK: queries

def tiled(tile, times, drop=0.0):
    """A tile repeated; every other column is shifted by `drop` of its height."""
    columns = []
    for column in range(times):
        shift = int(tile.shape[0] * drop) if column % 2 else 0
        columns.append(numpy.tile(numpy.roll(tile, shift, axis=0), (times, 1, 1)))
    return numpy.concatenate(columns, axis=1)


def cut(picture, side, dice):
    """A square of a picture, from a place by chance."""
    side = min(side, *picture.shape[:2])
    y = dice.randrange(picture.shape[0] - side + 1)
    x = dice.randrange(picture.shape[1] - side + 1)
    return picture[y:y + side, x:x + side]


def scaled(picture, side):
    return cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)


def turned(picture, degrees):
    """The middle of a turned picture, so that no corner is empty."""
    side = picture.shape[0]
    matrix = cv2.getRotationMatrix2D((side / 2, side / 2), degrees, 1)
    whole = cv2.warpAffine(picture, matrix, (side, side), flags=cv2.INTER_AREA)
    inset = int(side * 0.15)
    return whole[inset:-inset, inset:-inset]


def recoloured(picture, dice):
    hsv = cv2.cvtColor(picture, cv2.COLOR_BGR2HSV).astype(int)
    hsv[..., 0] = (hsv[..., 0] + dice.randrange(40, 140)) % 180
    hsv[..., 1] = numpy.clip(hsv[..., 1] * dice.uniform(0.5, 1.3), 0, 255)
    return cv2.cvtColor(hsv.astype(numpy.uint8), cv2.COLOR_HSV2BGR)


def on_product(picture, dice):
    """The pattern on a cushion: a bent, shaded quadrilateral before a plain wall."""
    side = 640
    cloth = scaled(picture, side)
    y, x = numpy.mgrid[0:side, 0:side].astype(numpy.float32)
    bend = dice.uniform(4, 10)
    cloth = cv2.remap(
        cloth, x + bend * numpy.sin(y / 70), y + bend * numpy.sin(x / 90), cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT)
    shade = 0.75 + 0.25 * numpy.cos((x - side / 2) / side * 2) * numpy.cos((y - side / 2) / side * 2)
    cloth = numpy.clip(cloth * shade[..., None], 0, 255).astype(numpy.uint8)
    corner = lambda a, b: [a + dice.uniform(-50, 50), b + dice.uniform(-50, 50)]
    frame = numpy.float32([[0, 0], [side, 0], [side, side], [0, side]])
    place = numpy.float32([corner(170, 170), corner(620, 170), corner(620, 620), corner(170, 620)])
    matrix = cv2.getPerspectiveTransform(frame, place)
    wall = numpy.full((800, 800, 3), [dice.randrange(150, 240) for _ in range(3)], numpy.uint8)
    mask = cv2.warpPerspective(numpy.full((side, side), 255, numpy.uint8), matrix, (800, 800))
    print_ = cv2.warpPerspective(cloth, matrix, (800, 800), flags=cv2.INTER_AREA)
    return numpy.where(mask[..., None] > 127, print_, wall)


MISUSES = {
    "same": lambda tile, dice: scaled(tile, dice.randrange(300, 900)),
    "crop": lambda tile, dice: cut(tile, int(min(tile.shape[:2]) * dice.uniform(0.4, 0.7)), dice),
    "tile": lambda tile, dice: scaled(tiled(tile, dice.randrange(2, 4)), 900),
    "half-drop": lambda tile, dice: scaled(tiled(tile, 3, 0.5), 900),
    "turned": lambda tile, dice: turned(scaled(tiled(tile, 2), 900), dice.uniform(5, 85)),
    "mirrored": lambda tile, dice: cut(cv2.flip(tiled(tile, 2), 1), tile.shape[0], dice),
    "recoloured": lambda tile, dice: recoloured(cut(tiled(tile, 2), tile.shape[0], dice), dice),
    "inverted": lambda tile, dice: 255 - cut(tiled(tile, 2), tile.shape[0], dice),
    "product": lambda tile, dice: on_product(tiled(tile, dice.randrange(1, 3)), dice),
}


def negative(dice):
    """A picture of stripes, checks, dots or blurred noise: nobody's pattern."""
    side = dice.randrange(500, 900)
    y, x = numpy.mgrid[0:side, 0:side].astype(float)
    angle, period = dice.uniform(0, numpy.pi), dice.uniform(12, 120)
    u = (x * numpy.cos(angle) + y * numpy.sin(angle)) / period
    v = (y * numpy.cos(angle) - x * numpy.sin(angle)) / period
    kind = dice.choice(["stripes", "checks", "dots", "noise"])
    if kind == "stripes":
        share = (u % 1 < dice.uniform(0.2, 0.8)).astype(float)
    elif kind == "checks":
        share = (numpy.floor(u) + numpy.floor(v)) % 2
    elif kind == "dots":
        share = ((u % 1 - 0.5) ** 2 + (v % 1 - 0.5) ** 2 < dice.uniform(0.02, 0.2)).astype(float)
    else:
        chance = numpy.random.default_rng(dice.randrange(1 << 30))
        share = cv2.GaussianBlur(chance.random((side, side)), (0, 0), period / 8)
        share = (share - share.min()) / (share.max() - share.min())
    inks = [numpy.array([dice.randrange(256) for _ in range(3)]) for _ in range(2)]
    return (inks[0] + share[..., None] * (inks[1] - inks[0])).astype(numpy.uint8)


def draw(patterns, out, seed, each):
    """Writes queries with their truth; every pattern is misused in every way `each` times."""
    os.makedirs(f"{out}/q")
    with open(f"{out}/truth.jsonl", "w") as truth:
        def keep(name, picture, **members):
            quality = random.Random(name).randrange(70, 96)
            cv2.imwrite(f"{out}/q/{name}.jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
            truth.write(json.dumps({"file": f"q/{name}.jpg", **members}) + "\n")

        for label, tile in patterns.items():
            for family, misuse in MISUSES.items():
                for number in range(each):
                    dice = random.Random(f"{seed} {label} {family} {number}")
                    keep(f"{label}-{family}-{number}", misuse(tile, dice), label=label, family=family,
                         kind="positive")
        for number in range(len(patterns) * 4 * each):
            dice = random.Random(f"{seed} negative {number}")
            keep(f"negative-{number}", negative(dice), label=None, family="plain", kind="negative")


# MARK: rows

def selvage(program, patterns, folder):
    """Our command: a catalogue of the patterns, and its answer to every query."""
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(
            [program, "catalogue", "build", patterns, "--out", f"{scratch}/c", "--licensor",
             "https://parties.example/benchmark"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(
            [program, "catalogue", "eval", folder, "--catalogue", f"{scratch}/c", "--results",
             f"{scratch}/r.jsonl"], check=True, stdout=subprocess.DEVNULL)
        return [json.loads(line) for line in open(f"{scratch}/r.jsonl")]


def peer(name, patterns, folder, files):
    """A peer's answer to every query, decoding included in its time."""
    prepare, compare = PEERS[name]
    known = {label: prepare(tile, True) for label, tile in patterns.items()}
    rows = []
    for file in files:
        start = time.perf_counter()
        query = prepare(cv2.imread(f"{folder}/{file}"), False)
        scores = sorted(((compare(query, one), label) for label, one in known.items()), reverse=True)
        spent = (time.perf_counter() - start) * 1e3
        rows.append({"file": file, "matches": [[label, score] for score, label in scores[:3]], "ms": spent})
    return rows


def pdq(picture, licensed):
    rgb = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
    if licensed:
        return numpy.array(pdqhash.compute_dihedral(rgb)[0], bool)
    return numpy.array(pdqhash.compute(rgb)[0], bool)


def points(detector, most):
    def prepare(picture, _):
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        side = max(grey.shape)
        if side > most:
            grey = cv2.resize(grey, None, fx=most / side, fy=most / side, interpolation=cv2.INTER_AREA)
        return detector.detectAndCompute(grey, None)
    return prepare


def geometry(norm):
    matcher = cv2.BFMatcher(norm)

    def compare(query, known):
        """Inliers of a homography after the ratio test."""
        if query[1] is None or known[1] is None or len(query[1]) < 4 or len(known[1]) < 4:
            return 0
        pairs = [p for p in matcher.knnMatch(query[1], known[1], k=2) if len(p) == 2]
        good = [a for a, b in pairs if a.distance < 0.8 * b.distance]
        if len(good) < 4:
            return 0
        ends = [numpy.float32([side[0][getattr(m, key)].pt for m in good])
                for side, key in ((query, "queryIdx"), (known, "trainIdx"))]
        cv2.setRNGSeed(1)
        _, mask = cv2.findHomography(*ends, cv2.RANSAC, 5)
        return 0 if mask is None else int(mask.sum())
    return compare


PEERS = {
    "pdq8": (pdq, lambda query, known: 256 - int((query != known).sum(axis=1).min())),
    "orb": (points(cv2.ORB_create(1000), 800), geometry(cv2.NORM_HAMMING)),
    "sift": (points(cv2.SIFT_create(1000), 800), geometry(cv2.NORM_L2)),
}


# MARK: table

def judge(rows, truth):
    """Recall by family where no negative is matched, wrong assets there, and milliseconds."""
    best = {row["file"]: (row["matches"][0] if row["matches"] else [None, -1]) for row in rows}
    limit = max([best[f][1] for f, t in truth.items() if t["kind"] == "negative"], default=-1)
    found, wrong = collections.Counter(), 0
    for file, one in truth.items():
        if one["kind"] != "positive" or best[file][1] <= limit:
            continue
        right = best[file][0].split("/")[-1].split(":")[-1] == one["label"]
        found[one["family"]] += right
        wrong += not right
    return found, wrong, statistics.median(row["ms"] for row in rows)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("selvage")
    options.add_argument("--patterns", default=DEMO)
    options.add_argument("--set")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--each", type=int, default=1)
    given = options.parse_args()
    patterns = {os.path.splitext(f)[0]: cv2.imread(os.path.join(given.patterns, f))
                for f in sorted(os.listdir(given.patterns)) if f.lower().endswith((".png", ".jpg"))}
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.set or scratch
        if not given.set:
            draw(patterns, folder, given.seed, given.each)
        truth = {one["file"]: one for one in map(json.loads, open(f"{folder}/truth.jsonl"))}
        rows = {"selvage": selvage(given.selvage, given.patterns, folder)}
        for name in PEERS:
            rows[name] = peer(name, patterns, folder, list(truth))
    judged = {name: judge(one, truth) for name, one in rows.items()}
    counts = collections.Counter(t["family"] for t in truth.values() if t["kind"] == "positive")
    lines = [f"{len(patterns)} patterns, {sum(counts.values())} misused pictures, "
             f"{sum(t['kind'] == 'negative' for t in truth.values())} negatives, seed {given.seed}. "
             "Recall in % where no negative is matched.", "",
             "| family | n | " + " | ".join(judged) + " |", "| --- " * (len(judged) + 2) + "|"]
    for family, count in counts.items():
        cells = [f"{100 * found[family] / count:.0f}" for found, _, _ in judged.values()]
        lines.append(f"| {family} | {count} | " + " | ".join(cells) + " |")
    total = sum(counts.values())
    lines.append(f"| all | {total} | " + " | ".join(
        f"{100 * sum(found.values()) / total:.1f}" for found, _, _ in judged.values()) + " |")
    lines.append("| wrong asset | | " + " | ".join(str(wrong) for _, wrong, _ in judged.values()) + " |")
    lines.append("| ms, median, with decoding | | " + " | ".join(f"{ms:.1f}" for _, _, ms in judged.values()) + " |")
    print("\n".join(lines))
    stamp = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d-%H%M")
    with open(f"{HERE}/../Results/{stamp}-misuse.md", "w") as out:
        load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
        out.write(f"# Misused patterns, {stamp}\n\n{platform.machine()}, load {load}; `Benchmarks/run matching`.\n\n")
        out.write("\n".join(lines) + "\n")


main()
