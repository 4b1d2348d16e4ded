package org.planisphere.planner.platform.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.planisphere.planner.platform.Estimate;
import org.planisphere.planner.platform.External;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.staging.Address;
import org.planisphere.planner.staging.Archives;
import org.planisphere.planner.staging.Staged;
import org.planisphere.planner.staging.Staging;
import org.planisphere.planner.staging.Transfer;
import org.planisphere.planner.staging.Unreachable;
import org.planisphere.planner.staging.WorkFolder;

/** Brings what a plan names into the work folder: the same for every engine that has one. */
public final class Inputs {
    private Inputs() {}

    /** What speaks against the plan: its own objections, what cannot be fetched, and where nothing can be put. */
    public static List<Objection> objections(Staging staging, Plan plan) {
        List<Objection> found = new ArrayList<>(plan.objections);
        for (Plan.Fetch fetch : plan.fetches) {
            staging.examine(fetch.address()).map(Inputs::unreachable).ifPresent(found::add);
        }
        for (Plan.Output output : plan.outputs) {
            output.to()
                    .flatMap(staging::examineSink)
                    .map(why -> new Objection(
                            "output-not-possible",
                            "Results cannot be put to ${location}: ${reason}.",
                            Map.of("location", why.location(), "reason", why.reason())))
                    .ifPresent(found::add);
        }
        return found;
    }

    /** As {@link #objections}, and what sources have lately said of what they were asked for. For who offers. */
    public static List<Objection> foreseen(Staging staging, Plan plan) {
        List<Objection> found = objections(staging, plan);
        for (Plan.Fetch fetch : plan.fetches) {
            staging.found(fetch.address()).map(Inputs::unreachable).ifPresent(found::add);
        }
        return found;
    }

    private static Objection unreachable(Unreachable why) {
        return new Objection(
                "data-not-reachable",
                "${location} cannot be read: ${reason}.",
                Map.of("location", why.location(), "reason", why.reason()));
    }

    /**
     * The estimate with the time that fetching will take, as far as anybody knows it. Asks the sources, for a moment at
     * most.
     */
    public static Estimate estimate(Staging staging, Plan plan, Estimate usual) {
        if (plan.fetches.isEmpty()) {
            return usual;
        }
        List<Address> addresses = plan.fetches.stream().map(Plan.Fetch::address).toList();
        Staging.Forecast forecast = staging.forecast(addresses);
        long seconds = (forecast.expected().toMillis() + 999) / 1000;
        List<String> notes = new ArrayList<>(usual.notes());
        if (seconds > 1) {
            notes.add("Bringing in its data (" + (forecast.bytes() >> 20) + " MiB) is expected to take " + seconds
                    + " s.");
        }
        Duration extra = seconds > 1 ? Duration.ofSeconds(seconds) : Duration.ZERO;
        return new Estimate(usual.preparing().plus(extra), usual.releasing(), notes);
    }

