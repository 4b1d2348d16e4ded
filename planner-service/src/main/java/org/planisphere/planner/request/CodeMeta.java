package org.planisphere.planner.request;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.task.Kind;
import org.planisphere.wire.Compute;
import org.planisphere.wire.Executable;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.Meta;
import org.planisphere.wire.MinMax;
import org.planisphere.wire.Repository;

/**
 * A request made of a description of software, as software repositories publish it beside each work ({@code
 * codemeta.json}). What the description does not say is left to the caller; what it says of something else is stepped
 * over. Pure and stateless.
 *
 * @see <a href="https://codemeta.github.io/terms/">CodeMeta terms</a>
 */
public final class CodeMeta {
    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,7}(?:\\.[0-9]{1,3})?)\\s*([KMGT])i?B?\\b");
    private static final Pattern COUNT = Pattern.compile("([0-9]{1,5})");
    private static final Pattern NOT_IN_NAMES = Pattern.compile("[^\\p{L}\\p{N}._-]+");
    private static final int NAME = 60;

    private final Map<String, ?> description;
    private final KindBases kinds;

    private CodeMeta(Map<String, ?> description, KindBases kinds) {
        this.description = description;
        this.kinds = kinds;
    }

    /** Whether a document is such a description, by its context and type. */
    public static boolean is(Map<String, ?> document) {
        return text(document.get("@context")).contains("codemeta")
                || document.containsKey("@context")
                        && text(document.get("@type")).startsWith("Software")
                || document.containsKey("codeRepository") && !document.containsKey("executable");
    }

    /** The request; nothing when the description does not say how the software is run. */
    public static Optional<ExecutionRequest> request(Map<String, ?> description, KindBases kinds) {
        return new CodeMeta(description, kinds).request();
    }

    private Optional<ExecutionRequest> request() {
        Executable executable = executable();
        if (executable == null) {
            return Optional.empty();
        }
        executable.meta = new Meta();
        String name = NOT_IN_NAMES.matcher(text("name")).replaceAll("-").replaceAll("^-+|-+$", "");
        executable.meta.name = name.isEmpty() ? "software" : name.substring(0, Math.min(NAME, name.length()));
        String words = text("description");
        executable.meta.description = words.isEmpty() ? null : words.substring(0, Math.min(1_000, words.length()));
        ExecutionRequest request = new ExecutionRequest();
        request.executable = executable;
        request.compute = compute();
        return Optional.of(request);
    }

    private @Nullable Executable executable() {
        String file = file();
        String how = String.join(
                        " ",
                        text("programmingLanguage"),
                        text("runtimePlatform"),
                        text("keywords"),
                        text("applicationCategory"))
                .toLowerCase(Locale.ROOT);
        String repository = first(text("codeRepository"));
        if (file.endsWith(".ipynb")) {
            return at(Kind.JUPYTER_NOTEBOOK, file);
        }
        if (file.endsWith(".py")) {
            return at(Kind.PYTHON_PROGRAM, file);
        }
        if (file.endsWith(".jar")) {
            return at(Kind.JAVA_PROGRAM, file);
        }
        if (repository.isEmpty()) {
            return null;
        }
        Kind kind = how.contains("notebook") || how.contains("jupyter")
                ? Kind.BINDER_NOTEBOOK
                : how.contains("python") ? Kind.PYTHON_PROGRAM : how.contains("java") ? Kind.JAVA_PROGRAM : null;
        if (kind == null) {
            return null;
        }
        Executable executable = new Executable();
        executable.kind = kinds.uri(kind, kinds.standard());
        executable.repository = new Repository();
        executable.repository.url = repository.replaceFirst("^git\\+", "");
        return executable;
    }

    /** A single file that is the software, where the description names one. */
    private String file() {
        for (String place : List.of("downloadUrl", "url", "installUrl")) {
            String address = text(place);
            if (address.matches("(?i)https?://[^\\s?#]+\\.(ipynb|py|jar)")) {
                return address;
            }
        }
        return "";
    }

    private Executable at(Kind kind, String location) {
        Executable executable = new Executable();
        executable.kind = kinds.uri(kind, kinds.standard());
        executable.location = location;
        return executable;
    }

    private @Nullable Compute compute() {
        Long cores = cores(text("processorRequirements"));
        Long memory = gibibytes(text("memoryRequirements"));
        if (cores == null && memory == null) {
            return null;
        }
        Compute compute = new Compute();
        compute.kind = kinds.uri(Kind.SIMPLE_COMPUTE, kinds.standard());
        compute.cores = atLeast(cores);
        compute.memory = atLeast(memory);
        return compute;
    }

    private static @Nullable MinMax atLeast(@Nullable Long amount) {
        if (amount == null) {
            return null;
        }
        MinMax range = new MinMax();
        range.min = amount;
        return range;
    }

    private static @Nullable Long cores(String words) {
        Matcher count = COUNT.matcher(words);
        return words.toLowerCase(Locale.ROOT).matches("(?s).*(core|cpu|processor|^[0-9]+$).*") && count.find()
                ? Long.valueOf(count.group(1))
                : null;
    }

    /** Whole GiB, at least one; nothing when no amount is told. */
    private static @Nullable Long gibibytes(String words) {
        Matcher amount = AMOUNT.matcher(words);
        if (!amount.find()) {
            return null;
        }
        double gib = Double.parseDouble(amount.group(1))
                * switch (amount.group(2)) {
                    case "K" -> 1.0 / (1 << 20);
                    case "M" -> 1.0 / (1 << 10);
                    case "T" -> 1 << 10;
                    default -> 1;
                };
        return Math.max(1, (long) Math.ceil(gib));
    }

    private String text(String name) {
        return text(description.get(name));
    }

    private static String first(String texts) {
        int end = texts.indexOf(' ');
        return end < 0 ? texts : texts.substring(0, end);
    }

    /** The words of a value: of a list all of them, of an object its name or identity. */
    private static String text(@Nullable Object value) {
        if (value instanceof List<?> list) {
            List<String> all = new ArrayList<>();
            list.forEach(one -> all.add(text(one)));
            return String.join(" ", all).strip();
        }
        if (value instanceof Map<?, ?> map) {
            Object named = map.get("name") != null
                    ? map.get("name")
                    : map.get("@id") != null ? map.get("@id") : map.get("@value");
            return text(named);
        }
        return value == null ? "" : value.toString().strip();
    }
}
