package io.github.wxtoken.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonDocument;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Acknowledged means committed, whatever the URL says. */
class CommittedTest {
  @RegisterExtension static final TestServer SERVER = Servers.MONGO;

  private static final Set<String> WRITES = Set.of("insert", "update", "delete", "findAndModify");
  private static final Set<String> READS = Set.of("find", "aggregate");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "w=0",
        "w=1&journal=false",
        "journal=false",
        "w=1&wtimeoutMS=1",
        "readPreference=secondary",
        "readPreference=secondaryPreferred&maxStalenessSeconds=90",
        "readConcernLevel=local",
        "readConcernLevel=available",
        "retryWrites=false"
      })
  void everyCommandAsksForTheJournalsOfAMajority(String options) throws Exception {
    String database = Servers.mongo(Servers.database(SERVER, "committed")).getName();
    List<BsonDocument> commands = new CopyOnWriteArrayList<>();
    String relay =
        Commands.relay(
            SERVER.url(),
            command -> {
              commands.add(command);
              return command;
            });
    String url = Servers.withDatabase(relay, database) + "&" + options;
    try (TokenStore store =
        TokenStores.open(url + "&wxtoken.createSchema=true&wxtoken.timeout=20000")) {
      store.saveTokenIfAbsent("oA", Tokens.token("oA"));
      store.saveToken("oA", Tokens.token("oA"));
      store.replaceToken("oA", Tokens.token("oA"), Tokens.renewed(Tokens.token("oA")));
      assertThat(store.getToken("oA")).contains(Tokens.renewed(Tokens.token("oA")));
      assertThat(store.tokens()).hasSize(1);
      if (Servers.isReal(SERVER.url())) {
        store.tryLease("refresh:oA", Duration.ofMinutes(1)).orElseThrow().close();
      }
      store.deleteToken("oA");
    }

    assertThat(commands).anyMatch(command -> command.getFirstKey().equals("update"));
    for (BsonDocument command : commands) {
      if (WRITES.contains(command.getFirstKey())) {
        assertThat(command.get("writeConcern"))
            .as("%s", command)
            .isEqualTo(BsonDocument.parse("{w: 'majority', j: true}"));
      }
      if (READS.contains(command.getFirstKey())) {
        assertThat(command.get("readConcern"))
            .as("%s", command)
            .isEqualTo(BsonDocument.parse("{level: 'majority'}"));
      }
      assertThat(command.toJson()).doesNotContain("secondary");
    }
  }
}
