package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.github.wxtoken.store.MemoryTokenStore;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The times of a refresh are one consistent set: docs/design.md#times. */
class RefreshPolicyTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  @Test
  void theDefaultIsTheDesigns() {
    assertThat(RefreshPolicy.defaults())
        .isEqualTo(new RefreshPolicy(seconds(60), seconds(3), seconds(15), seconds(30)));
  }

  @Test
  void exactIsUpstreamsRule() {
    assertThat(RefreshPolicy.exact())
        .isEqualTo(new RefreshPolicy(Duration.ZERO, seconds(3), seconds(15), seconds(30)));
  }

  @Test
  void refreshingAheadIsChangedAlone() {
    assertThat(RefreshPolicy.defaults().withRefreshAhead(seconds(5)))
        .isEqualTo(new RefreshPolicy(seconds(5), seconds(3), seconds(15), seconds(30)));
  }

  @Test
  @SuppressWarnings("NullAway")
  void everyTimeIsMoreThanZero() {
    for (Duration bad : new Duration[] {null, Duration.ZERO, seconds(-1)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new RefreshPolicy(SECOND, bad, SECOND, SECOND))
          .withMessageStartingWith("storeTimeout must be more than zero");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new RefreshPolicy(SECOND, SECOND, bad, SECOND))
          .withMessageStartingWith("lease must be more than zero");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new RefreshPolicy(SECOND, SECOND, SECOND, bad))
          .withMessageStartingWith("deadline must be more than zero");
    }
    for (Duration bad : new Duration[] {null, seconds(-1)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> RefreshPolicy.defaults().withRefreshAhead(bad))
          .withMessage("refreshAhead must not be null or negative");
    }
  }

  /** A store refuses a longer lease, and nobody would ever get one. */
  @Test
  void noTimeIsLongerThanADay() {
    Duration day = Duration.ofDays(1);
    for (Duration bad : new Duration[] {day.plusMillis(1), seconds(Long.MAX_VALUE)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new RefreshPolicy(SECOND, bad, SECOND, SECOND))
          .withMessage("storeTimeout must be more than zero and at most a day");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new RefreshPolicy(SECOND, SECOND, bad, SECOND))
          .withMessage("lease must be more than zero and at most a day");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new RefreshPolicy(SECOND, SECOND, SECOND, bad))
          .withMessage("deadline must be more than zero and at most a day");
    }
    assertThatNoException().isThrownBy(() -> new RefreshPolicy(SECOND, day, day, day));
  }

  private static WeChatOAuth.Builder client() {
    return WeChatOAuth.builder("APPID", "SECRET").store(new MemoryTokenStore());
  }

  @Test
  void aLeaseOutlastsACallToWeChatAndThreeToTheStore() {
    RefreshPolicy fits = new RefreshPolicy(SECOND, seconds(2), seconds(11), seconds(23));
    client().refreshPolicy(fits).build().close();
    RefreshPolicy tooShort =
        new RefreshPolicy(SECOND, seconds(2), seconds(11).minusMillis(1), seconds(23));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client().refreshPolicy(tooShort).build())
        .withMessage(
            "refreshPolicy: lease must be at least httpTimeout + 3 × storeTimeout = PT11S");
  }

  @Test
  void aDeadlineOutlastsAPeersLeaseAndTheWorkAfterIt() {
    RefreshPolicy tooShort =
        new RefreshPolicy(SECOND, seconds(2), seconds(11), seconds(23).minusMillis(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client().refreshPolicy(tooShort).build())
        .withMessage(
            "refreshPolicy: deadline must be at least lease + httpTimeout + 3 × storeTimeout + 1 s ="
                + " PT23S");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 300, 5_000, 60_000})
  void withoutAPolicyTheTimesFitTheHttpTimeout(long millis) {
    Duration http = Duration.ofMillis(millis);
    assertThatNoException().isThrownBy(() -> RefreshPolicy.fitting(http).requireFits(http));
    client().httpTimeout(http).build().close();
  }

  @Test
  void aPolicyIsCheckedAgainstTheHttpTimeoutWhicheverIsSetFirst() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> client().refreshPolicy(RefreshPolicy.defaults()).httpTimeout(seconds(7)).build())
        .withMessageEndingWith(" = PT16S");
  }
}
