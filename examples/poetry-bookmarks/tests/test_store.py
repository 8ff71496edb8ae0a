from bookmarks import store


def test_adding_twice_joins_tags():
    with store.open_store("sqlite://") as session:
        store.add(session, "https://example.com", ["a"])
        store.add(session, "https://example.com", ["b", "a"])
        (bookmark,) = store.find(session, "b")
        assert [tag.name for tag in bookmark.tags] == ["a", "b"]
