# SPDX-License-Identifier: GPL-2.0-or-later
"""POSIX extended regular expressions as this machine's glibc has them: regcomp and regexec themselves, which parsers from
0.8 on call with REG_EXTENDED | REG_NOSUB (Debian's suites differ in nothing that the tests ask)."""
import ctypes
from functools import lru_cache

LIBC = ctypes.CDLL("libc.so.6")
EXTENDED, NOSUB = 1, 8


class Regex(ctypes.Structure):
    """regex_t, with room to spare."""
    _fields_ = [("opaque", ctypes.c_char * 256)]


@lru_cache(maxsize=None)
def compiled(pattern):
    """The Regex; None where it does not compile. They are kept as long as the test runs."""
    regex = Regex()
    return regex if LIBC.regcomp(ctypes.byref(regex), pattern.encode("latin-1"), EXTENDED | NOSUB) == 0 else None


def finds(pattern, text):
    """Is it anywhere in the text? False where it does not compile."""
    regex = compiled(pattern)
    return regex is not None and LIBC.regexec(ctypes.byref(regex), text.encode("latin-1"), 0, None, 0) == 0
