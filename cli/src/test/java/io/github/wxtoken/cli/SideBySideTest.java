package io.github.wxtoken.cli;

import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SideBySideTest {
  private static Stream<TokenSource.Item> side(String... openids) {
    return Stream.of(openids).map(openid -> new TokenSource.Item(token(openid), openid));
  }

  private static String shown(@Nullable OAuthToken token) {
    return token == null ? "-" : token.openid();
  }

  private static Stream<String> pairs(
      Stream<TokenSource.Item> firsts, Stream<TokenSource.Item> seconds) {
    return SideBySide.stream(firsts, seconds)
        .map(pair -> shown(pair.first()) + " " + shown(pair.second()));
  }

  @Test
  void tokensOfTheSameOpenidMeet() {
    assertThat(pairs(side("oA", "oC", "oD"), side("oB", "oC", "oE", "oF")))
        .containsExactly("oA -", "- oB", "oC oC", "oD -", "- oE", "- oF");
  }

  @Test
  void aSideMayBeEmpty() {
    assertThat(pairs(side(), side("oA"))).containsExactly("- oA");
    assertThat(pairs(side("oA"), side())).containsExactly("oA -");
    assertThat(pairs(side(), side())).isEmpty();
  }

  @Test
  void aSideInAnotherOrderLosesNothing() {
    assertThat(pairs(side("oB", "oA"), side("oA", "oB"))).containsExactly("- oA", "oB oB", "oA -");
  }
}
