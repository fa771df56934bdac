# SPDX-License-Identifier: GPL-2.0-or-later
"""Ways to have two readers of one image see two things. Each changes an image of iso.py, and names the rule it breaks.

UPDATE is what all of them aim at; OTHER is content that must not come to be taken for it."""
from iso import (ER, SECTOR, Continued, Descriptor, File, Record, both, ce, entry, joliet_id, nm, px, rr, sp, tf)

UPDATE, OTHER = "update.xml", b"<other/>\n"
WAYS = {}  # name -> (rule, function)


def breaks(rule):
    def keep(function):
        WAYS[function.__name__] = (rule, function)
        return function
    return keep


def first(image, record):
    """Puts a record before all others of the root, of the Rock Ridge tree."""
    image.folders[""].rock.insert(0, record)


def other(image):
    """A further file, in no folder yet."""
    image.files["(other)"] = File(OTHER)
    return image.files["(other)"]


# ---- Rock Ridge ----------------------------------------------------------------------------------
@breaks("image-susp")
def rr_that_denies_the_name(image):
    """Linux stops at RR, and takes the ISO 9660 name; the case issue 15 names first."""
    image.add("zz", OTHER).use = [px(0o100644), tf(), rr(0x81), nm("zz")]
    image.rock("zz").id = b"UPDATE.XML;1"
    image.rock(UPDATE).id = b"UPDATE_X.XML;1"


@breaks("image-susp")
def rr_that_tells_too_much(image):
    image.rock(UPDATE).use.insert(0, rr(0x89 | 0x10))


@breaks("image-susp")
def rr_twice(image):
    image.rock(UPDATE).use = [rr(0x89), *image.rock(UPDATE).use, rr(0x89)]


@breaks("image-name-iso")
def iso_name_of_another(image):
    image.add("zz", OTHER).id = b"UPDATE.XML;1"
    image.rock(UPDATE).id = b"UPDAT000.XML;1"


@breaks("image-name-iso")
def iso_name_of_nobody(image):
    image.add("zz", OTHER).id = b"AUTORUN.INF;1"


@breaks("image-name-iso")
def iso_version_2(image):
    image.rock(UPDATE).id = b"UPDATE.XML;2"


@breaks("image-name-twice")
def iso_name_twice(image):
    image.add("update.xmlx", OTHER).id = b"UPDATE.XML;1"


@breaks("image-name-twice")
def iso_name_that_is_a_name(image):
    """Shortened, it is what another file is called."""
    image.add("update.xmlx", OTHER).id = b"UPDATE.XML;1"
    image.rock(UPDATE).id = b"UPDAT000.XML;1"


@breaks("image-susp")
def second_name(image):
    image.rock(UPDATE).use.append(nm("zz"))


@breaks("image-susp")
def name_without_its_rest(image):
    image.rock(UPDATE).use[2] = nm(UPDATE, 1)


@breaks("image-susp")
def name_that_is_the_folder(image):
    image.rock(UPDATE).use.insert(2, nm("", 2))


@breaks("image-susp")
def name_of_the_root(image):
    image.root(1).use.append(nm("zz"))


@breaks("image-susp")
def name_with_a_zero(image):
    image.rock(UPDATE).use[2] = nm(b"update.xml\0zz")


@breaks("image-susp")
def no_name(image):
    image.rock(UPDATE).use.pop(2)


@breaks("image-susp")
def folder_to_rock_ridge_alone(image):
    image.rock(UPDATE).use[0] = px(0o40755)


@breaks("image-susp")
def mode_with_more_bits(image):
    image.rock(UPDATE).use[0] = px(0o100644 | 1 << 16)


@breaks("image-susp")
def mode_twice(image):
    image.rock(UPDATE).use.append(px(0o100755))


@breaks("image-susp")
def second_susp_indicator(image):
    """Linux takes its skip, from then on."""
    image.rock(UPDATE).use.append(sp(4))


@breaks("image-susp")
def skipped_bytes(image):
    image.root().use[0] = sp(2)
    for folder in image.folders.values():
        for record in folder.records("rock"):
            if record is not image.root():
                record.use.insert(0, b"\0\0")


@breaks("image-susp")
def susp_indicator_late(image):
    image.root().use = [px(0o40755), sp(), tf(), Continued(ER)]


