package scenario;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/** Groups, by the admin client. */
public final class Groups {
    private Groups() {
    }

    public static void list(Stage stage) throws Exception {
        groupWithOffset(stage, 5);
        Await.until("the group in the list", () -> stage.release().listGroups(stage.admin()).contains(stage.name()));
    }

    static void describe(Stage stage) throws Exception {
        stage.createTopic(2);
        try (var member = new Member(stage, stage.groupConsumer(Map.of("client.id", "described")))) {
            member.subscribe();
            Await.until("the assignment", () -> {
                member.poll();
                return member.assignment().size() == 2;
            });
            Await.until("a stable group", () -> "Stable".equals(state(stage)));
            ConsumerGroupDescription group = describe(stage, stage.name());
            Mismatch.unlessEqual("members", 1, group.members().size());
            var described = group.members().iterator().next();
            Mismatch.unlessEqual("client id", "described", described.clientId());
            Mismatch.unlessEqual("assignment", member.assignment(), described.assignment().topicPartitions());
            Mismatch.unlessEqual("assignor", "range", group.partitionAssignor());
            Mismatch.unless(!group.coordinator().isEmpty(), "no coordinator");
        }
    }

    public static void offsets(Stage stage) throws Exception {
        groupWithOffset(stage, 5);
        var partition = stage.partition(0);
        var shown = committed(stage);
        Mismatch.unlessEqual("offset", 5L, shown.offset());
        Mismatch.unlessEqual("metadata", "checkpoint", shown.metadata());
        awaitEmpty(stage);
        stage.release().setGroupOffset(stage, stage.name(), partition, 2);
        Mismatch.unlessEqual("offset that was set", 2L, committed(stage).offset());
        try (var consumer = stage.groupConsumer(Map.of())) {
            consumer.subscribe(List.of(stage.name()));
            Mismatch.unlessEqual("offset that the group goes on with", 2L, Records.read(consumer, 1).get(0).offset());
        }
    }

    public static void delete(Stage stage) throws Exception {
        groupWithOffset(stage, 5);
        awaitEmpty(stage);
        Await.answer(stage.admin().deleteConsumerGroups(Set.of(stage.name())).all());
        Await.until("the group's end", () -> !stage.release().listGroups(stage.admin()).contains(stage.name()));
    }

    /** The ten records, and a group whose only member committed and left. */
    private static void groupWithOffset(Stage stage, long offset) throws Exception {
        Records.produceTen(stage);
        try (var consumer = stage.groupConsumer(Map.of())) {
            consumer.subscribe(List.of(stage.name()));
            Records.read(consumer, 10);
            consumer.commitSync(Map.of(stage.partition(0), new OffsetAndMetadata(offset, "checkpoint")));
        }
    }

    public static void awaitEmpty(Stage stage) throws Exception {
        Await.until("the group to be empty", () -> "Empty".equals(state(stage)));
    }

    public static OffsetAndMetadata committed(Stage stage) throws Exception {
        var offsets = stage.admin().listConsumerGroupOffsets(stage.name()).partitionsToOffsetAndMetadata();
        return Await.answer(offsets).get(stage.partition(0));
    }

    private static String state(Stage stage) throws Exception {
        return stage.release().stateOf(describe(stage, stage.name()));
    }

    public static ConsumerGroupDescription describe(Stage stage, String group) throws Exception {
        return Await.answer(stage.admin().describeConsumerGroups(Set.of(group)).all()).get(group);
    }
}
