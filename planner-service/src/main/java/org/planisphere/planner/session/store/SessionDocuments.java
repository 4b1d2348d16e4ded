package org.planisphere.planner.session.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.Offer;
import org.planisphere.planner.offer.OfferSet;
import org.planisphere.planner.offer.PassedOffer;
import org.planisphere.planner.offer.Schedule;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Task;

/**
 * The values of a session as JSON documents. Each carries the version of its form, {@code "v":1}; what a later version
 * adds is ignored by an earlier one. Thread safe.
 */
final class SessionDocuments {
    private static final int V = 1;
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS, SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .addMixIn(Executable.class, ExecutableType.class)
            .build();

    private final Form<OfferDocument> offers = new Form<>(OfferDocument.class);
    private final Form<StateDocument> states = new Form<>(StateDocument.class);
    private final Form<SetDocument> sets = new Form<>(SetDocument.class);
    private final Form<Task> tasks = new Form<>(Task.class);
    private final Form<Message> messages = new Form<>(Message.class);

    String offer(Offer offer) {
        return offers.write(new OfferDocument(V, offer));
    }

    Offer offer(String document) {
        return offers.read(document).offer();
    }

    String state(Schedule schedule, List<Message> messages, List<LiveConnector> connectors) {
        return states.write(new StateDocument(V, schedule, messages, connectors));
    }

    StateDocument state(String document) {
        return states.read(document);
    }

    String set(OfferSet set) {
        return sets.write(new SetDocument(V, set.messages(), set.passed()));
    }

    SetDocument set(String document) {
        return sets.read(document);
    }

    String task(Task task) {
        return tasks.write(task);
    }

    Task task(String document) {
        return tasks.read(document);
    }

    String message(Message message) {
        return messages.write(message);
    }

    Message message(String document) {
        return messages.read(document);
    }

    record OfferDocument(int v, Offer offer) {}

    /** What changes after the accept; {@code messages} without the offer's own. */
    record StateDocument(int v, Schedule schedule, List<Message> messages, List<LiveConnector> connectors) {
        StateDocument {
            // Earlier forms have none.
            connectors = connectors == null ? List.of() : connectors;
        }
    }

    /** {@code passed} is missing in documents of before there were any. */
    record SetDocument(
            int v, List<Message> messages, @Nullable List<PassedOffer> passed) {
        List<PassedOffer> passedOn() {
            return passed == null ? List.of() : passed;
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Executable.Process.class, name = "process"),
        @JsonSubTypes.Type(value = Executable.PythonProgram.class, name = "python-program"),
        @JsonSubTypes.Type(value = Executable.JavaProgram.class, name = "java-program"),
        @JsonSubTypes.Type(value = Executable.JupyterNotebook.class, name = "jupyter-notebook"),
        @JsonSubTypes.Type(value = Executable.BinderNotebook.class, name = "binder-notebook"),
        @JsonSubTypes.Type(value = Executable.ZeppelinNotebook.class, name = "zeppelin-notebook"),
        @JsonSubTypes.Type(value = Executable.DockerContainer.class, name = "docker-container"),
        @JsonSubTypes.Type(value = Executable.SingularityContainer.class, name = "singularity-container"),
        @JsonSubTypes.Type(value = Executable.DockerCompose.class, name = "docker-compose"),
        @JsonSubTypes.Type(value = Executable.Workflow.class, name = "workflow"),
        @JsonSubTypes.Type(value = Executable.Unknown.class, name = "unknown")
    })
    private interface ExecutableType {}

    private static final class Form<T> {
        private final ObjectWriter writer;
        private final ObjectReader reader;

        Form(Class<T> type) {
            writer = MAPPER.writerFor(type);
            reader = MAPPER.readerFor(type);
        }

        String write(T value) {
            try {
                return writer.writeValueAsString(value);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("a document cannot be written", e);
            }
        }

        T read(String document) {
            try {
                return reader.readValue(document);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("a stored document cannot be read", e);
            }
        }
    }
}
