package org.planisphere.planner.platform.kubernetes;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.planisphere.planner.platform.Section;
import org.planisphere.planner.platform.image.ImageName;
import org.planisphere.planner.platform.image.ImageRules;

/**
 * The section {@code kubernetes} of a platform's settings.
 *
 * @param kubeconfig a file that says where the cluster is and who we are there; empty for the pod's service account, or
 *     what {@code KUBECONFIG} says
 * @param context of that file; empty for its current one
 * @param usual where runs go for which no other place is set
 * @param groups where the runs go for which a group pays
 * @param volume what planner and pods share
 * @param images which may be run
 * @param image in which plain processes and Python programs run; empty when they are not offered
 * @param python the Python in that image
 * @param expose the type of the services through which ports are reached: {@code ClusterIP} or {@code NodePort}
 * @param address at which the nodes' ports are reached; for {@code NodePort}
 * @param policies whether the cluster's network keeps to NetworkPolicies
 * @param blocked networks that not even a run with a network may reach
 * @param nodes labels that nodes must have
 * @param runtime the RuntimeClass; empty for the usual one
 * @param priority the PriorityClass; empty for the usual one
 * @param accelerator what one accelerator is called in the cluster
 * @param secrets with which images are pulled
 * @param temporary bytes of the run's {@code /tmp}, which is memory
 * @param pulling what is quoted until a pod runs whose image nothing is known of yet
 * @param patience how long an image that cannot be pulled is waited for
 * @param waiting how long the cluster may keep a run waiting before it gives it up by itself
 * @param poll how often nodes and quotas are looked at
 * @param written what of the capacity the operator wrote; of the rest the platform has what the cluster has
 */
