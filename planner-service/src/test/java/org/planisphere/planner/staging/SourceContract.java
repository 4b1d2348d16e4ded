package org.planisphere.planner.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.foundation.digest.Sha256;

/** What every source does, with a real server behind it. */
public abstract class SourceContract {
    private static final byte[] CONTENT = "Sirius,-1.46\n".repeat(1000).getBytes(StandardCharsets.UTF_8);

    @TempDir
    protected Path target;

    protected final List<String> told = new ArrayList<>();

    protected abstract Source source() throws Exception;

    /** Something of that content at the source. */
    protected abstract Address at(byte[] content) throws Exception;

    /** Something that would be there, but is not. */
    protected abstract Address nothing() throws Exception;

    protected Transfer room(long bytes) {
        return new Transfer(bytes, at -> Map.of(), told::add);
    }

    private static Address with(Address address, Checksum checksum) {
        return new Address(address.scheme(), address.text(), address.details(), Optional.of(checksum));
    }

    @Test
    void fetchesIntoANewFileAndTellsItsSizeAndSum() throws Exception {
        Address address = at(CONTENT);
        assertThat(source().takes(address)).isTrue();
        assertThat(source().examine(address)).isEmpty();
        Transfer transfer = room(1 << 20);
        Staged staged = source().fetch(address, target.resolve("file"), transfer);
        assertThat(target.resolve("file")).hasBinaryContent(CONTENT);
        assertThat(staged).isEqualTo(new Staged(CONTENT.length, Sha256.hex(CONTENT)));
        assertThat(transfer.moved()).isEqualTo(CONTENT.length);
    }

    @Test
    void fetchesWhatIsEmpty() throws Exception {
        assertThat(source().fetch(at(new byte[0]), target.resolve("file"), room(10))
                        .size())
                .isZero();
        assertThat(target.resolve("file")).isEmptyFile();
    }

    @Test
    void tellsTheSizeBefore() throws Exception {
        assertThat(source().measure(at(CONTENT))).isEqualTo(OptionalLong.of(CONTENT.length));
    }

    @Test
    void saysThatThereIsNothing() throws Exception {
        Address address = nothing();
        assertThatThrownBy(() -> source().fetch(address, target.resolve("file"), room(1 << 20)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> source().measure(address)).isInstanceOf(IOException.class);
    }

    @Test
    void stopsAtTheEndOfItsRoom() throws Exception {
        Address address = at(CONTENT);
        assertThatThrownBy(() -> source().fetch(address, target.resolve("file"), room(5)))
                .isInstanceOf(Transfer.TooLarge.class);
    }

    @Test
    void takesWhatSumsUpAsItShould() throws Exception {
        Checksum right = Checksum.of("SHA-256", Sha256.hex(CONTENT)).orElseThrow();
        assertThat(source().fetch(with(at(CONTENT), right), target.resolve("file"), room(1 << 20))
                        .size())
                .isEqualTo(CONTENT.length);
    }

    @Test
    void refusesWhatSumsUpToSomethingElse() throws Exception {
        Checksum wrong = Checksum.of("md5", "0".repeat(32)).orElseThrow();
        Address address = with(at(CONTENT), wrong);
        assertThatThrownBy(() -> source().fetch(address, target.resolve("file"), room(1 << 20)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("checksum");
    }
}
