# A catalogue of many synthetic assets, to see how the cost of recognition grows.
#
# usage: growth.py CATALOGUE COUNT OUT
#
# CATALOGUE is one that `selvage catalogue build` made of real pictures. OUT gets its assets and so many
# more that there are COUNT. Each further one has the keypoints of a real one with descriptors of its own:
# every value moved by up to 32 at random and scaled again. Its hash is random, and its luma is a grey
# square, so a comparison with it costs less than with a real one. `selvage catalogue refresh OUT` makes
# the search index, which is the build time; `selvage catalogue eval SET --catalogue OUT` prints what each
# step costs.
import hashlib, json, os, shutil, sys

import numpy

DESCRIPTOR = 64


class Features:
    """The parts of a `.features` file (`RepeatSignature+Bytes.swift` has the form)."""

    def __init__(self, content):
        place = 7 + content[6]
        count = int.from_bytes(content[place + 8:place + 10], "little")
        points = place + 10
        descriptors = points + 9 * count
        self.head = content[:descriptors]
        self.count = count
        rows = numpy.frombuffer(content, numpy.uint8, DESCRIPTOR * count, descriptors)
        self.descriptors = rows.reshape(count, DESCRIPTOR).astype(numpy.float32)

    def moved(self, dice):
        """The same keypoints with other descriptors."""
        moved = self.descriptors + dice.integers(-32, 33, self.descriptors.shape)
        moved = numpy.clip(moved, 0, None)
        length = numpy.sqrt((moved * moved).sum(1, keepdims=True))
        scaled = numpy.clip(moved / numpy.maximum(length, 1) * 256 + 0.5, 0, 127)
        return self.head + scaled.astype(numpy.uint8).tobytes() + PICTURES


def grey_square(side=8):
    """Packed luma of one grey: the neighbourhoods at the border in Rice code, the rest as runs."""
    bits, total, seen = "", 16, 4
    for row in range(side):
        for _ in range(side if row == 0 else 1):
            parameter = next(p for p in range(8) if seen << p >= total or p == 7)
            bits += "1" + "0" * parameter
            seen += 1
        if row:
            run = bin(side)[2:]
            bits += "0" * (len(run) - 1) + run
    bits += "0" * (-len(bits) % 8)
    packed = int(bits, 2).to_bytes(len(bits) // 8, "big")
    size = side.to_bytes(2, "little") * 2
    return size + len(packed).to_bytes(4, "little") + packed + size + bytes([128] * side * side * 3)


PICTURES = grey_square()


def main(source, count, out):
    dice = numpy.random.default_rng(1)
    os.makedirs(f"{out}/signatures", exist_ok=True)
    with open(f"{source}/assets.jsonl", encoding="utf-8") as file:
        lines = file.read().splitlines()[:count]
    real = [json.loads(line) for line in lines]
    models = []
    for asset in real:
        name = f"signatures/{asset['signatures']['repeat']['features']}.features"
        shutil.copy(f"{source}/{name}", f"{out}/{name}")
        with open(f"{out}/{name}", "rb") as file:
            models.append(Features(file.read()))
    digest = hashlib.sha256()
    with open(f"{out}/assets.jsonl", "w", encoding="utf-8") as file:
        for number in range(count):
            if number < len(real):
                line = lines[number]
            else:
                line = synthetic(real[number % len(real)], models[number % len(real)], number, dice, out)
            file.write(line + "\n")
            digest.update(line.encode() + b"\n")
    with open(f"{source}/catalogue.json", encoding="utf-8") as file:
        head = json.load(file)
    head["assets"] = {"count": count, "file": "assets.jsonl", "sha256": digest.hexdigest()}
    head.pop("seal", None)
    with open(f"{out}/catalogue.json", "w", encoding="utf-8") as file:
        json.dump(head, file, sort_keys=True, separators=(",", ":"))


def synthetic(model, features, number, dice, out):
    content = features.moved(dice)
    name = hashlib.sha256(content).hexdigest()
    with open(f"{out}/signatures/{name}.features", "wb") as file:
        file.write(content)
    hashes = [dice.bytes(32).hex() for _ in range(8)]
    asset = {
        "components": [], "id": f"{model['licensor']}/synthetic/{number}", "licensor": model["licensor"],
        "rights": [], "title": f"synthetic {number}",
        "signatures": {
            "pdq": {"dihedral": hashes, "hash": hashes[0], "quality": 100},
            "repeat": {"background": model["signatures"]["repeat"].get("background"),
                       "features": name, "keypoints": features.count},
        },
    }
    if asset["signatures"]["repeat"]["background"] is None:
        del asset["signatures"]["repeat"]["background"]
    return json.dumps(asset, sort_keys=True, separators=(",", ":"))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
