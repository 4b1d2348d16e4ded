package org.planisphere.planner.platform.process;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.platform.Reach;
import org.planisphere.planner.staging.JsonFile;
import org.planisphere.planner.staging.WorkFolder;

/**
 * What a run serves to its owner, at a Unix socket beside its work folder: its supervisor makes the socket and hands it to the
 * run open, so that neither the run nor any other can put something else in its place, and a run without a network serves all
 * the same. Kept as a record in the run's folder.
 *
 * @param root the path under which the service has its addresses: that of the connector at the planner
 * @param start where people begin, below the root
 * @param secret the service's own; only the planner sends it
 */
record Live(String root, String start, String secret) {
    /** The variable in the run's environment that the supervisor fills in. */
    static final String HANDLE = "@LIVE@";

    private static final String RECORD = "live.json";
    private static final String SOCKET = "live";
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A notebook's server, with a new secret. */
    static Live notebook(UUID session, String start) {
        byte[] secret = new byte[32];
        RANDOM.nextBytes(secret);
        return new Live(
                "/planner/sessions/" + session + "/connectors/0/",
                start,
                HexFormat.of().formatHex(secret));
    }

    Map<String, String> environment() {
        return Map.of("PLANISPHERE_LIVE", HANDLE, "PLANISPHERE_SECRET", secret, "PLANISPHERE_ROOT", root);
    }

    void write(WorkFolder folder) throws IOException {
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("root", root);
        record.put("start", start);
        record.put("secret", secret);
        JsonFile.write(folder.file(RECORD), record);
    }

    /** Whether the run of a folder serves anything; cheap. */
    static boolean in(WorkFolder folder) {
        return JsonFile.exists(folder.file(RECORD));
    }

    static Optional<Live> of(WorkFolder folder) throws IOException {
        return JsonFile.read(folder.file(RECORD))
                .map(record -> new Live(
                        String.valueOf(record.get("root")),
                        String.valueOf(record.get("start")),
                        String.valueOf(record.get("secret"))));
    }

    LiveConnector connector() {
        return new LiveConnector("notebook", "HTTP", "/" + start, 0);
    }

    Reach reach(WorkFolder folder) {
        return new Reach(folder.file(SOCKET), root, Map.of("Authorization", "token " + secret));
    }

    @Override
    public String toString() {
        return "Live[" + root + start + "]";
    }
}
