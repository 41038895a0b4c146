package scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.AdminClient;

/** The program: {@code --bootstrap HOST:PORT --prefix PREFIX CAPABILITY ...}, a line of JSON for each outcome. */
public final class Scenario {
    private static final Map<String, Capability> COMMON = Map.ofEntries(
            Map.entry("create-topic", Topics::create),
            Map.entry("describe-topic", Topics::describe),
            Map.entry("describe-configs", Topics::describeConfigs),
            Map.entry("alter-configs", Topics::alterConfigs),
            Map.entry("add-partitions", Topics::addPartitions),
            Map.entry("delete-topic", Topics::delete),
            Map.entry("delete-records", Offsets::deleteRecords),
            Map.entry("list-offsets", Offsets::list),
            Map.entry("offsets-for-times", Offsets::forTimes),
            Map.entry("list-groups", Groups::list),
            Map.entry("describe-group", Groups::describe),
            Map.entry("group-offsets", Groups::offsets),
            Map.entry("delete-group", Groups::delete),
            Map.entry("produce-none", stage -> Produce.compressed(stage, "none")),
            Map.entry("produce-gzip", stage -> Produce.compressed(stage, "gzip")),
            Map.entry("produce-snappy", stage -> Produce.compressed(stage, "snappy")),
            Map.entry("produce-lz4", stage -> Produce.compressed(stage, "lz4")),
            Map.entry("produce-zstd", stage -> Produce.compressed(stage, "zstd")),
            Map.entry("acks-0-and-1", Produce::acks),
            Map.entry("partitioner", Produce::partitioner),
            Map.entry("idempotence", Produce::idempotence),
            Map.entry("assign", Consume::assign),
            Map.entry("seek", Consume::seek),
            Map.entry("commit-resume", Consume::commitResume),
            Map.entry("long-poll", Consume::longPoll),
            Map.entry("group-range", stage -> Membership.twoMembers(stage, "RangeAssignor")),
            Map.entry("group-roundrobin", stage -> Membership.twoMembers(stage, "RoundRobinAssignor")),
            Map.entry("group-sticky", stage -> Membership.twoMembers(stage, "StickyAssignor")),
            Map.entry("txn-commit", Transactions::commit),
            Map.entry("txn-abort", Transactions::abort),
            Map.entry("txn-consume-transform-produce", Transactions::consumeTransformProduce),
            Map.entry("error-topic-exists", Errors::topicExists),
            Map.entry("error-unknown-topic", Errors::unknownTopic),
            Map.entry("error-invalid-topic", Errors::invalidTopic),
            Map.entry("error-invalid-config", Errors::invalidConfig),
            Map.entry("error-too-large", Errors::tooLarge),
            Map.entry("error-out-of-range", Errors::outOfRange),
            Map.entry("error-fenced-producer", Errors::fencedProducer));

    private Scenario() {
    }

    public static void run(Release release, String... args) {
        Map<String, String> options = new HashMap<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            if (args[i].startsWith("--")) {
                options.put(args[i], args[++i]);
            } else {
                names.add(args[i]);
            }
        }
        String bootstrap = options.get("--bootstrap");
        Outcome.client("kafka-clients", version());
        Map<String, Object> settings =
                Map.of("bootstrap.servers", bootstrap, "request.timeout.ms", Stage.REQUEST_TIMEOUT_MS);
        try (var admin = AdminClient.create(settings)) {
            for (String name : names) {
                perform(name, new Stage(bootstrap, options.get("--prefix") + "-" + name, admin, release));
            }
        }
    }

    /** As the library's own build wrote it into its jar. */
    private static String version() {
        var properties = new Properties();
        try (var written = AdminClient.class.getResourceAsStream("/kafka/kafka-version.properties")) {
            properties.load(written);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return properties.getProperty("version");
    }

    private static void perform(String name, Stage stage) {
        Release release = stage.release();
        if (release.lacks().containsKey(name)) {
            Outcome.lacks(name, release.lacks().get(name));
            return;
        }
        Capability capability = release.capabilities().getOrDefault(name, COMMON.get(name));
        if (capability == null) {
            Outcome.fail(name, new IllegalArgumentException("this program does not know the capability"));
            return;
        }
        try {
            capability.perform(stage);
            Outcome.pass(name);
        } catch (Exception | LinkageError failure) {
            Outcome.fail(name, failure);
        }
    }
}
