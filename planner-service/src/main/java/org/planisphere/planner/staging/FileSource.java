package org.planisphere.planner.staging;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.planisphere.planner.task.Kind;

/** {@code file:} inside configured folders. */
final class FileSource implements Source {
    private final List<Path> roots;

    /** @param roots a root that does not exist gives nothing */
    FileSource(List<Path> roots) {
        this.roots = List.copyOf(roots);
    }

    @Override
    public Set<Kind> kinds() {
        return roots.isEmpty() ? Set.of() : Set.of(Kind.SIMPLE_DATA);
    }

    @Override
    public Set<String> schemes() {
        return roots.isEmpty() ? Set.of() : Set.of("file");
    }

    @Override
    public boolean takes(Address address) {
        return address.scheme().equals("file") && !roots.isEmpty() && !address.repository();
    }

    @Override
    public Optional<Unreachable> examine(Address address) {
        try {
            find(address);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(
                    Unreachable.of(address, "there is no such file in the folders this platform reads from"));
        }
    }

    @Override
    public OptionalLong measure(Address address) throws IOException {
        Path source = find(address);
        if (Files.isRegularFile(source)) {
            return OptionalLong.of(Files.size(source));
        }
        long[] total = {0};
        Beneath.walk(source, entry -> total[0] += entry.attributes().size());
        return OptionalLong.of(total[0]);
    }

    @Override
    public String whence(Address address) {
        return "file";
    }

    @Override
    public Staged fetch(Address address, Path target, Transfer transfer) throws IOException {
        Path source = find(address);
        if (Files.isDirectory(source)) {
            long total = 0;
            Files.createDirectory(target);
            List<String> names = new ArrayList<>();
            Beneath.walk(source, entry -> names.add(entry.name()));
            for (String name : names) {
                Path copy = target.resolve(name);
                Files.createDirectories(copy.getParent());
                try (InputStream in = Channels.newInputStream(Beneath.open(source, name))) {
                    total += copy(in, copy, transfer, address, Optional.empty()).size();
                }
            }
            if (address.checksum().isPresent()) {
                throw new IOException("it is a folder, which has no checksum");
            }
            transfer.moved(total);
            return new Staged(total, "");
        }
        // Opened by its real path, whose parts are checked once more on the way: no link slips in between.
        Path root = source.getRoot();
        try (InputStream in = Channels.newInputStream(
                Beneath.open(root, root.relativize(source).toString()))) {
            Staged staged = copy(in, target, transfer, address, address.checksum());
            transfer.moved(staged.size());
            return staged;
        }
    }

    private static Staged copy(
            InputStream in, Path target, Transfer transfer, Address address, Optional<Checksum> checksum)
            throws IOException {
        try (Intake intake = new Intake(target, transfer, address.shown(), checksum)) {
            intake.all(in);
            return intake.done();
        }
    }

    /** The folder at the location. */
    Path folder(Address address) throws IOException {
        Path found = find(address);
        if (!Files.isDirectory(found)) {
            throw new IOException("it is no folder");
        }
        return found;
    }

    /** The real path of a {@code file:} location, which lies in one of the roots, is readable, and is file or folder. */
    private Path find(Address address) throws IOException {
        URI uri = address.uri().orElseThrow(() -> new IOException("it is not a URL"));
        if (uri.getRawAuthority() != null || uri.getPath() == null || uri.getRawQuery() != null) {
            throw new IOException("it is not the address of a file");
        }
        Path real;
        try {
            real = Path.of(uri.getPath()).toRealPath();
        } catch (InvalidPathException e) {
            throw new IOException("it is not the address of a file", e);
        }
        for (Path root : roots) {
            if (Files.isDirectory(root) && real.startsWith(root.toRealPath())) {
                if ((Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS) || Files.isDirectory(real))
                        && Files.isReadable(real)) {
                    return real;
                }
            }
        }
        throw new IOException("it is outside of the folders that may be read");
    }
}
