package org.planisphere.foundation.identity.login;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.foundation.settings.SettingsException;

/**
 * Where and for how long people are logged in.
 *
 * @param pages scheme, host and port as people's browsers see them, without a path
 * @param door path of the doors for logging in, such as {@code /planner}
 * @param idle how long a login outlives the last call made with it
 * @param longest how long a login lasts at most
 */
public record LoginSettings(URI pages, String door, Duration idle, Duration longest) {
    public LoginSettings {
        pages = URI.create(pages.getScheme() + "://" + pages.getRawAuthority());
    }

    /** Of a node whose planner, or else whose registry, has the doors. */
    public static LoginSettings of(Settings settings) {
        return new LoginSettings(
                settings.find(Keys.LOGIN_URL).orElseGet(settings::nodeUrl),
                settings.get(Keys.PLANNER_ENABLED) ? "/planner" : "/registry",
                settings.get(Keys.LOGIN_IDLE),
                settings.get(Keys.LOGIN_LONGEST));
    }

    /**
     * That a login's cookie never crosses a network in the clear.
     *
     * @throws SettingsException where people would log in without TLS, and not on this very machine
     */
    public void check() {
        String host = String.valueOf(pages.getHost());
        if (!secure() && !host.matches("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]")) {
            throw new SettingsException(List.of("identity.login.url (or node.url) = \"" + pages
                    + "\": must be https where people log in at pages, or an address of this machine"));
        }
    }

    /** Whether browsers reach this node by TLS, so that its cookies can be kept to that. */
    public boolean secure() {
        return "https".equals(pages.getScheme());
    }

    /** An address of this node as browsers see it. */
    public URI at(String path) {
        return URI.create(pages + path);
    }

    /** Where people choose an issuer, and see who they are. */
    public URI login() {
        return at(door + "/login");
    }

    /** Where an issuer sends them back to; what is registered at the issuer, to the letter. */
    public URI callback() {
        return at(door + "/login/callback");
    }

    public URI logout() {
        return at(door + "/logout");
    }

    /** Where open logins are listed and ended. */
    public URI logins() {
        return at(door + "/logins");
    }
}
