package org.planisphere.registry.tap;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.resource.Xml;

/**
 * Jobs as UWS writes them.
 *
 * @see <a href="https://www.ivoa.net/documents/UWS/">UWS 1.1, section 2.2.3</a>
 */
final class JobXml {
    private static final String SPACES = " xmlns:uws=\"http://www.ivoa.net/xml/UWS/v1.0\""
            + " xmlns:xlink=\"http://www.w3.org/1999/xlink\""
            + " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";
    private static final String HEAD = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

    private JobXml() {}

    static String job(Job job, String base) {
        StringBuilder xml = new StringBuilder(HEAD)
                .append("<uws:job version=\"1.1\"")
                .append(SPACES)
                .append(">\n");
        element(xml, "jobId", job.id());
        String run = job.parameters().get("RUNID");
        if (run != null) {
            element(xml, "runId", run);
        }
        element(xml, "ownerId", job.owner());
        element(xml, "phase", job.phase().name());
        element(xml, "quote", (String) null);
        element(xml, "creationTime", job.created());
        element(xml, "startTime", job.started());
        element(xml, "endTime", job.ended());
        element(xml, "executionDuration", Integer.toString(job.seconds()));
        element(xml, "destruction", job.destruction());
        xml.append(parameters(job, ""));
        xml.append(results(job, base, ""));
        if (job.error() != null) {
            xml.append("<uws:errorSummary type=\"fatal\" hasDetail=\"true\">");
            element(xml, "message", job.error());
            xml.append("</uws:errorSummary>\n");
        }
        return xml.append("</uws:job>\n").toString();
    }

    static String jobs(List<Job> jobs, String base) {
        StringBuilder xml = new StringBuilder(HEAD)
                .append("<uws:jobs version=\"1.1\"")
                .append(SPACES)
                .append(">\n");
        for (Job job : jobs) {
            xml.append("<uws:jobref id=\"").append(job.id()).append("\" xlink:type=\"simple\" xlink:href=\"");
            xml.append(Xml.escape(base)).append('/').append(job.id()).append("\">");
            element(xml, "phase", job.phase().name());
            String run = job.parameters().get("RUNID");
            if (run != null) {
                element(xml, "runId", run);
            }
            element(xml, "ownerId", job.owner());
            element(xml, "creationTime", job.created());
            xml.append("</uws:jobref>\n");
        }
        return xml.append("</uws:jobs>\n").toString();
    }

    static String parametersAlone(Job job) {
        return HEAD + parameters(job, SPACES);
    }

    static String resultsAlone(Job job, String base) {
        return HEAD + results(job, base, SPACES);
    }

    private static String parameters(Job job, String spaces) {
        StringBuilder xml = new StringBuilder("<uws:parameters").append(spaces).append('>');
        job.parameters()
                .forEach((name, value) -> xml.append("<uws:parameter id=\"")
                        .append(Xml.escape(name))
                        .append("\">")
                        .append(Xml.escape(value))
                        .append("</uws:parameter>"));
        return xml.append("</uws:parameters>\n").toString();
    }

    private static String results(Job job, String base, String spaces) {
        String result = job.phase() == Job.Phase.COMPLETED
                ? "<uws:result id=\"result\" xlink:type=\"simple\" xlink:href=\"" + Xml.escape(base) + "/" + job.id()
                        + "/results/result\"/>"
                : "";
        return "<uws:results" + spaces + ">" + result + "</uws:results>\n";
    }

    private static void element(StringBuilder xml, String name, @Nullable Instant time) {
        element(xml, name, time == null ? null : time.toString());
    }

    private static void element(StringBuilder xml, String name, @Nullable String text) {
        xml.append("<uws:").append(name);
        if (text == null) {
            xml.append(" xsi:nil=\"true\"/>\n");
        } else {
            xml.append('>')
                    .append(Xml.escape(text))
                    .append("</uws:")
                    .append(name)
                    .append(">\n");
        }
    }
}
