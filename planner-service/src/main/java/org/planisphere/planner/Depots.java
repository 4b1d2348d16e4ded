package org.planisphere.planner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.http.HttpRules;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.planner.platform.Section;
import org.planisphere.planner.staging.Cache;
import org.planisphere.planner.staging.Depot;
import org.planisphere.planner.staging.Fetching;
import org.planisphere.planner.staging.Sink;
import org.planisphere.planner.staging.Source;
import org.planisphere.planner.staging.places.FtpPlace;
import org.planisphere.planner.staging.places.FtpSink;
import org.planisphere.planner.staging.places.Place;
import org.planisphere.planner.staging.places.RucioPlace;
import org.planisphere.planner.staging.places.S3Place;
import org.planisphere.planner.staging.places.Vault;
import org.planisphere.planner.staging.places.VoSpacePlace;
import org.planisphere.planner.staging.places.WebDavPlace;
import org.planisphere.planner.staging.places.WebPlace;

/** The node's depot, with the places of its settings. */
final class Depots {
    private static final Map<String, Set<String>> SCHEMES = Map.of(
            "s3", Set.of("http", "https"),
            "webdav", Set.of("http", "https"),
            "web", Set.of("http", "https"),
            "ftp", Set.of("ftp", "ftps"),
            "rucio", Set.of("http", "https"),
            "vospace", Set.of("http", "https"));

    private final Settings settings;
    private final Vault vault;
    private final Fetching fetching;
    private final Set<String> names = new HashSet<>();

    private Depots(Settings settings, Vault vault, Fetching fetching) {
        this.settings = settings;
        this.vault = vault;
        this.fetching = fetching;
    }

    /**
     * @throws UncheckedIOException when its folder, or the vault, cannot be used
     * @throws RuntimeException with all faults of the settings
     */
    static Depot open(Settings settings) {
        Path folder = settings.sessionsDir().resolve(".staging");
        try {
            Vault vault = settings.find(Keys.STAGING_VAULT).map(Vault::new).orElse(Vault.NONE);
            vault.check();
            Fetching fetching = new Fetching(
                    Cache.in(folder.resolve("cache"), settings.get(Keys.STAGING_CACHE)),
                    settings.get(Keys.STAGING_PARTS),
                    settings.get(Keys.STAGING_PARALLEL));
            Depots depots = new Depots(settings, vault, fetching);
            List<Depot.Opened> places =
                    settings.items(Keys.STAGING_PLACES, tree -> depots.place(new Section(tree.path(), tree.plain())));
            return Depot.in(
                    folder,
                    places,
                    fetching,
                    settings.get(Keys.STAGING_PATIENCE),
                    settings.get(Keys.STAGING_PARALLEL),
                    links(settings.get(Keys.STAGING_DATALINK)));
        } catch (IOException e) {
            throw new UncheckedIOException("staging cannot be used: " + e.getMessage(), e);
        }
    }

    private static Map<String, URI> links(List<String> entries) {
        Map<String, URI> links = new HashMap<>();
        for (String entry : entries) {
            int equals = entry.indexOf('=');
            try {
                links.put(entry.substring(0, equals).toLowerCase(Locale.ROOT), new URI(entry.substring(equals + 1)));
            } catch (URISyntaxException e) {
                throw new IllegalArgumentException(Keys.STAGING_DATALINK.key() + ": " + entry + " holds no address", e);
            }
        }
        return links;
    }

