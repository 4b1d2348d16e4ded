package org.planisphere.registry.regtap;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.sky.Moc;
import org.w3c.dom.Element;

/**
 * Makes the rows of a record's coverage in space, time and energy. A coverage that cannot be read is left out.
 *
 * @see <a href="https://www.ivoa.net/documents/RegTAP/">RegTAP 1.2, sections 4.15 to 4.17</a>
 */
final class CoverageReader {
    /** The spans of spatial coverages; kept for the database, not published. */
    static final String SPANS = "rr.spatial_span";

    private final String ivoid;
    private final Rows rows;

    CoverageReader(String ivoid, Rows rows) {
        this.ivoid = ivoid;
        this.rows = rows;
    }

    void read(Element root) {
        Element coverage = Texts.child(root, "coverage");
        for (Element spatial : Texts.children(coverage, "spatial")) {
            spatial(spatial);
        }
        for (Element temporal : Texts.children(coverage, "temporal")) {
            interval("rr.stc_temporal", Texts.of(temporal));
        }
        for (Element spectral : Texts.children(coverage, "spectral")) {
            interval("rr.stc_spectral", Texts.of(spectral));
        }
    }

    private void spatial(Element spatial) {
        String text = Texts.of(spatial);
        Optional<Moc> moc = text == null ? Optional.empty() : Moc.read(text);
        if (text == null || moc.isEmpty()) {
            return;
        }
        String frame = Texts.attribute(spatial, "frame");
        rows.add("rr.stc_spatial", ivoid, text, frame);
        if (frame == null) {
            for (Moc.Span span : moc.get().spans()) {
                rows.add(SPANS, ivoid, span.first(), span.end());
            }
        }
    }

    private void interval(String relation, @Nullable String text) {
        String[] ends = text == null ? new String[0] : text.split(" ");
        if (ends.length == 2) {
            Double low = Texts.number(ends[0]);
            Double high = Texts.number(ends[1]);
            if (low != null && high != null) {
                rows.add(relation, ivoid, low, high);
            }
        }
    }
}
