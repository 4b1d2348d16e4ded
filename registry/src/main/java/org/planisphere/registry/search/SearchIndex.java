package org.planisphere.registry.search;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.resource.Summary;
import org.planisphere.registry.store.Records;

/**
 * Finds records. Before it answers it takes in what has been committed since, by whichever node, so that whoever has
 * written a record finds it at once. Thread safe; blocks on the database when something has changed.
 */
public final class SearchIndex {
    private static final int AT_ONCE = 2000;

    private final Records records;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private Index index = new Index();
    private long seen;

    public SearchIndex(Records records) {
        this.records = records;
    }

    /** The records that match, the best first and then by identifier; deleted and inactive ones are not found. */
    public List<Found> search(Wanted wanted) {
        refresh();
        lock.readLock().lock();
        try {
            return index.search(wanted);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** How many records can be found. */
    public int size() {
        lock.readLock().lock();
        try {
            return index.size();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Takes in what has changed; returns at once when nothing has. */
    public void refresh() {
        long now = records.revision();
        if (now <= seen()) {
            return;
        }
        lock.writeLock().lock();
        try {
            if (now <= seen) {
                return;
            }
            follow(seen, now);
            if (index.wasteful()) {
                index = new Index();
                follow(0, now);
            }
            seen = now;
        } finally {
            lock.writeLock().unlock();
        }
    }

    private long seen() {
        lock.readLock().lock();
        try {
            return seen;
        } finally {
            lock.readLock().unlock();
        }
    }

    private void follow(long from, long until) {
        long at = from;
        while (at < until) {
            Optional<List<Records.Extract>> known = records.takeChange(at + 1);
            if (known.isEmpty()) {
                break;
            }
            known.get().forEach(this::take);
            at++;
        }
        if (at < until) {
            read(at, until);
        }
    }

    private void read(long from, long until) {
        Records.@Nullable Extract last = null;
        while (true) {
            List<Records.Extract> some = records.changedSince(from, until, last, AT_ONCE);
            some.forEach(this::take);
            if (some.size() < AT_ONCE) {
                return;
            }
            last = some.get(some.size() - 1);
        }
    }

    private void take(Records.Extract record) {
        if (record.status().equals("active")) {
            index.put(record.ivoid(), record.type(), record.availability(), Summary.read(record.summary()));
        } else {
            index.remove(record.ivoid());
        }
    }
}
