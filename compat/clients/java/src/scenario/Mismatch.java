package scenario;

import java.util.Objects;

/** What came is not what the specification says. */
public final class Mismatch extends RuntimeException {
    public Mismatch(String message) {
        super(message);
    }

    public static void unlessEqual(String what, Object expected, Object actual) {
        if (!Objects.equals(expected, actual)) {
            throw new Mismatch(what + ": " + actual + ", not " + expected);
        }
    }

    public static void unless(boolean holds, String message) {
        if (!holds) {
            throw new Mismatch(message);
        }
    }
}
