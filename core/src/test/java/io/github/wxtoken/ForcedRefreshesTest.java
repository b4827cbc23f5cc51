package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The memory of refusals in the field {@code scope} of an app's record. */
class ForcedRefreshesTest {
  private static final Instant NOW = Instant.parse("2026-11-29T08:00:00Z");

  private static ForcedRefreshes read(@Nullable String scope) {
    return ForcedRefreshes.of(
        OAuthToken.builder().openid("app:wx1").accessToken("T").scope(scope).build());
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    ForcedRefreshes once = ForcedRefreshes.NONE.forced(NOW);

    assertThat(read(once.text())).isEqualTo(once);
    assertThat(read(once.withRefusal().text())).isEqualTo(once.withRefusal());
    assertThat(read(ForcedRefreshes.NONE.withRefusal().text()))
        .isEqualTo(ForcedRefreshes.NONE.withRefusal());
    assertThat(ForcedRefreshes.NONE.text()).isNull();
  }

  /** The column {@code scope} of wechat-oauth's table is varchar(50). */
  @Test
  void theLongestTextFitsWechatOauthsTable() {
    assertThat(ForcedRefreshes.NONE.usedUp(NOW).withRefusal().text()).hasSizeLessThanOrEqualTo(50);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "snsapi_base", "forced=", "forced=1/2", "refusedx", "forced=-1/2,last=3"})
  void aTextOfAnotherProgramCountsAsNone(String scope) {
    assertThat(read(scope)).isEqualTo(ForcedRefreshes.NONE);
  }

  @Test
  void theDayBeginsAtMidnightInChina() {
    ForcedRefreshes usedUp = ForcedRefreshes.NONE.usedUp(Instant.parse("2026-11-29T15:59:59Z"));

    assertThat(usedUp.areUsedUp(Instant.parse("2026-11-29T15:59:59Z"))).isTrue();
    assertThat(usedUp.areUsedUp(Instant.parse("2026-11-29T16:00:00Z"))).isFalse();
  }

  @Test
  void aPauseEndsAfterThirtySeconds() {
    ForcedRefreshes once = ForcedRefreshes.NONE.forced(NOW);

    assertThat(once.pausedUntil(NOW.plusSeconds(29))).contains(NOW.plusSeconds(30));
    assertThat(once.pausedUntil(NOW.plusSeconds(30))).isEmpty();
  }

  @Test
  void aTimeFarAheadOfTheClockIsNoPause() {
    ForcedRefreshes ahead = ForcedRefreshes.NONE.forced(NOW.plus(Duration.ofHours(1)));

    assertThat(ahead.pausedUntil(NOW)).isEmpty();
  }
}
