package org.planisphere.launch;

import java.io.IOException;
import java.util.logging.FileHandler;

/** The security log's own file, as {@link AccessFile}. */
public final class SecurityFile extends FileHandler {
    /** Called by the logging system; everything comes from logging.properties under this class's name. */
    public SecurityFile() throws IOException {}
}
