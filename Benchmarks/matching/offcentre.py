# A test set in which products do not stand in the middle of their pictures.
#
# usage: offcentre.py SET PHOTOGRAPHS OUT [SEED]
#
# SET is a folder with truth.jsonl as `selvage catalogue eval` reads it. Its pictures of products, single repeats and
# tilings are laid into a corner of a larger picture, a seventh to a fifth of its area, in front of a photograph or of plain
# ground, and written with their labels to OUT.
import glob, json, os, random, sys

import cv2, numpy

FAMILIES = ("product_rigid", "product_cloth", "combo_product", "identical", "tile")


def main(source, photographs, out, seed=7):
    dice = random.Random(int(seed))
    photographs = sorted(glob.glob(os.path.join(photographs, "*")))
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(source, "truth.jsonl")) as lines, open(os.path.join(out, "truth.jsonl"), "w") as truth:
        for line in map(json.loads, lines):
            if line["kind"] != "positive" or line["family"] not in FAMILIES:
                continue
            if line["family"] in ("identical", "tile") and line["level"] == 3:
                continue
            picture = cv2.imread(os.path.join(source, line["file"]))
            if picture is None:
                sys.exit(f"{line['file']}: cannot be read")
            width, height = dice.choice([(1280, 960), (1024, 1280), (1400, 900)])
            ground = cv2.imread(dice.choice(photographs))
            scale = 1.001 * max(width / ground.shape[1], height / ground.shape[0])
            ground = cv2.resize(ground, None, fx=scale, fy=scale)[:height, :width]
            if dice.random() < .5:
                ground = numpy.full((height, width, 3), dice.randint(225, 255), numpy.uint8)
            scale = min(.42 * width / picture.shape[1], .48 * height / picture.shape[0])
            way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
            picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=way)
            across = dice.choice([dice.uniform(.01, .08), dice.uniform(.92, .99)])
            down = dice.choice([dice.uniform(.02, .15), dice.uniform(.85, .98)])
            left, top = int(across * (width - picture.shape[1])), int(down * (height - picture.shape[0]))
            ground[top:top + picture.shape[0], left:left + picture.shape[1]] = picture
            line["file"] = os.path.splitext(os.path.basename(line["file"]))[0] + ".jpg"
            cv2.imwrite(os.path.join(out, line["file"]), ground, [cv2.IMWRITE_JPEG_QUALITY, 85])
            truth.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit("usage: offcentre.py SET PHOTOGRAPHS OUT [SEED]")
    main(*sys.argv[1:])
