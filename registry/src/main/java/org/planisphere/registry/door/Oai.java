package org.planisphere.registry.door;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.publish.Registry;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.resource.Vo;
import org.planisphere.registry.resource.Xml;
import org.planisphere.registry.store.RecordRow;
import org.planisphere.registry.store.Records;
import org.w3c.dom.Element;

/**
 * Answers OAI-PMH, for harvesters. Lists go by the time of change and then by identifier, and a token says behind which
 * record the next page begins: a record that changes meanwhile moves to the end of the list, so that nothing is missed and
 * no page comes twice. Thread safe.
 *
 * @see <a href="https://www.openarchives.org/OAI/openarchivesprotocol.html">OAI-PMH 2.0, section 4</a>
 * @see <a href="https://www.ivoa.net/documents/RegistryInterface/">Registry Interfaces 1.1, section 2</a>
 */
final class Oai {
    static final String MANAGED = "ivo_managed";
    static final String VOR = "ivo_vor";
    static final String DC = "oai_dc";
    /** How long a token is good for. */
    static final Duration TOKEN_LIFE = Duration.ofHours(6);

    private static final Map<String, Set<String>> ARGUMENTS = Map.of(
            "Identify", Set.of(),
            "ListMetadataFormats", Set.of("identifier"),
            "ListSets", Set.of("resumptionToken"),
            "GetRecord", Set.of("identifier", "metadataPrefix"),
            "ListIdentifiers", Set.of("from", "until", "set", "metadataPrefix", "resumptionToken"),
            "ListRecords", Set.of("from", "until", "set", "metadataPrefix", "resumptionToken"));

    private final Registry registry;
    private final Clock clock;

    Oai(Registry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
    }

    /** An error of the protocol. */
    private static final class Wrong extends Exception {
        private static final long serialVersionUID = 1L;
        final String code;

        Wrong(String code, String message) {
            super(message);
            this.code = code;
        }

        static Wrong argument(String message) {
            return new Wrong("badArgument", message);
        }
    }

    /** @param parameters every value of every argument, decoded */
    String answer(Map<String, List<String>> parameters) {
        String request = "<oai:request";
        String content;
        try {
            String verb = verb(parameters);
            Map<String, String> arguments = arguments(verb, parameters);
            StringBuilder echo = new StringBuilder(request);
            attribute(echo, "verb", verb);
            arguments.forEach((name, value) -> attribute(echo, name, value));
            request = echo.toString();
            content = switch (verb) {
                case "Identify" -> identify();
                case "ListMetadataFormats" -> formats(arguments.get("identifier"));
                case "ListSets" -> sets(arguments.get("resumptionToken"));
                case "GetRecord" -> one(arguments);
                default -> list(verb, arguments);
            };
        } catch (Wrong wrong) {
            if (wrong.code.equals("badVerb") || wrong.code.equals("badArgument")) {
                request = "<oai:request";
            }
            content = "<oai:error code=\"" + wrong.code + "\">" + Xml.escape(String.valueOf(wrong.getMessage()))
                    + "</oai:error>";
        }
        String base = registry.settings().base().toString();
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<?xml-stylesheet type=\"text/xsl\" href=\""
                + Xml.escape(registry.settings().base().getPath()) + "/oai.xsl\"?>\n<!-- For people: "
                + Xml.escape(registry.settings().base().getPath()).replace("--", "-%2D")
                + "/oai.html?verb=Identify -->\n<oai:OAI-PMH xmlns:oai=\"" + Vo.OAI
                + "\" xmlns:xsi=\"" + Vo.XSI + "\" xsi:schemaLocation=\"" + Vo.OAI + " "
                + "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd\"><oai:responseDate>"
                + Resource.stamp(clock.instant())
                + "</oai:responseDate>" + request + ">" + Xml.escape(base) + "/oai</oai:request>" + content
                + "</oai:OAI-PMH>\n";
    }

    private static String verb(Map<String, List<String>> parameters) throws Wrong {
        List<String> verbs = parameters.getOrDefault("verb", List.of());
        if (verbs.size() != 1 || !ARGUMENTS.containsKey(verbs.get(0))) {
            throw new Wrong("badVerb", verbs.size() > 1 ? "The verb is given twice." : "There is no such verb.");
        }
        return verbs.get(0);
    }

