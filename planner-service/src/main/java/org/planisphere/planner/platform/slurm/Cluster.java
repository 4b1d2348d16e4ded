package org.planisphere.planner.platform.slurm;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Amounts;

/**
 * A partition of Slurm.
 *
 * @param partition its name
 * @param open whether it takes jobs and starts them
 * @param longest a job may take; null for any
 * @param mostMemory MiB of one job on a node; 0 for all of it
 * @param mostProcessors of one job on a node; 0 for all of them
 */
record Cluster(
        String partition,
        boolean open,
        @Nullable Duration longest,
        long mostMemory,
        long mostProcessors,
        List<Node> nodes) {
    Cluster {
        nodes = List.copyOf(nodes);
    }

    /**
     * One machine.
     *
     * @param up whether jobs can run on it now
     * @param threads processors, as Slurm counts them, of one core: a job gets whole cores
     * @param memory MiB
     */
    record Node(String name, boolean up, long cores, long threads, long memory, long accelerators) {}

    /** Processors, as Slurm counts them, for whole cores. */
    long processors(long cores) {
        return cores * threads();
    }

    long threads() {
        return nodes.stream().mapToLong(Node::threads).max().orElse(1);
    }

    /**
     * What can be granted of a node: as many runs as it has cores leave room for as many supervisors.
     *
     * @param overhead MiB of each supervisor
     */
    static Amounts of(Node node, long overhead) {
        return new Amounts(
                node.cores(), Math.max(0, node.memory() - node.cores() * overhead), 0, node.accelerators(), 0);
    }

    /** What can be granted of all nodes together, those that are down too. */
    Amounts all(long overhead) {
        return nodes.stream().map(node -> of(node, overhead)).reduce(Amounts.NONE, Amounts::plus);
    }

    /** What can be granted of those that are down. */
    Amounts down(long overhead) {
        return nodes.stream()
                .filter(node -> !node.up())
                .map(node -> of(node, overhead))
                .reduce(Amounts.NONE, Amounts::plus);
    }

    /** The most that one run can have: of one node, the one with the most cores, then memory; up or not. */
    Amounts largest(long overhead) {
        Amounts node = nodes.stream()
                .map(one -> of(one, overhead))
                .max(Comparator.comparingLong(Amounts::cores)
                        .thenComparingLong(Amounts::memory)
                        .thenComparingLong(Amounts::accelerators))
                .orElse(Amounts.NONE);
        long cores = mostProcessors == 0 ? node.cores() : Math.min(node.cores(), mostProcessors / threads());
        long memory = mostMemory == 0 ? node.memory() : Math.min(node.memory(), Math.max(0, mostMemory - overhead));
        return new Amounts(cores, memory, 0, node.accelerators(), 0);
    }
}
