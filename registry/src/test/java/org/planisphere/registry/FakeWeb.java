package org.planisphere.registry;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.planisphere.registry.publish.Web;

/** A network that consists of what a test put there. */
public final class FakeWeb implements Web {
    private final Map<String, byte[]> pages = new ConcurrentHashMap<>();

    public FakeWeb put(String url, String text) {
        pages.put(url, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    public FakeWeb remove(String url) {
        pages.remove(url);
        return this;
    }

    /** A planner at this address, up, with the capabilities every planner of ours has. */
    public FakeWeb planner(String base) {
        put(base + "/capabilities", capabilities(base, "ivo://ivoa.net/std/ExecutionBroker#rest-1.0"));
        put(base + "/availability", availability(true));
        return this;
    }

    public static String capabilities(String base, String standardId) {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <v:capabilities xmlns:v="http://www.ivoa.net/xml/VOSICapabilities/v1.0"
                    xmlns:data="http://www.ivoa.net/xml/VODataService/v1.1"
                    xmlns:res="http://www.ivoa.net/xml/VOResource/v1.0"
                    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
                  <!-- a comment -->
                  <capability standardID="ivo://ivoa.net/std/VOSI#capabilities">
                    <interface xsi:type="data:ParamHTTP" role="std" version="1.0">
                      <accessURL use="full">%1$s/capabilities</accessURL></interface></capability>
                  <capability standardID="ivo://ivoa.net/std/VOSI#availability">
                    <interface xsi:type="data:ParamHTTP" role="std" version="1.0">
                      <accessURL use="full">%1$s/availability</accessURL></interface></capability>
                  <capability standardID="%2$s">
                    <description>Ask for offers, accept one.</description>
                    <interface xsi:type="data:ParamHTTP" role="std" version="1.0">
                      <accessURL use="base">%1$s</accessURL></interface>
                    <interface xsi:type="data:ParamHTTP" role="std" version="1.0">
                      <accessURL use="base">%1$s</accessURL>
                      <securityMethod standardID="ivo://ivoa.net/sso#OpenID"/></interface>
                    <interface xsi:type="res:WebBrowser"><accessURL use="full">%1$s/tryit</accessURL></interface>
                  </capability>
                </v:capabilities>
                """.formatted(base, standardId);
    }

    public static String availability(boolean up) {
        return "<v:availability xmlns:v=\"http://www.ivoa.net/xml/VOSIAvailability/v1.0\"><v:available>" + up
                + "</v:available></v:availability>";
    }

    @Override
    public byte[] get(URI address, int most) throws IOException {
        byte[] page = pages.get(address.toString());
        if (page == null) {
            throw new IOException("nobody answers");
        }
        if (page.length > most) {
            throw new IOException("larger than " + most + " bytes");
        }
        return page;
    }
}
