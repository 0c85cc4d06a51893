#!/usr/bin/env python3
"""Draws the icons of Benchvise, a vise that holds a chip, into icons/: PNGs, an ICO, an ICNS and an SVG.

    tools/icons.py

Everything is made of rounded rectangles, so that a size is drawn and not scaled: up to 24 pixels the edges lie
on pixels and what would blur is left out.
"""
import pathlib
import struct
import zlib

GROUND, LINE = (0x2A, 0x6A, 0x99), (0xFF, 0xFF, 0xFF)
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
LARGEST = 1024  # in the ICNS alone, for a screen of fine pixels
LOOKS = 6  # a side of a pixel
FEW_LOOKS = 3  # where pixels are fine

# Left, top, right, bottom, radius, as shares of the side. What comes later lies on top.
GROUND_SHAPE = (0.0, 0.0, 1.0, 1.0, 0.22)
INK = [(0.14, 0.22, 0.28, 0.78, 0.04), (0.72, 0.22, 0.86, 0.78, 0.04),  # the jaws
       (0.06, 0.46, 0.16, 0.54, 0.0), (0.84, 0.46, 0.94, 0.54, 0.0),    # their screws
       (0.34, 0.34, 0.66, 0.66, 0.05)]                                  # the chip
DIE = (0.43, 0.43, 0.57, 0.57, 0.02)
# On 16 pixels, in pixels.
SMALL_INK = [(2, 3, 4, 13, 0), (12, 3, 14, 13, 0), (5, 5, 11, 11, 0)]
SMALL_DIE = (7, 7, 9, 9, 0)


def shapes(side):
    if side <= 24:
        on = lambda shape: tuple(round(v * side / 16) / side for v in shape)
        return [on(s) for s in SMALL_INK], on(SMALL_DIE)
    return INK, DIE


def inside(x, y, shape):
    left, top, right, bottom, radius = shape
    if not (left <= x <= right and top <= y <= bottom):
        return False
    dx = x - min(max(x, left + radius), right - radius)
    dy = y - min(max(y, top + radius), bottom - radius)
    return dx * dx + dy * dy <= radius * radius + 1e-9


def draw(side):
    """RGBA, row by row."""
    ink, die = shapes(side)
    looks = LOOKS if side < LARGEST else FEW_LOOKS
    rows = bytearray()
    for py in range(side):
        for px in range(side):
            ground = line = 0
            for j in range(looks):
                for i in range(looks):
                    x, y = (px + (i + 0.5) / looks) / side, (py + (j + 0.5) / looks) / side
                    if inside(x, y, GROUND_SHAPE):
                        ground += 1
                        line += any(inside(x, y, s) for s in ink) and not inside(x, y, die)
            share = line / ground if ground else 0
            rows += bytes(round(g + (w - g) * share) for g, w in zip(GROUND, LINE))
            rows.append(round(255 * ground / looks**2))
    return bytes(rows)


def png(side):
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    pixels = draw(side)
    rows = b"".join(b"\0" + pixels[y * side * 4:(y + 1) * side * 4] for y in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def ico(pngs):
    sizes = [s for s in (16, 24, 32, 48, 256) if s in pngs]
    head, body, at = struct.pack("<HHH", 0, 1, len(sizes)), b"", 6 + 16 * len(sizes)
    for side in sizes:
        head += struct.pack("<BBBBHHII", side % 256, side % 256, 0, 0, 1, 32, len(pngs[side]), at)
        body, at = body + pngs[side], at + len(pngs[side])
    return head + body


def icns(pngs):
    # The second row is the same at two pixels a point.
    kinds = {b"icp4": 16, b"icp5": 32, b"icp6": 64, b"ic07": 128, b"ic08": 256, b"ic09": 512,
             b"ic11": 32, b"ic12": 64, b"ic13": 256, b"ic14": 512, b"ic10": LARGEST}
    body = b"".join(kind + struct.pack(">I", 8 + len(pngs[side])) + pngs[side] for kind, side in kinds.items())
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def svg():
    colour = lambda rgb: "#%02x%02x%02x" % rgb
    rect = lambda s, c: '<rect x="%g" y="%g" width="%g" height="%g" rx="%g" fill="%s"/>' % (
        *(round(512 * v, 2) for v in (s[0], s[1], s[2] - s[0], s[3] - s[1], s[4])), colour(c))
    lines = [rect(GROUND_SHAPE, GROUND), *(rect(s, LINE) for s in INK), rect(DIE, GROUND)]
    return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">\n  ' + "\n  ".join(lines) + "\n</svg>\n"


def main():
    folder = pathlib.Path(__file__).resolve().parent.parent / "icons"
    folder.mkdir(exist_ok=True)
    pngs = {side: png(side) for side in SIZES}
    for side, bytes_ in pngs.items():
        (folder / f"{side}.png").write_bytes(bytes_)
    (folder / "benchvise.ico").write_bytes(ico(pngs))
    (folder / "benchvise.icns").write_bytes(icns({**pngs, LARGEST: png(LARGEST)}))
    (folder / "benchvise.svg").write_text(svg())


if __name__ == "__main__":
    main()
