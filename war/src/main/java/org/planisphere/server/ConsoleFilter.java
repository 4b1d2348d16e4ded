package org.planisphere.server;

import jakarta.inject.Inject;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;

/**
 * What the console's files are served with: a policy under which nothing runs but those files, no text becomes mark-up,
 * and nobody is asked but this node and the planners that the operator names.
 *
 * @see <a href="https://www.w3.org/TR/CSP3/">Content Security Policy 3</a>
 */
public final class ConsoleFilter implements Filter {
    private final String policy;

    /** Called by the container. */
    @Inject
    public ConsoleFilter(Settings settings) {
        this.policy = policy(settings.get(Keys.CONSOLE_ORIGINS));
    }

    static String policy(List<String> origins) {
        String others =
                origins.contains("*") ? " http: https:" : origins.isEmpty() ? "" : " " + String.join(" ", origins);
        return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'"
                + others
                + "; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
                + "require-trusted-types-for 'script'; trusted-types xml";
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (response instanceof HttpServletResponse answer) {
            answer.setHeader("Content-Security-Policy", policy);
            // Names stay the same when what is in them changes: a browser asks, and is mostly told "not modified".
            answer.setHeader("Cache-Control", "no-cache");
        }
        chain.doFilter(request, response);
    }
}
