package org.planisphere.planner.platform.process;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Which cores of the host which run has. Thread safe. */
final class CoreShare {
    private final List<Integer> all;
    private final Map<UUID, List<Integer>> cores = new ConcurrentHashMap<>();

    CoreShare(List<Integer> all) {
        this.all = List.copyOf(all);
    }

    /** Those cores of the host that the fewest runs use; empty when it would be all of them. */
    synchronized List<Integer> choose(UUID session, int count) {
        if (count >= all.size()) {
            return List.of();
        }
        Map<Integer, Long> load = new HashMap<>();
        cores.values().forEach(used -> used.forEach(core -> load.merge(core, 1L, Long::sum)));
        List<Integer> order = new ArrayList<>(all);
        Collections.shuffle(order);
        order.sort(Comparator.comparing(core -> load.getOrDefault(core, 0L)));
        List<Integer> chosen = List.copyOf(order.subList(0, count));
        cores.put(session, chosen);
        return chosen;
    }

    /** A run that was found running has these. */
    void found(UUID session, List<Integer> its) {
        cores.put(session, its);
    }

    void free(UUID session) {
        cores.remove(session);
    }
}
