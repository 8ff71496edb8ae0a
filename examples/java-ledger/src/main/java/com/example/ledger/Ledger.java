package com.example.ledger;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A double-entry ledger in memory; safe for use by several threads. */
public final class Ledger {
    private final List<Entry> entries = new ArrayList<>();

    public synchronized void book(Entry entry) {
        entries.add(entry);
    }

    public synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** The balance of each account, by name; together they are zero. */
    public synchronized Map<String, BigDecimal> balances() {
        Map<String, BigDecimal> balances = new TreeMap<>();
        for (Entry entry : entries) {
            balances.merge(entry.from(), entry.amount().negate(), BigDecimal::add);
            balances.merge(entry.to(), entry.amount(), BigDecimal::add);
        }
        return balances;
    }
}
