package org.planisphere.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.planisphere.wire.codec.Json;

/**
 * What the command remembers from one call to the next: the last offers by their numbers, and the session accepted last.
 * In {@code $XDG_STATE_HOME/planisphere/offers.json}, readable by its owner only (the address of an anonymous session is
 * all it takes to use it).
 */
final class Memory {
    /**
     * A remembered offer.
     *
     * @param number as printed, from 1
     * @param planner its title or address
     */
    record Remembered(int number, String planner, URI session) {}

    private final Path file;

    Memory(Path file) {
        this.file = file;
    }

    static Memory of(Map<String, String> environment) {
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        Path home = state.startsWith("/")
                ? Path.of(state)
                : Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")), ".local", "state");
        return new Memory(home.resolve("planisphere").resolve("offers.json"));
    }

    List<Remembered> offers() {
        List<Remembered> offers = new ArrayList<>();
        for (JsonNode node : read().path("offers")) {
            try {
                offers.add(new Remembered(
                        node.path("number").asInt(),
                        node.path("planner").asText(),
                        URI.create(node.path("session").asText())));
            } catch (IllegalArgumentException damaged) {
                // written by hand: not one of ours
            }
        }
        return offers;
    }

    Optional<Remembered> offer(int number) {
        return offers().stream().filter(offer -> offer.number() == number).findFirst();
    }

    Optional<URI> session() {
        String last = read().path("session").asText("");
        try {
            return last.isEmpty() ? Optional.empty() : Optional.of(URI.create(last));
        } catch (IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }

    void rememberOffers(List<Remembered> offers) {
        ObjectNode tree = read();
        ArrayNode list = tree.putArray("offers");
        for (Remembered offer : offers) {
            list.addObject()
                    .put("number", offer.number())
                    .put("planner", offer.planner())
                    .put("session", offer.session().toString());
        }
        write(tree);
    }

    void rememberSession(URI session) {
        write(read().put("session", session.toString()));
    }

    private ObjectNode read() {
        try {
            if (Files.size(file) < 4 * 1024 * 1024
                    && Json.mapper().readTree(Files.readAllBytes(file)) instanceof ObjectNode tree) {
                return tree;
            }
        } catch (IOException absent) {
            // nothing is remembered
        }
        return Json.mapper().createObjectNode();
    }

    private void write(ObjectNode tree) {
        try {
            PrivateFile.write(file, tree);
        } catch (IOException unwritable) {
            throw new Fault(
                    Exit.FAULT,
                    "The offers cannot be remembered: " + unwritable.getMessage(),
                    "set XDG_STATE_HOME to a folder that can be written, or use the addresses with --json");
        }
    }
}
