package scenario;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Waiting for the thing awaited, bounded by 20 seconds. */
public final class Await {
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final long PAUSE_MS = 20;

    private Await() {
    }

    public static void until(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new Mismatch("waited " + PATIENCE.toSeconds() + " s for " + what);
            }
            Thread.sleep(PAUSE_MS);
        }
    }

    /** The future's value; what it failed with is thrown as the client made it, without the wrapping. */
    public static <T> T answer(Future<T> future) throws Exception {
        try {
            return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException wrapped) {
            if (wrapped.getCause() instanceof Exception refused) {
                throw refused;
            }
            throw wrapped;
        }
    }

    /** Passes when the call ends with this error, be it itself or a cause of what is thrown. */
    public static void error(Class<? extends Exception> expected, Callable<?> call) throws Exception {
        error(Set.of(expected), call);
    }

    /** With any of these. */
    public static void error(Set<Class<? extends Exception>> expected, Callable<?> call) throws Exception {
        Object returned;
        try {
            returned = call.call();
        } catch (Exception thrown) {
            for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
                if (expected.contains(cause.getClass())) {
                    return;
                }
            }
            throw thrown;
        }
        throw new Mismatch(returned + ", not " + expected);
    }
}
