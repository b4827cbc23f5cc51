package io.github.wxtoken.examples.mixed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The scenario accepts what shares a store, and rejects what does not, saying why. */
class ScenarioTest {
  private static final int USERS = 6;

  private final WeChatSimulator weChat = WeChatSimulator.start();
  private final MemoryTokenStore store = new MemoryTokenStore();
  private final List<InProcess> members = new ArrayList<>();

  @BeforeEach
  void withoutQuotas() {
    weChat.quotas().unlimited();
  }

  @AfterEach
  void close() {
    members.forEach(InProcess::close);
    store.close();
    weChat.close();
  }

  @Test
  void oneStoreForAllIsShared() {
    with(java(store), java(store), node(store), node(store));

    Counts counts = play(true);

    assertThat(counts.failures()).isEmpty();
    assertThat(counts.row("memory")).startsWith("  memory ").endsWith("  passed");
    // By Java, early, refused, by Node, by both: Java in Node's place takes a lease.
    assertThat(counts.row("memory")).containsPattern(" 6 +6 +0 +6 +6  passed");
  }

  @Test
  void aNodeThatSeesNoExpiryIsRefusedOncePerUserAndServedAgainByWhatJavaRefreshed() {
    with(java(store), java(store), blindNode(store), blindNode(store));

    Counts counts = play(false);

    assertThat(counts.failures()).isEmpty();
    assertThat(counts.row("memory")).containsPattern(" 6 +6 +6 +6 +6  passed");
  }

  @Test
  void aNodeThatIsNotRefusedAlthoughItSeesNoExpiryIsAFailure() {
    with(java(store), node(store));

    assertThat(play(false).failures())
        .containsKeys(
            "Node was not refused when Node is asked first: ok", "6 refreshes by Node, not 0");
  }

  @Test
  void aNodeThatIsRefusedAlthoughItSeesExpiryIsAFailure() {
    with(java(store), blindNode(store));

    assertThat(play(true).failures())
        .containsEntry("no profile of Node when Node is asked first: WeChatAPIError:42001", USERS);
  }

  @Test
  void aStoreOfItsOwnIsAFailure() {
    try (MemoryTokenStore another = new MemoryTokenStore()) {
      with(java(store), node(another));

      assertThat(play(true).failures())
          .containsKey("no token of Node after the first login: NoSuchElementException")
          .containsKey("2 tokens of one user after a login on the other side, not 1");
    }
  }

  @Test
  void theProfileOfAnotherIsAFailure() {
    String other = weChat.openid(WeChatSimulator.APPID, "user1");
    with(
        java(store),
        new InProcess(false, store, weChat) {
          @Override
          Answer answer(String command, String argument) {
            return command.equals("user")
                ? new Answer(true, other)
                : super.answer(command, argument);
          }
        });

    assertThat(play(true).failures())
        .containsEntry("another user's profile of Node after the first login", USERS - 1);
  }

  @Test
  void aRefreshOfATokenThatIsValidIsAFailure() {
    with(
        java(store),
        new InProcess(false, store, weChat) {
          @Override
          Answer answer(String command, String argument) {
            if (command.equals("user")) {
              node.answer("refresh", argument);
            }
            return super.answer(command, argument);
          }
        });

    assertThat(play(true).failures().keySet())
        .anyMatch(failure -> failure.matches("\\d+ refreshes while tokens are valid, not \\d+"));
  }

  @Test
  void aTokenOfNobodyIsAFailure() {
    store.saveToken(
        "oStranger",
        OAuthToken.builder()
            .openid("oStranger")
            .accessToken("a")
            .refreshToken("r")
            .expiresIn(7200)
            .createAt(1)
            .build());
    with(java(store), node(store));

    assertThat(play(true).failures()).isEqualTo(Map.of("the list of tokens has another answer", 1));
  }

  @Test
  void aProcessThatIsDeadIsAFailure() {
    with(
        java(store),
        new InProcess(false, store, weChat) {
          @Override
          Answer answer(String command, String argument) {
            return new Answer(false, "a Node process ended");
          }
        });

    assertThat(play(true).failures())
        .containsKeys(
            "a clock failed: a Node process ended", "the first login failed: a Node process ended");
    assertThat(play(true).row("memory")).endsWith("FAILED");
  }

  private void with(InProcess... some) {
    members.addAll(List.of(some));
  }

  private Counts play(boolean nodeSeesExpiry) {
    return new Scenario(weChat, members, nodeSeesExpiry, USERS, 7).play();
  }

  private InProcess java(TokenStore store) {
    return new InProcess(true, store, weChat);
  }

  private InProcess node(TokenStore store) {
    return new InProcess(false, store, weChat);
  }

  /** As wechat-oauth on a store that gives it create_at as text: every token is valid to it. */
  private InProcess blindNode(TokenStore store) {
    WeChatOAuth asks =
        WeChatOAuth.builder(WeChatSimulator.APPID, WeChatSimulator.SECRET)
            .apiEndpoint(weChat.uri())
            .build();
    return new InProcess(false, store, weChat) {
      @Override
      Answer answer(String command, String argument) {
        if (!command.equals("user")) {
          return super.answer(command, argument);
        }
        Optional<OAuthToken> token = store.getToken(argument);
        String accessToken = token.map(OAuthToken::accessToken).orElse("none");
        return asks.verifyToken(argument, accessToken)
            ? new Answer(true, argument)
            : new Answer(false, "WeChatAPIError:42001");
      }
    };
  }
}
