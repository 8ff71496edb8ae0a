package com.example.books.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/** Lends books; safe for use by several threads. */
public final class Library {
    private final Map<String, Book> books = new LinkedHashMap<>();
    private final Map<String, List<String>> readers = new LinkedHashMap<>(); // by ISBN

    public Library(Collection<Book> stock) {
        for (Book book : stock) {
            books.put(book.isbn(), book);
            readers.put(book.isbn(), new ArrayList<>());
        }
    }

    public synchronized List<Book> books() {
        return List.copyOf(books.values());
    }

    public synchronized int available(String isbn) {
        return find(isbn).copies() - readers.get(isbn).size();
    }

    public synchronized void lend(String isbn, String reader) {
        if (available(isbn) == 0) {
            throw new IllegalStateException("all copies of " + find(isbn).title() + " are lent");
        }
        readers.get(isbn).add(reader);
    }

    public synchronized void takeBack(String isbn, String reader) {
        find(isbn);
        if (!readers.get(isbn).remove(reader)) {
            throw new IllegalStateException(reader + " does not have that book");
        }
    }

    private Book find(String isbn) {
        Book book = books.get(isbn);
        if (book == null) {
            throw new NoSuchElementException("no book " + isbn);
        }
        return book;
    }
}
