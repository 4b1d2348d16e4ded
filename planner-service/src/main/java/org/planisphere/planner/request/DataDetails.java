package org.planisphere.planner.request;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.Checksum;
import org.planisphere.wire.Data;
import org.planisphere.wire.DataLink;
import org.planisphere.wire.Ivoa;
import org.planisphere.wire.ObsCore;
import org.planisphere.wire.Replica;
import org.planisphere.wire.Rucio;
import org.planisphere.wire.Skao;

/** The fields that only some kinds of data have, as a tree in the wire's names. */
final class DataDetails {
    private static final Set<String> RUCIO_TYPES = Set.of("FILE", "CONTAINER", "DATASET");

    private final Place place;
    private final Map<String, Object> tree = new LinkedHashMap<>();

    private DataDetails(Place place) {
        this.place = place;
    }

    static Map<String, Object> of(Place place, Data wire) {
        return new DataDetails(place)
                .put("path", wire.path)
                .put("checksum", wire.checksum == null ? Map.of() : checksum(place.in("checksum"), wire.checksum))
                .put("unpack", wire.unpack)
                .put("endpoint", wire.endpoint)
                .put("template", wire.template)
                .put("bucket", wire.bucket)
                .put("object", wire.object)
                .put("rucio", wire.rucio == null ? Map.of() : rucio(place.in("rucio"), wire.rucio))
                .put("ivoa", wire.ivoa == null ? Map.of() : ivoa(place.in("ivoa"), wire.ivoa))
                .put("skao", wire.skao == null ? Map.of() : skao(place.in("skao"), wire.skao))
                .tree;
    }

    private static Map<String, Object> checksum(Place place, Checksum wire) {
        return new DataDetails(place).put("type", wire.type).put("value", wire.value).tree;
    }

    private static Map<String, Object> rucio(Place place, Rucio wire) {
        if (wire.type != null && !RUCIO_TYPES.contains(wire.type)) {
            place.in("type").fault(Texts.quoted(wire.type) + " is none of FILE, CONTAINER and DATASET");
        }
        return new DataDetails(place)
                .put("endpoint", wire.endpoint)
                .put("scope", wire.scope)
                .put("object", wire.object)
                .put("type", wire.type)
                .tree;
    }

    private static Map<String, Object> ivoa(Place place, Ivoa wire) {
        return new DataDetails(place)
                .put("ivoid", wire.ivoid)
                .put("obscore", wire.obscore == null ? Map.of() : obscore(place.in("obscore"), wire.obscore))
                .put("datalink", wire.datalink == null ? Map.of() : datalink(place.in("datalink"), wire.datalink))
                .tree;
    }

    private static Map<String, Object> obscore(Place place, ObsCore wire) {
        return new DataDetails(place)
                .put("obs_id", wire.obs_id)
                .put("obs_collection", wire.obs_collection)
                .put("obs_publisher_did", wire.obs_publisher_did)
                .put("obs_creator_did", wire.obs_creator_did)
                .put("dataproduct_type", wire.dataproduct_type)
                .put("calib_level", wire.calib_level)
                .put("access_url", wire.access_url)
                .put("access_format", wire.access_format)
                .tree;
    }

    private static Map<String, Object> datalink(Place place, DataLink wire) {
        return new DataDetails(place)
                .put("ID", wire.ID)
                .put("access_url", wire.access_url)
                .put("service_def", wire.service_def)
                .put("error_message", wire.error_message)
                .put("description", wire.description)
                .put("semantics", wire.semantics)
                .put("content_type", wire.content_type)
                .put("content_length", wire.content_length)
                .put("content_qualifier", wire.content_qualifier)
                .put("local_semantics", wire.local_semantics)
                .put("link_auth", wire.link_auth)
                .put("link_authorized", wire.link_authorized)
                .tree;
    }

    private static Map<String, Object> skao(Place place, Skao wire) {
        DataDetails details = new DataDetails(place)
                .put("namespace", wire.namespace)
                .put("objectname", wire.objectname)
                .put("objecttype", wire.objecttype)
                .put("datasize", wire.datasize);
        if (wire.checksum != null) {
            details.put("checksum", checksum(place.in("checksum"), wire.checksum));
        }
        Place all = place.in("replicas");
        List<Map<String, Object>> replicas = new ArrayList<>();
        List<@Nullable Replica> items = all.items(wire.replicas);
        for (int i = 0; i < items.size(); i++) {
            Replica item = items.get(i);
            if (item == null) {
                all.at(i).fault("it is null");
            } else {
                replicas.add(
                        new DataDetails(all.at(i)).put("rsename", item.rsename).put("dataurl", item.dataurl).tree);
            }
        }
        if (!replicas.isEmpty()) {
            details.tree.put("replicas", List.copyOf(replicas));
        }
        return details.tree;
    }

    private DataDetails put(String name, @Nullable String value) {
        String text = place.in(name).text(value, Place.LONGEST_TEXT);
        if (text != null) {
            tree.put(name, text);
        }
        return this;
    }

    private DataDetails put(String name, @Nullable Boolean value) {
        if (value != null) {
            tree.put(name, value);
        }
        return this;
    }

    private DataDetails put(String name, @Nullable Long value) {
        if (value != null) {
            if (value < 0) {
                place.in(name).fault(value + " is below 0");
            }
            tree.put(name, value);
        }
        return this;
    }

    private DataDetails put(String name, Map<String, Object> value) {
        if (!value.isEmpty()) {
            tree.put(name, value);
        }
        return this;
    }
}
