package scenario;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Two members of a group who share four partitions. */
public final class Membership {
    public static final int PARTITIONS = 4;

    private static final String ASSIGNORS = "org.apache.kafka.clients.consumer.";

    private Membership() {
    }

    /** With one of the assignors that the client brings. */
    public static void twoMembers(Stage stage, String assignor) throws Exception {
        var settings = Map.of("partition.assignment.strategy", ASSIGNORS + assignor);
        twoMembers(stage, () -> stage.groupConsumer(settings), () -> { });
    }

    /** Each gets two partitions; 40 records go to one or the other; one leaves, the other gets the next 40 alone. */
    public static void twoMembers(Stage stage, Supplier<Consumer<String, String>> consumers, Check whileShared)
            throws Exception {
        stage.createTopic(PARTITIONS);
        try (var leaving = new Member(stage, consumers.get()); var staying = new Member(stage, consumers.get())) {
            awaitShared(leaving, staying);
            whileShared.perform();
            produce(stage, 0, 40);
            Await.until("40 records", () -> {
                leaving.poll();
                staying.poll();
                return leaving.records().size() + staying.records().size() >= 40;
            });
            Mismatch.unlessEqual("values", numbers(0, 40), values(leaving, staying));
            Mismatch.unless(!leaving.records().isEmpty() && !staying.records().isEmpty(), "one member got all records");
            leaving.commit();
            staying.commit();
            leaving.close();
            Await.until("all partitions for the one that stays", () -> {
                staying.poll();
                return staying.assignment().size() == PARTITIONS;
            });
            staying.records().clear();
            produce(stage, 40, 80);
            Await.until("40 more records", () -> {
                staying.poll();
                return staying.records().size() >= 40;
            });
            Mismatch.unlessEqual("values after the other left", numbers(40, 80), values(staying));
        }
    }

    /** Looks at the group while two members share its partitions. */
    @FunctionalInterface
    public interface Check {
        void perform() throws Exception;
    }

    public static void awaitShared(Member one, Member other) throws Exception {
        one.subscribe();
        other.subscribe();
        Await.until("two partitions for each member", () -> {
            one.poll();
            other.poll();
            return one.assignment().size() == PARTITIONS / 2
                    && other.assignment().size() == PARTITIONS / 2
                    && Collections.disjoint(one.assignment(), other.assignment());
        });
    }

    /** Numbers as values, to the partitions in turn. */
    public static void produce(Stage stage, int from, int to) throws Exception {
        List<ProducerRecord<String, String>> records = new ArrayList<>();
        for (int i = from; i < to; i++) {
            records.add(new ProducerRecord<>(stage.name(), i % PARTITIONS, null, "" + i));
        }
        Records.produce(stage, records, Map.of());
    }

    private static List<Integer> numbers(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    private static List<Integer> values(Member... members) {
        return Stream.of(members)
                .flatMap(member -> member.records().stream())
                .map(record -> Integer.valueOf(record.value()))
                .sorted()
                .toList();
    }
}
