package com.example.harbour;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BerthTest {

    @Test
    void keepsWaterBelowTheKeel() {
        Berth berth = new Berth("north", 4.5);
        assertTrue(berth.takes(4.0));
        assertFalse(berth.takes(4.1));
    }
}
