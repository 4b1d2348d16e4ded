package org.planisphere.planner.task;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The digest of exactly what an executable will do, as far as its document fixes it: two executables with the same
 * fingerprint run the same. A program at an address, or at a branch of a repository, has none, since what is there may
 * change.
 */
public final class Fingerprint {
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

    private final MessageDigest digest;

    private Fingerprint(String kind) {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        add(kind);
    }

    /** {@code sha256:} and 64 hex digits; of a container its image's digest. Empty when nothing fixes what is run. */
    public static Optional<String> of(Executable executable) {
        if (executable instanceof Executable.DockerContainer container) {
            return Optional.ofNullable(container.image().digest());
        }
        if (executable instanceof Executable.Process process) {
            return Optional.of(new Fingerprint("process")
                    .add(process.command())
                    .add(process.environment())
                    .add(process.directory())
                    .done());
        }
        if (executable instanceof Executable.PythonProgram program) {
            if (program.requirements() != null && program.requirements().contains("://")) {
                // What is at that address may change.
                return Optional.empty();
            }
            return commit("python-program", program.repository())
                    .map(print -> print.add(program.requirements())
                            .add(program.arguments())
                            .add(program.environment())
                            .done());
        }
        if (executable instanceof Executable.JavaProgram program) {
            return commit("java-program", program.repository())
                    .map(print -> print.add(program.mainClass())
                            .add(program.arguments())
                            .add(program.options())
                            .done());
        }
        if (executable instanceof Executable.BinderNotebook notebook) {
            return commit("binder-notebook", notebook.repository())
                    .map(print -> print.add(notebook.path()).done());
        }
        if (executable instanceof Executable.DockerCompose compose && compose.content() != null) {
            Fingerprint print = new Fingerprint("docker-compose").add(compose.content());
            return Optional.of((compose.environment().isEmpty() ? print : print.add(compose.environment())).done());
        }
        if (executable instanceof Executable.Workflow workflow && workflow.document() != null) {
            return Optional.of(new Fingerprint("workflow")
                    .add(workflow.language())
                    .add(workflow.document())
                    .done());
        }
        return Optional.empty();
    }

    private static Optional<Fingerprint> commit(String kind, Executable.@Nullable Repository repository) {
        if (repository == null
                || repository.reference() == null
                || !COMMIT.matcher(repository.reference()).matches()) {
            return Optional.empty();
        }
        return Optional.of(new Fingerprint(kind)
                .add(repository.url())
                .add(repository.reference())
                .add(repository.path()));
    }

    private Fingerprint add(List<String> texts) {
        number(texts.size());
        texts.forEach(this::add);
        return this;
    }

    private Fingerprint add(Map<String, String> texts) {
        number(texts.size());
        new TreeMap<>(texts).forEach((name, value) -> add(name).add(value));
        return this;
    }

    /** With its length before it, so that no two lists of texts read alike. */
    private Fingerprint add(@Nullable String text) {
        if (text == null) {
            number(-1);
        } else {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            number(bytes.length);
            digest.update(bytes);
        }
        return this;
    }

    private void number(int number) {
        digest.update(ByteBuffer.allocate(4).putInt(number).array());
    }

    private String done() {
        return "sha256:" + HexFormat.of().formatHex(digest.digest());
    }
}
