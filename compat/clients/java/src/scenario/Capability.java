package scenario;

/** One capability of the scenario. It throws where the client or the broker does not do what the specification says. */
@FunctionalInterface
public interface Capability {
    void perform(Stage stage) throws Exception;
}
