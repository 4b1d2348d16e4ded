package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The built WAR on a Payara Micro that an operator started, without our launcher. */
@ExtendWith({DeployedWarOperatorIT.Port.class, ArquillianExtension.class})
@RunAsClient
class DeployedWarOperatorIT {
    /**
     * The port that arquillian.xml names. The address that Arquillian would find is that of whichever network interface the
     * server names first, and where containers run those come and go.
     */
    static final class Port implements BeforeAllCallback {
        static final String PROPERTY = "payara.micro.port";

        @Override
        public void beforeAll(ExtensionContext context) throws IOException {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                System.setProperty(PROPERTY, Integer.toString(free.getLocalPort()));
            }
        }
    }

    @Deployment(testable = false)
    static WebArchive war() {
        return ShrinkWrap.createFromZipFile(WebArchive.class, new File("target/ROOT.war"));
    }

    private HttpResponse<String> get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + System.getProperty(Port.PROPERTY) + "/" + path))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    @Test
    void becomesReady() throws Exception {
        HttpResponse<String> answer = get("health/ready");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"status\":\"UP\"", "started");
    }

    @Test
    void showsProblemsAndNoPageOfTheServer() throws Exception {
        for (String path : new String[] {"nonsense", "planner/nonsense", "registry/nonsense"}) {
            HttpResponse<String> answer = get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            assertThat(answer.headers().firstValue("Content-Type"))
                    .get()
                    .asString()
                    .startsWith("application/problem+");
        }
    }
}
