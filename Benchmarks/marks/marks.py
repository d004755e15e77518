# Marks: read after attacks beside two peers, decisions where there is no mark, cost, leakage.
#
# usage: marks.py PROGRAM [null|cost|attacks|leakage|alarms ...] [--pictures FOLDER] [--masters FOLDER] [--attacks FILE]
#                 [--decisions N] [--sets N] [--peers A,B] [--out NAME]
#
#   null      decisions on the pictures under random keys: histogram of the statistic beside the bound
#   cost      processor time of marking, early test and full look beside OpenCV's JPEG decoding, in turns
#   attacks   FILE is a Python module with ATTACKS and run(name, image, seed); masters are marked by us and by
#             each peer, attacked alike, and read
#   leakage   pictures made of marked masters by quilting and by a model of patches, and how they stand out
#   alarms    the same test on sets of pictures that nobody marked
#
# Without words: null and cost. Without folders the demo's drawings are used, for both.
import argparse, datetime, glob, importlib.util, json, math, os, platform, random, statistics, subprocess, sys, time

import cv2, numpy

HERE = os.path.dirname(os.path.abspath(__file__))
DRAWINGS = os.path.normpath(os.path.join(HERE, "../../Signatures/Catalogues/demo/images"))


class Ours:
    """Our program, asked one line at a time."""

    def __init__(self, program):
        self.process = subprocess.Popen(
            [os.path.abspath(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, verb, image=None, *words):
        size = [] if image is None else [image.shape[1], image.shape[0]]
        self.process.stdin.write((" ".join(map(str, [verb, *size, *words])) + "\n").encode())
        if image is not None:
            self.process.stdin.write(numpy.ascontiguousarray(image[..., ::-1]).tobytes())
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        picture = None
        if answer.get("bytes"):
            data = self.process.stdout.read(answer["bytes"])
            picture = numpy.frombuffer(data, numpy.uint8).reshape(image.shape)[..., ::-1].copy()
        return answer, picture


def pictures_of(folder, least=0):
    found = []
    for file in sorted(glob.glob(os.path.join(folder, "**/*.*"), recursive=True)):
        image = cv2.imread(file)
        if image is not None and min(image.shape[:2]) >= least:
            found.append((os.path.relpath(file, folder), image))
    return found


def master_of(image, side=512):
    """The fewest whole repeats that are as large as a file that is sold."""
    count = -(-side // min(image.shape[:2]))
    return numpy.tile(image, (count, count, 1))


def null(ours, pictures, decisions):
    each = -(-decisions // len(pictures))
    started, told = time.process_time(), 0
    for place, (name, image) in enumerate(pictures):
        trial = ours.ask("null", image, each, (place + 1) * 0x9E3779B97F4A7C15 % 2 ** 64)[0]["trial"]
        if trial["decisions"] >= told + 1_000_000:
            told = trial["decisions"]
            print(f"  {told:,} decisions, largest {trial['largest']:.2f}", file=sys.stderr, flush=True)
    counts = trial["histogram"]
    rows = [(t, sum(counts[round(t * 10):]), min(1, trial["bound"][round(t * 10)]))
            for t in (6, 7, 8, 9, 9.5, 10, 10.5, 11)]
    rows.append((round(trial["threshold"], 2), trial["hits"],
                 min(1, math.exp(64 * math.log(2) - trial["threshold"] ** 2 / 2))))
    print(f"**Null.** {trial['decisions']:,} decisions on {trial['tiles']} folded tiles of {len(pictures)} pictures: "
          f"{trial['hits']} at the threshold of {trial['threshold']:.2f}. Statistic {trial['mean']:.2f} ± "
          f"{trial['deviation']:.2f}, largest {trial['largest']:.2f}.\n")
    print("| statistic at least | decisions | the bound allows, of one decision |\n|---|---|---|")
    for at, count, bound in rows:
        print(f"| {at} | {count:,} | {bound:.2g} |")
    return trial


def cost(ours, pictures, repeats=5):
    """Everything in turns, the least of each."""
    rows = {}
    for name, image in pictures:
        scale = (1e6 / image.shape[0] / image.shape[1]) ** 0.5
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        for kind, one in (("1 megapixel", cv2.resize(image, None, fx=scale, fy=scale, interpolation=way)),
                          ("as it is", image)):
            data = cv2.imencode(".jpg", one, [1, 85])[1]
            decode, early, full, embed = [], [], [], []
            for _ in range(3):
                for _ in range(repeats):
                    start = time.process_time()
                    cv2.imdecode(data, 1)
                    decode.append((time.process_time() - start) * 1e3)
                early += ours.ask("cost", one, "early", repeats)[0]["milliseconds"]
                full += ours.ask("cost", one, "full", repeats)[0]["milliseconds"]
            if min(one.shape[:2]) >= 256:
                embed = ours.ask("embed", one, 1)[0]["milliseconds"]
            rows.setdefault(kind, []).append(
                (min(decode), min(early), min(full), min(embed or [math.nan]), one.shape[0] * one.shape[1] / 1e6))
    print("**Cost**, milliseconds of processor time, one thread, least of several, means over pictures; marking once.\n")
    print("| pictures | megapixels | JPEG decoding (OpenCV) | early test | in decodings | full look, no mark | a megapixel | marking |")
    print("|---|---|---|---|---|---|---|---|")
    for kind, values in rows.items():
        a = numpy.array(values)
        print(f"| {len(a)}, {kind} | {a[:, 4].mean():.2f} | {a[:, 0].mean():.2f} | {a[:, 1].mean():.2f} | "
              f"{a[:, 1].mean() / a[:, 0].mean():.2f} | {a[:, 2].mean():.1f} | {a[:, 2].sum() / a[:, 4].sum():.1f} | "
              f"{numpy.nanmean(a[:, 3]):.0f} |")
    return rows


class Invisible:
    """invisible-watermark; its learned mode is not used, and not needed."""

    def __init__(self, mode):
        import types
        for name in ("torch", "onnxruntime"):
            sys.modules.setdefault(name, types.ModuleType(name))
        from imwatermark import WatermarkDecoder, WatermarkEncoder
        self.name, self.mode, self.decoder, self.encoder = mode, mode, WatermarkDecoder, WatermarkEncoder

    def embed(self, image, bits):
        encoder = self.encoder()
        encoder.set_watermark("bits", [int(bit) for bit in bits])
        return encoder.encode(image, self.mode)

    def read(self, image):
        return numpy.asarray(self.decoder("bits", 64).decode(image, self.mode)).astype(bool)


class Blind:
    """blind-watermark, without its search for crops, which needs the first picture's size."""
    name = "blind-watermark"

    def __init__(self):
        import blind_watermark
        try:
            blind_watermark.bw_notes.close()
        except AttributeError:
            pass
        self.library = blind_watermark

    def embed(self, image, bits):
        mark = self.library.WaterMark(password_img=1, password_wm=1)
        mark.read_img(img=image.copy())
        mark.read_wm(bits.astype(bool), mode="bit")
        return numpy.clip(numpy.rint(mark.embed()), 0, 255).astype(numpy.uint8)

    def read(self, image):
        mark = self.library.WaterMark(password_img=1, password_wm=1)
        return numpy.asarray(mark.extract(embed_img=image.astype(numpy.float32), wm_shape=64, mode="bit")) > 0.5


class Mine:
    """Selvage: says nothing where it is not sure."""
    name = "Selvage"

    def __init__(self, ours):
        self.ours = ours

    def embed(self, image, bits):
        payload = "%016x" % int("".join("1" if bit else "0" for bit in bits), 2)
        return self.ours.ask("mark", image, payload, "rectangular")[1]

    def read(self, image):
        answer = self.ours.ask("read", image)[0]
        self.statistic = answer.get("statistic") or 0
        if not answer.get("payload"):
            return None
        return numpy.array([digit == "1" for digit in f"{int(answer['payload'], 16):064b}"])


def decibels(one, two):
    return 10 * math.log10(255 ** 2 / max(1e-9, numpy.mean((one.astype(float) - two) ** 2)))


def attacks(ours, masters, module, wanted, raw):
    from skimage.metrics import structural_similarity
    spec = importlib.util.spec_from_file_location("attacks", module)
    attack = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(attack)
    makers = {"selvage": lambda: Mine(ours), "dwtDct": lambda: Invisible("dwtDct"),
              "dwtDctSvd": lambda: Invisible("dwtDctSvd"), "blind-watermark": Blind}
    rows, quality, exact = {}, {}, {}
    for peer in ("selvage", *wanted):
        marks = makers[peer]()
        for place, (name, image) in enumerate(masters):
            image = master_of(image)
            bits = numpy.random.default_rng([place, 64]).integers(0, 2, 64).astype(bool)
            start = time.process_time()
            marked = marks.embed(image, bits)
            if marked is None:
                print(f"  {name}: cannot be marked", file=sys.stderr)
                for kind in attack.ATTACKS:
                    rows.setdefault(marks.name, {}).setdefault(kind, []).append((0, 0, 0, 0))
                continue
            quality.setdefault(marks.name, []).append(
                (decibels(image, marked), float(structural_similarity(image, marked, channel_axis=2))))
            for kind in attack.ATTACKS:
                try:
                    found = marks.read(attack.run(kind, marked, place))
                except Exception as problem:  # a peer that cannot read a picture of this size has not read it
                    found, raw.setdefault("failed", {})[f"{marks.name} {kind} {name}"] = None, str(problem)
                right = found is not None and len(found) == 64 and bool((found == bits).all())
                wrong = found is not None and marks.name == "Selvage" and not right
                share = float((found == bits).mean()) if found is not None and len(found) == 64 else 0
                rows.setdefault(marks.name, {}).setdefault(kind, []).append(
                    (int(right), int(wrong), getattr(marks, "statistic", 0), share))
            print(f"  {marks.name} {place + 1} of {len(masters)} {name} {quality[marks.name][-1][0]:.1f} dB "
                  f"{sum(rows[marks.name][kind][-1][0] for kind in attack.ATTACKS)} of {len(attack.ATTACKS)}",
                  file=sys.stderr, flush=True)
            raw["attacks"] = {"rows": rows, "quality": quality}
    names = list(rows)
    print("**Attacks.** Share of payloads read exactly, in %; of ours in brackets the median statistic; of peers the mean "
          "share of bits.\n")
    print("| attack | " + " | ".join(names) + " |\n|---" * 1 + "|---" * len(names) + "|")
    for kind in attack.ATTACKS:
        cells = []
        for name in names:
            values = numpy.array(rows[name][kind], dtype=float)
            beside = f"{numpy.median(values[:, 2]):.0f}" if name == "Selvage" else f"{values[:, 3].mean():.2f}"
            cells.append(f"{100 * values[:, 0].mean():.0f} ({beside})")
        print(f"| {kind} | " + " | ".join(cells) + " |")
    totals = []
    for name in names:
        values = [value for kind in rows[name].values() for value in kind]
        totals.append(f"**{sum(v[0] for v in values)} of {len(values)} ({100 * numpy.mean([v[0] for v in values]):.1f} %)**")
    print("| all | " + " | ".join(totals) + " |")
    print("| wrong payloads | " + " | ".join(
        str(sum(v[1] for kind in rows[name].values() for v in kind)) if name == "Selvage" else "no test" for name in names) + " |")
    for label, column, form in (("PSNR, mean (least)", 0, "%.1f (%.1f)"), ("SSIM, mean (least)", 1, "%.3f (%.3f)")):
        print(f"| {label} | " + " | ".join(
            form % (numpy.mean([q[column] for q in quality[name]]), min(q[column] for q in quality[name]))
            for name in names) + " |")


def quilt(source, rng, side=384, patch=64, overlap=16, candidates=24):
    """Image quilting: patches of the source, each the best of some where it overlaps what is there."""
    step = patch - overlap
    count = -(-(side - overlap) // step)
    out = numpy.zeros((count * step + overlap,) * 2 + (3,), numpy.float32)
    ramp = (numpy.arange(overlap) + 0.5) / overlap
    for row in range(count):
        for column in range(count):
            y, x, best = row * step, column * step, None
            for _ in range(candidates if row or column else 1):
                top, left = rng.integers(0, source.shape[0] - patch), rng.integers(0, source.shape[1] - patch)
                piece, error = source[top:top + patch, left:left + patch].astype(numpy.float32), 0
                if column:
                    error += numpy.mean((piece[:, :overlap] - out[y:y + patch, x:x + overlap]) ** 2)
                if row:
                    error += numpy.mean((piece[:overlap] - out[y:y + overlap, x:x + patch]) ** 2)
                if best is None or error < best[0]:
                    best = (error, piece)
            weight = numpy.ones((patch, patch, 1), numpy.float32)
            if column:
                weight[:, :overlap] *= ramp[None, :, None]
            if row:
                weight[:overlap] *= ramp[:, None, None]
            there = out[y:y + patch, x:x + patch]
            out[y:y + patch, x:x + patch] = there * (1 - weight) + best[1] * weight
    return numpy.clip(numpy.rint(out[:side, :side]), 0, 255).astype(numpy.uint8)


def patch_model(source, rng, parts, side=384, patch=32, patches=1000):
    """A linear generative model: principal components of patches, coefficients drawn again with jitter, blended."""
    light = source.mean(2).astype(numpy.float32)
    rows = numpy.empty((patches, patch * patch), numpy.float32)
    for place in range(patches):
        top, left = rng.integers(0, light.shape[0] - patch), rng.integers(0, light.shape[1] - patch)
        rows[place] = light[top:top + patch, left:left + patch].ravel()
    mean = rows.mean(0)
    axes = numpy.linalg.svd(rows - mean, full_matrices=False)[2][:parts]
    weights = (rows - mean) @ axes.T
    spread, step, window = weights.std(0), patch // 2, numpy.hanning(patch + 2)[1:-1]
    window = numpy.outer(window, window).astype(numpy.float32)
    count = side // step + 1
    out = numpy.zeros((count * step + patch,) * 2, numpy.float32)
    power = out + 1e-6
    for row in range(count):
        for column in range(count):
            drawn = 0.7 * weights[rng.integers(patches)] + 0.5 * rng.normal(0, 1, axes.shape[0]) * spread
            y, x = row * step, column * step
            out[y:y + patch, x:x + patch] += window * (drawn @ axes).reshape(patch, patch)
            power[y:y + patch, x:x + patch] += window * window
    grey = (out / numpy.sqrt(power))[:side, :side] + mean.mean()
    return numpy.repeat(numpy.clip(numpy.rint(grey), 0, 255).astype(numpy.uint8)[..., None], 3, 2)


def leakage(ours, masters, raw, counts=(8, 16, 24)):
    masters = [(name, master_of(image, 400)[:600, :600].copy()) for name, image in masters][:max(counts)]
    jpeg = lambda image: cv2.imdecode(cv2.imencode(".jpg", image, [1, 60])[1], 1)
    soft = lambda image: cv2.resize(
        cv2.resize(image, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA), image.shape[1::-1],
        interpolation=cv2.INTER_CUBIC)
    same = lambda image: image
    quilted = lambda image, place: quilt(image, numpy.random.default_rng([1, place]))
    model = lambda parts: lambda image, place: patch_model(image, numpy.random.default_rng([2, place]), parts)
    wanted = [("quilt", quilted, same, 1), ("quilt, JPEG 60", quilted, jpeg, 1),
              ("quilt, 0.6x and back", quilted, soft, 1), ("quilt, one in two marked", quilted, same, 2),
              ("quilt, one in four marked", quilted, same, 4), ("patch-PCA 256", model(256), same, 1),
              ("patch-PCA 32", model(32), same, 1)]
    print("**Leakage.** Joint z (calibrated chance, 20,000 random keys) at N = " + " / ".join(map(str, counts)) + ".\n")
    print("| set | 46 dB | 42 dB | unmarked |\n|---|---|---|---|")
    table = {}
    for name, generate, after, share in wanted:
        cells = []
        for level in (46, 42, None):
            if level is None and share > 1:
                cells.append("")
                continue
            ours.ask("anew")
            found = []
            for place, (asset, image) in enumerate(masters):
                if level and place % share == 0:
                    image = ours.ask("trace", image, f"a{place}", level)[1]
                ours.ask("leak", after(generate(image, place)))
                if place + 1 in counts:
                    found.append(ours.ask("leaked", None, 20_000)[0]["leak"])
            table[f"{name} {level}"] = found
            cells.append(" / ".join(f"{one['statistic']:.1f}" for one in found) + " (" + " / ".join(
                f"{one['chance']:.0e}" if one["chance"] < 0.01 else f"{one['chance']:.2f}" for one in found) + ")")
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
    raw["leakage"] = table


def alarms(ours, pictures, sets, raw, keys=100):
    for _, image in pictures:
        ours.ask("keep", image[:1024, :1024])
    started = time.time()
    chances = sorted(ours.ask("alarms", None, keys, sets, 16, 20_000, 11)[0]["chances"])
    print(f"**False alarms.** {len(chances):,} sets of 16 of {len(pictures)} pictures that nobody marked, "
          f"{len(chances) // keys} with each of {keys} keys.\n")
    print("| chance at most | sets | expected |\n|---|---|---|")
    for limit in (1e-4, 1e-3, 1e-2, 0.1, 0.5):
        print(f"| {limit:g} | {sum(chance <= limit for chance in chances)} | {limit * len(chances):g} |")
    raw["alarms"] = chances


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("parts", nargs="*", default=[])
    parser.add_argument("--pictures", help="a folder of pictures without a mark")
    parser.add_argument("--masters", help="a folder of repeats, one a file")
    parser.add_argument("--attacks", help="a Python module with ATTACKS and run(name, image, seed)")
    parser.add_argument("--decisions", type=int, default=100_000)
    parser.add_argument("--sets", type=int, default=1_000)
    parser.add_argument("--peers", default="dwtDct,dwtDctSvd,blind-watermark")
    parser.add_argument("--most", type=int, default=1_000_000, help="how many pictures or masters, at the most")
    parser.add_argument("--out", help="where the raw run is kept; without it Results, by date")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    parts = options.parts or ["null", "cost"]
    ours, raw = Ours(options.program), {"machine": platform.processor() or platform.machine()}
    pictures = pictures_of(options.pictures or DRAWINGS, 128)[:options.most]
    masters = pictures_of(options.masters or DRAWINGS, 92)[:options.most]
    for part in parts:
        if part == "null":
            raw["null"] = null(ours, pictures, options.decisions)
        elif part == "cost":
            raw["cost"] = cost(ours, [one for one in pictures if min(one[1].shape[:2]) >= 256])
        elif part == "attacks":
            attacks(ours, masters, options.attacks, [p for p in options.peers.split(",") if p], raw)
        elif part == "leakage":
            leakage(ours, masters, raw)
        elif part == "alarms":
            alarms(ours, pictures, options.sets, raw)
        print(flush=True)
    out = options.out or os.path.join(
        HERE, "../Results", f"{datetime.datetime.now():%Y-%m-%d-%H%M}-marks.json")
    with open(out, "w") as file:
        json.dump(raw, file)


if __name__ == "__main__":
    main()
