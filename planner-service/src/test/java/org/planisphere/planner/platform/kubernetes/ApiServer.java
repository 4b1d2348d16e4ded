package org.planisphere.planner.platform.kubernetes;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * Kubernetes' interface as the client library's own test server has it: it keeps what it is given and tells who watches.
 * Before it stand what a cluster has and that server has not: who may do what, addresses of services, pods that are asked to
 * end before they are gone, and output. There are no controllers in it: tests play them.
 */
public final class ApiServer implements AutoCloseable {
    private static final String TOKEN = "the-planners-own-token";

    private final KubernetesMockServer server;
    private final Rbac rbac;
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final Queue<String[]> faults = new ConcurrentLinkedQueue<>();
    private final KubernetesClient admin;
    private volatile Function<String, String> logs = pod -> null;
    private volatile Function<String, Boolean> ends = pod -> false;

    /** @param rbac what the planner may do */
    public ApiServer(Rbac rbac) {
        this.rbac = rbac;
        this.server = new KubernetesMockServer(
                new Context(),
                new MockWebServer(),
                new HashMap<>(),
                new Front(new KubernetesCrudDispatcher(List.of())),
                false);
        server.init(InetAddress.getLoopbackAddress(), 0);
        this.admin = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(io.fabric8.kubernetes.client.Config.empty())
                        .withMasterUrl(url())
                        .withOauthToken("administrator")
                        .withNamespace("default")
                        .build())
                .build();
    }

    String url() {
        return "http://127.0.0.1:" + server.getPort();
    }

    /** For who plays the cluster. */
    KubernetesClient admin() {
        return admin;
    }

    /** The planner's way in. */
    /** Adds a node that takes runs. */
    public void node(String name, String cores, String memory) {
        admin.resource(PodmanNode.node(name, cores, memory)).create();
    }

    /** Writes how the planner gets here. */
    public Path kubeconfig(Path folder) throws IOException {
        return Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: here
                clusters: [{name: here, cluster: {server: "%s"}}]
                users: [{name: planner, user: {token: %s}}]
                contexts: [{name: here, context: {cluster: here, user: planner, namespace: default}}]
                """.formatted(url(), TOKEN));
    }

    /** What the planner has called: method and path. */
    public List<String> calls() {
        return calls;
    }

    /** The next call of the planner's whose method and path hold the text is answered with the status. */
    void fails(String text, int status) {
        faults.add(new String[] {text, String.valueOf(status)});
    }

    /** @param told what a pod has printed by its name; null where there is no such pod */
    void logs(Function<String, String> told) {
        logs = told;
    }

    /** @param asked told that a pod is to end; false where nobody runs it, and it is gone at once */
    void ends(Function<String, Boolean> asked) {
        ends = asked;
    }

    @Override
    public void close() {
        admin.close();
        server.destroy();
    }

    private final class Front extends Dispatcher {
        private final Dispatcher inner;

        Front(Dispatcher inner) {
            this.inner = inner;
        }

        @Override
        public MockResponse dispatch(RecordedRequest request) {
            String method = request.getMethod();
            String path = request.getPath();
            if (String.valueOf(request.getHeader("Authorization")).equals("Bearer " + TOKEN)) {
                String call = method + " " + path;
                calls.add(call);
                for (String[] fault : faults) {
                    if (call.contains(fault[0]) && faults.remove(fault)) {
                        return status(Integer.parseInt(fault[1]), "as the test wanted");
                    }
                }
                if (!rbac.allows(method, path)) {
                    return status(403, "the manifest does not allow " + call);
                }
                if (method.equals("DELETE") && path.matches(".*/pods/[^/]+")) {
                    String pod = path.substring(path.lastIndexOf('/') + 1);
                    if (Boolean.TRUE.equals(ends.apply(pod))) {
                        return inner.dispatch(new RecordedRequest(
                                request.getHttpVersion(),
                                io.fabric8.mockwebserver.dsl.HttpMethod.GET,
                                path,
                                request.getHeaders(),
                                new Buffer()));
                    }
                }
                if (method.equals("POST") && path.endsWith("/services")) {
                    String body = request.getUtf8Body()
                            .replaceFirst("\"spec\":\\{", "\"spec\":{\"clusterIP\":\"10.96.0.7\",")
                            .replace("\"targetPort\"", "\"nodePort\":30080,\"targetPort\"");
                    return inner.dispatch(new RecordedRequest(
                            request.getHttpVersion(),
                            request.method(),
                            path,
                            request.getHeaders(),
                            new Buffer(body.getBytes(java.nio.charset.StandardCharsets.UTF_8))));
                }
                if (path.matches(".*/pods/[^/]+/log(\\?.*)?")) {
                    String printed = logs.apply(path.replaceFirst(".*/pods/([^/]+)/log.*", "$1"));
                    return printed == null
                            ? status(404, "there is no such pod")
                            : new MockResponse().setResponseCode(200).setBody(printed);
                }
            }
            return inner.dispatch(request);
        }

        private MockResponse status(int code, String message) {
            return new MockResponse()
                    .setResponseCode(code)
                    .setHeader("Content-Type", "application/json")
                    .setBody("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":" + code
                            + ",\"message\":\"" + message.replace("\"", "'") + "\"}");
        }

        @Override
        public void shutdown() {
            inner.shutdown();
        }
    }
}
