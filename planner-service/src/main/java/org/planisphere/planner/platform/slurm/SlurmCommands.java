package org.planisphere.planner.platform.slurm;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Slurm by its commands, each an argument vector with an environment of its own: nothing of the planner's reaches a job.
 * Stateless but for its settings.
 */
final class SlurmCommands implements Slurm {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Between the fields of a line; in none of those that are asked. */
    private static final String GAP = ";";

    private static final Pattern NO_ANSWER = Pattern.compile(
            "unable to contact|connection refused|connect failure|timed out|timeout|zero bytes|connection reset"
                    + "|authentication|communication|slurm backup controller",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern NOT_THERE =
            Pattern.compile("invalid job id|already (finished|completed)|completing", Pattern.CASE_INSENSITIVE);
    private static final Pattern TO_START = Pattern.compile("to start at (\\S+)");

    private final SlurmSettings settings;

    SlurmCommands(SlurmSettings settings) {
        this.settings = settings;
    }

    /** What a command said. */
    private record Said(int code, String out, String err) {
        SlurmException refused() {
            String text = (err.isBlank() ? out : err).strip();
            String line = text.substring(text.lastIndexOf('\n') + 1).replaceFirst("^[a-z]+: (error: )?", "");
            return new SlurmException(
                    line.isBlank() ? "it ended with " + code : line,
                    !NO_ANSWER.matcher(text).find(),
                    null);
        }
    }

    @Override
    public String way() {
        return "commands";
    }

    private Said call(@Nullable String input, List<String> words) throws SlurmException {
        List<String> command = new ArrayList<>(words);
        command.set(0, settings.programs().resolve(words.get(0)).toString());
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        String conf = settings.conf().isEmpty() ? environment.getOrDefault("SLURM_CONF", "") : settings.conf();
        environment.clear();
        environment.putAll(Map.of("PATH", settings.programs() + ":/usr/bin:/bin", "LANG", "C.UTF-8", "TZ", "UTC"));
        if (!conf.isEmpty()) {
            environment.put("SLURM_CONF", conf);
        }
        Path out = null;
        Path err = null;
        try {
            // Files, not pipes: what it prints can be long, and then it would wait for us, and we for it.
            out = Files.createTempFile("slurm", ".out");
            err = Files.createTempFile("slurm", ".err");
            Process process = builder.redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try (OutputStream in = process.getOutputStream()) {
                if (input != null) {
                    in.write(input.getBytes(StandardCharsets.UTF_8));
                }
            } catch (IOException closed) {
                // It did not want its input; its answer says why.
            }
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new SlurmException(words.get(0) + " did not end in time", false, null);
            }
            return new Said(process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SlurmException("interrupted", false, e);
        } catch (IOException e) {
            throw new SlurmException(
                    command.get(0) + " cannot be used: " + e.getMessage() + " (Debian: apt install slurm-client)",
                    false,
                    e);
        } finally {
            remove(out);
            remove(err);
        }
    }

    private static void remove(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // In the folder for temporary files.
        }
    }

    private String ask(String... words) throws SlurmException {
        Said said = call(null, Arrays.asList(words));
        if (said.code() != 0) {
            throw said.refused();
        }
        return said.out();
    }

    @Override
    public long submit(Submission submission) throws SlurmException {
        List<String> words = sbatch(submission);
        words.add("--parsable");
        Said said = call(submission.script(), words);
        String number = said.out().strip().split(";")[0];
        if (said.code() != 0 || !number.matches("[0-9]{1,18}")) {
            throw said.refused();
        }
        return Long.parseLong(number);
    }

    @Override
    public Optional<Instant> wouldStart(Submission submission) throws SlurmException {
        List<String> words = sbatch(submission);
        words.add("--test-only");
        Said said = call(submission.script(), words);
        if (said.code() != 0) {
            throw said.refused();
        }
        Matcher matcher = TO_START.matcher(said.err());
        return matcher.find() ? Optional.ofNullable(Words.instant(matcher.group(1))) : Optional.empty();
    }

    private static List<String> sbatch(Submission job) {
        List<String> words = new ArrayList<>(List.of(
                "sbatch",
                "--job-name=" + job.name(),
                "--comment=" + job.comment(),
                "--chdir=" + job.folder(),
                "--output=" + job.folder() + "/supervisor.log",
                "--open-mode=append",
                "--export=ALL",
                "--no-requeue",
                "--nodes=1",
                "--ntasks=1",
                "--cpus-per-task=" + job.processors(),
                "--mem=" + job.memory() + "M",
                "--time=" + job.minutes()));
        add(words, "--gres=", job.gres());
        add(words, "--partition=", job.partition());
        add(words, "--account=", job.account());
        add(words, "--qos=", job.qos());
        add(words, "--reservation=", job.reservation());
        add(words, "--constraint=", job.constraint());
        return words;
    }

    private static void add(List<String> words, String option, String value) {
        if (!value.isEmpty()) {
            words.add(option + value);
        }
    }

    @Override
    public List<Job> mine() throws SlurmException {
        return jobs(ask(
                "squeue",
                "--noheader",
                "--all",
                "--array",
                "--me",
                "--states=all",
                "--Format="
                        + String.join(",", fields("JobID State Reason StartTime EndTime tres-alloc Comment Name"))));
    }

