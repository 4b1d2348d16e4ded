package org.planisphere.registry.harvest;

import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.store.QuarantineRow;
import org.planisphere.registry.store.RecordRow;
import org.planisphere.registry.store.Records;
import org.planisphere.registry.store.RunRow;
import org.planisphere.registry.store.SourceRow;
import org.planisphere.registry.store.Writing;
import org.planisphere.wire.codec.Fault;

/**
 * Takes one page of a source over, in one transaction that also says where the list goes on. Records are taken as they
 * are; what cannot be taken over is held in quarantine with the reason.
 */
final class Intake {
    private static final int AT_ONCE = 500;
    private static final int LONGEST_NAME = 400;

    private final Records records;
    private final Set<String> own;
    private final String node;

    /**
     * @param own authorities of this registry, of which nobody else may publish records here
     * @param node by which this node holds the source it harvests
     */
    Intake(Records records, Set<String> own, String node) {
        this.records = records;
        this.own = own;
        this.node = node;
    }

    /** @return how it stands with the source afterwards; empty, with nothing done, when another node has it now */
    Optional<SourceRow> take(String url, OaiSource.Page page, Set<String> authorities, Instant now) {
        return records.write(writing -> {
            EntityManager manager = writing.manager();
            SourceRow source = manager.find(SourceRow.class, url, LockModeType.PESSIMISTIC_WRITE);
            if (!node.equals(source.holder)) {
                return Optional.empty();
            }
            RunRow run = manager.find(RunRow.class, new RunRow.Key(url, source.run));
            if (source.serverTime == null) {
                source.serverTime = page.serverTime();
            }
            new Page(writing, source, run, authorities, now).take(page.records());
            source.token = page.token();
            source.pages++;
            source.heldUntil = now.plus(Harvester.LEASE).atOffset(ZoneOffset.UTC);
            run.seen = source.seen;
            return Optional.of(source);
        });
    }

    /**
     * Why a record may not be taken over, whoever sends it; null when it may.
     *
     * @param known what there is of it already
     */
    @Nullable
    String objection(String authority, @Nullable RecordRow known, String url, Set<String> authorities) {
        if (own.contains(authority) || !authorities.contains(authority)) {
            return "the source does not manage the authority " + authority;
        }
        if (known != null && !url.equals(known.source) && !(known.deleted() && !known.managed)) {
            return "the record comes from another source already";
        }
        return null;
    }

    /** Makes the row of a harvested record what has come; returns whether anything is new. */
    static boolean fill(RecordRow row, Incoming incoming, Resource resource, String url, long run, Instant now) {
        boolean fresh = row.ivoid.isEmpty();
        boolean changed = fresh || row.deleted() || !resource.xml().equals(row.record);
        if (changed) {
            row.fill(resource, now);
            row.prepared = incoming.prepared();
        }
        List<Fault> faults = new ArrayList<>(incoming.faults());
        Instant created = resource.created();
        if (created != null && created.isAfter(now.plus(Duration.ofDays(1)))) {
            faults.add(new Fault("/@created", "In the future."));
        }
        row.say(faults);
        row.origin = RecordRow.HARVESTED;
        row.source = url;
        row.sourceRun = run;
        changed |= row.stale;
        row.stale = false;
        return changed;
    }

    /** What is done with the records of one page. */
    private final class Page {
        private final Writing writing;
        private final EntityManager manager;
        private final SourceRow source;
        private final RunRow run;
        private final Set<String> authorities;
        private final Instant now;
        private final Map<String, RecordRow> known = new HashMap<>();
        private final Map<String, QuarantineRow> held = new HashMap<>();
        /** Records there were none of. */
        private final List<RecordRow> added = new ArrayList<>();

        Page(Writing writing, SourceRow source, RunRow run, Set<String> authorities, Instant now) {
            this.writing = writing;
            this.manager = writing.manager();
            this.source = source;
            this.run = run;
            this.authorities = authorities;
            this.now = now;
        }

