package org.planisphere.planner.platform.slurm;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.platform.Section;

/**
 * The section {@code slurm} of a platform's settings.
 *
 * @param partition in which jobs run; empty for Slurm's own default
 * @param usual the account and QoS of jobs for which no group pays, or one that {@code accounts} does not name
 * @param accounts account and QoS by the group that pays, {@code issuer|group}
 * @param reservation of Slurm in which jobs run; empty for none
 * @param constraint features that nodes must have; empty for none
 * @param gres what accelerators are called in Slurm, such as {@code gpu} or {@code gpu:a100}
 * @param overhead MiB asked of Slurm for each job beyond what was granted, for the run's supervisor
 * @param poll how often Slurm is asked for its queue
 * @param programs folder of Slurm's commands
 * @param conf Slurm's configuration; empty for where it is usually
 * @param python the Python of the nodes
 * @param written what of the capacity the operator wrote; of the rest the platform has what Slurm has
 * @param rest where slurmrestd is; without it the commands are used
 */
record SlurmSettings(
        String partition,
        Bill usual,
        Map<String, Bill> accounts,
        String reservation,
        String constraint,
        String gres,
        long overhead,
        Duration poll,
        Path programs,
        String conf,
        String python,
        Set<String> written,
        @Nullable Rest rest) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.,:&|!*()\\[\\]+-]{0,200}");

    /** To whom Slurm counts a job; empty texts leave it to Slurm. */
    record Bill(String account, String qos) {}

    /**
     * @param user as whom jobs are submitted
     * @param token the file in which that user's token is; read for every call, so that it can be renewed
     * @param version of the interface, {@code v0.0.38}
     */
    record Rest(URI url, String user, Path token, String version) {}

    SlurmSettings {
        accounts = Map.copyOf(accounts);
        written = Set.copyOf(written);
    }

    /** The account and QoS for work of these groups: of the first that is named. */
    Bill bill(List<String> groups) {
        for (String group : groups) {
            Bill bill = accounts.get(group);
            if (bill != null) {
                return bill;
            }
        }
        return usual;
    }

    static SlurmSettings of(Section own) {
        Map<String, Bill> accounts = new TreeMap<>();
        Section groups = own.section("accounts");
        for (String group : groups.names()) {
            Section bill = groups.section(group);
            accounts.put(group, new Bill(name(bill, "account"), name(bill, "qos")));
        }
        long overhead = own.size("overhead", 32L << 20, 1 << 20) >> 20;
        Duration poll = own.span("poll", Duration.ofSeconds(5));
        if (poll.compareTo(Duration.ofMillis(100)) < 0 || poll.compareTo(Duration.ofMinutes(10)) > 0) {
            own.fault("poll", "must be from 100ms to 10m");
        }
        return new SlurmSettings(
                name(own, "partition"),
                new Bill(name(own, "account"), name(own, "qos")),
                accounts,
                name(own, "reservation"),
                name(own, "constraint"),
                own.has("gres") ? name(own, "gres") : "gpu",
                overhead,
                poll,
                path(own, "programs", "/usr/bin"),
                own.has("conf") ? path(own, "conf", "/").toString() : "",
                path(own, "python", "/usr/bin/python3").toString(),
                own.beside("capacity"),
                own.has("rest") ? rest(own.section("rest")) : null);
    }

    private static String name(Section section, String key) {
        if (!section.has(key)) {
            return "";
        }
        String name = section.text(key, "");
        if (!NAME.matcher(name).matches()) {
            section.fault(key, "must be a name of Slurm's, of letters, digits and _.,:-");
            return "";
        }
        return name;
    }

    private static Path path(Section section, String key, String usual) {
        String text = section.text(key, usual);
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            // Told below.
        }
        section.fault(key, "must be a path from the root");
        return Path.of(usual);
    }

    private static Rest rest(Section rest) {
        String text = rest.text("url", null);
        URI url = URI.create("http://127.0.0.1:6820");
        try {
            url = URI.create(text);
        } catch (IllegalArgumentException e) {
            rest.fault("url", "is no URL");
        }
        String scheme = String.valueOf(url.getScheme());
        if (!scheme.equals("http") && !scheme.equals("https") || url.getHost() == null) {
            rest.fault("url", "must be an address with http or https");
        }
        String version = rest.text("version", "v0.0.38");
        if (!version.matches("v0\\.0\\.[0-9]{2}")) {
            rest.fault("version", "must be a version of slurmrestd's interface, such as v0.0.38");
        }
        for (String key : List.of("user", "token")) {
            if (!rest.has(key)) {
                rest.fault(key, "is missing");
            }
        }
        return new Rest(url, name(rest, "user"), path(rest, "token", "/"), version);
    }

    /** Settings of their own for tests and for trying. */
    static SlurmSettings usual(Map<String, ?> values) {
        Map<String, Object> tree = new LinkedHashMap<>(values);
        Section section = new Section("slurm", tree);
        SlurmSettings settings = of(section);
        section.done();
        return settings;
    }
}
