package org.planisphere.planner.platform.container;

import java.util.ArrayList;
import java.util.List;
import org.planisphere.planner.platform.PlatformSettings;

/** What an engine that can do this and that holds a run to, and what it cannot. One sentence each, for people. */
final class Enforcement {
    private Enforcement() {}

    /** How each bound is kept here. */
    static List<String> kept(
            PlatformSettings common, ContainerSettings settings, Containers.Host host, boolean ownUsers) {
        List<String> kept = new ArrayList<>();
        if (host.cores()) {
            kept.add("Cores: a quota of processor time.");
        }
        if (host.memory()) {
            kept.add("Memory: the container's control group, swap included.");
        }
        kept.add("Processes: at most " + common.limits().processes() + ", by the engine.");
        kept.add("Time: by the planner's clock, while the planner runs.");
        kept.add("Files: an image that cannot be written, and nothing of the host but the session's folder and the"
                + " volumes asked for.");
        kept.add("Rights: no capabilities, and none can be gained; privileged is refused.");
        kept.add(
                common.network()
                        ? "Network: granted by this platform's settings; ports are published on the address set."
                        : settings.internal()
                                ? "Network: none; services of one Compose file have one of their own."
                                : "Network: none; services of a Compose file that would talk to each other are refused.");
        kept.add(
                ownUsers
                        ? "Users: each run is one of its own."
                        : host.rootless() || host.remapped()
                                ? "Users: the engine's own, who are nobody on the host."
                                : "Users: the planner's own, or nobody; runs share it.");
        return kept;
    }

    /** What is not kept, or not always; offers repeat it. */
    static List<String> open(PlatformSettings common, ContainerSettings settings, Containers.Host host) {
        List<String> open = new ArrayList<>();
        if (!host.memory()) {
            open.add("Memory is not limited, because the container engine has no control group for it.");
        }
        if (!host.cores()) {
            open.add("Cores are not limited, because the container engine has no control group for them.");
        }
        if (settings.internal() && !common.network()) {
            open.add("Services of a Compose file share a network without a way out; this host's own end of it is within"
                    + " their reach, and what the host serves at all its addresses.");
        }
        open.add("Storage is looked at once a second; between two looks a run may exceed it, though no single"
                + " file can.");
        open.add("Time is kept by the planner: while it is down a run may go on past its end, and is ended when"
                + " the planner is back.");
        if (!host.remapped() && !host.rootless()) {
            open.add("Containers share the host's numbering of users; each run is a user without rights.");
        }
        return open;
    }
}
