package org.planisphere.planner.platform.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.task.Executable;

/**
 * Which images a platform runs. Nobody is asked for it.
 *
 * @param allowed repositories, or {@code registry/path/*}; none allows none
 * @param pinned whether an image must be named with its digest
 */
public record ImageRules(List<String> allowed, boolean pinned) {
    public ImageRules {
        allowed = List.copyOf(allowed);
    }

    /** By the name that images use: {@code amd64}, {@code arm64}. */
    public static String architecture(String machine) {
        return switch (machine) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> machine;
        };
    }

    /** The image by its digest, where one was asked for. */
    public static ImageName wanted(ImageName name, Executable.Image image) {
        return image.digest() == null ? name : name.at(image.digest());
    }

    /** Why the image may not be had from there; empty when it may. */
    public Optional<String> reason(String location, Executable.Image image) {
        Optional<ImageName> name = ImageName.of(location);
        if (name.isEmpty()) {
            return Optional.of("it is no image's name");
        }
        String digest = image.digest();
        if (digest != null
                && name.get().digest() != null
                && !digest.equals(name.get().digest())) {
            return Optional.of("its digest is not the one asked");
        }
        if (!name.get().allowed(allowed)) {
            return Optional.of("this platform does not run images from there");
        }
        if (pinned && digest == null && name.get().digest() == null) {
            return Optional.of("this platform runs only images that are named with their digest");
        }
        return Optional.empty();
    }

    /** The first of its locations that may be used, with the digest that was asked for. */
    public Optional<ImageName> first(Executable.Image image) {
        return image.locations().stream()
                .filter(location -> reason(location, image).isEmpty())
                .findFirst()
                .flatMap(ImageName::of)
                .map(name -> wanted(name, image));
    }

    /**
     * Why no location of the image can be run.
     *
     * @param machines architectures that the platform has; empty while they are not known
     * @param more what else speaks against a location that these rules allow
     */
    public Optional<Objection> examine(
            Executable.Image image, Set<String> machines, BiFunction<String, Executable.Image, Optional<String>> more) {
        return examine(image, machines, location -> reason(location, image).or(() -> more.apply(location, image)));
    }

    /**
     * Why no location of the image can be run.
     *
     * @param machines architectures that the platform has; empty while they are not known
     * @param reasons all that speaks against a location
     */
    public static Optional<Objection> examine(
            Executable.Image image, Set<String> machines, Function<String, Optional<String>> reasons) {
        if (!machines.isEmpty()
                && !(machines.contains(architecture(image.architecture()))
                        && image.os().equals("linux"))) {
            return Optional.of(new Objection(
                    "image-not-possible",
                    "The image is for ${asked}, and this platform runs ${limit}.",
                    Map.of(
                            "asked",
                            image.os() + "/" + image.architecture(),
                            "limit",
                            "linux/"
                                    + String.join(
                                            ", ", machines.stream().sorted().toList()))));
        }
        List<String> against = new ArrayList<>();
        for (String location : image.locations()) {
            Optional<String> reason = reasons.apply(location);
            if (reason.isEmpty()) {
                return Optional.empty();
            }
            against.add(cut(location) + ": " + reason.get());
        }
        return Optional.of(new Objection(
                "image-not-allowed",
                "No location of the image can be used here: ${reasons}",
                Map.of("reasons", String.join("; ", against))));
    }

    /** A location as it can be shown. */
    public static String cut(String location) {
        return location.length() > 200 ? location.substring(0, 200) + "…" : location;
    }
}
