package org.planisphere.server;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.foundation.settings.SettingsException;

/**
 * The composition root: made once when the application is deployed, it reads the settings, builds the object graph of
 * the planner and the registry by constructors, and hands the doors what they need through its producers. A wrong
 * setting fails the deployment with the message that names it.
 */
@Singleton
public class Node {
    /** The system property in which the launcher looks for why the deployment failed. */
    static final String FAILURE = "planisphere.failure";

    private static final Logger LOG = Logger.getLogger(Node.class.getName());

    private final Health health;
    private final Metrics metrics = new Metrics();
    private final Settings settings;

    /** Called by the container, once. */
    @Inject
    public Node(Health health) {
        this.health = health;
        try {
            this.settings = Settings.ofThisProcess();
        } catch (SettingsException e) {
            System.setProperty(FAILURE, e.getMessage());
            throw e;
        }
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event) {
        LOG.log(Level.INFO, () -> "Settings:\n" + settings.describe());
        if (!settings.get(Keys.LOG_ACCESS)) {
            Logger.getLogger(AccessLog.LOGGER).setLevel(Level.OFF);
        }
        AccessLog.listen(metrics::answered);
        health.started();
        LOG.log(Level.INFO, () -> "Node " + settings.get(Keys.NODE_NAME) + " started at " + settings.nodeUrl());
    }

    @PreDestroy
    void stop() {
        health.stopping();
    }

    /** The settings of this node. */
    @Produces
    public Settings settings() {
        return settings;
    }

    /** The figures of this node. */
    public Metrics metrics() {
        return metrics;
    }

    boolean showsMetrics() {
        return settings.get(Keys.METRICS_ENABLED);
    }
}
