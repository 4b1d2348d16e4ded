package org.planisphere.planner.platform.kubernetes;

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Allows what the manifest of the documentation allows, as a cluster with RBAC would, and remembers what was asked. */
public final class Rbac {
    private static final Pattern PATH = Pattern.compile("/(?:api|apis/(?<group>[^/]+))/v[^/]+"
            + "(?:/namespaces/(?<namespace>[^/]+))?/(?<resource>[^/]+)(?:/(?<name>[^/]+)(?:/(?<sub>[^/]+))?)?");

    private final List<PolicyRule> ofTheCluster = new ArrayList<>();
    private final List<PolicyRule> ofNamespaces = new ArrayList<>();
    private final Set<String> used = new ConcurrentSkipListSet<>();

    /** Who may do nothing. */
    public static Rbac nothing() {
        return new Rbac();
    }

    /** What the documentation's manifest allows. */
    public static Rbac ofTheDocumentation() throws IOException {
        Rbac rbac = new Rbac();
        for (String part : Files.readString(Path.of("..", "docs", "engines", "kubernetes.yaml"))
                .split("(?m)^---$")) {
            Object document = Serialization.unmarshal(part);
            if (document instanceof ClusterRole role) {
                rbac.ofTheCluster.addAll(role.getRules());
            } else if (document instanceof Role role) {
                rbac.ofNamespaces.addAll(role.getRules());
            }
        }
        return rbac;
    }

    boolean allows(String method, String path) {
        int query = path.indexOf('?');
        String plain = query < 0 ? path : path.substring(0, query);
        Matcher matcher = PATH.matcher(plain);
        if (!matcher.matches()) {
            return false;
        }
        String group = matcher.group("group") == null ? "" : matcher.group("group");
        String resource = matcher.group("sub") == null
                ? matcher.group("resource")
                : matcher.group("resource") + "/" + matcher.group("sub");
        boolean one = matcher.group("name") != null;
        String verb = switch (method) {
            case "GET" -> one ? "get" : path.contains("watch=true") ? "watch" : "list";
            case "POST" -> "create";
            case "PATCH" -> "patch";
            case "PUT" -> "update";
            case "DELETE" -> one ? "delete" : "deletecollection";
            default -> "none";
        };
        boolean namespaced = matcher.group("namespace") != null;
        for (PolicyRule rule : namespaced ? ofNamespaces : ofTheCluster) {
            if (rule.getApiGroups().contains(group)
                    && rule.getResources().contains(resource)
                    && rule.getVerbs().contains(verb)) {
                used.add(name(namespaced, group, resource, verb));
                return true;
            }
        }
        return false;
    }

    /** What the manifest allows and nobody has asked for. */
    Set<String> unused() {
        Set<String> all = new TreeSet<>();
        add(all, false, ofTheCluster);
        add(all, true, ofNamespaces);
        all.removeAll(used);
        return all;
    }

    private static void add(Set<String> all, boolean namespaced, List<PolicyRule> rules) {
        for (PolicyRule rule : rules) {
            for (String group : rule.getApiGroups()) {
                for (String resource : rule.getResources()) {
                    rule.getVerbs().forEach(verb -> all.add(name(namespaced, group, resource, verb)));
                }
            }
        }
    }

    private static String name(boolean namespaced, String group, String resource, String verb) {
        return (namespaced ? "" : "cluster: ") + verb + " " + resource + (group.isEmpty() ? "" : "." + group);
    }
}
