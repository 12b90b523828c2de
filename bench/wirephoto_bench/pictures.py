"""Valid PNG files of a given size. Their pixels are random, so that nothing on the way can win by compressing them."""

import os
import struct
import time
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
STORED_BLOCK = 65535
CHUNK_BLOCKS = 16


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))


def write_png(path, size, noise):
    """Writes an RGB PNG of about `size` bytes: rows of noise in stored deflate blocks (RFC 1951, 3.2.4)."""
    width = 255 if size < 1 << 20 else 16383
    row = 3 * width + 1
    rows = max(1, size // row)
    total = rows * row
    with open(path, "wb") as file:
        file.write(SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", width, rows, 8, 2, 0, 0, 0)))
        file.write(chunk(b"IDAT", b"\x78\x01"))
        adler, done = 1, 0
        while done < total:
            blocks = []
            for _ in range(CHUNK_BLOCKS):
                count = min(STORED_BLOCK, total - done)
                if count == 0:
                    break
                data = rows_of(noise, done, count, row)
                adler = zlib.adler32(data, adler)
                done += count
                blocks.append(struct.pack("<BHH", done == total, count, count ^ 0xFFFF) + data)
            file.write(chunk(b"IDAT", b"".join(blocks)))
        file.write(chunk(b"IDAT", struct.pack(">I", adler)))
        file.write(chunk(b"IEND", b""))


def rows_of(noise, start, count, row):
    """Noise with filter type 0 at the beginning of every row."""
    at = (start * 7919) % (len(noise) - count)
    data = bytearray(noise[at:at + count])
    first = -start % row
    data[first::row] = bytes(len(range(first, count, row)))
    return bytes(data)


def make(folder, big, many):
    """Makes `big.png` and folders of many, by their names: (how many, bytes of each)."""
    noise = os.urandom(32 << 20)
    paths = [os.path.join(folder, "big.png")]
    write_png(paths[0], big, noise)
    for name, (count, size) in many.items():
        os.mkdir(os.path.join(folder, name))
        span = min(3 * size, len(noise) // 2)
        for number in range(count):
            at = (number * 104729) % (len(noise) - span)
            paths.append(os.path.join(folder, name, f"img_{number:05}.png"))
            write_png(paths[-1], size, noise[at:at + span])

    # As if they had lain there for an hour: a server does not list at once what may still be growing.
    then = time.time() - 3600
    for path in paths:
        os.utime(path, (then, then))
