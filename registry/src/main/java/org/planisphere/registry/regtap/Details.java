package org.planisphere.registry.regtap;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.resource.Vo;
import org.planisphere.registry.resource.Xml;
import org.w3c.dom.Attr;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;

/**
 * What is kept of a record as pairs of path and value.
 *
 * <p>What our own registry extension says of planners is kept too; the standard allows paths of one's own.
 *
 * @see <a href="https://www.ivoa.net/documents/RegTAP/">RegTAP 1.2, appendix A</a>
 */
final class Details {
    /** Every path that is kept; those of capabilities begin with {@code /capability}. */
    static final Set<String> PATHS =
            Stream.of("""
                    /accessURL /coverage/footprint /coverage/footprint/@ivo-id /deprecated /endorsedVersion /facility
                    /format /format/@isMIMEType /full /instrument /instrument/@ivo-id /managedAuthority /managingOrg
                    /rights /rights/@rightsURI /schema/@namespace
                    /capability/executionDuration/hard /capability/executionDuration/default
                    /capability/complianceLevel /capability/creationType /capability/dataModel
                    /capability/dataModel/@ivo-id /capability/dataSource /capability/defaultMaxRecords
                    /capability/imageServiceType /capability/interface/securityMethod/@standardID
                    /capability/interface/testQueryString /capability/language/name
                    /capability/language/version/@ivo-id /capability/maxAperture /capability/maxFileSize
                    /capability/maxImageExtent/lat /capability/maxImageExtent/long /capability/maxImageSize
                    /capability/maxImageSize/lat /capability/maxImageSize/long /capability/maxQueryRegionSize/lat
                    /capability/maxQueryRegionSize/long /capability/maxRecords /capability/maxSearchRadius
                    /capability/maxSR /capability/outputFormat/@ivo-id /capability/outputFormat/alias
                    /capability/outputFormat/mime /capability/outputLimit/default
                    /capability/outputLimit/default/@unit /capability/outputLimit/hard
                    /capability/outputLimit/hard/@unit /capability/retentionPeriod/default
                    /capability/retentionPeriod/hard /capability/supportedFrame /capability/testQuery/catalog
                    /capability/testQuery/dec /capability/testQuery/extras /capability/testQuery/pos/lat
                    /capability/testQuery/pos/long /capability/testQuery/pos/refframe
                    /capability/testQuery/queryDataCmd /capability/testQuery/ra /capability/testQuery/size
                    /capability/testQuery/size/lat /capability/testQuery/size/long /capability/testQuery/sr
                    /capability/testQuery/verb /capability/uploadLimit/default /capability/uploadLimit/default/@unit
                    /capability/uploadLimit/hard /capability/uploadLimit/hard/@unit /capability/uploadMethod/@ivo-id
                    /capability/verbosity /capability/executableKind /capability/format
                    /capability/shape /capability/shape/@cores /capability/shape/@memory
                    /capability/shape/@storage /capability/shape/@accelerators
                    """.split("\\s+")).filter(path -> !path.isEmpty()).collect(Collectors.toUnmodifiableSet());

    /** Every path on the way to one that is kept. */
    private static final Set<String> WAYS = ways();

    private Details() {}

    private static Set<String> ways() {
        Set<String> ways = new HashSet<>();
        for (String path : PATHS) {
            for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
                ways.add(path.substring(0, slash));
            }
        }
        return Set.copyOf(ways);
    }

    /** @param path of the element itself, empty for the record */
    static void collect(Element element, String path, @Nullable Integer capability, String ivoid, Rows rows) {
        for (Element child : Xml.children(element)) {
            String at = path + "/" + child.getLocalName();
            if (at.equals("/capability")) {
                continue;
            }
            boolean kept = PATHS.contains(at);
            boolean way = WAYS.contains(at);
            if (!kept && !way) {
                continue;
            }
            List<Element> below = way ? Xml.children(child) : List.of();
            if (kept && below.isEmpty()) {
                add(rows, ivoid, capability, at, Texts.of(child));
            }
            if (way) {
                attributes(child, at, capability, ivoid, rows);
                collect(child, at, capability, ivoid, rows);
            }
        }
    }

    private static void attributes(
            Element element, String path, @Nullable Integer capability, String ivoid, Rows rows) {
        NamedNodeMap attributes = element.getAttributes();
        for (int i = 0; i < attributes.getLength(); i++) {
            Attr attribute = (Attr) attributes.item(i);
            String at = path + "/@" + attribute.getLocalName();
            if (PATHS.contains(at) && !Vo.XSI.equals(attribute.getNamespaceURI())) {
                add(rows, ivoid, capability, at, Texts.clean(attribute.getValue()));
            }
        }
    }

    private static void add(
            Rows rows, String ivoid, @Nullable Integer capability, String path, @Nullable String value) {
        if (value != null) {
            rows.add("rr.res_detail", ivoid, capability, path, value);
        }
    }
}
