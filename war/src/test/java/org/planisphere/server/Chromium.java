package org.planisphere.server;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The machine's own Chromium, without a window. Whatever a page complains of (a script that fails, a rule of its policy
 * that is broken) is kept, for the test to see that there is none.
 */
final class Chromium implements AutoCloseable {
    private static final String AXE_RUN =
            "async () => (await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}))"
                    + ".violations.map(v => v.id + ': ' + v.help + ' at ' + v.nodes.map(n => n.target.join(' ') + ' ' + n.failureSummary).slice(0, 4).join(' | '))";

    private static final Path SHOTS = Path.of("target", "console");
    private static final double PATIENCE = 60_000;

    private final Playwright playwright;
    private final Browser chromium;
    private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());

    /** Skips the tests where this machine has no Chromium, or no Node.js for what drives it, and says what brings it. */
    static void orSkip() {
        assumeTrue(executable().isPresent(), "there is no Chromium here: apt install chromium");
        assumeTrue(node().isPresent(), "there is no Node.js here, which drives Chromium: apt install nodejs");
    }

    private static Optional<Path> executable() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Optional<Path> node() {
        return Stream.of(System.getenv().getOrDefault("PATH", "/usr/bin").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "node"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    Chromium() {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE);
        System.setProperty("playwright.nodejs.path", node().orElseThrow().toString());
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        chromium = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(executable().orElseThrow())
                        .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage", "--lang=en-GB")));
    }

    /** A new window of its own: nothing is left of what another one remembered. */
    Page page(int width, int height, boolean dark) {
        BrowserContext context = chromium.newContext(new Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setColorScheme(dark ? ColorScheme.DARK : ColorScheme.LIGHT)
                .setReducedMotion(ReducedMotion.REDUCE)
                .setLocale("en-GB")
                .setTimezoneId("Europe/Amsterdam"));
        context.setDefaultTimeout(PATIENCE);
        Page page = context.newPage();
        page.onPageError(error -> complaints.add("script: " + error));
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
                complaints.add("console: " + message.text());
            }
        });
        return page;
    }

    /** Keeps how a page looks now, from its top to its end, in {@code target/console}. */
    static void shot(Page page, String name) {
        page.evaluate("scrollTo(0, 0)");
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SHOTS.resolve(name + ".png"))
                .setFullPage(true));
    }

    /** Keeps how all open pages look, after a test that failed. */
    void lastLook(String name) {
        int number = 0;
        for (BrowserContext context : chromium.contexts()) {
            for (Page page : context.pages()) {
                shot(page, name + "-" + ++number);
            }
        }
    }

    /** Closes all pages. */
    void clear() {
        chromium.contexts().forEach(BrowserContext::close);
    }

    /** What pages have complained of since this was asked last. */
    List<String> complaints() {
        synchronized (complaints) {
            List<String> all = List.copyOf(complaints);
            complaints.clear();
            return all;
        }
    }

    /** What axe finds wrong with a page as it is now; empty for nothing. */
    static List<String> violations(Page page) {
        page.evaluate(axe());
        @SuppressWarnings("unchecked")
        @Nullable
        List<String> found = (List<String>) page.evaluate(AXE_RUN);
        return found == null ? List.of() : found;
    }

    private static String axe() {
        try (InputStream in = Chromium.class.getResourceAsStream("/axe.min.js")) {
            if (in == null) {
                throw new IllegalStateException("axe.min.js is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        chromium.close();
        playwright.close();
    }
}
