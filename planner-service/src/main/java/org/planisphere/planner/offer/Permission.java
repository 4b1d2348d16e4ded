package org.planisphere.planner.offer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.platform.compose.ComposeFile;
import org.planisphere.planner.platform.compose.ComposeReader;
import org.planisphere.planner.platform.image.ImageName;
import org.planisphere.planner.quota.Denial;
import org.planisphere.planner.quota.Rules;
import org.planisphere.planner.quota.Terms;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Fingerprint;
import org.planisphere.planner.task.Kind;

/** Whether the policy lets a task be run: what is executed, and where. Pure. */
final class Permission {
    private final Executable executable;
    private final String platform;

    Permission(Executable executable, String platform) {
        this.executable = executable;
        this.platform = platform;
    }

    /** Every reason why these terms do not allow it. */
    List<Message> reasons(Terms terms, PolicyWords words) {
        Rules rules = terms.rules();
        List<Message> reasons = new ArrayList<>();
        if (rules.kinds() != null && !rules.kinds().contains(kind())) {
            reasons.add(words.notAllowed("executable kind", kind(), rules.kinds(), terms));
        }
        if (rules.platforms() != null && !rules.platforms().contains(platform)) {
            reasons.add(words.notAllowed("platform", platform, rules.platforms(), terms));
        }
        List<String> images = images();
        if (rules.images() != null && !(unread() ? rules.images().contains("*") : allowed(rules.images(), images))) {
            reasons.add(words.notAllowed("image", String.join(", ", images), rules.images(), terms));
        }
        if (rules.digests() != null) {
            for (String digest : digests()) {
                if (!rules.digests().contains(digest)) {
                    reasons.add(words.notAllowed("image digest", digest, rules.digests(), terms));
                }
            }
        }
        List<String> sources = sources();
        if (rules.repositories() != null && !allowed(rules.repositories(), sources)) {
            reasons.add(words.notAllowed("repository", String.join(", ", sources), rules.repositories(), terms));
        }
        if (rules.approvals() != null) {
            // What a tag of an image means may change.
            Optional<String> print =
                    compose().isPresent() && digests().contains("") ? Optional.empty() : Fingerprint.of(executable);
            if (print.isEmpty() || !rules.approvals().contains(print.get())) {
                reasons.add(words.notApproved(print.orElse(null), terms));
            }
        }
        return reasons;
    }

    /** Whether a denial names the task: by any of its lists, or by having none. */
    boolean denied(Denial denial) {
        return named(denial).isPresent();
    }

    /** What of the task a denial names, first of all. */
    record Named(String resource, String asked) {
        /** What a denial without a list names. */
        static final String POLICY = "policy";
    }

    /** What of the task a denial names; everything where the denial has no list. */
    Optional<Named> named(Denial denial) {
        Rules rules = denial.rules();
        if (unread() && (rules.images() != null || rules.digests() != null)) {
            return Optional.of(new Named("image", String.join(", ", images())));
        }
        boolean all = rules.kinds() == null
                && rules.images() == null
                && rules.digests() == null
                && rules.repositories() == null
                && rules.platforms() == null;
        if (all) {
            return Optional.of(new Named(Named.POLICY, "anything"));
        }
        List<Optional<Named>> possible = List.of(
                first("executable kind", rules.kinds(), List.of(kind())),
                first("platform", rules.platforms(), List.of(platform)),
                first("image", rules.images(), images()),
                first("image digest", rules.digests(), digests()),
                first("repository", rules.repositories(), sources()));
        return possible.stream().flatMap(Optional::stream).findFirst();
    }

    private static Optional<Named> first(String resource, @Nullable Set<String> list, List<String> asked) {
        return asked.stream()
                .filter(one -> list != null && Rules.matches(list, one))
                .map(one -> new Named(resource, one))
                .findFirst();
    }

    /** Every place from which it may be taken is allowed. */
    private static boolean allowed(Set<String> list, List<String> asked) {
        return asked.stream().allMatch(one -> Rules.matches(list, one));
    }

    private String kind() {
        Kind kind = executable.kind().kind();
        return kind == null ? executable.kind().uri() : kind.name();
    }

    /** Whether nobody knows yet which images it names: its Compose file is at an address. */
    private boolean unread() {
        return executable instanceof Executable.DockerCompose compose && compose.location() != null;
    }

    /** Of every image, as the request gives it; empty texts for those that it names otherwise. */
    private List<String> digests() {
        if (executable instanceof Executable.DockerContainer container) {
            String digest = container.image().digest();
            return List.of(digest == null ? "" : digest);
        }
        if (executable instanceof Executable.DockerCompose) {
            return images().stream()
                    .map(image -> ImageName.of(image)
                            .map(name -> name.digest() == null ? "" : name.digest())
                            .orElse(""))
                    .toList();
        }
        return List.of();
    }

    /** The Compose file of the request; its faults are the engine's to tell. */
    private Optional<ComposeFile> compose() {
        return executable instanceof Executable.DockerCompose compose && compose.content() != null
                ? ComposeReader.read(compose.content(), compose.environment()).good()
                : Optional.empty();
    }

    private List<String> images() {
        if (executable instanceof Executable.DockerContainer container) {
            return container.image().locations();
        }
        if (executable instanceof Executable.SingularityContainer container) {
            return List.of(container.location());
        }
        if (executable instanceof Executable.DockerCompose compose && compose.location() != null) {
            return List.of(compose.location());
        }
        return compose().map(file -> List.copyOf(file.images())).orElse(List.of());
    }

    /** Repositories and addresses from which programs come. */
    private List<String> sources() {
        Set<String> sources = new TreeSet<>();
        if (executable instanceof Executable.PythonProgram program) {
            add(sources, program.location(), program.repository());
        } else if (executable instanceof Executable.JavaProgram program) {
            add(sources, program.location(), program.repository());
        } else if (executable instanceof Executable.BinderNotebook notebook) {
            add(sources, null, notebook.repository());
        } else if (executable instanceof Executable.JupyterNotebook notebook) {
            add(sources, notebook.location(), null);
        } else if (executable instanceof Executable.ZeppelinNotebook notebook) {
            add(sources, notebook.location(), null);
        } else if (executable instanceof Executable.DockerCompose compose) {
            add(sources, compose.location(), null);
        } else if (executable instanceof Executable.Workflow workflow) {
            add(sources, workflow.location(), null);
        }
        return List.copyOf(sources);
    }

    private static void add(
            Set<String> sources, @Nullable String location, Executable.@Nullable Repository repository) {
        if (location != null) {
            sources.add(location);
        }
        if (repository != null) {
            sources.add(repository.url());
        }
    }
}
