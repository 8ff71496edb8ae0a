package com.example.ledger;

import java.math.BigDecimal;
import java.time.LocalDate;

/** One booking: an amount that moves from one account to another. */
public record Entry(LocalDate date, String from, String to, BigDecimal amount, String text) {
    public Entry {
        if (from == null || to == null || from.isBlank() || to.isBlank() || from.equals(to)) {
            throw new IllegalArgumentException("an entry needs two accounts");
        }
        if (amount == null || amount.signum() <= 0) {
            throw new IllegalArgumentException("an entry needs a positive amount");
        }
    }
}
