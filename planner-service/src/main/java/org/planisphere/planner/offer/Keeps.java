package org.planisphere.planner.offer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.platform.External;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.StorageRequest;
import org.planisphere.planner.task.Task;

/**
 * The rules of storage that outlives its run: it has an owner and a name, is made by who gives it a lifetime, and used
 * again by who gives it none; or it is external, and for the groups that its operator names.
 */
final class Keeps {
    private static final String CODE = "storage-not-kept";

    private Keeps() {}

    /** The site with what the caller has there already, and with what speaks against what is asked to be kept. */
    static Site of(Site site, Task task, @Nullable Caller caller, KeptStorages storages, List<External> externals) {
        if (task.storage().stream().noneMatch(one -> one.kind().is(Kind.PERSISTENT_STORAGE))) {
            return site;
        }
        List<Objection> objections = new ArrayList<>(site.objections());
        Map<Integer, KeptStorage> there = new HashMap<>();
        String platform = site.platform().id();
        for (int i = 0; i < task.storage().size(); i++) {
            StorageRequest asked = task.storage().get(i);
            if (asked.external()) {
                external(asked, caller, externals).ifPresent(objections::add);
            }
            if (!asked.kept() || caller == null) {
                continue;
            }
            String name = asked.label().name();
            if (name == null || caller.anonymous()) {
                objections.add(new Objection(
                        CODE,
                        "Storage that outlives its run needs ${what}.",
                        Map.of("what", name == null ? "a name" : "an owner who is logged in")));
                continue;
            }
            Optional<KeptStorage> known = storages.find(caller.id(), platform, name);
            if (asked.made()) {
                made(site, asked, name, known).ifPresent(objections::add);
            } else if (known.isEmpty()) {
                objections.add(new Objection(
                        CODE,
                        "You have no storage ${name} here; say for which lifetime it is to be kept, and it is made.",
                        Map.of("name", name)));
            } else if (Size.mib(asked.size().minOr(0)) > known.get().mib()) {
                objections.add(new Objection(
                        CODE,
                        "The storage ${name} has ${size} GiB.",
                        Map.of("name", name, "size", Long.toString(known.get().mib() / Size.MIB))));
            } else {
                there.put(i, known.get());
            }
        }
        return new Site(site.platform(), objections, site.occupied(), site.notes(), site.least(), there);
    }

    private static Optional<Objection> external(
            StorageRequest asked, @Nullable Caller caller, List<External> externals) {
        String name = String.valueOf(asked.label().name());
        External there = externals.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElse(null);
        if (there == null) {
            return Optional.of(new Objection(
                    CODE, "This platform has no storage ${name} that it does not make itself.", Map.of("name", name)));
        }
        if (caller != null
                && !there.groups().isEmpty()
                && there.groups().stream().noneMatch(caller.groups()::contains)) {
            return Optional.of(new Objection(
                    CODE,
                    "The storage ${name} is for members of ${groups}.",
                    Map.of("name", name, "groups", String.join(", ", new TreeSet<>(there.groups())))));
        }
        return asked.minLifetime() != null
                        || asked.maxLifetime() != null
                        || asked.size().minOr(0) > 0
                ? Optional.of(new Objection(
                        CODE,
                        "The storage ${name} is not this planner's: nothing is said of its size and lifetime.",
                        Map.of("name", name)))
                : Optional.empty();
    }

    private static Optional<Objection> made(Site site, StorageRequest asked, String name, Optional<KeptStorage> known) {
        if (known.isPresent()) {
            return Optional.of(new Objection(
                    CODE,
                    "You have a storage ${name} here already, until ${ends}: ask for it without a lifetime to use it.",
                    Map.of("name", name, "ends", known.get().ends().toString())));
        }
        Duration longest = site.platform().horizon();
        Duration least = asked.minLifetime() == null ? Duration.ZERO : asked.minLifetime();
        Duration most = asked.maxLifetime();
        if (least.compareTo(longest) > 0) {
            return Optional.of(new Objection(
                    CODE,
                    "The storage ${name} cannot be kept for ${asked}: the longest is ${longest}.",
                    Map.of("name", name, "asked", least.toString(), "longest", longest.toString())));
        }
        return most != null && most.isZero() || most == null && least.isZero()
                ? Optional.of(
                        new Objection(CODE, "The lifetime of the storage ${name} is nothing.", Map.of("name", name)))
                : Optional.empty();
    }

    /** There is room for the run, and none for what is kept after it. */
    static Message noRoom(String platform, Instant now) {
        return new Refusals(now)
                .objection(
                        new Objection(
                                CODE,
                                "There is room for the run, but none to keep its storage for so long: ask for less, or"
                                        + " for a shorter lifetime.",
                                Map.of()),
                        platform);
    }
}
