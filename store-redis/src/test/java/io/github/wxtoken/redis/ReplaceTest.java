package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.testkit.Tokens;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.event.command.CommandListener;
import io.lettuce.core.event.command.CommandStartedEvent;
import io.lettuce.core.protocol.CommandType;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A token that others write between our reading it and our replacing it. */
@SuppressWarnings("NullAway.Init") // the store is opened before each test
class ReplaceTest {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  private static final String PREFIX = "replace:";
  private static final OAuthToken FIRST = Tokens.token("oA");
  private static final OAuthToken SECOND = Tokens.renewed(FIRST);
  private static final String SPACED = FIRST.toJson().replace(",", " , ");

  private RedisClient client;
  private TokenStore store;
  private volatile Iterator<String> others = List.<String>of().iterator();

  /** Has the next of the others write before each script of ours. */
  @BeforeEach
  void open() {
    Servers.clear(SERVER.url(), PREFIX);
    client = RedisClient.create(SERVER.url());
    client.setOptions(
        ClientOptions.builder()
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .build());
    client.addListener(
        new CommandListener() {
          @Override
          public void commandStarted(CommandStartedEvent event) {
            if (event.getCommand().getType() == CommandType.EVALSHA && others.hasNext()) {
              Servers.raw(SERVER.url()).set(PREFIX + "oA", others.next());
            }
          }
        });
    store = RedisTokenStore.builder(client).prefix(PREFIX).build();
    store.saveToken("oA", FIRST);
  }

  @AfterEach
  void close() {
    store.close();
    client.shutdown();
  }

  @Test
  void theSameGrantInOtherBytesIsReplaced() {
    others = List.of(SPACED, FIRST.toJson()).iterator();

    assertThat(store.replaceToken("oA", FIRST, SECOND)).isTrue();

    assertThat(store.getToken("oA")).contains(SECOND);
    assertThat(others.hasNext()).as("both wrote").isFalse();
  }

  @Test
  void anotherGrantIsNot() {
    OAuthToken theirs = SECOND.toBuilder().accessToken("CANARY-theirs").build();
    others = List.of(theirs.toJson()).iterator();

    assertThat(store.replaceToken("oA", FIRST, SECOND)).isFalse();

    assertThat(store.getToken("oA")).contains(theirs);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "{}", "CANARY"})
  void aValueThatOnlyBeginsWithTheSameBytesIsNotReplaced(String more) {
    others = List.of(FIRST.toJson() + more).iterator();

    assertThatThrownBy(() -> store.replaceToken("oA", FIRST, SECOND))
        .isInstanceOf(CorruptTokenException.class);

    assertThat(Servers.raw(SERVER.url()).get(PREFIX + "oA")).isEqualTo(FIRST.toJson() + more);
  }

  @Test
  void aTokenThatIsRewrittenAgainAndAgainIsGivenUp() {
    others =
        Stream.iterate(0, i -> i + 1).map(i -> i % 2 == 0 ? SPACED : FIRST.toJson()).iterator();

    assertThatThrownBy(() -> store.replaceToken("oA", FIRST, SECOND))
        .isInstanceOf(TokenStoreException.class)
        .hasMessage("cannot replace the token of oA: it was rewritten 5 times meanwhile");
  }
}
