package org.planisphere.planner.request;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.task.AcceleratorRequest;
import org.planisphere.planner.task.Bound;
import org.planisphere.planner.task.ComputeRequest;
import org.planisphere.planner.task.DataRequest;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Interval;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;
import org.planisphere.planner.task.ScheduleRequest;
import org.planisphere.planner.task.StorageRequest;
import org.planisphere.planner.task.Task;
import org.planisphere.planner.task.Volume;
import org.planisphere.wire.Accelerator;
import org.planisphere.wire.Component;
import org.planisphere.wire.Compute;
import org.planisphere.wire.Cost;
import org.planisphere.wire.Data;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.Meta;
import org.planisphere.wire.Metric;
import org.planisphere.wire.MinMaxDuration;
import org.planisphere.wire.RequestedSchedule;
import org.planisphere.wire.Storage;
import org.planisphere.wire.codec.Fault;

/**
 * Reads a request document into a {@link Task}, or tells every fault of it with its place. Judges the document only: a
 * kind that nobody knows, a size that nobody has and a time that is over are no faults but are answered NO. Immutable.
 *
 * @see <a href="https://github.com/ivoa-std/ExecutionBroker">ExecutionBroker 1.0, ExecutionRequest</a>
 */
public final class TaskReader {
    private static final int LONGEST_KIND = 2048;

    private final KindBases bases;
    private final ExecutableReader executables;

    public TaskReader(KindBases bases) {
        this.bases = bases;
        this.executables = new ExecutableReader();
    }

    /**
     * @param now what a start given as a duration alone counts from
     * @throws BadRequest with every fault (the first hundred, where there are more)
     */
    public Task read(ExecutionRequest wire, Instant now) throws BadRequest {
        Place root = Place.root();
        Task task = new Reading(root, now, true).task(wire);
        if (!root.faults().isEmpty()) {
            throw new BadRequest(root.faults());
        }
        return task;
    }

    /**
     * What else is wrong with a document that was read without some of its values, as those have faults themselves: nothing
     * is told of them, of what holds them, or of names that could be theirs.
     *
     * @param known the faults of those values
     */
    public List<Fault> further(ExecutionRequest rest, Instant now, List<Fault> known) {
        Place root = Place.root();
        boolean named = known.stream()
                .noneMatch(fault -> within(fault.pointer(), "/data") || within(fault.pointer(), "/storage"));
        new Reading(root, now, named).task(rest);
        return root.faults().stream()
                .filter(fault -> known.stream()
                        .noneMatch(one ->
                                within(one.pointer(), fault.pointer()) || within(fault.pointer(), one.pointer())))
                .toList();
    }

    private static boolean within(String pointer, String place) {
        return pointer.equals(place) || pointer.startsWith(place + "/");
    }

    /**
     * The spelling of the standard's base of kind URIs that the document uses, by its first component that stands on one;
     * the usual spelling when none does.
     */
    public String kindBase(ExecutionRequest wire) {
        List<@Nullable Component> components = new ArrayList<>();
        components.add(wire.executable);
        components.add(wire.compute);
        if (wire.storage != null) {
            components.addAll(wire.storage);
        }
        if (wire.data != null) {
            components.addAll(wire.data);
        }
        for (Component component : components) {
            if (component != null && component.kind != null) {
                var base = bases.standardBaseOf(component.kind.trim());
                if (base.isPresent()) {
                    return base.get();
                }
            }
        }
        return bases.standard();
    }

    /** One document being read. */
    private final class Reading {
        private final Place root;
        private final Instant now;
        private final boolean named;
        private final Map<String, String> names = new HashMap<>();
        private final List<Bound> costs = new ArrayList<>();
        private final List<Bound> metrics = new ArrayList<>();

        /** @param named whether all names of storage and data can be read, so that one nobody has is a fault */
        Reading(Place root, Instant now, boolean named) {
            this.root = root;
            this.now = now;
            this.named = named;
        }

