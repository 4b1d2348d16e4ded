package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.planisphere.foundation.settings.Settings;

class UnprotectedTest {
    @ParameterizedTest(name = "listen.address {0}, node.url {1}, db.url {2}: {3} warnings")
    @CsvSource({
        "127.0.0.1,,,0",
        "0.0.0.0,,,1",
        "0.0.0.0,http://planner.example.org,,1",
        "0.0.0.0,https://planner.example.org,,0",
        "127.0.0.1,,jdbc:postgresql://localhost:5432/p,0",
        "127.0.0.1,,jdbc:postgresql:p,0",
        "127.0.0.1,,jdbc:postgresql://db.example.org/p,1",
        "127.0.0.1,,jdbc:postgresql://db.example.org/p?sslmode=require,1",
        "127.0.0.1,,jdbc:postgresql://db.example.org/p?ssl=true&sslmode=verify-full,0",
        "0.0.0.0,,'jdbc:postgresql://a,b/p',2",
    })
    void whatCrossesANetworkInTheClearIsTold(String listen, String url, String database, int warnings) {
        Map<String, String> settings = new HashMap<>(Map.of("listen.address", listen));
        if (url != null) {
            settings.put("node.url", url);
        }
        if (database != null) {
            settings.put("db.url", database);
        }
        assertThat(Unprotected.of(Settings.of(settings))).hasSize(warnings);
    }
}