record KubernetesSettings(
        String kubeconfig,
        String context,
        Home usual,
        Map<String, Home> groups,
        SharedVolume volume,
        ImageRules images,
        String image,
        String python,
        String expose,
        String address,
        boolean policies,
        List<String> blocked,
        Map<String, String> nodes,
        String runtime,
        String priority,
        String accelerator,
        List<String> secrets,
        long temporary,
        Duration pulling,
        Duration patience,
        Duration waiting,
        Duration poll,
        Set<String> written) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?");
    private static final Pattern LABEL = Pattern.compile(
            "(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?/)?" + "[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");
    private static final Pattern VALUE = Pattern.compile("(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?");
    private static final Pattern NETWORK = Pattern.compile("[0-9a-fA-F.:]+/[0-9]{1,3}");

    /**
     * Where runs go.
     *
     * @param queue of Kueue's; empty when it is not used
     */
    record Home(String namespace, String queue) {}

    KubernetesSettings {
        groups = Map.copyOf(groups);
        blocked = List.copyOf(blocked);
        nodes = Map.copyOf(nodes);
        secrets = List.copyOf(secrets);
        written = Set.copyOf(written);
    }

    /** Where a run of these groups goes: to the place of the first that has one. */
    Home home(List<String> paying) {
        for (String group : paying) {
            Home home = groups.get(group);
            if (home != null) {
                return home;
            }
        }
        return usual;
    }

    /** Every namespace in which runs can be. */
    Set<String> namespaces() {
        Set<String> all = new java.util.TreeSet<>(Set.of(usual.namespace()));
        groups.values().forEach(home -> all.add(home.namespace()));
        return all;
    }

    static KubernetesSettings of(Section own) {
        Home usual = new Home(own.has("namespace") ? name(own, "namespace") : "default", optional(own, "queue"));
        Map<String, Home> groups = new TreeMap<>();
        Section wrote = own.section("groups");
        for (String group : wrote.names()) {
            Section home = wrote.section(group);
            groups.put(
                    group,
                    new Home(
                            home.has("namespace") ? name(home, "namespace") : usual.namespace(),
                            home.has("queue") ? name(home, "queue") : usual.queue()));
        }
        String image = own.text("image", " ").strip();
        if (!image.isEmpty() && ImageName.of(image).isEmpty()) {
            own.fault("image", image + " is no image's name");
        }
        String expose = own.choice("expose", "ClusterIP", "ClusterIP", "NodePort");
        String address = own.has("address") ? name(own, "address") : "";
        if (expose.equals("NodePort") && address.isEmpty()) {
            own.fault("address", "is missing: at which address are the nodes' ports reached?");
        }
        Map<String, String> nodes = new TreeMap<>();
        Section labels = own.section("nodes");
        for (String label : labels.names()) {
            String value = labels.text(label, "");
            if (!LABEL.matcher(label).matches() || !VALUE.matcher(value).matches()) {
                labels.fault(label, "is no label of Kubernetes");
            }
            nodes.put(label, value);
        }
        List<String> blocked = own.has("blocked") ? own.texts("blocked") : List.of("169.254.0.0/16");
        for (String network : blocked) {
            if (!NETWORK.matcher(network).matches()) {
                own.fault("blocked", network + " is no network, such as 10.0.0.0/8");
            }
        }
        List<String> secrets = new ArrayList<>();
        for (String secret : own.texts("secrets")) {
            if (NAME.matcher(secret).matches()) {
                secrets.add(secret);
            } else {
                own.fault("secrets", secret + " is no name of Kubernetes");
            }
        }
        String accelerator = own.text("accelerator", "nvidia.com/gpu");
        if (!LABEL.matcher(accelerator).matches()) {
            own.fault("accelerator", "must be a resource of Kubernetes, such as nvidia.com/gpu");
        }
        Duration poll = own.span("poll", Duration.ofSeconds(30));
        if (poll.compareTo(Duration.ofMillis(100)) < 0 || poll.compareTo(Duration.ofMinutes(10)) > 0) {
            own.fault("poll", "must be from 100ms to 10m");
            poll = Duration.ofSeconds(30);
        }
        return new KubernetesSettings(
                own.has("kubeconfig") ? path(own, "kubeconfig") : "",
                own.has("context") ? own.text("context", "") : "",
                usual,
                groups,
                volume(own.section("volume")),
                new ImageRules(own.texts("images"), own.flag("pinned", false)),
                image,
                own.text("python", "python3"),
                expose,
                address,
                own.flag("policies", false),
                blocked,
                nodes,
                optional(own, "runtime"),
                optional(own, "priority"),
                accelerator,
                secrets,
                own.size("tmp", 64L << 20, 1 << 20),
                own.span("pulling", Duration.ofMinutes(1)),
                own.span("patience", Duration.ofMinutes(1)),
                own.span("waiting", Duration.ofHours(1)),
                poll,
                own.beside("capacity"));
    }

    private static SharedVolume volume(Section volume) {
        if (volume.has("claim") == volume.has("host")) {
            volume.fault("", "must name either a claim or a folder of the host");
        }
        if (volume.has("host")) {
            return new SharedVolume.HostPath(path(volume, "host"));
        }
        String claim = volume.has("claim") ? name(volume, "claim") : "";
        String path = volume.text("path", ".");
        if (path.startsWith("/") || List.of(path.split("/")).contains("..")) {
            volume.fault("path", "must be a path in the volume, without ..");
        }
        return new SharedVolume.Claim(claim, path.equals(".") ? "" : path.replaceFirst("/+$", ""));
    }

    private static String optional(Section section, String key) {
        return section.has(key) ? name(section, key) : "";
    }

    private static String name(Section section, String key) {
        String name = section.text(key, "");
        if (!NAME.matcher(name).matches()) {
            section.fault(key, "must be a name of Kubernetes, of a-z, 0-9, - and .");
            return "unnamed";
        }
        return name;
    }

    private static String path(Section section, String key) {
        String text = section.text(key, "/");
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) {
                return path.normalize().toString();
            }
        } catch (InvalidPathException e) {
            // Told below.
        }
        section.fault(key, "must be a path from the root");
        return "/";
    }

    /** Settings of their own for tests and for trying. */
    static KubernetesSettings usual(Map<String, ?> values) {
        Section section = new Section("kubernetes", values);
        KubernetesSettings settings = of(section);
        section.done();
        return settings;
    }
}
