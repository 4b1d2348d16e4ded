package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import jakarta.xml.bind.annotation.XmlRootElement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who the caller is to this planner, and what they may hold. */
@XmlRootElement(name = "me")
@XmlAccessorType(XmlAccessType.FIELD)
public class Me {
    /** Issuer and subject; {@code anonymous} for nobody. */
    public @Nullable String id;

    public @Nullable String name;

    public @Nullable Boolean anonymous;

    @XmlElementWrapper(name = "groups")
    @XmlElement(name = "group")
    public @Nullable List<String> groups;

    @XmlElementWrapper(name = "roles")
    @XmlElement(name = "role")
    public @Nullable List<String> roles;

    /** What the policy grants; absent where there is none. */
    @XmlElementWrapper(name = "grants")
    @XmlElement(name = "grant")
    public @Nullable List<GrantItem> grants;

    /** What the policy refuses, whatever is granted. */
    @XmlElementWrapper(name = "denials")
    @XmlElement(name = "denial")
    public @Nullable List<GrantItem> denials;

    @XmlElementWrapper(name = "allowances")
    @XmlElement(name = "allowance")
    public @Nullable List<AllowanceItem> allowances;

    @XmlElementWrapper(name = "budgets")
    @XmlElement(name = "budget")
    public @Nullable List<BudgetItem> budgets;

    @XmlElementWrapper(name = "shares")
    @XmlElement(name = "share")
    public @Nullable List<ShareItem> shares;

    /** Version of the policy in force; absent where there is none. */
    public @Nullable String policy;
}
