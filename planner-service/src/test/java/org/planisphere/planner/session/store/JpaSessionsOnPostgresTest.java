package org.planisphere.planner.session.store;

import org.planisphere.foundation.database.DatabaseKind;

class JpaSessionsOnPostgresTest extends JpaSessionsTest {
    JpaSessionsOnPostgresTest() {
        super(DatabaseKind.POSTGRESQL);
    }
}
