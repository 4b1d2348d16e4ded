package org.planisphere.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "usage",
        description = "Print what sessions came to: the caller's own, and for operators those of others.")
final class UsageCommand implements Callable<Integer> {
    private final Kit kit;

    @Option(names = "--owner", paramLabel = "ID", description = "Whose; * is everybody (operators).")
    @Nullable
    String owner;

    @Option(names = "--group", paramLabel = "GROUP", description = "Only what this group paid.")
    @Nullable
    String group;

    @Option(names = "--since", paramLabel = "INSTANT", description = "Ended at or after it.")
    @Nullable
    String since;

    @Option(names = "--until", paramLabel = "INSTANT", description = "Ended before it.")
    @Nullable
    String until;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many (${DEFAULT-VALUE}).")
    int limit = 100;

    @Option(names = "--after", paramLabel = "NEXT", description = "The page after this one.")
    @Nullable
    String after;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "csv, json, or ogf for usage records of the Open Grid Forum (${DEFAULT-VALUE}).")
    Form format = Form.CSV;

    @Mixin
    Connection connection = new Connection();

    /** As what it is printed. */
    enum Form {
        CSV("text/csv"),
        JSON("application/json"),
        OGF("application/xml");

        private final String mediaType;

        Form(String mediaType) {
            this.mediaType = mediaType;
        }
    }

    UsageCommand(Kit kit) {
        this.kit = kit;
    }

    @Override
    public Integer call() {
        Map<String, String> query = new LinkedHashMap<>();
        put(query, "owner", owner);
        put(query, "group", group);
        put(query, "since", since);
        put(query, "until", until);
        put(query, "limit", Integer.toString(limit));
        put(query, "after", after);
        kit.terminal()
                .line(connection
                        .one(kit)
                        .office()
                        .usage(format.mediaType, query)
                        .stripTrailing());
        return Exit.OK;
    }

    private static void put(Map<String, String> query, String name, @Nullable String value) {
        if (value != null) {
            query.put(name, value);
        }
    }
}
