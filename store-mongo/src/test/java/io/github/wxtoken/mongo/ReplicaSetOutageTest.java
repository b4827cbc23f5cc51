package io.github.wxtoken.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.github.wxtoken.faults.OutageContract;
import java.util.List;
import org.bson.BsonDocument;
import org.testcontainers.containers.GenericContainer;

/** A replica set of one member that stops answering, dies, and comes back. */
class ReplicaSetOutageTest extends OutageContract {
  @Override
  protected GenericContainer<?> container(int port) {
    GenericContainer<?> server = Servers.container("--replSet", "rs0");
    // A port that stays the same after a restart.
    server.setPortBindings(List.of(port + ":27017"));
    return server;
  }

  @Override
  protected String storeUrl(int port) {
    Servers.initiated(url(port));
    return url(port) + "&wxtoken.createSchema=true";
  }

  @Override
  protected void connect(int port) {
    try (MongoClient client = MongoClients.create(url(port) + "&timeoutMS=1000")) {
      assertThat(
              client
                  .getDatabase("admin")
                  .runCommand(BsonDocument.parse("{hello: 1}"))
                  .getBoolean("isWritablePrimary"))
          .isTrue();
    }
  }

  private static String url(int port) {
    return "mongodb://127.0.0.1:" + port + "/outage?directConnection=true";
  }
}
