package scenario.newest;

import scenario.Scenario;

/** The scenario with the newest kafka-clients. */
public final class Main {
    private Main() {
    }

    public static void main(String[] args) {
        Scenario.run(new Newest(), args);
    }
}