        void take(List<Incoming> page) {
            read(page);
            for (Incoming incoming : page) {
                source.seen++;
                one(incoming);
            }
            writing.add(added);
        }

        /** What there is already of the page, at once. */
        private void read(List<Incoming> page) {
            List<String> keys = new ArrayList<>();
            List<String> places = new ArrayList<>();
            for (Incoming incoming : page) {
                keys.add(incoming.key());
                places.add(cut(incoming.named(), LONGEST_NAME));
            }
            for (int i = 0; i < keys.size(); i += AT_ONCE) {
                int end = Math.min(keys.size(), i + AT_ONCE);
                manager.createQuery("SELECT r FROM RegistryRecord r WHERE r.ivoid IN :keys", RecordRow.class)
                        .setParameter("keys", keys.subList(i, end))
                        .getResultList()
                        .forEach(row -> known.put(row.ivoid, row));
                manager.createQuery(
                                "SELECT q FROM RegistryQuarantine q WHERE q.source = :source AND q.place IN :places",
                                QuarantineRow.class)
                        .setParameter("source", source.url)
                        .setParameter("places", places.subList(i, end))
                        .getResultList()
                        .forEach(row -> held.put(row.place, row));
            }
        }

        private void one(Incoming incoming) {
            if (incoming.ivoid() == null) {
                quarantine(incoming, "the header has no IVOA identifier");
                return;
            }
            RecordRow row = known.get(incoming.key());
            QuarantineRow before = held.get(cut(incoming.named(), LONGEST_NAME));
            boolean released = before != null && before.released;
            String authority = incoming.ivoid().authority();
            String objection = objection(authority, row, source.url, authorities);
            if (objection != null && (!released || own.contains(authority))) {
                quarantine(incoming, objection);
                return;
            }
            if (incoming.deleted()) {
                delete(row);
                return;
            }
            Resource resource = incoming.resource();
            if (resource == null) {
                quarantine(incoming, incoming.unusable() == null ? "it cannot be read" : incoming.unusable());
                if (row != null) {
                    // What was there before stays; it has been seen.
                    row.sourceRun = source.run;
                    row.stale = true;
                    writing.touch(row);
                }
                return;
            }
            RecordRow filled = row == null ? new RecordRow() : row;
            if (fill(filled, incoming, resource, source.url, source.run, now)) {
                run.kept++;
                writing.touch(filled);
            }
            if (row == null) {
                added.add(filled);
                known.put(filled.ivoid, filled);
            }
            if (before != null && !released) {
                held.remove(before.place);
                manager.remove(before);
            }
        }

        private void delete(@Nullable RecordRow row) {
            if (row == null) {
                return;
            }
            row.sourceRun = source.run;
            if (!row.deleted()) {
                row.bury(now);
                run.removed++;
                writing.touch(row);
            }
        }

        private void quarantine(Incoming incoming, String reason) {
            run.quarantined++;
            String place = incoming.named().isEmpty() ? "record " + source.seen : cut(incoming.named(), LONGEST_NAME);
            QuarantineRow there = held.get(place);
            QuarantineRow row = there == null ? new QuarantineRow() : there;
            row.source = source.url;
            row.place = place;
            row.reason = cut(reason, 1000);
            Resource resource = incoming.resource();
            row.record = resource == null ? incoming.text() : cut(resource.xml(), 200_000);
            row.seen = now.atOffset(ZoneOffset.UTC);
            if (there == null) {
                QuarantineRow older = manager.find(QuarantineRow.class, new QuarantineRow.Key(source.url, place));
                if (older == null) {
                    manager.persist(row);
                    held.put(place, row);
                } else {
                    older.reason = row.reason;
                    older.record = row.record;
                    older.seen = row.seen;
                    held.put(place, older);
                }
            }
        }
    }

    static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }
}
