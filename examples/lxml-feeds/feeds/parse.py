from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from lxml import etree

ATOM = {"a": "http://www.w3.org/2005/Atom"}


class UnknownFeed(Exception):
    pass


@dataclass
class Entry:
    title: str
    link: str
    date: datetime
    source: str

    def as_dict(self):
        return {**vars(self), "date": self.date.isoformat()}


def entries(source):
    """The entries of an RSS 2.0 or Atom document, given as bytes."""
    # Feeds come from strangers: no network, no entities.
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(source, parser)
    if root.tag == "rss":
        return [rss(item, root) for item in root.iterfind("channel/item")]
    if root.tag == f"{{{ATOM['a']}}}feed":
        return [atom(entry, root) for entry in root.iterfind("a:entry", ATOM)]
    raise UnknownFeed(f"neither RSS nor Atom: <{etree.QName(root).localname}>")


def rss(item, root):
    date = item.findtext("pubDate")
    return Entry(
        title=item.findtext("title", ""),
        link=item.findtext("link", ""),
        date=utc(parsedate_to_datetime(date)) if date else datetime.fromtimestamp(0, timezone.utc),
        source=root.findtext("channel/title", ""),
    )


def atom(entry, root):
    date = entry.findtext("a:updated", "1970-01-01T00:00:00Z", ATOM)
    link = entry.find("a:link", ATOM)
    return Entry(
        title=entry.findtext("a:title", "", ATOM),
        link="" if link is None else link.get("href", ""),
        date=utc(datetime.fromisoformat(date)),
        source=root.findtext("a:title", "", ATOM),
    )


def utc(date):
    return date.astimezone(timezone.utc) if date.tzinfo else date.replace(tzinfo=timezone.utc)
