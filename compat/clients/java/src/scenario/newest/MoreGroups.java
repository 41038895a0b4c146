package scenario.newest;

import java.util.Set;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import scenario.Await;
import scenario.Groups;
import scenario.Mismatch;
import scenario.Stage;

/** What the newest admin client does with groups beyond the common scenario. */
final class MoreGroups {
    private MoreGroups() {
    }

    /** By state and type as well. */
    static void list(Stage stage) throws Exception {
        Groups.list(stage);
        Groups.awaitEmpty(stage);
        Mismatch.unless(isListed(stage, GroupState.EMPTY), "not among the empty groups");
        Mismatch.unless(!isListed(stage, GroupState.STABLE), "among the stable groups");
    }

    private static boolean isListed(Stage stage, GroupState state) throws Exception {
        var options = new ListGroupsOptions().inGroupStates(Set.of(state)).withTypes(Set.of(GroupType.CLASSIC));
        return Await.answer(stage.admin().listGroups(options).all()).stream()
                .map(GroupListing::groupId)
                .anyMatch(stage.name()::equals);
    }

    /** And forgets the offset. */
    static void offsets(Stage stage) throws Exception {
        Groups.offsets(stage);
        Groups.awaitEmpty(stage);
        Await.answer(stage.admin().deleteConsumerGroupOffsets(stage.name(), Set.of(stage.partition(0))).all());
        Mismatch.unlessEqual("committed after the offset's deletion", null, Groups.committed(stage));
    }

    /** The second time there is none. */
    static void delete(Stage stage) throws Exception {
        Groups.delete(stage);
        Await.error(
                GroupIdNotFoundException.class,
                () -> Await.answer(stage.admin().deleteConsumerGroups(Set.of(stage.name())).all()));
    }
}
