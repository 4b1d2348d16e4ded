package org.planisphere.server;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.foundation.rest.Problems;
import org.planisphere.wire.Problem;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;

/** The error page of everything outside JAX-RS: what the container would have shown, as a problem document. */
public final class ProblemServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Object code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        write(request, response, code instanceof Integer status && status >= 400 ? status : 404);
    }

    static void write(HttpServletRequest request, HttpServletResponse response, int status) throws IOException {
        boolean xml = wantsXml(request.getHeader("Accept"));
        Problem problem = Problems.problem(ProblemType.ofStatus(status), null, List.of());
        problem.status = (long) status;
        String id = Gate.id(request);
        if (id != null) {
            problem.instance = "urn:uuid:" + id;
        }
        byte[] body = Codecs.write(problem, xml ? Format.XML : Format.JSON);
        response.setStatus(status);
        response.setContentType(
                xml ? "application/problem+xml;charset=utf-8" : "application/problem+json;charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(body.length);
        if (!"HEAD".equals(request.getMethod())) {
            response.getOutputStream().write(body);
        }
    }

    /** True when a client that sent this Accept header would rather read XML than JSON; a browser's XHTML is no wish. */
    static boolean wantsXml(@Nullable String accept) {
        if (accept == null) {
            return false;
        }
        String lower = accept.toLowerCase(Locale.ROOT);
        int xml = lower.indexOf("xml");
        int json = lower.indexOf("json");
        return xml >= 0 && !lower.contains("html") && (json < 0 || xml < json);
    }
}
