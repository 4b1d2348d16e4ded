package org.planisphere.planner.platform.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.image.ImageRules;

/**
 * What a cluster has for us, by what its nodes can allocate, what others' pods ask of them, and what quotas leave. Amounts
 * without storage, which the cluster does not know. Immutable.
 *
 * @param total of all nodes that take our pods, and no more than the quotas
 * @param largest that one pod can have now
 * @param free what of the total others have not taken
 * @param machines architectures of these nodes
 * @param nodes how many these are
 */
record Room(Amounts total, Amounts largest, Amounts free, Set<String> machines, int nodes) {
    static final Room NONE = new Room(Amounts.NONE, Amounts.NONE, Amounts.NONE, Set.of(), 0);

    Room {
        machines = Set.copyOf(machines);
    }

    /**
     * @param pods of the whole cluster that are on a node and not over
     * @param quotas by namespace, of every namespace in which runs can be
     * @param labels that nodes must have
     * @param accelerator what one is called
     */
    static Room of(
            List<Node> nodes,
            List<Pod> pods,
            Map<String, List<ResourceQuota>> quotas,
            Map<String, String> labels,
            String accelerator,
            String owner) {
        Map<String, Sum> others = new HashMap<>();
        Map<String, Sum> mine = new HashMap<>();
        for (Pod pod : pods) {
            Map<String, String> marks = pod.getMetadata().getLabels();
            if (marks != null && owner.equals(marks.get(Launch.PLATFORM))) {
                mine.computeIfAbsent(pod.getMetadata().getNamespace(), key -> new Sum())
                        .add(pod, accelerator);
            } else {
                others.computeIfAbsent(pod.getSpec().getNodeName(), key -> new Sum())
                        .add(pod, accelerator);
            }
        }
        Amounts total = Amounts.NONE;
        Amounts free = Amounts.NONE;
        Amounts largest = Amounts.NONE;
        Set<String> machines = new TreeSet<>();
        int count = 0;
        for (Node node : nodes) {
            if (!takes(node, labels)) {
                continue;
            }
            count++;
            Map<String, Quantity> has = node.getStatus().getAllocatable();
            Sum all = new Sum(number(has, "cpu"), number(has, "memory"), number(has, accelerator), number(has, "pods"));
            Sum left = all.less(others.getOrDefault(node.getMetadata().getName(), new Sum()));
            total = total.plus(all.amounts());
            free = free.plus(left.amounts());
            largest = most(largest, left.amounts());
            String machine = node.getMetadata().getLabels() == null
                    ? null
                    : node.getMetadata().getLabels().get("kubernetes.io/arch");
            machines.add(ImageRules.architecture(
                    machine != null
                            ? machine
                            : node.getStatus().getNodeInfo() == null
                                    ? ""
                                    : String.valueOf(
                                            node.getStatus().getNodeInfo().getArchitecture())));
        }
        machines.remove("");
        Amounts hard = quota(quotas, accelerator, null);
        Amounts left = quota(quotas, accelerator, mine);
        total = least(total, hard);
        return new Room(total, least(largest, least(left, total)), least(free, least(left, total)), machines, count);
    }

