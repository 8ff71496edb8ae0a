package com.example.books.core;

/** A book and how many copies of it the library owns. */
public record Book(String isbn, String title, String author, int copies) {
    public Book {
        if (!validIsbn(isbn)) {
            throw new IllegalArgumentException("not an ISBN-13: " + isbn);
        }
        if (copies < 1) {
            throw new IllegalArgumentException("a library owns at least one copy");
        }
    }

    /** Thirteen digits whose sum, weighted by 1 and 3 in turn, is a multiple of ten. */
    static boolean validIsbn(String isbn) {
        if (isbn == null || !isbn.matches("\\d{13}")) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < isbn.length(); i++) {
            sum += (isbn.charAt(i) - '0') * (i % 2 == 0 ? 1 : 3);
        }
        return sum % 10 == 0;
    }
}
