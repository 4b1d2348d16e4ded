package org.planisphere.planner.staging.places;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.staging.Address;
import org.planisphere.planner.staging.Sink;
import org.planisphere.planner.staging.SourceContract;
import org.planisphere.planner.staging.Transfer;

/** What every place does that is source and sink, with a real server behind it. */
public abstract class SinkContract extends SourceContract {
    private static final byte[] RESULT = "a result\n".repeat(500).getBytes(StandardCharsets.UTF_8);

    protected abstract Sink sink() throws Exception;

    /** Where something of that name may be put; a folder when it ends with a slash. */
    protected abstract Address to(String name) throws Exception;

    private Transfer out() {
        return new Transfer(Long.MAX_VALUE, at -> Map.of(), told::add);
    }

    private byte[] content(String name) throws Exception {
        source().fetch(to(name), target.resolve("back"), room(1 << 24));
        return java.nio.file.Files.readAllBytes(target.resolve("back"));
    }

    @Test
    protected void putsAFileAtItsAddress() throws Exception {
        Transfer transfer = out();
        sink().put(to("one.txt"), Parcels.of("", RESULT), transfer);
        assertThat(content("one.txt")).isEqualTo(RESULT);
        assertThat(transfer.moved()).isEqualTo(RESULT.length);
    }

    @Test
    protected void putsFilesBelowAFolder() throws Exception {
        sink().put(to("all/"), Parcels.of("deep/er/b c.txt", RESULT), out());
        assertThat(content("all/deep/er/b%20c.txt")).isEqualTo(RESULT);
    }

    @Test
    protected void putsWhatIsEmpty() throws Exception {
        sink().put(to("empty"), Parcels.of("", new byte[0]), out());
        assertThat(content("empty")).isEmpty();
    }

    @Test
    protected void mayPutTheSameAgainAndReplacesNothingElse() throws Exception {
        sink().put(to("twice"), Parcels.of("", RESULT), out());
        assertThatCode(() -> sink().put(to("twice"), Parcels.of("", RESULT), out()))
                .doesNotThrowAnyException();
        byte[] other = "something else".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> sink().put(to("twice"), Parcels.of("", other), out()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("already");
        assertThat(content("twice")).isEqualTo(RESULT);
    }

    @Test
    protected void fetchesAFolderWithAllThatIsInIt() throws Exception {
        sink().put(to("set/"), Parcels.of("a", RESULT), out());
        sink().put(to("set/"), Parcels.of("b/c", RESULT), out());
        assertThat(source().measure(to("set/"))).hasValue(2L * RESULT.length);
        assertThat(source().fetch(to("set/"), target.resolve("set"), room(1 << 20))
                        .size())
                .isEqualTo(2L * RESULT.length);
        assertThat(target.resolve("set/b/c")).hasBinaryContent(RESULT);
    }

    @Test
    protected void leavesItsPlaceByNoPath() throws Exception {
        for (String name : new String[] {"../x", "a/../../x", "a/%2e%2e/x", "a/./x"}) {
            Address address = to(name);
            boolean no = !sink().takes(address) || sink().examine(address).isPresent();
            assertThat(no).as(name).isTrue();
        }
    }
}
