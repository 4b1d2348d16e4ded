package org.planisphere.planner.task;

import java.util.List;
import java.util.Objects;

/**
 * The type of a component, free of the spelling of its base URI, which is configuration.
 *
 * @param vocabulary whose kind it is
 * @param group executable, compute, storage, data, volume, costs, metrics, session, offerset or connector
 * @param name as in the kind's URI, without the {@code .yaml} ending
 */
public record Kind(Vocabulary vocabulary, String group, String name) {
    /** Whose list a kind stands in. */
    public enum Vocabulary {
        /** The ExecutionBroker standard's. */
        IVOA,
        /** Ours. */
        PLANISPHERE
    }

    public static final Kind JUPYTER_NOTEBOOK = ivoa("executable", "jupyter-notebook");
    public static final Kind DOCKER_CONTAINER = ivoa("executable", "docker-container");
    public static final Kind SINGULARITY_CONTAINER = ivoa("executable", "singularity-container");
    public static final Kind PROCESS = planisphere("executable", "process");
    public static final Kind PYTHON_PROGRAM = planisphere("executable", "python-program");
    public static final Kind JAVA_PROGRAM = planisphere("executable", "java-program");
    public static final Kind BINDER_NOTEBOOK = planisphere("executable", "binder-notebook");
    public static final Kind ZEPPELIN_NOTEBOOK = planisphere("executable", "zeppelin-notebook");
    public static final Kind DOCKER_COMPOSE = planisphere("executable", "docker-compose");
    public static final Kind WORKFLOW = planisphere("executable", "workflow");
    public static final Kind SIMPLE_COMPUTE = ivoa("compute", "simple-compute-resource");
    public static final Kind ACCELERATOR = planisphere("compute", "accelerator");
    public static final Kind SIMPLE_STORAGE = ivoa("storage", "simple-storage-resource");
    public static final Kind EPHEMERAL_STORAGE = planisphere("storage", "ephemeral");
    public static final Kind PERSISTENT_STORAGE = planisphere("storage", "persistent");
    public static final Kind SIMPLE_DATA = ivoa("data", "simple-data-resource");
    public static final Kind S3_DATA = ivoa("data", "S3-data-resource");
    public static final Kind RUCIO_DATA = ivoa("data", "rucio-data-resource");
    public static final Kind IVOA_DATA = ivoa("data", "ivoa-data-resource");
    public static final Kind SKAO_DATA = ivoa("data", "skao-data-resource");
    public static final Kind OUTPUT = planisphere("data", "output");
    public static final Kind SIMPLE_VOLUME = ivoa("volume", "simple-volume-mount");
    public static final Kind SIMPLE_COST = ivoa("costs", "simple-minmax-float-cost");
    public static final Kind SIMPLE_METRIC = ivoa("metrics", "simple-minmax-float-metric");
    public static final Kind SCHEDULED_SESSION = ivoa("session", "scheduled-execution-session");
    public static final Kind SIMPLE_SESSION = ivoa("session", "simple-execution-session");
    public static final Kind OFFER_SET = ivoa("offerset", "execution-offerset");

    /** Every kind of executable that is known here; what a platform offers of them is its engine's to say. */
    public static final List<Kind> EXECUTABLES = List.of(
            JUPYTER_NOTEBOOK,
            DOCKER_CONTAINER,
            SINGULARITY_CONTAINER,
            PROCESS,
            PYTHON_PROGRAM,
            JAVA_PROGRAM,
            BINDER_NOTEBOOK,
            ZEPPELIN_NOTEBOOK,
            DOCKER_COMPOSE,
            WORKFLOW);

    public Kind {
        Objects.requireNonNull(vocabulary);
        Objects.requireNonNull(group);
        Objects.requireNonNull(name);
    }

    public static Kind ivoa(String group, String name) {
        return new Kind(Vocabulary.IVOA, group, name);
    }

    public static Kind planisphere(String group, String name) {
        return new Kind(Vocabulary.PLANISPHERE, group, name);
    }
}
