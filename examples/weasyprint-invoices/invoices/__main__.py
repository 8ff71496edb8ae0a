"""python -m invoices ORDER.json OUT.pdf"""
import re
import sys
from pathlib import Path

from jinja2 import Environment, PackageLoader, select_autoescape
from weasyprint import HTML

from . import model

templates = Environment(loader=PackageLoader("invoices"), autoescape=select_autoescape())
templates.filters["money"] = lambda amount: f"{amount:,.2f} €"


def main(source, target):
    with open(source) as file:
        invoice = model.load(file)
    html = templates.get_template("invoice.html").render(invoice=invoice)
    document = HTML(string=html).render()
    pdf = document.write_pdf(uncompressed_pdf=True)
    Path(target).write_bytes(pdf)

    fonts = sorted(set(re.findall(rb"/BaseFont /(?:[A-Z]{6}\+)?([\w-]+)", pdf)))
    print(f"{invoice.number}: {invoice.total:.2f} EUR, {len(document.pages)} page(s)")
    print("fonts:", ", ".join(font.decode() for font in fonts))


if len(sys.argv) != 3:
    sys.exit(__doc__)
main(*sys.argv[1:])
