package org.planisphere.registry.harvest;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.publish.Web;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.resource.Xml;
import org.planisphere.registry.store.RecordListener;
import org.planisphere.wire.codec.Fault;
import org.w3c.dom.Element;

/**
 * A publishing registry, as far as a harvester asks it. Thread safe; every call blocks on the network.
 *
 * @see <a href="https://www.openarchives.org/OAI/openarchivesprotocol.html">OAI-PMH 2.0</a>
 */
final class OaiSource {
    /** What originates in the registry that is asked. */
    static final String MANAGED = "ivo_managed";
    /** The registries that a registry of registries lists. */
    static final String PUBLISHERS = "ivo_publishers";

    private static final int LONGEST_TEXT = 200_000;

    private final URI address;
    private final Web web;
    private final Reading reading;
    private final Limits limits;
    private final Aside aside;

    /**
     * @param reading what is done with every record that can be read
     * @param aside who does it
     */
    OaiSource(URI address, Web web, Reading reading, Limits limits, Aside aside) {
        this.aside = aside;
        this.address = address;
        this.web = web;
        this.reading = reading;
        this.limits = limits;
    }

    /** What is done with a record while it is a tree in memory; several may be at the same time. */
    interface Reading {
        /** Leaves the record as it is. */
        Reading NOTHING = (ivoid, record) -> new Read(List.of(), null);

        Read read(Ivoid ivoid, Element record);
    }

    /** What the schemas find wrong with a record, and what follows from it. */
    record Read(List<Fault> faults, RecordListener.@Nullable Prepared prepared) {}

    /**
     * Who it is.
     *
     * @param authorities that it says it manages, lower case
     */
    record Identity(String title, Set<String> authorities) {}

    /** One answer to ListRecords. */
    record Page(List<Incoming> records, @Nullable String token, String serverTime) {}

    /** @throws Trouble when it does not say which authorities it manages */
    Identity identify() throws Trouble {
        Element root;
        try {
            root = Xml.parse(fetch("verb=Identify")).getDocumentElement();
        } catch (Xml.Unreadable e) {
            throw new Trouble("the source cannot be read: " + e.getMessage());
        }
        Set<String> managed = new HashSet<>();
        Element description = Xml.first(root, "Identify", "description", "Resource")
                .orElseThrow(() -> new Trouble("Identify has no record of the registry"));
        Xml.children(description, "managedAuthority")
                .forEach(authority -> managed.add(Xml.textOf(authority).toLowerCase(Locale.ROOT)));
        if (managed.isEmpty()) {
            throw new Trouble("the registry says of no authority that it manages it");
        }
        String title = Xml.text(description, "title");
        return new Identity(title.isEmpty() ? Xml.text(root, "Identify", "repositoryName") : title, managed);
    }

    /**
     * @param from time of the earliest change; null for everything
     * @param token where the list goes on; null for its beginning
     */
    Page page(String set, @Nullable String from, @Nullable String token) throws Trouble {
        String query = "verb=ListRecords&"
                + (token == null
                        ? "metadataPrefix=ivo_vor&set=" + set + (from == null ? "" : "&from=" + from)
                        : "resumptionToken=" + URLEncoder.encode(token, StandardCharsets.UTF_8));
        List<Future<Incoming>> coming = new ArrayList<>();
        RecordReader.Answer answer = RecordReader.read(
                fetch(query),
                limits.record(),
                (record, nodes) -> coming.add(aside.done(() -> incoming(record), nodes)));
        List<Incoming> records = all(coming);
        String code = answer.errorCode();
        if (code != null && code.equals("noRecordsMatch")) {
            return new Page(List.of(), null, answer.serverTime());
        }
        if (code != null) {
            throw new Trouble("the source answers " + code + ": " + answer.error(), code.equals("badResumptionToken"));
        }
        if (!answer.list()) {
            throw new Trouble("the answer is no list of records");
        }
        return new Page(records, answer.token(), answer.serverTime());
    }

    private static List<Incoming> all(List<Future<Incoming>> coming) throws Trouble {
        List<Incoming> records = new ArrayList<>(coming.size());
        try {
            for (Future<Incoming> one : coming) {
                records.add(one.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Trouble("the node is stopping; the harvest goes on when it starts again");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a record could not be checked", e.getCause());
        }
        return records;
    }

    private byte[] fetch(String query) throws Trouble {
        String base = address.toString();
        try {
            return web.get(URI.create(base + (base.indexOf('?') < 0 ? "?" : "&") + query), limits.page());
        } catch (IllegalArgumentException e) {
            throw new Trouble("the address cannot be asked: " + e.getMessage());
        } catch (IOException e) {
            throw new Trouble("the source cannot be read: " + e.getMessage());
        }
    }

    private Incoming incoming(Element record) {
        String named = Xml.text(record, "header", "identifier");
        Optional<Ivoid> ivoid = Ivoid.of(named);
        boolean deleted = Xml.first(record, "header")
                .map(header -> header.getAttribute("status").equals("deleted"))
                .orElse(false);
        if (deleted) {
            return new Incoming(named, ivoid.orElse(null), true, null, null, "", List.of(), null);
        }
        try {
            if (!record.getAttribute(RecordReader.CUT).isEmpty()) {
                throw new Resource.Unusable("the record has more than " + limits.record() + " nodes");
            }
            Element root = Xml.first(record, "metadata")
                    .flatMap(metadata -> Xml.children(metadata).stream().findFirst())
                    .orElseThrow(() -> new Resource.Unusable("there is no record under the header"));
            Resource resource = Resource.read(root);
            if (ivoid.isPresent() && !resource.ivoid().equals(ivoid.get())) {
                throw new Resource.Unusable("the record is of " + resource.ivoid());
            }
            List<Fault> faults = new ArrayList<>(resource.faults());
            Read read = reading.read(resource.ivoid(), root);
            faults.addAll(read.faults());
            return new Incoming(named, ivoid.orElse(null), false, resource, null, "", faults, read.prepared());
        } catch (Resource.Unusable e) {
            String text = Xml.first(record, "metadata").map(Xml::write).orElse("");
            return new Incoming(
                    named,
                    ivoid.orElse(null),
                    false,
                    null,
                    e.getMessage(),
                    text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text,
                    List.of(),
                    null);
        }
    }
}
