package org.planisphere.foundation.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StandingTest {
    private static final Standing STANDING =
            new Standing(Set.of("iam|/ops"), Set.of("iam|/publishers"), Set.of("iam|mallory", "iam|/barred"));

    private static Caller caller(String subject, String... groups) {
        return new Caller("iam|" + subject, subject, Set.of(groups), Set.of());
    }

    private static Caller known(Caller caller) {
        return ((Recognition.Known) STANDING.of(caller)).caller();
    }

    @Test
    void rolesComeFromGroupsAndFromNothingElse() {
        assertThat(known(caller("anna", "iam|/ops")).roles()).containsExactly(Caller.Role.OPERATOR);
        assertThat(known(caller("anna", "iam|/ops", "iam|/publishers")).roles())
                .containsExactlyInAnyOrder(Caller.Role.OPERATOR, Caller.Role.PUBLISHER);
        assertThat(known(caller("/ops")).roles()).isEmpty();
        assertThat(known(caller("anna", "other|/ops")).roles()).isEmpty(); // two issuers claim one group
    }

    @Test
    void whoeverIsSuspendedIsSoByIdAndByGroup() {
        assertThat(STANDING.of(caller("mallory", "iam|/ops"))).isEqualTo(Recognition.SUSPENDED);
        assertThat(STANDING.of(caller("anna", "iam|/barred"))).isEqualTo(Recognition.SUSPENDED);
        assertThat(STANDING.of(new Caller("other|mallory", "m", Set.of(), Set.of())))
                .isInstanceOf(Recognition.Known.class);
    }

    @Test
    void theFirstWhoKnowsTheTokenDecidesAndNobodyIsGuessed() {
        Authenticator silent = token -> Recognition.UNAVAILABLE;
        Authenticator book =
                token -> token.equals("anna") ? new Recognition.Known(caller("anna", "iam|/ops")) : Recognition.UNKNOWN;
        Doorkeeper doorkeeper = new Doorkeeper(List.of(silent, book), STANDING);
        assertThat(doorkeeper.recognise("anna")).isEqualTo(new Recognition.Known(known(caller("anna", "iam|/ops"))));
        assertThat(doorkeeper.recognise("bert")).isEqualTo(Recognition.UNAVAILABLE);
        assertThat(new Doorkeeper(List.of(book), STANDING).recognise("bert")).isEqualTo(Recognition.UNKNOWN);
    }
}
