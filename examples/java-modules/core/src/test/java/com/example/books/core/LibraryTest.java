package com.example.books.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class LibraryTest {
    private static final String EMMA = "9780141439587";
    private final Library library = new Library(List.of(new Book(EMMA, "Emma", "Jane Austen", 1)));

    @Test
    void theLastCopyIsLentOnce() {
        library.lend(EMMA, "ada");
        assertThrows(IllegalStateException.class, () -> library.lend(EMMA, "grace"));
        library.takeBack(EMMA, "ada");
        assertEquals(1, library.available(EMMA));
    }

    @Test
    void aWrongCheckDigitIsFound() {
        assertThrows(IllegalArgumentException.class, () -> new Book("9780141439588", "Emma", "Jane Austen", 1));
    }
}
