package org.planisphere.planner.ledger.store;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;

/**
 * Claims as one line of text: claims between blanks, each {@code
 * cores,memory,storage,accelerators,sessions,maxHeld,account}, the account percent-encoded.
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
                    Integer.parseInt(fields[5])));
        }
        return claims;
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
