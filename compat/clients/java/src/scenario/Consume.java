package scenario;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;

/** One consumer: by assignment, from chosen positions, from committed ones, and waiting for records. */
final class Consume {
    private static final int MAX_WAIT_MS = 10_000;

    private Consume() {
    }

    static void assign(Stage stage) throws Exception {
        stage.createTopic(1);
        Records.produce(stage, Records.numbered(stage.name(), 0, 0, 100), Map.of());
        try (var consumer = stage.consumer(Map.of())) {
            consumer.assign(List.of(stage.partition(0)));
            consumer.seekToBeginning(List.of(stage.partition(0)));
            var records = Records.read(consumer, 100);
            var expected = LongStream.range(0, 100).boxed().toList();
            Mismatch.unlessEqual("offsets", expected, records.stream().map(ConsumerRecord::offset).toList());
            Mismatch.unlessEqual("values", expected, Records.values(records).stream().map(Long::valueOf).toList());
        }
    }

    static void seek(Stage stage) throws Exception {
        Records.produceTen(stage);
        var partition = stage.partition(0);
        try (var consumer = stage.consumer(Map.of())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, 4);
            Mismatch.unlessEqual("offset after seeking 4", 4L, nextOffset(consumer));
            consumer.seekToBeginning(List.of(partition));
            Mismatch.unlessEqual("offset after seeking the beginning", 0L, nextOffset(consumer));
            consumer.seekToEnd(List.of(partition));
            Mismatch.unlessEqual("position at the end", 10L, consumer.position(partition));
            Records.produce(stage, List.of(new ProducerRecord<>(stage.name(), 0, "key", "after the end")), Map.of());
            Mismatch.unlessEqual("offset after seeking the end", 10L, nextOffset(consumer));
        }
    }

    private static long nextOffset(Consumer<String, String> consumer) throws Exception {
        return Records.read(consumer, 1).get(0).offset();
    }

    static void commitResume(Stage stage) throws Exception {
        Records.produceTen(stage);
        var partition = stage.partition(0);
        try (var first = stage.groupConsumer(Map.of("max.poll.records", 5))) {
            first.subscribe(List.of(stage.name()));
            Mismatch.unlessEqual("last offset of five records", 4L, Records.read(first, 5).get(4).offset());
            first.commitSync(Map.of(partition, new OffsetAndMetadata(5, "checkpoint")));
        }
        try (var second = stage.groupConsumer(Map.of())) {
            second.subscribe(List.of(stage.name()));
            var records = Records.read(second, 5);
            Mismatch.unlessEqual("offset that the second goes on with", 5L, records.get(0).offset());
            Mismatch.unlessEqual(
                    "committed", new OffsetAndMetadata(5, "checkpoint"), stage.release().committed(second, partition));
        }
    }

    static void longPoll(Stage stage) throws Exception {
        stage.createTopic(1);
        var settings = Map.of("fetch.max.wait.ms", MAX_WAIT_MS, "fetch.min.bytes", 1);
        try (var consumer = stage.consumer(settings); var producer = stage.producer(Map.of())) {
            consumer.assign(List.of(stage.partition(0)));
            // The request that this poll sends is still at the broker when it returns with nothing.
            Mismatch.unless(consumer.poll(Duration.ofSeconds(1)).isEmpty(), "a record before any was produced");
            Records.send(producer, List.of(new ProducerRecord<>(stage.name(), 0, "key", "value")));
            long acknowledged = System.nanoTime();
            Records.read(consumer, 1);
            long waitedMs = Duration.ofNanos(System.nanoTime() - acknowledged).toMillis();
            Mismatch.unless(waitedMs < MAX_WAIT_MS / 2, "the record came after " + waitedMs + " ms");
            // By itself closing would wait for the request that waits at the broker.
            consumer.close(Duration.ofSeconds(1));
        }
    }
}