        Task task(ExecutionRequest wire) {
            Executable executable = executable(wire);
            List<StorageRequest> storage = new ArrayList<>();
            List<DataRequest> data = new ArrayList<>();
            Place compute = root.in("compute");
            KindRef machine = wire.compute == null ? null : kind(compute.in("kind"), wire.compute.kind, "compute");
            Label machineLabel = wire.compute == null ? Label.NONE : label(compute, wire.compute);
            Place places = root.in("storage");
            List<@Nullable Storage> stores = places.items(wire.storage);
            for (int i = 0; i < stores.size(); i++) {
                storage.add(storage(places.at(i), stores.get(i)));
            }
            Place sources = root.in("data");
            List<@Nullable Data> inputs = sources.items(wire.data);
            for (int i = 0; i < inputs.size(); i++) {
                data.add(data(sources.at(i), inputs.get(i)));
            }
            if (named) {
                references(storage, data);
            }
            ComputeRequest asked = wire.compute == null
                    ? ComputeRequest.ANY
                    : compute(compute, wire.compute, machine, machineLabel, storage, data);
            ScheduleRequest schedule = wire.schedule == null
                    ? ScheduleRequest.ANY
                    : schedule(root.in("schedule").in("requested"), wire.schedule.requested);
            costs(root, wire.costs);
            metrics(root, wire.metrics);
            return new Task(executable, asked, storage, data, schedule, costs, metrics);
        }

        private Executable executable(ExecutionRequest wire) {
            Place place = root.in("executable");
            if (wire.executable == null) {
                place.fault("it is missing");
                return new Executable.Unknown(new KindRef(null, ""), Label.NONE);
            }
            KindRef kind = kind(place.in("kind"), wire.executable.kind, "executable");
            return executables.read(place, wire.executable, kind, label(place, wire.executable));
        }

        private ComputeRequest compute(
                Place place,
                Compute wire,
                @Nullable KindRef kind,
                Label label,
                List<StorageRequest> storage,
                List<DataRequest> data) {
            List<AcceleratorRequest> accelerators = new ArrayList<>();
            Place all = place.in("accelerators");
            List<@Nullable Accelerator> items = all.items(wire.accelerators);
            for (int i = 0; i < items.size(); i++) {
                Accelerator item = items.get(i);
                if (item == null) {
                    all.at(i).fault("it is null");
                    continue;
                }
                KindRef its = kind(all.at(i).in("kind"), item.kind, "compute");
                String type = all.at(i).in("type").line(item.type, LONGEST_KIND);
                accelerators.add(new AcceleratorRequest(
                        its == null ? KindRef.of(Kind.ACCELERATOR) : its,
                        type == null ? "" : type,
                        all.at(i).in("count").range(item.count),
                        all.at(i).in("memory").range(item.memory)));
            }
            return new ComputeRequest(
                    kind == null ? KindRef.of(Kind.SIMPLE_COMPUTE) : kind,
                    label,
                    place.in("cores").range(wire.cores),
                    place.in("memory").range(wire.memory),
                    accelerators,
                    volumes(place.in("volumes"), wire.volumes, storage, data));
        }

        private List<Volume> volumes(
                Place all,
                @Nullable List<org.planisphere.wire.Volume> wire,
                List<StorageRequest> storage,
                List<DataRequest> data) {
            Set<String> stores = new HashSet<>();
            storage.forEach(one -> addName(stores, one.label()));
            Set<String> inputs = new HashSet<>();
            data.forEach(one -> addName(inputs, one.label()));
            List<Volume> volumes = new ArrayList<>();
            Map<String, String> paths = new HashMap<>();
            List<org.planisphere.wire.@Nullable Volume> items = all.items(wire);
            for (int i = 0; i < items.size(); i++) {
                org.planisphere.wire.Volume item = items.get(i);
                Place place = all.at(i);
                if (item == null) {
                    place.fault("it is null");
                    continue;
                }
                KindRef kind = kind(place.in("kind"), item.kind, "volume");
                Label label = label(place, item);
                String path = place.in("path").required(item.path, Place.LONGEST_TEXT);
                if (!path.isEmpty() && place.in("path").path(path, true) != null) {
                    String other = paths.putIfAbsent(plain(path), place.pointer());
                    if (other != null) {
                        place.in("path").fault("the path " + Texts.quoted(path) + " is taken by " + other);
                    }
                }
                String resource = place.in("resource").required(item.resource, Place.LONGEST_NAME);
                boolean input = inputs.contains(resource);
                if (named && !resource.isEmpty() && !input && !stores.contains(resource)) {
                    place.in("resource")
                            .fault(Texts.quoted(resource)
                                    + " is not the name of a storage or data resource of this request");
                }
                volumes.add(new Volume(
                        kind == null ? KindRef.of(Kind.SIMPLE_VOLUME) : kind,
                        label,
                        path,
                        mode(place.in("mode"), item.mode, input),
                        resource));
            }
            return volumes;
        }

        /** Without a mode, data is read only and storage may be written. */
        private Volume.Mode mode(Place place, @Nullable String mode, boolean input) {
            if (mode == null) {
                return input ? Volume.Mode.READONLY : Volume.Mode.READWRITE;
            }
            for (Volume.Mode known : Volume.Mode.values()) {
                if (known.name().equals(mode)) {
                    return known;
                }
            }
            place.fault(Texts.quoted(mode) + " is neither READONLY nor READWRITE");
            return Volume.Mode.READONLY;
        }

