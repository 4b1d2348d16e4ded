package org.planisphere.foundation.rest;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.login.Finished;
import org.planisphere.foundation.identity.login.Logins;

/** The few plain pages of logging in and out. Nothing that came with a request is written into them unescaped. */
final class LoginPages {
    /** No script at all; forms go to this node only. */
    private static final String POLICY =
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    static final String STYLE = """
            :root { color-scheme: light dark; --ink: #1b1d23; --ground: #fbfaf7; --accent: #1d4f91; --on: #ffffff; }
            @media (prefers-color-scheme: dark) {
              :root { --ink: #eceae4; --ground: #14161b; --accent: #8db8f2; --on: #10131a; }
            }
            body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
            main { max-width: 28rem; margin: 15vh auto 0; padding: 1rem; }
            h1 { font-size: 1.4rem; }
            h2 { font-size: 1.1rem; margin-top: 2rem; }
            ul { list-style: none; padding: 0; }
            li { margin: .6rem 0; }
            .choice, button { display: block; width: 100%; box-sizing: border-box; padding: .7rem 1rem; border: 0;
              border-radius: 4px; background: var(--accent); color: var(--on); font: inherit; text-align: center;
              text-decoration: none; cursor: pointer; }
            a { color: var(--accent); }
            :focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
            """;

    private final Logins logins;

    LoginPages(Logins logins) {
        this.logins = logins;
    }

    Response page(String body) {
        String path = logins.settings().login().getPath();
        String page = """
                <!DOCTYPE html>
                <html lang="en">
                <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
                <title>Planisphere: log in</title><link rel="stylesheet" href="%s/style.css"></head>
                <body><main>
                %s</main></body>
                </html>
                """.formatted(path, body);
        return Response.ok(page)
                .header("Content-Security-Policy", POLICY)
                // So that browsers say whose form it is.
                .header("Referrer-Policy", "same-origin")
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    String choice(@Nullable String said, @Nullable String back) {
        StringBuilder body = new StringBuilder("<h1>Log in</h1>\n");
        if (said != null) {
            body.append("<p role=\"alert\">").append(escaped(said)).append("</p>\n");
        }
        if (logins.issuers().isEmpty()) {
            return body.append("<p>Nobody can log in here. Programs show a bearer token.</p>\n")
                    .toString();
        }
        body.append("<p>Where do you have an account?</p>\n<ul>\n");
        for (Map.Entry<String, String> issuer : logins.issuers().entrySet()) {
            body.append("<li><a class=\"choice\" href=\"")
                    .append(escaped(login(issuer.getKey(), back)))
                    .append("\">")
                    .append(escaped(issuer.getValue()))
                    .append("</a></li>\n");
        }
        return body.append("</ul>\n").toString();
    }

    /** @param open the person's logins, the one at hand among them */
    String known(String name, List<Logins.Open> open) {
        StringBuilder body = new StringBuilder(
                """
                <h1>You are %s</h1>
                <form method="post" action="%s"><button>Log out</button></form>
                """.formatted(escaped(name), escaped(logins.settings().logout().getPath())));
        List<Logins.Open> others = open.stream().filter(one -> !one.here()).toList();
        if (!others.isEmpty()) {
            body.append("<h2>Elsewhere you are logged in too</h2>\n<ul>\n");
            for (Logins.Open one : others) {
                body.append("""
                        <li>since %s, last used %s
                        <form method="post" action="%s"><button>End this login</button></form></li>
                        """.formatted(
                                escaped(minute(one.began())),
                                escaped(minute(one.seen())),
                                escaped(logins.settings().logins().getPath() + "/" + one.id())));
            }
            body.append("</ul>\n");
        }
        return body.toString();
    }

    private static String minute(Instant at) {
        return at.truncatedTo(ChronoUnit.MINUTES).toString().replace("T", " ").replace("Z", " UTC");
    }

    String over() {
        return """
                <h1>You are logged out</h1>
                <p><a href="%s">Log in</a></p>
                """.formatted(escaped(logins.settings().login().getPath()));
    }

    /** Where a login at this issuer begins. */
    String login(String issuer, @Nullable String back) {
        return logins.settings().login() + "?issuer=" + encoded(issuer)
                + (back == null ? "" : "&return=" + encoded(back));
    }

    /** @param back where they wanted to go, so that the next try leads there; may be empty */
    String failed(Finished.Why why, String back) {
        return logins.settings().login() + "?failed=" + why.name().toLowerCase(Locale.ROOT)
                + (back.isEmpty() ? "" : "&return=" + encoded(back));
    }

    /** The words for what a query says; null for what it does not say, or what is none of it. */
    static @Nullable String why(@Nullable String failed) {
        for (Finished.Why why : Finished.Why.values()) {
            if (why.name().toLowerCase(Locale.ROOT).equals(failed)) {
                return why.words();
            }
        }
        return null;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
