package org.planisphere.server;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.planisphere.planner.door.PlannerContext;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Resource;
import org.planisphere.planner.ledger.Window;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformDescription;

/** The planner's figures an operator would put an alarm on: what is used, what there is, and how sessions end. */
final class PlannerFigures {
    private PlannerFigures() {}

    static void add(Metrics metrics, PlannerContext planner) {
        for (Platform platform : planner.platforms()) {
            PlatformDescription description = platform.describe();
            for (Resource resource : Resource.values()) {
                String labels = "platform=\"" + description.id() + "\",resource=\""
                        + resource.name().toLowerCase(Locale.ROOT) + "\"";
                metrics.gauge(
                        "planisphere_platform_capacity",
                        "What a platform has.",
                        labels,
                        () -> platform.describe().capacity().of(resource));
                metrics.gauge(
                        "planisphere_platform_reserved",
                        "What is held or accepted on a platform now.",
                        labels,
                        () -> used(planner, description).of(resource));
            }
            metrics.gauge(
                    "planisphere_offers_open",
                    "Offers that hold resources and wait for an answer.",
                    "platform=\"" + description.id() + "\"",
                    () -> planner.ledger().view(List.of(description.account())).held(description.account()));
        }
        for (Platform platform : planner.platforms()) {
            String id = platform.describe().id();
            metrics.gauge(
                    "planisphere_platform_conducted",
                    "1 where this planner runs the platform's sessions; 0 everywhere means nobody does.",
                    "platform=\"" + id + "\"",
                    () -> planner.sessions().conducts(id) ? 1 : 0);
        }
        metrics.gauge(
                "planisphere_ledger_storing",
                "0 for a while after the database has refused what was to be stored.",
                "",
                () -> planner.ledger().storing() ? 1 : 0);
        metrics.gauge(
                "planisphere_event_watchers",
                "Open event streams.",
                "",
                () -> planner.hub().size());
        planner.hub().observe(event -> {
            if (event.type().equals("phase")) {
                metrics.count(
                        "planisphere_session_phases_total",
                        "Phases that sessions have entered.",
                        "phase=\"" + event.phase().name() + "\"",
                        1);
            }
        });
    }

    private static Amounts used(PlannerContext planner, PlatformDescription platform) {
        Instant now = planner.ledger().now();
        return planner.ledger()
                .view(List.of(platform.account()))
                .timeline(platform.account())
                .peak(new Window(now, now.plus(1, ChronoUnit.MILLIS)));
    }
}
