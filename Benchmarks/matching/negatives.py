# Pictures that show no licensed pattern, for `selvage catalogue eval`: how often is one matched all the same?
#
# usage: negatives.py OUT [--photographs FOLDER ...] [--textures FOLDER ...] [--cuts N] [--drawn N] [--seed N]
#
# Cuts and repeats of pictures in the folders, and plain patterns that are drawn here. What is drawn shares
# nothing with the series that backgrounds are measured on (`BackgroundPicture`), neither code nor numbers.
# Folders must not hold the catalogue's own patterns. Files that show the same as an earlier one are left
# out, and each source gives as many cuts as any other, so the number of independent sources is printed.
import argparse, io, json, math, os, random

import numpy
from PIL import Image, ImageDraw, ImageFilter

Image.MAX_IMAGE_PIXELS = None
KINDS = (".jpg", ".jpeg", ".png", ".webp", ".tga", ".tif", ".bmp")
# Files that come with textures and show no surface.
NO_SURFACE = ("_nm.", "_n.", "normal", "_gm.", "_spec", "bump", "_local", "_s.", "alpha", "lightmap", "mask")


# MARK: sources

def fingerprint(picture):
    grey = numpy.asarray(picture.convert("L").resize((9, 8), Image.BILINEAR), float)
    return (grey[:, 1:] > grey[:, :-1]).ravel()


def sources(folders, shortest, alike, known):
    """Files of pictures that differ from each other; `known` collects their fingerprints."""
    found = []
    for folder in folders:
        for base, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                path, low = os.path.join(base, name), name.lower()
                if not low.endswith(KINDS) or any(part in low for part in NO_SURFACE):
                    continue
                try:
                    picture = Image.open(path)
                    if min(picture.size) < shortest:
                        continue
                    picture.draft("RGB", (512, 512))
                    picture = picture.convert("RGB")
                    picture.thumbnail((256, 256))
                except (OSError, ValueError, SyntaxError):
                    continue
                if numpy.asarray(picture, float).mean(2).std() < 6:
                    continue
                mark = fingerprint(picture)
                if known and (numpy.array(known) != mark).sum(1).min() <= alike:
                    continue
                known.append(mark)
                found.append(path)
    return found


