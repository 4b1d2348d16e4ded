package org.planisphere.registry.publish;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.registry.resource.Ivoid;

/**
 * What the operator decided of this registry.
 *
 * @param base public address, {@code https://host/registry}, without a slash at its end
 * @param authority the first it manages, lower case: its own records are under it
 * @param standards standardIDs of which a registered service must have one; a version of them counts
 * @param poll how often services are asked whether they are available
 * @param refresh how often their capabilities are read again
 * @param page records in one answer of OAI-PMH
 * @param owners further authorities it manages, lower case, each with the group whose members write its records
 */
public record RegistrySettings(
        URI base,
        String authority,
        String title,
        String publisher,
        String email,
        List<String> standards,
        Duration poll,
        Duration refresh,
        int page,
        Map<String, String> owners) {
    public RegistrySettings {
        authority = authority.toLowerCase(Locale.ROOT);
        owners = Map.copyOf(owners);
        standards = List.copyOf(standards);
    }

    public static RegistrySettings of(Settings settings) {
        return new RegistrySettings(
                URI.create(settings.nodeUrl() + "/registry"),
                settings.get(Keys.REGISTRY_AUTHORITY),
                settings.get(Keys.REGISTRY_TITLE),
                settings.get(Keys.REGISTRY_PUBLISHER),
                settings.get(Keys.REGISTRY_EMAIL),
                settings.get(Keys.REGISTRY_STANDARDS),
                settings.get(Keys.REGISTRY_POLL),
                settings.get(Keys.REGISTRY_REFRESH),
                settings.get(Keys.REGISTRY_OAI_PAGE),
                owners(settings.get(Keys.REGISTRY_AUTHORITIES)));
    }

    private static Map<String, String> owners(List<String> entries) {
        Map<String, String> owners = new LinkedHashMap<>();
        for (String entry : entries) {
            int equals = entry.indexOf('=');
            owners.put(
                    entry.substring(0, equals).toLowerCase(Locale.ROOT),
                    entry.substring(equals + 1).strip());
        }
        return owners;
    }

    /** Every authority it manages, lower case. */
    public SortedSet<String> authorities() {
        SortedSet<String> all = new TreeSet<>(owners.keySet());
        all.add(authority);
        return all;
    }

    /** The identifier of this registry's own record. */
    public Ivoid self() {
        return new Ivoid("ivo://" + authority + "/registry");
    }

    /** The identifier of its first authority, under which its own records are. */
    public Ivoid authorityId() {
        return new Ivoid("ivo://" + authority);
    }

    /** The identifier of the record of our profile of the execution standard. */
    public Ivoid profile() {
        return new Ivoid("ivo://" + authority + "/std/ExecutionBroker");
    }

    /** Whether a service with this standardID may be registered. */
    public boolean accepts(String standardId) {
        String id = standardId.toLowerCase(Locale.ROOT);
        return of(id, profile().key()) || standards.stream().anyMatch(s -> of(id, s.toLowerCase(Locale.ROOT)));
    }

    private static boolean of(String id, String standard) {
        return id.equals(standard) || standard.indexOf('#') < 0 && id.startsWith(standard + "#");
    }
}