    /** Whether an ordinary pod may come to the node. */
    private static boolean takes(Node node, Map<String, String> labels) {
        Map<String, String> has = node.getMetadata().getLabels() == null
                ? Map.of()
                : node.getMetadata().getLabels();
        boolean ready = node.getStatus() != null
                && node.getStatus().getConditions().stream()
                        .anyMatch(condition ->
                                "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
        boolean open = node.getSpec() == null
                || (!Boolean.TRUE.equals(node.getSpec().getUnschedulable())
                        && node.getSpec().getTaints().stream()
                                .noneMatch(taint -> "NoSchedule".equals(taint.getEffect())
                                        || "NoExecute".equals(taint.getEffect())));
        return ready && open && has.entrySet().containsAll(labels.entrySet());
    }

    /**
     * What quotas allow; without end where a namespace has none.
     *
     * @param mine what of their use is ours, to reckon what is left to us; null to reckon with the whole of them
     */
    private static Amounts quota(
            Map<String, List<ResourceQuota>> quotas, String accelerator, @Nullable Map<String, Sum> mine) {
        Amounts all = Amounts.NONE;
        for (Map.Entry<String, List<ResourceQuota>> entry : quotas.entrySet()) {
            Sum ours = mine == null ? null : mine.getOrDefault(entry.getKey(), new Sum());
            Amounts one = Amounts.WITHOUT_LIMIT;
            for (ResourceQuota quota : entry.getValue()) {
                if (quota.getStatus() != null && quota.getStatus().getHard() != null) {
                    one = least(one, quota(quota, accelerator, ours));
                }
            }
            all = least(all.plus(one), Amounts.WITHOUT_LIMIT);
        }
        return quotas.isEmpty() ? Amounts.WITHOUT_LIMIT : all;
    }

    private static Amounts quota(ResourceQuota quota, String accelerator, @Nullable Sum ours) {
        Sum own = ours == null ? new Sum() : ours;
        boolean whole = ours == null;
        return new Amounts(
                left(quota, whole, own.cores, 1, "cpu", "requests.cpu", "limits.cpu"),
                left(quota, whole, own.memory, MIB, "memory", "requests.memory", "limits.memory"),
                Amounts.UNLIMITED,
                left(quota, whole, own.accelerators, 1, "requests." + accelerator),
                left(quota, whole, own.pods, 1, "pods", "count/pods", "count/jobs.batch"));
    }

    private static long left(ResourceQuota quota, boolean whole, double own, double unit, String... names) {
        long least = Amounts.UNLIMITED;
        for (String name : names) {
            Quantity hard = quota.getStatus().getHard().get(name);
            if (hard != null) {
                double used = whole ? 0 : Math.max(0, number(quota.getStatus().getUsed(), name) - own);
                least = Math.min(least, (long) Math.floor(Math.max(0, value(hard) - used) / unit + 1e-9));
            }
        }
        return least;
    }

    private static double number(@Nullable Map<String, Quantity> all, String name) {
        Quantity quantity = all == null ? null : all.get(name);
        return quantity == null ? 0 : value(quantity);
    }

    private static double value(Quantity quantity) {
        BigDecimal number = quantity.getNumericalAmount();
        return number == null ? 0 : number.doubleValue();
    }

    static Amounts least(Amounts one, Amounts other) {
        return new Amounts(
                Math.min(one.cores(), other.cores()),
                Math.min(one.memory(), other.memory()),
                Math.min(one.storage(), other.storage()),
                Math.min(one.accelerators(), other.accelerators()),
                Math.min(one.sessions(), other.sessions()));
    }

    private static Amounts most(Amounts one, Amounts other) {
        // The node with the most cores counts: what it lacks of another node's memory one pod cannot have with them.
        return other.cores() > one.cores() || (other.cores() == one.cores() && other.memory() > one.memory())
                ? other
                : one;
    }

    private static final double MIB = 1 << 20;

    /** Of pods, or of a node. */
    private static final class Sum {
        private double cores;
        private double memory;
        private double accelerators;
        private double pods;

        Sum() {}

        Sum(double cores, double memory, double accelerators, double pods) {
            this.cores = cores;
            this.memory = memory;
            this.accelerators = accelerators;
            this.pods = pods;
        }

        void add(Pod pod, String accelerator) {
            pods++;
            for (Container container : pod.getSpec().getContainers()) {
                Map<String, Quantity> asked = container.getResources() == null
                        ? null
                        : container.getResources().getRequests();
                cores += number(asked, "cpu");
                memory += number(asked, "memory");
                accelerators += number(asked, accelerator);
            }
        }

        Sum less(Sum other) {
            return new Sum(
                    Math.max(0, cores - other.cores),
                    Math.max(0, memory - other.memory),
                    Math.max(0, accelerators - other.accelerators),
                    Math.max(0, pods - other.pods));
        }

        /** Whole cores: half a core on each of two nodes is not one. */
        Amounts amounts() {
            return new Amounts(
                    (long) Math.floor(cores + 1e-9),
                    (long) Math.floor(memory / MIB),
                    0,
                    (long) Math.floor(accelerators),
                    (long) Math.floor(pods));
        }
    }
}
