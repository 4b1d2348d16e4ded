package org.planisphere.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.SelectOption;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.planisphere.foundation.identity.TokenBook;
import org.planisphere.foundation.settings.Settings;

/** The console in a real browser against a real node: what people do with it, by mouse and by keyboard alone. */
class ConsoleIT {
    private static final String USER = "a-token-of-the-user-0123456789abcdef";
    private static final String COLLEAGUE = "a-token-of-a-colleague-0123456789abcdef";
    private static final String STRANGER = "a-token-of-a-stranger-0123456789abcdefg";
    private static final String OPERATOR = "a-token-of-the-operator-0123456789ab";
    private static final Path DEMO = Path.of("../demo").toAbsolutePath().normalize();

    /** The demo's program and data, where a person's might be. */
    private static final Path SKY = Path.of(System.getProperty("java.io.tmpdir"), "sky");

    private static final LocatorAssertions.IsVisibleOptions SOON =
            new LocatorAssertions.IsVisibleOptions().setTimeout(90_000);
    private static final long BUDGET = 300_000;

    private static PlanisphereServer server;
    private static Chromium browser;
    private static HttpServer foreign;

    @BeforeAll
    static void up() throws IOException {
        Chromium.orSkip();
        Files.createDirectories(SKY);
        for (String file : List.of("stars.py", "brightest-stars.csv")) {
            Files.copy(DEMO.resolve(file), SKY.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Path tokens = PlanisphereServer.folder("console").resolve("tokens.yaml");
        Files.writeString(tokens, """
                - {name: caroline, sha256: %s, groups: [astro]}
                - {name: coline, sha256: %s, groups: [astro]}
                - {name: stan, sha256: %s}
                - {name: olaf, sha256: %s, groups: [ops], roles: [operator]}
                """.formatted(
                        TokenBook.sha256(USER),
                        TokenBook.sha256(COLLEAGUE),
                        TokenBook.sha256(STRANGER),
                        TokenBook.sha256(OPERATOR)));
        Path file = tokens.resolveSibling("console-node.yaml");
        Files.writeString(file, """
                planner.title: Observatory
                platforms:
                  - id: cluster
                    name: Cluster
                    description: Fixed sizes at what the electricity costs.
                    engine: process
                    capacity: {cores: 64, memory: 128GiB, storage: 100GiB}
                    prices: {coreHour: 0.04, memoryHour: 0.005, energyCoreHour: 0.012}
                  - id: workstation
                    name: Workstation
                    engine: process
                    capacity: {cores: 32, memory: 64GiB, storage: 100GiB}
                    preparing: 30s
                    prices: {coreHour: 0.12, memoryHour: 0.01, energyCoreHour: 0.03}
                """);
        System.setProperty(Settings.FILE_PROPERTY, file.toString());
        foreign = foreignPlanner();
        server = PlanisphereServer.deploy(Map.of(
                "identity.tokens",
                tokens.toString(),
                "staging.file.roots",
                SKY.toString(),
                "console.origins",
                "http://127.0.0.1:" + foreign.getAddress().getPort(),
                "planner.caller.anonymous.cores",
                "64"));
        browser = new Chromium();
    }

    @AfterAll
    static void down() {
        if (browser != null) {
            browser.close();
        }
        if (server != null) {
            server.close();
        }
        if (foreign != null) {
            foreign.stop(0);
        }
        System.clearProperty(Settings.FILE_PROPERTY);
    }

    /** A planner of another make, which answers at once and knows no streams; and one that answers nonsense. */
    private static HttpServer foreignPlanner() throws IOException {
        HttpServer planner = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        planner.createContext("/", exchange -> {
            String answer = exchange.getRequestURI().getPath().startsWith("/broken") ? "<html>" : """
                    {"result": "YES", "meta": {"messages": [{"level": "INFO", "message": "Bring a coat."}]},
                     "offers": [{"phase": "OFFERED", "meta": {"uuid": "5b0f8c5e-4a0f-4f7c-8f6c-2b8a7c1d9e11"},
                      "expires": "2100-01-01T00:00:00Z", "compute": {"cores": {"min": 3, "max": 3}},
                      "schedule": {"available": {"start": "2099-12-31T22:00:00Z/PT1M", "duration": "PT30M"}}}]}""";
            boolean asking = exchange.getRequestMethod().equals("POST");
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
            exchange.getResponseHeaders().set("Access-Control-Allow-Headers", "Accept, Content-Type, Idempotency-Key");
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            byte[] bytes = asking ? answer.getBytes(StandardCharsets.UTF_8) : new byte[0];
            exchange.sendResponseHeaders(asking ? 200 : 204, asking ? bytes.length : -1);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        planner.start();
        return planner;
    }

    @RegisterExtension
    static final TestExecutionExceptionHandler LAST_LOOK = (test, thrown) -> {
        browser.lastLook("failed-" + test.getRequiredTestMethod().getName());
        throw thrown;
    };

    @AfterEach
    void noPageComplained() {
        browser.clear();
        assertThat(browser.complaints()).isEmpty();
    }

    private static Page at(String place) {
        return at(place, "", false, 1280);
    }

    private static Page at(String place, String token, boolean dark, int width) {
        Page page = browser.page(width, width < 500 ? 844 : 850, dark);
        if (!token.isEmpty()) {
            page.addInitScript("sessionStorage.setItem('token', JSON.stringify('" + token + "'))");
        }
        page.navigate(server.url("/console/" + place).toString());
        ready(page);
        return page;
    }

    private static void ready(Page page) {
        page.waitForSelector("main[data-ready]");
    }

    /** A task as a person would paste it. */
    private static String task(String cores) {
        return """
                {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/python-program",
                  "meta": {"name": "stars"}, "location": "file://%1$s/stars.py", "arguments": ["brightest-stars.csv", "--skies", "2"]},
                 "compute": {"kind": "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/compute/simple-compute-resource.yaml",
                  "cores": {"min": %2$s}, "volumes": [{"kind": "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/volume/simple-volume-mount.yaml",
                  "path": "brightest-stars.csv", "mode": "READONLY", "resource": "catalogue"}]},
                 "data": [{"kind": "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/data/simple-data-resource.yaml",
                  "meta": {"name": "catalogue"}, "location": "file://%1$s/brightest-stars.csv"}],
                 "schedule": {"requested": {"duration": "PT5M"}}}""".formatted(SKY, cores);
    }

    private static void compose(Page page, String document) {
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Document").setExact(true))
                .click();
        page.getByLabel("The document").fill(document);
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Form").setExact(true))
                .click();
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
    }

    @Test
    void composeAskCompareAcceptWatchOpen() {
        Page page = at("");
        compose(page, task("1"));
        assertThat(page.getByLabel("Location").first()).hasValue("file://" + SKY + "/stars.py");
        Chromium.shot(page, "compose");

        button(page, "Ask for offers").click();
        Locator offers = page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Offers"));
        assertThat(offers).isVisible(SOON);
        assertThat(page.locator("svg.plot g.offer").first()).isVisible();
        button(page, "Cluster").first().click();
        assertThat(page.locator(".plot .chosen")).isVisible();
        Chromium.shot(page, "offers");

        page.locator("button.main.small").first().click();
        assertThat(page.locator(".phase.good")).isVisible(SOON);
        assertThat(page.locator(".phase")).hasText("Completed");
        assertThat(page.getByRole(AriaRole.LOG, new Page.GetByRoleOptions().setName("Output")))
                .containsText("stars");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("\\.csv$")))
                .first()
                .click();
        assertThat(page.locator(".preview table")).isVisible();
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("\\.svg$")))
                .first()
                .click();
        assertThat(page.locator(".preview img.picture")).isVisible();
        assertThat((Object) page.evaluate("document.querySelector('img.picture').naturalWidth > 0"))
                .isEqualTo(true);
        Chromium.shot(page, "session");

        button(page, "Run again").click();
        assertThat(page.getByLabel("Location").first()).hasValue("file://" + SKY + "/stars.py");
        page.goBack();
        ready(page);
        button(page, "Delete").first().click();
        button(page, "Delete it").click();
        assertThat(page.getByText("Accepted in this browser, the newest first")).isHidden();
    }

