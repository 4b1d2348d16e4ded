package org.planisphere.planner.staging.places;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.foundation.http.Resolver;
import org.planisphere.planner.staging.Address;
import org.planisphere.planner.staging.Fetching;
import org.planisphere.planner.staging.Sink;
import org.planisphere.planner.staging.Source;
import org.planisphere.planner.staging.TinyServer;
import org.planisphere.planner.staging.Transfer;

/** S3 as S3Proxy speaks it. */
class S3PlaceTest extends SinkContract {
    private static final String ACCESS = "access";
    private static final String SECRET = "secret";

    @TempDir
    static Path folder;

    private static S3Proxy server;
    private static BlobStore store;
    private static int buckets;

    private String bucket = "";

    @BeforeAll
    static void begin() throws Exception {
        Properties properties = new Properties();
        properties.setProperty("jclouds.filesystem.basedir", folder.toString());
        BlobStoreContext context = ContextBuilder.newBuilder("filesystem")
                .credentials("identity", "credential")
                .overrides(properties)
                .build(BlobStoreContext.class);
        store = context.getBlobStore();
        server = S3Proxy.builder()
                .blobStore(store)
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V4, ACCESS, SECRET)
                .build();
        server.start();
    }

    @AfterAll
    static void end() throws Exception {
        server.stop();
    }

    @BeforeEach
    void bucket() {
        bucket = "sky-" + buckets++;
        store.createContainerInLocation(null, bucket);
    }

    private static Vault vault(String secret) throws IOException {
        Path file = Files.createTempFile(folder, "vault", "");
        Files.writeString(file, "mine.access=" + ACCESS + "\nmine.secret=" + secret + "\n");
        Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        return new Vault(file);
    }

    private S3Place place(String secret, String opened, long part) throws IOException {
        return new S3Place(
                new Place(
                        "archive",
                        URI.create("http://127.0.0.1:" + server.getPort()),
                        List.of(),
                        "mine",
                        true,
                        1 << 26,
                        Duration.ofSeconds(20)),
                vault(secret),
                "us-east-1",
                false,
                List.of(opened),
                Fetching.PLAIN,
                part,
                Resolver.SYSTEM);
    }

    @Override
    protected Source source() throws IOException {
        return place(SECRET, bucket, 1 << 26);
    }

    @Override
    protected Sink sink() throws IOException {
        return place(SECRET, bucket, 1 << 26);
    }

    @Override
    protected Address at(byte[] content) {
        store.putBlob(
                bucket,
                store.blobBuilder("dir/a b+c.fits")
                        .payload(new ByteArrayInputStream(content))
                        .contentLength(content.length)
                        .build());
        return new Address(
                "s3",
                "s3://" + bucket + "/dir/a b+c.fits",
                Map.of("bucket", bucket, "object", "dir/a b+c.fits"),
                java.util.Optional.empty());
    }

    @Override
    protected Address nothing() {
        return Address.of("s3://" + bucket + "/missing");
    }

    @Override
    protected Address to(String name) {
        return new Address(
                "s3",
                "s3://" + bucket + "/out/" + name,
                Map.of(
                        "bucket",
                        bucket,
                        "object",
                        "out/" + name.replace("%20", " ").replace("%2e", ".")),
                java.util.Optional.empty());
    }

    @Test
    void putsLargeThingsInPartsAndReplacesNothingEither() throws Exception {
        byte[] large = new byte[(11 << 20) + 17];
        new Random(1).nextBytes(large);
        S3Place place = place(SECRET, bucket, 5 << 20);
        Transfer out = new Transfer(Long.MAX_VALUE, at -> Map.of(), told::add);
        place.put(to("large"), Parcels.of("", large), out);
        place.fetch(to("large"), target.resolve("large"), room(1 << 26));
        assertThat(target.resolve("large")).hasBinaryContent(large);
        assertThat(out.moved()).isEqualTo(large.length);
    }

    @Test
    void refusesWhatWasNotOpened() throws Exception {
        Source only = place(SECRET, bucket + "/public/", 1 << 26);
        assertThat(only.takes(Address.of("s3://" + bucket + "/public/a"))).isTrue();
        for (String other : List.of(
                "s3://" + bucket + "/private/a",
                "s3://" + bucket + "/public/../private/a",
                "s3://" + bucket,
                "s3://other/public/a",
                "s3://" + bucket + "x/public/a")) {
            assertThat(only.takes(Address.of(other))).as(other).isFalse();
        }
    }

    @Test
    void tellsNothingOfItsCredentials() throws Exception {
        at(new byte[] {1});
        S3Place wrong = place("another", bucket, 1 << 26);
        assertThatThrownBy(() -> wrong.fetch(to("x"), target.resolve("x"), room(10)))
                .hasMessageContaining("403")
                .hasMessageNotContaining("another");
    }

    @Test
    void needsAVaultThatOthersCannotRead() throws Exception {
        Path file = Files.writeString(folder.resolve("open-vault"), "mine.access=a\n");
        Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> new Vault(file).check()).hasMessageContaining("0600");
    }

    /** The signature of a GET with a header of its own, from AWS's description of the procedure. */
    @Test
    void signsAsAwsDoes() {
        Map<String, String> headers = S3Signer.sign(
                "GET",
                URI.create("https://examplebucket.s3.amazonaws.com/test.txt"),
                Map.of("range", "bytes=0-9"),
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                new S3Signer.Keys("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", null),
                "us-east-1",
                Instant.parse("2013-05-24T00:00:00Z"));
        assertThat(headers.get("Authorization"))
                .endsWith("Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    }

    @Test
    void asksTheBucketsOwnHostInVirtualStyleAndAsNobodyWithoutCredentials() throws Exception {
        try (TinyServer virtual =
                new TinyServer((request, out) -> TinyServer.send(out, "200 OK", "", new byte[] {1, 2, 3}))) {
            String port = virtual.authority().replaceAll(".*:", "");
            S3Place place = new S3Place(
                    new Place(
                            "v",
                            URI.create("http://localhost:" + port),
                            List.of(),
                            null,
                            false,
                            1000,
                            Duration.ofSeconds(10)),
                    Vault.NONE,
                    "us-east-1",
                    true,
                    List.of("sky"),
                    Fetching.PLAIN,
                    1 << 20,
                    host -> List.of(InetAddress.getByName("127.0.0.1")));
            assertThat(place.fetch(Address.of("s3://sky/a/b"), target.resolve("v"), room(10))
                            .size())
                    .isEqualTo(3);
            assertThat(virtual.seen().get(0).header("host")).isEqualTo("sky.localhost:" + port);
            assertThat(virtual.seen().get(0).target()).isEqualTo("/a/b");
            assertThat(virtual.seen().get(0).header("authorization")).isEmpty();
        }
    }

    @Test
    void survivesAListWithoutEndAndNamesThatLeadElsewhere() throws Exception {
        for (String key : List.of("../../etc/cron.d/x", "a/../b", "/abs", "a//b")) {
            try (TinyServer hostile = new TinyServer((request, out) -> TinyServer.send(
                    out,
                    "200 OK",
                    "",
                    ("<ListBucketResult><Contents><Key>" + key + "</Key><Size>1</Size></Contents></ListBucketResult>")
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8)))) {
                S3Place place = new S3Place(
                        new Place(
                                "h",
                                URI.create("http://" + hostile.authority()),
                                List.of(),
                                null,
                                false,
                                1000,
                                Duration.ofSeconds(10)),
                        Vault.NONE,
                        "us-east-1",
                        false,
                        List.of("sky"),
                        Fetching.PLAIN);
                assertThatThrownBy(() -> place.fetch(Address.of("s3://sky/"), target.resolve("h"), room(100)))
                        .as(key)
                        .hasMessageContaining("cannot be used");
            }
        }
    }
}
