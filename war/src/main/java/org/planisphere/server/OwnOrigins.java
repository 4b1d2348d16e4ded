package org.planisphere.server;

import jakarta.inject.Inject;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.planner.door.LivePasses;

/**
 * At a session's own origin there is what its run serves, for who has a pass, and the entrance where passes are got; nothing
 * else of the node, and nothing for pages of other origins. Thread safe. See ADR 33.
 */
public final class OwnOrigins implements Filter {
    private static final Pattern WAY = Pattern.compile("/planner/sessions/[^/]+/connectors/[0-9]{1,2}/.*");
    private static final Pattern ENTRANCE = Pattern.compile("/planner/entrance/[0-9a-f]+");

    private @Nullable LivePasses passes;

    @Inject
    void with(Node node) {
        this.passes = node.live().orElse(null);
    }

    @Override
    public void doFilter(ServletRequest anyRequest, ServletResponse anyResponse, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest request = (HttpServletRequest) anyRequest;
        HttpServletResponse response = (HttpServletResponse) anyResponse;
        LivePasses known = passes;
        Optional<UUID> session = known == null ? Optional.empty() : known.session(request.getHeader("Host"));
        if (known == null || session.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        UUID id = session.get();
        response.setHeader("X-Frame-Options", "SAMEORIGIN");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        String path = request.getRequestURI();
        Optional<LivePasses.Pass> pass = known.pass(request.getHeader("Cookie"), id);
        if (!fromItself(request, known.origin(id).orElse(""))) {
            ProblemServlet.write(request, response, HttpServletResponse.SC_FORBIDDEN);
        } else if (ENTRANCE.matcher(path).matches()
                && ENTRANCE.matcher(reached(request)).matches()) {
            stand(request, id, () -> Optional.of(Caller.ANONYMOUS));
            chain.doFilter(request, response);
        } else if (WAY.matcher(path).matches() && WAY.matcher(reached(request)).matches() && pass.isPresent()) {
            stand(request, id, pass.get().caller()::get);
            chain.doFilter(request, response);
        } else {
            ProblemServlet.write(request, response, HttpServletResponse.SC_NOT_FOUND);
        }
    }

    /** Where the call comes to in the end: without detours, and what else the server takes out of a path. */
    private static String reached(HttpServletRequest request) {
        String rest = request.getPathInfo();
        return request.getServletPath() + (rest == null ? "" : rest);
    }

    private static void stand(HttpServletRequest request, UUID session, CallerFilter.Standing standing) {
        request.setAttribute(LivePasses.SESSION, session);
        request.setAttribute(CallerFilter.STANDING, standing);
    }

    /** Whether a page of this origin asks, or somebody goes there. Browsers send a pass along whoever made them ask. */
    static boolean fromItself(HttpServletRequest request, String itself) {
        String origin = request.getHeader("Origin");
        if (origin != null && !origin.equalsIgnoreCase(itself)) {
            return false;
        }
        String site = request.getHeader("Sec-Fetch-Site");
        boolean goes = "GET".equals(request.getMethod())
                && "navigate".equals(request.getHeader("Sec-Fetch-Mode"))
                && "document".equals(request.getHeader("Sec-Fetch-Dest"));
        return site == null || site.equals("same-origin") || site.equals("none") || goes;
    }
}
