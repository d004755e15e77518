# Hashes beside their peers: decoding, PDQ and exact scans, in turns within one run on one core.
#
# usage: hashes.py PROGRAM [--pictures FOLDER] [--rounds N] [--sizes N,N]
import argparse, datetime, glob, io, json, os, platform, statistics, subprocess, tempfile, time

import cv2, faiss, numpy, pdqhash, PIL.Image

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = os.path.normpath(os.path.join(HERE, "../../../shared/patterns/photos"))
RADIUS = 31


class Ours:
    """Our program, asked one line at a time."""

    def __init__(self, program):
        self.process = subprocess.Popen(
            [os.path.abspath(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def timed(work, repeats):
    """Milliseconds of each repeat, and the last result."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        times.append((time.perf_counter() - start) * 1e3)
    return times, result


def make_pictures(folder, target, count=20):
    """JPEG files of 1024 x 682 from a folder's pictures, or drawn ones when there is none."""
    files = [file for kind in ("*.jpg", "*.png") for file in glob.glob(os.path.join(folder, kind))]
    pictures = [PIL.Image.open(file).convert("RGB") for file in sorted(files)]
    pictures = [one for one in pictures if one.width >= 800 and one.height >= 533][:count]
    source = f"{len(pictures)} photographs"
    if not pictures:
        source = f"{count} drawn pictures (no photographs at hand)"
        for seed in range(count):
            noise = numpy.random.default_rng(seed).integers(0, 256, (24, 36, 3), dtype=numpy.uint8)
            pictures.append(PIL.Image.fromarray(noise))
    made = []
    for index, one in enumerate(pictures):
        made.append(os.path.join(target, f"{index}.jpg"))
        one.resize((1024, 682), PIL.Image.LANCZOS).save(made[-1], quality=85)
    return made, source


def pillow_pixels(data):
    return numpy.asarray(PIL.Image.open(io.BytesIO(data)).convert("RGB"))


def opencv_pixels(data):
    return cv2.cvtColor(cv2.imdecode(numpy.frombuffer(data, numpy.uint8), 1), cv2.COLOR_BGR2RGB)


def hexadecimal(bits):
    return numpy.packbits(bits.astype(numpy.uint8)).tobytes().hex()


def measure_pictures(ours, files, rounds, raw):
    peers = {
        "decode, Pillow": lambda data: len(pillow_pixels(data)),
        "decode, OpenCV": lambda data: len(opencv_pixels(data)),
        "decode + PDQ, Pillow + pdqhash":
            lambda data: hexadecimal(pdqhash.compute_dihedral(pillow_pixels(data))[0][0]),
        "decode + PDQ, OpenCV + pdqhash":
            lambda data: hexadecimal(pdqhash.compute_dihedral(opencv_pixels(data))[0][0]),
    }
    mine = {"decode, ours": "decode", "decode in a child, ours": "pooled",
            "decode + PDQ, ours": "pdq", "PDQ alone, ours": "hash"}
    equal = {"decode + PDQ, Pillow + pdqhash": 0, "decode + PDQ, OpenCV + pdqhash": 0}
    for _ in range(rounds):
        for file in files:
            data = open(file, "rb").read()
            for row, verb in mine.items():
                answer = ours.ask(verb, file, 3)
                raw.setdefault(row, []).extend(answer["milliseconds"])
                if verb == "pdq": hash_of_ours = answer["results"][0]
            for row, work in peers.items():
                times, result = timed(lambda: work(data), 3)
                raw.setdefault(row, []).extend(times)
                if row in equal: equal[row] += result == hash_of_ours
            pixels = pillow_pixels(data)
            times, _ = timed(lambda: pdqhash.compute_dihedral(pixels), 3)
            raw.setdefault("PDQ alone, pdqhash", []).extend(times)
    asked = rounds * len(files)
    return {row: f"{count} of {asked} hashes equal ours" for row, count in equal.items()}


def make_codes(count, folder, queries=200):
    """Random codes; half of the queries lie 0 to 40 bits beside one of them."""
    random_numbers = numpy.random.default_rng(count)
    codes = random_numbers.integers(0, 256, (count, 32), dtype=numpy.uint8)
    asked = random_numbers.integers(0, 256, (queries, 32), dtype=numpy.uint8)
    for index in range(0, queries, 2):
        bits = numpy.zeros(256, numpy.uint8)
        bits[random_numbers.permutation(256)[: index % 41]] = 1
        asked[index] = codes[random_numbers.integers(count)] ^ numpy.packbits(bits)
    names = [os.path.join(folder, f"{name}{count}") for name in ("codes", "queries")]
    codes.tofile(names[0])
    asked.tofile(names[1])
    return codes, asked, names


def found_by(index, asked):
    """What a Faiss index finds, as text like ours; its radius is exclusive."""
    limits, distances, places = index.range_search(asked, RADIUS + 1)
    return [
        ",".join(f"{place}:{int(distance)}" for place, distance in
                 sorted(zip(places[a:b].tolist(), distances[a:b].tolist())))
        for a, b in zip(limits[:-1].tolist(), limits[1:].tolist())]


# Queries at once; "cold" is one, after the caches were emptied.
KINDS = {1: "one query", "cold": "one query, caches emptied", 8: "8 queries at once, each",
         200: "200 queries at once, each"}
OTHER = numpy.ones(1 << 24, numpy.uint64)


def measure_scan(ours, row, batch, file, asked, expected, indexes, rounds, raw):
    """One kind of scan: ours, and the peers right after it."""
    step = 1 if batch == "cold" else batch
    for _ in range(rounds):
        answer = ours.ask("scan", file, RADIUS, batch)
        assert answer["results"] == expected, "the scans differ"
        raw.setdefault(row + ", ours", []).extend(one / step for one in answer["milliseconds"])
        for name, index in zip(("Faiss flat", "Faiss multi-hash"), indexes):
            for first in range(0, len(asked), step):
                part = asked[first:first + step]
                if batch == "cold": OTHER[::8].sum()
                times, _ = timed(lambda: index.range_search(part, RADIUS + 1), 1)
                raw.setdefault(f"{row}, {name}", []).append(times[0] / len(part))


def measure_scans(ours, sizes, rounds, raw):
    notes = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            codes, asked, names = make_codes(size, folder)
            ours.ask("codes", names[0])
            flat = faiss.IndexBinaryFlat(256)
            flat.add(codes)
            multi = faiss.IndexBinaryMultiHash(256, 16, 16)
            multi.add(codes)
            expected = found_by(flat, asked)
            hits = sum(bool(one) for one in expected)
            for batch, kind in KINDS.items():
                row = f"{size:,} codes, {kind}"
                indexes = (flat, multi)
                measure_scan(ours, row, batch, names[1], asked, expected, indexes, rounds, raw)
                notes[row + ", ours"] = f"answers equal Faiss flat's, {hits} of 200 queries hit"
                recall = sum(a == b for a, b in zip(found_by(multi, asked), expected) if b) / hits
                notes[row + ", Faiss multi-hash"] = f"not exact: finds {recall:.3f} of the hits"
    return notes


# Which of our rows each peer's row is compared with.
PAIRS = [
    ("decode + PDQ, ours", ["decode + PDQ, Pillow + pdqhash", "decode + PDQ, OpenCV + pdqhash"]),
    ("PDQ alone, ours", ["PDQ alone, pdqhash"]),
    ("decode, ours", ["decode in a child, ours", "decode, Pillow", "decode, OpenCV"]),
]


def table(raw, notes):
    pairs = PAIRS + [
        (row, [row[:-4] + "Faiss flat", row[:-4] + "Faiss multi-hash"])
        for row in raw if "codes" in row and row.endswith("ours")]
    lines = ["| what | ms, median | least | of ours | |", "| --- | --- | --- | --- | --- |"]
    for ours, peers in pairs:
        base = statistics.median(raw[ours])
        for row in [ours] + peers:
            middle = statistics.median(raw[row])
            lines.append(
                f"| {row} | {middle:.3f} | {min(raw[row]):.3f} | {middle / base:.2f} | "
                f"{notes.get(row, '')} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--pictures", default=SHARED)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", default="100000,1000000")
    options = parser.parse_args()
    # Every side has one thread.
    cv2.setNumThreads(1)
    faiss.omp_set_num_threads(1)
    ours = Ours(options.program)
    raw, notes = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        files, source = make_pictures(options.pictures, folder)
        sizes = [os.path.getsize(file) for file in files]
        notes.update(measure_pictures(ours, files, options.rounds, raw))
    notes.update(measure_scans(ours, list(map(int, options.sizes.split(","))), options.rounds, raw))
    processor = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo")
                      if line.startswith("model name")), platform.machine())
    about = {
        "processor": processor, "cores": os.cpu_count(), "load": os.getloadavg()[0],
        "instructions": ours.ask("about")["note"], "faiss": faiss.__version__,
        "faiss options": faiss.get_compile_options().strip(), "pillow": PIL.__version__,
        "opencv": cv2.__version__, "numpy": numpy.__version__, "rounds": options.rounds,
        "pictures": f"{source}, 1024 x 682 JPEG, {statistics.median(sizes) / 1024:.0f} KB each"}
    text = "\n".join(f"- {name}: {value}" for name, value in about.items())
    text = f"{text}\n\n{table(raw, notes)}\n"
    print(text)
    day = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d-%H%M")
    place = os.path.join(HERE, "..", "Results", f"{day}-hashes")
    open(place + ".md", "w").write(f"# Hashes, {day} UTC\n\n{text}")
    rounded = {row: [round(one, 4) for one in times] for row, times in raw.items()}
    json.dump({"about": about, "milliseconds": rounded}, open(place + ".json", "w"), indent=0)


main()
