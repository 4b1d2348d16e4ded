package org.planisphere.planner.platform.process;

import java.io.IOException;
import java.nio.channels.Channels;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.staging.Address;
import org.planisphere.planner.staging.ResultFile;
import org.planisphere.planner.staging.Sink;
import org.planisphere.planner.staging.Staging;
import org.planisphere.planner.staging.Transfer;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.task.Kind;

/** Takes what a task declared as its outputs to where it was promised: the same for every engine with work folders. */
public final class Outputs {
    private Outputs() {}

    /** Kinds of data of an engine that fetches with this and delivers outputs. */
    public static Set<Kind> kinds(Staging staging) {
        Set<Kind> kinds = new LinkedHashSet<>(staging.kinds());
        kinds.add(Kind.OUTPUT);
        return kinds;
    }

    /**
     * Takes the declared outputs of a run that has succeeded to their places, and notes that it did: repeating it does
     * nothing. To be called once stock was taken of the results, which stay where they are whatever comes of this. Blocks.
     *
     * @param end how the run ended; nothing is delivered of one that has not succeeded
     * @throws PlatformException when an output is missing or cannot be put where it was promised
     */
    public static void deliver(
            Staging staging, Work work, WorkFolder folder, Observation end, Consumer<String> progress)
            throws PlatformException {
        List<Plan.Output> outputs = Plan.of(work, "").outputs;
        boolean succeeded = end instanceof Observation.Ended ended && ended.end() == Observation.End.SUCCEEDED;
        if (outputs.isEmpty() || !succeeded || !folder.collected()) {
            return;
        }
        Transfer transfer = new Transfer(Long.MAX_VALUE, folder::headers, progress);
        try {
            if (folder.moved().containsKey("out")) {
                return;
            }
            List<ResultFile> results = folder.results();
            for (Plan.Output output : outputs) {
                List<ResultFile> meant = results.stream()
                        .filter(result -> within(output.path(), result.name()))
                        .toList();
                if (meant.isEmpty()) {
                    throw new PlatformException("the run left no " + output.path() + ", which was declared as output");
                }
                if (output.to().isPresent()) {
                    Address to = output.to().get();
                    for (ResultFile file : meant) {
                        String name = name(output.path(), file.name(), to);
                        staging.put(to, parcel(folder, file, name), transfer);
                    }
                    progress.accept(
                            "Put " + meant.size() + (meant.size() == 1 ? " file to " : " files to ") + to.shown());
                }
            }
            folder.noteMoved("out", transfer.moved());
            folder.fetched();
        } catch (Staging.NotFetched e) {
            throw new PlatformException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new PlatformException("the results cannot be read: " + Preparation.reason(e), e);
        }
    }

    private static Sink.Parcel parcel(WorkFolder folder, ResultFile file, String name) {
        return new Sink.Parcel(name, file, () -> Channels.newInputStream(folder.open(file.name())));
    }

    private static boolean within(String path, String name) {
        return path.equals(".") || name.equals(path) || name.startsWith(path + "/");
    }

    /** A file's name below its place: none when the place is the file's own. */
    private static String name(String path, String name, Address to) {
        if (name.equals(path)) {
            boolean folder = to.text().endsWith("/");
            return folder ? name.substring(name.lastIndexOf('/') + 1) : "";
        }
        return path.equals(".") ? name : name.substring(path.length() + 1);
    }

    /** What was brought in and taken out. */
    public static Platform.Moved moved(WorkFolder folder) {
        try {
            Map<String, Long> moved = folder.moved();
            return new Platform.Moved(moved.getOrDefault("in", 0L), moved.getOrDefault("out", 0L));
        } catch (IOException e) {
            return Platform.Moved.NOTHING;
        }
    }
}
