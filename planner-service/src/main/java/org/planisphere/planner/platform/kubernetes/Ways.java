package org.planisphere.planner.platform.kubernetes;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.task.Executable;

/** Who may reach what: nobody anything, but what is granted. */
final class Ways {
    private final KubernetesSettings settings;
    private final String owner;

    Ways(KubernetesSettings settings, String owner) {
        this.settings = settings;
        this.owner = owner;
    }

    /** What holds for all runs of a namespace: none is reached, and those without a network reach nothing. */
    List<NetworkPolicy> policies(String namespace) {
        NetworkPolicy shut = new NetworkPolicyBuilder()
                .withNewMetadata()
                .withName("planisphere-" + owner + "-shut")
                .withNamespace(namespace)
                .addToLabels(Launch.PLATFORM, owner)
                .endMetadata()
                .withNewSpec()
                .withPodSelector(selector(Map.of(Launch.PLATFORM, owner)))
                .withPolicyTypes("Ingress", "Egress")
                .endSpec()
                .build();
        NetworkPolicy open = new NetworkPolicyBuilder()
                .withNewMetadata()
                .withName("planisphere-" + owner + "-open")
                .withNamespace(namespace)
                .addToLabels(Launch.PLATFORM, owner)
                .endMetadata()
                .withNewSpec()
                .withPodSelector(selector(Map.of(Launch.PLATFORM, owner, Launch.NETWORK, "granted")))
                .withPolicyTypes("Egress")
                .withEgress(out("0.0.0.0/0", false), out("::/0", true))
                .endSpec()
                .build();
        return List.of(shut, open);
    }

    private NetworkPolicyEgressRule out(String all, boolean six) {
        List<String> but = settings.blocked().stream()
                .filter(network -> network.contains(":") == six)
                .toList();
        return new NetworkPolicyEgressRuleBuilder()
                .addNewTo()
                .withNewIpBlock()
                .withCidr(all)
                .withExcept(but)
                .endIpBlock()
                .endTo()
                .build();
    }

    private static LabelSelector selector(Map<String, String> labels) {
        return new LabelSelectorBuilder().withMatchLabels(labels).build();
    }

    private static boolean udp(Executable.Port port) {
        return port.protocol().equals("UDP");
    }

    /** Lets its ports be reached. */
    NetworkPolicy policy(String namespace, UUID session, List<Executable.Port> ports, Map<String, String> labels) {
        List<NetworkPolicyPort> open = new ArrayList<>();
        for (Executable.Port port : distinct(ports)) {
            open.add(new NetworkPolicyPortBuilder()
                    .withPort(new IntOrString(port.internal()))
                    .withProtocol(udp(port) ? "UDP" : "TCP")
                    .build());
        }
        return new NetworkPolicyBuilder()
                .withNewMetadata()
                .withName(Launch.name(session))
                .withNamespace(namespace)
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withPodSelector(selector(Map.of(Launch.SESSION, session.toString())))
                .withPolicyTypes("Ingress")
                .addNewIngress()
                .withPorts(open)
                .endIngress()
                .endSpec()
                .build();
    }

    /** Under which its ports are reached. */
    Service service(String namespace, UUID session, List<Executable.Port> ports, Map<String, String> labels) {
        List<ServicePort> open = new ArrayList<>();
        for (Executable.Port port : distinct(ports)) {
            open.add(new ServicePortBuilder()
                    .withName(name(port.internal(), udp(port)))
                    .withPort(port.internal())
                    .withTargetPort(new IntOrString(port.internal()))
                    .withProtocol(udp(port) ? "UDP" : "TCP")
                    .build());
        }
        return new ServiceBuilder()
                .withNewMetadata()
                .withName(Launch.name(session))
                .withNamespace(namespace)
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withType(settings.expose())
                .withSelector(Map.of(Launch.SESSION, session.toString()))
                .withPorts(open)
                .endSpec()
                .build();
    }

    private static List<Executable.Port> distinct(List<Executable.Port> ports) {
        Map<String, Executable.Port> all = new LinkedHashMap<>();
        ports.forEach(port -> all.putIfAbsent(name(port.internal(), udp(port)), port));
        return List.copyOf(all.values());
    }

    private static String name(int port, boolean udp) {
        return (udp ? "udp-" : "tcp-") + port;
    }

    /**
     * The ways in that a service gives.
     *
     * @param ports {@code internal}, {@code protocol}, {@code path}, as the plan keeps them
     */
    List<LiveConnector> connectors(Service service, List<?> ports) {
        List<LiveConnector> ways = new ArrayList<>();
        for (Object port : ports) {
            if (!(port instanceof Map<?, ?> facts) || !(facts.get("internal") instanceof Number internal)) {
                continue;
            }
            String protocol = String.valueOf(facts.get("protocol"));
            String name = name(internal.intValue(), protocol.equals("UDP"));
            service.getSpec().getPorts().stream()
                    .filter(open -> name.equals(open.getName()))
                    .findFirst()
                    .ifPresent(open -> {
                        boolean nodes = settings.expose().equals("NodePort");
                        String host =
                                nodes ? settings.address() : service.getSpec().getClusterIP();
                        Integer number = nodes ? open.getNodePort() : open.getPort();
                        if (host != null && !host.isEmpty() && number != null) {
                            ways.add(LiveConnector.port(
                                    protocol, host, number, String.valueOf(facts.get("path")), internal.intValue()));
                        }
                    });
        }
        return ways;
    }
}
