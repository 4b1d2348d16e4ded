package org.planisphere.planner.platform.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.platform.Observation;

/** Reads what was written of runs by whoever supervised them. */
public final class RunRecords {
    private RunRecords() {}

    public static Observation ended(Map<String, Object> record) {
        return new Observation.Ended(
                Observation.End.valueOf(String.valueOf(record.get("end"))),
                record.get("code") instanceof Number code ? code.intValue() : -1,
                instant(record.get("since")),
                instant(record.get("until")),
                usage(record),
                String.valueOf(record.get("detail")));
    }

    public static Instant instant(@Nullable Object seconds) {
        double value = seconds instanceof Number number ? number.doubleValue() : 0;
        return Instant.ofEpochSecond((long) Math.floor(value), (long) ((value - Math.floor(value)) * 1e9));
    }

    public static Observation.Usage usage(Map<String, Object> record) {
        return new Observation.Usage(
                record.get("cpu") instanceof Number cpu ? cpu.doubleValue() : 0,
                record.get("peak") instanceof Number peak ? peak.longValue() : 0,
                record.get("storage") instanceof Number storage ? storage.longValue() : 0);
    }

    /** Whether the process that made the claim still lives: same boot, same number, same start time. */
    static boolean alive(Map<String, Object> claim, String boot) {
        if (!boot.equals(claim.get("boot"))) {
            return false;
        }
        try {
            String text = Files.readString(Path.of("/proc/" + claim.get("pid") + "/stat"), StandardCharsets.ISO_8859_1);
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
            return !fields[0].equals("Z")
                    && !fields[0].equals("X")
                    && fields[19].equals(String.valueOf(claim.get("born")));
        } catch (IOException gone) {
            return false;
        }
    }
}
