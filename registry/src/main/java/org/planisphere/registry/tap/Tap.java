package org.planisphere.registry.tap;

import java.util.function.Supplier;
import org.planisphere.foundation.database.Database;
import org.planisphere.registry.adql.Adql;
import org.planisphere.registry.regtap.Relations;

/** Everything queries stand on; made once by the node, which closes it before the database. */
public final class Tap implements AutoCloseable {
    private final TapSettings settings;
    private final Database database;
    private final Adql adql = new Adql(Relations.PUBLISHED);
    private final Answers answers;
    private final Jobs jobs;
    private final Supplier<String> note;

    /** @param note what people should know of the relations now; empty when there is nothing */
    public Tap(Database database, TapSettings settings, Supplier<String> note) {
        this.note = note;
        this.database = database;
        this.settings = settings;
        this.answers = new Answers(database, settings.parallel());
        this.jobs = new Jobs(database, settings, answers, this::read);
    }

    TapSettings settings() {
        return settings;
    }

    Answers answers() {
        return answers;
    }

    Jobs jobs() {
        return jobs;
    }

    String note() {
        return note.get();
    }

    boolean ready() {
        return database.answers(java.time.Duration.ofSeconds(2));
    }

    Asked read(Parameters parameters) throws Rejected {
        return Asked.read(parameters, adql, database.postgres(), settings);
    }

    @Override
    public void close() {
        jobs.close();
    }
}
