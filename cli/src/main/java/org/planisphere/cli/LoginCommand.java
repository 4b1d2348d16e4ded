package org.planisphere.cli;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Login of a person by device code. */
@Command(
        name = "login",
        description = "Log in at an OpenID Connect issuer: open the address that is shown, in any browser, and agree.")
final class LoginCommand implements Callable<Integer> {
    private static final String USUAL_CLIENT = "planisphere-cli";
    private static final Duration SLOWER = Duration.ofSeconds(5);

    private final Kit kit;

    @Option(names = "--issuer", required = true, paramLabel = "URL", description = "The issuer, as planners know it.")
    String issuer = "";

    @Option(
            names = "--client",
            defaultValue = USUAL_CLIENT,
            paramLabel = "ID",
            description = "The public client registered there (${DEFAULT-VALUE}).")
    String client = "";

    @Option(
            names = "--scope",
            defaultValue = "openid profile offline_access",
            paramLabel = "SCOPES",
            description = "What is asked for (${DEFAULT-VALUE}).")
    String scope = "";

    @Option(
            names = "--planner",
            paramLabel = "URL",
            description = "A planner or registry to show the token to; may be repeated. Otherwise those of"
                    + " PLANISPHERE_PLANNER or of the profile in use, or the one on this machine.")
    List<String> planners = new ArrayList<>();

    LoginCommand(Kit kit) {
        this.kit = kit;
    }

    @Override
    public Integer call() throws InterruptedException {
        Terminal terminal = kit.terminal();
        List<String> origins = origins();
        URI at = Kit.uri(issuer);
        Issuer found = Issuer.discover(at);
        try {
            Issuer.Device device = found.begin(client, scope);
            terminal.line("Open " + Terminal.harmless(device.verification().toString()));
            terminal.line("and compare the code: " + Terminal.harmless(device.userCode()));
            terminal.out().flush();
            Issuer.Tokens tokens = wait(found, device);
            Logins.of(kit.environment())
                    .keep(tokens.login(at, client, origins, null, kit.clock().instant()));
        } catch (Issuer.Refused refused) {
            throw new Fault(
                    Exit.REFUSED,
                    switch (refused.error) {
                        case "access_denied" -> "The login was turned down.";
                        case "expired_token" -> "Nobody agreed in time.";
                        default -> "The issuer refuses: " + Terminal.harmless(refused.error) + ".";
                    },
                    next(refused.error));
        }
        terminal.line("Logged in; the token is shown to " + String.join(", ", origins) + ".");
        return Exit.OK;
    }

    /** What to do next, to be typed as it stands. */
    private String next(String error) {
        StringBuilder again = new StringBuilder("planisphere login --issuer ").append(issuer);
        if (!client.equals(USUAL_CLIENT)) {
            again.append(" --client ").append(client);
        }
        planners.forEach(planner -> again.append(" --planner ").append(planner));
        return switch (error) {
            case "access_denied" -> "to be asked once more: " + again;
            case "expired_token" -> "open the new address within the time that the issuer gives: " + again;
            case "invalid_client", "unauthorized_client", "invalid_grant" ->
                "ask whoever runs the issuer which public client may use the device code, and name it: " + again
                        + (again.indexOf(" --client ") < 0 ? " --client ID" : "");
            case "invalid_scope", "not_allowed" ->
                "ask for less, such as a login that does not last: " + again + " --scope \"openid profile\"";
            default -> "try again: " + again;
        };
    }

    private Issuer.Tokens wait(Issuer found, Issuer.Device device) throws Issuer.Refused, InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        Duration interval = device.interval();
        long deadline = System.nanoTime() + device.lasts().toNanos();
        while (System.nanoTime() < deadline) {
            if (never.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                break;
            }
            try {
                return found.poll(client, device);
            } catch (Issuer.Refused refused) {
                switch (refused.error) {
                    case "authorization_pending" -> {}
                    case "slow_down" -> interval = interval.plus(SLOWER);
                    default -> throw refused;
                }
            }
        }
        throw new Issuer.Refused("expired_token");
    }

    private List<String> origins() {
        List<String> named = new ArrayList<>(planners);
        if (named.isEmpty()) {
            Connection usual = new Connection();
            String kept = (usual.kept(kit, "planner") + " " + usual.kept(kit, "registry")).strip();
            named.addAll(List.of((kept.isEmpty() ? Connection.USUAL_PLANNER : kept).split("[\\s,]+")));
        }
        return named.stream().map(Kit::uri).map(Logins::origin).distinct().toList();
    }

    /** Takes the tokens back. */
    @Command(name = "logout", description = "Forget the login here, and take it back at the issuer.")
    static final class Logout implements Callable<Integer> {
        private final Kit kit;

        Logout(Kit kit) {
            this.kit = kit;
        }

        @Override
        public Integer call() {
            Logins logins = Logins.of(kit.environment());
            Logins.Login login = logins.login().orElse(null);
            logins.forget();
            if (login == null) {
                kit.terminal().line("Nobody was logged in.");
                return Exit.OK;
            }
            try {
                String refresh = login.refresh();
                Issuer.discover(login.issuer()).revoke(login.client(), refresh == null ? login.access() : refresh);
                kit.terminal().line("Logged out.");
            } catch (Issuer.Refused | Fault unrevoked) {
                kit.terminal()
                        .line("Logged out here; " + login.issuer()
                                + " did not take the token back, it ends by itself.");
            }
            return Exit.OK;
        }
    }

    /** Says who is logged in. */
    @Command(name = "whoami", description = "Say who is logged in, and to whom the token is shown.")
    static final class Whoami implements Callable<Integer> {
        private final Kit kit;

        Whoami(Kit kit) {
            this.kit = kit;
        }

        @Override
        public Integer call() {
            Logins.Login login = Logins.of(kit.environment()).login().orElse(null);
            if (login == null) {
                kit.terminal().line("Nobody is logged in; see: planisphere login --help");
                return Exit.NO;
            }
            kit.terminal()
                    .line("Logged in at " + Terminal.harmless(login.issuer().toString()));
            kit.terminal().line("for " + String.join(", ", login.origins()));
            kit.terminal()
                    .line(
                            login.until().isAfter(kit.clock().instant())
                                    ? "until " + login.until() + (login.refresh() == null ? "" : ", and then anew")
                                    : login.refresh() == null
                                            ? "ended " + login.until()
                                            : "to be renewed at the next call");
            kit.terminal().line("What a planner makes of it: planisphere me");
            return Exit.OK;
        }
    }
}