    @Override
    public List<Job> queue(String partition) throws SlurmException {
        List<String> words = new ArrayList<>(List.of("squeue", "--noheader", "--all", "--array"));
        if (!partition.isEmpty()) {
            words.add("--partition=" + partition);
        }
        // No names: whoever may submit jobs writes them, with line ends in them.
        words.add("--Format=" + String.join(",", fields("JobID State Reason StartTime EndTime tres-alloc")));
        return jobs(ask(words.toArray(String[]::new)));
    }

    private static List<String> fields(String names) {
        return Arrays.stream(names.split(" ")).map(name -> name + ":" + GAP).toList();
    }

    private List<Job> jobs(String lines) {
        List<Job> jobs = new ArrayList<>();
        for (String line : lines.split("\n")) {
            String[] parts = line.split(GAP, -1);
            if (parts.length >= 7 && parts[0].matches("[0-9]{1,18}")) {
                jobs.add(new Job(
                        Long.parseLong(parts[0]),
                        parts.length > 7 ? parts[7] : "",
                        parts.length > 7 ? parts[6] : "",
                        Words.state(parts[1]),
                        parts[2],
                        Words.instant(parts[3]),
                        Words.instant(parts[4]),
                        Words.amounts(parts[5], settings.gres()),
                        0,
                        0));
            }
        }
        return jobs;
    }

    @Override
    public Optional<Job> job(long id) throws SlurmException {
        Said said = call(null, List.of("scontrol", "show", "job", "--oneliner", String.valueOf(id)));
        if (said.code() != 0) {
            if (NOT_THERE.matcher(said.err()).find()) {
                return Optional.empty();
            }
            throw said.refused();
        }
        Map<String, String> job = Words.tokens(said.out());
        String[] exit = job.getOrDefault("ExitCode", "0:0").split(":");
        return Optional.of(new Job(
                id,
                job.getOrDefault("JobName", ""),
                "",
                Words.state(job.get("JobState")),
                job.getOrDefault("Reason", "None"),
                Words.instant(job.get("StartTime")),
                Words.instant(job.get("EndTime")),
                Words.amounts(job.get("TRES"), settings.gres()),
                (int) Words.whole(exit[0]),
                exit.length > 1 ? (int) Words.whole(exit[1]) : 0));
    }

    @Override
    public Cluster cluster(String name) throws SlurmException {
        String said = name.isEmpty()
                ? ask("scontrol", "show", "partition", "--oneliner")
                : ask("scontrol", "show", "partition", "--oneliner", name);
        Map<String, String> partition = said.lines()
                .map(Words::tokens)
                .filter(one ->
                        name.isEmpty() ? "YES".equals(one.get("Default")) : name.equals(one.get("PartitionName")))
                .findFirst()
                .orElseThrow(() -> new SlurmException("it has no default partition: name one", true, null));
        if ("EXCLUSIVE".equals(partition.get("OverSubscribe"))) {
            throw new SlurmException(
                    "the partition gives whole nodes to each job, which this engine does not count", true, null);
        }
        String found = partition.getOrDefault("PartitionName", "");
        List<Cluster.Node> nodes = new ArrayList<>();
        for (String line : ask("scontrol", "show", "node", "--oneliner").split("\n")) {
            Map<String, String> node = Words.tokens(line);
            if (Arrays.asList(node.getOrDefault("Partitions", "").split(",")).contains(found)) {
                nodes.add(node(node));
            }
        }
        return new Cluster(
                found,
                "UP".equals(partition.get("State")),
                Words.length(partition.get("MaxTime")),
                Words.whole(partition.get("MaxMemPerNode")),
                Words.whole(partition.get("MaxCPUsPerNode")),
                nodes);
    }

    private Cluster.Node node(Map<String, String> node) {
        long threads = Math.max(1, Words.whole(node.get("ThreadsPerCore")));
        String processors = node.containsKey("CPUEfctv") ? node.get("CPUEfctv") : node.get("CPUTot");
        return new Cluster.Node(
                node.getOrDefault("NodeName", ""),
                Words.up(node.get("State")),
                Words.whole(processors) / threads,
                threads,
                Math.max(0, Words.whole(node.get("RealMemory")) - Words.whole(node.get("MemSpecLimit"))),
                Words.accelerators(node.get("Gres"), settings.gres()));
    }

    @Override
    public void end(long id) throws SlurmException {
        act(List.of("scancel", "--quiet", String.valueOf(id)));
    }

    @Override
    public void nudge(long id) throws SlurmException {
        act(List.of("scancel", "--quiet", "--signal=USR1", "--batch", String.valueOf(id)));
    }

    private void act(List<String> words) throws SlurmException {
        Said said = call(null, words);
        if (said.code() != 0 && !NOT_THERE.matcher(said.err()).find()) {
            throw said.refused();
        }
    }

    @Override
    public void limit(long id, long minutes) throws SlurmException {
        ask("scontrol", "update", "JobId=" + id, "TimeLimit=" + minutes);
    }
}
