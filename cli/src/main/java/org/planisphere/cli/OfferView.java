package org.planisphere.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.Cost;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.Message;
import org.planisphere.wire.MinMax;
import org.planisphere.wire.Storage;

/**
 * What a person compares in an offer.
 *
 * @param shape name of the fixed size; empty where sizes are free
 * @param start earliest start
 * @param cores 0 when the offer does not say, as with memory and storage, both in GiB
 * @param price of everything, or null when none is named
 * @param currency empty when none is named
 */
record OfferView(
        ExecutionSession session,
        String shape,
        @Nullable Instant start,
        long cores,
        long memory,
        long storage,
        @Nullable Duration duration,
        @Nullable Double price,
        String currency,
        @Nullable Instant expires) {
    static OfferView of(ExecutionSession session) {
        Cost money = money(session).orElse(null);
        Double price = money == null ? null : money.max != null ? money.max : money.min;
        var available = session.schedule == null ? null : session.schedule.available;
        String start = available == null || available.start == null ? null : available.start;
        long storage = session.storage == null
                ? 0
                : session.storage.stream().mapToLong(OfferView::size).sum();
        return new OfferView(
                session,
                shape(session),
                start == null ? null : Words.instant(start.split("/", 2)[0]),
                session.compute == null ? 0 : most(session.compute.cores),
                session.compute == null ? 0 : most(session.compute.memory),
                storage,
                available == null ? null : Words.isoDuration(available.duration),
                price,
                money == null ? "" : currency(money),
                session.expires);
    }

    /** The platform, and the planner that has it where that is not the one that was asked. */
    String where(String asked) {
        return Stream.of(session.platform, session.planner)
                .filter(name -> name != null && !name.equals(asked))
                .map(Terminal::harmless)
                .distinct()
                .collect(Collectors.joining(", "));
    }

    String url() {
        return session.meta == null || session.meta.url == null ? "" : session.meta.url;
    }

    String priceText() {
        return price == null ? "" : price == 0 ? "free" : (Words.amount(price) + " " + currency).strip();
    }

    private static String shape(ExecutionSession session) {
        if (session.meta != null && session.meta.messages != null) {
            for (Message message : session.meta.messages) {
                String named =
                        message.values == null ? null : message.values.asMap().get("shape");
                if (named != null) {
                    return Terminal.harmless(named);
                }
            }
        }
        return session.meta == null || session.meta.name == null ? "" : Terminal.harmless(session.meta.name);
    }

    private static Optional<Cost> money(ExecutionSession session) {
        List<Cost> costs = session.costs == null ? List.of() : session.costs;
        return costs.stream()
                .filter(cost ->
                        cost.type != null && cost.type.toLowerCase(Locale.ROOT).contains("money"))
                .findFirst();
    }

    /** The currency is the last part of the type's URI; otherwise a code of three letters in the description. */
    private static String currency(Cost cost) {
        String type = cost.type == null ? "" : cost.type;
        String last = type.substring(Math.max(type.lastIndexOf('/'), type.lastIndexOf('#')) + 1);
        if (last.matches("[A-Za-z]{3}")) {
            return last.toUpperCase(Locale.ROOT);
        }
        String description = cost.description == null ? "" : cost.description;
        for (String word : description.split("[^A-Za-z]+")) {
            if (word.matches("[A-Z]{3}")) {
                return word;
            }
        }
        return "";
    }

    private static long size(Storage storage) {
        return most(storage.size);
    }

    private static long most(@Nullable MinMax range) {
        return range == null ? 0 : range.max != null ? range.max : range.min != null ? range.min : 0;
    }
}
