package org.planisphere.planner.ledger.store;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Meter;
import org.planisphere.planner.ledger.Periods;

/**
 * Claims as one line of text: claims between blanks, each {@code
 * cores,memory,storage,accelerators,sessions,maxHeld,account}, the account percent-encoded; of a metered claim followed by
 * {@code ,unit,zone,carry (five numbers),fee,perHour}, the zone percent-encoded.
 */
final class ClaimsText {
    private ClaimsText() {}

    static String write(List<Claim> claims) {
        StringBuilder text = new StringBuilder();
        for (Claim claim : claims) {
            if (!text.isEmpty()) {
                text.append(' ');
            }
            amounts(text, claim.limit());
            text.append(',').append(claim.maxHeld()).append(',');
            text.append(URLEncoder.encode(claim.account().id(), StandardCharsets.UTF_8));
            Meter meter = claim.meter();
            if (meter != null) {
                text.append(',');
                meter(text, meter);
            }
        }
        return text.toString();
    }

    static List<Claim> read(String text) {
        List<Claim> claims = new ArrayList<>();
        for (String part : text.split(" ")) {
            String[] fields = part.split(",", -1);
            claims.add(new Claim(
                    new Account(URLDecoder.decode(fields[6], StandardCharsets.UTF_8)),
                    amounts(fields, 0),
                    Integer.parseInt(fields[5]),
                    fields.length > 7 ? meter(fields, 7) : null));
        }
        return claims;
    }

    static void meter(StringBuilder text, Meter meter) {
        text.append(meter.periods().unit()).append(',');
        text.append(URLEncoder.encode(meter.periods().zone().getId(), StandardCharsets.UTF_8))
                .append(',');
        amounts(text, meter.carry());
        text.append(',').append(meter.fee()).append(',').append(meter.perHour());
    }

    static Meter meter(String[] fields, int from) {
        return new Meter(
                new Periods(
                        Periods.Unit.valueOf(fields[from]),
                        ZoneId.of(URLDecoder.decode(fields[from + 1], StandardCharsets.UTF_8))),
                amounts(fields, from + 2),
                Long.parseLong(fields[from + 7]),
                Long.parseLong(fields[from + 8]));
    }

    static void amounts(StringBuilder text, Amounts amounts) {
        text.append(amounts.cores())
                .append(',')
                .append(amounts.memory())
                .append(',')
                .append(amounts.storage())
                .append(',')
                .append(amounts.accelerators())
                .append(',')
                .append(amounts.sessions());
    }

    static Amounts amounts(String[] fields, int from) {
        return new Amounts(
                Long.parseLong(fields[from]),
                Long.parseLong(fields[from + 1]),
                Long.parseLong(fields[from + 2]),
                Long.parseLong(fields[from + 3]),
                Long.parseLong(fields[from + 4]));
    }
}
