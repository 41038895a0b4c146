package scenario;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What a producer can be asked for: compression, acknowledgement, placement, idempotence. */
final class Produce {
    private Produce() {
    }

    static void compressed(Stage stage, String compression) throws Exception {
        stage.createTopic(1);
        var records = Records.ten(stage.name());
        Records.produce(stage, records, Map.of("acks", "all", "compression.type", compression));
        Records.expect(stage, records);
    }

    static void acks(Stage stage) throws Exception {
        stage.createTopic(1);
        for (String acks : List.of("0", "1")) {
            var record = new ProducerRecord<>(stage.name(), "key", "acks " + acks);
            Records.produce(stage, List.of(record), Map.of("acks", acks));
        }
        try (var consumer = stage.consumer(Map.of())) {
            consumer.assign(List.of(stage.partition(0)));
            Mismatch.unlessEqual(
                    "values", Set.of("acks 0", "acks 1"), Set.copyOf(Records.values(Records.read(consumer, 2))));
        }
    }

    static void partitioner(Stage stage) throws Exception {
        stage.createTopic(4);
        List<ProducerRecord<String, String>> records = new ArrayList<>();
        for (String value : List.of("once", "twice")) {
            IntStream.range(0, 40).forEach(i -> records.add(new ProducerRecord<>(stage.name(), "key-" + i, value)));
        }
        records.add(new ProducerRecord<>(stage.name(), 2, "explicit", "to partition 2"));
        Records.produce(stage, records, Map.of());
        Map<String, Set<Integer>> partitionsOf = new HashMap<>();
        try (var consumer = stage.consumer(Map.of())) {
            consumer.assign(IntStream.range(0, 4).mapToObj(stage::partition).toList());
            for (var record : Records.read(consumer, records.size())) {
                partitionsOf.computeIfAbsent(record.key(), key -> new HashSet<>()).add(record.partition());
            }
        }
        Mismatch.unlessEqual("partition of the explicit one", Set.of(2), partitionsOf.remove("explicit"));
        Mismatch.unlessEqual("keys", 40, partitionsOf.size());
        Mismatch.unless(
                partitionsOf.values().stream().allMatch(partitions -> partitions.size() == 1),
                "a key in several partitions: " + partitionsOf);
        Mismatch.unless(Set.copyOf(partitionsOf.values()).size() > 1, "all keys in one partition");
    }

    static void idempotence(Stage stage) throws Exception {
        stage.createTopic(1);
        var records = Records.numbered(stage.name(), 0, 0, 100);
        Records.produce(stage, records, Map.of("enable.idempotence", "true", "acks", "all"));
        try (var consumer = stage.consumer(Map.of())) {
            consumer.assign(List.of(stage.partition(0)));
            var expected = records.stream().map(ProducerRecord::value).toList();
            Mismatch.unlessEqual("values", expected, Records.values(Records.read(consumer, 100)));
        }
    }
}
