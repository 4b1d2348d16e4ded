package org.planisphere.server;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.planisphere.planner.door.Tunnel;
import org.planisphere.planner.door.WaysDoor;

/** Turns a connection into a WebSocket where the door to runs' services has agreed to it. Thread safe. */
public final class Upgrades implements Filter {
    @Override
    public void doFilter(ServletRequest anyRequest, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest request = (HttpServletRequest) anyRequest;
        if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
            chain.doFilter(request, response);
            return;
        }
        request.setAttribute(WaysDoor.UPGRADES, true);
        try {
            chain.doFilter(request, response);
            if (request.getAttribute(WaysDoor.TUNNEL) instanceof Tunnel tunnel) {
                request.upgrade(Joint.class).with(tunnel);
                request.removeAttribute(WaysDoor.TUNNEL);
            }
        } finally {
            if (request.getAttribute(WaysDoor.TUNNEL) instanceof Tunnel left) {
                left.close();
            }
        }
    }
}