    private Depot.Opened place(Section item) {
        String name = item.text("name", null);
        if (!name.matches("[a-z0-9-]{1,40}")) {
            item.fault("name", "must be 1 to 40 of a-z, 0-9 and -");
        } else if (!names.add(name)) {
            item.fault("name", name + " is used twice");
        }
        String kind = item.text("kind", null);
        Place place = new Place(
                name,
                endpoint(item, kind),
                hosts(item),
                credentials(item),
                item.flag("write", kind.equals("web")),
                item.size("maxbytes", settings.get(Keys.STAGING_HTTP_MAXBYTES), 1),
                item.span("timeout", settings.get(Keys.STAGING_HTTP_TIMEOUT)));
        Set<String> platforms = new LinkedHashSet<>(item.texts("platforms"));
        Source source = null;
        Sink sink = null;
        switch (kind) {
            case "s3" -> {
                S3Place s3 = s3(item, place);
                source = s3;
                sink = s3;
            }
            case "webdav" -> {
                WebDavPlace dav = new WebDavPlace(place, vault, fetching);
                source = dav;
                sink = dav;
            }
            case "web" -> sink = new WebPlace(place);
            case "ftp" -> {
                FtpPlace ftp = new FtpPlace(place, vault, item.flag("tls", false));
                source = ftp;
                sink = new FtpSink(ftp, place);
            }
            case "rucio" -> {
                source = new RucioPlace(place, vault, fetching);
                if (place.writes()) {
                    item.fault("write", "nothing is put to places of this kind");
                }
            }
            case "vospace" -> {
                VoSpacePlace space = new VoSpacePlace(place, vault, authority(item), fetching);
                source = space;
                sink = space;
            }
            default -> item.fault("kind", "must be one of ftp, rucio, s3, vospace, web, webdav");
        }
        item.done();
        return new Depot.Opened(platforms, source, place.writes() ? sink : null);
    }

    private S3Place s3(Section item, Place place) {
        String style = item.text("style", "path");
        if (!style.equals("path") && !style.equals("virtual")) {
            item.fault("style", "must be path or virtual");
        }
        List<String> buckets = new ArrayList<>();
        for (String bucket : item.texts("buckets")) {
            if (bucket.matches("[a-z0-9][a-z0-9.-]{1,62}(/.*)?")) {
                buckets.add(bucket);
            } else {
                item.fault("buckets", bucket + " is no bucket: write bucket, or bucket/what names begin with");
            }
        }
        if (buckets.isEmpty()) {
            item.fault("buckets", "must name at least one");
        }
        return new S3Place(place, vault, item.text("region", "us-east-1"), style.equals("virtual"), buckets, fetching);
    }

    private static String authority(Section item) {
        String authority = item.text("authority", null);
        if (!authority.matches("[A-Za-z0-9.-]{3,200}[~!][A-Za-z0-9._-]{1,100}")) {
            item.fault("authority", "must be as in vos://authority~service");
        }
        return authority;
    }

    private static URI endpoint(Section item, String kind) {
        String text = item.text("endpoint", null);
        try {
            URI endpoint = new URI(text);
            if (endpoint.getHost() != null
                    && endpoint.getRawUserInfo() == null
                    && endpoint.getRawQuery() == null
                    && SCHEMES.getOrDefault(kind, Set.of()).contains(endpoint.getScheme())) {
                return endpoint;
            }
        } catch (URISyntaxException e) {
            // Told below.
        }
        item.fault(
                "endpoint",
                "must be an address of " + String.join(" or ", SCHEMES.getOrDefault(kind, Set.of("its kind")))
                        + ", without name, password or query");
        return URI.create("http://127.0.0.1/");
    }

    private static List<String> hosts(Section item) {
        List<String> hosts = item.texts("hosts");
        try {
            HttpRules.of(hosts, 1, java.time.Duration.ofSeconds(1));
            return hosts;
        } catch (IllegalArgumentException e) {
            item.fault("hosts", String.valueOf(e.getMessage()));
            return List.of();
        }
    }

    private @Nullable String credentials(Section item) {
        String name = item.text("credentials", "");
        try {
            if (!name.isEmpty() && !vault.has(name)) {
                item.fault("credentials", "are not in the vault (staging.vault)");
            }
        } catch (IOException e) {
            item.fault("credentials", String.valueOf(e.getMessage()));
        }
        return name.isEmpty() ? null : name;
    }
}
