package org.planisphere.registry.harvest;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.publish.Web;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.resource.Vo;
import org.planisphere.registry.store.SourceRow;
import org.planisphere.registry.store.Sources;

/**
 * Finds publishing registries in the list of a registry of registries. It goes one step: what a publisher lists is not
 * followed. A registry that the list no longer names is not harvested any more; its records stay.
 *
 * @see <a href="https://www.ivoa.net/documents/RegistryInterface/">Registry Interfaces 1.1, section 4.2.1</a>
 */
final class Discovery {
    private static final double BELIEVABLE = 0.7;
    private static final int FEW = 3;
    private static final int MOST_PAGES = 200;
    private static final Duration RETRY = Duration.ofMinutes(15);
    private static final System.Logger LOG = System.getLogger(Discovery.class.getName());

    private final Sources sources;
    private final Web web;
    private final HarvestSettings settings;
    private final Clock clock;

    Discovery(Sources sources, Web web, HarvestSettings settings, Clock clock) {
        this.sources = sources;
        this.web = web;
        this.settings = settings;
        this.clock = clock;
    }

    /** The address under which it is kept how it stands with a list: the registry's, with the set that is read. */
    static String keyOf(URI registry) {
        return registry + "#" + OaiSource.PUBLISHERS;
    }

    static boolean isList(SourceRow row) {
        return row.url.endsWith("#" + OaiSource.PUBLISHERS);
    }

    /** Reads the list of a registry of registries; never throws because of it. */
    SourceRow discover(URI registry) {
        String key = keyOf(registry);
        try {
            Map<String, String> found = read(registry);
            String alarm = keep(registry, found);
            return sources.change(key, row -> {
                Instant now = clock.instant();
                row.title = "Registry of registries";
                row.run++;
                row.seen = found.size();
                row.lastSuccess = now.atOffset(ZoneOffset.UTC);
                row.next = now.plus(settings.interval()).atOffset(ZoneOffset.UTC);
                row.failures = 0;
                row.message = alarm;
                row.alarm = alarm != null;
            });
        } catch (Trouble trouble) {
            LOG.log(System.Logger.Level.WARNING, "the list of " + registry + " was not read: " + trouble.getMessage());
            return sources.change(key, row -> {
                row.failures++;
                row.next = clock.instant().plus(RETRY).atOffset(ZoneOffset.UTC);
                row.message = Intake.cut(String.valueOf(trouble.getMessage()), 1000);
                row.alarm = row.failures >= 3;
            });
        }
    }

    /** Address and title of every registry in the list that can be harvested. */
    private Map<String, String> read(URI registry) throws Trouble {
        try (Aside aside = new Aside()) {
            return read(new OaiSource(registry, web, OaiSource.Reading.NOTHING, settings.limits(), aside));
        }
    }

    private Map<String, String> read(OaiSource oai) throws Trouble {
        Map<String, String> found = new LinkedHashMap<>();
        Set<String> tokens = new HashSet<>();
        String token = null;
        for (int pages = 0; pages < MOST_PAGES; pages++) {
            OaiSource.Page page = oai.page(OaiSource.PUBLISHERS, null, token);
            for (Incoming incoming : page.records()) {
                Resource resource = incoming.resource();
                String url = resource == null ? null : harvestUrl(resource);
                if (resource != null
                        && url != null
                        && found.size() < settings.limits().sources()) {
                    found.putIfAbsent(url, resource.title());
                }
            }
            token = page.token();
            if (token == null) {
                return found;
            }
            if (!tokens.add(token)) {
                throw new Trouble("the list comes back to a page it had before");
            }
        }
        throw new Trouble("the list does not end within " + MOST_PAGES + " pages");
    }

    private @Nullable String harvestUrl(Resource resource) {
        if (resource.status().equals("deleted")
                || settings.ownAuthorities().contains(resource.ivoid().authority())
                || !resource.type().endsWith("Registry")) {
            return null;
        }
        for (Resource.Capability capability : resource.capabilities()) {
            if (!capability.type().endsWith("Harvest")
                    && !capability.standardId().equalsIgnoreCase(Vo.REGISTRY_ID)) {
                continue;
            }
            for (Resource.Interface face : capability.interfaces()) {
                if (face.type().endsWith("OAIHTTP") && isAddress(face.accessUrl())) {
                    return face.accessUrl().replaceFirst("\\?$", "");
                }
            }
        }
        return null;
    }

    private static boolean isAddress(String text) {
        try {
            URI uri = URI.create(text);
            return text.length() <= 900 && uri.getHost() != null && text.matches("(?i)https?://[^#]+");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Takes the list over, unless it has become far shorter; returns what an operator should know then. */
    private @Nullable String keep(URI registry, Map<String, String> found) {
        String by = registry.toString();
        List<SourceRow> before = sources.all().stream()
                .filter(row -> by.equals(row.foundBy) && row.listed)
                .toList();
        List<SourceRow> gone =
                before.stream().filter(row -> !found.containsKey(row.url)).toList();
        Set<String> named = new HashSet<>();
        settings.sources().forEach(source -> named.add(source.toString()));
        found.forEach((url, title) -> {
            if (!named.contains(url)) {
                sources.change(url, row -> {
                    if (row.foundBy == null) {
                        row.foundBy = by;
                        row.next = clock.instant().atOffset(ZoneOffset.UTC);
                    }
                    row.listed = true;
                    row.title = row.title.isEmpty() ? title : row.title;
                });
            }
        });
        if (gone.size() > FEW && before.size() - gone.size() < BELIEVABLE * before.size()) {
            return gone.size() + " of " + before.size()
                    + " registries are missing from the list; they are still harvested";
        }
        gone.forEach(row -> sources.change(row.url, at -> at.listed = false));
        return null;
    }
}
