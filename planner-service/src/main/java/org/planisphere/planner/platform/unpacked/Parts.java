package org.planisphere.planner.platform.unpacked;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An image that was found somewhere: what it says of itself, and how its layers are had. */
interface Parts {
    /** What it is known by: the digest of its manifest, or of its configuration where it has none. */
    String digest();

    /** Its configuration, which was checked. */
    Map<String, Object> configuration();

    /** How many layers it has, the lowest first. */
    int layers();

    /**
     * Has a layer there, checked.
     *
     * @param into where it may be put; not made before
     * @return where it is
     */
    Path layer(int number, Path into) throws IOException;

    /** Bytes of its layers as they are packed, as far as it says so. */
    long size();

    /** The texts in a list of a document, in their order. */
    static List<String> texts(@Nullable Object list) {
        List<String> texts = new ArrayList<>();
        if (list instanceof List<?> items) {
            items.forEach(item -> texts.add(String.valueOf(item)));
        }
        return texts;
    }

    /** The objects in a list of a document, in their order. */
    static List<Map<String, Object>> objects(@Nullable Object list) {
        List<Map<String, Object>> objects = new ArrayList<>();
        if (list instanceof List<?> items) {
            items.forEach(item -> objects.add(object(item)));
        }
        return objects;
    }

    /** An object of a document; empty where it is none. */
    static Map<String, Object> object(@Nullable Object value) {
        Map<String, Object> object = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, inner) -> object.put(String.valueOf(name), inner));
        }
        return object;
    }

    /** A digest of a document. */
    static String digest(@Nullable Object value) throws IOException {
        String digest = String.valueOf(value);
        if (!digest.matches("sha256:[0-9a-f]{64}")) {
            throw new IOException("it is named by a digest that is not known here");
        }
        return digest;
    }
}
