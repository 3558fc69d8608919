"""Pictures for tests, made on the spot: good ones, and the corpus of bad ones (trust.md, SC-14 and SC-15)."""

from __future__ import annotations

import struct
import zlib
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, PngImagePlugin

MARK = "K2KPLANTED"
EXIF_GPS, EXIF_MAKE, EXIF_ORIENTATION, EXIF_SERIAL = 0x8825, 0x010F, 0x0112, 0xA431


def scene(width: int = 800, height: int = 600) -> Image.Image:
    """Red at the top left, green at the top right, blue at the bottom, with soft changes."""
    corners = Image.new("RGB", (2, 2))
    corners.putdata([(220, 20, 20), (20, 200, 20), (20, 20, 220), (40, 40, 200)])
    return corners.resize((width, height), Image.Resampling.BILINEAR)


def encoded(image: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


@cache
def jpeg(width: int = 800, height: int = 600, quality: int = 85) -> bytes:
    return encoded(scene(width, height), quality=quality)


def numbered_jpeg(number: int) -> bytes:
    """A photo with bytes of its own."""
    return encoded(scene(64, 48), comment=str(number).encode())


def padded_jpeg(size: int) -> bytes:
    """A photo of exactly that many bytes: what follows the end marker is nobody's pixel."""
    return jpeg() + bytes(size - len(jpeg()))


def planted_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = orientation
    exif[EXIF_MAKE] = f"{MARK} camera"
    exif.get_ifd(0x8769)[EXIF_SERIAL] = f"{MARK} serial"
    exif.get_ifd(EXIF_GPS).update({1: "N", 2: (9.0, 1.0, 48.0), 3: "E", 4: (38.0, 44.0, 24.0), 29: MARK})
    return exif


def planted_profile() -> bytes:
    """sRGB with our mark inside its tag data."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    return bytes(profile) + MARK.encode()


def planted(form: str, orientation: int = 1) -> bytes:
    """A picture of the form that carries the mark in every kind of metadata the form has."""
    image = scene(400, 300)
    xmp = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>{MARK}</dc:creator></x:xmpmeta>'.encode()
    options: dict[str, Any] = {"exif": planted_exif(orientation), "icc_profile": planted_profile()}
    if form == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", MARK)
        text.add_itxt("XML:com.adobe.xmp", xmp.decode())
        text.add_text("Zipped", MARK * 3, zip=True)
        options["pnginfo"] = text
    else:
        options["xmp"] = xmp
    if form == "JPEG":
        options["comment"] = MARK.encode()
        return _with_iptc(encoded(image, form, **options))
    return encoded(image, form, **options)


def _with_iptc(data: bytes) -> bytes:
    """The JPEG with a Photoshop segment that holds an IPTC caption, and one of no known meaning."""
    caption = b"\x1c\x02\x78" + struct.pack(">H", len(MARK)) + MARK.encode()
    resource = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + struct.pack(">I", len(caption)) + caption
    segments = b"".join(
        marker + struct.pack(">H", len(body) + 2) + body
        for marker, body in ((b"\xff\xed", resource), (b"\xff\xef", f"maker note {MARK}".encode()))
    )
    return data[:2] + segments + data[2:]


def png_claiming(width: int, height: int) -> bytes:
    """A few hundred bytes that unpack to as many pixels as they like."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(bytes(4096)))
        + _chunk(b"IEND", b"")
    )


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def animation(form: str, frames: int) -> bytes:
    pictures = [Image.new("RGB", (16, 16), (number % 256, 0, 0)) for number in range(frames)]
    return encoded(pictures[0], form, save_all=True, append_images=pictures[1:])


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><rect/></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(document.cookie)</script></html>"

