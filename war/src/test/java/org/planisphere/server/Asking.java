package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.planisphere.client.PlannerProblem;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.Message;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;
import org.planisphere.wire.codec.MalformedDocument;

/** Small tasks to ask for, and what is read of the answers. */
final class Asking {
    private Asking() {}

    static double price(OfferSetResponse set) {
        assertThat(set.result).isEqualTo("YES");
        return set.offers.get(0).costs.stream()
                .filter(cost -> cost.type.contains("money"))
                .findFirst()
                .orElseThrow()
                .max;
    }

    static List<String> codes(OfferSetResponse set) {
        return set.meta.messages.stream()
                .map(message -> message.kind.substring(message.kind.lastIndexOf('/') + 1))
                .toList();
    }

    static Message message(List<Message> messages, String code) {
        return messages.stream()
                .filter(message -> message.kind.endsWith("/" + code))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no message " + code));
    }

    static PlannerProblem problem(ThrowingCallable call) {
        PlannerProblem problem = catchThrowableOfType(PlannerProblem.class, call);
        assertThat(problem).isNotNull();
        return problem;
    }

    static ExecutionRequest task(int cores, String duration, String script) {
        try {
            return Codecs.read(
                    """
                {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process",
                  "command": ["/bin/sh", "-c", "%s"]},
                 "compute": {"kind": "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/compute/simple-compute-resource.yaml",
                  "cores": {"min": %d, "max": %d}, "memory": {"min": 1, "max": 1}},
                 "schedule": {"requested": {"duration": "%s"}}}""".formatted(script, cores, cores, duration).getBytes(StandardCharsets.UTF_8),
                    Format.JSON,
                    ExecutionRequest.class);
        } catch (MalformedDocument e) {
            throw new AssertionError(e);
        }
    }
}
