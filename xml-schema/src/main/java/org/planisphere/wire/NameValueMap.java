package org.planisphere.wire;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names and values: an object in JSON and YAML, {@code <entry name="…">…</entry>} elements in XML. */
@XmlAccessorType(XmlAccessType.FIELD)
public class NameValueMap {
    @XmlElement(name = "entry")
    public List<Entry> entries = new ArrayList<>();

    @JsonCreator
    public static NameValueMap of(Map<String, String> values) {
        NameValueMap map = new NameValueMap();
        values.forEach((name, value) -> {
            Entry entry = new Entry();
            entry.name = name;
            entry.value = value;
            map.entries.add(entry);
        });
        return map;
    }

    /** The entries in their order; of a name that stands twice, the last counts. */
    @JsonValue
    public Map<String, String> asMap() {
        Map<String, String> values = new LinkedHashMap<>();
        for (Entry entry : entries) {
            values.put(entry.name == null ? "" : entry.name, entry.value == null ? "" : entry.value);
        }
        return values;
    }

    /** One name and its value. */
    @XmlAccessorType(XmlAccessType.FIELD)
    public static class Entry {
        @XmlAttribute
        public @Nullable String name;

        @XmlValue
        public @Nullable String value;
    }
}
