# SPDX-License-Identifier: GPL-2.0-or-later
"""Rock Ridge and the areas its entries go on in (ways.py)."""
from iso import ER, SECTOR, Continued, both, ce, entry, nm, px, rr, sp, tf
from ways import OTHER, UPDATE, breaks


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
def iso_name_that_is_a_path(image):
    """The kernel shows a dot in place of the slash."""
    image.add("a_b", OTHER).id = b"A/B.;1"


@breaks("image-name-iso")
def iso_name_that_leads_out(image):
    image.add("__")
    image.rock("__").id = b".."


@breaks("image-name-iso")
def iso_name_of_a_dot(image):
    image.add("_", OTHER).id = b".;1"


@breaks("image-name-iso")
def iso_name_with_a_control_character(image):
    image.add("_x", OTHER).id = b"\2X.;1"


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
