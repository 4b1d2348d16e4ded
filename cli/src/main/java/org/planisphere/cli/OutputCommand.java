package org.planisphere.cli;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.planisphere.client.Chunk;
import org.planisphere.client.Output;
import org.planisphere.client.PlannerClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints what a task has written, as it is. */
abstract class OutputCommand implements Callable<Integer> {
    private static final int PART = 1024 * 1024;

    private final Kit kit;
    private final Output output;

    @Mixin
    SessionArgument argument = new SessionArgument();

    @Option(names = "--from", paramLabel = "BYTE", defaultValue = "0", description = "Leave out so many bytes.")
    long from;

    OutputCommand(Kit kit, Output output) {
        this.kit = kit;
        this.output = output;
    }

    @Override
    public Integer call() {
        if (from < 0) {
            throw new Fault(Exit.USAGE, "--from is " + from + "; it should be at least 0.", null);
        }
        URI url = argument.url(kit);
        PlannerClient planner = argument.planner(kit, url);
        long at = from;
        var decoder = new Utf8();
        while (true) {
            Chunk chunk = planner.output(url, output, at, PART);
            if (chunk.bytes().length == 0) {
                kit.terminal().out().print(decoder.rest());
                kit.terminal().out().flush();
                return Exit.OK;
            }
            kit.terminal().out().print(decoder.text(chunk.bytes()));
            kit.terminal().out().flush();
            at = chunk.next();
        }
    }

    /** Text from parts that may be cut within a letter. */
    static final class Utf8 {
        private byte[] left = new byte[0];

        String text(byte[] more) {
            byte[] all = new byte[left.length + more.length];
            System.arraycopy(left, 0, all, 0, left.length);
            System.arraycopy(more, 0, all, left.length, more.length);
            int end = all.length;
            int back = end - 1;
            while (back >= 0 && end - back < 4 && (all[back] & 0xC0) == 0x80) {
                back--;
            }
            if (back >= 0) {
                int lead = all[back] & 0xFF;
                int due = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
                if (end - back < due) {
                    end = back;
                }
            }
            left = java.util.Arrays.copyOfRange(all, end, all.length);
            return new String(all, 0, end, StandardCharsets.UTF_8);
        }

        String rest() {
            String text = new String(left, StandardCharsets.UTF_8);
            left = new byte[0];
            return text;
        }
    }

    @Command(name = "stdout", description = "Print what the task has written to its standard output so far.")
    static final class Stdout extends OutputCommand {
        Stdout(Kit kit) {
            super(kit, Output.STDOUT);
        }
    }

    @Command(name = "stderr", description = "Print what the task has written to its standard error so far.")
    static final class Stderr extends OutputCommand {
        Stderr(Kit kit) {
            super(kit, Output.STDERR);
        }
    }
}
