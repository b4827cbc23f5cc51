package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.TcpProxy;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.testkit.Rewriter;
import io.github.wxtoken.testkit.StatementContract;
import io.github.wxtoken.testkit.StatementMutant;
import io.github.wxtoken.testkit.Tokens;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Exchanger;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract guards each clause of the scripts and commands that change something. */
@SuppressWarnings("NullAway.Init") // the client is made before the first test
@Tag("faults")
class RedisStatementTest extends StatementContract<List<String>> {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  private static final String TOKENS = "RewrittenCommands:";
  private static final String LEASES = "lease:" + TOKENS;
  private static final String COMPARISON = " == ARGV[1]";
  private static final Rewriter<List<String>> COMMANDS = new Rewriter<>();
  private static TcpProxy network;
  private static RedisClient client;

  RedisStatementTest() {
    super(RewrittenCommands.class, COMMANDS);
  }

  @BeforeAll
  static void connect() throws IOException {
    network = Servers.proxy(SERVER.url());
    client = RedisClient.create(Commands.relay(Servers.url(network), COMMANDS));
    client.setOptions(
        ClientOptions.builder()
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .build());
  }

  @AfterAll
  static void disconnect() throws IOException {
    client.shutdown();
    network.close();
  }

  @Override
  protected List<StatementMutant<List<String>>> mutants() {
    return List.of(
        StatementMutant.of(
            "replace compares nothing on the server",
            together(script("'SET'", COMPARISON, COMPARISON + " or true")),
            "Replace.oneOfThirtyTwoThreadsReplaces"),
        StatementMutant.of(
            "replace keeps the token for ever",
            script("'SET'", ", 'PX', ARGV[3]", ""),
            "aReplacedTokenIsKeptForTheRetention"),
        StatementMutant.of(
            "replace writes another key",
            script("'SET'", "'SET', KEYS[1]", "'SET', KEYS[1] .. '1'"),
            "Replace.theSameGrantIsReplaced"),
        StatementMutant.of(
            "insert takes the place of what is there",
            set(TOKENS, true, command -> command.remove("NX")),
            "SaveIfAbsent.aTokenThatIsThereStays",
            "SaveAllIfAbsent.aTokenThatIsThereStaysAndKeepsNoOtherFromBeingInserted"),
        StatementMutant.of(
            "insert keeps the token for ever",
            set(TOKENS, true, RedisStatementTest::removeExpiry),
            "anInsertedTokenIsKeptForTheRetention",
            "oneOfSeveralInsertedTokensIsKeptForTheRetention"),
        StatementMutant.of(
            "save keeps the token for ever",
            set(TOKENS, false, RedisStatementTest::removeExpiry),
            "aSavedTokenIsKeptForTheRetention"),
        StatementMutant.of(
            "delete takes keys that differ by case along",
            edit("DEL", TOKENS, command -> command.add(lower(command.get(1), TOKENS))),
            "Delete.otherTokensStayAsTheyAre"),
        StatementMutant.of(
            "lease takes the place of one that is held",
            set(LEASES, true, command -> command.remove("NX")),
            "Leases.aHeldLeaseIsRefusedToAnotherProcess"),
        StatementMutant.of(
            "lease expires at once",
            set(LEASES, true, command -> command.set(command.indexOf("PX") + 1, "1")),
            "Leases.aHeldLeaseIsRefusedWhileAnotherOneIsOver"),
        StatementMutant.of(
            "lease is never over",
            set(LEASES, true, RedisStatementTest::removeExpiry),
            "Leases.aLeaseThatIsNotClosedEndsByItselfAndNotBefore"),
        StatementMutant.of(
            "leases do not tell names apart that differ by case",
            set(LEASES, true, command -> command.set(1, lower(command.get(1), LEASES)))
                    .andThen(
                        edit("EVAL", "", command -> command.set(3, lower(command.get(3), LEASES))))
                ::apply,
            "Leases.leasesOfDifferentNamesAreIndependent"),
        StatementMutant.of(
            "a conditional deletion compares nothing on the server",
            together(script("'DEL'", COMPARISON, COMPARISON + " or true")),
            "Delete.aRefreshAndAConditionalDeletionExcludeEachOther"),
        StatementMutant.of(
            "release does not compare the owner",
            script("'DEL'", COMPARISON, COMPARISON + " or true"),
            "Leases.aFormerHolderDoesNotReleaseTheLeaseOfItsSuccessor"),
        StatementMutant.of(
            "get cuts a long value",
            edit("GETRANGE", TOKENS, command -> command.set(3, "60000")),
            "theLongestTokenComesBack",
            "theLongestTokenIsScanned"),
        StatementMutant.of(
            "get takes an empty value for a missing one",
            edit("EXISTS", TOKENS, command -> command.set(1, "missing")),
            "anEmptyValueIsCorrupt"),
        StatementMutant.of(
            "scan leaves the longest key out",
            script("'SCAN'", "#key <=", "#key <"),
            "theLongestKeyIsScanned"),
        StatementMutant.of(
            "scan leaves no key on the server, however long it is",
            script("'SCAN'", "#key <= tonumber(ARGV[4])", "true"),
            "aKeyThatIsTooLongStaysOnTheServer"),
        StatementMutant.of(
            "scan ends after the first page",
            script("'SCAN'", "{page[1]", "{'0'"),
            "Scan.aTokenThatChangesDuringALargeScanAppearsOnceBeforeOrAfter"));
  }

