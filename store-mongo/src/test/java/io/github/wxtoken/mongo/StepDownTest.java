package io.github.wxtoken.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.github.wxtoken.faults.Engine;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.GenericContainer;

/** A primary that steps down, and is elected again: when the first save succeeds. */
@Tag("long")
class StepDownTest {
  private static final Duration RECOVERY = Duration.ofSeconds(5);

  @ParameterizedTest
  @ValueSource(strings = {"", "&retryWrites=false"})
  void savesSucceedAsSoonAsThereIsAPrimary(String options) throws Exception {
    assumeThat(Engine.answers()).isTrue();
    try (GenericContainer<?> server = Servers.container("--replSet", "rs0")) {
      server.start();
      String url = Servers.initiated(Servers.url(server)).replace("/?", "/stepdown?") + options;
      try (TokenStore store = TokenStores.open(url + "&wxtoken.createSchema=true");
          MongoClient admin = MongoClients.create(url)) {
        store.saveToken("oA", Tokens.token("oA"));
        admin
            .getDatabase("admin")
            .runCommand(
                BsonDocument.parse(
                    "{replSetStepDown: 4, force: true, secondaryCatchUpPeriodSecs: 0}"));
        long demoted = System.nanoTime();
        CompletableFuture<Long> elected = CompletableFuture.supplyAsync(() -> awaitPrimary(admin));
        int failures = saveUntilItSucceeds(store);
        long saved = System.nanoTime();

        System.out.printf(
            "%d failed calls; %d ms from the step-down and %d ms from the election to the first"
                + " save%n",
            failures, (saved - demoted) / 1_000_000, (saved - elected.get()) / 1_000_000);
        assertThat(Duration.ofNanos(saved - elected.get())).isLessThan(RECOVERY);
      }
    }
  }

  private static int saveUntilItSucceeds(TokenStore store) {
    for (int failures = 0; ; failures++) {
      try {
        store.saveToken("oA", Tokens.token("oA"));
        return failures;
      } catch (TokenStoreException e) {
        assertThat(failures).as("%s", e.getMessage()).isLessThan(100);
      }
    }
  }

  private static long awaitPrimary(MongoClient client) {
    while (true) {
      Document hello = client.getDatabase("admin").runCommand(BsonDocument.parse("{hello: 1}"));
      if (hello.getBoolean("isWritablePrimary")) {
        return System.nanoTime();
      }
      LockSupport.parkNanos(10_000_000);
    }
  }
}
