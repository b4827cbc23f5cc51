package io.github.wxtoken.mongo;

import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on the application's own client, whose settings would lose and hide tokens. */
@SuppressWarnings("NullAway.Init") // the client is made before the first test
@Tag("long")
class OwnDatabaseContractTest extends MongoContract {
  @RegisterExtension static final TestServer SERVER = Servers.REPLICA_SET;

  private static MongoClient client;

  OwnDatabaseContractTest() {
    super(SERVER);
  }

  @BeforeAll
  static void connect() {
    client = MongoClients.create(SERVER.url());
  }

  @AfterAll
  static void disconnect() {
    client.close();
  }

  @Override
  protected TokenStore open() {
    return orWithoutLeases(
        MongoTokenStore.builder(
                client
                    .getDatabase(Servers.mongo(url).getName())
                    .withReadPreference(ReadPreference.secondaryPreferred())
                    .withReadConcern(ReadConcern.LOCAL)
                    .withWriteConcern(WriteConcern.UNACKNOWLEDGED))
            .createSchema(true)
            .timeout(Duration.ofSeconds(20))
            .build());
  }
}
