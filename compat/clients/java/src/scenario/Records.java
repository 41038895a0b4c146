package scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** The ten records, and sending and reading of records in general. */
public final class Records {
    static final Duration POLL = Duration.ofMillis(100);

    private static final long FIRST_TIMESTAMP_MS = 1_600_000_000_000L;

    private Records() {
    }

    static List<ProducerRecord<String, String>> ten(String topic) {
        List<ProducerRecord<String, String>> records = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            var bin = new RecordHeader("bin", new byte[] {0, (byte) 0xff});
            var headers = List.<Header>of(header("trace", "id-" + i), bin, header("trace", "again"));
            records.add(record(topic, i, "key-" + i, "value-" + i + "-" + "x".repeat(200), headers));
        }
        records.add(record(topic, 7, "key-7", null, List.of()));
        records.add(record(topic, 8, null, "value-8", List.of()));
        records.add(record(topic, 9, "", "", List.of(header("empty", ""))));
        return records;
    }

    static long timestampMs(int i) {
        return FIRST_TIMESTAMP_MS + 1000L * i;
    }

    private static ProducerRecord<String, String> record(
            String topic, int i, String key, String value, List<Header> headers) {
        return new ProducerRecord<>(topic, 0, timestampMs(i), key, value, headers);
    }

    private static Header header(String key, String value) {
        return new RecordHeader(key, value.getBytes());
    }

    /** Creates the capability's topic, of one partition, with the ten records. */
    public static void produceTen(Stage stage) throws Exception {
        stage.createTopic(1);
        produce(stage, ten(stage.name()), Map.of());
    }

    static List<ProducerRecord<String, String>> numbered(String topic, int partition, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> new ProducerRecord<String, String>(topic, partition, null, "" + i))
                .toList();
    }

    static void produce(Stage stage, List<ProducerRecord<String, String>> records, Map<String, ?> settings)
            throws Exception {
        try (var producer = stage.producer(settings)) {
            send(producer, records);
        }
    }

    /** Returns when all are acknowledged. */
    static List<RecordMetadata> send(Producer<String, String> producer, List<ProducerRecord<String, String>> records)
            throws Exception {
        List<Future<RecordMetadata>> sent = records.stream().map(producer::send).toList();
        producer.flush();
        List<RecordMetadata> places = new ArrayList<>();
        for (var future : sent) {
            places.add(Await.answer(future));
        }
        return places;
    }

    /** Reads until there are at least that many. */
    static List<ConsumerRecord<String, String>> read(Consumer<String, String> consumer, int count) throws Exception {
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        try {
            Await.until(count + " records", () -> {
                consumer.poll(POLL).forEach(records::add);
                return records.size() >= count;
            });
        } catch (Mismatch late) {
            throw new Mismatch(late.getMessage() + ", got " + records.size());
        }
        return records;
    }

    static List<String> values(List<ConsumerRecord<String, String>> records) {
        return records.stream().map(ConsumerRecord::value).toList();
    }

    /** All that there is in a topic's partition 0, from its beginning, is these records. */
    static void expect(Stage stage, List<ProducerRecord<String, String>> expected) throws Exception {
        try (var consumer = stage.consumer(Map.of())) {
            consumer.assign(List.of(stage.partition(0)));
            var records = read(consumer, expected.size());
            Mismatch.unlessEqual("records", expected.size(), records.size());
            for (int i = 0; i < expected.size(); i++) {
                expect(expected.get(i), records.get(i), i);
            }
        }
    }

    private static void expect(ProducerRecord<String, String> expected, ConsumerRecord<String, String> actual, int i) {
        Mismatch.unlessEqual("offset of record " + i, (long) i, actual.offset());
        Mismatch.unlessEqual("key of record " + i, expected.key(), actual.key());
        Mismatch.unlessEqual("value of record " + i, expected.value(), actual.value());
        Mismatch.unlessEqual("timestamp of record " + i, expected.timestamp(), actual.timestamp());
        Header[] headers = expected.headers().toArray();
        Mismatch.unless(
                Arrays.equals(headers, actual.headers().toArray()),
                "headers of record " + i + ": " + actual.headers() + ", not " + expected.headers());
    }
}