@breaks("image-rock-ridge")
def no_extension(image):
    image.root().use.pop()


@breaks("image-susp")
def extension_elsewhere(image):
    image.root(1).use.append(Continued(ER))


@breaks("image-susp")
def another_extension(image):
    image.root().use.append(Continued(ER.replace(b"RRIP_1991A", b"ROCK_FACE_")))
    image.root().use[-1] = entry("ER", bytes([10, 0, 0, 1]) + b"ROCK_FACE_")


@breaks("image-susp")
def link(image):
    image.rock(UPDATE).use.append(entry("SL", b"\0" + b"\0\2zz"))


@breaks("image-susp")
def device(image):
    image.rock(UPDATE).use.append(entry("PN", both(8) + both(0)))


@breaks("image-susp")
def relocated_child(image):
    image.rock(UPDATE).use.append(entry("CL", both(30)))


@breaks("image-susp")
def relocated_parent(image):
    image.folders["Packages"].own["rock"][1].use.append(entry("PL", both(30)))


@breaks("image-susp")
def relocated_record(image):
    """Linux hides it."""
    image.rock(UPDATE).use.append(entry("RE", b""))


@breaks("image-susp")
def compressed(image):
    """Linux unpacks it, with another size."""
    image.rock(UPDATE).use.append(entry("ZF", b"pz\4\x0f" + both(100)))


@breaks("image-susp")
def sparse(image):
    image.rock(UPDATE).use.append(entry("SF", both(0) + both(100) + b"\1"))


@breaks("image-susp")
def another_extension_chosen(image):
    image.rock(UPDATE).use.append(entry("ES", b"\1"))


@breaks("image-susp")
def entry_of_version_2(image):
    image.rock(UPDATE).use[2] = entry("NM", b"\0" + UPDATE.encode(), 2)


@breaks("image-susp")
def entries_behind_the_end(image):
    """libarchive stops at ST, Linux does not."""
    image.rock(UPDATE).use += [entry("ST", b""), entry("RE", b"")]


@breaks("image-susp")
def end_of_entries(image):
    """libarchive forgets Rock Ridge at the first ST."""
    image.rock("install").use.append(entry("ST", b""))


@breaks("image-susp")
def area_linux_does_not_follow(image):
    """Three bytes behind the last entry, and Linux forgets the CE before them."""
    image.rock(UPDATE).use = [px(0o100644), tf(), Continued(nm(UPDATE)), b"\0\0\0"]


@breaks("image-content")
def serial_number_of_another(image):
    """libarchive takes files of one number for one file, where one lies behind the other."""
    image.rock(UPDATE).use[0] = px(0o100644, serial=7)
    image.rock("update.xml.asc").use[0] = px(0o100644, serial=7)


# ---- continuation areas --------------------------------------------------------------------------
@breaks("image-extents")
def shared_area(image):
    area = Continued(nm("zz"))
    image.add("zz", OTHER).use = [px(0o100644), tf(), area]
    image.add("zz2", OTHER).use = [px(0o100644), tf(), nm("a", 1), area]
    image.rock("zz").id, image.rock("zz2").id = b"ZZ.;1", b"AZZ.;1"


@breaks("image-susp")
def area_that_leads_to_itself(image):
    area = Continued(nm("x", 1))
    area.entries.append(ce(0, 0, 0))
    record = image.rock(UPDATE)
    record.use.append(area)

    def change(data):
        sector, offset, size = area.place
        at = sector * SECTOR + offset + size - 28
        data[at:at + 28] = ce(sector, offset, size)
    image.changes.append(change)


@breaks("image-susp")
def two_areas(image):
    image.rock(UPDATE).use = [px(0o100644), tf(), Continued(nm("zz")), Continued(nm(UPDATE))]


@breaks("image-susp")
def area_outside(image):
    image.rock(UPDATE).use[2] = Continued(fixed=(1 << 20, 0, 40))


@breaks("image-susp")
def area_over_a_sector_border(image):
    image.rock(UPDATE).use.append(Continued(fixed=(16, 2040, 40)))


@breaks("image-extents")
def area_in_the_system_area(image):
    image.rock(UPDATE).use[2] = Continued(fixed=(3, 0, len(nm(UPDATE))))
    image.changes.append(lambda data: data.__setitem__(slice(3 * SECTOR, 3 * SECTOR + len(nm(UPDATE))), nm(UPDATE)))


