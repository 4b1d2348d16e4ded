package org.planisphere.planner.platform.container;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.planisphere.planner.platform.LearnedTimes;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.platform.image.ImageName;
import org.planisphere.planner.platform.image.ImageRules;
import org.planisphere.planner.staging.JsonFile;
import org.planisphere.planner.task.Executable;

/**
 * The images of one platform: which may be run, which are there, how long the others take, and which are given up when they
 * need too much room. Thread safe.
 */
final class Images {
    private static final Duration TELL = Duration.ofSeconds(1);

    private final ContainerSettings settings;
    private final Containers containers;
    private final LearnedTimes times;
    private final Path record;
    private final ImageRules rules;
    private final Set<String> here = ConcurrentHashMap.newKeySet();
    private final Map<String, Object> pulling = new ConcurrentHashMap<>();
    private volatile String architecture = "";

    /** @param state folder for what is remembered */
    Images(ContainerSettings settings, Containers containers, Path state) {
        this.settings = settings;
        this.containers = containers;
        this.times = new LearnedTimes(state.resolve("times.json"));
        this.record = state.resolve("images.json");
        this.rules = new ImageRules(settings.images(), settings.pinned());
    }

    /** What the engine's machine runs. */
    void runs(String machine) {
        architecture = machine;
    }

    /** Why no location of the image can be run here, as far as that can be told without asking anybody. */
    Optional<Objection> examine(Executable.Image image) {
        return rules.examine(image, architecture.isEmpty() ? Set.of() : Set.of(architecture), this::missing);
    }

    private Optional<String> reason(String location, Executable.Image image) {
        return rules.reason(location, image).or(() -> missing(location, image));
    }

    /** Why it is not here and will not be. */
    private Optional<String> missing(String location, Executable.Image image) {
        ImageName wanted = ImageRules.wanted(ImageName.of(location).orElseThrow(), image);
        if (!settings.pull().equals("never") || here.contains(wanted.full()) || isHere(wanted)) {
            return Optional.empty();
        }
        return Optional.of("it is not on this platform");
    }

    private boolean isHere(ImageName name) {
        try {
            boolean found = containers.image(name.full()).isPresent();
            if (found) {
                here.add(name.full());
            }
            return found;
        } catch (EngineException e) {
            return false;
        }
    }

    /** How long the image has to be waited for: nothing when it is there, else what pulls took, or what is set. */
    Duration expected(Executable.Image image) {
        Duration least = null;
        for (String location : image.locations()) {
            Optional<ImageName> name = ImageName.of(location);
            if (name.isEmpty() || reason(location, image).isPresent()) {
                continue;
            }
            String full = ImageRules.wanted(name.get(), image).full();
            if (here.contains(full)) {
                return Duration.ZERO;
            }
            Duration expected = times.of("image:" + full).orElse(settings.pulling());
            least = least == null || expected.compareTo(least) < 0 ? expected : least;
        }
        return least == null ? settings.pulling() : least;
    }

    /** The id of the image, once it is there and is what was asked; locations are tried in their order. Blocks. */
    String require(Executable.Image image, Consumer<String> progress) throws PlatformException {
        List<String> reasons = new ArrayList<>();
        for (String location : image.locations()) {
            Optional<String> reason = reason(location, image);
            Optional<ImageName> name = ImageName.of(location);
            if (reason.isPresent() || name.isEmpty()) {
                reasons.add(ImageRules.cut(location) + ": " + reason.orElse("it is no image's name"));
                continue;
            }
            ImageName wanted = ImageRules.wanted(name.get(), image);
            try {
                Containers.Image found = get(wanted, progress);
                Optional<String> wrong = wrong(found, wanted, image);
                if (wrong.isEmpty()) {
                    here.add(wanted.full());
                    used(wanted.full(), found.size());
                    progress.accept("The image is " + wanted.full()
                            + (wanted.digest() == null ? digest(found, wanted) : "") + ".");
                    return found.id();
                }
                reasons.add(ImageRules.cut(location) + ": " + wrong.get());
            } catch (EngineException e) {
                reasons.add(ImageRules.cut(location) + ": it could not be pulled: " + e.getMessage());
            }
        }
        throw new PlatformException("the image cannot be had: " + String.join("; ", reasons));
    }

    private static String digest(Containers.Image found, ImageName wanted) {
        return found.digests().stream()
                .filter(digest -> digest.startsWith(wanted.repository() + "@"))
                .findFirst()
                .map(digest -> ", " + digest.substring(digest.indexOf('@') + 1))
                .orElse("");
    }

    private Containers.Image get(ImageName wanted, Consumer<String> progress) {
        String full = wanted.full();
        // One pull of an image serves all who wait for it.
        synchronized (pulling.computeIfAbsent(full, key -> new Object())) {
            Optional<Containers.Image> found = containers.image(full);
            if (found.isPresent()) {
                return found.get();
            }
            progress.accept("Pulling " + full);
            Instant begun = Instant.now();
            Instant[] told = {begun};
            containers.pull(full, state -> {
                Instant now = Instant.now();
                if (Duration.between(told[0], now).compareTo(TELL) >= 0) {
                    told[0] = now;
                    progress.accept("Pulling " + full + ": " + state.done() + " of " + state.layers() + " layers"
                            + (state.bytes() > 0 ? ", " + (state.bytes() >> 20) + " MiB" : ""));
                }
            });
            Duration took = Duration.between(begun, Instant.now());
            times.measured("image:" + full, took);
            Containers.Image pulled = containers
                    .image(full)
                    .orElseThrow(() -> new EngineException("it was not there afterwards", true, new IOException()));
            progress.accept("Pulled " + full + " in " + Math.max(1, took.toSeconds()) + " s, "
                    + Math.max(1, pulled.size() >> 20) + " MiB");
            return pulled;
        }
    }

    private static Optional<String> wrong(Containers.Image found, ImageName wanted, Executable.Image image) {
        String digest = wanted.digest();
        if (digest != null && found.digests().stream().noneMatch(known -> known.endsWith("@" + digest))) {
            return Optional.of("what was pulled is not " + digest);
        }
        if (!found.os().equals(image.os())
                || !found.architecture().equals(ImageRules.architecture(image.architecture()))) {
            return Optional.of("it is for " + found.os() + "/" + found.architecture());
        }
        return Optional.empty();
    }

    /** Notes that an image was used, and gives up those that were not used for longest when they need too much room. */
    private synchronized void used(String full, long size) {
        try {
            Map<String, Object> known =
                    new LinkedHashMap<>(JsonFile.read(record).orElse(Map.of()));
            known.put(full, Map.of("used", Instant.now().toEpochMilli(), "size", size));
            List<Map.Entry<String, Object>> oldest = new ArrayList<>(known.entrySet());
            oldest.sort(Comparator.comparingLong(entry -> field(entry.getValue(), "used")));
            long total = oldest.stream()
                    .mapToLong(entry -> field(entry.getValue(), "size"))
                    .sum();
            for (Map.Entry<String, Object> entry : oldest) {
                if (total <= settings.cache() || entry.getKey().equals(full)) {
                    break;
                }
                containers.removeImage(entry.getKey());
                here.remove(entry.getKey());
                known.remove(entry.getKey());
                total -= field(entry.getValue(), "size");
            }
            JsonFile.write(record, known);
        } catch (IOException | EngineException e) {
            System.getLogger(Images.class.getName())
                    .log(Level.WARNING, "the image cache is not kept: " + e.getMessage());
        }
    }

    private static long field(Object entry, String name) {
        return entry instanceof Map<?, ?> map && map.get(name) instanceof Number number ? number.longValue() : 0;
    }
}
