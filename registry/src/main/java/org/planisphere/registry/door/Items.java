package org.planisphere.registry.door;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.resource.Summary;
import org.planisphere.registry.store.RecordRow;
import org.planisphere.wire.RegistryCapability;
import org.planisphere.wire.RegistryInterface;
import org.planisphere.wire.RegistryItem;

/** Makes the short form of a record. */
final class Items {
    private Items() {}

    static RegistryItem item(RecordRow row) {
        RegistryItem item = new RegistryItem();
        item.identifier = row.identifier;
        item.type = row.type;
        item.title = row.title;
        item.shortName = row.shortName;
        item.description = row.description;
        item.status = row.status;
        item.updated = row.changed();
        item.availability = row.availability;
        OffsetDateTime checked = row.checked;
        item.checked = checked == null ? null : checked.toInstant();
        item.stale = row.stale;
        Summary summary = row.summary();
        item.publisher = orNull(summary.publisher());
        item.subjects = orNull(summary.subjects());
        item.wavebands = orNull(summary.wavebands());
        item.kinds = orNull(summary.kinds());
        item.capabilities = new ArrayList<>();
        for (Resource.Capability capability : summary.capabilities()) {
            RegistryCapability document = new RegistryCapability();
            document.standardID = orNull(capability.standardId());
            document.type = orNull(capability.type());
            document.interfaces = new ArrayList<>();
            for (Resource.Interface face : capability.interfaces()) {
                RegistryInterface way = new RegistryInterface();
                way.type = orNull(face.type());
                way.role = orNull(face.role());
                way.version = orNull(face.version());
                way.accessURL = orNull(face.accessUrl());
                way.use = orNull(face.use());
                way.securityMethod = orNull(face.securityMethod());
                document.interfaces.add(way);
            }
            item.capabilities.add(document);
        }
        return item;
    }

    private static @Nullable List<String> orNull(List<String> texts) {
        return texts.isEmpty() ? null : texts;
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
