package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.CallbackResult.SignedIn;
import io.github.wxtoken.simulator.Endpoint;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import org.jspecify.annotations.Nullable;

/** Nothing that a browser sends makes a callback throw, or signs anybody in. */
class CallbackPropertyTest {
  private static final String VISITOR = "visitor-1";

  private static final TestCluster cluster = new TestCluster();
  private static final WeChatOAuth client = cluster.process();

  @AfterContainer
  static void stop() {
    cluster.close();
  }

  @Property(tries = 1_000)
  void whateverABrowserSendsHasAResult(
      @ForAll("texts") @Nullable String code,
      @ForAll("texts") @Nullable String state,
      @ForAll("texts") @Nullable String visitor) {
    CallbackResult result = client.handleCallback(code, state, visitor);

    assertThat(result).isNotInstanceOf(SignedIn.class);
    assertThat(cluster.weChat.counters().calls(Endpoint.EXCHANGE)).isZero();
    assertThat(client.newState(VISITOR, result)).matches("[123][0-9a-z]{53,127}");
  }

  @Property(tries = 200)
  void aGenuineStateWithWhateverCodeHasAResult(@ForAll("texts") @Nullable String code) {
    cluster.weChat.quotas().unlimited();
    CallbackResult result = client.handleCallback(code, client.newState(VISITOR), VISITOR);

    assertThat(result).isNotInstanceOf(SignedIn.class);
    cluster.weChat.counters().reset();
  }

  @Property(tries = 500)
  void aGenuineStateBetweenWhateverTextsHasAResult(
      @ForAll("texts") @Nullable String before, @ForAll("texts") @Nullable String after) {
    String state = before + client.newState(VISITOR, "/orders") + after;

    assertThat(client.handleCallback(null, state, VISITOR)).isNotNull();
    assertThat(client.handleCallback("c".repeat(600), state, VISITOR)).isNotNull();
  }

  /** Text as browsers and attackers send it: half surrogates, control characters, long, none. */
  @Provide
  Arbitrary<@Nullable String> texts() {
    return Arbitraries.oneOf(
            Arbitraries.strings().all().ofMaxLength(40),
            Arbitraries.strings().withChars('\ud800', '\udfff', '\0', ' ', 'a').ofMaxLength(10),
            Arbitraries.strings().withCharRange('0', '9').withCharRange('a', 'z').ofMaxLength(140),
            Arbitraries.of("", " ", "1".repeat(54), "3" + "z".repeat(53), "z".repeat(100_000)))
        .injectNull(0.1);
  }
}