    private static Map<String, String> arguments(String verb, Map<String, List<String>> parameters) throws Wrong {
        Map<String, String> arguments = new TreeMap<>();
        Set<String> allowed = ARGUMENTS.getOrDefault(verb, Set.of());
        for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
            String name = parameter.getKey();
            if (name.equals("verb")) {
                continue;
            }
            if (!allowed.contains(name)) {
                throw Wrong.argument(verb + " has no such argument.");
            }
            if (parameter.getValue().size() != 1) {
                throw Wrong.argument(name + " is given twice.");
            }
            String value = parameter.getValue().get(0);
            if (value.length() > 2000 || value.chars().anyMatch(c -> c < 0x20)) {
                throw Wrong.argument(name + " is too long, or no text.");
            }
            arguments.put(name, value);
        }
        if (arguments.containsKey("resumptionToken")) {
            if (arguments.size() > 1) {
                throw Wrong.argument("resumptionToken stands alone.");
            }
        } else if (allowed.contains("metadataPrefix") && !arguments.containsKey("metadataPrefix")) {
            throw Wrong.argument("metadataPrefix is missing.");
        }
        if (verb.equals("GetRecord") && !arguments.containsKey("identifier")) {
            throw Wrong.argument("identifier is missing.");
        }
        return arguments;
    }

    private String identify() {
        StringBuilder xml = new StringBuilder("<oai:Identify>");
        element(xml, "repositoryName", registry.settings().title());
        element(xml, "baseURL", registry.settings().base() + "/oai");
        element(xml, "protocolVersion", "2.0");
        element(xml, "adminEmail", registry.settings().email());
        element(
                xml,
                "earliestDatestamp",
                Resource.stamp(registry.records().earliest().orElse(clock.instant())));
        element(xml, "deletedRecord", "persistent");
        element(xml, "granularity", "YYYY-MM-DDThh:mm:ssZ");
        registry.find(registry.settings().self())
                .ifPresent(row ->
                        xml.append("<oai:description>").append(row.record).append("</oai:description>"));
        return xml.append("</oai:Identify>").toString();
    }

    private String formats(@Nullable String identifier) throws Wrong {
        if (identifier != null) {
            record(identifier);
        }
        StringBuilder xml = new StringBuilder("<oai:ListMetadataFormats>");
        format(xml, VOR, "http://www.ivoa.net/xml/RegistryInterface/v1.0", Vo.RI);
        format(xml, DC, "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", Vo.OAI_DC);
        return xml.append("</oai:ListMetadataFormats>").toString();
    }

    private static void format(StringBuilder xml, String prefix, String schema, String namespace) {
        xml.append("<oai:metadataFormat>");
        element(xml, "metadataPrefix", prefix);
        element(xml, "schema", schema);
        element(xml, "metadataNamespace", namespace);
        xml.append("</oai:metadataFormat>");
    }

    private static String sets(@Nullable String token) throws Wrong {
        if (token != null) {
            throw new Wrong("badResumptionToken", "The list of sets has one page.");
        }
        return "<oai:ListSets><oai:set><oai:setSpec>" + MANAGED + "</oai:setSpec><oai:setName>"
                + "Records that originate in this registry</oai:setName></oai:set></oai:ListSets>";
    }

    private String one(Map<String, String> arguments) throws Wrong {
        String prefix = prefix(arguments.getOrDefault("metadataPrefix", ""));
        RecordRow row = record(arguments.getOrDefault("identifier", ""));
        StringBuilder xml = new StringBuilder("<oai:GetRecord>");
        record(xml, row, prefix);
        return xml.append("</oai:GetRecord>").toString();
    }

    private RecordRow record(String identifier) throws Wrong {
        Optional<RecordRow> row = Ivoid.of(identifier).flatMap(registry::find);
        return row.orElseThrow(() -> new Wrong("idDoesNotExist", "There is no record of this identifier."));
    }

    private static String prefix(String given) throws Wrong {
        if (!given.equals(VOR) && !given.equals(DC)) {
            throw new Wrong("cannotDisseminateFormat", "The formats are " + VOR + " and " + DC + ".");
        }
        return given;
    }

    private String list(String verb, Map<String, String> arguments) throws Wrong {
        String token = arguments.get("resumptionToken");
        Token at = token == null ? begin(verb, arguments) : Token.read(token, verb, clock.instant());
        int page = registry.settings().page();
        List<RecordRow> rows = registry.records()
                .changed(new Records.Stretch(at.from, at.until, at.managed, at.stamp, at.after, page + 1));
        if (rows.isEmpty()) {
            throw new Wrong(
                    "noRecordsMatch",
                    token == null
                            ? "No record matches."
                            : "What was left of this list has changed meanwhile; it is complete.");
        }
        boolean more = rows.size() > page;
        List<RecordRow> shown = more ? settled(rows.subList(0, page)) : rows;
        StringBuilder xml = new StringBuilder("<oai:").append(verb).append('>');
        for (RecordRow row : shown) {
            if (verb.equals("ListRecords")) {
                record(xml, row, at.prefix);
            } else {
                header(xml, row);
            }
        }
        if (more) {
            RecordRow last = shown.get(shown.size() - 1);
            Instant expires = clock.instant().plus(TOKEN_LIFE).truncatedTo(ChronoUnit.SECONDS);
            String next = at.behind(last.changed(), last.ivoid, at.cursor + shown.size(), expires)
                    .write(verb);
            xml.append("<oai:resumptionToken expirationDate=\"")
                    .append(Resource.stamp(expires))
                    .append("\" cursor=\"")
                    .append(at.cursor)
                    .append("\">")
                    .append(next)
                    .append("</oai:resumptionToken>");
        } else if (token != null) {
            xml.append("<oai:resumptionToken cursor=\"").append(at.cursor).append("\"/>");
        }
        return xml.append("</oai:").append(verb).append('>').toString();
    }

    /**
     * What of a page will keep its place: another record may still get a place among those of this second, before where a
     * token leads. They come with the next page; those of a page that has no others come now, so that a list goes on.
     */
    private List<RecordRow> settled(List<RecordRow> page) {
        Instant second = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        int end = page.size();
        while (end > 0 && !page.get(end - 1).changed().isBefore(second)) {
            end--;
        }
        return end == 0 ? page : page.subList(0, end);
    }

    private static Token begin(String verb, Map<String, String> arguments) throws Wrong {
        String prefix = prefix(arguments.getOrDefault("metadataPrefix", ""));
        String from = arguments.get("from");
        String until = arguments.get("until");
        if (from != null && until != null && from.length() != until.length()) {
            throw Wrong.argument("from and until have the same granularity.");
        }
        Instant begin = from == null ? null : instant("from", from, false);
        Instant end = until == null ? null : instant("until", until, true);
        if (begin != null && end != null && begin.isAfter(end)) {
            throw Wrong.argument("from is not later than until.");
        }
        String set = arguments.get("set");
        if (set != null && !set.equals(MANAGED)) {
            throw new Wrong("noRecordsMatch", "There is no such set; see ListSets.");
        }
        return new Token(prefix, set != null, begin, end, null, null, 0, Instant.MAX);
    }

    private static Instant instant(String name, String text, boolean end) throws Wrong {
        try {
            if (text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")) {
                LocalDate day = LocalDate.parse(text);
                return end
                        ? day.plusDays(1)
                                .atStartOfDay()
                                .toInstant(ZoneOffset.UTC)
                                .minusSeconds(1)
                        : day.atStartOfDay().toInstant(ZoneOffset.UTC);
            }
            if (text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")) {
                return Instant.parse(text);
            }
        } catch (DateTimeParseException e) {
            // told below
        }
        throw Wrong.argument(name + " is YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ.");
    }

    private static void record(StringBuilder xml, RecordRow row, String prefix) {
        xml.append("<oai:record>");
        header(xml, row);
        if (!row.deleted()) {
            xml.append("<oai:metadata>");
            xml.append(prefix.equals(VOR) ? row.record : dublinCore(row));
            xml.append("</oai:metadata>");
        }
        xml.append("</oai:record>");
    }

    private static void header(StringBuilder xml, RecordRow row) {
        xml.append(row.deleted() ? "<oai:header status=\"deleted\">" : "<oai:header>");
        element(xml, "identifier", row.identifier);
        element(xml, "datestamp", Resource.stamp(row.changed()));
        if (row.managed) {
            element(xml, "setSpec", MANAGED);
        }
        xml.append("</oai:header>");
    }

    private static String dublinCore(RecordRow row) {
        Element root;
        try {
            root = Xml.parse(row.record.getBytes(StandardCharsets.UTF_8)).getDocumentElement();
        } catch (Xml.Unreadable e) {
            throw new IllegalStateException("a stored record cannot be read", e);
        }
        StringBuilder xml =
                new StringBuilder("<oai_dc:dc xmlns:oai_dc=\"" + Vo.OAI_DC + "\" xmlns:dc=\"" + Vo.DC + "\">");
        core(xml, "title", row.title);
        core(xml, "identifier", row.identifier);
        Xml.first(root, "curation").ifPresent(curation -> {
            for (Element creator : Xml.children(curation, "creator")) {
                core(xml, "creator", Xml.text(creator, "name"));
            }
            core(xml, "publisher", Xml.text(curation, "publisher"));
            for (Element contributor : Xml.children(curation, "contributor")) {
                core(xml, "contributor", Xml.textOf(contributor));
            }
            for (Element date : Xml.children(curation, "date")) {
                core(xml, "date", Xml.textOf(date));
            }
        });
        Xml.first(root, "content").ifPresent(content -> {
            for (Element subject : Xml.children(content, "subject")) {
                core(xml, "subject", Xml.textOf(subject));
            }
            core(xml, "description", Xml.text(content, "description"));
            core(xml, "relation", Xml.text(content, "referenceURL"));
            for (Element type : Xml.children(content, "type")) {
                core(xml, "type", Xml.textOf(type));
            }
        });
        return xml.append("</oai_dc:dc>").toString();
    }

    private static void core(StringBuilder xml, String name, String text) {
        if (!text.isEmpty()) {
            xml.append("<dc:").append(name).append('>').append(Xml.escape(text));
            xml.append("</dc:").append(name).append('>');
        }
    }

    private static void element(StringBuilder xml, String name, String text) {
        xml.append("<oai:").append(name).append('>').append(Xml.escape(text));
        xml.append("</oai:").append(name).append('>');
    }

    private static void attribute(StringBuilder xml, String name, String value) {
        xml.append(' ').append(name).append("=\"").append(Xml.escape(value)).append('"');
    }

    /** Every value of every argument in a query or a form. */
    static Map<String, List<String>> form(String text) {
        Map<String, List<String>> form = new LinkedHashMap<>();
        for (String part : text.split("&", 50)) {
            int equals = part.indexOf('=');
            if (!part.isEmpty()) {
                String name = decode(equals < 0 ? part : part.substring(0, equals));
                form.computeIfAbsent(name, key -> new ArrayList<>())
                        .add(equals < 0 ? "" : decode(part.substring(equals + 1)));
            }
        }
        return form;
    }

    private static String decode(String text) {
        try {
            return java.net.URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return text;
        }
    }

    /** Where a list goes on. Says nothing that is not public, so it is not signed; what cannot be read is refused. */
    private record Token(
            String prefix,
            boolean managed,
            @Nullable Instant from,
            @Nullable Instant until,
            @Nullable Instant stamp,
            @Nullable String after,
            long cursor,
            Instant expires) {
        Token behind(Instant newStamp, String newAfter, long newCursor, Instant newExpires) {
            return new Token(prefix, managed, from, until, newStamp, newAfter, newCursor, newExpires);
        }

        String write(String verb) {
            String text = String.join(
                    " ",
                    verb,
                    prefix,
                    Boolean.toString(managed),
                    second(from),
                    second(until),
                    second(stamp),
                    Long.toString(cursor),
                    second(expires),
                    after == null ? "-" : after);
            return java.util.Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(text.getBytes(StandardCharsets.UTF_8));
        }

        static Token read(String token, String verb, Instant now) throws Wrong {
            try {
                String text = new String(java.util.Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
                String[] part = text.split(" ", 9);
                Ivoid after = new Ivoid(part[8]);
                Token read = new Token(
                        Oai.prefix(part[1]),
                        Boolean.parseBoolean(part[2]),
                        instant(part[3]),
                        instant(part[4]),
                        instant(part[5]),
                        after.key(),
                        Long.parseLong(part[6]),
                        Instant.ofEpochSecond(Long.parseLong(part[7])));
                if (part[0].equals(verb) && read.stamp != null && read.cursor >= 0) {
                    if (read.expires.isAfter(now)) {
                        return read;
                    }
                    throw new Wrong("badResumptionToken", "The token has expired; begin again.");
                }
            } catch (IllegalArgumentException | IndexOutOfBoundsException | java.time.DateTimeException e) {
                // told below
            } catch (Wrong wrong) {
                if (wrong.code.equals("badResumptionToken")) {
                    throw wrong;
                }
            }
            throw new Wrong("badResumptionToken", "This is no token of this list.");
        }

        private static String second(@Nullable Instant instant) {
            return instant == null ? "-" : Long.toString(instant.getEpochSecond());
        }

        private static @Nullable Instant instant(String text) {
            if (text.equals("-")) {
                return null;
            }
            long second = Long.parseLong(text);
            if (second < -62135596800L || second > 253402300799L) {
                throw new IllegalArgumentException("beyond the years 1 to 9999");
            }
            return Instant.ofEpochSecond(second);
        }
    }
}