        private StorageRequest storage(Place place, @Nullable Storage wire) {
            if (wire == null) {
                place.fault("it is null");
                return new StorageRequest(
                        KindRef.of(Kind.SIMPLE_STORAGE),
                        Label.NONE,
                        org.planisphere.planner.task.Range.OPEN,
                        List.of(),
                        null,
                        null,
                        true);
            }
            KindRef kind = kind(place.in("kind"), wire.kind, "storage");
            Label label = label(place, wire);
            List<String> data = new ArrayList<>();
            List<@Nullable String> items = place.in("data").items(wire.data);
            for (int i = 0; i < items.size(); i++) {
                data.add(place.in("data").at(i).required(items.get(i), Place.LONGEST_NAME));
            }
            MinMaxDuration lifetime = wire.lifetime == null ? new MinMaxDuration() : wire.lifetime;
            Place lives = place.in("lifetime");
            Duration least = duration(lives.in("min"), lifetime.min, true);
            Duration most = duration(lives.in("max"), lifetime.max, true);
            if (least != null && most != null && least.compareTo(most) > 0) {
                lives.fault("min " + least + " is above max " + most);
            }
            boolean managed = true;
            if (wire.lifecycle != null) {
                managed = wire.lifecycle.equals("managed");
                if (!managed && !wire.lifecycle.equals("unmanaged")) {
                    place.in("lifecycle").fault(Texts.quoted(wire.lifecycle) + " is neither managed nor unmanaged");
                }
            }
            return new StorageRequest(
                    kind == null ? KindRef.of(Kind.SIMPLE_STORAGE) : kind,
                    label,
                    place.in("size").range(wire.size),
                    data,
                    least,
                    most,
                    managed);
        }

        private DataRequest data(Place place, @Nullable Data wire) {
            if (wire == null) {
                place.fault("it is null");
                return new DataRequest(KindRef.of(Kind.SIMPLE_DATA), Label.NONE, null, null, Map.of());
            }
            KindRef kind = kind(place.in("kind"), wire.kind, "data");
            Label label = label(place, wire);
            String storage = place.in("storage").line(wire.storage, Place.LONGEST_NAME);
            String location = null;
            if (kind != null && kind.is(Kind.SIMPLE_DATA)) {
                location = place.in("location").required(wire.location, Place.LONGEST_TEXT);
            } else {
                location = place.in("location").line(wire.location, Place.LONGEST_TEXT);
            }
            return new DataRequest(
                    kind == null ? KindRef.of(Kind.SIMPLE_DATA) : kind,
                    label,
                    storage,
                    location,
                    DataDetails.of(place, wire));
        }

        /** Storage and data name each other, and a data resource is kept in one place. */
        private void references(List<StorageRequest> storage, List<DataRequest> data) {
            Set<String> stores = new HashSet<>();
            storage.forEach(one -> addName(stores, one.label()));
            Map<String, @Nullable String> keptIn = new HashMap<>();
            for (int i = 0; i < data.size(); i++) {
                String store = data.get(i).storage();
                String name = data.get(i).label().name();
                if (name != null) {
                    keptIn.put(name, store);
                }
                if (store != null && !stores.contains(store)) {
                    root.in("data")
                            .at(i)
                            .in("storage")
                            .fault(Texts.quoted(store) + " is not the name of a storage resource of this request");
                }
            }
            for (int i = 0; i < storage.size(); i++) {
                Place places = root.in("storage").at(i).in("data");
                String store = storage.get(i).label().name();
                List<String> kept = storage.get(i).data();
                for (int j = 0; j < kept.size(); j++) {
                    String name = kept.get(j);
                    if (name.isEmpty()) {
                        continue;
                    }
                    if (!keptIn.containsKey(name)) {
                        places.at(j).fault(Texts.quoted(name) + " is not the name of a data resource of this request");
                        continue;
                    }
                    String other = keptIn.get(name);
                    if (other != null && !other.equals(store)) {
                        places.at(j).fault(Texts.quoted(name) + " is kept in " + Texts.quoted(other) + " already");
                    } else if (other == null) {
                        keptIn.put(name, store == null ? "" : store);
                    }
                }
            }
        }

        private ScheduleRequest schedule(Place place, @Nullable RequestedSchedule wire) {
            if (wire == null) {
                return ScheduleRequest.ANY;
            }
            Interval start = null;
            if (wire.start != null) {
                try {
                    start = IsoTime.interval(wire.start, now);
                } catch (IllegalArgumentException e) {
                    place.in("start").fault(reason(e));
                }
            }
            return new ScheduleRequest(duration(place.in("duration"), wire.duration, false), start);
        }

