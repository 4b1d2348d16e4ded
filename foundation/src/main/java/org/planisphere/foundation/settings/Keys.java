package org.planisphere.foundation.settings;

import static org.planisphere.foundation.settings.SettingType.bool;
import static org.planisphere.foundation.settings.SettingType.duration;
import static org.planisphere.foundation.settings.SettingType.integer;
import static org.planisphere.foundation.settings.SettingType.list;
import static org.planisphere.foundation.settings.SettingType.oneOf;
import static org.planisphere.foundation.settings.SettingType.path;
import static org.planisphere.foundation.settings.SettingType.pattern;
import static org.planisphere.foundation.settings.SettingType.size;
import static org.planisphere.foundation.settings.SettingType.text;
import static org.planisphere.foundation.settings.SettingType.url;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every setting there is. To add one, add a constant and regenerate {@code docs/settings.md} (see {@link SettingsPage});
 * a key that is not listed here stops the start.
 */
public final class Keys {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);

    private static final String ORIGIN = "https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?";

    private static final List<Setting<?>> ALL = new ArrayList<>();
    private static final Map<String, String> TREES = new LinkedHashMap<>();

    // -- the node ----------------------------------------------------------------------------------------------------

    public static final Setting<String> NODE_NAME = add(
            "node.name",
            pattern("1 to 64 letters, digits, spaces or . _ -", "[\\p{L}\\p{N}][\\p{L}\\p{N} ._-]{0,63}"),
            "planisphere",
            "What people and the registry call this node.");
    public static final Setting<URI> NODE_URL = add(
            "node.url",
            url(),
            null,
            "The address under which clients reach this node, as written into answers and the registry; without it, "
                    + "the address it listens on.");
    public static final Setting<Path> DATA_DIR =
            add("data.dir", path(), "var/node", "Where the node keeps its database, work folders and logs.");
    public static final Setting<Path> DATA_SESSIONS = add(
            "data.sessions",
            path(),
            null,
            "Where work folders, output and results of sessions are kept; without it, `sessions` in `data.dir`. Planners "
                    + "on one database and one host may share it: then each finds the other's runs and results.");
    public static final Setting<String> LISTEN_ADDRESS = add(
            "listen.address",
            pattern("an IP address or host name of this machine", "[0-9A-Za-z.:%_-]{1,255}"),
            "127.0.0.1",
            "The address to listen on; 0.0.0.0 opens the node to the network.");
    public static final Setting<Integer> LISTEN_PORT =
            add("listen.port", integer(1, 65_535), "8080", "The port to listen on.");
    public static final Setting<Integer> LISTEN_THREADS =
            add("listen.threads", integer(8, 2_000), "96", "How many requests are worked on at once.");
    public static final Setting<Duration> LISTEN_TIMEOUT = add(
            "listen.timeout",
            duration(SECOND, Duration.ofHours(1)),
            "30s",
            "How long a client may take to send a request, and how long an idle connection is kept.");

    public static final Setting<List<String>> LISTEN_PROXIES = add(
            "listen.proxies",
            list(text()),
            "",
            "Addresses or networks (`10.0.0.0/8`) of the proxies before this node; what they say in `X-Forwarded-For` is "
                    + "believed, what others say is not.");
    public static final Setting<Integer> RATE_ADDRESS = add(
            "limits.address.rate",
            integer(0, 1_000_000),
            "1000",
            "How many calls a second one address may make, five seconds' worth at once; 0 for any number. More is "
                    + "answered 429.");
    public static final Setting<Integer> RATE_CALLER = add(
            "limits.caller.rate",
            integer(0, 1_000_000),
            "500",
            "How many calls a second may be made with one token, five seconds' worth at once; 0 for any number.");
    public static final Setting<List<String>> LISTEN_ORIGINS = add(
            "listen.origins",
            list(pattern("an origin such as https://portal.example, or *", ORIGIN + "|\\*")),
            "",
            "Web origins whose pages may ask this node from a browser, such as another node's console: with a token or as "
                    + "nobody, never with a cookie. `*` for every page of the web; none without.");
    public static final Setting<List<String>> CONSOLE_ORIGINS = add(
            "console.origins",
            list(pattern("an origin such as https://planner.example, or *", ORIGIN + "|\\*")),
            "",
            "Origins of other planners that this node's console may ask from the browser; `*` for any. They have to name "
                    + "this node in their `listen.origins`.");

    public static final Setting<Integer> ADDRESS_OFFERS = add(
            "limits.address.offers",
            integer(0, 1_000_000),
            "0",
            "How many open offers one address may hold, whoever asks from there; 0 for any number.");

    // -- the database ------------------------------------------------------------------------------------------------

    public static final Setting<String> DB_URL = add(
            "db.url",
            pattern("a JDBC address that begins with jdbc:h2: or jdbc:postgresql:", "jdbc:(h2|postgresql):\\S+"),
            null,
            "The database: PostgreSQL as `jdbc:postgresql://host:5432/name`; without it, an H2 file in `data.dir`.");
    public static final Setting<String> DB_USER = add("db.user", text(), null, "Who the node is to the database.");
    public static final Setting<String> DB_PASSWORD =
            addSecret("db.password", text(), "The password of `db.user` on the database.");
    public static final Setting<Integer> DB_POOL =
            add("db.pool", integer(2, 200), "16", "How many connections to the database are kept.");

    // -- the planner -------------------------------------------------------------------------------------------------

    public static final Setting<Boolean> PLANNER_ENABLED =
            add("planner.enabled", bool(), "true", "Whether this node is a planner, at `/planner`.");
    public static final Setting<String> PLANNER_TITLE =
            add("planner.title", text(), "An execution planner", "What people read in the registry and in lists.");
    public static final Setting<String> PLANNER_STANDARD_ID = add(
            "planner.standardid",
            pattern(
                    "an IVOID such as ivo://authority/std/Name#rest-1.0",
                    "ivo://[A-Za-z0-9][A-Za-z0-9._-]{2,}/[^\\s]{1,200}"),
            "ivo://planisphere.local/std/ExecutionBroker#rest-1.0",
            "The standardID under which the planner's capability is registered; the standard has none of its own yet.");
    public static final Setting<Boolean> PLANNER_EXTENSION = add(
            "planner.registry.extension",
            bool(),
            "false",
            "Whether the planner's VOSI capabilities, and so its record in registries, name executable kinds, formats and "
                    + "shapes by the registry extension; harvesters without its schema call such records invalid.");
    public static final Setting<Duration> OFFER_LIFETIME = add(
            "planner.offer.lifetime",
            duration(SECOND, DAY),
            "PT5M",
            "How long an offer stands, and holds what it offers, before it expires.");
    public static final Setting<Integer> OFFER_MAX =
            add("planner.offer.max", integer(1, 100), "3", "How many offers one answer holds at most.");
    public static final Setting<Duration> SLOT = add(
            "planner.slot",
            duration(SECOND, Duration.ofHours(1)),
            "PT1M",
            "The grain of the ledger's time; starts and ends of sessions fall on whole slots.");
    public static final Setting<Duration> HORIZON = add(
            "planner.horizon",
            duration(Duration.ofHours(1), Duration.ofDays(3650)),
            "P30D",
            "How far into the future the planner makes offers.");
    public static final Setting<Duration> DURATION_DEFAULT = add(
            "planner.duration.default",
            duration(SECOND, Duration.ofDays(365)),
            "PT1H",
            "How long a session lasts when the request does not say.");
    public static final Setting<Duration> DURATION_MAX = add(
            "planner.duration.max",
            duration(SECOND, Duration.ofDays(365)),
            "P7D",
            "The longest session a caller may ask for.");
    public static final Setting<Duration> SESSION_KEEP = add(
            "planner.session.keep",
            duration(Duration.ofMinutes(1), Duration.ofDays(3650)),
            "P30D",
            "How long an ended session, its output and its results are kept.");
    public static final Setting<Long> REQUEST_MAXBYTES = add(
            "planner.request.maxbytes",
            size(1024, 900 * 1024),
            "256KiB",
            "The largest document a client may send; larger ones are answered 413.");
    public static final Setting<Duration> IDEMPOTENCY_KEEP = add(
            "planner.idempotency.keep",
            duration(Duration.ofMinutes(1), Duration.ofDays(30)),
            "P1D",
            "How long the answer to an `Idempotency-Key` is remembered.");
    public static final Setting<Integer> LIVE_TUNNELS = add(
            "planner.live.tunnels",
            integer(0, 100_000),
            "200",
            "How many WebSockets into runs may be open through the planner at once; 0 for none.");
    public static final Setting<Integer> LIVE_OF_SESSION =
            add("planner.live.ofsession", integer(0, 100_000), "30", "How many of them may lead into one session.");
    public static final Setting<Long> LIVE_MESSAGE = add(
            "planner.live.message",
            size(1024, 1L << 40),
            "64MiB",
            "The longest message of such a WebSocket; a longer one ends it.");
    public static final Setting<Long> LIVE_RATE = add(
            "planner.live.rate",
            size(1024, 1L << 40),
            "32MiB",
            "How much may pass through one of them in a second, in each direction; more waits.");
    public static final Setting<Duration> LIVE_IDLE = add(
            "planner.live.idle",
            duration(SECOND, DAY),
            "PT10M",
            "How long nothing may pass through one of them before it is ended.");
    public static final Setting<URI> LIVE_URL = add(
            "planner.live.url",
            url(),
            null,
            "Below this address every session has a host name of its own, at which browsers open what its run serves: with "
                    + "`https://live.example` it is `https://SESSION.live.example`. All those names must lead to this node. "
                    + "Without it, a node at a loopback address has `http://SESSION.localhost`, and others have none.");
    public static final Setting<List<String>> KIND_ALIASES = add(
            "planner.kinds.aliases",
            list(text()),
            "https://www.purl.org/ivoa.net/EB/schema/v1.0/kinds/,http://www.purl.org/ivoa.net/EB/schema/v1.0/kinds/",
            "Other spellings of the standard's base of kind addresses that are understood; answers use the base the "
                    + "request used.");

    // -- what one caller may have ------------------------------------------------------------------------------------

    public static final Setting<Integer> ANONYMOUS_CORES = add(
            "planner.caller.anonymous.cores",
            integer(0, 1_000_000),
            "4",
            "How many cores all anonymous callers together may hold at any instant; 0 refuses them.");
    public static final Setting<Long> ANONYMOUS_MEMORY = add(
            "planner.caller.anonymous.memory",
            size(0, 1L << 60),
            "16GiB",
            "How much memory all anonymous callers together may hold at any instant.");
    public static final Setting<Long> ANONYMOUS_STORAGE = add(
            "planner.caller.anonymous.storage",
            size(0, 1L << 60),
            "64GiB",
            "How much storage all anonymous callers together may hold at any instant.");
    public static final Setting<Integer> ANONYMOUS_OFFERS = add(
            "planner.caller.anonymous.offers",
            integer(0, 1_000_000),
            "200",
            "How many open offers all anonymous callers together may hold.");
    public static final Setting<Integer> ANONYMOUS_SESSIONS = add(
            "planner.caller.anonymous.sessions",
            integer(0, 1_000_000),
            "50",
            "How many accepted sessions that have not ended all anonymous callers together may have.");
    public static final Setting<String> ANONYMOUS_SECRET = addSecret(
            "planner.caller.anonymous.secret",
            pattern("at least 16 characters", "\\P{Cntrl}{16,500}"),
            "Makes anonymous work want a key besides its UUID, which travels in the links that are returned; the same on "
                    + "all planners of a database. Without it, the UUID is enough.");
    public static final Setting<Integer> NAMED_CORES = add(
            "planner.caller.named.cores",
            integer(0, 1_000_000),
            "64",
            "How many cores one named caller may hold at any instant.");
    public static final Setting<Long> NAMED_MEMORY = add(
            "planner.caller.named.memory",
            size(0, 1L << 60),
            "256GiB",
            "How much memory one named caller may hold at any instant.");
    public static final Setting<Long> NAMED_STORAGE = add(
            "planner.caller.named.storage",
            size(0, 1L << 60),
            "1TiB",
            "How much storage one named caller may hold at any instant.");
    public static final Setting<Integer> NAMED_OFFERS = add(
            "planner.caller.named.offers",
            integer(0, 1_000_000),
            "200",
            "How many open offers one named caller may hold.");
    public static final Setting<Integer> NAMED_SESSIONS = add(
            "planner.caller.named.sessions",
            integer(0, 1_000_000),
            "200",
            "How many accepted sessions that have not ended one named caller may have.");

    public static final Setting<Path> POLICY_FILE = add(
            "policy.file",
            path(),
            null,
            "The policy: who is granted what, see `docs/policy.md`; read again when it changes. With one, the limits under "
                    + "`planner.caller` do not count.");

    public static final Setting<Duration> POLICY_REQUESTS_KEEP = add(
            "policy.requests.keep",
            duration(Duration.ofMinutes(1), Duration.ofDays(3650)),
            "P31D",
            "How long answered requests are kept, so that a new policy can be tried on them.");

    // -- who is who --------------------------------------------------------------------------------------------------

    public static final Setting<Boolean> IDENTITY_ANONYMOUS = add(
            "identity.anonymous",
            bool(),
            "true",
            "Whether callers without a token may ask; without, they are answered 401.");
    public static final Setting<Path> IDENTITY_TOKENS = add(
            "identity.tokens",
            path(),
            null,
            "A file of bearer tokens of this node, one YAML entry each: SHA-256 of the token, subject, groups.");
    public static final Setting<List<String>> IDENTITY_OPERATORS = add(
            "identity.operators",
            list(group()),
            "",
            "Groups, `issuer|group`, whose members are operators: they see and end everybody's work.");
    public static final Setting<List<String>> IDENTITY_PUBLISHERS =
            add("identity.publishers", list(group()), "", "Groups whose members may write to this node's registry.");
    public static final Setting<List<String>> IDENTITY_SUSPENDED = add(
            "identity.suspended",
            list(group()),
            "",
            "Callers (`issuer|subject`) and groups (`issuer|group`) that are answered 403, whatever they show.");
    public static final Setting<Path> IDENTITY_SUSPENSIONS = add(
            "identity.suspensions",
            path(),
            null,
            "A file, a YAML list, of further callers and groups that are answered 403; read again when it changes.");
    public static final Setting<List<String>> IDENTITY_CHALLENGES = add(
            "identity.challenges",
            list(pattern(
                    "the standardID of a way to log in and its address, with a space between",
                    "ivo://[!#-+--~]{1,200} https?://[!#-+--~]{1,500}")),
            "",
            "Ways to log in that a 401 names in an `ivoa_bearer` challenge, such as "
                    + "`ivo://ivoa.net/sso#OpenID https://iam.example.org/`.");

    public static final Setting<URI> LOGIN_URL = add(
            "identity.login.url",
            url(),
            null,
            "Scheme, host and port under which people's browsers see this node, where that is not `node.url`; with "
                    + "`/planner/login/callback` behind it, it is what is registered at the issuers.");
    public static final Setting<Duration> LOGIN_IDLE = add(
            "identity.login.idle",
            duration(Duration.ofMinutes(1), Duration.ofDays(30)),
            "PT2H",
            "How long people stay logged in at pages of this node without doing anything.");
    public static final Setting<Duration> LOGIN_LONGEST = add(
            "identity.login.longest",
            duration(Duration.ofMinutes(1), Duration.ofDays(30)),
            "PT12H",
            "How long people stay logged in at pages of this node at most.");

    // -- data in and out ---------------------------------------------------------------------------------------------

    public static final Setting<List<Path>> STAGING_FILE_ROOTS = add(
            "staging.file.roots",
            list(path()),
            "",
            "Folders from which `file:` locations may be read; none when empty.");
    public static final Setting<List<String>> STAGING_HTTP_ALLOW = add(
            "staging.http.allow",
            list(text()),
            "",
            "Hosts from which `http` and `https` locations may be read: `host`, `host:port`, `*.example.org`, or `*` "
                    + "for any public address; addresses of this machine and its network only when named.");
    public static final Setting<Long> STAGING_HTTP_MAXBYTES = add(
            "staging.http.maxbytes", size(1, 1L << 50), "10GiB", "The largest thing that is fetched for a session.");
    public static final Setting<List<String>> STAGING_HTTP_DELEGATE = add(
            "staging.http.delegate",
            list(pattern(
                    "a host named in full, with its port where that is not the usual one",
                    "[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(:[0-9]{1,5})?")),
            "",
            "Those of `staging.http.allow` to which a caller's own token may be shown for a session, where the caller asks "
                    + "for that; by https only.");
    public static final Setting<Duration> STAGING_HTTP_TIMEOUT =
            add("staging.http.timeout", duration(SECOND, DAY), "10m", "How long fetching one thing may take.");
    public static final Setting<Integer> STAGING_PARALLEL =
            add("staging.parallel", integer(1, 64), "4", "How many things are fetched at once for one session.");
    public static final Setting<Long> STAGING_PARTS = add(
            "staging.parts",
            size(0, 1L << 50),
            "64MiB",
            "From which size on one thing is fetched over HTTP in parts, `staging.parallel` of them at once, where its server "
                    + "offers byte ranges and names what it has by a strong ETag; 0 for never.");
    public static final Setting<Duration> STAGING_PATIENCE = add(
            "staging.patience",
            duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
            "500ms",
            "How long who asks for offers waits, at most, for sources to say how large the data is.");
    public static final Setting<Long> STAGING_CACHE = add(
            "staging.cache",
            size(0, 1L << 50),
            "1GiB",
            "Room for what was fetched before, and is used again when its source says that it is unchanged; 0 for none.");
    public static final Setting<List<String>> STAGING_DATALINK = add(
            "staging.datalink",
            list(pattern(
                    "authority=address, such as example.org=https://archive.example.org/datalink",
                    "[A-Za-z0-9._~-]{3,200}=https?://[^\\s#]{1,500}")),
            "",
            "DataLink services that are asked for IVOA identifiers without an address, by the identifiers' authority; their "
                    + "hosts must be in `staging.http.allow`, or `http` of the platform.");
    public static final Setting<Path> STAGING_VAULT = add(
            "staging.vault",
            path(),
            null,
            "A file with the credentials of `staging.places`, readable by the planner's user alone.");

    // -- the registry ------------------------------------------------------------------------------------------------

    public static final Setting<Boolean> REGISTRY_ENABLED =
            add("registry.enabled", bool(), "true", "Whether this node is a registry, at `/registry`.");
    public static final Setting<String> REGISTRY_AUTHORITY = add(
            "registry.ivoid.authority",
            pattern(
                    "3 or more letters, digits or . _ - that begin with a letter or digit",
                    "[A-Za-z0-9][A-Za-z0-9._-]{2,99}"),
            "planisphere.local",
            "The naming authority of the identifiers this node gives, `ivo://authority/…`.");
    public static final Setting<String> REGISTRY_TITLE =
            add("registry.title", text(), "Planisphere registry", "What people call this node's registry.");
    public static final Setting<String> REGISTRY_PUBLISHER =
            add("registry.publisher", text(), "Planisphere operators", "Who publishes the records made on this node.");
    public static final Setting<String> REGISTRY_EMAIL = add(
            "registry.email",
            pattern("a mail address", "[^@\\s<>]{1,100}@([^@\\s<>.]{1,100}\\.){1,5}[^@\\s<>.]{1,100}"),
            "operator@planisphere.example",
            "Where people write about this registry and its records.");
    public static final Setting<List<String>> REGISTRY_STANDARDS = add(
            "registry.standards",
            list(pattern("an ivo:// identifier", "(?i)ivo://[^\\s,]{1,200}")),
            "ivo://planisphere.local/std/ExecutionBroker,ivo://ivoa.net/std/ExecutionBroker",
            "The standardIDs of which a service must have one to be registered here; a version after `#` is taken too.");
    public static final Setting<List<String>> REGISTRY_HTTP_ALLOW = add(
            "registry.http.allow",
            list(text()),
            "*",
            "Hosts the registry may ask for capabilities and records: `host`, `host:port`, `*.example.org`, or `*` for "
                    + "any public address; addresses of this machine and its network only when named.");
    public static final Setting<Duration> REGISTRY_POLL = add(
            "registry.poll.interval",
            duration(SECOND, DAY),
            "1m",
            "How often the registry asks registered services whether they are available.");
    public static final Setting<Duration> REGISTRY_REFRESH = add(
            "registry.refresh.interval",
            duration(SECOND, DAY),
            "10m",
            "How often the registry reads the capabilities of registered services again.");
    public static final Setting<Integer> REGISTRY_OAI_PAGE = add(
            "registry.oai.page",
            integer(1, 1_000),
            "100",
            "How many records one answer of the OAI-PMH interface holds.");
    public static final Setting<List<URI>> REGISTRY_HARVEST_SOURCES = add(
            "registry.harvest.sources",
            list(url()),
            "",
            "OAI-PMH addresses of publishing registries from which records are harvested.");
    public static final Setting<List<URI>> REGISTRY_HARVEST_REGISTRIES = add(
            "registry.harvest.registries",
            list(url()),
            "",
            "OAI-PMH addresses of registries of registries: every publisher they list is harvested too.");
    public static final Setting<Integer> REGISTRY_HARVEST_MAX = add(
            "registry.harvest.max",
            integer(1, 10_000),
            "500",
            "How many publishers are taken from the lists of registries of registries.");
    public static final Setting<Duration> REGISTRY_HARVEST_INTERVAL = add(
            "registry.harvest.interval",
            duration(SECOND, Duration.ofDays(30)),
            "1d",
            "How often each source is harvested for what has changed.");
    public static final Setting<Duration> REGISTRY_HARVEST_FULL = add(
            "registry.harvest.full",
            duration(SECOND, Duration.ofDays(3650)),
            "180d",
            "How often each source is harvested as a whole.");
    public static final Setting<Path> REGISTRY_SCHEMAS = add(
            "registry.schemas",
            path(),
            null,
            "A folder with the IVOA's XML schemas (`*.xsd`): records are checked by them when they are written and when "
                    + "they are harvested.");
    public static final Setting<List<String>> REGISTRY_AUTHORITIES = add(
            "registry.authorities",
            list(pattern("authority=group", "[A-Za-z0-9][A-Za-z0-9._-]{2,99}=[^,\\s][^,]{0,199}")),
            "",
            "Further naming authorities this registry manages, each with the group whose members write its records: "
                    + "`example.org=issuer|group`.");
    public static final Setting<Integer> REGISTRY_TAP_ROWS = add(
            "registry.tap.rows",
            integer(1, 10_000_000),
            "20000",
            "How many rows the answer to a query has when the client names no number.");
    public static final Setting<Integer> REGISTRY_TAP_MOST_ROWS = add(
            "registry.tap.most.rows",
            integer(1, 10_000_000),
            "200000",
            "How many rows the answer to any query has at most.");
    public static final Setting<Duration> REGISTRY_TAP_TIMEOUT = add(
            "registry.tap.timeout",
            duration(SECOND, Duration.ofHours(1)),
            "20s",
            "How long a query may take whose answer the client waits for.");
    public static final Setting<Duration> REGISTRY_TAP_JOB_TIMEOUT =
            add("registry.tap.job.timeout", duration(SECOND, DAY), "10m", "How long a query may take as a job.");
    public static final Setting<Integer> REGISTRY_TAP_PARALLEL = add(
            "registry.tap.parallel",
            integer(1, 100),
            "3",
            "How many queries run at the same time; each keeps a connection of the database's pool.");
    public static final Setting<Duration> REGISTRY_TAP_KEEP = add(
            "registry.tap.job.keep",
            duration(SECOND, Duration.ofDays(365)),
            "2d",
            "How long jobs of queries and their results are kept.");
    public static final Setting<Integer> REGISTRY_TAP_JOBS =
            add("registry.tap.jobs", integer(1, 1_000_000), "1000", "How many jobs of queries are kept at most.");
    public static final Setting<Boolean> REGISTRY_FULL = add(
            "registry.full",
            bool(),
            "false",
            "Whether this registry holds every record of the VO; only then clients are told to look here for all.");
    public static final Setting<String> REGISTRY_PUBLISHER_TOKEN = addSecret(
            "registry.publish.token",
            text(),
            "The bearer token with which planners publish themselves in this node's registry; without it, nobody does.");
    public static final Setting<List<URI>> REGISTER_URLS = add(
            "registry.register.urls",
            list(url()),
            "",
            "Registries in which this planner publishes itself, such as `http://127.0.0.1:8080/registry`.");
    public static final Setting<String> REGISTER_TOKEN =
            addSecret("registry.register.token", text(), "The bearer token this planner shows to those registries.");
    public static final Setting<Duration> REGISTER_INTERVAL = add(
            "registry.register.interval",
            duration(SECOND, DAY),
            "5m",
            "How often this planner tells those registries that it is still there.");

    // -- logs and figures --------------------------------------------------------------------------------------------

    /** How much is logged. */
    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG
    }

    /** How an event is written: for people or for programs. */
    public enum LogFormat {
        TEXT,
        JSON
    }

    public static final Setting<LogLevel> LOG_LEVEL =
            add("log.level", oneOf(LogLevel.class), "info", "How much is logged.");
    public static final Setting<LogFormat> LOG_FORMAT =
            add("log.format", oneOf(LogFormat.class), "text", "One line per event, for people or as JSON.");
    public static final Setting<Boolean> LOG_ACCESS = add(
            "log.access",
            bool(),
            "true",
            "Whether every request is written to `logs/access.0.log`, without query strings and tokens.");
    public static final Setting<Boolean> METRICS_ENABLED =
            add("metrics.enabled", bool(), "true", "Whether `/metrics` answers.");

    // -- trees -------------------------------------------------------------------------------------------------------

    /** The list of platforms. */
    public static final String PLATFORMS = tree(
            "platforms",
            "The platforms this planner offers: a list, each with an id, a name, an engine, a capacity, shapes, "
                    + "prices, limits and policy; see `docs/platforms.md`.");

    /** The list of places for staging. */
    public static final String STAGING_PLACES = tree(
            "staging.places",
            "Stores from which data may be fetched and to which results may be put: a list, each with a name, a kind (`s3`, "
                    + "`webdav`, `web`, `ftp`, `vospace`), an endpoint and credentials by name; see `docs/staging.md`.");

    /** The list of OpenID Connect issuers. */
    public static final String IDENTITY_ISSUERS = tree(
            "identity.issuers",
            "The OpenID Connect issuers whose tokens are taken: a list, each with a name, an issuer, an audience and how "
                    + "groups are told; see `docs/identity.md`.");

    /** Variables that belong to the tools around the node; the node does not read them and does not complain. */
    static final Set<String> TOOL_VARIABLES = Set.of(
            "PLANISPHERE_ARCHIVE",
            "PLANISPHERE_BUILT",
            "PLANISPHERE_CONFIG",
            "PLANISPHERE_HEAP",
            "PLANISPHERE_HOME",
            "PLANISPHERE_JAVA",
            "PLANISPHERE_JAVA_OPTS",
            "PLANISPHERE_PLANNER",
            "PLANISPHERE_PLANNERS",
            "PLANISPHERE_REGISTRY",
            "PLANISPHERE_TOKEN",
            "PLANISPHERE_URL");

    /**
     * Names that settings had before, each with its name now; they are still read. A key that begins another key cannot be
     * a nested map and have a value of its own.
     */
    static final Map<String, String> FORMER = Map.of(
            "registry.publisher.token", "registry.publish.token",
            "registry.tap.rows.most", "registry.tap.most.rows");

    private Keys() {}

    private static SettingType<String> group() {
        return pattern("written as issuer|name", "[A-Za-z0-9._-]{1,40}[|][^,\\p{Cntrl}]{1,300}");
    }

    /** Every setting, in the order of the documentation. */
    public static List<Setting<?>> all() {
        return Collections.unmodifiableList(ALL);
    }

    /** Key and description of every subtree that is read through {@link Tree}. */
    static Map<String, String> trees() {
        return Collections.unmodifiableMap(TREES);
    }

    private static <T> Setting<T> add(String key, SettingType<T> type, @Nullable String fallback, String description) {
        return keep(new Setting<>(key, type, fallback, false, description));
    }

    private static <T> Setting<T> addSecret(String key, SettingType<T> type, String description) {
        return keep(new Setting<>(key, type, null, true, description));
    }

    private static <T> Setting<T> keep(Setting<T> setting) {
        ALL.add(setting);
        return setting;
    }

    private static String tree(String key, String description) {
        TREES.put(key, description);
        return key;
    }
}