@breaks("image-extents")
def area_in_a_file(image):
    """What a file says is then a name, too."""
    record = image.add("zz", OTHER)
    image.add("names", nm("zz"))
    image.bytes()
    record.use[2] = Continued(fixed=(image.files["names"].last, 0, len(nm("zz"))))


@breaks("image-name")
def name_of_254_bytes(image):
    """Linux drops the part with which it would be that long."""
    image.add("zz", OTHER).use = [px(0o100644), tf(), Continued(nm("z" * 127, 1), nm("z" * 127))]


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


# ---- descriptors and what lies beside ------------------------------------------------------------
@breaks("image-descriptors")
def second_joliet(image):
    """The first counts for Linux and libarchive, the last for DiscUtils and 7-Zip."""
    image.descriptors.insert(2, Descriptor("joliet"))


@breaks("image-descriptors")
def second_primary(image):
    image.descriptors.insert(1, Descriptor("rock"))


@breaks("image-descriptors")
def boot_record(image):
    image.descriptors.insert(1, Descriptor(type=0, system=b"EL TORITO SPECIFICATION"))


@breaks("image-descriptors")
def partition(image):
    image.descriptors.insert(2, Descriptor(type=3))


@breaks("image-descriptors")
def enhanced_volume(image):
    image.descriptors.insert(1, Descriptor("joliet", version=2, structure=2, escape=b""))


@breaks("image-descriptors")
def joliet_of_version_2(image):
    image.descriptors[1].set["version"] = 2


@breaks("image-descriptors")
def no_end(image):
    image.descriptors.pop()


@breaks("image-structure")
def further_escapes(image):
    image.descriptors[1].set["escape"] = b"%/@%/E"


@breaks("image-structure")
def escapes_not_registered(image):
    image.descriptors[1].set["flags"] = 1


@breaks("image-structure")
def joliet_volume_is_smaller(image):
    image.descriptors[1].set["sectors"] = 30


@breaks("image-structure")
def volume_size_differs_big_endian(image):
    image.descriptors[0].set["sectors_big"] = 30


@breaks("image-structure")
def blocks_of_1024_bytes(image):
    image.descriptors[0].set["block"] = 1024


@breaks("image-structure")
def two_volumes(image):
    image.descriptors[0].set["set"] = 2


@breaks("image-descriptors")
def udf_behind(image):
    image.behind = [b"\0BEA01\1".ljust(SECTOR, b"\0"), b"\0NSR02\1".ljust(SECTOR, b"\0"), b"\0TEA01\1".ljust(SECTOR, b"\0")]


@breaks("image-descriptors")
def udf_in_a_file(image):
    """The sector behind the descriptors belongs to a file, and says that this is UDF."""
    image.behind[0] = b"\0NSR02\1".ljust(SECTOR, b"\0")
    image.add("zz", File(b"", extent=0))
    for record in (image.rock("zz"), image.joliet("zz")):
        record.set.update(extent=19, size=7)


def stray(at, what):
    def change(image):
        image.changes.append(lambda data: data.__setitem__(slice(at, at + len(what)), what))
    change.__name__ = f"stray_{what.decode('latin-1')}"
    return breaks("image-stray")(change)


for bad in ((0, b"ER\x08\0"), (1024, b"BD"), (1024 + 56, b"\x53\xef"), (510, b"\x55\xaa"), (32767, b"x"), (19 * SECTOR, b"x")):
    stray(*bad)


@breaks("image-stray")
def bytes_behind_a_file(image):
    """A page of a mapped file shows them."""
    image.changes.append(lambda data: data.__setitem__(
        image.files[UPDATE].extent * SECTOR + len(image.files[UPDATE].content), 1))


@breaks("image-stray")
def bytes_at_the_end(image):
    image.more = 1
    image.changes.append(lambda data: data.__setitem__(-1, 1))


@breaks("image-size")
def sectors_behind_the_volume(image):
    image.changes.append(lambda data: data.extend(bytes(SECTOR)))


@breaks("image-size")
def volume_behind_the_image(image):
    for descriptor in image.descriptors[:2]:
        descriptor.set["sectors"] = 1 << 20


@breaks("image-joliet")
def no_joliet(image):
    image.descriptors.pop(1)
