package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/cryptography.md tells of every algorithm that the code names. ASVS 5.0, V11.1.2 */
class CryptographyPageTest {
    private static final Pattern NAMED = Pattern.compile(
            "(?:MessageDigest|Cipher|Mac|Signature|KeyFactory|KeyPairGenerator|SecretKeyFactory|KeyGenerator)"
                    + "\\s*\\.getInstance\\(\\s*\"([^\"]+)\"");

    @Test
    void everyAlgorithmOfTheCodeIsInTheInventory() throws IOException {
        Set<String> algorithms = new TreeSet<>();
        for (String module : Set.of("foundation", "planner-service", "registry", "war", "client", "cli")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    Matcher matcher = NAMED.matcher(Files.readString(file));
                    while (matcher.find()) {
                        algorithms.add(matcher.group(1));
                    }
                }
            }
        }
        String page = Files.readString(Path.of("../docs/cryptography.md"));
        assertThat(algorithms)
                .contains("SHA-256", "Ed25519")
                .noneMatch(name -> name.matches("(?i)md5|sha-?1|des.*|rc4|.*ecb.*"))
                .allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
    }
}
