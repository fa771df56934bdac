# SPDX-License-Identifier: GPL-2.0-or-later
"""Names, records and folders (ways.py)."""
from iso import SECTOR, File, Record, joliet_id, nm, px, tf
from ways import OTHER, UPDATE, breaks, first, other


# ---- names ---------------------------------------------------------------------------------------
@breaks("image-name-twice")
def joliet_name_twice(image):
    image.folders[""].joliet.insert(0, Record(joliet_id(UPDATE, False), other(image)))


@breaks("image-name-twice")
def rock_ridge_name_twice(image):
    first(image, Record(b"UPDAT000.XML;1", other(image), px(0o100644), tf(), nm(UPDATE)))


@breaks("image-name-twice")
def differs_in_case(image):
    image.add("UPDATE.XML", OTHER)


@breaks("image-name-twice")
def folder_differs_in_case(image):
    image.add("packages")
    image.add("packages/zz", OTHER)


@breaks("image-name-twice")
def joliet_differs_in_case(image):
    image.folders[""].joliet.insert(0, Record(joliet_id("UPDATE.XML", False), other(image)))


@breaks("image-trees")
def joliet_alone(image):
    image.folders[""].joliet.append(Record(joliet_id("autorun.inf", False), other(image)))


@breaks("image-trees")
def joliet_has_other_bytes(image):
    image.joliet(UPDATE).target = other(image)


@breaks("image-trees")
def joliet_has_fewer_bytes(image):
    image.joliet(UPDATE).set["size"] = 10


@breaks("image-structure")
def joliet_version_2(image):
    image.joliet(UPDATE).id = f"{UPDATE};2".encode("utf-16be")


@breaks("image-structure")
def joliet_name_with_a_zero(image):
    image.joliet(UPDATE).id = f"{UPDATE}\0zz;1".encode("utf-16be")


@breaks("image-structure")
def iso_name_with_a_zero(image):
    image.rock(UPDATE).id = b"UPDATE.X\0L;1"


def name(text):
    """A name some reader shows otherwise, or not at all."""
    def change(image):
        image.add(text, OTHER)
    change.__name__ = f"name_{text!r}"
    return breaks("image-name")(change)


for bad in ("update.xml.", "update.xml;1", "update.xml ", " update.xml", "a:b", "a\\b", "a\tb", "a*", "aux.txt", "COM1",
            "update.xm\u212a", "\u00fcber"):
    name(bad)


@breaks("image-structure")
def name_with_a_slash(image):
    image.add("zz", OTHER).use[2] = nm("../zz")


# ---- records -------------------------------------------------------------------------------------
def flag(**fields):
    def change(image):
        image.rock(UPDATE).set.update(fields)
        image.joliet(UPDATE).set.update(fields)
    change.__name__ = "record_with_" + "_".join(f"{name}_{value}" for name, value in fields.items())
    return breaks("image-flags")(change)


for bad in ({"flags": 1}, {"flags": 4}, {"flags": 8}, {"flags": 0x10}, {"flags": 0x20}, {"attributes": 1}, {"unit": 1, "gap": 1},
            {"gap": 1}, {"volume": 2}):
    flag(**bad)


@breaks("image-parts")
def parts_of_two_names(image):
    """Linux opens the first one's bytes under the second's name; issue 15 names it."""
    record = image.rock(UPDATE)
    first(image, Record(record.id, other(image), px(0o100644), tf(), nm("zz")))
    image.folders[""].rock[0].set["flags"] = 0x80
    image.folders[""].rock.remove(record)
    image.folders[""].rock.insert(1, record)


@breaks("image-parts")
def parts_of_one_name(image):
    record = image.rock(UPDATE)
    place = image.folders[""].rock.index(record)
    image.folders[""].rock.insert(place, Record(record.id, other(image), px(0o100644), tf(), nm(UPDATE)))
    image.folders[""].rock[place].set["flags"] = 0x80


@breaks("image-parts")
def part_without_an_end(image):
    image.folders[""].rock[-1].set["flags"] = 0x80


@breaks("image-parts")
def folder_in_parts(image):
    image.rock("Packages").set["flags"] = 0x82


@breaks("image-structure")
def extent_differs_big_endian(image):
    image.rock(UPDATE).set["extent_big"] = 40


@breaks("image-structure")
def size_differs_big_endian(image):
    image.rock(UPDATE).set["size_big"] = 10


@breaks("image-structure")
def record_over_a_sector_border(image):
    image.add("many")
    for number in range(20):
        image.add(f"many/{number:03}-{'x' * 30}", OTHER)
    at = 0
    for record in image.folders["many"].records("rock"):
        if at + len(record.pack("rock")) + 100 > SECTOR:
            record.set["length"] = 255
            return
        at += len(record.pack("rock"))


@breaks("image-structure")
def name_longer_than_its_record(image):
    image.rock(UPDATE).set["id_length"] = 250


@breaks("image-extents")
def beyond_the_end(image):
    image.rock(UPDATE).set["size"] = 1 << 30


@breaks("image-extents")
def file_over_a_folder(image):
    image.add("zz", File(b"", extent=0))
    image.bytes()
    fields = {"extent": image.folders["Packages"].extent["rock"], "size": SECTOR}
    image.rock("zz").set.update(fields)
    image.joliet("zz").set.update(fields)


@breaks("image-extents")
def file_over_a_part_of_a_file(image):
    """libarchive takes files of one start for one file."""
    image.add("zz", File(b"", extent=0))
    image.bytes()
    fields = {"extent": image.files[UPDATE].last, "size": 10}
    image.rock("zz").set.update(fields)
    image.joliet("zz").set.update(fields)


@breaks("image-extents")
def file_over_the_descriptors(image):
    image.add("zz", File(b"", extent=0))
    for record in (image.rock("zz"), image.joliet("zz")):
        record.set.update(extent=16, size=3 * SECTOR)


@breaks("image-extents")
def file_in_the_system_area(image):
    image.add("zz", File(b"", extent=0))
    for record in (image.rock("zz"), image.joliet("zz")):
        record.set.update(extent=2, size=SECTOR)


# ---- folders -------------------------------------------------------------------------------------
@breaks("image-structure")
def root_is_elsewhere_to_itself(image):
    """The descriptor and the folder do not agree."""
    image.root().set["extent"] = 40


@breaks("image-structure")
def folder_is_longer_to_itself(image):
    """Linux reads the folder's own record, others its parent's."""
    image.folders["Packages"].own["rock"][0].set["size"] = 2 * SECTOR


@breaks("image-structure")
def parent_is_elsewhere(image):
    image.folders["Packages"].own["rock"][1].set["extent"] = 40


@breaks("image-structure")
def own_record_goes_on(image):
    image.folders["Packages"].own["rock"][0].set["flags"] = 0x82


def table(number, field, value):
    """A path table that says something else than the folders."""
    def change(image):
        image.descriptors[number].set[field] = value
    change.__name__ = f"path_table_{number}_{field}"
    return breaks("image-path-table")(change)


for place in ((0, "little", 16), (0, "big", 16), (1, "little", 16), (1, "big", 16), (0, "little_more", 20), (1, "big_more", 20),
              (0, "table_size", 10)):
    table(*place)


@breaks("image-path-table")
def path_table_with_a_folder_twice(image):
    """And another not at all: Windows finds folders by it."""
    def change(data):
        for start, size in ((at * SECTOR, 8 + 8) for at in (image.tables["rock"][0], image.tables["rock"][0] + 1)):
            one = data[start + 10:start + 10 + size]  # Packages
            data[start + 10 + size:start + 10 + 2 * size] = one  # repodata has a name as long
    image.changes.append(change)
