package org.planisphere.planner.door;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.Offer;
import org.planisphere.planner.offer.OfferSet;
import org.planisphere.planner.offer.PassedOffer;
import org.planisphere.planner.offer.Schedule;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.platform.Original;
import org.planisphere.planner.request.KindBases;
import org.planisphere.planner.session.Option;
import org.planisphere.planner.session.Phase;
import org.planisphere.planner.session.Session;
import org.planisphere.planner.session.StoredOfferSet;
import org.planisphere.planner.task.AcceleratorRequest;
import org.planisphere.planner.task.Bound;
import org.planisphere.planner.task.ComputeRequest;
import org.planisphere.planner.task.DataRequest;
import org.planisphere.planner.task.Interval;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;
import org.planisphere.planner.task.Range;
import org.planisphere.planner.task.StorageRequest;
import org.planisphere.planner.task.Task;
import org.planisphere.planner.task.Volume;
import org.planisphere.wire.Accelerator;
import org.planisphere.wire.Component;
import org.planisphere.wire.Compute;
import org.planisphere.wire.Connector;
import org.planisphere.wire.Cost;
import org.planisphere.wire.Data;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.LifecycleComponent;
import org.planisphere.wire.Meta;
import org.planisphere.wire.Metric;
import org.planisphere.wire.MinMax;
import org.planisphere.wire.MinMaxDuration;
import org.planisphere.wire.NameValueMap;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.StartDuration;
import org.planisphere.wire.Storage;

/**
 * Offers and sessions as wire documents. One instance for a planner; thread safe. Kinds are spelled on the base that the
 * request used, addresses on the planner's public one.
 *
 * @see <a href="https://github.com/ivoa-std/ExecutionBroker">ExecutionBroker 1.0, OfferSetResponse and
 *     AbstractExecutionSession</a>
 */
public final class Documents {
    private static final List<Option> OFFERED =
            List.of(new Option.EnumOption("phase", List.of("ACCEPTED", "REJECTED")));

    private final KindBases kinds;
    private final String base;
    private final WorkKeys keys;
    private final String title;
    private final UnaryOperator<String> platforms;

    /**
     * @param base the planner's public address, without a slash at the end
     * @param title what the planner is called
     * @param platforms the names of its platforms by their ids
     */
    public Documents(KindBases kinds, URI base, WorkKeys keys, String title, UnaryOperator<String> platforms) {
        this.kinds = kinds;
        this.keys = keys;
        this.title = title;
        this.platforms = platforms;
        this.base = base.toString().replaceAll("/+$", "");
    }

    public URI addressOf(Session session) {
        return URI.create(base + "/sessions/" + session.id() + keys.suffix(session.owner(), session.offerSet()));
    }

    public URI addressOf(OfferSet set) {
        return addressOfOfferSet(set.id(), set.owner());
    }

    private URI addressOfOfferSet(UUID offerSet, String owner) {
        return URI.create(base + "/offersets/" + offerSet + keys.suffix(owner, offerSet));
    }

    /** An answer just decided: every offer is in phase OFFERED, or merely indicative when the set is not held. */
    public OfferSetResponse decided(OfferSet set) {
        List<ExecutionSession> offers = new ArrayList<>();
        for (Offer offer : set.offers()) {
            offers.add(session(Session.offered(set, offer), set.held() ? OFFERED : List.of(), set.held()));
        }
        return offerSet(set, offers);
    }

    /**
     * As {@link #decided}, in JSON, for an aggregator, which ranks by itself: what is passed on is copied as it came,
     * without being read again.
     */
    public byte[] gathered(OfferSet set) {
        OfferSet own = new OfferSet(
                set.id(), set.owner(), set.kindBase(), set.created(), set.held(), set.offers(), set.messages());
        OfferSetResponse document = decided(own);
        int offers = set.offers().size() + set.passed().size();
        document.result = set.yes() ? "YES" : "NO";
        document.description = described(offers);
        return PassedOffers.with(document, set.passed());
    }

