package org.planisphere.planner.platform.unpacked;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.planner.platform.Engine;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Section;
import org.planisphere.planner.platform.process.ProcessPlatform;
import org.planisphere.planner.platform.process.ProcessSettings;
import org.planisphere.planner.staging.Staging;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.staging.WorkFolders;

/** An engine that runs images without a daemon: the process engine, whose runs enter an image. */
public final class UnpackedEngine implements Engine {
    private final Runner runner;

    private UnpackedEngine(Runner runner) {
        this.runner = runner;
    }

    /** By Charliecloud's {@code ch-run}. */
    public static Engine charliecloud() {
        return new UnpackedEngine(Runner.CHARLIECLOUD);
    }

    /** By Apptainer, which was Singularity. */
    public static Engine apptainer() {
        return new UnpackedEngine(Runner.APPTAINER);
    }

    @Override
    public String name() {
        return runner.engine();
    }

    @Override
    public Opener read(PlatformSettings common, Section own) {
        UnpackedSettings settings = UnpackedSettings.of(own, runner.program());
        return folders -> open(runner, common, settings, folders);
    }

    static ProcessPlatform open(
            Runner runner, PlatformSettings common, UnpackedSettings settings, WorkFolders folders) {
        if (!Files.isExecutable(settings.program())) {
            throw new IllegalStateException(
                    "platform " + common.id() + " needs " + runner.title() + ": there is no " + settings.program());
        }
        GuardedHttp http = new GuardedHttp(common.http());
        Staging staging = folders.staging(common.id(), common.roots(), http);
        Path place = folders.root().resolve(".images-" + common.id());
        ImageStore store = new ImageStore(place, settings.cache(), session -> uses(folders, session));
        Registry registry = new Registry(new GuardedHttp(settings.http()), settings.insecure());
        return new ProcessPlatform(
                common,
                ProcessSettings.USUAL,
                folders,
                http,
                new UnpackedImages(runner, settings, registry, store, staging));
    }

    private static boolean uses(WorkFolders folders, UUID session) {
        WorkFolder folder = folders.of(session);
        return folder.exists() && !folder.collected();
    }
}
