package org.planisphere.launch;

import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Locale;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.EmptyCompletionHandler;
import org.glassfish.grizzly.Transport;
import org.glassfish.grizzly.WriteResult;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.FilterChain;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.NextAction;
import org.glassfish.grizzly.http.HttpContent;
import org.glassfish.grizzly.http.HttpRequestPacket;
import org.glassfish.grizzly.http.HttpResponsePacket;
import org.glassfish.grizzly.http.server.HttpServerFilter;
import org.glassfish.grizzly.memory.Buffers;
import org.jspecify.annotations.Nullable;

/**
 * Refuses addresses that the web container cannot read before it sees them: it would answer some of them with an empty
 * 200 and an exception in its log. Sits in the server's HTTP chain, as the container's own filters come too late.
 */
final class AddressGuard extends BaseFilter {
    private static final String TEXT_JSON = "{\"type\":\"/planner/problems/%s\",\"title\":\"%s\",\"status\":%d}\n";
    private static final String TEXT_XML =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<problem xmlns=\"urn:ietf:rfc:7807\"><type>/planner/problems/%s</type><title>%s</title>"
                    + "<status>%d</status></problem>\n";

    /**
     * Puts a guard into every HTTP listener of the server in this process.
     *
     * @param service the server's {@code GrizzlyService}; its listeners are reachable by reflection only
     */
    static void install(Object service) throws ReflectiveOperationException {
        for (Object proxy : (Collection<?>) field(service, "proxies")) {
            Object listener =
                    proxy.getClass().getMethod("getUnderlyingListener").invoke(proxy);
            Transport transport =
                    (Transport) listener.getClass().getMethod("getTransport").invoke(listener);
            if (transport.getProcessor() instanceof FilterChain chain) {
                int index = chain.indexOfType(HttpServerFilter.class);
                if (index >= 0 && chain.indexOfType(AddressGuard.class) < 0) {
                    chain.add(index, new AddressGuard());
                }
            }
        }
    }

    private static Object field(Object owner, String name) throws ReflectiveOperationException {
        Field field = owner.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(owner);
    }

    @Override
    public NextAction handleRead(FilterChainContext context) {
        if (!(context.getMessage() instanceof HttpContent content)
                || !(content.getHttpHeader() instanceof HttpRequestPacket request)) {
            return context.getInvokeAction();
        }
        if ("TRACE".equals(request.getMethod().getMethodString())) {
            return refuse(context, request, 405, "method-not-allowed", "This address does not take this method");
        }
        if (!readable(request.getRequestURI())) {
            return refuse(context, request, 400, "invalid-parameter", "The address cannot be read");
        }
        return context.getInvokeAction();
    }

    private static NextAction refuse(
            FilterChainContext context, HttpRequestPacket request, int status, String type, String title) {
        String accept = request.getHeader("Accept");
        boolean xml = accept != null
                && accept.toLowerCase(Locale.ROOT).contains("xml")
                && !accept.toLowerCase(Locale.ROOT).matches("(?s).*(json|html).*");
        byte[] body =
                (xml ? TEXT_XML : TEXT_JSON).formatted(type, title, status).getBytes(StandardCharsets.UTF_8);
        HttpResponsePacket response = request.getResponse();
        response.setStatus(status);
        response.setReasonPhrase(status == 405 ? "Method Not Allowed" : "Bad Request");
        response.setContentType(
                xml ? "application/problem+xml;charset=utf-8" : "application/problem+json;charset=utf-8");
        response.setContentLength(body.length);
        response.setHeader("Connection", "close");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        if (status == 405) {
            response.setHeader("Allow", "GET, HEAD, POST, PUT, DELETE, OPTIONS");
        }
        Connection<?> connection = context.getConnection();
        context.write(
                context.getAddress(),
                response.httpContentBuilder()
                        .content(Buffers.wrap(context.getMemoryManager(), body))
                        .last(true)
                        .build(),
                new EmptyCompletionHandler<WriteResult>() {
                    @Override
                    public void completed(WriteResult result) {
                        connection.closeSilently();
                    }
                });
        return context.getStopAction();
    }

    /** True for a path whose escapes are whole, hide no control character or backslash, and do not climb above the root. */
    static boolean readable(@Nullable String path) {
        if (path == null) {
            return false;
        }
        int depth = 0;
        StringBuilder segment = new StringBuilder();
        for (int i = 0; i <= path.length(); i++) {
            int c = i == path.length() ? '/' : path.charAt(i);
            if (c == '%') {
                boolean whole = i + 2 < path.length();
                int high = whole ? Character.digit(path.charAt(i + 1), 16) : -1;
                int low = whole ? Character.digit(path.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    return false;
                }
                c = high * 16 + low;
                i += 2;
            }
            if (c < ' ' || c == 0x7f || c == '\\') {
                return false;
            }
            if (c == '/' || c == ';') {
                depth += switch (segment.toString()) {
                    case "", "." -> 0;
                    case ".." -> -1;
                    default -> 1;
                };
                if (depth < 0) {
                    return false;
                }
                segment.setLength(0);
                if (c == ';') {
                    // Parameters of a segment are not part of its name.
                    while (i + 1 < path.length() && path.charAt(i + 1) != '/') {
                        i++;
                    }
                }
            } else {
                segment.append((char) c);
            }
        }
        return true;
    }
}
