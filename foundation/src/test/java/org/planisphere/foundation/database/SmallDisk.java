package org.planisphere.foundation.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of a few megabytes, in memory, that can be filled. */
public final class SmallDisk implements AutoCloseable {
    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /** Null where this process may not mount anything. */
    public static SmallDisk mount(int megabytes) throws IOException {
        Path folder = Files.createTempDirectory("planisphere-disk");
        if (run("mount", "-t", "tmpfs", "-o", "mode=0755,size=" + megabytes + "m", "tmpfs", folder.toString()) == 0) {
            return new SmallDisk(folder);
        }
        Files.delete(folder);
        return null;
    }

    public Path folder() {
        return folder;
    }

    /** Until not one byte more can be written. */
    public void fill() throws IOException {
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(folder.resolve("fill"))) {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            assertThat(Files.getFileStore(folder).getUsableSpace()).isLessThan(block.length);
        }
    }

    public void free() throws IOException {
        Files.delete(folder.resolve("fill"));
    }

    @Override
    public void close() throws IOException {
        assertThat(run("umount", folder.toString())).isZero();
        Files.delete(folder);
    }

    private static int run(String... command) throws IOException {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
