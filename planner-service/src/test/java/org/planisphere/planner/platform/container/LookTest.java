package org.planisphere.planner.platform.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Looking at a container whose process goes while podman looks: what podman 4.3 answers then was recorded, for the moment
 * cannot be hit at will.
 */
class LookTest {
    private static final String GONE =
            "{\"cause\":\"no such process\",\"message\":\"read /proc/21611/cgroup: no such process\",\"response\":500}";
    private static final String EXITED =
            "{\"State\":{\"Status\":\"exited\",\"Running\":false,\"Pid\":0,\"ExitCode\":3,\"OOMKilled\":false,"
                    + "\"StartedAt\":\"2026-11-22T00:00:00Z\",\"FinishedAt\":\"2026-11-22T00:00:01Z\"}}";

    @TempDir
    private Path folder;

    @Test
    void asksAgainWhenTheProcessWentWhilePodmanLooked() throws Exception {
        try (Recorded engine = new Recorded(folder, List.of("500 " + GONE, "500 " + GONE, "200 " + EXITED));
                Containers containers = new Containers(engine.socket())) {
            assertThat(containers.look("planisphere-1")).get().satisfies(seen -> {
                assertThat(seen.over()).isTrue();
                assertThat(seen.code()).isEqualTo(3);
            });
        }
    }

    @Test
    void doesNotAskForEver() throws Exception {
        try (Recorded engine = new Recorded(folder, List.of("500 " + GONE));
                Containers containers = new Containers(engine.socket())) {
            assertThatThrownBy(() -> containers.look("planisphere-1"))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("no such process");
        }
    }

    @Test
    void tellsAnyOtherFaultAtOnce() throws Exception {
        try (Recorded engine = new Recorded(folder, List.of("500 {\"message\":\"disk full\"}", "200 " + EXITED));
                Containers containers = new Containers(engine.socket())) {
            assertThatThrownBy(() -> containers.look("planisphere-1"))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("disk full");
        }
    }

    /** Gives the answers in their order, the last one for ever. */
    private static final class Recorded implements AutoCloseable {
        private final Path socket;
        private final ServerSocketChannel server;
        private final Deque<String> answers;

        Recorded(Path folder, List<String> answers) throws IOException {
            this.socket = folder.resolve("engine.sock");
            this.answers = new ArrayDeque<>(answers);
            this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(socket));
            Thread thread = new Thread(this::serve, "recorded-engine");
            thread.setDaemon(true);
            thread.start();
        }

        Path socket() {
            return socket;
        }

        private void serve() {
            while (server.isOpen()) {
                try (SocketChannel caller = server.accept()) {
                    readHead(caller);
                    String answer = answers.size() > 1 ? answers.remove() : answers.element();
                    byte[] body = answer.substring(4).getBytes(StandardCharsets.UTF_8);
                    String head = "HTTP/1.1 " + answer.substring(0, 3) + " x\r\nContent-Type: application/json\r\n"
                            + "Connection: close\r\nContent-Length: " + body.length + "\r\n\r\n";
                    caller.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
                    caller.write(ByteBuffer.wrap(body));
                } catch (IOException closed) {
                    // The caller went, or the test is over.
                }
            }
        }

        private static void readHead(SocketChannel caller) throws IOException {
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(1024);
            while (!read.toString(StandardCharsets.US_ASCII).contains("\r\n\r\n") && caller.read(buffer) >= 0) {
                read.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
