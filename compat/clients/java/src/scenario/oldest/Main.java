package scenario.oldest;

import scenario.Scenario;

/** The scenario with the oldest kafka-clients that a broker of today serves. */
public final class Main {
    private Main() {
    }

    public static void main(String[] args) {
        Scenario.run(new Oldest(), args);
    }
}
