package org.planisphere.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow.Subscription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events from bytes, however those are cut into buffers. */
class EventStreamTest {
    private static final URI HERE = URI.create("http://127.0.0.1:1/planner");
    private static final Subscription SOURCE = new Subscription() {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    };

    private final List<String> events = new ArrayList<>();
    private long wait;

    private EventStream stream(int largest) {
        EventStream stream = new EventStream(HERE, largest, new EventStream.Listener() {
            @Override
            public void event(String type, String id, byte[] data) {
                events.add(type + "/" + id + "/" + new String(data, StandardCharsets.UTF_8));
            }

            @Override
            public void retry(long millis) {
                wait = millis;
            }
        });
        stream.onSubscribe(SOURCE);
        return stream;
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void areTheSameWhereverTheStreamIsCut(String end) {
        byte[] bytes = String.join(
                        end,
                        ": a comment",
                        "retry: 250",
                        "event: offers",
                        "id: 7",
                        "data: {\"größe\": \"€ 😀\",",
                        "data:\"b\": 2}",
                        "",
                        "data",
                        "",
                        "event: nothing",
                        "",
                        "unknown: field",
                        "data:  two",
                        "",
                        "")
                .getBytes(StandardCharsets.UTF_8);
        List<String> told = List.of("offers/7/{\"größe\": \"€ 😀\",\n\"b\": 2}\n", "message//\n", "message// two\n");
        for (int cut = 0; cut <= bytes.length; cut++) {
            events.clear();
            EventStream stream = stream(1000);
            stream.onNext(List.of(ByteBuffer.wrap(bytes, 0, cut)));
            stream.onNext(List.of(ByteBuffer.wrap(Arrays.copyOfRange(bytes, cut, bytes.length))));
            assertThat(events).as("cut at " + cut).isEqualTo(told);
        }
        EventStream stream = stream(1000);
        events.clear();
        for (byte one : bytes) {
            stream.onNext(List.of(ByteBuffer.wrap(new byte[] {one})));
        }
        assertThat(events).isEqualTo(told);
        assertThat(wait).isEqualTo(250);
    }

    @Test
    void endAtOneThatIsTooLargeInOneLineOrInMany() {
        for (String line : List.of("data: " + "x".repeat(200), ("data: " + "x".repeat(30) + "\n").repeat(5))) {
            EventStream stream = stream(100);
            stream.onNext(List.of(ByteBuffer.wrap((line + "\n\n").getBytes(StandardCharsets.UTF_8))));
            assertThat(events).isEmpty();
            assertThatThrownBy(() -> stream.getBody().toCompletableFuture().join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(BadAnswer.class);
        }
    }
}
