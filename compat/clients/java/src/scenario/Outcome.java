package scenario;

/** The program's answers: lines of JSON on stdout. What failed is on stderr in full. */
final class Outcome {
    private Outcome() {
    }

    static void client(String name, String version) {
        print("client", name, "version", version);
    }

    static void pass(String capability) {
        print("capability", capability, "outcome", "pass");
    }

    static void lacks(String capability, String reason) {
        print("capability", capability, "outcome", "lacks", "reason", reason);
    }

    static void fail(String capability, Throwable failure) {
        System.err.println(capability + ":");
        failure.printStackTrace();
        var reason = new StringBuilder(describe(failure));
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            reason.append(" < ").append(describe(cause));
        }
        print("capability", capability, "outcome", "fail", "reason", reason.toString());
    }

    private static String describe(Throwable thrown) {
        return thrown.getClass().getSimpleName() + ": " + thrown.getMessage();
    }

    private static void print(String... namesAndValues) {
        var line = new StringBuilder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            line.append(line.isEmpty() ? "{" : ", ");
            line.append(quote(namesAndValues[i])).append(": ").append(quote(namesAndValues[i + 1]));
        }
        System.out.println(line.append("}"));
        System.out.flush();
    }

    private static String quote(String text) {
        var quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
