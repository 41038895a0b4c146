package scenario;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.RecordsToDelete;

/** Offsets of a partition: its ends, those at a time, and moving its beginning. */
public final class Offsets {
    private Offsets() {
    }

    static void deleteRecords(Stage stage) throws Exception {
        Records.produceTen(stage);
        var partition = stage.partition(0);
        var deleted = stage.admin().deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(5)));
        Mismatch.unlessEqual("low watermark", 5L, Await.answer(deleted.lowWatermarks().get(partition)).lowWatermark());
        try (var consumer = stage.consumer(Map.of())) {
            Mismatch.unlessEqual("earliest", 5L, consumer.beginningOffsets(List.of(partition)).get(partition));
            consumer.assign(List.of(partition));
            Mismatch.unlessEqual("first record", 5L, Records.read(consumer, 5).get(0).offset());
        }
    }

    public static void list(Stage stage) throws Exception {
        Records.produceTen(stage);
        var partition = stage.partition(0);
        try (var consumer = stage.consumer(Map.of())) {
            Mismatch.unlessEqual("earliest", 0L, consumer.beginningOffsets(List.of(partition)).get(partition));
            Mismatch.unlessEqual("latest", 10L, consumer.endOffsets(List.of(partition)).get(partition));
        }
    }

    static void forTimes(Stage stage) throws Exception {
        Records.produceTen(stage);
        var partition = stage.partition(0);
        try (var consumer = stage.consumer(Map.of())) {
            var found = consumer.offsetsForTimes(Map.of(partition, Records.timestampMs(4) + 500)).get(partition);
            Mismatch.unless(found != null, "no offset for a time between two records");
            Mismatch.unlessEqual("offset", 5L, found.offset());
            Mismatch.unlessEqual("timestamp", Records.timestampMs(5), found.timestamp());
            var after = consumer.offsetsForTimes(Map.of(partition, Records.timestampMs(9) + 1)).get(partition);
            Mismatch.unlessEqual("offset after the last record", null, after);
        }
    }
}
