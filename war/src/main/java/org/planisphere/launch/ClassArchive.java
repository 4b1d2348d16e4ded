package org.planisphere.launch;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/**
 * The classes that a start has loaded, in one file from which Java's later starts read them much faster. Written at the
 * end of a node that was asked to and that was ready, so that it is never in the way of anything.
 */
final class ClassArchive {
    /** The system property that names the file, of a Java started with {@code -XX:+RecordDynamicDumpInfo}. */
    static final String FILE = "planisphere.classes";

    private static final System.Logger LOG = System.getLogger(ClassArchive.class.getName());

    private ClassArchive() {}

    /** Writes it where it is asked for; it appears as a whole or not at all. Blocks for some seconds. */
    static void write() {
        String file = System.getProperty(FILE);
        if (file == null) {
            return;
        }
        try {
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(name(), "vmCds", new Object[] {new String[] {"dynamic_dump", file}}, new String[] {
                        String[].class.getName()
                    });
        } catch (JMException | RuntimeException e) {
            // Starts are slower without it, and nothing else is.
            LOG.log(System.Logger.Level.INFO, "The classes of the start were not written: {0}", e.toString());
        }
    }

    private static ObjectName name() throws MalformedObjectNameException {
        return new ObjectName("com.sun.management:type=DiagnosticCommand");
    }
}
