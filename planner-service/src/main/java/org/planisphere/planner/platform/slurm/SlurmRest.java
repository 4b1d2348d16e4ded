package org.planisphere.planner.platform.slurm;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.staging.JsonFile;

/**
 * Slurm by slurmrestd, with a token of the user as whom jobs are submitted. The token is read from its file for every call,
 * so that whoever renews it only has to write the file. It follows no redirects: the token goes to the address of the
 * settings and nowhere else. Later versions of the interface wrap numbers and list states; both are understood, and only
 * {@code v0.0.38} was tried.
 */
final class SlurmRest implements Slurm {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int UNKNOWN_JOB = 2017;

    private final SlurmSettings.Rest settings;
    private final String gres;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    SlurmRest(SlurmSettings.Rest settings, String gres) {
        this.settings = settings;
        this.gres = gres;
    }

    @Override
    public String way() {
        return "REST interface " + settings.version();
    }

    private Map<String, Object> call(String method, String path, @Nullable Map<String, ?> body) throws SlurmException {
        try {
            URI url = URI.create(
                    settings.url().toString().replaceFirst("/+$", "") + "/slurm/" + settings.version() + path);
            HttpRequest.Builder request = HttpRequest.newBuilder(url)
                    .timeout(PATIENCE)
                    .header("X-SLURM-USER-NAME", settings.user())
                    .header("X-SLURM-USER-TOKEN", token());
            if (body != null) {
                request.header("Content-Type", "application/json");
            }
            request.method(
                    method,
                    body == null
                            ? HttpRequest.BodyPublishers.noBody()
                            : HttpRequest.BodyPublishers.ofString(JsonFile.line(body)));
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 401 || answer.statusCode() == 403) {
                throw badToken();
            }
            if (answer.statusCode() / 100 == 3 || !answer.body().stripLeading().startsWith("{")) {
                throw new SlurmException("slurmrestd answered with status " + answer.statusCode(), false, null);
            }
            return JsonFile.parse(answer.body());
        } catch (HttpTimeoutException e) {
            throw new SlurmException("slurmrestd did not answer in time", false, e);
        } catch (IOException e) {
            throw new SlurmException("slurmrestd cannot be reached: " + e.getMessage(), false, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SlurmException("interrupted", false, e);
        }
    }

    private SlurmException badToken() {
        return new SlurmException(
                "Slurm does not accept the token of " + settings.user() + "; renew it in its file", false, null);
    }

    private String token() throws SlurmException {
        try {
            String token = Files.readString(settings.token()).strip();
            return token.startsWith("SLURM_JWT=") ? token.substring("SLURM_JWT=".length()) : token;
        } catch (IOException e) {
            throw new SlurmException("the token's file cannot be read: " + settings.token(), false, e);
        }
    }

    /** The answer, where it tells of no error. */
    private Map<String, Object> ask(String method, String path, @Nullable Map<String, ?> body) throws SlurmException {
        Map<String, Object> answer = call(method, path, body);
        SlurmException fault = fault(answer);
        if (fault != null) {
            throw fault;
        }
        return answer;
    }

    private @Nullable SlurmException fault(Map<String, Object> answer) {
        for (Map<String, Object> error : maps(answer.get("errors"))) {
            long number = Math.max(number(error.get("error_number")), number(error.get("error_code")));
            String text = text(error.get("error"));
            String words = text.isEmpty() ? text(error.get("description")) : text;
            String said = words.toLowerCase(Locale.ROOT);
            // Of a token that is not good Slurm 22.05 says no more than the second.
            if (said.contains("authentication") || said.contains("unspecified error")) {
                return badToken();
            }
            boolean heard = !said.matches(".*(unable to contact|connect|timed out|communication).*");
            return new SlurmException(words + " (" + number + ")", heard, null);
        }
        return null;
    }

    private static boolean unknownJob(Map<String, Object> answer) {
        return maps(answer.get("errors")).stream()
                .anyMatch(error -> number(error.get("error_number")) == UNKNOWN_JOB
                        || number(error.get("error_code")) == UNKNOWN_JOB);
    }

    @Override
    public long submit(Submission job) throws SlurmException {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("name", job.name());
        facts.put("comment", job.comment());
        facts.put("current_working_directory", job.folder());
        facts.put("standard_output", job.folder() + "/supervisor.log");
        facts.put("open_mode", "append");
        Map<String, String> environment = Map.of("PATH", "/usr/bin:/bin", "LANG", "C.UTF-8");
        facts.put(
                "environment",
                settings.version().compareTo("v0.0.38") <= 0
                        ? environment
                        : environment.entrySet().stream()
                                .map(one -> one.getKey() + "=" + one.getValue())
                                .toList());
        facts.put("requeue", false);
        facts.put("tasks", 1);
        facts.put("cpus_per_task", job.processors());
        facts.put("memory_per_node", job.memory());
        facts.put("time_limit", job.minutes());
        put(facts, settings.version().compareTo("v0.0.38") <= 0 ? "gres" : "tres_per_node", job.gres());
        put(facts, "partition", job.partition());
        put(facts, "account", job.account());
        put(facts, "qos", job.qos());
        put(facts, "reservation", job.reservation());
        put(facts, "constraints", job.constraint());
        Map<String, Object> answer = ask("POST", "/job/submit", Map.of("script", job.script(), "job", facts));
        long number = number(answer.get("job_id"));
        if (number == 0) {
            throw new SlurmException("slurmrestd gave no number", false, null);
        }
        return number;
    }

    private static void put(Map<String, Object> facts, String key, String value) {
        if (!value.isEmpty()) {
            facts.put(key, value);
        }
    }

