import unittest

from feeds import parse

RSS = b"""<rss version="2.0"><channel><title>News</title>
<item><title>One</title><link>http://a/1</link><pubDate>Thu, 02 May 2024 10:00:00 +0200</pubDate></item>
</channel></rss>"""


class ParseTest(unittest.TestCase):
    def test_rss_date_is_utc(self):
        (entry,) = parse.entries(RSS)
        self.assertEqual(entry.date.isoformat(), "2024-05-02T08:00:00+00:00")

    def test_html_is_refused(self):
        with self.assertRaises(parse.UnknownFeed):
            parse.entries(b"<html/>")
