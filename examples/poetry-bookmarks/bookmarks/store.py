"""Bookmarks and tags in a database of SQLAlchemy's choice."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Table, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


tagged = Table(
    "tagged",
    Base.metadata,
    Column("bookmark_id", ForeignKey("bookmark.id"), primary_key=True),
    Column("tag_name", ForeignKey("tag.name"), primary_key=True),
)


class Tag(Base):
    __tablename__ = "tag"

    name: Mapped[str] = mapped_column(primary_key=True)


class Bookmark(Base):
    __tablename__ = "bookmark"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(unique=True)
    added: Mapped[datetime] = mapped_column(server_default=func.now())
    tags: Mapped[list[Tag]] = relationship(secondary=tagged, order_by=Tag.name)


def open_store(url: str) -> Session:
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    return Session(engine)


def add(session: Session, url: str, tags: list[str]) -> Bookmark:
    """Adds a bookmark, or further tags to the one that is there."""
    bookmark = session.scalar(select(Bookmark).where(Bookmark.url == url))
    if bookmark is None:
        bookmark = Bookmark(url=url)
        session.add(bookmark)
    have = {tag.name for tag in bookmark.tags}
    for name in sorted(set(tags) - have):
        bookmark.tags.append(session.get(Tag, name) or Tag(name=name))
    session.commit()
    return bookmark


def find(session: Session, tag: str | None = None) -> list[Bookmark]:
    query = select(Bookmark).order_by(Bookmark.id)
    if tag:
        query = query.where(Bookmark.tags.any(Tag.name == tag))
    return list(session.scalars(query))
