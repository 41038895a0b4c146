package scenario;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What a broker refuses, and how the client tells it. */
final class Errors {
    private Errors() {
    }

    static void topicExists(Stage stage) throws Exception {
        stage.createTopic(1);
        Await.error(TopicExistsException.class, () -> create(stage, stage.name(), Map.of()));
    }

    static void unknownTopic(Stage stage) throws Exception {
        var absent = Set.of(stage.name());
        Await.error(
                UnknownTopicOrPartitionException.class, () -> Await.answer(stage.admin().deleteTopics(absent).all()));
        Await.error(
                UnknownTopicOrPartitionException.class, () -> stage.release().describeTopics(stage.admin(), absent));
    }

    static void invalidTopic(Stage stage) throws Exception {
        Await.error(InvalidTopicException.class, () -> create(stage, "not/legal", Map.of()));
    }

    static void invalidConfig(Stage stage) throws Exception {
        Await.error(
                InvalidConfigurationException.class, () -> create(stage, stage.name(), Map.of("retention.ms", "abc")));
        Mismatch.unless(!stage.isListed(stage.name()), "the topic was created");
    }

    private static String create(Stage stage, String topic, Map<String, String> settings) throws Exception {
        stage.createTopic(topic, 1, settings);
        return "a topic";
    }

    static void tooLarge(Stage stage) throws Exception {
        stage.createTopic(stage.name(), 1, Map.of("max.message.bytes", "1000"));
        try (var producer = stage.producer(Map.of())) {
            var record = new ProducerRecord<>(stage.name(), 0, "key", "x".repeat(2000));
            Await.error(RecordTooLargeException.class, () -> Records.send(producer, List.of(record)));
        }
    }

    static void outOfRange(Stage stage) throws Exception {
        Records.produceTen(stage);
        try (var consumer = stage.consumer(Map.of("auto.offset.reset", "none"))) {
            consumer.assign(List.of(stage.partition(0)));
            consumer.seek(stage.partition(0), 1000);
            Await.error(OffsetOutOfRangeException.class, () -> Records.read(consumer, 1));
        }
    }

    static void fencedProducer(Stage stage) throws Exception {
        stage.createTopic(1);
        try (var first = Transactions.producer(stage); var second = Transactions.producer(stage)) {
            first.initTransactions();
            transaction(first, stage.name());
            second.initTransactions();
            Await.error(stage.release().fencedProducerErrors(), () -> transaction(first, stage.name()));
            transaction(second, stage.name());
        }
    }

    private static String transaction(Producer<String, String> producer, String topic) throws KafkaException {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic, 0, "key", "value"));
        producer.commitTransaction();
        return "a transaction";
    }
}
