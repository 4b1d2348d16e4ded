package org.planisphere.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineFormatterTest {
    private static LogRecord event(String message) {
        LogRecord event = new LogRecord(Level.WARNING, message);
        event.setLoggerName("org.planisphere.x");
        event.setInstant(Instant.parse("2026-11-21T06:00:00.123Z"));
        return event;
    }

    @Test
    void textIsOneLinePerEvent() {
        LogRecord event = event("a\r\nb\u2028c\u001b[31m");
        event.setThrown(new IllegalStateException("oh\nno"));
        String line = new LineFormatter().format(event);
        assertThat(line)
                .startsWith("2026-11-21T06:00:00.123Z WARN  org.planisphere.x: a\\r\\nb\\u2028c\\u001b[31m\\n")
                .contains("IllegalStateException: oh\\nno")
                .endsWith("\n");
        assertThat(line.chars().filter(c -> c < ' ')).hasSize(1);
    }

    @Test
    void jsonIsOneObjectPerEvent() {
        LogRecord event = event("say \"no\" \\ \n");
        event.setLongThreadID(7);
        assertThat(new LineFormatter.Json().format(event))
                .isEqualTo("{\"time\":\"2026-11-21T06:00:00.123Z\",\"level\":\"WARN\",\"logger\":\"org.planisphere.x\","
                        + "\"thread\":\"7\",\"message\":\"say \\\"no\\\" \\\\ \\n\"}\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer hunter2",
                "authorization=Basic hunter2",
                "bearer hunter2",
                "GET /x?token=hunter2&a=b",
                "GET /x?access_token=hunter2",
                "db.password=hunter2",
                "password: hunter2",
                "https://s3/x?X-Amz-Signature=hunter2&y=z",
                "api_key=hunter2;",
            })
    void whatLooksLikeACredentialIsHidden(String message) {
        assertThat(new LineFormatter().format(event(message)))
                .doesNotContain("hunter2")
                .contains("***");
        assertThat(new LineFormatter.Json().format(event(message))).doesNotContain("hunter2");
    }

    @Test
    void ordinaryWordsStay() {
        assertThat(LineFormatter.hide("The token of the caller was refused"))
                .isEqualTo("The token of the caller was refused");
    }
}
