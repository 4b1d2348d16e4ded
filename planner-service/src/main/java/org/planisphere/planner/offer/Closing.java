package org.planisphere.planner.offer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.planisphere.planner.task.AcceleratorRequest;
import org.planisphere.planner.task.ComputeRequest;
import org.planisphere.planner.task.DataRequest;
import org.planisphere.planner.task.Label;
import org.planisphere.planner.task.Range;
import org.planisphere.planner.task.ScheduleRequest;
import org.planisphere.planner.task.StorageRequest;
import org.planisphere.planner.task.Task;

/** Fills in everything that a request left open, from what is granted. Names given by the client are kept. */
final class Closing {
    private final Set<String> names = new HashSet<>();

    private Closing(Task task) {
        use(task.executable().label());
        use(task.compute().label());
        task.compute().volumes().forEach(volume -> use(volume.label()));
        task.storage().forEach(storage -> use(storage.label()));
        task.data().forEach(data -> use(data.label()));
    }

    /**
     * @param kept storage that is there already, by its place in the request
     * @param longest for which storage may be kept
     */
    static Task close(Task task, Size size, Duration duration, Map<Integer, KeptStorage> kept, Duration longest) {
        Closing closing = new Closing(task);
        List<StorageRequest> storage = new ArrayList<>(task.storage().size());
        for (int i = 0; i < task.storage().size(); i++) {
            KeptStorage there = kept.get(i);
            StorageRequest one =
                    closing.storage(task.storage().get(i), size.storages().get(i), i, longest);
            storage.add(there == null ? one : one.of(there.id()));
        }
        List<DataRequest> data = new ArrayList<>(task.data().size());
        for (int i = 0; i < task.data().size(); i++) {
            DataRequest asked = task.data().get(i);
            data.add(new DataRequest(
                    asked.kind(),
                    closing.named(asked.label(), "data", i),
                    asked.storage(),
                    asked.location(),
                    asked.details()));
        }
        ComputeRequest asked = task.compute();
        List<AcceleratorRequest> accelerators = new ArrayList<>();
        for (AcceleratorRequest one : asked.accelerators()) {
            long count = one.count().minOr(Math.min(1, one.count().maxOr(1)));
            accelerators.add(new AcceleratorRequest(one.kind(), one.type(), Range.of(count, count), one.memory()));
        }
        ComputeRequest compute = new ComputeRequest(
                asked.kind(),
                asked.label(),
                Range.of(size.cores(), size.cores()),
                Range.of(size.memory(), size.memory()),
                accelerators,
                asked.volumes());
        return new Task(
                task.executable(),
                compute,
                storage,
                data,
                new ScheduleRequest(duration, task.schedule().start()),
                task.costs(),
                task.metrics());
    }

    private StorageRequest storage(StorageRequest asked, long gib, int index, Duration longest) {
        Duration lifetime = asked.made() ? Keeping.granted(asked, longest) : null;
        return new StorageRequest(
                asked.kind(),
                named(asked.label(), "storage", index),
                asked.external() ? Range.OPEN : Range.of(gib, gib),
                asked.data(),
                asked.made() ? lifetime : asked.minLifetime(),
                asked.made() ? lifetime : asked.maxLifetime(),
                asked.managed());
    }

    private void use(Label label) {
        if (label.name() != null) {
            names.add(label.name());
        }
    }

    private Label named(Label label, String word, int index) {
        if (label.name() != null) {
            return label;
        }
        String name = word + "-" + (index + 1);
        while (!names.add(name)) {
            name += "'";
        }
        return new Label(name, label.description());
    }
}
