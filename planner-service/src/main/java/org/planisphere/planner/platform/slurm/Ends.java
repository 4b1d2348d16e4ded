package org.planisphere.planner.platform.slurm;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.platform.Observation.End;
import org.planisphere.planner.platform.process.RunRecords;

/**
 * How a session ended, of what its supervisor wrote and what Slurm says of its job. The supervisor knows the program's exit
 * code and its own reasons; what ended the supervisor itself only Slurm knows. Pure.
 */
final class Ends {
    private Ends() {}

    /** Whether the supervisor's word is enough: else Slurm is asked. */
    static boolean whole(Map<String, Object> record) {
        String end = String.valueOf(record.get("end"));
        return !end.equals("LOST")
                && !(end.equals("FAILED") && Integer.valueOf(137).equals(record.get("code")));
    }

    /**
     * The record of the end.
     *
     * @param record what the supervisor wrote; null when it could not
     * @param job that is over; null when Slurm does not know it any more
     * @param cancelled whether it was the planner that ended it
     * @param begun whether the program may have been executed
     */
    static Map<String, Object> of(
            @Nullable Map<String, Object> record,
            @Nullable Job job,
            boolean cancelled,
            boolean begun,
            Instant since,
            Instant now) {
        Map<String, Object> end = new LinkedHashMap<>();
        Instant from = job != null && job.start() != null && !begun ? job.start() : since;
        Instant until = job != null && job.end() != null && job.end().isAfter(from) ? job.end() : now;
        end.put("code", -1);
        end.put("since", seconds(from));
        end.put("until", seconds(until.isBefore(from) ? from : until));
        if (record != null) {
            end.putAll(record);
        }
        boolean unexplained =
                record == null || String.valueOf(record.get("end")).equals("LOST");
        if (cancelled && unexplained) {
            return is(end, End.CANCELLED, begun ? "It was stopped on request." : "It was stopped before it began.");
        }
        if (job != null && job.state().equals("OUT_OF_MEMORY") && (unexplained || !whole(end))) {
            return is(end, End.OUT_OF_MEMORY, "It used more memory than it was granted.");
        }
        if (!unexplained) {
            return end;
        }
        if (job == null) {
            return is(end, End.LOST, "Slurm does not know its job any more.");
        }
        int code = job.signal() > 0 ? 128 + job.signal() : job.code();
        switch (job.state()) {
            case "TIMEOUT":
                return is(end, End.OUT_OF_TIME, "Its time was over.");
            case "CANCELLED":
                return is(end, End.LOST, "Somebody cancelled its job in Slurm.");
            case "PREEMPTED":
                return is(end, End.LOST, "Slurm ended it in favour of another job.");
            case "DEADLINE":
                return is(end, End.LOST, "Slurm ended it because of a deadline.");
            case "NODE_FAIL", "BOOT_FAIL":
                return is(end, End.LOST, "Its node failed.");
            default:
                if (begun) {
                    return is(end, End.LOST, "Its supervisor is gone; its job ended with exit code " + code + ".");
                }
                end.put("code", code);
                return is(end, End.FAILED, "Its node could not start it: exit code " + code + reason(job) + ".");
        }
    }

    private static String reason(Job job) {
        return job.reason().equals("None") || job.reason().isEmpty() ? "" : ", " + job.reason();
    }

    private static Map<String, Object> is(Map<String, Object> end, End how, String detail) {
        end.put("end", how.name());
        end.put("detail", detail);
        return end;
    }

    static double seconds(Instant instant) {
        return instant.toEpochMilli() / 1000.0;
    }

    /** When the supervisor says it began. */
    static Instant since(Map<String, Object> task) {
        return RunRecords.instant(task.get("since"));
    }
}
