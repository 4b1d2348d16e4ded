package org.planisphere.planner.platform.compose;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Compose file as the Compose Specification says, as far as a session can honour it. Whatever else is in it is a
 * fault, and all faults are told at once: nothing is left out in silence that would change what runs.
 *
 * @see <a href="https://github.com/compose-spec/compose-spec/blob/main/spec.md">Compose Specification</a>
 */
public final class ComposeReader {
    /** Characters of a file. */
    public static final int LONGEST = Tree.LONGEST;

    /** Services in one file. */
    static final int MOST_SERVICES = 20;

    private static final Set<String> OF_NO_EFFECT = Set.of("version", "name");
    private static final Map<String, String> REFUSED = Map.of(
            "include", "files of others are not read; write their services here",
            "secrets", "secrets are not read from files; use the task's data",
            "configs", "configurations are not read from files; use the task's data");

    private final Map<String, String> variables;
    private final List<ComposeFault> faults = new ArrayList<>();

    private ComposeReader(Map<String, String> variables) {
        this.variables = variables;
    }

    /**
     * What a file is.
     *
     * @param file null when there are faults
     */
    public record Reading(@Nullable ComposeFile file, List<ComposeFault> faults) {
        public Reading {
            faults = List.copyOf(faults);
        }

        public Optional<ComposeFile> good() {
            return Optional.ofNullable(file);
        }
    }

    /** @param variables of the task, which the file may name; it sees no others */
    public static Reading read(String text, Map<String, String> variables) {
        return new ComposeReader(variables).reading(text);
    }

    private Reading reading(String text) {
        @Nullable Object tree;
        try {
            tree = Tree.of(text);
        } catch (Tree.Unreadable e) {
            return new Reading(null, List.of(new ComposeFault("", String.valueOf(e.getMessage()))));
        }
        Spot root = new Spot("", tree, new Variables(variables), faults);
        if (!root.isMap()) {
            return new Reading(null, List.of(new ComposeFault("", "it is not a map with services")));
        }
        Set<String> volumes = new LinkedHashSet<>();
        Set<String> networks = new LinkedHashSet<>(Set.of("default"));
        boolean[] closed = {false};
        root.each((key, spot) -> {
            if (key.equals("volumes")) {
                spot.each((name, inner) -> volume(name, inner, volumes));
            } else if (key.equals("networks")) {
                spot.each((name, inner) -> {
                    networks.add(name);
                    closed[0] |= network(inner);
                });
            } else if (REFUSED.containsKey(key)) {
                if (!spot.missing()) {
                    spot.fault(String.valueOf(REFUSED.get(key)));
                }
            } else if (!key.equals("services") && !key.startsWith("x-") && !OF_NO_EFFECT.contains(key)) {
                spot.fault("it is not honoured here");
            }
        });
        Spot all = root.in("services");
        Map<String, Spot> entries = all.fields();
        if (entries.isEmpty() && faults.isEmpty()) {
            all.fault("there is none");
        }
        if (entries.size() > MOST_SERVICES) {
            all.fault("there are " + entries.size() + ", the most is " + MOST_SERVICES);
            return new Reading(null, faults);
        }
        // What belongs to a profile is left out, as nobody asks for one.
        entries.values()
                .removeIf(spot -> spot.isMap() && !spot.in("profiles").texts().isEmpty());
        if (entries.isEmpty() && faults.isEmpty()) {
            all.fault("all of them belong to profiles");
        }
        Map<String, Service> services = new LinkedHashMap<>();
        Set<String> used = new TreeSet<>();
        entries.forEach((name, spot) ->
                services.put(name, new ServiceReader(name, spot, volumes, networks, used, variables).read()));
        if (used.size() > 1) {
            all.fault("they name the networks " + String.join(", ", used)
                    + ": a session has one network of its own, for all of them");
        }
        needs(services, all);
        List<Service> ordered = ordered(services, all);
        if (closed[0] && ordered.stream().anyMatch(service -> !service.ports().isEmpty())) {
            all.fault("ports are published, and the network of the file is internal");
        }
        if (!faults.isEmpty()) {
            return new Reading(null, faults);
        }
        Set<String> mounted = new LinkedHashSet<>();
        ordered.forEach(service -> service.mounts().forEach(mount -> mounted.add(mount.volume())));
        return new Reading(new ComposeFile(ordered, List.copyOf(mounted), closed[0]), List.of());
    }

    private static void volume(String name, Spot spot, Set<String> volumes) {
        volumes.add(name);
        if (!name.matches(ServiceReader.NAME)) {
            spot.fault("it is no name of a volume");
        }
        spot.each((key, inner) -> {
            if (key.equals("external") && inner.flag()) {
                inner.fault("volumes of the host are not mounted");
            } else if (key.equals("driver") && !inner.text().orElse("local").equals("local")) {
                inner.fault("there are no other drivers than local");
            } else if (key.equals("driver_opts")) {
                inner.fault("it could mount what is the host's");
            } else if (!key.startsWith("x-")
                    && !Set.of("external", "driver", "labels", "name").contains(key)) {
                inner.fault("it is not honoured here");
            }
        });
    }

    /** Whether it is one without a way out. */
    private static boolean network(Spot spot) {
        boolean[] internal = {false};
        spot.each((key, inner) -> {
            if (key.equals("internal")) {
                internal[0] = inner.flag();
            } else if (key.equals("external") && inner.flag()) {
                inner.fault("networks of the host are not joined; a session has one of its own");
            } else if (key.equals("driver") && !inner.text().orElse("bridge").equals("bridge")) {
                inner.fault("there are no other drivers than bridge");
            } else if (!key.startsWith("x-")
                    && !Set.of("external", "driver", "labels", "name", "attachable")
                            .contains(key)) {
                inner.fault("it is not honoured here");
            }
        });
        return internal[0];
    }

    private static void needs(Map<String, Service> services, Spot all) {
        Map<String, String> names = new LinkedHashMap<>();
        services.keySet().forEach(name -> names.put(name, name));
        services.forEach((name, service) -> {
            for (String alias : service.aliases()) {
                String other = names.putIfAbsent(alias, name);
                if (other != null && !other.equals(name)) {
                    all.at(name, null).fault("its name " + alias + " is that of " + other + " too");
                }
            }
            service.needs().forEach((other, condition) -> {
                Spot spot = all.at(name + ".depends_on." + other, null);
                Service needed = services.get(other);
                if (needed == null) {
                    spot.fault("there is no such service");
                } else if (condition == Service.Condition.HEALTHY && needed.health() == null) {
                    spot.fault("nothing tells when it is healthy: " + other + " has no healthcheck in this file");
                }
            });
        });
    }

    /** None before one it waits for, and else as they stand in the file. */
    private static List<Service> ordered(Map<String, Service> services, Spot all) {
        Map<String, Service> left = new LinkedHashMap<>(services);
        List<Service> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            Optional<Service> next = left.values().stream()
                    .filter(service -> service.needs().keySet().stream().noneMatch(left::containsKey))
                    .findFirst();
            if (next.isEmpty()) {
                all.fault("these wait for each other: " + String.join(", ", left.keySet()));
                ordered.addAll(left.values());
                return ordered;
            }
            ordered.add(next.get());
            left.remove(next.get().name());
        }
        return ordered;
    }
}
