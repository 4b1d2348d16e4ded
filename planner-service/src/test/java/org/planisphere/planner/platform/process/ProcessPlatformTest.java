package org.planisphere.planner.platform.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformContract;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.staging.WorkFolders;

/** The contract on the best this host has. */
class ProcessPlatformTest extends PlatformContract {
    @TempDir
    Path root;

    static PlatformSettings settings() {
        PlatformSettings.Limits limits =
                new PlatformSettings.Limits(64, 256, 4 << 20, 64 << 20, 1000, Duration.ofSeconds(1));
        return PlatformSettings.process("alpha", new Amounts(4, 4096, 10_000, 0, 100))
                .withLimits(limits);
    }

    PlatformSettings host(PlatformSettings settings) {
        return settings;
    }

    @Override
    protected Platform open() {
        return new ProcessPlatform(host(settings()), folders());
    }

    @Override
    protected WorkFolders folders() {
        return new WorkFolders(root.resolve("work"));
    }

    @Override
    protected Optional<String> withoutMemoryLimit() {
        return platform().describe().unenforced().stream()
                .filter(text -> text.startsWith("Memory"))
                .findFirst();
    }
}
