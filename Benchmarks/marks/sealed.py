# Marks through the whole product: sealed with `asset seal`, attacked, and asked for with `asset verify`.
#
# usage: sealed.py SELVAGE MASTERS ATTACKS WORK
#
# SELVAGE is the command; MASTERS a folder of pictures, each repeated to at least 512 pixels; ATTACKS a Python module with
# ATTACKS and run(name, image, seed). WORK keeps the catalogue, so that a second run seals nothing anew (sealing takes half a
# minute a picture, nearly all of it for the background of recognition). Each attacked picture is asked for twice: as a user
# would, and with a catalogue that has forgotten how tiles lie, so that only pilots lead to marks.
import collections, hashlib, importlib.util, json, os, re, shutil, subprocess, sys

import cv2

from marks import master_of, pictures_of


def seal(selvage, masters):
    for name, image in pictures_of(masters):
        stem = os.path.splitext(name)[0].replace("/", "-")
        if os.path.exists(f"{stem}.sealed.png"):
            continue
        cv2.imwrite(f"{stem}.png", master_of(image))
        done = subprocess.run(
            [selvage, "asset", "seal", f"{stem}.png", "--catalogue", "catalogue", "--data", "data",
             "--licensor", "https://parties.example/benchmark", "--creator", "Benchmark"], capture_output=True, text=True)
        print(f"  {stem}: {'sealed' if done.returncode == 0 else done.stderr.strip()}", file=sys.stderr, flush=True)


def forget(catalogue, copy):
    """A copy of a catalogue that does not say how tiles lie."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(catalogue, copy)
    with open(f"{copy}/assets.jsonl") as file:
        assets = file.read()
    without = re.sub(r',"markTiles":\{"height":\{[^}]*\},"width":\{[^}]*\}\}', "", assets)
    with open(f"{copy}/catalogue.json") as file:
        head = file.read()
    if without == assets or "markTiles" in without:
        sys.exit("sealed: the catalogue says how tiles lie in another way than this script knows")
    old, new = (hashlib.sha256(text.encode()).hexdigest() for text in (assets, without))
    for name, text in (("assets.jsonl", without), ("catalogue.json", head.replace(old, new))):
        with open(f"{copy}/{name}", "w") as file:
            file.write(text)


def verify(selvage, catalogue, asset, payload):
    done = subprocess.run(
        [selvage, "asset", "verify", "asked.png", "--catalogue", catalogue, "--data", "data", "--json"],
        capture_output=True, text=True)
    found = json.loads(done.stdout)
    payloads = [mark["payload"] for mark in found["marks"]]
    seen = [one["match"]["asset"] for one in found.get("recognised", [])]
    return payload in payloads, any(one != payload for one in payloads), asset in seen


def main(selvage, masters, attacks, work):
    selvage, masters, attacks = map(os.path.abspath, (selvage, masters, attacks))
    spec = importlib.util.spec_from_file_location("attacks", attacks)
    attack = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(attack)
    os.makedirs(work, exist_ok=True)
    os.chdir(work)
    seal(selvage, masters)
    forget("catalogue", "forgetful")
    with open("catalogue/assets.jsonl") as lines:
        assets = sorted(map(json.loads, lines), key=lambda asset: asset["title"])
    rows = collections.defaultdict(lambda: [0] * 6)
    for place, asset in enumerate(assets):
        if "mark" not in asset["seal"]:
            print(f"  {asset['title']}: has no mark", file=sys.stderr)
            continue
        sealed = cv2.imread(f"{asset['title']}.sealed.png")
        for kind in attack.ATTACKS:
            cv2.imwrite("asked.png", attack.run(kind, sealed, place), [cv2.IMWRITE_PNG_COMPRESSION, 1])
            read, wrong, seen = verify(selvage, "catalogue", asset["id"], asset["seal"]["mark"]["payload"])
            alone, other, _ = verify(selvage, "forgetful", asset["id"], asset["seal"]["mark"]["payload"])
            for column, value in enumerate((1, alone, read, seen, read or seen, wrong or other)):
                rows[kind][column] += value
        print(f"  {place + 1} of {len(assets)}", file=sys.stderr, flush=True)
    rows["all"] = [sum(row[column] for row in rows.values()) for column in range(6)]
    print("| attack | pictures | mark, pilots alone | mark | recognised | either | wrong payload |\n|---" + "|---" * 6 + "|")
    for kind, row in rows.items():
        print(f"| {kind} | " + " | ".join(map(str, row)) + " |")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit("usage: sealed.py SELVAGE MASTERS ATTACKS WORK")
    main(*sys.argv[1:])
