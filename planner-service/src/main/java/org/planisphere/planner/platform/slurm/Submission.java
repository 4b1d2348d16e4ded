package org.planisphere.planner.platform.slurm;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A job as it is handed to Slurm: always on one node, never run again by Slurm itself. Texts that are empty are left to
 * Slurm.
 *
 * @param name of the session, so that it is found again when the answer was lost
 * @param comment whose job it is: the same for all of one platform
 * @param script what the node executes
 * @param folder where it begins, and where {@code supervisor.log} is written
 * @param processors as Slurm counts them
 * @param memory MiB
 * @param minutes after which Slurm ends it
 * @param gres accelerators, {@code gpu:2}
 */
record Submission(
        String name,
        String comment,
        String script,
        String folder,
        long processors,
        long memory,
        long minutes,
        String gres,
        String partition,
        String account,
        String qos,
        String reservation,
        String constraint) {
    /** The same with another limit. */
    Submission lasting(long otherMinutes) {
        return new Submission(
                name,
                comment,
                script,
                folder,
                processors,
                memory,
                otherMinutes,
                gres,
                partition,
                account,
                qos,
                reservation,
                constraint);
    }

    /** For a file. */
    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("name", name);
        facts.put("comment", comment);
        facts.put("script", script);
        facts.put("folder", folder);
        facts.put("processors", processors);
        facts.put("memory", memory);
        facts.put("minutes", minutes);
        facts.put("gres", gres);
        facts.put("partition", partition);
        facts.put("account", account);
        facts.put("qos", qos);
        facts.put("reservation", reservation);
        facts.put("constraint", constraint);
        return facts;
    }

    /** From a file. */
    static Submission of(Map<String, Object> facts) {
        return new Submission(
                text(facts, "name"),
                text(facts, "comment"),
                text(facts, "script"),
                text(facts, "folder"),
                number(facts, "processors"),
                number(facts, "memory"),
                number(facts, "minutes"),
                text(facts, "gres"),
                text(facts, "partition"),
                text(facts, "account"),
                text(facts, "qos"),
                text(facts, "reservation"),
                text(facts, "constraint"));
    }

    private static String text(Map<String, Object> facts, String key) {
        Object value = facts.get(key);
        return value == null ? "" : String.valueOf(value);
    }

    private static long number(Map<String, Object> facts, String key) {
        return facts.get(key) instanceof Number number ? number.longValue() : 0;
    }
}
