package scenario.newest;

import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import scenario.Await;
import scenario.Groups;
import scenario.Member;
import scenario.Membership;
import scenario.Mismatch;
import scenario.Stage;

/** Groups of the consumer protocol (KIP-848), and members with instance ids (KIP-345). */
final class MoreMembership {
    private MoreMembership() {
    }

    static void consumerProtocol(Stage stage) throws Exception {
        Map<String, String> settings = Map.of("group.id", stage.name(), "group.protocol", "consumer");
        Membership.twoMembers(stage, () -> stage.consumer(settings), () -> {
            Await.until("a stable group", () -> "Stable".equals(
                    stage.release().stateOf(Groups.describe(stage, stage.name()))));
            var group = Groups.describe(stage, stage.name());
            Mismatch.unlessEqual("type", GroupType.CONSUMER, group.type());
            Mismatch.unlessEqual("members", 2, group.members().size());
        });
    }

    private static Consumer<String, String> member(Stage stage, String instance) {
        return stage.groupConsumer(Map.of("group.instance.id", instance));
    }

    static void staticMembers(Stage stage) throws Exception {
        stage.createTopic(Membership.PARTITIONS);
        try (var staying = new Member(stage, member(stage, "staying"))) {
            Set<TopicPartition> before;
            try (var leaving = new Member(stage, member(stage, "returning"))) {
                Membership.awaitShared(staying, leaving);
                before = leaving.assignment();
            }
            int rebalances = staying.rebalances();
            int generation = generation(staying);
            try (var returned = new Member(stage, member(stage, "returning"))) {
                returned.subscribe();
                Await.until("the returned member's assignment", () -> {
                    staying.poll();
                    returned.poll();
                    return !returned.assignment().isEmpty();
                });
                Mismatch.unlessEqual("assignment after the return", before, returned.assignment());
                Membership.produce(stage, 0, 40);
                Await.until("20 records for each", () -> {
                    staying.poll();
                    returned.poll();
                    return staying.records().size() >= 20 && returned.records().size() >= 20;
                });
                Mismatch.unlessEqual("generation of the one that stayed", generation, generation(staying));
                Mismatch.unlessEqual("generation of the one that returned", generation, generation(returned));
            }
            Mismatch.unlessEqual("rebalances of the one that stayed", rebalances, staying.rebalances());
        }
        removeMembers(stage, "staying", "returning");
    }

    /** Members with instance ids, who are still in the group after closing. */
    private static void removeMembers(Stage stage, String... instances) throws Exception {
        var removed = Stream.of(instances).map(MemberToRemove::new).toList();
        var options = new RemoveMembersFromConsumerGroupOptions(removed);
        Await.answer(stage.admin().removeMembersFromConsumerGroup(stage.name(), options).all());
        Groups.awaitEmpty(stage);
    }

    private static int generation(Member member) {
        return member.consumer().groupMetadata().generationId();
    }

    static void fencedInstance(Stage stage) throws Exception {
        stage.createTopic(1);
        try (var first = new Member(stage, member(stage, "one"));
                var second = new Member(stage, member(stage, "one"))) {
            first.subscribe();
            Await.until("the first one's assignment", () -> {
                first.poll();
                return !first.assignment().isEmpty();
            });
            second.subscribe();
            Await.error(FencedInstanceIdException.class, () -> {
                Await.until("the first one's end", () -> {
                    second.poll();
                    first.poll();
                    return false;
                });
                return "no end";
            });
            Await.until("the second one's assignment", () -> {
                second.poll();
                return !second.assignment().isEmpty();
            });
        }
    }
}
