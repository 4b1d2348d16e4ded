package org.planisphere.server;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.planisphere.foundation.database.DatabaseKind;

class ContractOnH2IT extends ContractTests {
    @BeforeAll
    static void up() throws IOException {
        up(DatabaseKind.H2);
    }
}