    private static String described(int offers) {
        return offers == 0 ? "No offer: see the messages." : offers == 1 ? "1 offer" : offers + " offers";
    }

    /** A stored answer with its sessions as they are now. */
    public OfferSetResponse stored(StoredOfferSet stored) {
        List<ExecutionSession> offers = new ArrayList<>();
        for (Session session : stored.sessions()) {
            offers.add(session(session, session.phase() == Phase.OFFERED ? OFFERED : List.of(), true));
        }
        return offerSet(stored.set(), offers);
    }

    /** A stored answer, with what its caller may do about the set as a whole. */
    public OfferSetResponse stored(StoredOfferSet stored, List<Option> options) {
        OfferSetResponse document = stored(stored);
        if (document.meta != null && !options.isEmpty()) {
            document.meta.options = options(options);
        }
        return document;
    }

    private OfferSetResponse offerSet(OfferSet set, List<ExecutionSession> held) {
        List<ExecutionSession> offers = new ArrayList<>(held);
        for (PassedOffer passed : set.passed()) {
            offers.add(PassedOffers.document(passed));
        }
        OfferSetResponse document = new OfferSetResponse();
        document.kind = kinds.uri(Kind.OFFER_SET, set.kindBase());
        document.meta =
                meta(set.id(), set.held() ? addressOf(set).toString() : null, Label.NONE, set.created(), set.created());
        document.meta.messages = messages(set.messages());
        document.result = set.yes() ? "YES" : "NO";
        document.description = described(offers.size());
        document.expires = set.offers().stream()
                .map(Offer::expires)
                .max(Instant::compareTo)
                .map(Documents::toMillis)
                .orElse(null);
        document.offers = offers.isEmpty() ? null : offers;
        return document;
    }

    /** A session as it is now, with what its caller may do to it. */
    public ExecutionSession session(Session session, List<Option> options) {
        return session(session, options, true);
    }

    private ExecutionSession session(Session session, List<Option> options, boolean stored) {
        Offer offer = session.offer();
        Task task = offer.task();
        String address = addressOf(session).toString();
        String kindBase = session.kindBase();
        Parts parts = new Parts(offer, kindBase, stored ? address : null, session);

        ExecutionSession document = new ExecutionSession();
        document.kind = kinds.uri(Kind.SCHEDULED_SESSION, kindBase);
        document.meta = meta(session.id(), stored ? address : null, Label.NONE, session.created(), session.modified());
        document.meta.messages = messages(session.messages());
        document.meta.options = options.isEmpty() ? null : options(options);
        document.phase = session.phase().name();
        document.expires = session.phase() == Phase.OFFERED ? toMillis(offer.expires()) : null;
        document.offerset =
                stored ? addressOfOfferSet(session.offerSet(), session.owner()).toString() : null;
        Original original = offer.original();
        document.platform = original == null || original.platform() == null
                ? platforms.apply(offer.platform())
                : original.platform();
        document.planner = original == null ? title : original.planner();
        document.executable = parts.executable(task);
        document.compute = parts.compute(task.compute());
        document.storage = parts.storage(task.storage());
        document.data = parts.data(task.data());
        document.schedule = schedule(session.schedule());
        document.costs = costs(offer.costs(), kindBase);
        document.metrics = metrics(offer.metrics(), kindBase);
        document.connectors = stored ? connectors(session, address) : null;
        return document;
    }

    /**
     * The part of a session with this UUID, as it stands in the session's document; null when it has none. Makes {@code
     * meta.url} of every component resolve.
     */
    public static @Nullable Component component(ExecutionSession session, String uuid) {
        List<@Nullable Component> all = new ArrayList<>();
        all.add(session.executable);
        Compute compute = session.compute;
        all.add(compute);
        if (compute != null && compute.volumes != null) {
            all.addAll(compute.volumes);
        }
        if (session.storage != null) {
            all.addAll(session.storage);
        }
        if (session.data != null) {
            all.addAll(session.data);
        }
        for (Component component : all) {
            if (component != null && component.meta != null && uuid.equals(component.meta.uuid)) {
                return component;
            }
        }
        return null;
    }

