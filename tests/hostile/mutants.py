# SPDX-License-Identifier: GPL-2.0-or-later
"""Images made from good ones, each another way, always the same ones: of iso.py with what is unusual and right, with one
field changed, and with bytes of the structure changed; of genisoimage, xorriso and suppack with bytes changed."""
import random

from iso import SECTOR, Continued, Image, entry, nm, px, rr, tf

SEED = 20231114
WORDS = ("update", "install", "repomd", "Packages", "README", "a", "zz", "osnexus-quantastor", "x_y", "1.0.0-1", "noarch", "key")
ENDS = ("", ".xml", ".sh", ".rpm", ".xml.asc", ".gz", ".txt")


def tree(dice):
    """A few folders and files, some of them alike in many ways."""
    found, folders = {}, [""]
    for _ in range(dice.randint(3, 12)):
        name = "-".join(dice.sample(WORDS, dice.randint(1, 3))) + dice.choice(ENDS)
        above = dice.choice(folders)
        path = f"{above}/{name}" if above else name
        if path.lower() in {other.lower() for other in found}:
            continue
        is_folder = dice.random() < 0.25 and path.count("/") < 5
        found[path] = None if is_folder else dice.randbytes(dice.choice((0, 1, 100, 2047, 2048, 2049, 5000)))
        folders += [path] if is_folder else []
    return found


def use(dice, name, mode, serial):
    """A system use area in one of the ways that all readers understand."""
    cut = dice.randint(0, len(name))
    parts = [nm(name)] if dice.random() < 0.5 else [nm(name[:cut], 1), nm(name[cut:])] if 0 < cut < len(name) else [nm(name)]
    flags = 0x89
    entries = [[px(mode, serial=dice.choice((None, serial)))], [tf()], parts]
    if dice.random() < 0.3:
        entries.append([rr(flags)])
    if dice.random() < 0.2:
        entries.append([entry("PD", dice.randbytes(3))])
    dice.shuffle(entries)
    flat = [one for group in entries for one in group]
    if dice.random() < 0.4:
        at = dice.randint(0, len(flat))
        flat = flat[:at] + ([Continued(*flat[at:])] if flat[at:] else [])
    return flat


def unusual(dice):
    """An image of iso.py that every reader reads alike."""
    image, serial = Image(tree(dice), "MUTANT"), 100
    for folder in image.folders.values():
        for record in folder.rock:
            name = record.use[-1][5:]
            serial += 1  # libarchive takes files of one number for one file
            record.use = use(dice, name, 0o40755 if record.target in image.folders.values() else 0o100644, serial)
    if dice.random() < 0.3:
        name = dice.choice(sorted(image.files) or [""])
        if name:
            kept = image.files[name]
            image.add("twin", kept)
            image.files.pop("twin")
    if dice.random() < 0.3:
        image.behind[0] = b"MKI Thu Nov 16 11:00:00 2023\n".ljust(SECTOR, b"\0")
    if dice.random() < 0.3:
        image.descriptors[1].set["escape"] = dice.choice((b"%/@", b"%/C"))
    image.gap, image.more = dice.choice((0, 0, 1, 3)), dice.choice((0, 0, 2, 20))
    return image


def field(dice):
    """One, with a field of a record or a descriptor that is otherwise."""
    image = unusual(dice)
    folder = dice.choice(list(image.folders.values()))
    records = folder.records(dice.choice(("rock", "joliet")))
    name = dice.choice(("length", "attributes", "extent", "extent_big", "size", "size_big", "flags", "unit", "gap", "volume",
                        "id_length", "when", "use", "text", "text"))
    if name == "use":
        record = dice.choice(folder.records("rock"))
        index = dice.randrange(len(record.use))
        if isinstance(record.use[index], bytes):
            changed = bytearray(record.use[index])
            changed[dice.randrange(len(changed))] = dice.randrange(256)
            record.use[index] = bytes(changed)
    elif name == "text":
        which = dice.choice(("publisher", "preparer", "application", "used", "system", "flags", "little_more", "set", "version"))
        image.descriptors[dice.randrange(2)].set[which] = (
            dice.randbytes(20) if which in ("publisher", "preparer", "application", "used", "system") else dice.randrange(3))
    else:
        dice.choice(records).set[name] = dice.randbytes(7) if name == "when" else dice.randrange(dice.choice((2, 60, 250)))
    return image


def bytes_changed(dice, data, among):
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        at = dice.choice(among)
        changed[at] = (data[at] ^ dice.choice((1 << dice.randrange(8), dice.randrange(1, 256), data[at] or 1))) & 255
    return bytes(changed)


def mutants(bases):
    """Yields (what it is, a function that makes its bytes). bases: {who made it: bytes}, the files from sector 36 on."""
    dice = random.Random(SEED)
    for number in range(300):
        yield f"unusual {number}", lambda seed=dice.random(): unusual(random.Random(seed)).bytes()
    for number in range(400):
        yield f"field {number}", lambda seed=dice.random(): field(random.Random(seed)).bytes()
    for name, data in bases.items():
        # What comes before the files, and is not all zeros.
        among = [at for at in range(16 * SECTOR, 36 * SECTOR) if data[at] or data[at - 1]]
        for number in range(400):
            yield (f"{name} {number}",
                   lambda seed=dice.random(), data=data, among=among: bytes_changed(random.Random(seed), data, among))
