package org.planisphere.planner.session.store;

import org.planisphere.foundation.database.DatabaseKind;

class JpaSessionsOnH2Test extends JpaSessionsTest {
    JpaSessionsOnH2Test() {
        super(DatabaseKind.H2);
    }
}