    /** Makes the documents of one session's parts: they share its addresses, kinds and phase. */
    private final class Parts {
        private final Offer offer;
        private final String kindBase;
        private final @Nullable String address;
        private final Session session;

        Parts(Offer offer, String kindBase, @Nullable String address, Session session) {
            this.offer = offer;
            this.kindBase = kindBase;
            this.address = address;
            this.session = session;
        }

        private <T extends Component> T fill(T part, String place, KindRef kind, Label label) {
            part.kind = uri(kind, kindBase);
            UUID uuid = offer.components().get(place);
            part.meta = meta(
                    uuid,
                    uuid == null || address == null ? null : address + "/components/" + uuid,
                    label,
                    session.created(),
                    session.modified());
            if (part instanceof LifecycleComponent living) {
                living.phase = lifecycle(session.phase());
                living.schedule = schedule(session.schedule());
            }
            return part;
        }

        org.planisphere.wire.Executable executable(Task task) {
            return fill(
                    Executables.document(task.executable(), session.connectors()),
                    "executable",
                    task.executable().kind(),
                    task.executable().label());
        }

        Compute compute(ComputeRequest granted) {
            Compute compute = fill(new Compute(), "compute", granted.kind(), granted.label());
            compute.cores = minMax(granted.cores());
            compute.memory = minMax(granted.memory());
            List<Accelerator> accelerators = new ArrayList<>();
            for (AcceleratorRequest wanted : granted.accelerators()) {
                Accelerator accelerator = new Accelerator();
                accelerator.kind = kinds.uri(Kind.ACCELERATOR, kindBase);
                accelerator.type = wanted.type().isEmpty() ? null : wanted.type();
                accelerator.count = minMax(wanted.count());
                accelerator.memory = minMax(wanted.memory());
                accelerators.add(accelerator);
            }
            compute.accelerators = accelerators.isEmpty() ? null : accelerators;
            List<org.planisphere.wire.Volume> volumes = new ArrayList<>();
            for (int i = 0; i < granted.volumes().size(); i++) {
                Volume wanted = granted.volumes().get(i);
                org.planisphere.wire.Volume volume =
                        fill(new org.planisphere.wire.Volume(), "compute/volumes/" + i, wanted.kind(), wanted.label());
                volume.path = wanted.path();
                volume.mode = wanted.mode().name();
                volume.resource = reference(wanted.resource());
                volumes.add(volume);
            }
            compute.volumes = volumes.isEmpty() ? null : volumes;
            return compute;
        }

        @Nullable
        List<Storage> storage(List<StorageRequest> granted) {
            List<Storage> documents = new ArrayList<>();
            for (int i = 0; i < granted.size(); i++) {
                StorageRequest wanted = granted.get(i);
                Storage storage = fill(new Storage(), "storage/" + i, wanted.kind(), wanted.label());
                storage.size = minMax(wanted.size());
                storage.data = wanted.data().isEmpty()
                        ? null
                        : wanted.data().stream().map(this::reference).toList();
                if (wanted.minLifetime() != null || wanted.maxLifetime() != null) {
                    storage.lifetime = new MinMaxDuration();
                    storage.lifetime.min = text(wanted.minLifetime());
                    storage.lifetime.max = text(wanted.maxLifetime());
                }
                storage.lifecycle =
                        wanted.kind().is(Kind.SIMPLE_STORAGE) ? null : wanted.managed() ? "managed" : "unmanaged";
                documents.add(storage);
            }
            return documents.isEmpty() ? null : documents;
        }

