package org.planisphere.cli;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.PlannerClient;
import org.planisphere.client.Updates;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.Option;
import org.planisphere.wire.Update;
import org.planisphere.wire.codec.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "update",
        description = "Change a session along its options; without a change, show what can be changed now.",
        footer = {
            "",
            "A change is PATH=VALUE, PATH+=NUMBER or PATH-=NUMBER, with the paths and units that are shown.",
            "planisphere update - phase=CANCELLED"
        })
final class UpdateCommand implements Callable<Integer> {
    private static final Pattern CHANGE = Pattern.compile("(?s)([^=+-][^=]*?)([+-]?=)(.*)");

    private final Kit kit;

    @Mixin
    SessionArgument argument = new SessionArgument();

    @Parameters(arity = "0..1", index = "1", paramLabel = "CHANGE", description = "What to change.")
    @Nullable
    String change;

    @picocli.CommandLine.Option(names = "--json", description = "Print the session as JSON.")
    boolean json;

    UpdateCommand(Kit kit) {
        this.kit = kit;
    }

    @Override
    public Integer call() {
        // A change alone is for the session accepted last.
        if (change == null && argument.session != null && argument.session.matches("/?[a-z]+(/[a-z]+)*[+-]?=.*")) {
            change = argument.session;
            argument.session = null;
        }
        URI url = argument.url(kit);
        PlannerClient planner = argument.planner(kit, url);
        ExecutionSession session = planner.session(url);
        List<Option> options = session.meta == null || session.meta.options == null ? List.of() : session.meta.options;
        if (change == null) {
            print(session, options);
            return Exit.OK;
        }
        ExecutionSession changed = planner.update(url, update(change, options));
        if (json) {
            kit.terminal().line(Json.pretty(changed));
        } else {
            kit.terminal().line(kit.terminal().phase(Terminal.harmless(changed.phase)) + " " + url);
        }
        return Exit.OK;
    }

    private static Update update(String change, List<Option> options) {
        Matcher parts = CHANGE.matcher(change);
        if (!parts.matches()) {
            throw new Fault(Exit.USAGE, change + " is no change.", "write PATH=VALUE, PATH+=NUMBER or PATH-=NUMBER");
        }
        String path = parts.group(1);
        String sign = parts.group(2);
        String value = parts.group(3);
        boolean delta = sign.length() == 2;
        List<Option> candidates = options.stream()
                .filter(option -> option.path != null && plain(option.path).equals(plain(path)))
                .filter(option -> String.valueOf(option.kind).contains("delta") == delta)
                .toList();
        if (candidates.isEmpty()) {
            throw new Fault(
                    Exit.REFUSED,
                    "The session has no option " + path + sign + " now.",
                    "see what it has: planisphere update SESSION");
        }
        Option option = candidates.get(0);
        String kind = String.valueOf(option.kind);
        String name = String.valueOf(option.path);
        if (delta || kind.contains("integer")) {
            if (!value.matches("-?[0-9]{1,18}")) {
                throw new Fault(
                        Exit.USAGE,
                        value + " is no whole number" + (option.units == null ? "." : " of " + option.units + "."),
                        null);
            }
            long number = Long.parseLong(value);
            String units = option.units == null ? "" : option.units;
            return delta
                    ? Updates.delta(name, sign.startsWith("-") ? -number : number, units)
                    : Updates.number(name, number, units);
        }
        return kind.contains("enum") ? Updates.choice(name, value) : Updates.text(name, value);
    }

    private static String plain(String path) {
        return path.startsWith("/") ? path.substring(1) : path;
    }

    private void print(ExecutionSession session, List<Option> options) {
        Terminal terminal = kit.terminal();
        if (json) {
            terminal.line(Json.pretty(options));
            return;
        }
        if (options.isEmpty()) {
            terminal.line("Nothing can be changed in phase " + Terminal.harmless(session.phase) + ".");
            return;
        }
        Table table = new Table().left("CHANGE").left("TO");
        for (Option option : options) {
            String kind = String.valueOf(option.kind);
            List<String> range = new ArrayList<>();
            if (option.values != null) {
                range.add(String.join(", ", option.values));
            }
            if (option.pattern != null) {
                range.add("matching " + option.pattern);
            }
            if (option.min != null) {
                range.add("at least " + option.min);
            }
            if (option.max != null) {
                range.add("at most " + option.max);
            }
            if (option.units != null) {
                range.add(option.units);
            }
            String path = option.path == null ? "" : plain(option.path);
            table.row(
                    Terminal.harmless(path) + (kind.contains("delta") ? "+=" : "="),
                    Terminal.harmless(String.join(" ", range)));
        }
        table.print(terminal);
    }
}
