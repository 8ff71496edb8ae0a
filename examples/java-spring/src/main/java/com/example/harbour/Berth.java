package com.example.harbour;

/** A place in the harbour, with the depth of its water in metres. */
public record Berth(String name, double depth) {

    /** Whether a ship of a draught can lie there, with half a metre of water below its keel. */
    boolean takes(double draught) {
        return depth - draught >= 0.5;
    }
}
