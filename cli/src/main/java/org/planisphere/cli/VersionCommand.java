package org.planisphere.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

@Command(name = "version", description = "Print the version of this command and of its Java.")
final class VersionCommand implements Callable<Integer>, IVersionProvider {
    private final Kit kit;

    VersionCommand(Kit kit) {
        this.kit = kit;
    }

    @Override
    public Integer call() {
        kit.terminal().line(getVersion()[0]);
        return Exit.OK;
    }

    @Override
    public String[] getVersion() {
        @Nullable String version = VersionCommand.class.getPackage().getImplementationVersion();
        return new String[] {
            "planisphere " + (version == null ? "(not packaged)" : version) + ", Java " + Runtime.version()
        };
    }
}
