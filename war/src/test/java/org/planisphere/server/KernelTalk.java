package org.planisphere.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.WebSocket;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.codec.Json;

/** What a kernel says over its WebSocket: the text of the first result, and the end of the connection. */
final class KernelTalk implements WebSocket.Listener {
    final CompletableFuture<String> result = new CompletableFuture<>();
    final CompletableFuture<Boolean> over = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
        text.append(part);
        if (last) {
            try {
                JsonNode message = Json.mapper().readTree(text.toString());
                if (message.path("msg_type").asText().equals("execute_result")) {
                    result.complete(
                            message.at("/content/data").path("text/plain").asText());
                }
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
            text.setLength(0);
        }
        socket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
        over.complete(true);
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        over.complete(true);
    }

    /** A message that has a kernel execute this. */
    static String execute(String code) {
        ObjectNode message = Json.mapper().createObjectNode().put("channel", "shell");
        message.putObject("header")
                .put("msg_id", UUID.randomUUID().toString())
                .put("msg_type", "execute_request")
                .put("session", "test")
                .put("username", "anna")
                .put("version", "5.3")
                .put("date", "");
        message.putObject("parent_header");
        message.putObject("metadata");
        message.putObject("content")
                .put("code", code)
                .put("silent", false)
                .put("store_history", true)
                .put("allow_stdin", false)
                .putObject("user_expressions");
        return message.toString();
    }
}
