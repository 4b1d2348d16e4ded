package org.planisphere.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.Office;
import org.planisphere.wire.codec.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "audit",
        description = "Export a planner's audit, or verify it; for operators.",
        subcommands = {AuditCommand.Export.class, AuditCommand.Head.class, AuditCommand.Verify.class},
        synopsisSubcommandLabel = "(export | head | verify)")
final class AuditCommand implements Callable<Integer> {
    private static final int PAGE = 2_000;

    @Override
    public Integer call() {
        throw new Fault(Exit.USAGE, "What of the audit?", "planisphere audit export, audit head, or audit verify");
    }

    @Command(name = "export", description = "Print every entry as a line of JSON.")
    static final class Export implements Callable<Integer> {
        private final Kit kit;

        @Mixin
        Connection connection = new Connection();

        Export(Kit kit) {
            this.kit = kit;
        }

        @Override
        public Integer call() {
            Office office = connection.one(kit).office();
            long after = 0;
            for (String page = office.audit(after, PAGE); !page.isBlank(); page = office.audit(after, PAGE)) {
                kit.terminal().line(page.stripTrailing());
                after += page.lines().count();
            }
            return Exit.OK;
        }
    }

    @Command(name = "head", description = "Print how far the audit reaches, signed; keep it somewhere else.")
    static final class Head implements Callable<Integer> {
        private final Kit kit;

        @Mixin
        Connection connection = new Connection();

        Head(Kit kit) {
            this.kit = kit;
        }

        @Override
        public Integer call() {
            kit.terminal().line(Json.pretty(connection.one(kit).office().auditHead()));
            return Exit.OK;
        }
    }

    @Command(
            name = "verify",
            description = "Check the chain: of an export without asking anybody, or of a planner's audit as it is now.")
    static final class Verify implements Callable<Integer> {
        private final Kit kit;

        @Parameters(arity = "0..1", paramLabel = "FILE", description = "An export; without one, a planner is asked.")
        @Nullable
        String file;

        @Option(
                names = "--head",
                paramLabel = "FILE",
                description = "A head that was kept; the chain must still reach it.")
        @Nullable
        String head;

        @Mixin
        Connection connection = new Connection();

        Verify(Kit kit) {
            this.kit = kit;
        }

        @Override
        public Integer call() {
            String kept = head;
            String export = file;
            Office office = export == null ? connection.one(kit).office() : null;
            JsonNode known = kept != null ? read(kept) : office == null ? null : office.auditHead();
            AuditChain chain =
                    new AuditChain(known == null ? -1 : known.path("number").asLong());
            if (export != null) {
                new String(PolicyCommand.file(export), StandardCharsets.UTF_8)
                        .lines()
                        .forEach(chain::line);
            } else if (office != null) {
                for (String page = office.audit(0, PAGE); !page.isBlank(); page = office.audit(chain.number(), PAGE)) {
                    long before = chain.number();
                    page.lines().forEach(chain::line);
                    if (chain.number() <= before) {
                        break;
                    }
                }
            }
            if (known != null) {
                chain.head(known);
            }
            chain.faults().forEach(fault -> kit.terminal().line(kit.terminal().bad(Terminal.harmless(fault))));
            if (chain.faults().isEmpty()) {
                kit.terminal()
                        .line(chain.number() + " entries, each as it was written"
                                + (known == null ? "; without a head nobody knows whether the end was cut off" : ""));
            }
            return chain.faults().isEmpty() ? Exit.OK : Exit.NO;
        }

        private static JsonNode read(String name) {
            try {
                return Json.mapper().readTree(new String(PolicyCommand.file(name), StandardCharsets.UTF_8));
            } catch (JsonProcessingException e) {
                throw new Fault(Exit.USAGE, name + " is no head of an audit.", "planisphere audit head > FILE");
            }
        }
    }
}
