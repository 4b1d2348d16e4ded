package org.planisphere.server;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseSettings;
import org.planisphere.foundation.identity.Authenticator;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.identity.Doorkeeper;
import org.planisphere.foundation.identity.Recognition;
import org.planisphere.foundation.identity.SecurityLog;
import org.planisphere.foundation.identity.StandingBook;
import org.planisphere.foundation.identity.TokenBook;
import org.planisphere.foundation.identity.Witness;
import org.planisphere.foundation.identity.login.LoginSettings;
import org.planisphere.foundation.identity.login.Logins;
import org.planisphere.foundation.identity.oidc.IssuerSettings;
import org.planisphere.foundation.identity.oidc.Issuers;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.foundation.rest.Challenges;
import org.planisphere.foundation.rest.LoginDoor;
import org.planisphere.foundation.rest.LoginsDoor;
import org.planisphere.foundation.rest.LogoutDoor;
import org.planisphere.foundation.rest.PageCallers;
import org.planisphere.foundation.rest.ProblemsDoor;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.foundation.settings.SettingsException;
import org.planisphere.planner.AuditOnly;
import org.planisphere.planner.Planner;
import org.planisphere.planner.door.LivePasses;
import org.planisphere.planner.door.SelfRegistration;
import org.planisphere.registry.door.RegistryContext;
import org.planisphere.registry.door.RegistryDoors;

/**
 * The composition root: made once when the application is deployed, it reads the settings, builds the object graph of
 * the planner and the registry by constructors, and hands the doors what they need through its producers. A wrong
 * setting fails the deployment with the message that names it.
 */
@Singleton
public class Node {
    /** The system property in which the launcher looks for why the deployment failed. */
    static final String FAILURE = "planisphere.failure";
    /** The system property that says whether the settings were why. */
    static final String FAILURE_OF_SETTINGS = "planisphere.failure.settings";

    private static final Caller PUBLISHER =
            new Caller("local|publisher", "publisher", Set.of(), Set.of(Caller.Role.PUBLISHER));
    private static final Caller ITSELF = new Caller("node", "node", Set.of(), Set.of());
    private static final Logger LOG = Logger.getLogger(Node.class.getName());

    private final Health health;
    private final Metrics metrics = new Metrics();
    private final Settings settings;
    private final Rates rates;
    private final Origins origins;
    private final TokenBook tokens;
    private final Issuers issuers;
    private final StandingBook standing;
    private final Authenticator everybody;
    private final PageCallers pages;
    private @Nullable Database database;
    private @Nullable Planner planner;
    private @Nullable AuditOnly audit;
    private @Nullable RegistryContext registry;
    private @Nullable SelfRegistration registration;

    /** Called by the container, once. */
    @Inject
    public Node(Health health) {
        this.health = health;
        try {
            this.settings = Settings.ofThisProcess();
            this.rates = new Rates(settings);
            this.origins = new Origins(settings.get(Keys.LISTEN_ORIGINS));
            this.tokens = new TokenBook(settings.find(Keys.IDENTITY_TOKENS).orElse(null));
            this.issuers = new Issuers(IssuerSettings.issuers(settings));
            this.standing = StandingBook.of(settings);
            this.everybody = new Doorkeeper(List.of(this::publisher, tokens, issuers), standing);
            LoginSettings login = LoginSettings.of(settings);
            if (!issuers.logins().isEmpty()) {
                login.check();
            }
            this.pages = new PageCallers(new Logins(issuers.logins(), everybody, login, InstantSource.system()));
            this.database = Database.open(new DatabaseSettings(
                    settings.databaseUrl(),
                    settings.find(Keys.DB_USER).orElse("planisphere"),
                    settings.find(Keys.DB_PASSWORD).orElse(""),
                    settings.get(Keys.DB_POOL)));
            this.planner = settings.get(Keys.PLANNER_ENABLED) ? Planner.open(settings, database) : null;
            this.audit = planner == null ? AuditOnly.open(settings, database) : null;
            this.registry = settings.get(Keys.REGISTRY_ENABLED) ? RegistryContext.open(settings, database) : null;
            if (registry != null) {
                registry.registry().witness(witness());
            }
            Planner streaming = planner;
            standing.onChange((suspended, restored) -> {
                if (streaming != null) {
                    streaming.lookAgain();
                }
                suspended.forEach(who -> witness().saw(ITSELF, "suspend", who, "by identity.suspensions"));
                restored.forEach(who -> witness().saw(ITSELF, "restore", who, "by identity.suspensions"));
            });
        } catch (RuntimeException e) {
            if (e.getMessage() != null) {
                System.setProperty(FAILURE_OF_SETTINGS, Boolean.toString(e instanceof SettingsException));
                System.setProperty(FAILURE, e.getMessage());
            }
            close();
            throw e;
        }
    }