def cut(path, dice):
    """A part of a picture, or a part of it repeated, as a shop would show one or the other."""
    picture = Image.open(path).convert("RGB")
    width, height = picture.size
    share = dice.uniform(0.3, 1)
    across, down = max(64, int(width * share)), max(64, int(height * share * dice.uniform(0.8, 1)))
    across, down = min(across, width), min(down, height)
    left, top = dice.randint(0, width - across), dice.randint(0, height - down)
    part = picture.crop((left, top, left + across, top + down))
    side = dice.choice((480, 640, 800, 1024))
    if dice.random() < 0.4:
        cell = max(32, int(side / dice.uniform(1.5, 8)))
        part = part.resize((cell, max(32, int(cell * part.height / part.width))), Image.LANCZOS)
        drop = dice.choice((0, 0, 0.5))
        page = Image.new("RGB", (side, int(side * dice.uniform(0.6, 1))))
        for column in range(-1, side // cell + 2):
            shift = int(part.height * drop) if column % 2 else 0
            for row in range(-1, page.height // part.height + 2):
                page.paste(part, (column * cell, row * part.height + shift))
        part = page
    scale = side / max(part.size)
    return part.resize(
        (max(48, round(part.width * scale)), max(48, round(part.height * scale))), Image.LANCZOS)


# MARK: plain patterns

def colours(dice, count):
    """Some colours, of which two differ clearly in lightness."""
    while True:
        some = [tuple(dice.randint(0, 255) for _ in range(3)) for _ in range(count)]
        grey = [0.3 * r + 0.59 * g + 0.11 * b for r, g, b in some]
        if max(grey) - min(grey) > 40:
            return numpy.array(some, numpy.float32)


def stripes(u, v, dice):
    edges = sorted(dice.random() for _ in range(dice.randint(1, 5)))
    return numpy.searchsorted(edges, u % 1)


def waves(u, v, dice):
    swing, pace = dice.uniform(0.05, 0.5), dice.choice((1, 2, 3))
    return ((u + swing * numpy.sin(2 * math.pi * pace * v)) % 1 < dice.uniform(0.2, 0.7)).astype(int)


def zigzags(u, v, dice):
    steep = dice.uniform(0.3, 1.5)
    return ((v + steep * numpy.abs(u % 1 - 0.5)) % 1 < dice.uniform(0.3, 0.6)).astype(int)


def gingham(u, v, dice):
    return (u % 1 < 0.5).astype(int) + (v % 1 < 0.5)


def chequers(u, v, dice):
    return (numpy.floor(u) + numpy.floor(v)).astype(int) % 2


def tartan(u, v, dice):
    edges = sorted(dice.random() for _ in range(dice.randint(3, 7)))
    across, down = numpy.searchsorted(edges, u % 1), numpy.searchsorted(edges, v % 1)
    fine = dice.randint(12, 40)
    return numpy.where((numpy.floor((u + v) * fine) % 2) > 0, across, down)


def dots(u, v, dice):
    if dice.random() < 0.5:
        u = u + 0.5 * (numpy.floor(v) % 2)
    radius = dice.uniform(0.1, 0.45)
    return ((u % 1 - 0.5) ** 2 + (v % 1 - 0.5) ** 2 < radius ** 2).astype(int)


def rings(u, v, dice):
    far = numpy.hypot(u % 1 - 0.5, v % 1 - 0.5)
    return (numpy.floor(far * dice.uniform(3, 14)) % 2).astype(int)


def scales(u, v, dice):
    u = u + 0.5 * (numpy.floor(2 * v) % 2)
    far = numpy.hypot(u % 1 - 0.5, (2 * v) % 1 / 2)
    return (numpy.floor(far * dice.uniform(4, 12)) % 2).astype(int)


def bricks(u, v, dice):
    joint = dice.uniform(0.03, 0.12)
    u = u + dice.choice((0.5, 0.5, 0.33, 0.25)) * numpy.floor(2 * v)
    return ((u % 1 < joint / 2) | ((2 * v) % 1 < joint)).astype(int)


def herringbone(u, v, dice):
    long, joint = dice.choice((2, 3, 4)), dice.uniform(0.05, 0.2)
    across, down = numpy.floor(u * long), numpy.floor(v * long)
    turned = (across - down) % (2 * long) < long
    a = numpy.where(turned, v * long % 1, u * long % 1)
    b = numpy.where(turned, (u * long - down) % long, (v * long - across) % long)
    return ((a < joint) | (b < joint)).astype(int)


def diamonds(u, v, dice):
    far = numpy.abs(u % 1 - 0.5) + numpy.abs(v % 1 - 0.5)
    return (far < dice.uniform(0.2, 0.5)).astype(int) + (far < dice.uniform(0.05, 0.2))


def pluses(u, v, dice):
    if dice.random() < 0.5:
        u = u + 0.5 * (numpy.floor(v) % 2)
    x, y = numpy.abs(u % 1 - 0.5), numpy.abs(v % 1 - 0.5)
    arm, thick = dice.uniform(0.2, 0.45), dice.uniform(0.04, 0.15)
    return (((x < arm) & (y < thick)) | ((y < arm) & (x < thick))).astype(int)


def hexagons(u, v, dice):
    x, y = u, v * 2 / math.sqrt(3)
    x = x + 0.5 * (numpy.floor(y) % 2)
    far = numpy.maximum(numpy.abs(x % 1 - 0.5), numpy.abs(x % 1 - 0.5) * 0.5 + numpy.abs(y % 1 - 0.5) * 0.87)
    return (far > dice.uniform(0.36, 0.47)).astype(int)


def triangles(u, v, dice):
    return (numpy.floor(u + v) + numpy.floor(u) + numpy.floor(v)).astype(int) % 2


def trellis(u, v, dice):
    line = dice.uniform(0.04, 0.2)
    return (((u + v) % 1 < line) | ((u - v) % 1 < line)).astype(int)


def houndstooth(u, v, dice):
    x, y = numpy.floor(u * 8) % 8, numpy.floor(v * 8) % 8
    twill = (x + y) % 4 < 2
    return numpy.where(twill, x < 4, y < 4).astype(int)


def stars(u, v, dice):
    x, y = u % 1 - 0.5, v % 1 - 0.5
    points, depth = dice.choice((4, 5, 6, 8)), dice.uniform(0.2, 0.6)
    edge = dice.uniform(0.2, 0.42) * (1 - depth * (0.5 - 0.5 * numpy.cos(points * numpy.arctan2(y, x))))
    return (numpy.hypot(x, y) < edge).astype(int)


def confetti(u, v, dice):
    cells = numpy.random.default_rng(dice.randrange(1 << 30)).integers(0, 3, (24, 24))
    return cells[numpy.floor(v * 3).astype(int) % 24, numpy.floor(u * 3).astype(int) % 24]


PLAIN = (stripes, waves, zigzags, gingham, chequers, tartan, dots, rings, scales, bricks, herringbone, diamonds,
         pluses, hexagons, triangles, trellis, houndstooth, stars, confetti)


def plain(kind, dice):
    """A plain pattern: turned, slightly in perspective, shaded, as a photograph or a drawing would show it."""
    side = dice.choice((480, 640, 800))
    width, height = side, int(side * dice.uniform(0.6, 1))
    y, x = numpy.mgrid[0:2 * height, 0:2 * width].astype(numpy.float32) / 2
    x, y = x - width / 2, y - height / 2
    if dice.random() < 0.4:
        away = 1 + dice.uniform(-0.35, 0.35) * x / side + dice.uniform(-0.35, 0.35) * y / side
        x, y = x / away, y / away
    turn = math.radians(dice.choice((0, 0, 90, 45, dice.uniform(0, 180))))
    cell = side / dice.uniform(3, 30)
    stretch = dice.choice((1, 1, dice.uniform(0.6, 1.6)))
    u = (x * math.cos(turn) + y * math.sin(turn)) / cell + dice.random()
    v = (y * math.cos(turn) - x * math.sin(turn)) / cell * stretch + dice.random()
    which = kind(u, v, dice)
    palette = colours(dice, int(which.max()) + 1)
    pixels = palette[which]
    if dice.random() < 0.3:
        bright = 1 + dice.uniform(-0.3, 0.3) * numpy.sin(x / side * 5) + dice.uniform(-0.2, 0.2) * y / side
        pixels = pixels * bright[..., None]
    if dice.random() < 0.4:
        noise = numpy.random.default_rng(dice.randrange(1 << 30))
        pixels = pixels + noise.normal(0, dice.uniform(2, 14), pixels.shape)
    picture = Image.fromarray(numpy.clip(pixels, 0, 255).astype(numpy.uint8))
    picture = picture.resize((width, height), Image.BOX)
    if dice.random() < 0.3:
        picture = picture.filter(ImageFilter.GaussianBlur(dice.uniform(0.4, 1.6)))
    if dice.random() < 0.2:
        page = Image.new("RGB", (width, height), tuple(dice.randint(120, 255) for _ in range(3)))
        mask = Image.new("L", (width, height))
        ImageDraw.Draw(mask).ellipse(
            (width * 0.1, height * 0.1, width * 0.9, height * 0.9), fill=255)
        picture = Image.composite(picture, page, mask)
    return picture


# MARK: the set

def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("out")
    asked.add_argument("--photographs", nargs="*", default=[])
    asked.add_argument("--textures", nargs="*", default=[])
    asked.add_argument("--cuts", type=int, default=6500)
    asked.add_argument("--drawn", type=int, default=4000)
    asked.add_argument("--seed", type=int, default=1)
    asked = asked.parse_args()
    os.makedirs(f"{asked.out}/q", exist_ok=True)
    known = []
    files = [("photograph", path) for path in sources(asked.photographs, 600, 6, known)]
    files += [("texture", path) for path in sources(asked.textures, 128, 3, known)]
    tasks = []
    if files:
        # A photograph is large and gives four times as many cuts as a texture.
        turns = [one for one in files for _ in range(4 if one[0] == "photograph" else 1)]
        random.Random(asked.seed).shuffle(turns)
        tasks += [turns[number % len(turns)] for number in range(asked.cuts)]
    tasks += [(PLAIN[number % len(PLAIN)].__name__, None) for number in range(asked.drawn)]
    used = {path for _, path in tasks if path}
    print(f"{len(used)} independent sources, {len(PLAIN)} kinds of plain patterns")
    # In shuffled order, so that a run that is cut short is a sample of all.
    order = list(range(len(tasks)))
    random.Random(asked.seed + 1).shuffle(order)
    with open(f"{asked.out}/truth.jsonl", "w", encoding="utf-8") as truth:
        for place, number in enumerate(order):
            family, path = tasks[number]
            dice = random.Random(f"{asked.seed}/{number}")
            picture = cut(path, dice) if path else plain(globals()[family], dice)
            name = f"q/{place:05d}.jpg"
            content = io.BytesIO()
            picture.save(content, "JPEG", quality=dice.choice((60, 75, 85, 92)))
            with open(f"{asked.out}/{name}", "wb") as file:
                file.write(content.getvalue())
            truth.write(json.dumps({"file": name, "label": None, "family": family, "kind": "negative",
                                    "source": path and os.path.basename(path)}) + "\n")
            truth.flush()


if __name__ == "__main__":
    main()
