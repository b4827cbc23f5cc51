package io.github.wxtoken;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.wxtoken.CallbackResult.Reason;
import io.github.wxtoken.store.MemoryTokenStore;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.regex.Pattern;

/** Only a state that was made for this session is trusted, and it leads nowhere else. */
class StatesFuzzTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochMilli(1_538_990_000_000L), ZoneOffset.UTC);
  private static final String GENUINE =
      "100000cjm3jt5f8vvc8nesxv02z8bx5dl4kbwxtwhupfb8aca72z3ezufta";

  /** A state, with text that a browser appended; that text is not part of the state. */
  private static final Pattern GENUINE_AND_MORE =
      Pattern.compile(GENUINE + "([^0-9a-z].*)?", Pattern.DOTALL);

  private static States states() {
    return new States(new MemoryTokenStore(), false, CLOCK, "wx1", AppSecret.fixed(Canary.TEXT));
  }

  @FuzzTest(maxDuration = "90s")
  void onlyAGenuineStateIsTrusted(byte[] input) {
    String state = new String(input, UTF_8);
    try {
      assertThat(states().verify(state, "session", "code").returnPath()).isEqualTo("/me");
      assertThat(state).matches(GENUINE_AND_MORE);
    } catch (InvalidStateException e) {
      assertThat(state).doesNotMatch(GENUINE_AND_MORE);
      assertThat(e.reason())
          .isIn(Reason.STATE_MISSING, Reason.STATE_ALTERED, Reason.STATE_OF_ANOTHER_VISITOR);
      assertThat(e).hasNoCause();
    }
    assertThat(StateText.readAttempt(state)).isBetween(0, 3);
  }

  @FuzzTest(maxDuration = "90s")
  void aPathComesBackAsItWasOrIsRefused(byte[] input) {
    String path = new String(input, UTF_8);
    States states = states();
    String state;
    try {
      state = states.create("session", path);
    } catch (IllegalArgumentException e) {
      Canary.assertNotIn(e);
      return;
    }
    assertThat(path).startsWith("/").doesNotContain("//", "\\").hasSizeLessThanOrEqualTo(48);
    assertThat(path.chars()).allMatch(c -> c > ' ' && c < 0x7f);
    assertThat(state).matches("[0-9a-z]{54,128}");
    assertThat(states.verify(state, "session", "code")).isEqualTo(new VerifiedState(false, path));
    assertThatExceptionOfType(InvalidStateException.class)
        .isThrownBy(() -> states.verify(state, "another session", "code"));
    assertThatExceptionOfType(InvalidStateException.class)
        .isThrownBy(() -> states.verify(state + "0", "session", "code"));
  }
}