    @Test
    void aNoSaysWhyAndWhatWouldChangeIt() {
        // The offers of this one take all that a caller may have, so they are nobody else's.
        Page page = at("", COLLEAGUE, false, 1280);
        compose(page, task("500"));
        button(page, "Ask for offers").click();
        Locator change = page.getByRole(
                        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("^Ask for \\d+ cores$")))
                .first();
        assertThat(change).isVisible(SOON);
        Chromium.shot(page, "no");
        change.click();
        assertThat(page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Offers")))
                .isVisible(SOON);
    }

    @Test
    void plannersElsewhereAreAskedTooAndOneThatFailsIsShown() {
        String there = "http://127.0.0.1:" + foreign.getAddress().getPort();
        Page page = browser.page(1280, 850, false);
        page.addInitScript("localStorage.setItem('planners', JSON.stringify({off: [], added: ['" + there
                + "/planner', '" + there + "/broken', 'http://127.0.0.1:1/planner']}))");
        page.navigate(server.url("/console/").toString());
        ready(page);
        button(page, "Ask for offers").click();
        Locator offers = page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Offers"));
        assertThat(offers).isVisible(SOON);
        assertThat(page.locator(".answer.failed")).hasCount(2);
        assertThat(offers.getByRole(AriaRole.ROW).last()).containsText("31 Dec");
        assertThat(page.getByText("Bring a coat.")).isVisible();
        // What the policy forbids is complained of, as it has to be.
        assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("127.0.0.1:1/"));
    }

    @Test
    void theKeyboardIsEnough() {
        Page page = at("");
        compose(page, """
                {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process", "meta": {"name": "long"},
                 "command": ["sleep", "120"]}, "schedule": {"requested": {"duration": "PT5M"}}}""");
        press(page, "ask", "Enter");
        assertThat(page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Offers")))
                .isVisible(SOON);
        assertThat(page.locator("#main")).isFocused();
        press(page, "accept-", "Enter");
        assertThat(page.locator(".track")).isVisible(SOON);
        press(page, "act-CANCELLED", "Enter");
        assertThat(page.locator(".phase").first())
                .hasText("Cancelled", new LocatorAssertions.HasTextOptions().setTimeout(60_000));
        press(page, "act-delete", "Enter");
        assertThat(page.locator("dialog")).isVisible();
        page.keyboard().press("Escape");
        assertThat(page.locator("dialog")).isHidden();
    }

    /** Tabs on to the first element with such an id, and presses a key there. */
    private static void press(Page page, String id, String key) {
        for (int steps = 0; steps < 150; steps++) {
            page.keyboard().press("Tab");
            String here = (String) page.evaluate("document.activeElement.id || ''");
            if (here.startsWith(id)) {
                String outline = (String) page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
                assertThat(outline).as("the focus on %s is seen", here).isNotEqualTo("none");
                page.keyboard().press(key);
                return;
            }
        }
        throw new AssertionError("no Tab leads to " + id);
    }

    @ParameterizedTest(name = "{0}, dark: {1}, {2} wide")
    @CsvSource({
        "#/compose,false,1280",
        "#/compose,true,390",
        "#/sessions,false,390",
        "#/sessions,true,1280",
        "#/limits,false,1280",
        "#/limits,true,390",
        "#/planners,false,1280",
        "#/planners,true,390",
        "#/login,false,390",
        "#/login,true,1280",
        "#/operate?part=capacity,false,1280",
        "#/operate?part=capacity,true,390",
        "#/operate?part=sessions,true,1280",
        "#/operate?part=policy,false,1280",
        "#/operate?part=audit,true,1280",
        "#/operate?part=health,false,390",
    })
    void noViewKeepsAnybodyOut(String place, boolean dark, int width) {
        Page page = at(place, OPERATOR, dark, width);
        if (place.endsWith("capacity")) {
            assertThat(page.locator("svg.plot")).hasCount(2);
        }
        assertThat(page.locator("main")).not().containsText("[object");
        Chromium.shot(
                page,
                place.replaceAll("^#/|part=", "").replaceAll("[^a-z]+", "-") + (dark ? "-dark" : "") + "-" + width);
        assertThat(Chromium.violations(page)).isEmpty();
        assertThat((Object) page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                .as("nothing is wider than the page")
                .isEqualTo(true);
    }

    @ParameterizedTest(name = "dark: {0}, {1} wide")
    @CsvSource({"false,1280", "true,390"})
    void offersAndSessionsKeepNobodyOut(boolean dark, int width) {
        Page page = at("", USER, dark, width);
        compose(page, task("1"));
        button(page, "Ask for offers").click();
        page.locator("button.link").first().click();
        Chromium.shot(page, "offers" + (dark ? "-dark" : "") + "-" + width);
        assertThat(Chromium.violations(page)).isEmpty();
        page.locator("button.main.small").first().click();
        assertThat(page.locator(".phase.good")).isVisible(SOON);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("\\.csv$")))
                .first()
                .click();
        assertThat(page.locator(".preview table")).isVisible();
        assertThat(Chromium.violations(page)).isEmpty();
        assertThat((Object) page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                .as("nothing is wider than the page")
                .isEqualTo(true);
        page.navigate(server.url("/console/#/sessions").toString());
        assertThat(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("stars"))
                        .first())
                .isVisible();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/planner/tryit/", "/registry/", "/registry/harvest"})
    void theOtherPagesKeepNobodyOutEither(String path) {
        for (boolean dark : List.of(false, true)) {
            Page page = browser.page(1280, 850, dark);
            page.navigate(server.url(path).toString());
            page.waitForLoadState(com.microsoft.playwright.options.LoadState.NETWORKIDLE);
            assertThat(Chromium.violations(page)).as("dark: %s", dark).isEmpty();
        }
    }

    @Test
    void textsOfOthersStayTexts() {
        Page page = at("");
        String evil = "<img src=x onerror=document.title='stolen'><script>document.title='stolen'</script>";
        compose(page, """
                {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process",
                 "meta": {"name": "evil", "description": "%1$s"}, "command": ["/bin/sh", "-c", "echo \\"$1\\"; printf '%%s,b\\\\n1,2\\\\n' \\"$1\\" > evil.csv", "sh", "%1$s"]},
                 "schedule": {"requested": {"duration": "PT1M"}}}""".formatted(evil));
        button(page, "Ask for offers").click();
        page.locator("button.main.small").first().click();
        assertThat(page.locator(".phase.good")).isVisible(SOON);
        assertThat(page.getByRole(AriaRole.LOG)).containsText(evil);
        button(page, "evil.csv").first().click();
        assertThat(page.locator(".preview th").first()).hasText(evil);
        assertThat(page.title()).doesNotContain("stolen");
    }

    @Test
    void whatIsSharedWithAGroupIsSeenByItAndByNobodyElse() {
        Page page = at("", USER, false, 1280);
        compose(page, """
                {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process", "meta": {"name": "shared"},
                 "command": ["true"]}, "schedule": {"requested": {"duration": "PT1M"}}}""");
        button(page, "Ask for offers").click();
        page.locator("button.main.small").first().click();
        assertThat(page.locator(".phase.good")).isVisible(SOON);
        page.getByLabel("Sharing").selectOption(new SelectOption().setLabel("Share with local|astro"));
        assertThat(page.getByText("Share with local|astro: done.")).isVisible();

        String place = page.url().substring(page.url().indexOf('#'));
        assertThat(at(place, COLLEAGUE, false, 1280).locator("h1")).hasText("shared");
        assertThat(at(place, STRANGER, false, 1280).getByRole(AriaRole.ALERT)).isVisible();
    }

    @Test
    void whatARunUsesIsShownWhileItRuns() {
        Page page = at("");
        compose(page, """
                {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process", "meta": {"name": "busy"},
                 "command": ["python3", "-c", "while True: pass"]}, "schedule": {"requested": {"duration": "PT5M"}}}""");
        button(page, "Ask for offers").click();
        page.locator("button.main.small").first().click();
        assertThat(page.getByText("Processor time")).isVisible(SOON);
        assertThat(page.locator(".phase").first()).hasText("Running");
        button(page, "Stop it").click();
        assertThat(page.locator(".phase").first())
                .hasText("Cancelled", new LocatorAssertions.HasTextOptions().setTimeout(60_000));
    }

    @Test
    void storageThatIsKeptIsListedKeptLongerAndRemoved() {
        Page page = at("", USER, true, 390);
        compose(page, """
                {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process", "meta": {"name": "gathers"},
                 "command": ["touch", "catalogue/stars.csv"]}, "schedule": {"requested": {"duration": "PT1M"}},
                 "storage": [{"kind": "https://www.purl.org/planisphere/kinds/storage/persistent", "meta": {"name": "catalogue"},
                  "size": {"min": 1}, "lifetime": {"min": "P1D"}}]}""");
        button(page, "Ask for offers").click();
        page.locator("button.main.small").first().click();
        assertThat(page.locator(".phase.good")).isVisible(SOON);
        page.navigate(server.url("/console/#/limits").toString());
        Locator kept = page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Each until its end"));
        assertThat(kept).containsText("catalogue");
        assertThat(kept).containsText(Pattern.compile("in (23 h|1 d)"));

        button(page, "Another end for catalogue").click();
        assertThat(page.locator("dialog")).isVisible();
        assertThat(Chromium.violations(page)).isEmpty();
        button(page, "14 days from now").click();
        button(page, "Keep it until then").click();
        assertThat(kept).containsText(Pattern.compile("in 1[34] d"));
        assertThat(Chromium.violations(page)).isEmpty();
        assertThat((Object) page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                .as("nothing is wider than the page")
                .isEqualTo(true);

        button(page, "Remove catalogue").click();
        button(page, "Remove it").click();
        assertThat(page.getByText("Nothing is. A task")).isVisible();
    }

    /** Writes one file of every sort there is a look at. */
    private static final String FILES = """
            def card(key, value): return (key.ljust(8) + '= ' + value).ljust(80)
            def unit(*cards): return ''.join(cards + ('END'.ljust(80),)).ljust(2880).encode()
            open('sky.fits', 'wb').write(
                unit(card('SIMPLE', 'T'), card('BITPIX', '8'), card('NAXIS', '1'), card('NAXIS1', '5'), card('OBJECT', "'M 31' / a galaxy"))
                + b'stars'.ljust(2880) + unit(card('XTENSION', "'IMAGE   '"), card('BITPIX', '16'), card('NAXIS', '0'), card('EXTNAME', "'WEIGHTS'")))
            open('stars.vot', 'w').write('<VOTABLE xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE name="near">'
                '<FIELD name="distance" datatype="double" unit="pc"/><DATA><TABLEDATA><TR><TD>1.30</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>')
            open('trap.vot', 'w').write('<!DOCTYPE x [<!ENTITY e "boo">]><VOTABLE>&e;</VOTABLE>')
            open('picture.svg', 'w').write('<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><script>parent.document.title="stolen"</script><rect width="40" height="40"/></svg>')
            open('notes.ipynb', 'w').write('{"cells": [{"cell_type": "code", "source": ["1 + 1"], "outputs": [{"data": {"text/plain": ["2"]}}]}]}')
            open('readme.txt', 'w').write('hello')
            import base64
            open('dot.png', 'wb').write(base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='))
            open('values.json', 'w').write('{"a":1}')
            open('raw.bin', 'wb').write(bytes(9))
            """;

    @Test
    void everySortOfResultHasALook() {
        Page page = at("");
        compose(page, """
                {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process", "meta": {"name": "files"},
                 "command": ["python3", "-c", %s]}, "schedule": {"requested": {"duration": "PT1M"}}}""".formatted(quoted(FILES)));
        button(page, "Ask for offers").click();
        page.locator("button.main.small").first().click();
        assertThat(page.locator(".track")).isVisible(SOON);
        assertThat(page.locator(".phase").first())
                .hasText(
                        Pattern.compile("Completed|Failed"), new LocatorAssertions.HasTextOptions().setTimeout(90_000));
        assertThat(page.locator(".phase").first()).hasText("Completed");
        Locator look = page.locator(".preview");
        open(page, "sky.fits");
        assertThat(look.getByRole(AriaRole.ROW, new Locator.GetByRoleOptions().setName("OBJECT M 31 a galaxy")))
                .isVisible();
        assertThat(look.getByText("WEIGHTS").first()).isVisible();
        open(page, "stars.vot");
        assertThat(look.getByRole(AriaRole.CELL, new Locator.GetByRoleOptions().setName("1.30")))
                .isVisible();
        open(page, "notes.ipynb");
        assertThat(look).containsText("1 + 1");
        assertThat(look.locator(".out")).hasText("2");
        open(page, "readme.txt");
        assertThat(look.locator("pre")).hasText("hello");
        open(page, "dot.png");
        assertThat(look.locator("img")).isVisible();
        open(page, "values.json");
        assertThat(look).containsText("\"a\": 1");
        open(page, "raw.bin");
        assertThat(look).containsText("no preview");
        open(page, "picture.svg");
        assertThat(look.locator("img")).isVisible();
        open(page, "trap.vot");
        assertThat(page.locator("#preview [role=alert]")).containsText("document type");
        assertThat(page.title()).doesNotContain("stolen");
    }

    private static void open(Page page, String name) {
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(name).setExact(true))
                .click();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    @Test
    void firstPaintIsQuickAndLittleIsSent() {
        double best = Double.MAX_VALUE;
        long sent = 0;
        for (int i = 0; i < 3; i++) {
            List<Request> requests = Collections.synchronizedList(new ArrayList<>());
            Page page = browser.page(1280, 850, false);
            page.onRequestFinished(requests::add);
            page.navigate(server.url("/console/").toString());
            ready(page);
            sent = List.copyOf(requests).stream()
                    .map(Request::sizes)
                    .mapToLong(sizes -> sizes.responseBodySize + sizes.responseHeadersSize)
                    .sum();
            Object paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime");
            best = Math.min(best, ((Number) paint).doubleValue());
        }
        System.out.printf("console: first paint after %.0f ms, %d bytes sent%n", best, sent);
        assertThat(sent).isBetween(10_000L, BUDGET);
        assertThat(best).isLessThanOrEqualTo(1_000);
    }

    @Test
    void onlyItsOwnFilesRunAndNobodyElseIsAsked() throws Exception {
        HttpResponse<Void> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(server.url() + "/console/"))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
        assertThat(answer.headers().firstValue("Content-Security-Policy"))
                .get()
                .asString()
                .contains(
                        "default-src 'none'",
                        "script-src 'self'",
                        "connect-src 'self' http://127.0.0.1:"
                                + foreign.getAddress().getPort() + ";",
                        "require-trusted-types-for")
                .doesNotContain("unsafe");
        assertThat(answer.headers().allValues("Content-Security-Policy")).hasSize(1);
    }
}
