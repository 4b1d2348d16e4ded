package org.planisphere.planner.door;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A server of somebody else's, on this machine. */
final class Listening {
    private Listening() {}

    /** @param answer for every call; the call is closed after it */
    static HttpServer with(HttpHandler answer) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                answer.handle(exchange);
            }
        });
        server.start();
        return server;
    }

    /** Whether somebody who shows no token only asks how much there is, as a planner does before it offers. */
    static boolean anybodyAsksHowMuch(HttpExchange call) {
        return call.getRequestMethod().equals("HEAD")
                && !call.getRequestHeaders().containsKey("Authorization");
    }
}
