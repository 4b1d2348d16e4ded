package org.planisphere.planner.platform.slurm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.process.Host;
import org.planisphere.planner.platform.process.Outputs;
import org.planisphere.planner.staging.Staging;
import org.planisphere.planner.task.Kind;

/** What the platform says of itself, after what Slurm and its nodes say. */
final class SlurmDescription {
    /** Of each job's limit in Slurm, for the supervisor to begin and to end. */
    static final Duration SPARE = Duration.ofMinutes(2);

    private SlurmDescription() {}

    /** The capacity that is granted: what Slurm has, but no more than the operator wrote. */
    static Amounts capacity(PlatformSettings common, SlurmSettings own, Cluster cluster) {
        Amounts has = cluster.all(own.overhead());
        Amounts wrote = common.capacity();
        return new Amounts(
                part(own, "cores", wrote.cores(), has.cores()),
                part(own, "memory", wrote.memory(), has.memory()),
                wrote.storage(),
                part(own, "accelerators", wrote.accelerators(), has.accelerators()),
                wrote.sessions());
    }

    private static long part(SlurmSettings own, String resource, long wrote, long has) {
        return own.written().contains(resource) ? Math.min(wrote, has) : has;
    }

    /** @param host what the nodes can do; null while it is not known */
    static PlatformDescription of(
            PlatformSettings common,
            SlurmSettings own,
            Cluster cluster,
            @Nullable Host host,
            boolean root,
            Staging staging) {
        Set<String> schemes = staging.schemes();
        Amounts capacity = capacity(common, own, cluster);
        Amounts node = cluster.largest(own.overhead());
        Amounts largest = new Amounts(
                Math.min(node.cores(), capacity.cores()),
                Math.min(node.memory(), capacity.memory()),
                capacity.storage(),
                Math.min(node.accelerators(), capacity.accelerators()),
                capacity.sessions());
        Set<Kind> able = new LinkedHashSet<>();
        if (host == null ? !root : !host.root() || host.user()) {
            able.add(Kind.PROCESS);
            if (!schemes.isEmpty()) {
                able.add(Kind.PYTHON_PROGRAM);
                if (host != null && host.notebooks()) {
                    able.add(Kind.JUPYTER_NOTEBOOK);
                }
            }
        }
        if (!common.kinds().isEmpty()) {
            able.retainAll(common.kinds());
        }
        Duration longest = longest(common.longest(), cluster);
        Duration usual = common.usual().compareTo(longest) > 0 ? longest : common.usual();
        return new PlatformDescription(
                common.id(),
                common.name(),
                common.description(),
                capacity,
                largest,
                able,
                Set.of(Kind.SIMPLE_STORAGE, Kind.EPHEMERAL_STORAGE, Kind.PERSISTENT_STORAGE),
                Outputs.kinds(staging),
                schemes,
                common.shapes(),
                common.prices(),
                common.preparing(),
                common.releasing(),
                usual,
                longest,
                common.horizon(),
                common.network(),
                common.metrics(),
                open(common, host, root));
    }

    private static Duration longest(Duration wrote, Cluster cluster) {
        Duration most = cluster.longest();
        if (most == null) {
            return wrote;
        }
        Duration left = most.minus(SPARE);
        Duration least = Duration.ofSeconds(30);
        Duration possible = left.compareTo(least) < 0 ? least : left;
        return possible.compareTo(wrote) < 0 ? possible : wrote;
    }

    /** How each bound is kept. */
    static List<String> kept(
            PlatformSettings common, SlurmSettings own, Cluster cluster, @Nullable Host host, String way) {
        List<String> kept = new ArrayList<>();
        kept.add("Slurm: partition " + cluster.partition() + " by its " + way + ", "
                + cluster.nodes().stream().filter(Cluster.Node::up).count() + " of "
                + cluster.nodes().size() + " nodes up; runs of up to "
                + cluster.largest(own.overhead()).cores() + " cores and "
                + cluster.largest(own.overhead()).memory() + " MiB.");
        kept.add(
                "Time: by each run's supervisor, to the second, also while the planner is down; by Slurm a little later.");
        if (host == null) {
            return kept;
        }
        if (host.has("cpu")) {
            kept.add("Cores: those that Slurm gives the job, and no others.");
        }
        if (host.has("memory")) {
            kept.add("Memory: the control group of the job, and " + own.overhead() + " MiB for the run's supervisor.");
        }
        if (host.root() && host.user()) {
            kept.add("Processes: at most " + common.limits().processes() + ", where each run is a user of its own.");
        }
        if (host.shutIn()) {
            kept.add("Files: " + (host.bubblewrap() ? "bubblewrap" : "kernel namespaces")
                    + "; a run sees the node's programs, its own folder and the volumes asked for.");
            kept.add(common.network() ? "Network: granted by this platform's settings." : "Network: none.");
        }
        return kept;
    }

    private static List<String> open(PlatformSettings common, @Nullable Host host, boolean root) {
        List<String> open = new ArrayList<>();
        open.add("Slurm decides when a run begins: other jobs may delay it, and then it has what is left of its"
                + " reservation.");
        open.add("Storage is looked at once a second; between two looks a run may exceed it, though no single"
                + " file can.");
        if (host == null) {
            open.add("What the nodes enforce is not known yet: the job that finds it out has not run.");
            return open;
        }
        if (!host.has("memory")) {
            open.add("Memory is limited for each process and looked at once a second for all of a run, because Slurm"
                    + " has no control group for it: a run may exceed it for a moment.");
        }
        if (!host.has("cpu")) {
            open.add("Cores are counted but a run can take others of its node, because Slurm does not bind it.");
        }
        if (!host.root() || !host.user()) {
            open.add("The number of processes is not limited, and runs are run as the planner's own user.");
        }
        if (root && host.root() && !host.user()) {
            open.add("Nothing is run, because the nodes would run it as root: start the planner as a user that Slurm"
                    + " knows.");
        }
        if (!host.shutIn()) {
            open.add("Runs see the node's file system with their user's permissions, because neither bubblewrap nor"
                    + " kernel namespaces work there.");
            if (!common.network()) {
                open.add("Runs can reach the network, although they are not meant to, for the same reason.");
            }
        }
        return open;
    }
}
