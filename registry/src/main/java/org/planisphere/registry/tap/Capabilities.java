package org.planisphere.registry.tap;

import org.planisphere.registry.adql.Features;
import org.planisphere.registry.resource.Vo;
import org.planisphere.registry.resource.Xml;

/**
 * What the service can do, for its own capabilities and for the registry's record.
 *
 * @see <a href="https://www.ivoa.net/documents/TAPRegExt/">TAPRegExt 1.0, section 2</a>
 */
public final class Capabilities {
    private static final String TAP = "ivo://ivoa.net/std/TAP";

    private Capabilities() {}

    static String document(TapSettings settings) {
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<vosi:capabilities")
                .append(" xmlns:vosi=\"")
                .append(Vo.VOSI_CAPABILITIES)
                .append("\" xmlns:vs=\"")
                .append(Vo.VS)
                .append("\" xmlns:tr=\"http://www.ivoa.net/xml/TAPRegExt/v1.0\" xmlns:xsi=\"")
                .append(Vo.XSI)
                .append("\">\n");
        xml.append(access(settings, TAP));
        vosi(xml, "ivo://ivoa.net/std/VOSI#capabilities", settings.base() + "/capabilities");
        vosi(xml, "ivo://ivoa.net/std/VOSI#availability", settings.base() + "/availability");
        vosi(xml, "ivo://ivoa.net/std/VOSI#tables-1.1", settings.base() + "/tables");
        vosi(xml, "ivo://ivoa.net/std/DALI#examples", settings.base() + "/examples");
        return xml.append("</vosi:capabilities>\n").toString();
    }

    /**
     * The capability in the registry's own record, and whether that is full: the capability is that of a TAP service when it has the whole VO, and else that of tables
     * beside something else, so that nobody takes it for a whole registry.
     */
    public static String own(TapSettings settings) {
        return access(settings, settings.full() ? TAP : TAP + "#aux") + "<full>" + settings.full() + "</full>";
    }

    private static String access(TapSettings settings, String standard) {
        StringBuilder xml = new StringBuilder("<capability standardID=\"").append(standard);
        xml.append(
                        "\" xsi:type=\"tr:TableAccess\">\n<interface role=\"std\" version=\"1.1\" xsi:type=\"vs:ParamHTTP\">")
                .append("<accessURL use=\"base\">")
                .append(Xml.escape(settings.base().toString()))
                .append("</accessURL></interface>\n");
        if (settings.full()) {
            xml.append("<dataModel ivo-id=\"ivo://ivoa.net/std/regtap#1.2\">Registry 1.2</dataModel>\n");
        }
        xml.append("<language><name>ADQL</name>")
                .append("<version ivo-id=\"ivo://ivoa.net/std/ADQL#v2.0\">2.0</version>")
                .append("<version ivo-id=\"ivo://ivoa.net/std/ADQL#v2.1\">2.1</version>")
                .append("<description>One SELECT over the published tables</description>\n");
        for (Features.Group group : settings.full() ? Features.FULL : Features.ALL) {
            xml.append("<languageFeatures type=\"").append(group.type()).append("\">");
            for (Features.Feature feature : group.features()) {
                xml.append("<feature><form>").append(Xml.escape(feature.form())).append("</form>");
                if (!feature.description().isEmpty()) {
                    xml.append("<description>")
                            .append(Xml.escape(feature.description()))
                            .append("</description>");
                }
                xml.append("</feature>\n");
            }
            xml.append("</languageFeatures>\n");
        }
        xml.append("</language>\n");
        for (Format format : Format.values()) {
            xml.append("<outputFormat");
            if (format.id() != null) {
                xml.append(" ivo-id=\"").append(format.id()).append('"');
            }
            xml.append("><mime>")
                    .append(format.media())
                    .append("</mime><alias>")
                    .append(format.alias())
                    .append("</alias></outputFormat>\n");
        }
        long keep = settings.keep().toSeconds();
        xml.append("<retentionPeriod><default>")
                .append(keep)
                .append("</default><hard>")
                .append(keep)
                .append("</hard></retentionPeriod>\n<executionDuration><default>")
                .append(settings.asJob().toSeconds())
                .append("</default><hard>")
                .append(settings.asJob().toSeconds())
                .append("</hard></executionDuration>\n");
        xml.append("<outputLimit><default unit=\"row\">")
                .append(settings.usualRows())
                .append("</default><hard unit=\"row\">")
                .append(settings.mostRows())
                .append("</hard></outputLimit>\n");
        return xml.append("</capability>\n").toString();
    }

    private static void vosi(StringBuilder xml, String standard, String url) {
        xml.append("<capability standardID=\"")
                .append(standard)
                .append("\"><interface xsi:type=\"vs:ParamHTTP\" role=\"std\"><accessURL use=\"full\">")
                .append(Xml.escape(url))
                .append("</accessURL></interface></capability>\n");
    }
}
