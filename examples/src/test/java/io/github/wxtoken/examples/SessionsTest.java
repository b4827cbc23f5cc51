package io.github.wxtoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SessionsTest {
  private final Sessions sessions = new Sessions("a key");

  @Test
  void everyProcessWithTheKeyKnowsWhoIsSignedIn() {
    String cookie = sessions.begin("oAbc_1-2");

    assertThat(new Sessions("a key").openid(cookie)).contains("oAbc_1-2");
  }

  @Test
  void aCookieThatWeDidNotMakeIsNobodys() {
    String cookie = sessions.begin("oAbc");
    String signature = cookie.substring(cookie.indexOf('.'));

    assertThat(sessions.openid("")).isEmpty();
    assertThat(sessions.openid(".")).isEmpty();
    assertThat(sessions.openid("oAbc")).isEmpty();
    assertThat(sessions.openid("oAbc.")).isEmpty();
    assertThat(sessions.openid("oXyz" + signature)).isEmpty();
    assertThat(new Sessions("another key").openid(cookie)).isEmpty();
  }
}
