package org.planisphere.launch;

import java.io.IOException;
import java.util.logging.FileHandler;

/** The access log's own file; a class of its own because that is how logging.properties tells two files apart. */
public final class AccessFile extends FileHandler {
    /** Called by the logging system; everything comes from logging.properties under this class's name. */
    public AccessFile() throws IOException {}
}
