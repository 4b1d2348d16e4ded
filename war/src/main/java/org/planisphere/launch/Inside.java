package org.planisphere.launch;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Runs a command of the server's own, without a server: {@code Inside WAR CLASS ARGUMENT...}. The libraries inside of the
 * WAR are unpacked for as long as the command runs; the server's jars are on the class path.
 */
public final class Inside {
    private static final String LIBRARIES = "WEB-INF/lib/";

    private Inside() {}

    /** Entry point. */
    public static void main(String[] args) throws Exception {
        // What is said goes to standard output and error by the command itself.
        Logger.getLogger("").setLevel(Level.SEVERE);
        Path folder = Files.createTempDirectory("planisphere-");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder)));
        try (URLClassLoader loader =
                new URLClassLoader(unpack(Path.of(args[0]), folder), Inside.class.getClassLoader())) {
            Thread.currentThread().setContextClassLoader(loader);
            loader.loadClass(args[1]).getMethod("main", String[].class).invoke(null, (Object)
                    Arrays.copyOfRange(args, 2, args.length));
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static URL[] unpack(Path war, Path folder) throws IOException {
        List<URL> jars = new ArrayList<>();
        try (ZipFile zip = new ZipFile(war.toFile())) {
            for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                if (entry.getName().startsWith(LIBRARIES) && entry.getName().endsWith(".jar")) {
                    // Our own WAR, and still: a name of ours, not of the entry's.
                    Path jar = folder.resolve(jars.size() + ".jar");
                    try (InputStream in = zip.getInputStream(entry)) {
                        Files.copy(in, jar);
                    }
                    jars.add(jar.toUri().toURL());
                }
            }
        }
        return jars.toArray(URL[]::new);
    }

    private static void remove(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            Logger.getLogger(Inside.class.getName()).log(Level.FINE, folder + " stays", e);
        }
    }
}
