package org.planisphere.registry.publish;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.resource.Xml;

/**
 * Asks a planner which kinds of executable it runs. Its record in the VO does not say so unless the operator wants it, for
 * harvesters of others would call it invalid; its capabilities say so when they are asked for the extension. What is told
 * is kept beside the record, and only searches of this registry know it.
 */
final class Kinds {
    private static final int MOST = 100;
    private static final Pattern KIND = Pattern.compile("https?://[^\\s<>\"]{1,300}");

    private Kinds() {}

    /**
     * @param capabilities address of a service's capabilities
     * @param recorded what its record says; whoever says it there is not asked
     * @return null when the service does not answer now
     */
    static @Nullable List<String> told(Web web, URI capabilities, List<String> recorded) {
        if (!recorded.isEmpty()) {
            return recorded;
        }
        String address = capabilities.toString();
        int fragment = address.indexOf('#');
        String page = fragment < 0 ? address : address.substring(0, fragment);
        try {
            URI asked = URI.create(page + (page.indexOf('?') < 0 ? "?" : "&") + "extension=true");
            return Resource.kinds(Xml.parse(web.get(asked, Registry.LONGEST)).getDocumentElement()).stream()
                    .filter(kind -> KIND.matcher(kind).matches())
                    .distinct()
                    .limit(MOST)
                    .toList();
        } catch (IOException | Xml.Unreadable | IllegalArgumentException e) {
            return null;
        }
    }
}
