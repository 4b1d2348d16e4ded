package org.planisphere.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.Yaml;

/** The compose file, read as a composer reads it. */
final class Compose {
    static final Path DOCKER = Path.of("../docker").toAbsolutePath().normalize();

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+)(?::\\?[^}]*)?}");

    private final Map<?, ?> services;

    private Compose(Map<?, ?> services) {
        this.services = services;
    }

    static Compose read() throws IOException {
        Map<?, ?> document = new Yaml().load(Files.readString(DOCKER.resolve("compose.yaml")));
        return new Compose((Map<?, ?>) document.get("services"));
    }

    List<String> names() {
        List<String> names = new ArrayList<>();
        services.keySet().forEach(name -> names.add(name.toString()));
        return names;
    }

    /** A service as it stands there, with what it takes over from another. */
    Map<?, ?> service(String name) {
        return (Map<?, ?>) services.get(name);
    }

    /** The variables of a service; those that .env has to give are made up. */
    Map<String, String> environment(String name) {
        Map<String, String> environment = new TreeMap<>();
        ((Map<?, ?>) service(name).get("environment"))
                .forEach((key, value) -> environment.put(key.toString(), filled(value.toString())));
        return environment;
    }

    /** What a service mounts: file or folder beside the compose file, or the name of a volume, to the path within. */
    Map<String, String> mounts(String name) {
        Map<String, String> mounts = new LinkedHashMap<>();
        Object volumes = service(name).get("volumes");
        for (Object volume : volumes instanceof List<?> list ? list : List.of()) {
            String[] parts = volume.toString().split(":");
            mounts.put(parts[0], parts[1]);
        }
        return mounts;
    }

    /** The settings file of its planners. */
    String people() throws IOException {
        return Files.readString(DOCKER.resolve("people.yaml"));
    }

    private static String filled(String value) {
        Matcher matcher = VARIABLE.matcher(value);
        StringBuilder filled = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(filled, "made-up-" + matcher.group(1).toLowerCase(java.util.Locale.ROOT));
        }
        return matcher.appendTail(filled).toString();
    }
}