    /** This way does not tell. */
    @Override
    public Optional<Instant> wouldStart(Submission submission) {
        return Optional.empty();
    }

    @Override
    public List<Job> mine() throws SlurmException {
        List<Job> jobs = new ArrayList<>();
        for (Map<String, Object> job : maps(ask("GET", "/jobs", null).get("jobs"))) {
            if (settings.user().equals(text(job.get("user_name")))) {
                jobs.add(job(job));
            }
        }
        return jobs;
    }

    @Override
    public List<Job> queue(String partition) throws SlurmException {
        List<Job> jobs = new ArrayList<>();
        for (Map<String, Object> facts : maps(ask("GET", "/jobs", null).get("jobs"))) {
            Job job = job(facts);
            if (!job.over() && List.of(text(facts.get("partition")).split(",")).contains(partition)) {
                jobs.add(job);
            }
        }
        return jobs;
    }

    private Job job(Map<String, Object> job) {
        String given = text(job.get("tres_alloc_str"));
        Map<?, ?> exit = job.get("exit_code") instanceof Map<?, ?> map ? map : Map.of();
        // As wait(2) has it, in versions that give a number.
        int status = (int) number(job.get("exit_code"));
        int code = exit.isEmpty() ? status >> 8 : (int) number(exit.get("return_code"));
        int signal = exit.get("signal") instanceof Map<?, ?> map
                ? (int) number(map.get("signal_id") != null ? map.get("signal_id") : map.get("id"))
                : status & 127;
        return new Job(
                number(job.get("job_id")),
                text(job.get("name")),
                text(job.get("comment")),
                text(job.get("job_state")),
                text(job.get("state_reason")),
                instant(job.get("start_time")),
                instant(job.get("end_time")),
                Words.amounts(given.isEmpty() ? text(job.get("tres_req_str")) : given, gres),
                code,
                signal);
    }

    @Override
    public Optional<Job> job(long id) throws SlurmException {
        Map<String, Object> answer = call("GET", "/job/" + id, null);
        if (unknownJob(answer)) {
            return Optional.empty();
        }
        SlurmException fault = fault(answer);
        if (fault != null) {
            throw fault;
        }
        return maps(answer.get("jobs")).stream().findFirst().map(this::job);
    }

    @Override
    public Cluster cluster(String name) throws SlurmException {
        Map<String, Object> partition = maps(ask("GET", "/partitions", null).get("partitions")).stream()
                .filter(one -> name.isEmpty()
                        ? texts(one.get("flags")).contains("default")
                        : name.equals(text(one.get("name"))))
                .findFirst()
                .orElseThrow(() -> new SlurmException(
                        name.isEmpty() ? "it has no default partition: name one" : "it has no partition " + name,
                        true,
                        null));
        String found = text(partition.get("name"));
        List<Cluster.Node> nodes = new ArrayList<>();
        for (Map<String, Object> node : maps(ask("GET", "/nodes", null).get("nodes"))) {
            if (texts(node.get("partitions")).contains(found)) {
                nodes.add(node(node));
            }
        }
        long minutes = number(partition.get("max_time_limit"));
        return new Cluster(
                found,
                "UP".equals(text(partition.get("state"))),
                minutes > 0 ? Duration.ofMinutes(minutes) : null,
                Math.max(0, number(partition.get("maximum_memory_per_node"))),
                Math.max(0, number(partition.get("maximum_cpus_per_node"))),
                nodes);
    }

    private Cluster.Node node(Map<String, Object> node) {
        List<String> states = new ArrayList<>(texts(node.get("state")));
        states.addAll(texts(node.get("state_flags")));
        long threads = Math.max(1, number(node.get("threads")));
        return new Cluster.Node(
                text(node.get("name")),
                Words.up(String.join("+", states).toUpperCase(Locale.ROOT)),
                number(node.get("cpus")) / threads,
                threads,
                number(node.get("real_memory")),
                Words.accelerators(text(node.get("gres")), gres));
    }

    @Override
    public void end(long id) throws SlurmException {
        Map<String, Object> answer = call("DELETE", "/job/" + id, null);
        SlurmException fault = fault(answer);
        if (fault != null
                && !unknownJob(answer)
                && !String.valueOf(fault.getMessage()).contains("already")) {
            throw fault;
        }
    }

    /** This way a signal would reach the run too; supervisors look for themselves once a second. */
    @Override
    public void nudge(long id) {}

    @Override
    public void limit(long id, long minutes) throws SlurmException {
        ask("POST", "/job/" + id, Map.of("time_limit", minutes));
    }

    // Reading -------------------------------------------------------------------------------------------------------

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> maps(@Nullable Object value) {
        List<Map<String, Object>> maps = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (Object one : list) {
                if (one instanceof Map<?, ?> map) {
                    maps.add((Map<String, Object>) map);
                }
            }
        }
        return maps;
    }

    private static List<String> texts(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(String::valueOf).toList();
        }
        return value == null ? List.of() : List.of(String.valueOf(value));
    }

    private static String text(@Nullable Object value) {
        List<String> texts = texts(value);
        return texts.isEmpty() ? "" : texts.get(0);
    }

    private static long number(@Nullable Object value) {
        if (value instanceof Map<?, ?> wrapped) {
            return Boolean.TRUE.equals(wrapped.get("set")) ? number(wrapped.get("number")) : 0;
        }
        return value instanceof Number number ? number.longValue() : 0;
    }

    private static @Nullable Instant instant(@Nullable Object value) {
        long seconds = number(value);
        return seconds <= 0 ? null : Instant.ofEpochSecond(seconds);
    }
}