        private @Nullable Duration duration(Place place, @Nullable String text, boolean zeroToo) {
            if (text == null) {
                return null;
            }
            try {
                Duration duration = IsoTime.duration(text);
                if (duration.isZero() && !zeroToo) {
                    place.fault("the duration " + Texts.quoted(text) + " is zero");
                    return null;
                }
                return duration;
            } catch (IllegalArgumentException e) {
                place.fault(reason(e));
                return null;
            }
        }

        /** Ceilings of the whole and of its parts alike: the whole is what is paid for, and it keeps to all of them. */
        private void costs(Place component, @Nullable List<Cost> wire) {
            Place all = component.in("costs");
            List<@Nullable Cost> items = all.items(wire);
            for (int i = 0; i < items.size(); i++) {
                Cost item = items.get(i);
                if (item == null) {
                    all.at(i).fault("it is null");
                } else {
                    bound(all.at(i), item.kind, "costs", item.type, item.description, item.min, item.max, costs);
                }
            }
        }

        private void metrics(Place component, @Nullable List<Metric> wire) {
            Place all = component.in("metrics");
            List<@Nullable Metric> items = all.items(wire);
            for (int i = 0; i < items.size(); i++) {
                Metric item = items.get(i);
                if (item == null) {
                    all.at(i).fault("it is null");
                } else {
                    bound(all.at(i), item.kind, "metrics", item.type, item.description, item.min, item.max, metrics);
                }
            }
        }

        private void bound(
                Place place,
                @Nullable String kindUri,
                String group,
                @Nullable String type,
                @Nullable String description,
                @Nullable Double min,
                @Nullable Double max,
                List<Bound> bounds) {
            KindRef kind = kind(place.in("kind"), kindUri, group);
            String what = place.in("type").required(type, LONGEST_KIND);
            boolean sound = number(place.in("min"), min, group) & number(place.in("max"), max, group);
            if (sound && min != null && max != null && min > max) {
                place.fault("min " + min + " is above max " + max);
            }
            String words = place.in("description").text(description, Place.LONGEST_TEXT);
            if (kind != null && sound) {
                bounds.add(new Bound(kind, what, words, min, max));
            }
        }

        private boolean number(Place place, @Nullable Double value, String group) {
            if (value == null) {
                return true;
            }
            if (!Double.isFinite(value)) {
                place.fault(value + " is not a number that can be reached");
                return false;
            }
            if (value < 0 && group.equals("costs")) {
                place.fault(value + " is below 0");
                return false;
            }
            return true;
        }

        /** Null once the fault is told. */
        private @Nullable KindRef kind(Place place, @Nullable String uri, String group) {
            String text = place.required(uri, LONGEST_KIND).trim();
            if (text.isEmpty()) {
                return null;
            }
            if (text.indexOf(' ') >= 0) {
                place.fault(Texts.quoted(text) + " is not a URI");
                return null;
            }
            Kind kind = bases.kind(text).orElse(null);
            if (kind != null && !kind.group().equals(group)) {
                place.fault("a kind of the group " + kind.group() + " cannot stand here, only of " + group);
                return null;
            }
            return new KindRef(kind, text);
        }

        /** Also reads the ceilings and floors that the component has of its own. */
        private Label label(Place place, Component component) {
            costs(place, component.costs);
            metrics(place, component.metrics);
            Meta meta = component.meta;
            if (meta == null) {
                return Label.NONE;
            }
            Place about = place.in("meta");
            String name = null;
            if (meta.name != null) {
                name = about.in("name").required(meta.name, Place.LONGEST_NAME);
                name = name.isEmpty() ? null : name;
            }
            if (name != null) {
                String other = names.putIfAbsent(name, place.pointer());
                if (other != null) {
                    about.in("name").fault("the name " + Texts.quoted(name) + " is taken by " + other);
                }
            }
            return new Label(name, about.in("description").text(meta.description, Place.LONGEST_TEXT));
        }

        private void addName(Set<String> set, Label label) {
            if (label.name() != null) {
                set.add(label.name());
            }
        }

        /** The same for all spellings of a path. */
        private String plain(String path) {
            String plain = path.replaceAll("/+(\\./+)*", "/").replaceAll("^(\\./)+", "");
            return plain.length() > 1 && plain.endsWith("/") ? plain.substring(0, plain.length() - 1) : plain;
        }

        private String reason(IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
