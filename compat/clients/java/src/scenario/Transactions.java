package scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** A transactional producer, and consumers that read what is committed. */
final class Transactions {
    private static final Map<String, String> READ_COMMITTED = Map.of("isolation.level", "read_committed");

    private Transactions() {
    }

    static Producer<String, String> producer(Stage stage) {
        return stage.producer(Map.of("transactional.id", stage.name(), "transaction.timeout.ms", Stage.TIMEOUT_MS));
    }

    static void commit(Stage stage) throws Exception {
        stage.createTopic(2);
        try (var producer = producer(stage)) {
            producer.initTransactions();
            producer.beginTransaction();
            Records.send(producer, Records.numbered(stage.name(), 0, 0, 10));
            Records.send(producer, Records.numbered(stage.name(), 1, 10, 20));
            producer.commitTransaction();
        }
        Mismatch.unlessEqual("values", texts(0, 20), all(stage, stage.name(), 2, READ_COMMITTED));
    }

    static void abort(Stage stage) throws Exception {
        stage.createTopic(1);
        try (var producer = producer(stage)) {
            producer.initTransactions();
            producer.beginTransaction();
            Records.send(producer, Records.numbered(stage.name(), 0, 0, 10));
            producer.abortTransaction();
            producer.beginTransaction();
            Records.send(producer, Records.numbered(stage.name(), 0, 10, 20));
            producer.commitTransaction();
        }
        Mismatch.unlessEqual("committed", texts(10, 20), all(stage, stage.name(), 1, READ_COMMITTED));
        Mismatch.unlessEqual("uncommitted", texts(0, 20), all(stage, stage.name(), 1, Map.of()));
    }

    static void consumeTransformProduce(Stage stage) throws Exception {
        stage.createTopic(1);
        String doubled = stage.name("doubled");
        stage.createTopic(doubled, 1, Map.of());
        Records.produce(stage, Records.numbered(stage.name(), 0, 0, 10), Map.of());
        try (var consumer = stage.groupConsumer(READ_COMMITTED); var producer = producer(stage)) {
            consumer.subscribe(List.of(stage.name()));
            producer.initTransactions();
            producer.beginTransaction();
            transform(stage, Records.read(consumer, 10), doubled, consumer, producer);
            producer.commitTransaction();

            Records.produce(stage, Records.numbered(stage.name(), 0, 10, 15), Map.of());
            producer.beginTransaction();
            transform(stage, Records.read(consumer, 5), doubled, consumer, producer);
            producer.abortTransaction();
        }
        var expected = IntStream.range(0, 10).mapToObj(i -> "" + 2 * i).toList();
        Mismatch.unlessEqual("doubled", expected, all(stage, doubled, 1, READ_COMMITTED));
        Mismatch.unlessEqual("offset of the group", 10L, Groups.committed(stage).offset());
    }

    private static void transform(
            Stage stage,
            List<ConsumerRecord<String, String>> records,
            String target,
            Consumer<String, String> consumer,
            Producer<String, String> producer) throws Exception {
        Records.send(producer, records.stream()
                .map(record -> new ProducerRecord<>(target, 0, record.key(), "" + 2 * Integer.parseInt(record.value())))
                .toList());
        long next = records.get(records.size() - 1).offset() + 1;
        var offsets = Map.of(stage.partition(0), new OffsetAndMetadata(next));
        stage.release().sendOffsetsToTransaction(producer, offsets, consumer, stage.name());
    }

    /**
     * The values of a topic in its partitions' order. Reading goes up to what was written, not to what was decided on
     * already: a broker may write a transaction's markers a moment after it has answered for its end.
     */
    private static List<String> all(Stage stage, String topic, int partitions, Map<String, ?> settings)
            throws Exception {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            var partition = new TopicPartition(topic, i);
            try (var consumer = stage.consumer(settings); var uncommitted = stage.consumer(Map.of())) {
                consumer.assign(List.of(partition));
                long end = uncommitted.endOffsets(List.of(partition)).get(partition);
                Await.until(partition + " to be read", () -> {
                    consumer.poll(Records.POLL).forEach(record -> values.add(record.value()));
                    return consumer.position(partition) >= end;
                });
            }
        }
        return values;
    }

    private static List<String> texts(int from, int to) {
        return IntStream.range(from, to).mapToObj(String::valueOf).toList();
    }
}
