package org.planisphere.server;

import jakarta.inject.Inject;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.SecurityLog;
import org.planisphere.foundation.rest.CallerFilter;

/**
 * What every request passes first and last: it gets a number ({@code X-Request-Id}), every answer gets the security
 * headers, whatever escapes becomes a problem document, and one line goes to the access log and to the figures.
 */
public final class Gate implements Filter {
    /** Resources may replace this policy by setting the header themselves; nothing is loaded from elsewhere. */
    static final String POLICY =
            "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; " + "frame-ancestors 'none'";

    // Pages of the server itself: switched off, they would still answer 403. Ours are /metrics and /planner/openapi.
    private static final Pattern SERVERS_OWN = Pattern.compile("/(openapi(/.*)?|metrics/.*)");

    private static final int TOO_MANY = 429;
    private static final String ID = "org.planisphere.request.id";
    private static final Logger LOG = Logger.getLogger(Gate.class.getName());

    /** Two years, and every host beneath: what browsers' own lists ask for. */
    private static final String TLS_ONLY = "max-age=63072000; includeSubDomains";

    private @Nullable Rates rates;
    private boolean tls;
    private @Nullable Origins origins;

    @Inject
    void with(Node node) {
        this.rates = node.rates();
        this.origins = node.origins();
        this.tls = "https".equals(node.settings().nodeUrl().getScheme());
    }

    /** The number of a request, as told in {@code X-Request-Id} and written in the logs; null outside of one. */
    static @Nullable String id(ServletRequest request) {
        Object id = request.getAttribute(ID);
        return id == null ? null : id.toString();
    }

    @Override
    public void doFilter(ServletRequest anyRequest, ServletResponse anyResponse, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest request = (HttpServletRequest) anyRequest;
        HttpServletResponse response = (HttpServletResponse) anyResponse;
        long start = System.nanoTime();
        String id = UUID.randomUUID().toString();
        request.setAttribute(ID, id);
        response.setHeader("X-Request-Id", id);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        if (tls) {
            // Browsers come by TLS, through a proxy, and shall never try without.
            response.setHeader("Strict-Transport-Security", TLS_ONLY);
        }
        try {
            if (rates != null) {
                request.setAttribute(CallerFilter.ORIGIN, rates.origin(request));
            }
            long wait = rates == null || request.getRequestURI().startsWith("/health") ? 0 : rates.wait(request);
            if (ambiguous(request)) {
                SecurityLog.tell(SecurityLog.Event.AMBIGUOUS, request.getRemoteAddr(), request.getMethod());
                response.setHeader("Connection", "close");
                ProblemServlet.write(request, response, HttpServletResponse.SC_BAD_REQUEST);
            } else if (wait > 0) {
                SecurityLog.tell(
                        SecurityLog.Event.THROTTLED, request.getRemoteAddr(), "told to wait for " + wait + " s");
                response.setHeader("Retry-After", Long.toString(wait));
                ProblemServlet.write(request, response, TOO_MANY);
            } else if (origins != null && origins.answered(request, response)) {
                response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            } else if (request.getRequestURI().equals(request.getContextPath() + "/")) {
                // Without a host: how the node was reached is the browser's own affair.
                response.setStatus(HttpServletResponse.SC_SEE_OTHER);
                response.setHeader("Location", request.getContextPath() + "/console/");
            } else if ("TRACE".equals(request.getMethod())) {
                ProblemServlet.write(request, response, 405);
            } else if (SERVERS_OWN.matcher(request.getRequestURI()).matches()) {
                ProblemServlet.write(request, response, 404);
            } else {
                chain.doFilter(request, response);
            }
        } catch (IOException | ServletException | RuntimeException e) {
            fail(request, response, id, e);
        } finally {
            if (request.isAsyncStarted()) {
                request.getAsyncContext().addListener(new WhenDone(this, request, response, start));
            } else {
                done(request, response, start);
            }
        }
    }

    /**
     * Whether a proxy and this server could differ about where the request ends or whom it is for. What has an impossible
     * length the server itself refuses.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-6.1">RFC 9112, sections 6.1 and 3.2</a>
     */
    private static boolean ambiguous(HttpServletRequest request) {
        int codings = count(request, "Transfer-Encoding");
        return codings > 1 || codings == 1 && request.getHeader("Content-Length") != null || count(request, "Host") > 1;
    }

    private static int count(HttpServletRequest request, String header) {
        return Collections.list(request.getHeaders(header)).size();
    }

    private static void fail(HttpServletRequest request, HttpServletResponse response, String id, Exception failure)
            throws IOException {
        if (response.isCommitted()) {
            // Half an answer is out: usually a client that went away.
            LOG.log(Level.FINE, failure, () -> "Request " + id + " broke off: " + request.getRequestURI());
            return;
        }
        LOG.log(Level.SEVERE, failure, () -> "Request " + id + " failed: " + request.getRequestURI());
        response.resetBuffer();
        ProblemServlet.write(request, response, 500);
    }

    private void done(HttpServletRequest request, HttpServletResponse response, long start) {
        if (rates != null) {
            rates.answered(request, response.getStatus(), response.containsHeader("X-VO-Authenticated"));
        }
        AccessLog.write(request, response.getStatus(), System.nanoTime() - start, id(request));
    }

    private record WhenDone(Gate gate, HttpServletRequest request, HttpServletResponse response, long start)
            implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {
            gate.done(request, response, start);
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            // Completed by whoever started it.
        }

        @Override
        public void onError(AsyncEvent event) {
            // Completed by whoever started it.
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }
    }
}
