package org.planisphere.planner.platform.process;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.staging.Staging;
import org.planisphere.planner.task.Kind;

/** What the platform says of itself on a host that can do this and that. */
final class HostDescription {
    private HostDescription() {}

    /** @param installs whether packages are installed */
    static PlatformDescription of(
            PlatformSettings settings,
            Host host,
            boolean ownUsers,
            Staging staging,
            boolean installs,
            Optional<Interior> interior) {
        Set<String> schemes = staging.schemes();
        Set<Kind> able = new LinkedHashSet<>(interior.map(Interior::kinds).orElse(Set.of(Kind.PROCESS)));
        if (schemes.isEmpty()) {
            able.remove(Kind.PYTHON_PROGRAM);
        } else if (interior.isEmpty()) {
            able.add(Kind.PYTHON_PROGRAM);
            if (host.java()) {
                able.add(Kind.JAVA_PROGRAM);
            }
            if (host.notebooks()) {
                able.add(Kind.JUPYTER_NOTEBOOK);
                if (installs) {
                    able.add(Kind.BINDER_NOTEBOOK);
                }
            }
        }
        if (!settings.kinds().isEmpty()) {
            able.retainAll(settings.kinds());
        }
        List<String> unenforced = new ArrayList<>(unenforced(settings, host, ownUsers));
        interior.ifPresent(inner -> unenforced.addAll(inner.unenforced()));
        return new PlatformDescription(
                settings.id(),
                settings.name(),
                settings.description(),
                settings.capacity(),
                able,
                Set.of(Kind.SIMPLE_STORAGE, Kind.EPHEMERAL_STORAGE, Kind.PERSISTENT_STORAGE),
                Outputs.kinds(staging),
                schemes,
                settings.shapes(),
                settings.prices(),
                settings.preparing(),
                settings.releasing(),
                settings.usual(),
                settings.longest(),
                settings.horizon(),
                settings.network(),
                settings.metrics(),
                unenforced);
    }

    /** How this host enforces what it can, one sentence each. */
    static List<String> enforced(
            PlatformSettings settings, Host host, boolean ownUsers, Optional<PackageSettings> packages, boolean image) {
        List<String> enforced = new ArrayList<>();
        if (host.has("cpu")) {
            enforced.add("Cores: a quota of processor time by a control group.");
        }
        if (host.has("memory")) {
            enforced.add("Memory: a control group, swap included.");
        }
        if (host.has("pids") || ownUsers) {
            enforced.add("Processes: at most " + settings.limits().processes()
                    + (host.has("pids") ? ", by a control group." : ", by the limit of the run's own user."));
        }
        enforced.add("Time: by each run's supervisor, also while the planner is down.");
        if (host.shutIn()) {
            enforced.add("Files: " + (host.bubblewrap() ? "bubblewrap" : "kernel namespaces")
                    + "; a run sees " + (image ? "its image" : "the system's programs")
                    + ", its own folder and the volumes asked for.");
            enforced.add(settings.network() ? "Network: granted by this platform's settings." : "Network: none.");
        }
        packages.ifPresent(from -> enforced.add(
                !installs(host)
                        ? "Packages: none, because this host has no pip or no bubblewrap."
                        : from.index().isEmpty()
                                ? "Packages: built in the sandbox, of what repositories bring along; without a network."
                                : "Packages: built in the sandbox, which reaches " + String.join(", ", sorted(from))
                                        + " and nothing else."));
        if (host.user()) {
            enforced.add(ownUsers ? "Users: each run is one of its own." : "Users: runs share one without rights.");
        }
        return enforced;
    }

    /** Whether environments can be built and shown to runs. */
    static boolean installs(Host host) {
        return host.pip() && host.bubblewrap();
    }

    private static List<String> sorted(PackageSettings from) {
        return from.hosts().stream().sorted().toList();
    }

    /** What this host cannot enforce, one sentence each; offers repeat them. */
    private static List<String> unenforced(PlatformSettings settings, Host host, boolean ownUsers) {
        List<String> unenforced = new ArrayList<>();
        if (!host.has("memory")) {
            unenforced.add("Memory is limited for each process and looked at once a second for all of a run, because"
                    + " this host gives the planner no control groups: a run may exceed it for a moment.");
        }
        if (!host.has("cpu")) {
            unenforced.add("Cores are assigned but a run can take others, because this host gives the planner no"
                    + " control groups.");
        }
        if (!host.has("pids") && !ownUsers) {
            unenforced.add("The number of processes is not limited, because this host gives the planner neither"
                    + " control groups nor users of its own.");
        }
        unenforced.add("Storage is looked at once a second; between two looks a run may exceed it, though no single"
                + " file can.");
        if (!host.shutIn()) {
            unenforced.add(
                    "Runs see the host's file system with their user's permissions, because neither bubblewrap nor"
                            + " kernel namespaces work here.");
            if (!settings.network()) {
                unenforced.add("Runs can reach the network, although they are not meant to, for the same reason.");
            }
            unenforced.add("Read-only volumes are only marked as such.");
        }
        if (!host.user() && !host.bubblewrap()) {
            unenforced.add("Runs are run as the planner's own user and could disturb each other.");
        }
        return unenforced;
    }
}
