package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import org.junit.jupiter.api.Test;

/** The memory for failures is bounded. */
class FailuresTest {
  private final Failures failures = new Failures(Clock.systemUTC(), Failures::outcome);

  private static GrantKey token(int user) {
    return new GrantKey(
        OAuthToken.builder()
            .openid("user" + user)
            .accessToken("AT")
            .expiresIn(7200)
            .createAt(1)
            .build());
  }

  @Test
  void ofMoreThanTenThousandTheOldestAreForgotten() {
    for (int user = 0; user <= 10_000; user++) {
      failures.remember(token(user), new WeChatApiException(40013, "invalid appid"));
    }

    assertThatCode(() -> failures.check(token(0))).doesNotThrowAnyException();
    assertThatThrownBy(() -> failures.check(token(1))).isInstanceOf(WeChatApiException.class);
    assertThatThrownBy(() -> failures.check(token(10_000))).isInstanceOf(WeChatApiException.class);
  }
}
