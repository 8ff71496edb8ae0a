"""Pillow for what it can write, ImageMagick for the rest."""
import subprocess
from io import BytesIO

import magic
from PIL import Image, UnidentifiedImageError

PILLOW = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
IMAGEMAGICK = {"miff", "xpm"}


class Unsupported(Exception):
    pass


def describe(path):
    """Name, type and, for pictures, the size of a file."""
    info = {"name": path.name, "type": magic.from_file(str(path), mime=True)}
    try:
        with Image.open(path) as image:
            info["width"], info["height"] = image.size
    except UnidentifiedImageError:
        pass
    return info


def resize(path, width, extension):
    """The picture at the given width, and the type that its bytes say they have."""
    if extension in PILLOW:
        data = with_pillow(path, width, PILLOW[extension])
    elif extension in IMAGEMAGICK:
        data = with_imagemagick(path, width, extension)
    else:
        raise Unsupported(f"cannot write .{extension}")
    return data, magic.from_buffer(data, mime=True)


def with_pillow(path, width, kind):
    out = BytesIO()
    with Image.open(path) as image:
        height = max(1, round(image.height * width / image.width))
        image.convert("RGB").resize((width, height)).save(out, kind)
    return out.getvalue()


def with_imagemagick(path, width, extension):
    command = ["convert", str(path), "-resize", f"{width}x", f"{extension}:-"]
    return subprocess.run(command, check=True, capture_output=True, timeout=20).stdout
