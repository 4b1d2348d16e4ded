package org.planisphere.planner.request;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.Kind.Vocabulary;

/**
 * Kind URIs and the kinds they name. A kind's URI is a base, a group and a name, {@code BASE/group/name}, with or without
 * the ending {@code .yaml}. Bases have several spellings, which are configuration; scheme and host are compared without
 * regard to case, as RFC 3986 says (section 6.2.2.1), everything after them exactly. Immutable.
 */
public final class KindBases {
    /** The standard's base as of schema release 1.0.7. */
    public static final String STANDARD = "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/";

    /** The base of the kinds that Planisphere adds. */
    public static final String OURS = "https://www.purl.org/planisphere/kinds/";

    private static final String ENDING = ".yaml";

    private static final List<Kind> KINDS = List.of(
            Kind.JUPYTER_NOTEBOOK,
            Kind.DOCKER_CONTAINER,
            Kind.SINGULARITY_CONTAINER,
            Kind.PROCESS,
            Kind.PYTHON_PROGRAM,
            Kind.JAVA_PROGRAM,
            Kind.BINDER_NOTEBOOK,
            Kind.ZEPPELIN_NOTEBOOK,
            Kind.DOCKER_COMPOSE,
            Kind.WORKFLOW,
            Kind.SIMPLE_COMPUTE,
            Kind.ACCELERATOR,
            Kind.SIMPLE_STORAGE,
            Kind.EPHEMERAL_STORAGE,
            Kind.PERSISTENT_STORAGE,
            Kind.SIMPLE_DATA,
            Kind.S3_DATA,
            Kind.RUCIO_DATA,
            Kind.IVOA_DATA,
            Kind.SKAO_DATA,
            Kind.OUTPUT,
            Kind.SIMPLE_VOLUME,
            Kind.SIMPLE_COST,
            Kind.SIMPLE_METRIC,
            Kind.SCHEDULED_SESSION,
            Kind.SIMPLE_SESSION,
            Kind.OFFER_SET);

    private final String standard;
    private final String ours;
    private final List<Base> bases;
    private final Map<Kind, Kind> known;

    /**
     * @param standard the standard's base as answers spell it when the request gives no other reason
     * @param standardAliases its other spellings
     * @param ours the base of our own kinds
     * @param ourAliases its other spellings
     * @throws IllegalArgumentException when a base is not an absolute address, or two of them are the same
     */
    public KindBases(String standard, List<String> standardAliases, String ours, List<String> ourAliases) {
        this.standard = slashed(standard);
        this.ours = slashed(ours);
        this.bases = new ArrayList<>();
        add(Vocabulary.IVOA, this.standard);
        standardAliases.forEach(alias -> add(Vocabulary.IVOA, slashed(alias)));
        add(Vocabulary.PLANISPHERE, this.ours);
        ourAliases.forEach(alias -> add(Vocabulary.PLANISPHERE, slashed(alias)));
        this.known = new LinkedHashMap<>();
        KINDS.forEach(kind -> known.put(kind, kind));
    }

    /** The usual bases, with other spellings of the standard's. */
    public static KindBases withAliases(List<String> standardAliases) {
        return new KindBases(STANDARD, standardAliases, OURS, List.of());
    }

    /** The kind that the URI names; empty when nobody here knows it. */
    public Optional<Kind> kind(String uri) {
        return base(uri).map(base -> kind(base, uri));
    }

    /**
     * The spelling of the standard's base that the URI uses; the usual spelling when the URI stands on no base of the
     * standard's.
     */
    public String baseOf(String uri) {
        return standardBaseOf(uri).orElse(standard);
    }

    /** The spelling of the standard's base that the URI uses; empty when it stands on none. */
    Optional<String> standardBaseOf(String uri) {
        return base(uri)
                .filter(base -> base.vocabulary == Vocabulary.IVOA)
                .map(base -> uri.substring(0, base.spelling.length()));
    }

    /** The usual spelling of the standard's base. */
    public String standard() {
        return standard;
    }

    /** The usual spelling of our base. */
    public String ours() {
        return ours;
    }

    /**
     * The URI of a kind. The standard's kinds end in {@code .yaml} as the standard writes them, ours do not.
     *
     * @param kindBase spelling of the standard's base; does not matter for our kinds
     */
    public String uri(Kind kind, String kindBase) {
        return kind.vocabulary() == Vocabulary.IVOA
                ? slashed(kindBase) + kind.group() + "/" + kind.name() + ENDING
                : ours + kind.group() + "/" + kind.name();
    }

    /** Every kind we know. */
    public List<Kind> kinds() {
        return KINDS;
    }

    private Optional<Base> base(String uri) {
        String folded = folded(uri);
        return bases.stream().filter(base -> folded.startsWith(base.folded)).findFirst();
    }

    private @org.jspecify.annotations.Nullable Kind kind(Base base, String uri) {
        String rest = uri.substring(base.spelling.length());
        String path = rest.endsWith(ENDING) ? rest.substring(0, rest.length() - ENDING.length()) : rest;
        int slash = path.indexOf('/');
        return slash < 0
                ? null
                : known.get(new Kind(base.vocabulary, path.substring(0, slash), path.substring(slash + 1)));
    }

    private void add(Vocabulary vocabulary, String spelling) {
        Base base = new Base(vocabulary, spelling, folded(spelling));
        for (Base other : bases) {
            boolean clash = other.folded.startsWith(base.folded) || base.folded.startsWith(other.folded);
            if (clash && !(other.folded.equals(base.folded) && other.vocabulary == vocabulary)) {
                throw new IllegalArgumentException(
                        "the bases of kinds " + other.spelling + " and " + spelling + " cannot be told apart");
            }
        }
        bases.add(base);
    }

    private static String slashed(String base) {
        if (base.indexOf("://") < 1) {
            throw new IllegalArgumentException("the base of kinds \"" + base + "\" is not an absolute address");
        }
        return base.endsWith("/") ? base : base + "/";
    }

    /** Scheme and host in lower case; as long as the original. */
    private static String folded(String uri) {
        int scheme = uri.indexOf("://");
        if (scheme < 0) {
            return uri;
        }
        int path = uri.indexOf('/', scheme + 3);
        int end = path < 0 ? uri.length() : path;
        return uri.substring(0, end).toLowerCase(Locale.ROOT) + uri.substring(end);
    }

    private record Base(Vocabulary vocabulary, String spelling, String folded) {}
}
