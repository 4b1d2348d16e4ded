package org.planisphere.planner.platform.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The networks of a container engine. Every call blocks; every failure is an {@link EngineException}. Thread safe. */
final class Networks {
    /** Leaves the first addresses to the engine. */
    private static final int FIRST = 10;

    private final DockerClient client;

    Networks(DockerClient client) {
        this.client = client;
    }

    /**
     * A network as it is.
     *
     * @param subnet as {@code 10.89.0.0/24}
     */
    record Seen(String name, String subnet) {
        /** The address of the container with this number, from 0. */
        String address(int number) {
            try {
                byte[] bytes = InetAddress.getByName(subnet.substring(0, subnet.indexOf('/')))
                        .getAddress();
                if (bytes.length != 4) {
                    throw new EngineException(
                            "the network " + name + " has no addresses of IPv4", true, new IOException());
                }
                bytes[3] = (byte) ((bytes[3] & 0xff) + FIRST + number);
                return InetAddress.getByAddress(bytes).getHostAddress();
            } catch (UnknownHostException | StringIndexOutOfBoundsException e) {
                throw new EngineException("the network " + name + " has no addresses", true, e);
            }
        }
    }

    /**
     * Makes the network, or finds it when it is there.
     *
     * @param closed whether nothing outside of it can be reached
     */
    Seen require(String name, boolean closed, Map<String, String> labels) {
        return Containers.asked(() -> {
            Optional<Seen> there = look(name);
            if (there.isPresent()) {
                return there.get();
            }
            client.createNetworkCmd()
                    .withName(name)
                    .withDriver("bridge")
                    .withInternal(closed)
                    .withLabels(labels)
                    .exec();
            return look(name)
                    .orElseThrow(
                            () -> new EngineException("the network was not there afterwards", true, new IOException()));
        });
    }

    Optional<Seen> look(String name) {
        return Containers.asked(() -> {
            try {
                Network found = client.inspectNetworkCmd().withNetworkId(name).exec();
                List<Network.Ipam.Config> configs =
                        found.getIpam() == null || found.getIpam().getConfig() == null
                                ? List.of()
                                : found.getIpam().getConfig();
                return Optional.of(new Seen(
                        name,
                        configs.stream()
                                .map(config -> String.valueOf(config.getSubnet()))
                                .filter(subnet -> subnet.contains("."))
                                .findFirst()
                                .orElse("")));
            } catch (NotFoundException none) {
                return Optional.empty();
            }
        });
    }

    /** Names of the networks with the label. */
    List<String> named(String label, String value) {
        return Containers.asked(
                () -> client.listNetworksCmd().withFilter("label", List.of(label + "=" + value)).exec().stream()
                        .map(Network::getName)
                        .toList());
    }

    /** Removes it; no container may be in it any more. Does nothing when it is not there. */
    void remove(String name) {
        Containers.asked(() -> {
            try {
                client.removeNetworkCmd(name).exec();
            } catch (NotFoundException gone) {
                // Done.
            }
            return true;
        });
    }
}
