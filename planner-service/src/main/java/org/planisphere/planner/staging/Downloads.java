package org.planisphere.planner.staging;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.http.Ask;
import org.planisphere.foundation.http.GuardedHttp;

/**
 * Fetching one thing over HTTP; a large one in parts at the same time, where the server offers that and names what it has
 * by a strong ETag. What breaks off is gone on with where it ended, when its ETag says that it is still the
 * same, and begun again otherwise; a few times. What lies in the cache is taken from there when the server says, to the
 * very caller who asks now, that it is unchanged. Thread safe.
 */
public final class Downloads {
    private static final int ATTEMPTS = 4;
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");
    private static final Pattern DIGEST = Pattern.compile("(?i)(sha-256|sha-512|md5)=:?([A-Za-z0-9+/]+={0,2}):?");

    private final GuardedHttp http;
    private final Cache cache;
    private final Fetching fetching;

    public Downloads(GuardedHttp http, Fetching fetching) {
        this.http = http;
        this.cache = fetching.cache();
        this.fetching = fetching;
    }

    /** As {@link Source#measure}: asks for its head, as nobody. */
    public OptionalLong measure(URI location) throws IOException {
        return measure(location, at -> Map.of());
    }

    /** As {@link Source#measure}, with these headers. */
    public OptionalLong measure(URI location, Function<URI, Map<String, String>> headers) throws IOException {
        return http.exchange(Ask.head(location).with(headers).within(LOOK), answer -> {
            if (answer.status() == 404 || answer.status() == 410) {
                throw new Source.Gone("there is nothing there: the server answers " + answer.status());
            }
            String length = answer.headers().get("content-length");
            if (answer.status() != 200 || length == null || !length.matches("[0-9]{1,18}")) {
                return OptionalLong.empty();
            }
            long size = Long.parseLong(length);
            if (size > http.rules().largest()) {
                throw new Source.Gone("it is larger than the " + http.rules().largest() + " bytes that are fetched");
            }
            return OptionalLong.of(size);
        });
    }

    /**
     * Fetches it.
     *
     * @param target the file that the intake writes
     */
    public Staged fetch(
            URI location, Function<URI, Map<String, String>> headers, Intake intake, Path target, Transfer transfer)
            throws IOException {
        long end = System.nanoTime() + http.rules().time().toNanos();
        Optional<Cache.Entry> cached = cache.find(location);
        String tag = null;
        boolean whole = false;
        for (int attempt = 1; ; attempt++) {
            Attempt now = new Attempt(location, intake, transfer, cached, tag, whole ? size -> false : this::splits);
            try {
                Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
                http.exchange(
                        Ask.get(location)
                                .with(at -> now.headers(headers.apply(at)))
                                .within(left),
                        now::take);
                if (now.unchanged) {
                    // The same bytes that this server would have sent.
                    try (InputStream in = cache.open(cached.orElseThrow())) {
                        intake.restart();
                        intake.all(in);
                    }
                    return intake.done();
                }
                if (now.offered > 0) {
                    new Ranges(
                                    http,
                                    location,
                                    headers,
                                    String.valueOf(now.tag),
                                    now.offered,
                                    fetching.partsAtOnce(),
                                    end)
                            .fetch(intake, target, transfer);
                }
                Staged staged = intake.done();
                if (now.tag != null && now.keep) {
                    cache.keep(location, now.tag, staged, target);
                }
                return staged;
            } catch (Ranges.Withheld e) {
                if (attempt == ATTEMPTS || System.nanoTime() >= end) {
                    throw e;
                }
                transfer.tell("It cannot be had in parts from " + location.getHost() + "; fetching it in one");
                whole = true;
                tag = null;
                cached = Optional.empty();
            } catch (EOFException | SocketException | SocketTimeoutException e) {
                if (attempt == ATTEMPTS || System.nanoTime() >= end) {
                    throw e;
                }
                transfer.tell("The connection to " + location.getHost() + " broke off; trying again");
                tag = now.tag;
                cached = Optional.empty();
            }
        }
    }

