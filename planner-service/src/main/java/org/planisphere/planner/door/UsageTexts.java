package org.planisphere.planner.door;

import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.usage.UsageRecord;

/**
 * Usage records as texts. Stateless.
 *
 * @see <a href="https://www.ogf.org/documents/GFD.98.pdf">GFD-R-P.098, Usage Record format 1.0</a>
 */
final class UsageTexts {
    private static final String UR = "http://schema.ogf.org/urf/2003/09/urf";
    private static final long BYTES_PER_MIB = 1L << 20;

    private UsageTexts() {}

    /** Names and values of a record, the same in JSON and in CSV. */
    static Map<String, @Nullable Object> fields(UsageRecord record) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("session", record.session().toString());
        fields.put("owner", record.owner());
        fields.put("grant", record.grant());
        fields.put("group", record.group());
        fields.put("policy", record.policy());
        fields.put("platform", record.platform());
        fields.put("kind", record.kind());
        fields.put("name", record.name());
        fields.put("phase", record.phase());
        fields.put("accepted", record.accepted().toString());
        fields.put("began", record.began() == null ? null : record.began().toString());
        fields.put("ended", record.ended().toString());
        fields.put("cores", record.granted().cores());
        fields.put("memoryMiB", record.granted().memory());
        fields.put("storageMiB", record.granted().storage());
        fields.put("accelerators", record.granted().accelerators());
        fields.put("seconds", record.seconds());
        fields.put("cpuSeconds", record.cpuSeconds());
        fields.put("peakMemoryBytes", record.peakMemory());
        fields.put("storageBytes", record.storageUsed());
        fields.put("movedBytes", record.moved());
        fields.put("currency", record.currency());
        fields.put("quoted", record.quoted());
        fields.put("cost", record.cost());
        fields.put("movedInBytes", record.movedIn());
        fields.put("movedOutBytes", record.movedOut());
        fields.put("energyKWh", record.energy());
        return fields;
    }

    /** RFC 4180, with a line of names. Cells that a spreadsheet would take for a formula get an apostrophe before them. */
    static String csv(List<UsageRecord> records) {
        StringBuilder csv =
                new StringBuilder("session,owner,grant,group,policy,platform,kind,name,phase,accepted,began,"
                        + "ended,cores,memoryMiB,storageMiB,accelerators,seconds,cpuSeconds,peakMemoryBytes,storageBytes,"
                        + "movedBytes,currency,quoted,cost,movedInBytes,movedOutBytes,energyKWh\r\n");
        for (UsageRecord record : records) {
            String comma = "";
            for (Object value : fields(record).values()) {
                csv.append(comma).append(cell(value));
                comma = ",";
            }
            csv.append("\r\n");
        }
        return csv.toString();
    }

    private static String cell(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        String text = value.toString();
        if (value instanceof String && !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0) {
            text = "'" + text;
        }
        boolean plain =
                text.indexOf(',') < 0 && text.indexOf('"') < 0 && text.indexOf('\n') < 0 && text.indexOf('\r') < 0;
        return plain ? text : "\"" + text.replace("\"", "\"\"") + "\"";
    }

    /** A {@code UsageRecords} document of the Open Grid Forum. */
    static String xml(List<UsageRecord> records, String machine, Instant now) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("urf", "UsageRecords", UR);
            xml.writeNamespace("urf", UR);
            for (UsageRecord record : records) {
                record(xml, record, machine, now);
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a text can be written", e);
        }
        return text.toString();
    }

    private static void record(XMLStreamWriter xml, UsageRecord record, String machine, Instant now)
            throws XMLStreamException {
        xml.writeStartElement("urf", "JobUsageRecord", UR);
        xml.writeEmptyElement("urf", "RecordIdentity", UR);
        xml.writeAttribute("urf", UR, "recordId", machine + "/usage/" + record.session());
        xml.writeAttribute("urf", UR, "createTime", now.toString());
        xml.writeStartElement("urf", "JobIdentity", UR);
        element(xml, "GlobalJobId", machine + "/sessions/" + record.session());
        element(xml, "LocalJobId", record.session().toString());
        xml.writeEndElement();
        xml.writeStartElement("urf", "UserIdentity", UR);
        element(xml, "GlobalUserName", record.owner());
        xml.writeEndElement();
        if (record.name() != null) {
            element(xml, "JobName", record.name());
        }
        xml.writeStartElement("urf", "Charge", UR);
        xml.writeAttribute("urf", UR, "unit", record.currency());
        xml.writeCharacters(Double.toString(record.cost()));
        xml.writeEndElement();
        element(xml, "Status", status(record.phase()));
        // The schema wants what is measured with a metric first, and no zeros.
        if (record.moved() != null) {
            measured(xml, "Network", record.moved(), "total");
        }
        if (record.storageUsed() != null) {
            measured(xml, "Disk", record.storageUsed(), "total");
        }
        long memory = record.peakMemory() == null ? record.granted().memory() * BYTES_PER_MIB : record.peakMemory();
        measured(xml, "Memory", memory, record.peakMemory() == null ? "total" : "max");
        element(xml, "WallDuration", duration(record.seconds()));
        if (record.cpuSeconds() != null) {
            element(xml, "CpuDuration", duration(record.cpuSeconds()));
        }
        if (record.granted().cores() > 0) {
            element(xml, "Processors", Long.toString(record.granted().cores()));
        }
        element(xml, "EndTime", record.ended().toString());
        if (record.began() != null) {
            element(xml, "StartTime", record.began().toString());
        }
        element(xml, "MachineName", record.platform());
        if (record.group() != null) {
            element(xml, "ProjectName", record.group());
        }
        xml.writeEndElement();
    }

    /** The words of GFD.98, section 5.3. */
    private static String status(String phase) {
        return switch (phase) {
            case "COMPLETED" -> "Completed";
            case "CANCELLED" -> "Aborted";
            default -> "Failed";
        };
    }

    private static void measured(XMLStreamWriter xml, String name, long bytes, String metric)
            throws XMLStreamException {
        if (bytes <= 0) {
            return;
        }
        xml.writeStartElement("urf", name, UR);
        xml.writeAttribute("urf", UR, "storageUnit", "B");
        xml.writeAttribute("urf", UR, "metric", metric);
        xml.writeCharacters(Long.toString(bytes));
        xml.writeEndElement();
    }

    /** Characters that XML cannot hold are left out. */
    private static void element(XMLStreamWriter xml, String name, String text) throws XMLStreamException {
        xml.writeStartElement("urf", name, UR);
        xml.writeCharacters(text.replaceAll("[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\uFFFE\\uFFFF]", ""));
        xml.writeEndElement();
    }

    private static String duration(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000)).toString();
    }
}
