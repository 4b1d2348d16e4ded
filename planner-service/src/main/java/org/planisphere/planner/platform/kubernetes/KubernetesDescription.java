package org.planisphere.planner.platform.kubernetes;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.process.Outputs;
import org.planisphere.planner.staging.Staging;
import org.planisphere.planner.task.Kind;

/** What the platform says of itself, after what the cluster says. */
final class KubernetesDescription {
    private KubernetesDescription() {}

    static PlatformDescription of(PlatformSettings common, KubernetesSettings own, Room room, Staging staging) {
        Set<String> schemes = staging.schemes();
        Set<Kind> able = new LinkedHashSet<>(List.of(Kind.DOCKER_CONTAINER));
        if (!own.image().isEmpty()) {
            able.add(Kind.PROCESS);
            if (!schemes.isEmpty()) {
                able.add(Kind.PYTHON_PROGRAM);
            }
        }
        if (!common.kinds().isEmpty()) {
            able.retainAll(common.kinds());
        }
        Amounts capacity = capacity(common, own, room.total());
        return new PlatformDescription(
                common.id(),
                common.name(),
                common.description(),
                capacity,
                with(Room.least(capacity, with(room.largest(), capacity.storage())), capacity.storage()),
                able,
                Set.of(Kind.SIMPLE_STORAGE, Kind.EPHEMERAL_STORAGE, Kind.PERSISTENT_STORAGE),
                Outputs.kinds(staging),
                schemes,
                common.shapes(),
                common.prices(),
                common.preparing(),
                common.releasing(),
                common.usual(),
                common.longest(),
                common.horizon(),
                common.network(),
                common.metrics(),
                open(own));
    }

    /** What the cluster has, but no more than the operator wrote; storage is the operator's word alone. */
    static Amounts capacity(PlatformSettings common, KubernetesSettings own, Amounts has) {
        Amounts wrote = common.capacity();
        return new Amounts(
                part(own, "cores", wrote.cores(), has.cores()),
                part(own, "memory", wrote.memory(), has.memory()),
                wrote.storage(),
                part(own, "accelerators", wrote.accelerators(), has.accelerators()),
                Math.min(wrote.sessions(), has.sessions()));
    }

    private static long part(KubernetesSettings own, String resource, long wrote, long has) {
        return own.written().contains(resource) ? Math.min(wrote, has) : has;
    }

    private static Amounts with(Amounts amounts, long storage) {
        return new Amounts(amounts.cores(), amounts.memory(), storage, amounts.accelerators(), amounts.sessions());
    }

    /** How each bound is kept. */
    static List<String> kept(PlatformSettings common, KubernetesSettings own, Room room, String address) {
        List<String> kept = new ArrayList<>();
        kept.add("Kubernetes at " + address + ": " + room.nodes() + " nodes take runs, of up to "
                + room.largest().cores() + " cores and " + room.largest().memory() + " MiB now.");
        kept.add("Cores and memory: limits of the pod, by its node.");
        kept.add("Time: by the planner's clock; while the planner is down by the Job's deadline, some seconds later.");
        kept.add("Files: an image that cannot be written, and nothing but the session's folder and the volumes asked"
                + " for.");
        kept.add("Rights: an ordinary user, no capabilities, none can be gained, no token of the cluster; privileged"
                + " is refused.");
        if (own.policies()) {
            kept.add(
                    common.network()
                            ? "Network: by NetworkPolicies, granted by this platform's settings; nobody reaches a run"
                                    + " but at its ports."
                            : "Network: none, by a NetworkPolicy.");
        }
        return kept;
    }

    /** What is not kept, or not always; offers repeat it. */
    private static List<String> open(KubernetesSettings own) {
        List<String> open = new ArrayList<>();
        open.add("The cluster decides when a run begins: others may delay it, and then it has what is left of its"
                + " reservation.");
        open.add("Storage is looked at once a second; between two looks a run may exceed it.");
        open.add("The number of processes and of open files is as the cluster's nodes set it.");
        open.add("What a run prints to its two streams is kept as one, in its output.");
        if (!own.policies()) {
            open.add("Runs are shut off from the network only if the cluster's network keeps to NetworkPolicies, which"
                    + " the operator of this planner has not said.");
        }
        if (own.volume() instanceof SharedVolume.HostPath) {
            open.add("Runs see their folder by a path of their node, which pods of the strictest security standard may"
                    + " not.");
        }
        return open;
    }
}