    /** Who a bearer token or a page's cookie belongs to, on either side of the node. */
    CallerFilter callers() {
        return new CallerFilter(
                everybody,
                settings.get(Keys.IDENTITY_ANONYMOUS),
                new Challenges(null, settings.get(Keys.IDENTITY_CHALLENGES)),
                pages);
    }

    private Set<Object> loginDoors() {
        return Set.of(
                new LoginDoor(pages, witness()), new LogoutDoor(pages, witness()), new LoginsDoor(pages, witness()));
    }

    /** Who notes what is done outside of the ledger. */
    private Witness witness() {
        return planner != null ? planner.witness() : audit != null ? audit.witness() : Witness.NONE;
    }

    private static Set<Object> both(Set<Object> some, Set<Object> more) {
        Set<Object> both = new LinkedHashSet<>(some);
        both.addAll(more);
        return both;
    }

    private Recognition publisher(String token) {
        Optional<String> publisher = settings.find(Keys.REGISTRY_PUBLISHER_TOKEN);
        if (publisher.isPresent()
                && MessageDigest.isEqual(
                        publisher.get().getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8))) {
            SecurityLog.tell(SecurityLog.Event.RECOGNISED, PUBLISHER.id(), "by the publisher's token");
            return new Recognition.Known(PUBLISHER);
        }
        return Recognition.UNKNOWN;
    }

    /** How often one may ask. */
    Rates rates() {
        return rates;
    }

    /** Who may come to what runs serve; empty when this node is no planner. */
    Optional<LivePasses> live() {
        return Optional.ofNullable(planner).map(Planner::live);
    }

    /** Whose pages may ask from a browser. */
    Origins origins() {
        return origins;
    }

    /** The planner's JAX-RS resources; when this node is no planner, the pages of problems alone. */
    Set<Object> plannerDoors() {
        return planner == null ? Set.of(new ProblemsDoor()) : both(planner.doors(), loginDoors());
    }

    /** The registry's JAX-RS resources; none when this node is no registry. */
    Set<Object> registryDoors() {
        if (registry == null) {
            return Set.of();
        }
        Set<Object> doors = RegistryDoors.singletons(registry);
        return audit == null ? doors : both(both(doors, loginDoors()), audit.doors());
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object event) {
        LOG.log(Level.INFO, () -> "Settings:\n" + settings.describe());
        Unprotected.of(settings).forEach(LOG::warning);
        if (!settings.get(Keys.LOG_ACCESS)) {
            Logger.getLogger(AccessLog.LOGGER).setLevel(Level.OFF);
        }
        AccessLog.listen(metrics::answered);
        Database storage = database;
        if (storage != null) {
            health.readyWhen("database", () -> storage.answers(Duration.ofSeconds(1)));
            metrics.gauge("planisphere_database_waiting", "Threads that wait for a connection.", "", storage::waiting);
        }
        if (planner != null) {
            health.readyWhen("ledger", planner.context().ledger()::storing);
            PlannerFigures.add(metrics, planner.context());
            registration = SelfRegistration.begin(settings);
        }
        if (registry != null) {
            registry.figures().tell(metrics::gauge);
        }
        health.started();
        LOG.log(Level.INFO, () -> "Node " + settings.get(Keys.NODE_NAME) + " started at " + settings.nodeUrl());
    }

    @PreDestroy
    void stop() {
        health.stopping();
        standing.close();
        close();
        issuers.close();
    }

    private void close() {
        if (registration != null) {
            registration.close();
        }
        if (registry != null) {
            registry.close();
        }
        if (planner != null) {
            planner.close();
        }
        if (audit != null) {
            audit.close();
        }
        if (database != null) {
            database.close();
        }
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