        @Nullable
        List<Data> data(List<DataRequest> asked) {
            List<Data> documents = new ArrayList<>();
            for (int i = 0; i < asked.size(); i++) {
                DataRequest wanted = asked.get(i);
                Data data = fill(DataDetails.document(wanted.details()), "data/" + i, wanted.kind(), wanted.label());
                data.location = wanted.location();
                data.storage = wanted.storage() == null ? null : reference(wanted.storage());
                documents.add(data);
            }
            return documents.isEmpty() ? null : documents;
        }

        /** In an answer components refer to each other by UUID. */
        private String reference(String name) {
            Task task = offer.task();
            for (int i = 0; i < task.storage().size(); i++) {
                if (name.equals(task.storage().get(i).label().name())) {
                    return uuidOr(name, "storage/" + i);
                }
            }
            for (int i = 0; i < task.data().size(); i++) {
                if (name.equals(task.data().get(i).label().name())) {
                    return uuidOr(name, "data/" + i);
                }
            }
            return name;
        }

        private String uuidOr(String name, String place) {
            UUID uuid = offer.components().get(place);
            return uuid == null ? name : uuid.toString();
        }
    }

    private static String lifecycle(Phase phase) {
        return switch (phase) {
            case INITIAL, OFFERED -> "INITIALIZING";
            case ACCEPTED, WAITING -> "WAITING";
            case REJECTED, EXPIRED, CANCELLED -> "CANCELLED";
            default -> phase.name();
        };
    }

    private @Nullable List<Connector> connectors(Session session, String address) {
        if (session.accepted() == null) {
            return null;
        }
        boolean ended = session.phase().terminal();
        boolean begun = ended || session.began() != null;
        List<Connector> connectors = new ArrayList<>();
        connectors.add(connector("events", ended ? "FINISHED" : "AVAILABLE", address + "/events"));
        connectors.add(
                connector("stdout", ended ? "FINISHED" : begun ? "AVAILABLE" : "PREPARING", address + "/stdout"));
        connectors.add(
                connector("stderr", ended ? "FINISHED" : begun ? "AVAILABLE" : "PREPARING", address + "/stderr"));
        connectors.add(connector("results", ended ? "AVAILABLE" : "PREPARING", address + "/results"));
        for (int i = 0; i < session.connectors().size(); i++) {
            LiveConnector open = session.connectors().get(i);
            // What another planner serves, and what has no address of its own, is reached through this one; HTTP can
            // be.
            boolean through = WaysDoor.inside(open) || session.offer().original() != null && WaysDoor.http(open);
            Connector connector = connector(
                    open.kind(),
                    ended ? "FINISHED" : "AVAILABLE",
                    through ? address + "/connectors/" + i + "/" + behind(open.location()) : open.location());
            if (!through) {
                connector.protocol = open.protocol();
            }
            connectors.add(connector);
        }
        return connectors;
    }

    /** Path and query of an address, without the slash before them; behind another planner's door, what that leads to. */
    static String behind(String location) {
        String path = location.replaceFirst("(?i)^(https?://[^/?#]+)?/?", "");
        return path.replaceFirst("^([^?#]*/)?sessions/[^/?#]+/connectors/[0-9]{1,2}/", "");
    }

    private Connector connector(String name, String status, String location) {
        Connector connector = new Connector();
        connector.kind = kinds.uri(Kind.planisphere("connector", name), "");
        connector.status = status;
        connector.protocol = location.startsWith("https:") ? "HTTPS" : "HTTP";
        connector.location = location;
        return connector;
    }

    private static org.planisphere.wire.Schedule schedule(Schedule planned) {
        org.planisphere.wire.Schedule schedule = new org.planisphere.wire.Schedule();
        schedule.preparing = start(planned.preparing(), planned.preparingFor());
        schedule.available = new StartDuration();
        schedule.available.start = text(planned.start());
        schedule.available.duration = planned.duration().toString();
        schedule.releasing = start(planned.releasing(), planned.releasingFor());
        return schedule;
    }

    private static StartDuration start(Instant start, Duration duration) {
        StartDuration document = new StartDuration();
        document.start = toMillis(start).toString();
        document.duration = duration.toString();
        return document;
    }

