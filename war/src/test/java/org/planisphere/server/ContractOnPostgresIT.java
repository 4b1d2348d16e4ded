package org.planisphere.server;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.planisphere.foundation.database.DatabaseKind;

class ContractOnPostgresIT extends ContractTests {
    @BeforeAll
    static void up() throws IOException {
        up(DatabaseKind.POSTGRESQL);
    }
}
