from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, ImageOps

SIZE = (600, 315)


def draw_card(post):
    """Returns a PNG of the post's photo, or a plain ground, under its title."""
    if post.photo:
        with Image.open(post.photo) as photo:
            card = ImageOps.fit(photo.convert("RGB"), SIZE)
    else:
        card = Image.new("RGB", SIZE, "#234")
    draw = ImageDraw.Draw(card)
    draw.rectangle([(0, 235), SIZE], fill="#111")
    draw.text((24, 252), post.title, fill="white", font=ImageFont.load_default(size=32))
    out = BytesIO()
    card.save(out, "PNG")
    return out.getvalue()
