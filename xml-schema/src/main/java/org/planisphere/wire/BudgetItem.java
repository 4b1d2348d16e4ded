package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import jakarta.xml.bind.annotation.adapters.XmlJavaTypeAdapter;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One budget the caller draws on, in its present period. */
@XmlAccessorType(XmlAccessType.FIELD)
public class BudgetItem {
    public @Nullable String holder;

    /** day, week, month, quarter or year. */
    public @Nullable String period;

    @XmlJavaTypeAdapter(InstantAdapter.class)
    public @Nullable Instant from;

    /** The end of the period, when the budget begins anew. */
    @XmlJavaTypeAdapter(InstantAdapter.class)
    public @Nullable Instant until;

    @XmlElementWrapper(name = "resources")
    @XmlElement(name = "resource")
    public @Nullable List<BudgetResource> resources;
}
