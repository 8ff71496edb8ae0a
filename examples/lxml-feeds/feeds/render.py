from pathlib import Path

from lxml import etree

STYLESHEET = Path(__file__).with_name("page.xsl")


def page(entries):
    """An HTML page of the entries, made by page.xsl."""
    root = etree.Element("entries")
    for entry in entries:
        etree.SubElement(root, "entry", title=entry.title, link=entry.link,
                         date=f"{entry.date:%Y-%m-%d}", source=entry.source)
    transform = etree.XSLT(etree.parse(STYLESHEET))
    return str(transform(root))
