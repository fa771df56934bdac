# SPDX-License-Identifier: GPL-2.0-or-later
"""The rows of a bench as one SVG: a bar a row, from 1 (as long as the other way) to its ratio, on a logarithmic scale."""
import math
from xml.sax.saxutils import escape

WIDTH, LEFT, RIGHT, ROW, TOP = 1180, 400, 130, 28, 72
TEXT = 'font-family="sans-serif" font-size="12"'
SMALL = 'font-family="sans-serif" font-size="9" fill="#777"'


def svg(rows):
    """Rows as measure.Bench collects them. Green: the target is met (or there is none), red: it is not."""
    most = max([10.0, *(row["ratio_max"] for row in rows), *(row["target"] or 0 for row in rows)])
    least = min([0.01, *(row["ratio_min"] for row in rows)])
    span = math.log10(most / least)

    def x(ratio):
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log10(max(ratio, least) / least) / span
    height = TOP + ROW * len(rows) + 20
    yield f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">'
    yield f'<rect width="{WIDTH}" height="{height}" fill="white"/>'
    yield f'<text x="10" y="22" {TEXT} font-weight="bold">suppack: time taken, as a ratio to the other way in the same run</text>'
    yield (f'<text x="10" y="40" {TEXT} fill="#555">bar: median; thin line: least to most; black tick: the target; '
           'to the left of 1 is faster</text>')
    for power in range(math.ceil(math.log10(least)), math.floor(math.log10(most)) + 1):
        at = x(10.0 ** power)
        colour = "#555" if power == 0 else "#ddd"
        yield f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{TOP - 8}" y2="{height - 16}" stroke="{colour}"/>'
        yield f'<text x="{at:.1f}" y="{TOP - 12}" {TEXT} text-anchor="middle" fill="#555">{10.0 ** power:g}</text>'
    for number, row in enumerate(rows):
        yield from bar(row, TOP + ROW * number, x)
    yield "</svg>"


def bar(row, y, x):
    met = row["target"] is None or row["ratio"] <= row["target"]
    start, end = sorted((x(1.0), x(row["ratio"])))
    middle = y + 9
    yield f'<text x="10" y="{y + 10}" {TEXT}>{escape(row["work"])}</text>'
    yield f'<text x="10" y="{y + 21}" {SMALL}>against {escape(row["against"])}</text>'
    yield (f'<rect x="{start:.1f}" y="{y + 3}" width="{max(end - start, 1):.1f}" height="12" '
           f'fill="{"#3a9d5d" if met else "#c8473b"}"/>')
    yield f'<line x1="{x(row["ratio_min"]):.1f}" x2="{x(row["ratio_max"]):.1f}" y1="{middle}" y2="{middle}" stroke="#222"/>'
    if row["target"] is not None:
        at = x(row["target"])
        yield f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{y}" y2="{y + 18}" stroke="black" stroke-width="2"/>'
    yield f'<text x="{WIDTH - RIGHT + 12}" y="{y + 13}" {TEXT}>{row["ratio"]:.3g}'
    yield f'{"" if row["target"] is None else " (≤ %g)" % row["target"]}</text>'