# At the door: name -> (bytes, the code of the refusal)
REFUSED_AT_THE_DOOR: dict[str, tuple[bytes, str]] = {
    "text": (b"I am a text and call myself holiday.jpg. " * 40, "not_an_image"),
    "nothing": (b"", "empty_file"),
    "one byte": (b"\xff", "not_an_image"),
    "zero bytes": (bytes(5000), "not_an_image"),
    "html": (HTML, "not_an_image"),
    "svg": (SVG, "format_not_supported"),
    "gif": (animation("GIF", 3), "format_not_supported"),
    "gif of many frames": (animation("GIF", 2000), "format_not_supported"),
    "gif that is html and script": (b"GIF89a/*" + HTML + b"*/=1;alert(1)", "format_not_supported"),
    "tiff": (encoded(scene(40, 30), "TIFF"), "format_not_supported"),
    "bmp": (encoded(scene(40, 30), "BMP"), "format_not_supported"),
    "icon": (encoded(scene(32, 32), "ICO"), "format_not_supported"),
    "heic": (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200), "format_not_supported"),
    "psd": (b"8BPS\x00\x01" + bytes(200), "format_not_supported"),
    "eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not_an_image"),
    "fits": (b"SIMPLE  =                    T / conforms to FITS" + bytes(100), "format_not_supported"),
    "pdf": (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>",
        "not_an_image",
    ),
    "zip": (b"PK\x03\x04" + bytes(200), "not_an_image"),
    "program": (b"\x7fELF\x02\x01\x01" + bytes(200), "not_an_image"),
    "windows program": (b"MZ" + bytes(200), "not_an_image"),
    "shell script": (b"#!/bin/sh\nrm -rf /\n", "not_an_image"),
    "video": (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(200), "not_an_image"),
    "eicar": (
        b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
        "not_an_image",
    ),
}

# In the worker: name -> (bytes, the reason)
REJECTED_WHEN_DECODED: dict[str, tuple[bytes, str]] = {
    "png of 50 000 x 50 000": (png_claiming(50_000, 50_000), "too_many_pixels"),
    "png of 41 megapixels": (png_claiming(8_200, 5_000), "too_many_pixels"),
    "png without its pixels": (png_claiming(2_000, 1_500), "damaged"),
    "half a jpeg": (jpeg()[: len(jpeg()) // 2], "damaged"),
    "half a png": (encoded(scene(), "PNG")[:3000], "damaged"),
    "half a webp": (encoded(scene(), "WEBP")[:2000], "damaged"),
    "half an avif": (encoded(scene(), "AVIF")[:1000], "damaged"),
    "the first bytes of a jpeg": (b"\xff\xd8\xff\xe0", "damaged"),
    "gif": (animation("GIF", 2), "format_not_supported"),
    "jpeg header with html": (b"\xff\xd8\xff\xe0" + HTML * 20, "damaged"),
    "webp header with rubbish": (b"RIFF\xff\xff\x00\x00WEBPVP8 " + bytes(range(256)) * 8, "damaged"),
    "avif header with rubbish": (b"\x00\x00\x00\x20ftypavif" + bytes(range(256)) * 8, "damaged"),
}

# One entry: tag 0x0112 (orientation), type ASCII, "ab".
_EXIF_OF_A_WORD = b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x02\x00\x04\x00\x00\x00ab" + bytes(6)

# Shown, and nothing but the first frame's pixels is left of them.
NEUTRALISED: dict[str, bytes] = {
    "jpeg that is an archive too": jpeg()
    + b"PK\x03\x04"
    + MARK.encode()
    + bytes(100)
    + b"PK\x05\x06"
    + bytes(18),
    "jpeg that is html too": jpeg() + HTML + MARK.encode(),
    "png that is html too": encoded(scene(), "PNG") + HTML + MARK.encode(),
    "jpeg of many frames": animation("MPO", 3),
    "png of many frames": animation("PNG", 2000),
    "webp of many frames": animation("WEBP", 500),
    "png with a palette": encoded(scene().convert("P"), "PNG"),
    "png with 16 bits": encoded(scene().convert("L").convert("I;16"), "PNG"),
    "png half transparent": encoded(scene().convert("RGBA"), "PNG"),
    "png with grey and alpha": encoded(scene().convert("LA"), "PNG"),
    "jpeg for print": encoded(scene().convert("CMYK"), "JPEG"),
    "grey jpeg": encoded(scene().convert("L"), "JPEG"),
    "png of one pixel": encoded(scene(1, 1), "PNG"),
    "png of one line": encoded(scene(5_000, 1), "PNG"),
    "jpeg with broken exif": encoded(scene(), exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff" + MARK.encode()),
    "jpeg with an orientation that is a word": encoded(scene(), exif=_EXIF_OF_A_WORD),
    "jpeg with a broken profile": encoded(scene(), icc_profile=b"no profile " + MARK.encode()),
}

HOSTILE_NAMES = (
    "../../../etc/passwd.jpg",
    "..\\..\\boot.ini.jpg",
    "/etc/cron.d/evil.jpg",
    "a\u202egpj.exe",
    "ቤት.jpg",
    "x" * 300 + ".jpg",
    "photo.jpg.php",
    "photo.svg",
    "CON.jpg",
    "'; DROP TABLE uploads_upload; --.jpg",
    "<script>alert(1)</script>.jpg",
    "a\rb\tc.jpg",
)
