package org.planisphere.planner.session.store;

import org.planisphere.planner.task.Task;

/** Tasks as JSON documents, in the form in which they stand in stored offers. Thread safe. */
public final class TaskDocuments {
    private final SessionDocuments documents = new SessionDocuments();

    public String write(Task task) {
        return documents.task(task);
    }

    /** Reads what {@link #write} wrote. */
    public Task read(String document) {
        return documents.task(document);
    }
}