  /** Edits the text of the script that has a part. */
  private static UnaryOperator<List<String>> script(String having, String part, String by) {
    return edit(
        "EVAL",
        "",
        command -> {
          String lua = command.get(1);
          command.set(1, lua.contains(having) ? lua.replace(part, by) : lua);
        });
  }

  private static UnaryOperator<List<String>> set(String prefix, boolean ifAbsent, Edit edit) {
    return edit(
        "SET",
        prefix,
        command -> {
          if (command.contains("NX") == ifAbsent) {
            edit.apply(command);
          }
        });
  }

  private interface Edit {
    void apply(List<String> command);
  }

  /** Edits the commands of a name whose first argument begins so. */
  private static UnaryOperator<List<String>> edit(String name, String prefix, Edit edit) {
    return command -> {
      if (!command.get(0).equals(name) || !command.get(1).startsWith(prefix)) {
        return command;
      }
      List<String> edited = new ArrayList<>(command);
      edit.apply(edited);
      return edited;
    };
  }

  /** Lets two connections come as far as this before either goes on, so that a race is lost. */
  private static UnaryOperator<List<String>> together(UnaryOperator<List<String>> rewrite) {
    Exchanger<String> meeting = new Exchanger<>();
    return command -> {
      List<String> rewritten = rewrite.apply(command);
      if (!rewritten.equals(command)) {
        try {
          meeting.exchange("", 500, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          // alone
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return rewritten;
    };
  }

  private static void removeExpiry(List<String> command) {
    int px = command.indexOf("PX");
    command.subList(px, px + 2).clear();
  }

  private static String lower(String key, String prefix) {
    return key.startsWith(prefix)
        ? prefix + key.substring(prefix.length()).toLowerCase(Locale.ROOT)
        : key;
  }

  static class RewrittenCommands extends RedisContract {
    private static final OAuthToken TOKEN = Tokens.token("oA");
    private static final OAuthToken LONGEST = Tokens.longest("oA");

    RewrittenCommands() {
      super(SERVER);
    }

    @Override
    protected TokenStore open() {
      return RedisTokenStore.builder(client).prefix(prefix).timeout(Duration.ofSeconds(20)).build();
    }

    @Override
    protected Duration patience() {
      return COMMANDS.isMutating() ? Duration.ofSeconds(3) : super.patience();
    }

    @Test
    void aSavedTokenIsKeptForTheRetention() {
      try (TokenStore store = open()) {
        store.saveToken("oA", TOKEN);
      }

      assertKeptForTheRetention();
    }

    @Test
    void anInsertedTokenIsKeptForTheRetention() {
      try (TokenStore store = open()) {
        store.saveTokenIfAbsent("oA", TOKEN);
      }

      assertKeptForTheRetention();
    }

    @Test
    void oneOfSeveralInsertedTokensIsKeptForTheRetention() {
      try (TokenStore store = open()) {
        assertThat(store.saveTokensIfAbsent(List.of(Tokens.token("oB"), TOKEN))).hasSize(2);
      }

      assertKeptForTheRetention();
    }

    @Test
    void aReplacedTokenIsKeptForTheRetention() {
      try (TokenStore store = open()) {
        store.saveToken("oA", TOKEN);
        Servers.raw(SERVER.url()).expire(prefix + "oA", 60);

        store.replaceToken("oA", TOKEN, Tokens.renewed(TOKEN));
      }

      assertKeptForTheRetention();
    }

    @Test
    void theLongestTokenComesBack() {
      try (TokenStore store = open()) {
        store.saveToken("oA", LONGEST);

        assertThat(store.getToken("oA")).contains(LONGEST);
      }
    }

    @Test
    void theLongestTokenIsScanned() {
      try (TokenStore store = open()) {
        store.saveToken("oA", LONGEST);

        assertThat(scan(store)).containsExactly(LONGEST);
      }
    }

    @Test
    void anEmptyValueIsCorrupt() {
      Servers.raw(SERVER.url()).set(prefix + "oA", "");
      try (TokenStore store = open()) {
        assertThatThrownBy(() -> store.getToken("oA")).isInstanceOf(CorruptTokenException.class);
      }
    }

    @Test
    void theLongestKeyIsScanned() {
      OAuthToken token = Tokens.token("K".repeat(128));
      try (TokenStore store = open()) {
        store.saveToken(token.openid(), token);

        assertThat(scan(store)).containsExactly(token);
      }
    }

    @Test
    void aKeyThatIsTooLongStaysOnTheServer() {
      Servers.raw(SERVER.url()).set(prefix + "K".repeat(1_000_000), "x");
      try (TokenStore store = open()) {
        long before = network.answered();

        assertThat(scan(store)).isEmpty();

        assertThat(network.answered() - before).isLessThan(500_000);
      }
    }

    private static List<OAuthToken> scan(TokenStore store) {
      try (Stream<OAuthToken> tokens = store.tokens()) {
        return tokens.toList();
      }
    }

    private void assertKeptForTheRetention() {
      assertThat(Servers.raw(SERVER.url()).pttl(prefix + "oA"))
          .isGreaterThan(Duration.ofDays(179).toMillis());
    }
  }
}