    private boolean splits(long size) {
        return fetching.splits(size) && size <= http.rules().largest();
    }

    /** One request and what came of it. */
    private static final class Attempt {
        private final URI location;
        private final Intake intake;
        private final Transfer transfer;
        private final Optional<Cache.Entry> cached;
        private final @Nullable String before;
        private @Nullable String tag;
        private final LongPredicate splits;
        private boolean keep;
        private boolean unchanged;
        private long offered;

        /** @param splits whether something of a size is fetched in parts, where that is offered */
        Attempt(
                URI location,
                Intake intake,
                Transfer transfer,
                Optional<Cache.Entry> cached,
                @Nullable String before,
                LongPredicate splits) {
            this.splits = splits;
            this.location = location;
            this.intake = intake;
            this.transfer = transfer;
            this.cached = cached;
            this.before = before;
            this.tag = before;
        }

        private boolean goesOn() {
            return before != null && intake.size() > 0;
        }

        Map<String, String> headers(Map<String, String> given) {
            Map<String, String> all = new HashMap<>(given);
            if (goesOn()) {
                all.put("Range", "bytes=" + intake.size() + "-");
                all.put("If-Range", String.valueOf(before));
            }
            cached.ifPresent(entry -> all.put("If-None-Match", entry.tag()));
            return all;
        }

        long take(GuardedHttp.Answer answer) throws IOException {
            Map<String, String> told = answer.headers();
            if (answer.status() == 304 && cached.isPresent()) {
                unchanged = true;
                return 0;
            }
            long all = told.getOrDefault("content-length", "").matches("[0-9]{1,18}")
                    ? Long.parseLong(told.get("content-length"))
                    : -1;
            if (answer.status() == 206 && goesOn()) {
                Matcher range = RANGE.matcher(told.getOrDefault("content-range", ""));
                if (!range.matches()
                        || Long.parseLong(range.group(1)) != intake.size()
                        || !String.valueOf(before).equals(told.getOrDefault("etag", String.valueOf(before)))) {
                    throw new IOException("the server sends another part than was asked for");
                }
            } else if (answer.status() == 200) {
                intake.restart();
                tag = strong(told.get("etag"));
                sums(told);
            } else {
                throw answer.status() == 404 || answer.status() == 410
                        ? new Source.Gone("the server answered " + answer.status())
                        : new IOException("the server answered " + answer.status());
            }
            keep = !told.getOrDefault("cache-control", "").contains("no-store")
                    && answer.location().equals(location);
            if (all > 0) {
                intake.of(intake.size() + all);
            }
            if (answer.status() == 200 && tag != null && inParts(told) && splits.test(all)) {
                // The rest of this answer is left where it is.
                offered = all;
                return 0;
            }
            long had = intake.size();
            try {
                return answer.body(Long.MAX_VALUE, intake);
            } finally {
                transfer.moved(intake.size() - had);
            }
        }

        private static boolean inParts(Map<String, String> told) {
            return told.getOrDefault("accept-ranges", "").trim().equalsIgnoreCase("bytes")
                    && !told.containsKey("content-encoding")
                    && !told.containsKey("transfer-encoding");
        }

        private static @Nullable String strong(@Nullable String tag) {
            return tag != null && tag.startsWith("\"") && tag.length() < 300 ? tag : null;
        }

        /** What the server says that its bytes sum up to (RFC 9530, RFC 3230, Content-MD5). */
        private void sums(Map<String, String> told) throws IOException {
            for (String name : new String[] {"repr-digest", "digest"}) {
                Matcher sum = DIGEST.matcher(told.getOrDefault(name, ""));
                while (sum.find()) {
                    expect(sum.group(1), sum.group(2));
                }
            }
            expect("md5", told.getOrDefault("content-md5", ""));
        }

        private void expect(String type, String base64) {
            try {
                intake.expect(Checksum.of(
                        type, HexFormat.of().formatHex(Base64.getDecoder().decode(base64))));
            } catch (IllegalArgumentException e) {
                // It is no sum that could be compared.
                return;
            }
        }
    }
}
