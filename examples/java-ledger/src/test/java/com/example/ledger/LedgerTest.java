package com.example.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private static Entry entry(String from, String to, String amount) {
        return new Entry(LocalDate.of(2024, 5, 2), from, to, new BigDecimal(amount), "");
    }

    @Test
    void balancesAddUpToZero() {
        Ledger ledger = new Ledger();
        ledger.book(entry("cash", "rent", "800.00"));
        ledger.book(entry("salary", "cash", "2500.00"));
        assertEquals(new BigDecimal("1700.00"), ledger.balances().get("cash"));
        assertEquals(0, ledger.balances().values().stream().reduce(BigDecimal.ZERO, BigDecimal::add).signum());
    }

    @Test
    void refusesNegativeAmounts() {
        assertThrows(IllegalArgumentException.class, () -> entry("cash", "rent", "-1"));
    }
}
