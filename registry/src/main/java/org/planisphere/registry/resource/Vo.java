package org.planisphere.registry.resource;

import java.util.LinkedHashMap;
import java.util.Map;

/** The names the IVOA's documents use. Harvesters rely on the prefixes, so they are always these (RI 1.1, section 2.2). */
public final class Vo {
    public static final String RI = "http://www.ivoa.net/xml/RegistryInterface/v1.0";
    public static final String VR = "http://www.ivoa.net/xml/VOResource/v1.0";
    public static final String VS = "http://www.ivoa.net/xml/VODataService/v1.1";
    public static final String VG = "http://www.ivoa.net/xml/VORegistry/v1.0";
    public static final String VSTD = "http://www.ivoa.net/xml/StandardsRegExt/v1.0";
    public static final String TR = "http://www.ivoa.net/xml/TAPRegExt/v1.0";
    /** Our own registry extension, {@code planisphere-registry.xsd}. */
    public static final String EBR = "https://www.purl.org/planisphere/registry/v1.0";

    public static final String XSI = "http://www.w3.org/2001/XMLSchema-instance";
    public static final String VOSI_CAPABILITIES = "http://www.ivoa.net/xml/VOSICapabilities/v1.0";
    public static final String VOSI_AVAILABILITY = "http://www.ivoa.net/xml/VOSIAvailability/v1.0";
    public static final String OAI = "http://www.openarchives.org/OAI/2.0/";
    public static final String OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/";
    public static final String DC = "http://purl.org/dc/elements/1.1/";

    public static final String CAPABILITIES_ID = "ivo://ivoa.net/std/VOSI#capabilities";
    public static final String AVAILABILITY_ID = "ivo://ivoa.net/std/VOSI#availability";
    public static final String REGISTRY_ID = "ivo://ivoa.net/std/Registry";

    /** Namespace to canonical prefix. */
    static final Map<String, String> PREFIXES = prefixes();

    private Vo() {}

    private static Map<String, String> prefixes() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put(RI, "ri");
        map.put(VR, "vr");
        map.put(VS, "vs");
        map.put(VG, "vg");
        map.put(VSTD, "vstd");
        map.put(XSI, "xsi");
        map.put(TR, "tr");
        map.put(EBR, "ebr");
        map.put("http://www.ivoa.net/xml/ConeSearch/v1.0", "cs");
        map.put("http://www.ivoa.net/xml/SIA/v1.1", "sia");
        map.put("http://www.ivoa.net/xml/SSA/v1.1", "ssap");
        map.put("http://www.ivoa.net/xml/SSA/v1.2", "ssap");
        map.put("http://www.ivoa.net/xml/SSA/v1.0", "ssap");
        map.put("http://www.ivoa.net/xml/SIA/v1.0", "sia");
        map.put("http://www.ivoa.net/xml/SLAP/v1.0", "slap");
        map.put("http://www.ivoa.net/xml/VODataService/v1.0", "vs");
        map.put("http://www.ivoa.net/xml/DocRegExt/v1", "doc");
        map.put("http://www.ivoa.net/xml/STC/stc-v1.30.xsd", "stc");
        map.put(VOSI_CAPABILITIES, "vosi");
        map.put("http://www.w3.org/1999/xlink", "xlink");
        return map;
    }
}