    /**
     * Makes the folders of the plan and fetches everything into its place, some of it at the same time. Blocks.
     *
     * @param most bytes of all together
     * @return SHA-256 by name, of files that were fetched
     * @throws Staging.NotFetched when something cannot be had; its message is for the asker
     */
    public static Map<String, String> fetch(
            Staging staging, Plan plan, WorkFolder folder, long most, Consumer<String> progress) throws IOException {
        for (External one : plan.outside) {
            if (!Files.isDirectory(one.folder())) {
                throw new Staging.NotFetched("the storage " + one.name() + " is not there", new IOException());
            }
        }
        for (String place : plan.folders) {
            Files.createDirectories(folder.work().resolve(place));
        }
        folder.lend(plan.kept);
        Map<String, String> hashes = new ConcurrentHashMap<>();
        Transfer transfer = new Transfer(most, folder::headers, said -> {
            synchronized (folder) {
                progress.accept(said);
            }
        });
        if (plan.fetches.size() < 2) {
            for (Plan.Fetch fetch : plan.fetches) {
                fetch(staging, fetch, folder, transfer, hashes);
            }
        } else {
            together(staging, plan, folder, transfer, hashes);
        }
        if (plan.outputs.stream().allMatch(output -> output.to().isEmpty())) {
            folder.fetched();
        }
        if (!plan.fetches.isEmpty()) {
            folder.noteMoved("in", transfer.moved());
        }
        for (Plan.Mount mount : plan.mounts) {
            // A place in the work folder where something is mounted must be there before.
            Path target = folder.work().resolve(mount.to());
            if (!mount.to().startsWith("/") && !Files.exists(target)) {
                if (Files.isDirectory(folder.work().resolve(mount.from()))) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.createFile(target);
                }
            }
        }
        return new HashMap<>(hashes);
    }

    /** When one of them fails the others are given up, and all have ended when it returns. */
    private static void together(
            Staging staging, Plan plan, WorkFolder folder, Transfer transfer, Map<String, String> hashes)
            throws IOException {
        ExecutorService workers =
                Executors.newFixedThreadPool(Math.min(staging.atOnce(), plan.fetches.size()), work -> {
                    Thread thread = new Thread(work, "staging-" + folder.path().getFileName());
                    thread.setDaemon(true);
                    return thread;
                });
        List<Future<?>> under = new ArrayList<>();
        for (Plan.Fetch fetch : plan.fetches) {
            under.add(workers.submit(() -> {
                try {
                    fetch(staging, fetch, folder, transfer, hashes);
                } catch (IOException | RuntimeException e) {
                    transfer.stop(e);
                    throw e;
                }
                return true;
            }));
        }
        workers.shutdown();
        boolean interrupted = false;
        for (Future<?> one : under) {
            boolean over = false;
            while (!over) {
                try {
                    one.get();
                    over = true;
                } catch (ExecutionException e) {
                    over = true;
                } catch (InterruptedException e) {
                    interrupted = true;
                    transfer.stop(new IOException("it was given up"));
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        transfer.failed();
    }

    private static void fetch(
            Staging staging, Plan.Fetch fetch, WorkFolder folder, Transfer transfer, Map<String, String> hashes)
            throws IOException {
        transfer.tell("Fetching " + fetch.what() + " from " + fetch.address().shown());
        Path target = folder.work().resolve(fetch.place());
        if (Files.isDirectory(target)) {
            target = target.resolve(Staging.nameFor(fetch.address().text(), "data"));
        }
        if (Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS) && folder.lent(target)) {
            // What an earlier run had fetched into the storage gives way.
            Files.delete(target);
        }
        if (fetch.unpack()) {
            unpack(staging, fetch, folder, target, transfer);
            return;
        }
        Staged staged = staging.fetch(fetch.address(), target, transfer.part());
        if (!staged.sha256().isEmpty()) {
            hashes.put(folder.work().relativize(target).toString(), staged.sha256());
        }
        transfer.tell("Fetched " + fetch.what() + ": " + staged.size() + " bytes"
                + (staged.sha256().isEmpty() ? "" : ", SHA-256 " + staged.sha256()));
    }

    /** The archive is fetched beside the work folder and is gone when its content is there. */
    private static void unpack(Staging staging, Plan.Fetch fetch, WorkFolder folder, Path target, Transfer transfer)
            throws IOException {
        Path archive = folder.file("archive-" + UUID.randomUUID());
        try {
            Staged staged = staging.fetch(fetch.address(), archive, transfer.part());
            Files.createDirectories(target.getParent());
            long size;
            try {
                size = Archives.unpack(archive, target, transfer);
            } catch (IOException e) {
                throw new Staging.NotFetched(fetch.address().shown() + " could not be unpacked: " + e.getMessage(), e);
            }
            transfer.tell("Fetched and unpacked " + fetch.what() + ": " + staged.size() + " bytes, unpacked " + size
                    + (staged.sha256().isEmpty() ? "" : ", SHA-256 " + staged.sha256()));
        } finally {
            WorkFolder.delete(archive);
        }
    }
}
