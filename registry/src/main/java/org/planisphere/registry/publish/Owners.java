package org.planisphere.registry.publish;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.registry.publish.Refusal.Why;
import org.planisphere.registry.resource.Ivoid;

/** The owner of an authority is whoever the operator has said: a group, or publishers for the first authority. */
final class Owners {
    private final RegistrySettings settings;

    Owners(RegistrySettings settings) {
        this.settings = settings;
    }

    /** @throws Refusal NOT_ALLOWED, which says who may and who the caller is */
    void mayWrite(Ivoid ivoid, Caller caller) throws Refusal {
        String authority = ivoid.authority();
        if (!settings.authorities().contains(authority)) {
            throw new Refusal(
                    Why.NOT_ALLOWED,
                    "This registry manages the authority " + String.join(", ", settings.authorities()) + ", not "
                            + authority + ": publish the record in the registry that does, or ask this one's operator ("
                            + settings.email() + ") to take the authority on for a group of yours.");
        }
        String group = settings.owners().get(authority);
        boolean first = authority.equals(settings.authority());
        if (!caller.operator()
                && !(first && caller.roles().contains(Caller.Role.PUBLISHER))
                && (group == null || !caller.groups().contains(group))) {
            List<String> who = new ArrayList<>();
            if (group != null) {
                who.add("members of the group " + group);
            }
            if (first) {
                who.add("callers with the role publisher");
            }
            throw new Refusal(
                    Why.NOT_ALLOWED,
                    "Records of the authority " + authority + " are written by " + String.join(", ", who)
                            + " and operators; you are " + caller.id() + ", "
                            + (caller.groups().isEmpty()
                                    ? "in no group."
                                    : "in " + String.join(", ", new TreeSet<>(caller.groups())) + "."));
        }
        if (ivoid.isAuthority() || ivoid.equals(settings.self()) || ivoid.equals(settings.profile())) {
            throw new Refusal(Why.NOT_ALLOWED, "The record of " + ivoid + " is the registry's own.");
        }
    }
}
