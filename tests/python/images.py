"""Small and large images that are valid, and need nothing but zlib to be made."""
import os
import struct
import zlib


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width=2, height=2, level=6, salt=None):
    """A PNG of random colours: no two are alike."""
    row = width * 3
    pixels = salt if salt is not None else os.urandom(row * height)
    rows = b"".join(b"\0" + pixels[i * row:(i + 1) * row] for i in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows, level)) + chunk(b"IEND", b""))


def big_png(megabytes):
    """Random colours do not compress: about this many MiB of file."""
    width = 2048
    return png(width, megabytes * (1 << 20) // (width * 3) + 1, level=0)