    private static String text(Interval interval) {
        return toMillis(interval.start()) + "/" + toMillis(interval.end());
    }

    private static @Nullable String text(@Nullable Duration duration) {
        return duration == null ? null : duration.toString();
    }

    private static Instant toMillis(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS);
    }

    private static @Nullable MinMax minMax(Range range) {
        if (range.min() == null && range.max() == null) {
            return null;
        }
        MinMax document = new MinMax();
        document.min = range.min();
        document.max = range.max();
        return document;
    }

    private @Nullable List<Cost> costs(List<Bound> bounds, String kindBase) {
        List<Cost> documents = new ArrayList<>();
        for (Bound bound : bounds) {
            Cost cost = new Cost();
            cost.kind = uri(bound.kind(), kindBase);
            cost.type = bound.type();
            cost.description = bound.description();
            cost.min = bound.min();
            cost.max = bound.max();
            documents.add(cost);
        }
        return documents.isEmpty() ? null : documents;
    }

    private @Nullable List<Metric> metrics(List<Bound> bounds, String kindBase) {
        List<Metric> documents = new ArrayList<>();
        for (Bound bound : bounds) {
            Metric metric = new Metric();
            metric.kind = uri(bound.kind(), kindBase);
            metric.type = bound.type();
            metric.description = bound.description();
            metric.min = bound.min();
            metric.max = bound.max();
            documents.add(metric);
        }
        return documents.isEmpty() ? null : documents;
    }

    /** Messages as documents; null for none. */
    public @Nullable List<org.planisphere.wire.Message> messages(List<Message> messages) {
        List<org.planisphere.wire.Message> documents = new ArrayList<>();
        for (Message message : messages) {
            documents.add(message(message));
        }
        return documents.isEmpty() ? null : documents;
    }

    public org.planisphere.wire.Message message(Message message) {
        org.planisphere.wire.Message document = new org.planisphere.wire.Message();
        document.kind = base + "/problems/" + message.code();
        document.time = toMillis(message.time());
        document.level = message.level().name();
        document.template = message.template();
        document.values = message.values().isEmpty() ? null : NameValueMap.of(sorted(message.values()));
        document.message = message.text();
        return document;
    }

    private static Map<String, String> sorted(Map<String, String> values) {
        return new java.util.TreeMap<>(values);
    }

    private static List<org.planisphere.wire.Option> options(List<Option> options) {
        List<org.planisphere.wire.Option> documents = new ArrayList<>();
        for (Option option : options) {
            org.planisphere.wire.Option document = new org.planisphere.wire.Option();
            document.path = option.path();
            if (option instanceof Option.EnumOption choice) {
                document.kind = "uri:enum-value-option";
                document.values = choice.values();
            } else if (option instanceof Option.IntegerOption number) {
                document.kind = "uri:integer-value-option";
                document.min = number.min();
                document.max = number.max();
                document.units = number.units();
            } else if (option instanceof Option.DeltaOption delta) {
                document.kind = "uri:integer-delta-option";
                document.min = delta.min();
                document.max = delta.max();
                document.units = delta.units();
            } else if (option instanceof Option.StringOption text) {
                document.kind = "uri:string-value-option";
                document.pattern = text.pattern();
            }
            documents.add(document);
        }
        return documents;
    }

    private static Meta meta(
            @Nullable UUID uuid, @Nullable String url, Label label, Instant created, Instant modified) {
        Meta meta = new Meta();
        meta.uuid = uuid == null ? null : uuid.toString();
        meta.name = label.name();
        meta.url = url;
        meta.description = label.description();
        meta.created = toMillis(created);
        meta.modified = toMillis(modified);
        return meta;
    }

    private String uri(KindRef ref, String kindBase) {
        if (!ref.uri().isEmpty()) {
            return ref.uri();
        }
        Kind kind = ref.kind();
        return kind == null ? "" : kinds.uri(kind, kindBase);
    }
}
